"""The sender's own words in a mail: what stands above the letter that is answered, or in its subject."""

import re
from functools import lru_cache

from tasks.domain.vietnamese import clean, fold, one_line

# Where the quoted letter begins, in the mail programs that the units use. Everything from there on is not theirs.
_QUOTE = re.compile(
    r"^\s*(-{2,}\s*(original message|thu goc|tin nhan goc|forwarded message|thu (da |duoc )?chuyen tiep)|_{8,}"
    r"|\W{0,40}((tin|thu|tin nhan|thu dien tu|e?mail|message)\s+){1,2}(goc|((da|duoc|da duoc)\s+)?chuyen tiep)\W{0,40}$"
    r"|\W{0,40}(original|forwarded)\s+(message|mail|email)\W{0,40}$"
    r"|begin forwarded message\s*:|bat dau thu duoc chuyen tiep\s*:"
    r"|\*?(from|tu|nguoi gui)\s*:.*|(-{2,}\s*)?(vao|on|luc|ngay)\b.{5,200}\b(wrote|da viet|viet)\s*(:|-{2,})"
    # our own letter, where a program quotes it without a mark
    r"|-\s*(dot|tinh trang|thoi ky)\s*:|-\s*thoi han\s*:\s*(het|\d{1,2}:)|cach tra loi\s*:$"
    r"|.{2,80}\bxin nhac don vi ve thoi han|den nay .{2,80} chua nhan duoc (phieu|bao cao)"
    r"|thu nay do he thong theo doi)",
    re.I,
)
# Whoever is quoted, with or without a day, in the languages of programs; with its accents, since "Việt" is a name.
_SAYS = re.compile(
    r"(?:\b(?:wrote|writes|vi[eéêế]t(?: (?:lúc|luc|vào|vao|ngày|ngay|như sau|nhu sau)\b.{0,80})?|a [eé]crit|escribi[oó]"
    r"|escribe|escreveu|ha scritto|napisa[lł]|napsal|написал|пишет|(?:schrieb|schreef|skrev|kirjoitti)\b.{0,200})"
    r"(?:\(?\w\)?)?|写道|寫道|<[^<>\s]+@[^<>\s]+>)\s*[:：]$",
    re.I,
)
_LONGEST_SAYS = 300
# A head that begins below its first line, and an attribution that was wrapped: told by the lines that follow.
_SENT = re.compile(r"\s*\*?(sent|da gui|ngay gui|gui luc|gui|date|ngay)\s*:")
_HEAD = re.compile(r"\s*\*?(to|den|toi|cc|subject|chu de|tieu de|from|tu|nguoi nhan)\s*:")
_WRAPPED = re.compile(r"\s*(vao|on|luc|ngay)\b.{5,300}\b(wrote|da viet|viet)\s*:\s*$")
_OPENS = re.compile(r"\s*(vao|on|luc|ngay)\b")
_MOST_WRAPPED, _LONGEST_LINE = 3, 1_000
_MARKED = re.compile(r"\s*[>|»＞]")
# What may be a program's border, or announce another's words: below it no line acts by itself.
_BORDER = re.compile(r"\s*(?:[-=_*~+#—–―─━═]{3,}|\[[^\]]{1,40}\]\s*$|(?:发件人|發件人|寄件者|差出人))")
# Whose words follow, in a line that ends in a colon; salutations and what the sender announces of herself aside.
_SAYING = re.compile(
    r"(?!\W{0,5}(?:em|toi|minh|chung toi|xa|don vi|kinh|gui|thua|chao)\b)"
    r".{0,300}\b(?:noi|nhan|bao|viet|rang|yeu cau|chi dao|tra loi|says?|writes?|(?:thu|tin|mail) truoc)\b"
)
_ANNOUNCES = re.compile(
    r"@|\d{1,2}\s?[:h]\s?\d{2}\b|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\b(?:trich|nguyen van|chuyen tiep"
    r"|(?:da|vua) (?:gui|noi)|(?:thu|tin|nhan) (?:cua|tu|goc)|original|forwarded|wrote|said)\b"
)
_FILLED_IN = re.compile(r"\W{0,5}(?:gia\s*han|hen|khac\s+phuc)\s*:")
_SIGN_OFF = re.compile(r"^\s*(?:tran\s+trong|kinh\s+thu|than\s+ai|--\s*$|(?:da\s+|duoc\s+)?gui\s+tu\b|sent\s+from\b)")
_ANSWERS = re.compile(r"^(?:\s*(?:re|fw|fwd|tr|tl|trả lời|chuyển tiếp)\s*:|\s*\[[^\]]{1,40}\])+\s*", re.I)
# What we call our own letters (templates/letters/*/subject.txt): an empty answer to one of them says nothing.
_OUR_SUBJECTS = re.compile(
    r"^(?:khan\s*:|nhac|da nhan (?:de nghi|phieu)|(?:da|khong) gia han|doi han|de nghi (?:gui lai|bo sung|chi dao)"
    r"|thong bao kien nghi|lich kiem tra|doi lich|huy lich|co \d|bao cao \d|.* de nghi tra loi phieu$)"
)
_LONGEST = 100_000


