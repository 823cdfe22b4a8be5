"""The checklist as an Excel workbook: built for a unit, read when it comes back."""

from collections.abc import Mapping

from infra.workbook.copies import Sealing
from infra.workbook.form import build_form
from infra.workbook.opening import open_book
from infra.workbook.reading import read_form
from infra.workbook.tables import form_tables
from infra.workbook.whose import collect_identity
from tasks.domain.checklist import Checklist, Form, Identity, Reading
from tasks.domain.errors import UnreadableWorkbook


class ExcelWorkbooks:
    """The Workbooks of the Toolbox: the same form gives the same bytes, on any machine of the house."""

    def __init__(self, key: bytes = b"") -> None:
        """`key` is what forms are sealed with; without it (a preview) none is known again as ours."""
        self._sealing = Sealing(key)

    def build(self, form: Form) -> bytes:
        return build_form(form, self._sealing)

    def read(
        self,
        data: bytes,
        checklist: Checklist,
        *,
        estimate: bool = False,
        last_year: Mapping[str, str] | None = None,
    ) -> Reading:
        return read_form(open_book(data), checklist, self._sealing, estimate=estimate, last_year=last_year)

    def identity(self, data: bytes) -> Identity:
        return collect_identity(open_book(data), self._sealing)

    def has_answers(self, data: bytes) -> bool:
        try:
            return bool(form_tables(open_book(data)))
        except UnreadableWorkbook:
            return False
