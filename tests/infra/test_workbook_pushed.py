"""Figures of a table with fixed lines that stand a line too low or too high: the rows at both ends show it."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.checklist import Reading
from tests.infra.test_workbook import BOOKS, ESTIMATING

CHECKLIST = FileDefinitions(TEMPLATES).checklist("bao-cao-xa")
FIGURES = (("2", "4", "1", "3", "1"), ("1", "2", "1", "2", "0"), ("9", "11", "8", "6", "5"))


def typed(first: int, *rows: tuple[str, ...]) -> Reading:
    """Into Bảng VII, from this of its lines on; the one behind its last is that of the sum."""
    book = openpyxl.load_workbook(BytesIO(BOOKS.build(replace(ESTIMATING, checklist=CHECKLIST))))
    sheet = book["Bảng VII"]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "BVII.khieu_nai")
    for number, row in enumerate(rows, start=top + first):
        for column, figure in enumerate(row, start=3):
            sheet.cell(number, column).value = figure
    buffer = BytesIO()
    book.save(buffer)
    return BOOKS.read(buffer.getvalue(), CHECKLIST, estimate=True)


def asked(reading: Reading) -> set[str]:
    return {fault.item.partition(".")[2].partition(".")[0] for fault in reading.faults if "bị lệch" in fault.sentence}


def test_figures_pushed_into_the_row_of_the_sum_are_asked_back_together() -> None:
    reading = typed(1, *FIGURES)
    assert asked(reading) == {"to_cao", "kien_nghi"}
    assert not [code for code in reading.accepted if code.startswith("BVII.")]


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        (0, FIGURES),
        (0, (*FIGURES, ("12", "17", "10", "11", "6"))),  # with its sum
        (0, (*FIGURES, ("12", "17", "10", "11", "9"))),  # with a wrong sum, that is told otherwise
        (1, FIGURES[1:]),  # no complaint at all
        (1, (*FIGURES[1:], ("10", "13", "9", "8", "5"))),
        (0, FIGURES[:2]),  # no petitions
        (0, (("1", "1", "0", "0", "0"), ("0", "0", "0", "0", "0"), ("1", "1", "0", "1", "0"))),
    ],
)
def test_a_table_that_is_as_it_should_be_is_taken(first: int, rows: tuple[tuple[str, ...], ...]) -> None:
    reading = typed(first, *rows)
    assert asked(reading) == set()
    assert [code for code in reading.accepted if code.startswith(("BVII.kien_nghi.", "BVII.khieu_nai."))]


def test_figures_that_begin_in_the_head_are_asked_back_together() -> None:
    reading = typed(-1, *FIGURES)
    assert asked(reading) == {"khieu_nai", "to_cao"}
    assert not [code for code in reading.accepted if code.startswith("BVII.")]


@pytest.mark.parametrize("last", [("(phần mềm tự cộng)",) * 5, ("10", "13", "9", "8", "5")])
def test_who_deletes_the_cells_of_a_line_pulls_up_the_row_of_the_sum(last: tuple[str, ...]) -> None:
    reading = typed(0, *FIGURES[1:], last, ("",) * 5)
    assert {"khieu_nai", "to_cao"} <= asked(reading)
    assert not [code for code in reading.accepted if code.startswith("BVII.")]
