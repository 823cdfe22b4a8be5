"""A yes or no of the spreadsheet itself is an answer, though a program has saved it as a formula that nobody typed."""

from pathlib import Path

import pytest

from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.test_workbook import VALUES, Clerk, filled, read, values


def ticked(says: bool | str) -> Clerk:
    clerk = filled()
    cell = clerk.cell("M01")
    cell.value, cell.number_format = says, "General"
    return clerk


def assert_taken(data: bytes | Clerk, meant: str) -> None:
    reading = read(data)
    assert values(reading) == VALUES | {"M01": meant}
    assert (reading.faults, reading.remarks) == ((), ())


@pytest.mark.parametrize(("says", "meant"), [("=TRUE()", "Có"), ("=FALSE()", "Không"), ("=true()", "Có")])
def test_a_formula_that_only_says_yes_or_no_is_that_answer(says: str, meant: str) -> None:
    assert_taken(ticked(says), meant)


@pytest.mark.parametrize("says", ["=NOT(FALSE())", "=1=1"])
def test_what_was_really_calculated_is_still_asked_back_or_told(says: str) -> None:
    reading = read(ticked(says))
    assert [fault.item for fault in reading.faults] == ["M01"]


@pytest.mark.libreoffice
def test_a_yes_or_no_that_libreoffice_saves_is_taken_without_a_word(tmp_path: Path) -> None:
    jobs = [Job(ticked(says).save(), formats=("xlsx", "ods", "xls")) for says in (True, False)]
    for files, meant in zip(worked(tmp_path, jobs), ("Có", "Không"), strict=True):
        for data in files.values():
            assert_taken(data, meant)


@pytest.mark.libreoffice
def test_a_calculated_yes_is_still_told_in_files_of_libreoffice(tmp_path: Path) -> None:
    (files,) = worked(tmp_path, [Job(ticked("=NOT(FALSE())").save(), formats=("xlsx", "ods", "xls"))])
    for kind, data in files.items():
        assert any("là công thức" in remark for remark in read(data).remarks), kind


@pytest.mark.gnumeric
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_yes_or_no_that_gnumeric_saves_is_taken_without_a_word(kind: str, tmp_path: Path) -> None:
    for says, meant in ((True, "Có"), ("=FALSE()", "Không")):
        assert_taken(saved_by_gnumeric(tmp_path, ticked(says).save(), kind), meant)
