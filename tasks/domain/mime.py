"""One letter -> the bytes of its message: the same draft always gives the same bytes.

Written by hand, because the standard library's EmailMessage loses spaces in one Vietnamese subject of six and
lets `=?…?=` in user text become headers (reference: mail, section 6).
"""

import re
import unicodedata
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from tasks.domain.calendar import ZONE
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import clean, one_line, slug

Party = tuple[str, str]
"""Display name ('' possible) and address."""

_LONGEST_ADDRESS, _LONGEST_LOCAL = 254, 64
_LONGEST_CASE_FILE = 90
_CODE_BEHIND = re.compile(r" \[[^\[\]]{1,60}\]$")
_LONGEST_SUBJECT, _LONGEST_NAME, _LONGEST_FILE_STEM = 400, 200, 50
_MOST_REFERENCES = 20
_LINE = 76

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")  # visible ASCII without '<', '>', second '@'
_MIME_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9.+-]{0,100}(; [a-z]{1,20}=[A-Za-z0-9-]{1,20}){0,3}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 -]+")  # anything else would need quoting in an address header
_PLAIN_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class CannotCompose(KiemtraError):
    """The letter cannot become a message until somebody corrects an address or a name; trying again is pointless."""


BOUNCE_TAG = "X-Bounce-Tag"


@dataclass(frozen=True)
class Draft:
    """Everything a message says. Attachments: file name, content, MIME type; ids keep their angle brackets."""

    sender: Party
    recipient: Party
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    references: tuple[str, ...] = ()
    in_reply_to: str = ""
    attachments: tuple[tuple[str, bytes, str], ...] = ()
    answers_a_mail: bool = False
    bounce_tag: str = ""
    """What a bounce must bring back to count: in the envelope, or with these headers."""


def compose(draft: Draft) -> bytes:
    """The complete message with CRLF line ends; raises CannotCompose."""
    _refuse_unsound(draft)
    body = _multipart("alternative", draft, [_text_part("plain", draft.text), _text_part("html", draft.html)])
    if draft.attachments:
        body = _multipart("mixed", draft, [body, *(_attachment_part(*one) for one in draft.attachments)])
    return b"".join(line.encode("ascii") + b"\r\n" for line in _headers(draft)) + body


def address_is_sound(address: str) -> bool:
    """A plain ASCII `name@domain`; mail libraries silently mend the rest, and then write to somebody else."""
    found = _ADDRESS.fullmatch(address)
    return (
        found is not None
        and len(address) <= _LONGEST_ADDRESS
        and len(found[1]) <= _LONGEST_LOCAL
        and "=?" not in address
        and not found[2].rpartition(".")[2].isdigit()
    )


def _refuse_unsound(draft: Draft) -> None:
    for address in (draft.sender[1], draft.recipient[1], *([draft.reply_to] if draft.reply_to else [])):
        if not address_is_sound(address):
            raise CannotCompose(f"Địa chỉ thư “{_shown(address)}” không hợp lệ")
    if not _MESSAGE_ID.fullmatch(draft.message_id):
        raise CannotCompose(f"Mã thư (Message-ID) “{_shown(draft.message_id)}” không hợp lệ")
    if draft.date.utcoffset() is None:
        raise CannotCompose("Thời điểm của thư thiếu múi giờ")
    for name, _, mime_type in draft.attachments:
        if not _MIME_TYPE.fullmatch(mime_type):
            raise CannotCompose(f"Kiểu của tệp kèm theo “{_shown(name)}” không hợp lệ")


def _shown(text: str) -> str:
    return header_text(text)[:80]


def header_text(text: str) -> str:
    """One line of visible characters in which no decoder can find an encoded word."""
    line = one_line(text)
    if line.isprintable():
        return line.replace("=?", "= ?")
    # Control characters end headers, bidirectional ones make a name read backwards; NFC again, since a removed
    # character may have stood between a letter and its tone.
    visible = "".join(letter for letter in line if unicodedata.category(letter) not in {"Cc", "Cf", "Cn", "Co"})
    return one_line(visible).replace("=?", "= ?")


def shortened_subject(subject: str) -> str:
    """Words give way, the code in brackets behind them does not: by it an answer is known."""
    if len(subject) <= _LONGEST_SUBJECT:
        return subject
    code = found[0] if (found := _CODE_BEHIND.search(subject)) else ""
    return subject[: _LONGEST_SUBJECT - len(code)].rstrip() + code


