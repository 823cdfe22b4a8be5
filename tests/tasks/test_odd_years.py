"""Years as an office may live them and nobody plans them: each makes papers that read like any other."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.servers import SqliteFiles
from tests.tasks.compiled import Compiled, compiled, report_round, reports
from tests.tasks.world import ANSWERS, DUE, PLAN, UNITS, World, new_world

ASKED = 'kinds = ["xa", "thi_tran", "co_quan"]'
NOT_FOR_READERS = re.compile(r"None|nan\b|\{|\}|\( ?\)|\b0/0\b|(?<!hạn )(?<![\d.])0 đơn vị|[:;,] ?[.;]|\.\.|  +\S")
"""What slips into papers where nothing stands."""


@pytest.fixture
def databases(sqlite: SqliteFiles) -> SqliteFiles:
    return sqlite


@pytest.fixture
def empty(sqlite: SqliteFiles, templates: Templates, tmp_path: Path) -> Iterator[World]:
    with templates.copy(sqlite, "empty") as engine:
        yield new_world(engine, tmp_path)


def assert_readable(year: Compiled) -> None:
    """No sentence with a hole, no heading with nothing below it, no sheet without a line."""
    blanks = re.compile(r"(số|ngày|tháng) {6}")  # left for the văn thư
    paragraphs = [blanks.sub("", one.text) for one in year.word.paragraphs]
    assert [text for text in paragraphs if NOT_FOR_READERS.search(text)] == []
    styles = (one.style.name for one in year.word.paragraphs if one.text)
    levels = [int(name[-1]) if name.startswith("Heading") else 9 for name in styles]
    assert [one for one in pairwise(levels) if one[0] < 9 and one[1] <= one[0]] == []
    for sheet in year.book:
        lines = [row for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row)]
        assert len(lines) > 3, sheet.title


def test_a_kind_that_no_unit_has_leaves_no_line_and_no_zeros(empty: World) -> None:
    more = 'kinds = ["xa", "thi_tran", "co_quan", "truong_hoc", "doanh_nghiep_nha_nuoc", "doanh_nghiep"]'
    empty.take_in(UNITS)
    empty.take_in_plan(PLAN.replace(ASKED, more))
    report_round(empty)
    reports(empty, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    year = compiled(empty, "2025-12-01 08:00")
    assert_readable(year)
    assert {row["Loại hình"] for row in year.rows("Theo loại hình")} == {"Xã", "Thị trấn", "Cơ quan chuyên môn", "Cộng"}
    assert "sử dụng lao động" not in year.prose
    assert "rường học" not in year.prose


def test_an_office_of_one_unit(empty: World) -> None:
    empty.take_in(UNITS[:1])
    empty.take_in_plan(PLAN.replace('units = ["xa-vinh-o", "ptp"]\n', ""))
    report_round(empty)
    reports(empty, "xa-vinh-o", "2025-10-20 09:00", dict(ANSWERS))
    year = compiled(empty, "2025-12-01 08:00")
    assert_readable(year)
    assert "1/1 đơn vị trả lời đủ (100,0%)" in year.prose
    assert "đều là" not in year.prose


def test_a_year_in_which_nobody_answers(begun: World) -> None:
    year = compiled(report_round(begun), "2025-12-01 08:00")
    assert_readable(year)
    assert {row["Kết quả"] for row in year.rows("Chưa trả lời đủ")} == {"Không trả lời"}


@pytest.mark.parametrize("when", ["2025-05-16 23:59", DUE, "2025-06-15 08:00"])
def test_a_year_that_is_still_under_way(begun: World, when: str) -> None:
    begun.answer("xa-vinh-o", "2025-04-08 11:00")
    assert_readable(compiled(begun, when))
