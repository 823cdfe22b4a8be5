"""Sheets that a clerk does not see are nothing he could mend: programs put them there, and so do we."""

from pathlib import Path

import pytest

from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.test_workbook import VALUES, Clerk, filled, read, values

TOLD = (
    "Trang “Phụ lục thôn” không thuộc phiếu nên không đọc; "
    "hãy ghi nội dung vào các trang của phiếu, hoặc gửi thành tệp riêng"
)


def with_sheets(state: str) -> Clerk:
    """One that a program has hidden, beside one that the clerk has added."""
    clerk = filled()
    hidden = clerk.book.create_sheet("WpsReserved_CellImgList")
    hidden["A1"], hidden.sheet_state = "ID_1", state
    clerk.book.create_sheet("Phụ lục thôn")["B2"] = "Thôn 5 chưa họp"
    return clerk


def assert_only_what_is_seen_is_named(data: bytes | Clerk) -> None:
    reading = read(data)
    assert values(reading) == VALUES
    assert reading.remarks == (TOLD,)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("title", ["WpsReserved_CellImgList", "Kangatang", "Trang nháp"])
def test_a_hidden_sheet_is_not_named(title: str, state: str) -> None:
    clerk = with_sheets(state)
    clerk.book["WpsReserved_CellImgList"].title = title
    assert_only_what_is_seen_is_named(clerk)


def test_answers_on_a_sheet_that_was_hidden_are_read() -> None:
    clerk = filled()
    clerk.book.create_sheet("Bìa")
    clerk.book.active = clerk.book["Bìa"]
    clerk.sheet.sheet_state = "hidden"
    assert values(read(clerk)) == VALUES


@pytest.mark.libreoffice
def test_hidden_sheets_are_not_named_in_files_of_libreoffice(tmp_path: Path) -> None:
    (files,) = worked(tmp_path, [Job(with_sheets("hidden").save(), formats=("xlsx", "ods", "xls"))])
    for data in files.values():
        assert_only_what_is_seen_is_named(data)


@pytest.mark.gnumeric
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_hidden_sheets_are_not_named_in_files_of_gnumeric(kind: str, tmp_path: Path) -> None:
    """Which shows in its .xlsx what was hidden: a sheet of WPS is then known by its name."""
    assert_only_what_is_seen_is_named(saved_by_gnumeric(tmp_path, with_sheets("veryHidden").save(), kind))
