"""The few words of a unit inside parts that are otherwise the same for all: marked once, then filled in."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from infra.workbook.layout import cell_text
from infra.workbook.packing import Piece, constant, piece

# Plain letters, so that no writer of XML spells them otherwise; none is a part of another.
CASE_CODE, TOKEN, UNIT, SEAL = "@slot-case-code@", "@slot-token@", "@slot-unit@", "@slot-seal@"
CHECKLIST, VERSION, TITLE, CREATOR = "@slot-checklist@", "@slot-version@", "@slot-title@", "@slot-creator@"
LAST_YEAR = "@slot-last-year@"
_SLOT = re.compile(rb"(@slot-[a-z-]+@)")


class Slotted:
    """A part cut at its slots; what stands between them is deflated once."""

    def __init__(self, part: bytes) -> None:
        self._cut = [one if _SLOT.fullmatch(one) else constant(one) for one in _SLOT.split(part) if one]

    @property
    def has_slots(self) -> bool:
        return any(isinstance(one, bytes) for one in self._cut)

    def filled(self, words: Mapping[bytes, Piece]) -> list[Piece]:
        return [words[one] if isinstance(one, bytes) else one for one in self._cut]


def written(words: Mapping[str, str]) -> Mapping[bytes, Piece]:
    """By slot, as the XML has it."""
    return {slot.encode(): piece(escape(cell_text(text)).encode()) for slot, text in words.items()}
