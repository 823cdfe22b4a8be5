"""Whose form a workbook is: written in several places, because no single one survives every spreadsheet program.

The visible cell survives copying the sheet; the name, the keywords and the hidden sheet survive re-saving; the custom
property survives LibreOffice but not Gnumeric. All copies that are present must name the same case.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from infra.workbook.copies import (
    FIELDS,
    SEAL_FIELD,
    SEPARATOR,
    Sealing,
)
from infra.workbook.layout import META_SHEET, cell_text
from infra.workbook.slots import CASE_CODE as CASE_CODE_SLOT
from infra.workbook.slots import CHECKLIST, SEAL, TOKEN, UNIT, VERSION
from tasks.domain.checklist import Form, Identity

SLOTS = dict(zip((*FIELDS, SEAL_FIELD), (CASE_CODE_SLOT, TOKEN, UNIT, CHECKLIST, VERSION, SEAL), strict=True))
DEFINED_NAME = "KIEMTRA_PHIEU"
PROPERTY = "KiemtraPhieu"
_NOT_IN_A_LINE = re.compile(r'["|\s]')


def stamp(book: Workbook) -> None:
    """Slots everywhere but in the visible cell and the footer, which belong to the form's looks."""
    line = SEPARATOR.join(SLOTS.values())
    sheet = book.create_sheet(META_SHEET)
    sheet.sheet_state = "veryHidden"
    for row, (name, slot) in enumerate(SLOTS.items(), start=1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, slot)
    book.defined_names[DEFINED_NAME] = DefinedName(DEFINED_NAME, attr_text=f'"{line}"')
    book.properties.keywords = line
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=line))


def identity_words(form: Form, sealing: Sealing) -> Mapping[str, str]:
    """What goes into the slots."""
    identity = Identity(form.case_code, form.token, form.unit_code, form.checklist.code, form.checklist.version)
    words = [_NOT_IN_A_LINE.sub("", cell_text(word)) for word in asdict(identity).values()]
    return dict(zip(SLOTS.values(), [*words, sealing.of(Identity(*words))], strict=True))
