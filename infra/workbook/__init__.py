"""The checklist as an Excel workbook: built for a unit, read when it comes back."""

from infra.workbook.form import build_form
from infra.workbook.guard import open_parts
from infra.workbook.identity import code_at_a_glance, collect_identity
from infra.workbook.opening import Book
from infra.workbook.reading import read_form
from tasks.domain.checklist import Checklist, Form, Reading


class ExcelWorkbooks:
    """The Workbooks of the Toolbox. Holds nothing: the same form gives the same bytes, on any machine."""

    def build(self, form: Form) -> bytes:
        return build_form(form)

    def read(self, data: bytes, checklist: Checklist, *, estimate: bool = False) -> Reading:
        open_parts(data)
        return read_form(Book(data), checklist, estimate=estimate)

    def case_code(self, data: bytes) -> str:
        return code_at_a_glance(open_parts(data)) or collect_identity(Book(data)).case_code
