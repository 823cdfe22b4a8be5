"""One cell of a returned form -> an accepted value, a blank, or a fault with the sentence that mends it.

Nothing is guessed in silence: what was assumed is flagged, what is ambiguous is asked back. The spellings that people
and spreadsheet programs produce for one and the same answer stand in tables, one for each kind of answer:
`typed_number`, `typed_day`, `typed_choice`; letters from before Unicode are the business of `old_letters`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from tasks.domain.cell import (
    Raw,
    Refusal,
    Taken,
    is_blank,
    is_error,
    listed,
    may_be_thousands,
    shown,
)
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, WORDS, AnswerType, Item, choices_of
from tasks.domain.old_letters import Doubtful, to_unicode
from tasks.domain.typed_choice import NOT_APPLICABLES, from_old_letters, read_choice
from tasks.domain.typed_day import read_day
from tasks.domain.typed_money import read_money
from tasks.domain.typed_number import TwoReadings, read_number
from tasks.domain.vietnamese import clean, exact_text, fold, narrowed, number_text, one_line

__all__ = [
    "Raw",
    "Refusal",
    "Taken",
    "is_blank",
    "means_nothing",
    "program_changed",
    "read_answer",
    "read_number",
    "shown",
]

LONGEST_TEXT = 2_000
_LAST = ".;,!"
_PERCENT = re.compile(r"\s*(?:%|phần trăm|phan tram)$", re.I)
_NOTHING = frozenset({"-", "--", "–", "—", "...", "…", "?", "n/a", "chua", "chua co", "chua co so lieu"})


def read_answer(item: Item, raw: Raw, font: str = "") -> Taken:
    """The value of a filled cell and a flag ('' or what was assumed); raises Refusal.

    `font`: of the cell, where its letters are not Unicode.
    """
    if not isinstance(raw, str):
        return _READERS[item.type](item, raw)
    text, told = _in_unicode(item, raw, font)
    text = clean(text)
    if is_error(text):
        raise Refusal(f"ô đang báo lỗi {text} của bảng tính; hãy nhập lại {_wanted(item)}")
    if item.type not in WORDS and item.type not in CHOICES:
        text = _bare(text)
    if item.condition and fold(text) in NOT_APPLICABLES:
        exact = one_line(text).casefold() == NOT_APPLICABLE.casefold()
        return NOT_APPLICABLE, told if exact else f"“{text}” được hiểu là “{NOT_APPLICABLE}”"
    value, flag = _READERS[item.type](item, text)
    return value, "; ".join(part for part in (told, flag) if part)


def _bare(text: str) -> str:
    """A figure or a day without the stop of a sentence behind it."""
    return narrowed(text).rstrip(_LAST).rstrip() or text


def _in_unicode(item: Item, raw: str, font: str) -> tuple[str, str]:
    if choice := from_old_letters(raw, choices_of(item)):
        return choice, f"“{one_line(raw)}” được hiểu là “{choice}”"
    try:
        text, old = to_unicode(raw, font)
    except Doubtful:
        raise Refusal(
            "chữ trong ô có lẽ gõ bằng phông cũ (.VnTime, VNI-Times) nên không đọc chắc chắn được; "
            "hãy gõ lại bằng phông Unicode, ví dụ Times New Roman"
        ) from None
    return text, f"chữ gõ theo bảng mã {old} đã được chuyển sang Unicode" if old else ""


def _read_whole(item: Item, raw: Raw) -> Taken:
    value, flag = _with_unit(item, raw, whole=True)
    if value != int(value):
        raise Refusal(f"cần số nguyên, đang là {exact_text(value)}; nếu là hàng nghìn hãy ghi liền, ví dụ 1250")
    return _within(item, int(value)), flag


def _read_decimal(item: Item, raw: Raw) -> Taken:
    value, flag = _with_unit(item, raw, whole=False)
    return _within(item, value), flag


def _with_unit(item: Item, raw: Raw, *, whole: bool) -> tuple[float, str]:
    """'3 cuộc' is a number where 'cuộc' is what the item counts."""
    text = one_line(raw) if isinstance(raw, str) else ""
    if money := read_money(item.unit, text):
        return money
    if number := _without_unit(item.unit, text):
        value, flag = _one_reading(item, number, whole=whole)
        return value, flag or f"“{text}” được hiểu là {exact_text(value)}"
    return _one_reading(item, raw, whole=whole)


# Longer ones first: 'hộ dân' ends in no 'hộ'. None may be another unit: a 'đồng' is no 'triệu đồng'.
_SPELLINGS_OF_UNIT: Mapping[str, tuple[str, ...]] = {
    "đồng": ("đồng chẵn", "vnđ", "vnd", "đ"),
    "m²": ("m2",),
    "hộ": ("hộ gia đình", "hộ dân"),
    "cuộc": ("cuộc họp",),
    "thôn, tổ dân phố": ("khu phố", "tổ dân phố", "thôn", "tổ"),
}
_COUNTED_OFF = frozenset({"khoản"})
"""'Khoản 2' is which one; 'thôn 5' would not be how many."""


def _without_unit(unit: str, text: str) -> str:
    """'1.250 đ' -> '1.250'; '' where no number stands before the unit."""
    folded = fold(text)
    if not unit or len(folded) != len(text):
        return ""
    if unit in _COUNTED_OFF and folded.startswith(f"{fold(unit)} "):
        return text[len(unit) + 1 :]
    for spelling in (*_SPELLINGS_OF_UNIT.get(unit, ()), unit):
        number = text[: -len(spelling)].rstrip()
        if folded.endswith(fold(spelling)) and number[-1:].isdigit():
            return number
    return ""


def _one_reading(item: Item, raw: Raw, *, whole: bool) -> tuple[float, str]:
    """'12,345' may be twelve thousand; not where no more than a hundred is possible."""
    try:
        return read_number(raw, whole=whole)
    except TwoReadings as two:
        possible = [one for one in two.readings if _is_within(item, one)]
        if len(possible) != 1:
            raise
        return possible[0], f"“{shown(raw)}” được hiểu là {exact_text(possible[0])}"


def _read_percent(item: Item, raw: Raw) -> Taken:
    if isinstance(raw, str):
        number = _PERCENT.sub("", raw)
        value, flag = _one_reading(item, number, whole=False)
        unsure = number == raw and 0 < value < 1
    else:
        # Where a cell keeps its format, a typed "100%" becomes 1: as a number 1 may be all or a hundredth.
        value, flag = _one_reading(item, raw, whole=False)
        unsure = 0 < value <= 1
    if unsure:
        one, hundred = exact_text(value), exact_text(100 * value)
        raise Refusal(f"{one} là {hundred}% hay {one}%? Hãy ghi kèm dấu %, ví dụ {hundred}%")
    return _within(item, value), flag


def _is_within(item: Item, value: float) -> bool:
    return (item.minimum is None or value >= item.minimum) and (item.maximum is None or value <= item.maximum)


def _within(item: Item, value: float) -> float:
    if item.minimum is not None and value < item.minimum:
        raise Refusal(f"cần số từ {exact_text(item.minimum)} trở lên, đang là {exact_text(value)}")
    if item.maximum is not None and value > item.maximum:
        raise Refusal(f"cần số không quá {exact_text(item.maximum)}, đang là {exact_text(value)}")
    return value


def _read_text(item: Item, raw: Raw) -> Taken:
    if told := program_changed(raw):
        raise Refusal(f"{told}; hãy ghi lại nội dung bằng chữ")
    if not isinstance(raw, str):  # "007" may have been typed
        return shown(raw), f"ô ở kiểu số của bảng tính, hiểu là “{shown(raw)}”"
    text = clean(raw)
    return text, f"đoạn văn dài {number_text(len(text))} ký tự" if len(text) > LONGEST_TEXT else ""


def program_changed(raw: Raw) -> str:
    """What a program may have made of words: '1-13' a day of this year, '1.234' a number. '' if nothing was lost."""
    if isinstance(raw, (date, datetime)):
        return f"ô ở kiểu ngày của bảng tính, đang là {shown(raw)}, có thể khác điều đã gõ"
    if isinstance(raw, float) and may_be_thousands(raw):
        return f"ô ở kiểu số của bảng tính, không rõ là {number_text(raw, 3)} hay {number_text(round(1000 * raw))}"
    return ""


_READERS: Mapping[AnswerType, Callable[[Item, Raw], Taken]] = {
    AnswerType.CO_KHONG: read_choice,
    AnswerType.MUC: read_choice,
    AnswerType.SO: _read_whole,
    AnswerType.SO_THAP_PHAN: _read_decimal,
    AnswerType.TY_LE: _read_percent,
    AnswerType.NGAY: lambda item, raw: read_day(raw),
    AnswerType.VAN_BAN: _read_text,
    AnswerType.TEP: _read_text,
    AnswerType.CHON: read_choice,
}


def means_nothing(item: Item, raw: Raw) -> bool:
    """A dash or 'chưa' where a number or a day is asked: not an answer yet, but no mistake to colour either."""
    if not isinstance(raw, str) or item.type in WORDS:
        return False
    if fold(raw) in NOT_APPLICABLES and (item.condition or item.type in CHOICES):
        return False  # 'N/A' is an answer where 'Không áp dụng' may be chosen
    return fold(raw) in _NOTHING


def _wanted(item: Item) -> str:
    return {
        AnswerType.NGAY: "ngày/tháng/năm",
        AnswerType.VAN_BAN: "nội dung",
        AnswerType.TEP: "tên tệp hoặc đường dẫn",
        **dict.fromkeys((AnswerType.CO_KHONG, AnswerType.MUC, AnswerType.CHON), listed(choices_of(item))),
    }.get(item.type, "một số")
