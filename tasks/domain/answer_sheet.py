"""What one unit has answered in one round, item by item, as a person reads it: with whence each answer came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ItemStanding(StrEnum):
    ANSWERED = "answered"
    FAULTY = "faulty"
    MISSING = "missing"
    LEFT_OUT = "left_out"
    """Nothing was written where nothing has to be."""


ITEM_STANDING_NAMES = {
    ItemStanding.ANSWERED: "đã trả lời",
    ItemStanding.FAULTY: "cần sửa",
    ItemStanding.MISSING: "chưa trả lời",
    ItemStanding.LEFT_OUT: "không bắt buộc, để trống",
}


@dataclass(frozen=True)
class Source:
    """A mail, a paper, a correction: `number` is how the lines of a sheet refer to it."""

    number: int
    at: datetime
    words: str
    by: str


@dataclass(frozen=True)
class Earlier:
    """A value that does not count any more, or not: it is kept."""

    text: str
    source: Source
    is_taken_back: bool = False


@dataclass(frozen=True)
class Line:
    """`fault`: what is to be mended, where the last thing that came for this item could not be taken."""

    code: str
    part: str
    question: str
    standing: ItemStanding
    text: str = ""
    estimate: str = ""
    evidence: str = ""
    note: str = ""
    flag: str = ""
    fault: str = ""
    cell: str = ""
    source: Source | None = None
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class AnswerSheet:
    unit_code: str
    unit_name: str
    round_code: str
    title: str
    case_code: str
    state_words: str
    due_words: str
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    asked: int
    answered: int
    """Of the items that are asked; lines of the annex are counted apart."""
    answered_at: datetime | None = None

    @property
    def to_mend(self) -> int:
        return sum(line.standing is ItemStanding.FAULTY for line in self.lines)

    @property
    def missing(self) -> int:
        return sum(line.standing is ItemStanding.MISSING for line in self.lines)

    @property
    def flags(self) -> int:
        return sum(bool(line.flag) for line in self.lines)

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.code == code), None)


@dataclass(frozen=True)
class Answered:
    """Everything that goes into one workbook of answers."""

    title: str
    authority: str
    as_of: datetime
    sheets: Sequence[AnswerSheet]
