"""The part of a bounce that machines write for machines (RFC 3464), in form and in the forms programs give it."""

import re
from collections.abc import Iterator, Sequence

from tasks.domain.mail_head import Head, split_head
from tasks.domain.mail_parts import REPORTS, Part
from tasks.domain.notice import DeliveryReport
from tasks.domain.vietnamese import one_line

_LINE_END = re.compile(rb"\r\n|\r")
_BLANK_LINES = re.compile(rb"\n[ \t]{0,40}\n")
_NEW_BLOCK = re.compile(rb"^(?=(?:Final|Original)-Recipient:)", re.I | re.M)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_IN_TEXT = re.compile(rb"^(?:Final|Original)-Recipient:[ \t]", re.I | re.M)
_FIELDS = ("final-recipient", "original-recipient", "action", "status")
_MOST_BLOCKS = 1_000


def reports_of(parts: Sequence[Part]) -> tuple[DeliveryReport, ...]:
    """One for each recipient that is spoken of."""
    return tuple(
        DeliveryReport(
            recipient=_address(block.get("final-recipient") or block.get("original-recipient")),
            action=one_line(block.get("action")).lower().split(" ")[0],
            status=one_line(block.get("status")).split(" ")[0],
            diagnostic=one_line(block.words("diagnostic-code")),
            original=_address(block.get("original-recipient")),
        )
        for block in _blocks(parts)
        if any(block.get(name) for name in _FIELDS)
    )


def envelope_ids(parts: Sequence[Part]) -> tuple[str, ...]:
    """The ENVID given when the letter was sent (RFC 3461), its xtext undone."""
    found = [one_line(block.get("original-envelope-id")) for block in _blocks(parts)]
    return tuple(dict.fromkeys(_XTEXT.sub(lambda hex_: chr(int(hex_[1], 16)), one) for one in found if one))


def _blocks(parts: Sequence[Part]) -> Iterator[Head]:
    formal = [part for part in parts if part.kind in REPORTS]
    if not formal and parts and parts[0].kind == "multipart/report":  # a gateway renamed the part
        formal = [part for part in parts if part.kind == "text/plain" and _IN_TEXT.search(part.data)]
    for part in formal:
        yield from _blocks_of(part.data)


def _blocks_of(data: bytes) -> Iterator[Head]:
    """Parted by blank lines; a program that forgets them begins each with the recipient."""
    for block in _BLANK_LINES.split(_LINE_END.sub(b"\n", data.strip()))[:_MOST_BLOCKS]:
        pieces = _NEW_BLOCK.split(block) if len(_IN_TEXT.findall(block)) > 2 else [block]
        yield from (split_head(piece.strip())[0] for piece in pieces if piece.strip())


def _address(value: str) -> str:
    return one_line(value.rpartition(";")[2]).strip("<> ").lower()
