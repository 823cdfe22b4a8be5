"""A write-only workbook of plain tables: a few looks, one header row that repeats, filters, A4 landscape."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from textwrap import wrap
from typing import Any
from zipfile import ZIP_DEFLATED

from openpyxl import Workbook
from openpyxl.chart.bar_chart import BarChart
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from infra.document.package import timeless, xml_text
from infra.document.sheet_looks import STYLES
from infra.document.sheet_rows import Content, SheetRows, Styled
from infra.excel_package import ExcelPackage
from infra.excel_text import cut

LONGEST_TITLE = 31
LINE_HEIGHT = 15.0
TALLEST_ROW = 8  # lines; a longer answer is whole in its cell, only not on the screen
PAGE_CHARACTERS = 220  # what an A4 page on its side still shows legibly
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Column:
    caption: str
    width: float
    style: str = "mark"


def wide(columns: Iterable[Column]) -> tuple[int, int]:
    """For a table of many columns: as many pages side by side as keep it legible."""
    return ceil(sum(column.width for column in columns) / PAGE_CHARACTERS), 0


class Book:
    def __init__(self, title: str, author: str, made_at: datetime) -> None:
        self._book = Workbook(write_only=True)
        properties = self._book.properties
        properties.title, properties.creator, properties.lastModifiedBy = title, author, author
        properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._titles = {"", "history"}  # Excel keeps this one for itself

    @contextmanager
    def page(
        self,
        title: str,
        heading: Sequence[Styled],
        columns: Sequence[Column],
        *,
        frozen: int = 0,
        pages: tuple[int, int] | None = None,
    ) -> Iterator["Page"]:
        """`pages`: printed so many pages wide and high, 0 is as many as it takes; else as keeps the table legible."""
        sheet = self._book.create_sheet(self._free_title(title))
        page = Page(sheet, heading, columns, frozen, pages or wide(columns))
        yield page
        page.finish()

    def to_bytes(self) -> bytes:
        buffer = BytesIO()
        # Not Workbook.save: that would write the clock into the properties.
        with ExcelPackage(buffer, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(self._book, archive).write_data()
        return timeless(buffer.getvalue())

    def _free_title(self, wanted: str) -> str:
        """At most 31 characters as Excel counts them, none that a sheet's name may not have, and not taken yet."""
        plain = _NOT_IN_TITLES.sub(" ", xml_text(wanted))
        endings = ("", *(f" ({number})" for number in range(2, 100)))
        # No apostrophe at either end: Excel writes a name between two where it refers to a sheet.
        tries = (_whole_words(plain, LONGEST_TITLE - len(ending)).strip("' ") + ending for ending in endings)
        title = next(one for one in tries if one.casefold() not in self._titles)
        self._titles.add(title.casefold())
        return title


def _whole_words(text: str, length: int) -> str:
    """Cut between two words where there are two, as Excel counts characters."""
    short = cut(text, length)
    is_within_a_word = short[-1:].isalnum() and text[len(short) : len(short) + 1].isalnum()
    return short.rpartition(" ")[0].rstrip(" -,") or short if is_within_a_word else short


class Page:
    """One sheet: heading lines, a header row, then row after row."""

    def __init__(
        self, sheet: Any, heading: Sequence[Styled], columns: Sequence[Column], frozen: int, pages: tuple[int, int]
    ) -> None:
        self.sheet, self._columns, self._frozen = sheet, columns, frozen
        heading = [line for one in heading for line in _wrapped(one, self._heading_width(pages))]
        self._header = len(heading) + 2 if heading else 1
        self.rows = self._totals = 0
        self._wrapping = [(at, column.width) for at, column in enumerate(columns) if STYLES[column.style].wrap]
        self._set_up(pages)
        self._written = SheetRows(sheet)
        for line in heading:
            self._written.put([line])
        if heading:
            self._written.put([])
        captions = [column.caption for column in columns]
        height = _height(zip(captions, (column.width for column in columns), strict=True), bold=True)
        self._written.put([Styled(caption, "caption") for caption in captions], height)

    def _heading_width(self, pages: tuple[int, int]) -> float:
        """On pages side by side only the frozen columns come again, and a longer heading would be cut in mid-word."""
        every = self._columns if pages[0] == 1 else self._columns[: self._frozen]
        return sum(column.width for column in every)

    @property
    def first_row(self) -> int:
        return self._header + 1

    @property
    def last_row(self) -> int:
        return self._header + self.rows

    def row(self, values: Iterable[Content | Styled]) -> None:
        """A value takes its column's style; None leaves a ruled blank."""
        cells = [
            value if isinstance(value, Styled) else Styled(value, column.style)
            for value, column in zip(values, self._columns, strict=True)
        ]
        self.rows += 1
        self._written.put(cells, _height((cells[at].value, width) for at, width in self._wrapping))

    def total(self, values: Iterable[Content | Styled]) -> None:
        """Below all rows and outside of the filter: sorted among the others it would count them twice."""
        self.row(values)
        self._totals += 1

    def remark(self, text: str) -> None:
        """A sentence under an empty table."""
        self._written.put([Styled(text, "remark")])

    def chart(self, chart: BarChart, rows: int) -> None:
        """Below the table and exactly as wide: programs disagree on how many centimetres a column is."""
        top = self.last_row + 1
        corners = AnchorMarker(col=0, row=top), AnchorMarker(col=len(self._columns), row=top + rows)
        chart.anchor = TwoCellAnchor("twoCell", *corners)
        self.sheet.add_chart(chart)

    def finish(self) -> None:
        last = get_column_letter(len(self._columns))
        if self.rows > self._totals:
            self.sheet.auto_filter.ref = f"A{self._header}:{last}{self.last_row - self._totals}"
        self.sheet.print_title_rows = f"{self._header}:{self._header}"
        if self._frozen and self.sheet.page_setup.fitToWidth > 1:
            self.sheet.print_title_cols = f"A:{get_column_letter(self._frozen)}"

    def _set_up(self, pages: tuple[int, int]) -> None:
        sheet = self.sheet
        for number, column in enumerate(self._columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        sheet.freeze_panes = f"{get_column_letter(self._frozen + 1)}{self._header + 1}"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        setup, margins = sheet.page_setup, sheet.page_margins
        setup.orientation, setup.paperSize = "landscape", 9
        setup.fitToWidth, setup.fitToHeight = pages
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "Trang &P/&N"


def _height(texts: Iterable[tuple[Content, float]], *, bold: bool = False) -> float | None:
    """Of a row of wrapped text: LibreOffice would draw its lines over each other."""
    wide = 1.1 if bold else 0.9
    lines = max((_lines(text, width / wide) for text, width in texts if isinstance(text, str)), default=1)
    return LINE_HEIGHT * min(lines, TALLEST_ROW) + 3 if lines > 1 else None


def _wrapped(line: Styled, width: float) -> list[Styled]:
    """By words, as many characters a line as so many columns of ordinary letters hold."""
    look = STYLES[line.style]
    letters = width * 11 / look.size * (0.8 if look.bold else 1)
    return [Styled(one, line.style) for one in wrap(str(line.value), max(int(letters), 20))]


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))


__all__ = ["Book", "Column", "Content", "Page", "Styled", "wide"]
