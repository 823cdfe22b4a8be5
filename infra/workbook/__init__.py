"""The checklist as an Excel workbook: built for a unit, read when it comes back."""

from infra.workbook.form import build_form
from infra.workbook.opening import open_book
from infra.workbook.reading import read_form
from infra.workbook.whose import collect_identity
from tasks.domain.checklist import Checklist, Form, Reading


class ExcelWorkbooks:
    """The Workbooks of the Toolbox: the same form gives the same bytes, on any machine."""

    def build(self, form: Form) -> bytes:
        return build_form(form)

    def read(self, data: bytes, checklist: Checklist, *, estimate: bool = False) -> Reading:
        return read_form(open_book(data), checklist, estimate=estimate)

    def case_code(self, data: bytes) -> str:
        return collect_identity(open_book(data)).case_code