def _headers(draft: Draft) -> Iterator[str]:
    yield from _address("From", draft.sender)
    yield from _address("To", draft.recipient)
    if draft.reply_to:
        yield from _address("Reply-To", (draft.sender[0], draft.reply_to))
    yield from _words("Subject", shortened_subject(header_text(draft.subject)))
    yield f"Date: {format_datetime(draft.date.astimezone(ZONE).replace(microsecond=0))}"
    yield f"Message-ID: {draft.message_id}"
    yield from _thread(draft)
    yield f"Auto-Submitted: {'auto-replied' if draft.answers_a_mail else 'auto-generated'}"
    yield "X-Auto-Response-Suppress: OOF, AutoReply"
    yield f"X-Loop: {draft.sender[1]}"  # whatever sends it back to us unread is known by this, and never answered
    if draft.bounce_tag:
        yield f"{BOUNCE_TAG}: {draft.bounce_tag}"
    yield "MIME-Version: 1.0"


def _words(name: str, value: str) -> Iterator[str]:
    """Plain ASCII stays readable; a word too long to fold, or any other letter, is encoded."""
    plain = value.isascii() and all(len(word) < _LINE - len(name) for word in value.split())
    header = Header(value, "us-ascii" if plain else "utf-8", maxlinelen=_LINE, header_name=name)
    yield from f"{name}: {header.encode(linesep=chr(10))}".split("\n")


def _address(name: str, party: Party) -> Iterator[str]:
    display = header_text(party[0])[:_LONGEST_NAME].rstrip()
    if not display:
        yield f"{name}: {party[1]}"
        return
    # The address follows on a line of its own, outside of everything that was encoded.
    yield from _display(name, display)
    yield f" <{party[1]}>"


@lru_cache(maxsize=256)
def _display(name: str, display: str) -> tuple[str, ...]:
    """Kept, because all letters of an office come from the same name, and encoding it takes as long as a form."""
    plain = _PLAIN_NAME.fullmatch(display) and all(len(word) < _LINE - len(name) for word in display.split())
    header = Header(display, "us-ascii" if plain else "utf-8", maxlinelen=_LINE - 1, header_name=name)
    return tuple(f"{name}: {header.encode(linesep=chr(10))}".split("\n"))


def _thread(draft: Draft) -> Iterator[str]:
    """Ids of other people's mails are a courtesy: one that is misshapen is left out, it must not stop the answer."""
    references = [one for one in dict.fromkeys((*draft.references, draft.in_reply_to)) if _MESSAGE_ID.fullmatch(one)]
    if draft.in_reply_to in references:
        yield from _folded("In-Reply-To", [draft.in_reply_to])
    if references:
        yield from _folded("References", [references[0], *references[1:][1 - _MOST_REFERENCES :]])


def _folded(name: str, ids: Sequence[str]) -> Iterator[str]:
    yield f"{name}: {ids[0]}"
    yield from (f" {one}" for one in ids[1:])


def _multipart(kind: str, draft: Draft, parts: Sequence[bytes]) -> bytes:
    """Neither quoted-printable nor base64 can contain '=_', so no content can look like the boundary."""
    boundary = "=_" + sha256(f"{kind} {draft.message_id}".encode()).hexdigest()[:40]
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    edge = b"--" + boundary.encode()
    return head + b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"


def _text_part(subtype: str, text: str) -> bytes:
    """Quoted-printable: readable by eye, safe through any relay, and not scored as disguised text."""
    body = clean(text).encode().replace(b"\n", b"\r\n") + b"\r\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode("ascii") + b2a_qp(body)


def _attachment_part(name: str, data: bytes, mime_type: str) -> bytes:
    ascii_name = ascii_file_name(name)
    head = (
        f'Content-Type: {mime_type};\r\n name="{ascii_name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment;\r\n filename="{ascii_name}"\r\n\r\n'
    )
    encoded = b2a_base64(data, newline=False)
    lines = (encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE))
    return head.encode("ascii") + b"".join(line + b"\r\n" for line in lines)


def case_file_name(kind: str, parts: Sequence[str], case_code: str, ending: str) -> str:
    """'Phieu-kiem-tra-xa-vinh-o-DCCS-….xlsx': as the letter says and as it is attached.

    Long codes of rounds and units give way, the code of the case does not.
    """
    front = "-".join([kind, *(slug(part) for part in parts)])
    return f"{front[: _LONGEST_CASE_FILE - len(case_code) - 1].rstrip('-')}-{case_code}.{ending}"


def ascii_file_name(name: str) -> str:
    """Old mail programs show a Vietnamese name as 'ATT0001.bin'; this is what they get instead."""
    if _PLAIN_FILE_NAME.fullmatch(name):
        return name
    stem, dot, ending = one_line(name).replace("\\", "/").rpartition("/")[2].rpartition(".")
    if not dot:
        stem, ending = ending, ""
    ascii_stem = slug(stem)[:_LONGEST_FILE_STEM].strip("-") or "tep"
    return f"{ascii_stem}.{slug(ending)[:8]}" if slug(ending) else ascii_stem
