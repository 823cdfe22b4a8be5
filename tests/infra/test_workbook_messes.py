"""Any answers, as any clerk writes them, come back as they were meant; a mess changes its own cell and no other."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from infra.workbook.layout import answer_text
from tasks.domain.answer import Raw
from tasks.domain.checklist import CHOICES, AnswerType, Item, Reading
from tasks.domain.old_letters import OldLetters, encoded
from tasks.domain.vietnamese import day_text, number_text
from tests.infra.test_workbook import (
    ANSWERS,
    BOOKS,
    CHECKLIST,
    FORM,
    VALUES,
    Clerk,
    filled,
    read,
    values,
    written,
)

# --- a clerk who knows the answers and writes them in a way of his own -----------------------------------------------


def choice(type_: AnswerType) -> st.SearchStrategy[tuple[Any, Raw]]:
    spell = st.sampled_from([str, str.upper, str.lower, lambda word: f" {word} ", lambda word: word + "."])
    return st.tuples(st.sampled_from(CHOICES[type_][:-1]), spell).map(lambda drawn: (drawn[0], drawn[1](drawn[0])))


def whole(value: int) -> st.SearchStrategy[tuple[Any, Raw]]:
    spellings = [value, str(value), number_text(value), f"{value} cuộc", f"{number_text(value)} cuộc"]
    return st.sampled_from([(value, one) for one in spellings])


def decimal(cents: int) -> st.SearchStrategy[tuple[Any, Raw]]:
    value = cents / 100
    spellings = [value, number_text(value), f"{number_text(value)} triệu đồng", f"{value:.2f}".replace(".", ",")]
    return st.sampled_from([(value, one) for one in spellings])


def percent(tenths: int) -> st.SearchStrategy[tuple[Any, Raw]]:
    value = tenths / 10
    return st.sampled_from([(value, f"{number_text(value)}%"), (value, f"{number_text(value)} %")])


def day(value: date) -> st.SearchStrategy[tuple[Any, Raw]]:
    spellings: list[Raw] = [
        day_text(value),
        f"{value.day}/{value.month}/{value.year}",
        f"{value.day}-{value.month}-{value.year}",
        f"{value.day}.{value.month}.{value.year}",
        f"ngày {value.day} tháng {value.month} năm {value.year}",
        value.isoformat(),
    ]
    if value.day > 12 or value.day == value.month:
        spellings.append(datetime(value.year, value.month, value.day))  # noqa: DTZ001
    return st.sampled_from([(value.isoformat(), one) for one in spellings])


# What a clerk means by a mark is what he writes; each strategy draws (meant, written).
CLERK: dict[AnswerType, st.SearchStrategy[tuple[Any, Raw]]] = {
    AnswerType.CO_KHONG: choice(AnswerType.CO_KHONG)
    | st.sampled_from([("Có", True), ("Không", False), ("Có", "x"), ("Có", "✓"), ("Không", "K"), ("Có", 1)]),
    AnswerType.MUC: choice(AnswerType.MUC),
    AnswerType.SO: st.integers(0, 10**9).flatmap(whole),
    AnswerType.SO_THAP_PHAN: st.integers(0, 10**9).filter(lambda cents: cents % 100).flatmap(decimal),
    AnswerType.TY_LE: st.integers(0, 1000).flatmap(percent),
    AnswerType.NGAY: st.dates(date(2000, 1, 1), date(2050, 12, 31)).flatmap(day),
    AnswerType.VAN_BAN: written(80).filter(lambda text: text and not text.startswith("#")).map(lambda one: (one, one)),
}


def answers() -> st.SearchStrategy[dict[str, tuple[Any, Raw]]]:
    return st.fixed_dictionaries({}, optional={item.code: CLERK[item.type] for item in CHECKLIST.items})


@settings(max_examples=60, deadline=None)
@given(answers(), st.booleans())
def test_whatever_a_clerk_writes_is_read_as_it_was_meant(drawn: dict[str, tuple[Any, Raw]], decomposed: bool) -> None:
    """Composed and decomposed letters (macOS, some phones) are one."""
    raws = {code: raw for code, (_, raw) in drawn.items()}
    if decomposed:
        raws = {code: unicodedata.normalize("NFD", raw) if isinstance(raw, str) else raw for code, raw in raws.items()}
    reading = read(Clerk(BOOKS.build(FORM)).fill(raws))
    assert reading.faults == ()
    assert values(reading) == {code: meant for code, (meant, _) in drawn.items()}
    required = {item.code for item in CHECKLIST.items if item.required}
    assert set(reading.missing) == required - drawn.keys()


# --- messes: each in one cell -----------------------------------------------------------------------------------------

RAW_MESSES: tuple[Raw, ...] = (
    *("", " ", "-", "chưa", "n/a", "?", "ba", "khoảng 15", "~10", "5-7", "1.5 tỷ", "10 xe", "có thể", "Có/Không"),
    *("1.234", "1,234", "1.234,5", "1,234.5", "12.5", "0,95", "1e5", "9" * 400, "12,5%", "150%", "-3"),
    *("31/02/2025", "12/25/2025", "5/3", "3/2025", "5/3/25", "quý I", "05/02/1925"),
    *("#N/A", "#REF!", "#DIV/0!", "Kh«ng", "Khoâng", "=1+1", "+84 233", "@x", "\u200b", "Có" + "\u0301"),
    *(0, 1, 0.5, 1.25, 1.234, -3, 1e300, 45_693, True, False),
    *(datetime(2025, 5, 3), datetime(2025, 12, 25), datetime(1900, 4, 7)),  # noqa: DTZ001
)


def only_own_cell(reading: Reading, own: str) -> None:
    others = {code: value for code, value in VALUES.items() if code != own}
    assert {code: value for code, value in values(reading).items() if code != own} == others
    assert {fault.item for fault in reading.faults} <= {own}
    assert set(reading.missing) <= {own}


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(CHECKLIST.items), st.sampled_from(RAW_MESSES))
def test_a_mess_in_one_cell_changes_what_is_read_of_that_cell_only(item: Item, raw: Raw) -> None:
    only_own_cell(read(filled(**{item.code: raw})), item.code)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CHECKLIST.items), st.sampled_from(("Minh chứng", "Ghi chú")), st.sampled_from(RAW_MESSES))
def test_a_mess_beside_an_answer_changes_no_answer(item: Item, caption: str, raw: Raw) -> None:
    reading = read(filled().put(item.code, raw, caption))
    assert values(reading) == VALUES
    assert reading.faults == ()


def insert_row(clerk: Clerk, item: Item) -> None:
    clerk.sheet.insert_rows(clerk.cell(item.code).row)


def insert_column(clerk: Clerk, item: Item) -> None:
    clerk.sheet.insert_cols(clerk.cell(item.code).column)


def a_column_before_all(clerk: Clerk, item: Item) -> None:
    clerk.sheet.insert_cols(1)


def rename_sheet(clerk: Clerk, item: Item) -> None:
    clerk.sheet.title = f"Sao của {item.code}"


def another_sheet_first(clerk: Clerk, item: Item) -> None:
    clerk.book.create_sheet("Tính nháp", 0)["A1"] = item.code


def sort_rows(clerk: Clerk, item: Item) -> None:
    """The last answer first: every row of the table in the opposite order."""
    rows = [row for row in clerk.sheet.iter_rows(min_row=clerk.header + 1) if row[0].value]
    contents = [[(cell.value, cell.data_type) for cell in row] for row in rows]
    for row, content in zip(rows, reversed(contents), strict=True):
        for cell, (value, kind) in zip(row, content, strict=True):
            cell.value = value
            cell.data_type = kind


def ordinary_cells(clerk: Clerk, item: Item) -> None:
    clerk.cell(item.code).number_format = "General"


def a_remark_below(clerk: Clerk, item: Item) -> None:
    clerk.sheet.cell(clerk.sheet.max_row + 2, 2, "Người lập biểu (ký, ghi rõ họ tên)")


def a_totals_row(clerk: Clerk, item: Item) -> None:
    clerk.sheet.cell(clerk.sheet.max_row + 1, 1, "Cộng")
    clerk.sheet.cell(clerk.sheet.max_row, clerk.cell(item.code).column, "=SUM(E10:E20)")


def lower_case_code(clerk: Clerk, item: Item) -> None:
    next(cell for cell in clerk.sheet["A"] if cell.value == item.code).value = f" {item.code.lower()} "


STRUCTURE_MESSES: tuple[Callable[[Clerk, Item], None], ...] = (
    insert_row,
    rename_sheet,
    another_sheet_first,
    sort_rows,
    ordinary_cells,
    a_remark_below,
    a_totals_row,
    lower_case_code,
    insert_column,
    a_column_before_all,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CHECKLIST.items), st.lists(st.sampled_from(STRUCTURE_MESSES[:6]), max_size=4, unique=True))
def test_what_people_do_to_the_sheet_moves_answers_and_changes_none(
    item: Item, messes: list[Callable[[Clerk, Item], None]]
) -> None:
    clerk = filled()
    for mess in messes:
        mess(clerk, item)
    assert values(read(clerk)) == VALUES


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CHECKLIST.items), st.sampled_from(STRUCTURE_MESSES))
def test_each_of_these_messes_alone_changes_no_answer(item: Item, mess: Callable[[Clerk, Item], None]) -> None:
    clerk = filled()
    mess(clerk, item)
    assert values(read(clerk)) == VALUES


def test_a_ticked_no_is_no_nought_even_after_a_nought_was_read() -> None:
    assert values(read(filled(M03=0)))["M03"] == 0
    assert [fault.item for fault in read(filled(M03=False)).faults] == ["M03"]


# --- letters ---------------------------------------------------------------------------------------------------------


@given(st.sampled_from(list(OldLetters)), st.sampled_from(list(CHOICES[AnswerType.CO_KHONG][:-1])))
def test_choices_in_old_letters_are_the_same_choices(old: OldLetters, word: str) -> None:
    assert values(read(filled(M01=encoded(word, old))))["M01"] == word


def test_a_cell_in_an_old_font_is_read_by_its_font() -> None:
    clerk = filled(M07=encoded("Đã họp thôn, còn chậm", OldLetters.TCVN3))
    clerk.cell("M07").font = Font(name=".VnTime", size=12)
    value = read(clerk).accepted["M07"]
    assert value.value == "Đã họp thôn, còn chậm"
    assert "TCVN3 (phông .VnTime)" in value.flag


@pytest.mark.parametrize("format_", ["General", "dd/mm/yyyy"])
def test_a_day_of_a_book_that_counts_from_1904_is_that_day_whatever_the_format_of_its_cell(format_: str) -> None:
    clerk = filled(M03=45_713)
    clerk.book.epoch = CALENDAR_MAC_1904
    clerk.put("M05", (date(2025, 2, 25) - date(1904, 1, 1)).days)
    clerk.cell("M05").number_format = format_
    reading = read(clerk)
    assert values(reading)["M05"] == "2025-02-25"
    assert "25/02/2025" in reading.accepted["M05"].flag
    assert values(reading)["M03"] == 45_713


def test_what_stands_beside_an_accepted_answer_is_named_when_it_is_not_read() -> None:
    """A second column of answers, a correction at the edge of the sheet: neither is taken, and both are told."""
    clerk = filled()
    cell = clerk.cell("M03")
    clerk.sheet.cell(cell.row, clerk.sheet.max_column + 1).value = "số đúng là 999"
    reading = read(clerk)
    assert values(reading)["M03"] == 1250
    (remark,) = reading.remarks
    assert remark.startswith("Mục M03: ngoài câu trả lời, ô ")
    assert "“số đúng là 999” không được đọc" in remark


def test_an_error_of_the_sheet_is_no_evidence() -> None:
    reading = read(filled().put("M01", "#REF!", "Minh chứng"))
    assert reading.accepted["M01"].evidence == ""
    assert any("ô đang báo lỗi #REF!" in remark for remark in reading.remarks)


def test_every_value_is_prefilled_as_it_would_be_typed() -> None:
    reading = read(filled())
    again = {code: answer_text(CHECKLIST.item(code), value) for code, value in values(reading).items()}
    assert values(read(filled(**{**ANSWERS, **again}))) == VALUES
