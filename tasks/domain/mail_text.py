"""Bytes and headers of other people's mails -> text: the charset they have, whatever they claim; in linear time."""

import re
import unicodedata
from email.errors import MessageError
from email.header import decode_header, make_header
from html import unescape
from urllib.parse import unquote_to_bytes

from tasks.domain.vietnamese import clean, nfc, one_line

LONGEST_TEXT = 1_000_000
_LONGEST_WORDS = 8_000  # decode_header() is quadratic in a header that opens encoded words and never ends them
_LONGEST_NAME = 200

# Charsets of text. Python also knows 'hex', 'idna', 'punycode' (which takes minutes over a long text) and their like.
_TEXT_CHARSET = re.compile(
    r"(utf|us-?ascii|ascii|iso|latin|l[1-9]|windows|cp|koi|gb|big5|euc|shift|sjis|mac|tis|ks_c)", re.I
)
_WIDE_CHARSET = re.compile(r"utf|gb|big5|euc|shift|sjis|iso-?2022|ks_c|cp9[345]", re.I)
_UTF8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# What an undeclared or wrongly declared text was written in: old Vietnamese Windows, then Western Windows.
_GUESSES = ("utf-8", "cp1258", "cp1252")

_EXTENDED = re.compile(r"([A-Za-z0-9_.:-]+)'[A-Za-z0-9-]*'(.*)", re.S)  # RFC 5987's utf-8''Phi%E1%BA%BFu, in quotes
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")

_HTML_TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,30})[^<>]*>|<!--|<[!?][^<>]*>|[^<]+|<")
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "table", "blockquote", "hr", "h1", "h2", "h3", "h4", "ul", "ol"})
_UNSEEN = frozenset({"style", "script", "title"})
_QUOTED, _STRUCK = frozenset({"blockquote", "q", "cite"}), frozenset({"s", "strike", "del"})
# By the names that mail programs give to what they quote (gmail_quote, yahoo_quoted, moz-cite-prefix, protonmail_quote,
# zmail_extra), and to the place below which all is quoted (Outlook on the web, Outlook, Zimbra).
_NAMED = r"(?<![-\w])(?:class|id|data-marker)\s*=\s*(?:\"[^\"]{0,200}|'[^']{0,200}|[^\s\"'>]{0,200})(?<![a-z])"
_QUOTES = re.compile(
    rf"{_NAMED}(?:quot(?:ed?|ation)(?![a-z])|cite(?![a-z])|zmail_extra|OLK_SRC|(?:original|forward(?:ed)?|previous|history)(?![a-z])|message[-_]?(?:reply|history|quote)"
    r"|(?:reference|original|forwarded|reply|previous|moz-forward|src)[-_]?(?:message|body|section|container|mail|content|history|text))",
    re.I,
)
# A line down the left side, as many draw it; the cells of a table have one, too.
_BORDERED = re.compile(
    r"border-(?:left|inline-start)(?:-width|-style)?\s*:\s*(?!none|0(?![.\d]*[1-9])|inherit|initial|unset|hidden)"
    r"|border-width\s*:\s*(?:0\w{0,3}\s+){3}\d*[1-9]",
    re.I,
)
_OF_TABLES = frozenset({"table", "tbody", "thead", "tr", "td", "th"})
_QUOTES_BELOW = re.compile(
    rf"{_NAMED}(?:divRplyFwdMsg|appendonsend|zwchr|OutlookMessageHeader)"
    r"|border:\s*none;\s*border-top:\s*solid #(?:E1E1E1|B5C4DF)",
    re.I,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|[\s;:]line-through|\shidden(?=[\s=/>])"
    r"|(?<![-\w])(?:font-size|max-height|opacity)\s*:\s*0(?![\d.]*[1-9])",
    re.I,
)
_BLANKS = re.compile(r"\s+")
_DEPTH = re.compile(r">+")


def decoded(data: bytes, declared: str) -> str:
    """A valid UTF-8 text with letters beyond ASCII is UTF-8, even where a one-byte charset is declared."""
    wrong = _UTF8.search(data) and not _WIDE_CHARSET.match(declared)
    for charset in _GUESSES[:1] * bool(wrong) + (declared,) * bool(_TEXT_CHARSET.match(declared)) + _GUESSES:
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def mended(value: str) -> str:
    """Letters that a program wrote as plain bytes, against the standard; the parser would show each as a '?'."""
    return decoded(value.encode("utf-8", "surrogateescape").replace(b"\0", b""), "utf-8")


