"""Bytes -> the parts of a message, each with what it holds; bounded in depth and number, in linear time.

Written by hand: the standard parser goes through every line of every attachment, takes minutes over nested boundaries,
and knows nothing of the ways in which mail programs break the standard.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tasks.domain.hidden_text import hides_text
from tasks.domain.mail_head import Head, split_head
from tasks.domain.mail_text import LONGEST_TEXT, decoded, text_of_html, unflowed
from tasks.domain.vietnamese import clean

DEEPEST = 20
MOST_PARTS = 1_000

REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
HEADERS_ALONE = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})
_LOST_BOUNDARY = re.compile(rb"^--(\S[^\r\n]{0,200}?)[ \t]*\r?\nContent-", re.I | re.M)
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True)
class Part:
    """`nested`: in a message that this one carries; `shadow`: HTML with a plain twin; `root`: a whole message."""

    head: Head
    body: bytes
    depth: int = 0
    nested: bool = False
    shadow: bool = False
    root: bool = False

    @property
    def kind(self) -> str:
        return self.head.kind

    @property
    def is_container(self) -> bool:
        return self.kind.startswith(("multipart/", "message/")) or self.kind in HEADERS_ALONE

    @property
    def is_picture_in_text(self) -> bool:
        """As programs put logos between the words: a picture with an id by which they are named, and no attachment."""
        return self.kind.startswith("image/") and "content-id" in self.head and not self.head.attached

    @cached_property
    def data(self) -> bytes:
        match self.head.encoding:
            case "base64":
                return _of_base64(self.body)
            case "quoted-printable":
                return binascii.a2b_qp(self.body)
            case "x-uuencode" | "uuencode" | "uue" | "x-uue":
                return of_uuencode(self.body.splitlines())
            case _:
                return self.body

    @cached_property
    def text(self) -> str:
        charset = self.head.parameter("content-type", "charset").strip().strip("'\"")
        return decoded(self.data[: 4 * LONGEST_TEXT], charset or "utf-8")[:LONGEST_TEXT]

    @cached_property
    def shown(self) -> str:
        """What a reader would see of it."""
        return text_of_html(self.text) if self.kind == "text/html" else clean(self.plain)

    @cached_property
    def plain(self) -> str:
        """Lines that its program wrapped are whole again (RFC 3676)."""
        if self.head.parameter("content-type", "format").strip().lower() != "flowed":
            return self.text
        joins = self.head.parameter("content-type", "delsp").strip().lower() == "yes"
        return unflowed(self.text, delete_space=joins)

    @property
    def own(self) -> str:
        """Of that, what its writer did not quote, hide or strike out."""
        return text_of_html(self.text, own=True) if self.kind == "text/html" else clean(self.plain)

    @property
    def hides_text(self) -> bool:
        return self.kind == "text/html" and hides_text(self.text)


def parts_of(raw: bytes, *, nested: bool = False, depth: int = 0) -> list[Part]:
    found: list[Part] = []
    for part in _walk(Part(*split_head(raw.lstrip(b"\r\n")), depth, nested, root=True)):
        found.append(part)
        if len(found) >= MOST_PARTS:
            break
    return found


def _walk(part: Part) -> Iterator[Part]:
    yield part
    if part.depth < DEEPEST and part.is_container:
        for child in _children(part):
            yield from _walk(child)


def _children(part: Part) -> Iterator[Part]:
    deeper = part.depth + 1
    if part.kind.startswith("multipart/"):
        inside = [Part(*split_head(one, _default_kind(part)), deeper, part.nested) for one in _pieces(part)]
        plain = part.kind == "multipart/alternative" and any(_is_plain(one) for one in inside)
        for one in inside:
            hidden = part.shadow or (plain and not _is_plain(one))
            yield Part(one.head, one.body, deeper, part.nested, hidden) if hidden else one
    elif part.kind not in REPORTS and part.data:
        yield Part(*split_head(part.data.lstrip(b"\r\n")), deeper, nested=True, root=True)


def _default_kind(part: Part) -> str:
    return "message/rfc822" if part.kind == "multipart/digest" else "text/plain"


def _is_plain(part: Part) -> bool:
    return part.kind == "text/plain" and bool(part.body.strip())


def _pieces(part: Part) -> list[bytes]:
    """What stands between the boundaries; where the declared one is nowhere (gateways change it), that in the text."""
    boundary = part.head.parameter("content-type", "boundary").rstrip().encode("utf-8", "surrogateescape")
    pieces = _between(part.body, boundary) if boundary else []
    if not pieces and (found := _LOST_BOUNDARY.search(part.body)):
        pieces = _between(part.body, found[1])
    return pieces


def _between(body: bytes, boundary: bytes) -> list[bytes]:
    """Also what follows a last boundary: some programs use one boundary twice; the last piece may have no end."""
    pieces: list[bytes] = []
    start = -1
    for line_at, line_end, last in _boundary_lines(body, b"--" + boundary):
        if start >= 0:
            pieces.append(_without_line_end(body[start:line_at]))
        start = -1 if last else line_end
        if len(pieces) >= MOST_PARTS:
            return pieces
    return [*pieces, body[start:]] if start >= 0 else pieces


def _boundary_lines(body: bytes, line: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each begins and ends, and whether it is the last one, as its two hyphens say."""
    at = body.find(line)
    while at >= 0:
        end = at + len(line)
        rest = body[end : end + 80].split(b"\n")[0].split(b"\r")[0]
        if (at == 0 or body[at - 1] in b"\r\n") and rest.strip() in {b"", b"--"}:
            end += len(rest)
            end += 2 if body[end : end + 2] == b"\r\n" else 1
            yield at, end, rest.strip() == b"--"
        at = body.find(line, end)


def _without_line_end(piece: bytes) -> bytes:
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1] if piece.endswith((b"\n", b"\r")) else piece


def _of_base64(body: bytes) -> bytes:
    """As far as it goes: letters that do not belong are left out, and an end that is cut off is cut."""
    try:
        return binascii.a2b_base64(body)
    except ValueError:
        letters = _NO_BASE64.sub(b"", body)
        letters = letters[:-1] if len(letters) % 4 == 1 else letters
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)) or body


def of_uuencode(lines: list[bytes]) -> bytes:
    """From its 'begin' to its 'end', line by line, since mail programs cut the blanks at the ends off or add some."""
    begun = next((n + 1 for n, line in enumerate(lines) if line.startswith(b"begin ")), 0)
    found = []
    for line in lines[begun:]:
        if line.startswith(b"end") and line.strip() == b"end":
            break
        try:
            found.append(binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3]) if line.strip() else b"")
        except ValueError:
            continue
    return b"".join(found)
