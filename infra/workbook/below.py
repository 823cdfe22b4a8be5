"""What stands among the lines of a table and is none: numbers of columns, notes and signatures below it.

Nothing of it is taken for figures, and nothing is left out without a word.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from infra.opening.book import Cell
from infra.workbook.findings import quote
from infra.workbook.signing import LONGEST_SIGNATURE, is_signature
from infra.workbook.tables import column_letters, raw_of
from tasks.domain.answer import shown
from tasks.domain.checklist import NUMERIC, AnswerType, Column, StatTable
from tasks.domain.vietnamese import fold

LEAST_NUMBERS = 3
COUNTED = NUMERIC | {AnswerType.TY_LE}
MOST_QUOTED = 3
# '(3)', '3', '(5)=(3)+(4)', 'A'; Excel makes -3 of a typed '(3)'.
_COLUMN_NUMBER = re.compile(r"[(\[]?-?(\d{1,2}|[a-e])[)\]]?(?: ?=.*)?", re.I)
_NOTE = re.compile(r"[*(\d.) -]{0,6}(?:ghi chu|luu y|chu thich|nguon(?: so lieu)?) ?[:*(].*")
_MORE_OF_NOTE = re.compile(r"[-+*•(].*")
_UNITS_IN_WORDS = frozenset({"ghi bang loi", "ngay/thang/nam", "ten tep hoac duong dan", "chon"})
_NOTHING = frozenset({"0", "00", "-", "--", "–", "…", "", "khong", "ko", "khong co", "khong phat sinh", "kps"}) | {
    "khong co phat sinh",
    "khong co noi dung",
    "chua phat sinh",
}
_STARTS_WITH_FIGURE = re.compile(r"[+-]?\d")
_OURS = re.compile(r"ma dong|stt|noi dung|bang .*|can cu: .*")
# Before the answers, however a clerk numbers his lines: '1)', 'I.', 'a', '1.1', '(2)', 'Việc 1', '-'.
_NUMBERING = re.compile(
    r"(?:(?:viec|dong|so|muc|y|phan|tt|stt) (?:thu )?)?[(\[]?"
    r"(?:\d{1,4}(?:[.,]\d{1,3}){0,3}|[ivxl]{1,7}|[a-z]\d{0,2})[)\]./:-]{0,2}"
    r"|[-–+*•.…]{1,3}"
)


def words_of(cell: Cell) -> str:
    return quote(shown(raw_of(cell)))


def are_column_numbers(cells: Mapping[int, Cell], columns: Mapping[int, Column], *, is_known_line: bool) -> bool:
    """Rising by one: in brackets, or where one stands for words, a day or a choice, or in no line of ours."""
    filled = {place: words for place in sorted(columns) if (words := words_of(cells.get(place, Cell())))}
    found = [_COLUMN_NUMBER.fullmatch(words) for words in filled.values()]
    numbers = [int(one[1]) for one in found if one and one[1].isdigit()]
    if len(numbers) < LEAST_NUMBERS or not all(found) or any(b - a != 1 for a, b in pairwise(numbers)):
        return False
    if all(words.startswith("(") for words in filled.values()):
        return True
    return not is_known_line or any(columns[place].type not in COUNTED for place in filled)


def repeats_head(table: StatTable, columns: Mapping[int, Column], cells: Mapping[int, Cell]) -> bool:
    """Captions, codes or units copied in among the lines, as for a new page."""
    ours = {fold(words) for one in table.columns for words in (one.title, one.code, one.group, one.unit) if words}
    filled = [fold(words) for place in columns if (words := words_of(cells.get(place, Cell())))]
    return len(filled) > 1 and ours.union(_UNITS_IN_WORDS).issuperset(filled)


def says_nothing(columns: Mapping[int, Column], cells: Mapping[int, Cell]) -> bool:
    """'0' in every cell, as the guide of the form asks where nothing has come about."""
    filled = [fold(words).rstrip(".") for place in columns if (words := words_of(cells.get(place, Cell())))]
    return bool(filled) and _NOTHING.issuperset(filled)


@dataclass
class Rest:
    """Row by row, in the order of the sheet."""

    table: StatTable
    columns: Mapping[int, Column]
    feet: list[tuple[int, str]] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    _signed: bool = False

    def __post_init__(self) -> None:
        self._titles = {fold(row.title) for row in self.table.rows}

    def takes_foot(self, number: int, cells: Mapping[int, Cell]) -> bool:
        """Whether the row is a note or a signature, and goes on being one in the rows below."""
        said = list(self._said(cells).values())
        if not said or any(_STARTS_WITH_FIGURE.match(words) for words in said):
            return False
        first = fold(said[0])
        signs = all(is_signature(fold(words)) for words in said)
        names = self._signed and len(said) <= LEAST_NUMBERS and all(len(one) <= LONGEST_SIGNATURE for one in said)
        goes_on = bool(self.feet) and self.feet[-1][0] == number - 1 and _MORE_OF_NOTE.match(said[0])
        if not (signs or names or goes_on or _NOTE.fullmatch(first)):
            return False
        self._signed = self._signed or signs
        self.feet.append((number, said[0]))
        return True

    def take_strays(self, number: int, cells: Mapping[int, Cell]) -> None:
        for place, words in self._said(cells).items():
            if place not in self.columns:
                self.strays.append(f"{column_letters(place)}{number} có “{words}”")

    def _said(self, cells: Mapping[int, Cell]) -> dict[int, str]:
        """By column; without what the form itself has printed and without the numbers of lines."""
        said = ((place, words_of(cell)) for place, cell in cells.items())
        return {place: words for place, words in said if words and not self._is_ours(place, fold(words))}

    def _is_ours(self, place: int, folded: str) -> bool:
        if folded in self._titles or folded.startswith(f"{fold(self.table.code)}.") or _OURS.fullmatch(folded):
            return True
        return _NUMBERING.fullmatch(folded) is not None and place < min(self.columns)

    def remarks(self) -> list[str]:
        name = f"Bảng {self.table.number}"
        told = []
        if self.feet:
            rows = ", ".join(str(number) for number, _ in self.feet)
            told.append(
                f"{name}, dòng {rows} của tệp là ghi chú hoặc chữ ký ({_quoted(self.feet)}) nên không đọc; "
                "điều cần nói thêm, hãy viết trong thư trả lời"
            )
        if self.strays:
            cells = ", ".join(self.strays[:MOST_QUOTED]) + (" …" if len(self.strays) > MOST_QUOTED else "")
            told.append(
                f"{name}: ô {cells} nằm ngoài các ô nhập của bảng nên không đọc; "
                "hãy ghi vào đúng cột hoặc viết trong thư trả lời"
            )
        return told


def _quoted(feet: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"“{words}”" for _, words in feet[:MOST_QUOTED]) + (" …" if len(feet) > MOST_QUOTED else "")
