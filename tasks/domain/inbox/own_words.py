"""The sender's own words in a mail: what stands above the letter that is answered, or in its subject."""

import re

from tasks.domain.vietnamese import clean, fold, one_line

# Where the quoted letter begins, in the mail programs that the units use. Everything from there on is not theirs.
_QUOTE = re.compile(
    r"^\s*(-{2,}\s*(original message|thu goc|tin nhan goc|forwarded message|thu chuyen tiep)|_{8,}"
    r"|\*?(from|tu|nguoi gui)\s*:.*|(-{2,}\s*)?(vao|on|luc|ngay)\b.{5,200}\b(wrote|da viet|viet)\s*(:|-{2,})"
    r"|(vao|on)\b.{5,200}<[^<>\s]+@[^<>\s]+>\s*:?$"
    # our own letter, where a program quotes it without a mark
    r"|-\s*(dot|tinh trang|thoi ky)\s*:|-\s*thoi han\s*:\s*(het|\d{1,2}:)|cach tra loi\s*:$"
    r"|.{2,80}\bxin nhac don vi ve thoi han|den nay .{2,80} chua nhan duoc (phieu|bao cao)"
    r"|thu nay do he thong theo doi)",
    re.I,
)
_MARKED = re.compile(r"\s*>")
_SIGN_OFF = re.compile(r"^\s*(?:tran\s+trong|kinh\s+thu|than\s+ai|--\s*$|(?:da\s+|duoc\s+)?gui\s+tu\b|sent\s+from\b)")
_ANSWERS = re.compile(r"^(?:\s*(?:re|fw|fwd|tr|tl|trả lời|chuyển tiếp)\s*:|\s*\[[^\]]{1,40}\])+\s*", re.I)
# What we call our own letters (templates/letters/*/subject.txt): an empty answer to one of them says nothing.
_OUR_SUBJECTS = re.compile(
    r"^(?:khan\s*:|nhac|da nhan (?:de nghi|phieu)|(?:da|khong) gia han|doi han|de nghi (?:gui lai|bo sung|chi dao)"
    r"|thong bao kien nghi|lich kiem tra|doi lich|huy lich|co \d|bao cao \d|.* de nghi tra loi phieu$)"
)
_LONGEST = 5_000  # letters: what a short reply asks for stands in them, and a long text costs no minutes


def own_words(text: str) -> str:
    """The sender's own part of a mail: what stands above the letter that is answered, or between its marked lines."""
    lines, own = clean(text).split("\n"), []
    for at, line in enumerate(lines):
        if _MARKED.match(line):
            continue
        if _QUOTE.match(plain_letters(line)):
            if not _MARKED.match(next((one for one in lines[at + 1 :] if one.strip()), "")):
                break  # not marked line by line: nobody can tell where it ends
            continue
        own.append(line)
    return "\n".join(own).strip()[:_LONGEST]


def said(text: str, subject: str) -> str:
    """The sender's own words; where the mail has none, those that he wrote into its subject."""
    words = own_words(text)
    lines = words.split("\n")
    ends = next((at for at, line in enumerate(lines) if _SIGN_OFF.match(plain_letters(line))), len(lines))
    if any(line.strip() for line in lines[:ends]):
        return words
    own = _ANSWERS.sub("", one_line(subject))
    return "" if _OUR_SUBJECTS.match(plain_letters(own)) else own


def plain_letters(text: str) -> str:
    """Folded letter by letter, so that places in it are places in the text."""
    return "".join((fold(letter) or " ")[:1] for letter in text)
