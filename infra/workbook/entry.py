"""What the open cells of a form accept while somebody types: drop-downs, and a sentence when it cannot be right."""

from collections.abc import Mapping, Set

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from infra.workbook.layout import CHOICES_SHEET
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType

# The cells hold text, so these look at the characters: digits once grouping is gone. Range and spelling are the
# reader's business; here only what is surely no number or no day is stopped.
_DIGITS = 'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},".",""),",","")," ",""),"%","")'
# "Không áp dụng" passes everywhere: an item with a condition takes it, and the reader says so of the others.
_OR_NOT_APPLICABLE = f'OR(TRIM({{cell}})="{NOT_APPLICABLE}",{{test}})'
FORMULAS: Mapping[AnswerType, str] = {
    AnswerType.SO: f"ISNUMBER(VALUE({_DIGITS}))",
    AnswerType.SO_THAP_PHAN: f"ISNUMBER(VALUE({_DIGITS}))",
    AnswerType.TY_LE: f"ISNUMBER(VALUE({_DIGITS}))",
    AnswerType.NGAY: "ISNUMBER(VALUE(RIGHT(TRIM({cell}),2)))",
}
# Excel allows 32 characters of title and 255 of text.
MISTAKES: Mapping[AnswerType, str] = {
    AnswerType.CO_KHONG: "Hãy chọn một giá trị trong danh sách: bấm mũi tên ▼ bên phải ô.",
    AnswerType.MUC: "Hãy chọn một giá trị trong danh sách: bấm mũi tên ▼ bên phải ô.",
    AnswerType.SO: "Ô này chỉ nhận số nguyên, ví dụ 12 hoặc 1250. Điều cần nói thêm xin ghi ở cột “Ghi chú”.",
    AnswerType.SO_THAP_PHAN: "Ô này chỉ nhận số, phần lẻ sau dấu phẩy, ví dụ 1234,5. "
    "Điều cần nói thêm xin ghi ở cột “Ghi chú”.",
    AnswerType.TY_LE: "Ô này chỉ nhận tỷ lệ từ 0 đến 100, ví dụ 87,5. Điều cần nói thêm xin ghi ở cột “Ghi chú”.",
    AnswerType.NGAY: "Hãy ghi đủ ngày/tháng/năm, ví dụ 05/02/2025.",
}
PROMPTS: Mapping[AnswerType, str] = {
    AnswerType.NGAY: "Ghi ngày/tháng/năm, ví dụ 05/02/2025.",
    AnswerType.TY_LE: "Ghi số từ 0 đến 100, ví dụ 87,5.",
}


def add_choices(book: Workbook, types: Set[AnswerType]) -> None:
    """The lists stand on a hidden sheet behind a name: a list written into the rule is lost in some programs."""
    used = [type_ for type_ in CHOICES if type_ in types]
    if not used:
        return
    sheet = book.create_sheet(CHOICES_SHEET)
    sheet.sheet_state = "hidden"
    for column, type_ in enumerate(used, start=1):
        for row, choice in enumerate(CHOICES[type_], start=1):
            sheet.cell(row, column, choice)
        letter, last = sheet.cell(1, column).column_letter, len(CHOICES[type_])
        reference = f"'{CHOICES_SHEET}'!${letter}$1:${letter}${last}"
        book.defined_names[_list_name(type_)] = DefinedName(_list_name(type_), attr_text=reference)


def add_rules(sheet: Worksheet, cells: Mapping[AnswerType, list[str]]) -> None:
    for type_, addresses in cells.items():
        if addresses and type_ in MISTAKES:
            rule = _rule(type_, addresses[0])
            rule.sqref = " ".join(addresses)
            sheet.add_data_validation(rule)


def _rule(type_: AnswerType, first: str) -> DataValidation:
    """`first`: the upper left cell, to which a formula of Excel is relative."""
    if type_ in CHOICES:
        # Without "=": openpyxl writes it as it stands, and Gnumeric reads "=NAME" as an error.
        rule = DataValidation(type="list", formula1=_list_name(type_), allow_blank=True)
    else:
        rule = DataValidation(type="custom", formula1=_formula(type_, first), allow_blank=True)
    rule.showErrorMessage, rule.errorTitle, rule.error = True, "Chưa đúng", MISTAKES[type_]
    if type_ in PROMPTS:
        rule.showInputMessage, rule.promptTitle, rule.prompt = True, "Cách ghi", PROMPTS[type_]
    return rule


def _formula(type_: AnswerType, cell: str) -> str:
    return _OR_NOT_APPLICABLE.format(cell=cell, test=FORMULAS[type_].format(cell=cell))


def _list_name(type_: AnswerType) -> str:
    return f"LUA_CHON_{type_.value.upper()}"
