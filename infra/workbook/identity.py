"""Whose form a workbook is: written in several places, because no single one survives every spreadsheet program.

The visible cell survives copying the sheet; the name, the keywords and the hidden sheet survive re-saving; the custom
property survives LibreOffice but not Gnumeric. All copies that are present must name the same case.
"""

from dataclasses import asdict, fields

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from infra.workbook.layout import META_SHEET
from tasks.domain.checklist import Form, Identity

FIELDS = tuple(field.name for field in fields(Identity))
DEFINED_NAME = "KIEMTRA_PHIEU"
PROPERTY = "KiemtraPhieu"
SEPARATOR = "|"


def stamp(book: Workbook, form: Form) -> None:
    """Everywhere but in the visible cell and the footer, which belong to the form's looks."""
    identity = Identity(form.case_code, form.token, form.unit_code, form.checklist.code, form.checklist.version)
    line = SEPARATOR.join(asdict(identity).values())
    sheet = book.create_sheet(META_SHEET)
    sheet.sheet_state = "veryHidden"
    for row, (name, value) in enumerate(asdict(identity).items(), start=1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, value).data_type = "s"
    book.defined_names[DEFINED_NAME] = DefinedName(DEFINED_NAME, attr_text='"' + line.replace('"', "") + '"')
    book.properties.keywords = line
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=line))
