"""What the writer and the reader of a form agree on: its sheets, its columns and how a value is spelt in a cell."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from infra.excel_text import cut, length
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType, Item, Section, choices_of
from tasks.domain.vietnamese import clean, day_text, fold, number_text

FORM_SHEET = "Phiếu trả lời"
META_SHEET = "_meta"
CHOICES_SHEET = "_luachon"
CASE_CODE_LABEL = "Mã phiếu"
LONGEST_CELL = 32_767
TO_MEND = "(cần sửa)"
"""Before words that are sent back to be mended, so that they stay faulty when they come back untouched."""
# Legal in Python, not in XML 1.0, and not among the control characters that `clean` takes out.
_NONCHARACTERS = re.compile("[\ufffe\uffff]")


class Column(StrEnum):
    """The captions over the table. The reader finds a column by its caption, so inserted columns do no harm."""

    CODE = "Mã"
    QUESTION = "Nội dung kiểm tra"
    BASIS = "Căn cứ pháp lý"
    HOW = "Cách trả lời"
    LAST_YEAR = "Năm trước"
    ANSWER = "Kết quả"
    ESTIMATE = "Ước cả năm"
    EVIDENCE = "Minh chứng"
    NOTE = "Ghi chú"


def columns(*, asks_estimate: bool, shows_last_year: bool = False) -> list[Column]:
    absent = {Column.ESTIMATE: not asks_estimate, Column.LAST_YEAR: not shows_last_year}
    return [column for column in Column if not absent.get(column)]


def section_line(section: Section) -> str:
    return f"{section.code}. {section.title}"


def cell_text(text: str, most: int = LONGEST_CELL) -> str:
    """Text as a cell may hold it."""
    return cut(_NONCHARACTERS.sub("", clean(text)), most)


def added_text(text: str, added: str) -> str:
    """Lines below a cell's text and the break before them: what room there is for them in the same cell."""
    return cell_text(added, max(0, LONGEST_CELL - length(text) - 1))


def without_mark(words: str) -> str | None:
    """The words behind the mark; None where there is none."""
    start, mark, rest = clean(words).partition(")")
    return rest.strip() if fold(start + mark) == fold(TO_MEND) else None


def answer_text(item: Item, value: str | int | float) -> str:
    """An accepted value as a clerk would type it, and as `read_answer` takes it back without a question."""
    if isinstance(value, str):
        is_day = item.type is AnswerType.NGAY and value != NOT_APPLICABLE
        return day_text(date.fromisoformat(value)) if is_day else value
    if item.type is AnswerType.TY_LE:
        return f"{decimal_text(value)}%"
    return number_text(int(value)) if item.type is AnswerType.SO else decimal_text(value)


def decimal_text(value: float) -> str:
    """1234.5 -> '1234,5'. Not grouped, and never exactly three decimals: the reader asks back about '1.234'."""
    whole, _, decimals = format(Decimal(repr(value)), "f").partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole},{decimals}{'0' if len(decimals) == 3 else ''}" if decimals else whole


HOW_TO_ANSWER: Mapping[AnswerType, str] = {
    AnswerType.SO: "Số nguyên",
    AnswerType.SO_THAP_PHAN: "Số, có thể lẻ",
    AnswerType.TY_LE: "Tỷ lệ",
    AnswerType.NGAY: "Ngày (dd/mm/yyyy)",
    AnswerType.VAN_BAN: "Ghi bằng lời",
    AnswerType.TEP: "Ghi tên tệp gửi kèm hoặc đường dẫn",
    AnswerType.CHON: "Chọn trong danh sách",
}


def how_to_answer(item: Item) -> str:
    """'Số nguyên (cuộc)', 'Tỷ lệ 0–100 (%)'."""
    how = f"Chọn: {' / '.join(choices_of(item))}" if item.type in CHOICES else HOW_TO_ANSWER[item.type]
    words = how + _bounds(item) + (f" ({item.unit})" if item.unit else "")
    if item.condition and item.type not in CHOICES:
        words += f", hoặc “{NOT_APPLICABLE}”"
    return words if item.required else f"{words}; không bắt buộc"


def _bounds(item: Item) -> str:
    if item.type is AnswerType.NGAY:
        return ", không sau ngày trả lời" if item.maximum == 0 else ""
    if item.minimum is not None and item.maximum is not None:
        return f" {number_text(item.minimum)}–{number_text(item.maximum)}"
    if item.maximum is not None:
        return f", không quá {number_text(item.maximum)}"
    return f", từ {number_text(item.minimum)} trở lên" if item.minimum else ""
