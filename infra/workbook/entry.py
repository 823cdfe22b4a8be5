"""What the open cells of a form accept while somebody types: drop-downs, and a sentence when it cannot be right."""

from collections.abc import Iterable, Mapping

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from infra.workbook.layout import CHOICES_SHEET
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType, Item, choices_of

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
    AnswerType.CHON: "Hãy chọn một giá trị trong danh sách: bấm mũi tên ▼ bên phải ô.",
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


# Cells that take the same: of one type, and of the same choices where one is chosen.
Kind = tuple[AnswerType, tuple[str, ...]]


def kind_of(item: Item) -> Kind:
    return item.type, choices_of(item)


def add_choices(book: Workbook, kinds: Iterable[Kind]) -> Mapping[Kind, str]:
    """The name of each list. They stand on a hidden sheet: a list written into the rule is lost in some programs."""
    used = sorted({kind for kind in kinds if kind[1]}, key=_order)
    if not used:
        return {}
    sheet = book.create_sheet(CHOICES_SHEET)
    sheet.sheet_state = "hidden"
    names = {}
    for column, kind in enumerate(used, start=1):
        type_, choices = kind
        for row, choice in enumerate(choices, start=1):
            sheet.cell(row, column, choice).data_type = "s"
        letter = sheet.cell(1, column).column_letter
        names[kind] = _list_name(type_, choices, column)
        reference = f"'{CHOICES_SHEET}'!${letter}$1:${letter}${len(choices)}"
        book.defined_names[names[kind]] = DefinedName(names[kind], attr_text=reference)
    return names


def _list_name(type_: AnswerType, choices: tuple[str, ...], column: int) -> str:
    if type_ not in CHOICES:
        return f"LUA_CHON_{column}"
    return f"LUA_CHON_{type_.value.upper()}" + ("_KAD" if NOT_APPLICABLE in choices else "")


def _order(kind: Kind) -> tuple[int, Kind]:
    known = list(CHOICES)
    return known.index(kind[0]) if kind[0] in known else len(known), kind


def add_rules(sheet: Worksheet, cells: Mapping[Kind, list[str]], lists: Mapping[Kind, str]) -> None:
    for kind, addresses in cells.items():
        if addresses and kind[0] in MISTAKES:
            rule = _rule(kind[0], addresses[0], lists.get(kind, ""))
            rule.sqref = " ".join(addresses)
            sheet.add_data_validation(rule)


def _rule(type_: AnswerType, first: str, list_name: str) -> DataValidation:
    """`first`: the upper left cell, to which a formula of Excel is relative."""
    if list_name:
        # Without "=": openpyxl writes it as it stands, and Gnumeric reads "=NAME" as an error.
        rule = DataValidation(type="list", formula1=list_name, allow_blank=True)
    else:
        rule = DataValidation(type="custom", formula1=_formula(type_, first), allow_blank=True)
    rule.showErrorMessage, rule.errorTitle, rule.error = True, "Chưa đúng", MISTAKES[type_]
    if type_ in PROMPTS:
        rule.showInputMessage, rule.promptTitle, rule.prompt = True, "Cách ghi", PROMPTS[type_]
    return rule


def _formula(type_: AnswerType, cell: str) -> str:
    return _OR_NOT_APPLICABLE.format(cell=cell, test=FORMULAS[type_].format(cell=cell))