def own_words(text: str) -> str:
    """The sender's own part of a mail: what stands above the letter that is answered, or between its marked lines."""
    lines, own, at = clean(text).split("\n"), [], 0
    while at < len(lines):
        quoting = 0 if _MARKED.match(lines[at]) else _quote_at(lines, at)
        if quoting and not _MARKED.match(next((one for one in lines[at + quoting :] if one.strip()), "")):
            break  # not marked line by line: nobody can tell where it ends
        if not quoting and not _MARKED.match(lines[at]):
            own.append(lines[at])
        at += quoting or 1
    return _whole_lines("\n".join(own).strip())


def _quote_at(lines: list[str], at: int) -> int:
    """Over how many lines a program says here that another's mail follows; 0 where none does."""
    first = plain_letters(lines[at][:_LONGEST_LINE])
    if _QUOTE.match(first) or _says(lines[at]):
        return 1
    if not (_SENT.match(first) or _OPENS.match(first)):
        return 0
    below = [plain_letters(one[:_LONGEST_LINE]) for one in lines[at + 1 : at + _MOST_WRAPPED]]
    if _SENT.match(first) and below and _HEAD.match(below[0]):
        return 1
    if _OPENS.match(first):
        joined = (" ".join([first, *below[:more]]) for more in range(1, len(below) + 1))
        return next((more for more, one in enumerate(joined, 2) if _WRAPPED.match(one)), 0)
    return 0


def _says(line: str) -> bool:
    ends = line.rstrip(" \t*_")[-_LONGEST_SAYS:]
    return ends.endswith((":", "：")) and bool(_SAYS.search(ends))


def _whole_lines(words: str) -> str:
    """Of a text beyond all measure, the first lines: half a line would say another thing."""
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition("\n")[0]


def said(text: str, subject: str) -> str:
    """The sender's own words; where the mail has none, those that he wrote into its subject."""
    words = own_words(text)
    lines = words.split("\n")
    ends = next((at for at, line in enumerate(lines) if _SIGN_OFF.match(plain_letters(line))), len(lines))
    if any(line.strip() for line in lines[:ends]):
        return words
    own = _ANSWERS.sub("", one_line(subject))
    return "" if _OUR_SUBJECTS.match(plain_letters(own)) else own


def acting_words(words: str) -> str:
    """Those of which nobody can doubt that they are the sender's: above a signature, and above whatever may announce
    the words of another."""
    lines = above_signature(words).split("\n")
    ends = next((at for at, line in enumerate(lines) if _may_announce(line)), len(lines))
    return "\n".join(lines[:ends])


def _may_announce(line: str) -> bool:
    plain = plain_letters(line[-_LONGEST_LINE:]).replace("：", ":")
    if _FILLED_IN.match(plain):
        return False
    announces = plain.rstrip(" \t*_").endswith(":") and (_ANNOUNCES.search(plain) or _SAYING.match(plain))
    return bool(announces or _BORDER.match(plain))


def above_signature(words: str) -> str:
    """What somebody writes, and not what their program sets below every mail (RFC 3676 section 4.3)."""
    return re.split(r"^--[ \t]*$", words, maxsplit=1, flags=re.M)[0]


def plain_letters(text: str) -> str:
    """Folded letter by letter, so that places in it are places in the text."""
    return "".join(map(_plain_letter, text))


@lru_cache(maxsize=4_096)
def _plain_letter(letter: str) -> str:
    return (fold(letter) or " ")[:1]
