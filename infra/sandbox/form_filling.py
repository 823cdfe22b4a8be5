"""A form filled in as people do: answers typed into its open cells as the column beside them asks.

Nothing of the program's rules is used here but the spelling of its captions.
"""

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from tasks.domain.vietnamese import fold

PHRASES = (
    "Kinh phí còn hạn chế, đề nghị hỗ trợ thêm cho Ban Thanh tra nhân dân.",
    "Một số thôn vùng sâu khó tập hợp đủ đại diện hộ gia đình dự họp.",
    "Đơn vị đã bố trí hòm thư góp ý và đường dây nóng, tiếp nhận ý kiến hằng tuần.",
    "Đề nghị tập huấn nghiệp vụ cho cán bộ mới nhận nhiệm vụ.",
)
MOST_MISTAKES = 3


@dataclass(frozen=True)
class Filled:
    data: bytes
    values: Mapping[str, str]
    """Item -> what was typed."""


def filled(workbook: bytes, chance: random.Random, *, only_half: bool = False, mistakes: bool = False) -> Filled:
    book = load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    heading, columns = _table(sheet)
    values: dict[str, str] = {}
    rows = [row for row in range(heading + 1, sheet.max_row + 1) if _is_item(sheet.cell(row, columns["ma"]).value)]
    spoilt, whole = 0, ""
    for number, row in enumerate(rows):
        how, cell = str(sheet.cell(row, columns["cach tra loi"]).value), sheet.cell(row, columns["ket qua"])
        value = _answer(how, chance)
        question = str(sheet.cell(row, columns["noi dung kiem tra"]).value)
        if question.startswith("Trong số"):  # a part of the answer above
            value = str(min(int(value), int(whole)))
        whole = value
        if only_half and number >= len(rows) // 2:
            continue
        if mistakes and spoilt < MOST_MISTAKES and (wrong := _mistake(how)):
            value, spoilt = wrong, spoilt + 1
        cell.value = value
        values[str(sheet.cell(row, columns["ma"]).value)] = value
        if "uoc ca nam" in columns and how.startswith("Số") and value.isdigit():
            sheet.cell(row, columns["uoc ca nam"]).value = str(int(value) + chance.randrange(4))
    out = io.BytesIO()
    book.save(out)
    return Filled(out.getvalue(), values)


def _table(sheet: Any) -> tuple[int, dict[str, int]]:
    for cells in sheet.iter_rows(min_row=1, max_row=40):
        captions = {fold(str(cell.value)): cell.column for cell in cells if cell.value}
        if "ma" in captions and "ket qua" in captions:
            return cells[0].row, captions
    raise AssertionError("the form has no table")


def _is_item(value: object) -> bool:
    return isinstance(value, str) and value[:2].isalpha() and value[2:].isdigit()


def _answer(how: str, chance: random.Random) -> str:
    """What a clerk types for a question of this kind; spellings vary as people's do."""
    if how.startswith("Chọn: Có"):
        return chance.choices(("Có", "có", "Không", "Không áp dụng"), (78, 6, 12, 4))[0]
    if how.startswith("Chọn"):
        return chance.choices(("Đạt", "Đạt một phần", "Không đạt"), (75, 20, 5))[0]
    if how.startswith("Tỷ lệ"):
        return chance.choice(("87,5", "92%", "100", "71,4%", "95"))
    if how.startswith("Ngày"):
        return f"{chance.randrange(1, 28):02d}/{chance.randrange(1, 10):02d}/2025"
    if how.startswith("Số"):
        return str(chance.randrange(0, 40))
    return chance.choice(PHRASES)


def _mistake(how: str) -> str:
    if how.startswith("Tỷ lệ"):
        return "150"
    if how.startswith("Ngày"):
        return "31/02/2025"
    return "vài cuộc" if how.startswith("Số") else ""