def words(value: str) -> str:
    """RFC 2047 undone where it can be; what cannot be decoded is shown as it came."""
    if "=?" not in value:
        return nfc(value)
    try:
        return nfc(str(make_header(decode_header(value[:_LONGEST_WORDS]))))
    except (ValueError, LookupError, MessageError):
        return nfc(value)


def file_name(value: str, charset: str | None = None) -> str:
    """A name as its writer saw it, and nothing else: no folder, no control or direction marks, no end."""
    name = one_line(words(_percent(value, charset)))
    name = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(letter for letter in name if unicodedata.category(letter) not in {"Cc", "Cf", "Cn", "Co"})
    stem, dot, ending = one_line(visible).rpartition(".")
    if len(visible) <= _LONGEST_NAME or not dot:
        return one_line(visible)[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - 20]}.{ending[:19]}"


def _percent(value: str, charset: str | None) -> str:
    """RFC 5987 inside quotes, and names that a web program left percent-encoded."""
    if "%" not in value:
        return value
    if found := _EXTENDED.fullmatch(value):
        return decoded(unquote_to_bytes(found[2]), found[1])
    plain = unquote_to_bytes(value)
    return decoded(plain, charset or "utf-8") if _PERCENT.search(value) and _UTF8.search(plain) else value


def unflowed(text: str, *, delete_space: bool) -> str:
    """A line that ends in a blank goes on in the next one of its depth; a signature's mark never does."""
    whole: list[list[str]] = []
    before, goes_on = "", False
    for line in text.splitlines():
        quote = _DEPTH.match(line)
        depth, rest = (quote[0], line[quote.end() :]) if quote else ("", line)
        rest = rest.removeprefix(" ")
        if goes_on and depth == before and rest != "-- ":
            whole[-1].append(rest)
        else:
            whole.append([f"{depth} {rest}" if depth else rest])
        before, goes_on = depth, rest.endswith(" ") and rest != "-- "
        if goes_on and delete_space:
            whole[-1][-1] = whole[-1][-1][:-1]
    return "\n".join(map("".join, whole))


def text_of_html(html: str, *, own: bool = False) -> str:
    """What a reader would see, roughly; each character is looked at once, whatever the page is made of.

    `own`: without what is hidden or struck out, and with a mark alone where another's letter is quoted.
    """
    if own:
        html = own_html(html)
    shown: list[str] = []
    hidden, end, at = "", len(html), 0
    while at < end and (token := _HTML_TOKEN.match(html, at)):
        at = token.end()
        name = (token[2] or "").lower()
        if token[0] == "<!--":
            at = html.find("-->", at) + 3 if html.find("-->", at) >= 0 else end
        elif hidden:
            hidden = "" if token[1] and name == hidden else hidden
        elif name in _UNSEEN and not token[1]:
            hidden = name
        elif name in _BREAKS:
            shown.append("\n")
        elif not name and not token[0].startswith(("<!", "<?")):
            shown.append(_BLANKS.sub(" ", token[0]))
        elif name in {"td", "th"}:
            shown.append(" ")
    return _tidy(unescape("".join(shown)))


def own_html(html: str) -> str:
    """Without what is hidden where it stands, struck out, quoted or no page; style sheets stay.

    An element that is never closed takes along all that follows: rather too little than another's words."""
    kept: list[str] = []
    left_out, depth = "", 0
    for token in _HTML_TOKEN.finditer(_COMMENT.sub("", html)):
        name = (token[2] or "").lower()
        if name and not left_out and _QUOTES_BELOW.search(token[0]):
            break
        if left_out:
            depth += (-1 if token[1] else 1) if name == left_out else 0
            left_out = left_out if depth else ""
        elif name and not token[1] and name not in _VOID and _is_not_own(name, token[0]):
            left_out, depth = name, 1
            kept.append("<br>&gt;<br>" if _is_quote(name, token[0]) else "")
        else:
            kept.append(token[0])
    return "".join(kept)


def _is_not_own(name: str, tag: str) -> bool:
    return _is_quote(name, tag) or name in _STRUCK or bool(_HIDDEN.search(tag))


def _is_quote(name: str, tag: str) -> bool:
    has_line = name not in _OF_TABLES and _BORDERED.search(tag)
    return name in _QUOTED or bool(has_line or _QUOTES.search(tag))


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in clean(text).split("\n")]
    return "\n".join(line for line in lines if line)
