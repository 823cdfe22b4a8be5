"""How NĐ 30/2020 wants an office written on its papers: its name in the head, and whom a paper goes to."""

import re
from collections.abc import Iterable

FILED = "Lưu: VT, NV"
_BREAK = re.compile(r"\s*[|\n]\s*")
_FILING = re.compile(r"lưu\s*:", re.IGNORECASE)
_LEVEL_AND_NAME = re.compile(r"\b(tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu)\s.+", re.IGNORECASE)


def on_one_line(name: str) -> str:
    """An agency's name as sentences have it: without the “|” at which its office breaks it in the head."""
    return _BREAK.sub(" ", name).strip()


def in_head(name: str) -> list[str]:
    """The lines of an agency's name: broken where its office says; else “HUYỆN VĨNH LINH” is never parted."""
    lines = [line.upper() for line in _BREAK.split(name.strip()) if line]
    return lines if len(lines) > 1 else [_LEVEL_AND_NAME.sub(_held, line) for line in lines]


def _held(found: re.Match[str]) -> str:
    return found[0].replace(" ", "\N{NO-BREAK SPACE}")


def is_filing(recipient: str) -> bool:
    return _FILING.match(_bare(recipient)) is not None


def recipient_lines(recipients: Iterable[str]) -> list[str]:
    """Each ends with “;”, where the paper is filed stands last and ends with “.”; what is missing is added."""
    named = [one for one in map(_bare, recipients) if one]
    filed = [one for one in named if is_filing(one)] or [FILED]
    return [f"{one};" for one in named if not is_filing(one)] + [f"{'; '.join(filed)}."]


def _bare(recipient: str) -> str:
    return recipient.strip().lstrip("-–").strip().rstrip(";. ")
