"""One cell of a returned form -> an accepted value, a blank, or a fault with the sentence that mends it.

Nothing is guessed in silence: what was assumed is flagged, what is ambiguous is asked back (reference table: the
spellings that people and spreadsheet programs produce for one and the same answer).
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, WORDS, AnswerType, Item, choices_of
from tasks.domain.vietnamese import clean, day_text, fold, number_text, one_line

Raw = str | int | float | bool | date | datetime | None
Taken = tuple[str | int | float, str]

EXCEL_EPOCH = date(1899, 12, 30)
LONGEST_TEXT = 2_000
LONGEST_NUMBER = 400
_ERRORS = re.compile(r"^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)$")
_NOTHING = frozenset({"-", "--", "–", "n/a", "chua", "chua co", "chua co so lieu"})
_DAY = re.compile(r"^(?:ngày\s+)?(\d{1,2})\s*(?:[/.\-]|tháng)\s*(\d{1,2})\s*(?:[/.\-]|năm)\s*(\d{4}|\d{2})$", re.I)
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?$")
_VIETNAMESE_NUMBER = re.compile(r"^[+-]?(?:[1-9]\d{0,2}(?:[.\u0020]\d{3})+|\d+)(?:,\d+)?$")
_US_NUMBER = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+\.\d+$")
_ONE_GROUP = re.compile(r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$")
_PLAIN_DECIMAL = re.compile(r"^[+-]?0\.\d+$|^[+-]?\d+\.\d{1,2}$|^[+-]?\d+\.\d{4,}$")
# Ticks and codes that stand for a yes or a no; taken, but shown back.
_YES = frozenset({"x", "v", "✓", "✔", "☑", "1", "c", "y", "yes", "true", "dung", "da", "roi", "da co"})
_NO = frozenset({"0", "k", "n", "no", "false", "sai", "ko", "✗", "✘"})
_NOT_APPLICABLE = frozenset({"kad", "khong ap dung", "n/a", "na"})


class Refusal(Exception):
    """Why a cell is not taken, in words that follow 'Ô D14: '."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def is_blank(raw: Raw) -> bool:
    return raw is None or (isinstance(raw, str) and not clean(raw))


def read_answer(item: Item, raw: Raw) -> Taken:
    """The value of a filled cell and a flag ('' or what was assumed); raises Refusal."""
    if isinstance(raw, str):
        raw = clean(raw)
        if _ERRORS.match(raw):
            raise Refusal(f"ô đang báo lỗi {raw} của bảng tính; hãy nhập lại {_wanted(item)}")
        if item.condition and fold(raw) in _NOT_APPLICABLE:
            exact = raw.casefold() == NOT_APPLICABLE.casefold()
            return NOT_APPLICABLE, "" if exact else f"“{raw}” được hiểu là “{NOT_APPLICABLE}”"
    return _READERS[item.type](item, raw)


def read_number(raw: Raw, *, whole: bool) -> tuple[float, str]:
    """A number as people write it here: dots group, the comma is decimal; raises Refusal when it could be either."""
    if isinstance(raw, bool):
        raise Refusal("cần một số, đang là giá trị đúng/sai")
    if isinstance(raw, (datetime, date)):
        serial = (_as_date(raw) - EXCEL_EPOCH).days
        return serial, f"ô ở định dạng ngày, hiểu là số {number_text(serial)}"
    if isinstance(raw, (int, float)):
        if not math.isfinite(raw):
            raise Refusal("cần một số, đang là một số quá lớn")
        return raw, ""
    return _number_in_words(str(raw), whole=whole)


def _number_in_words(text: str, *, whole: bool) -> tuple[float, str]:
    text = one_line(text)
    if fold(text) in {"khong", "khong co"}:
        return 0, f"“{text}” được hiểu là 0"
    if _ONE_GROUP.match(text):
        if whole:
            return int(re.sub(r"[.,]", "", text)), ("" if "." in text else f"“{text}” được hiểu là số nguyên")
        raise Refusal(f"“{text}” có thể là {text[:-4]} nghìn hoặc số thập phân; hãy ghi rõ, ví dụ 1234 hoặc 1,23")
    if _VIETNAMESE_NUMBER.match(text):
        return _plain(text.replace(".", "").replace(" ", "").replace(",", ".")), ""
    if _US_NUMBER.match(text):
        return _plain(
            text.replace(",", "")
        ), f"“{text}” viết kiểu Anh, hiểu là {number_text(float(text.replace(',', '')))}"
    if _PLAIN_DECIMAL.match(text):
        return _plain(text), f"“{text}” được hiểu là {number_text(float(text), None)}"
    raise Refusal(f"cần một số, đang là chữ “{_short(text)}”")


def _plain(text: str) -> float:
    if len(text) > LONGEST_NUMBER or math.isinf(float(text)):
        raise Refusal(f"cần một số, “{_short(text)}” quá lớn")
    return float(text) if "." in text else int(text)


def _read_whole(item: Item, raw: Raw) -> Taken:
    value, flag = _with_unit(item, raw, whole=True)
    if value != int(value):
        raise Refusal(f"cần số nguyên, đang là {number_text(value)}; nếu là hàng nghìn hãy ghi liền, ví dụ 1250")
    return _within(item, int(value)), flag


def _read_decimal(item: Item, raw: Raw) -> Taken:
    value, flag = _with_unit(item, raw, whole=False)
    return _within(item, value), flag


def _with_unit(item: Item, raw: Raw, *, whole: bool) -> tuple[float, str]:
    """'3 cuộc' is a number where 'cuộc' is what the item counts."""
    text = one_line(raw) if isinstance(raw, str) else ""
    number = text[: -len(item.unit)].rstrip()
    if item.unit and number[-1:].isdigit() and text.casefold().endswith(item.unit.casefold()):
        value, flag = read_number(number, whole=whole)
        return value, flag or f"“{text}” được hiểu là {number_text(value)}"
    return read_number(raw, whole=whole)


def _read_percent(item: Item, raw: Raw) -> Taken:
    flag = ""
    if isinstance(raw, str):
        raw, percent_sign = raw.removesuffix("%").rstrip(), raw.endswith("%")
        value, flag = read_number(raw, whole=False)
        if not percent_sign and 0 < value < 1:
            raise Refusal(f"“{raw}” là {number_text(100 * value)}% hay {number_text(value)}%? Hãy ghi số từ 0 đến 100")
    else:
        value, flag = read_number(raw, whole=False)
        if 0 < value < 1:
            raise Refusal(
                f"{number_text(value)} là {number_text(100 * value)}% hay {number_text(value)}%? Ghi từ 0 đến 100"
            )
    return _within(item, value), flag


def _within(item: Item, value: float) -> float:
    if item.minimum is not None and value < item.minimum:
        raise Refusal(f"cần số từ {number_text(item.minimum)} trở lên, đang là {number_text(value)}")
    if item.maximum is not None and value > item.maximum:
        raise Refusal(f"cần số không quá {number_text(item.maximum)}, đang là {number_text(value)}")
    return value


def _read_day(item: Item, raw: Raw) -> Taken:
    if isinstance(raw, (datetime, date)):
        return _plausible(_as_date(raw)).isoformat(), ""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if 36_526 <= raw <= 55_153:
            day = EXCEL_EPOCH + timedelta(days=int(raw))
            return day.isoformat(), f"số {int(raw)} được hiểu là ngày {day_text(day)}"
        raise Refusal(f"cần một ngày dạng ngày/tháng/năm, đang là số {number_text(raw)}")
    text = one_line(str(raw))
    if iso := _ISO_DAY.match(text):
        return _plausible(_day(int(iso[1]), int(iso[2]), int(iso[3]), text)).isoformat(), ""
    if written := _DAY.match(text):
        year = int(written[3]) + (2000 if len(written[3]) == 2 else 0)
        day = _plausible(_day(year, int(written[2]), int(written[1]), text))
        return day.isoformat(), f"“{text}” được hiểu là {day_text(day)}" if len(written[3]) == 2 else ""
    raise Refusal(f"cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “{_short(text)}”")


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal(f"không có ngày “{text}”; hãy xem lại ngày, tháng") from None


def _plausible(day: date) -> date:
    if not 1990 <= day.year <= 2100:
        raise Refusal(f"ngày {day_text(day)} có năm không hợp lý; hãy xem lại năm")
    return day


def _as_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _read_choice(item: Item, raw: Raw) -> Taken:
    choices = choices_of(item)
    if isinstance(raw, bool) and item.type in CHOICES:
        if item.type is AnswerType.CO_KHONG:
            return choices[0 if raw else 1], ""
        choice = choices[0 if raw else 2]
        return choice, f"giá trị {'đúng' if raw else 'sai'} được hiểu là “{choice}”"
    text = one_line(str(raw if not isinstance(raw, float) else f"{raw:g}"))
    for choice in choices:
        if text.casefold() == choice.casefold():
            return choice, ""
    folded = fold(text).rstrip(".!")
    for choice in choices:
        if folded == fold(choice):
            return choice, f"“{text}” được hiểu là “{choice}”"
    if folded in _NOT_APPLICABLE and item.type in CHOICES:
        return choices[-1], f"“{text}” được hiểu là “{choices[-1]}”"
    if item.type is AnswerType.CO_KHONG and folded in _YES | _NO:
        choice = choices[0] if folded in _YES else choices[1]
        return choice, f"“{text}” được hiểu là “{choice}”"
    raise Refusal(f"cần chọn {_list(choices)}, đang là “{_short(text)}”")


def _read_text(item: Item, raw: Raw) -> Taken:
    text = clean(raw if isinstance(raw, str) else str(raw))
    if len(text) > LONGEST_TEXT:
        return text, f"đoạn văn dài {number_text(len(text))} ký tự"
    return text, ""


_READERS: Mapping[AnswerType, Callable[[Item, Raw], Taken]] = {
    AnswerType.CO_KHONG: _read_choice,
    AnswerType.MUC: _read_choice,
    AnswerType.SO: _read_whole,
    AnswerType.SO_THAP_PHAN: _read_decimal,
    AnswerType.TY_LE: _read_percent,
    AnswerType.NGAY: _read_day,
    AnswerType.VAN_BAN: _read_text,
    AnswerType.TEP: _read_text,
    AnswerType.CHON: _read_choice,
}


def means_nothing(item: Item, raw: Raw) -> bool:
    """A dash or 'chưa' where a number or a day is asked: not an answer yet, but no mistake to colour either."""
    if not isinstance(raw, str) or item.type in WORDS:
        return False
    if fold(raw) in _NOT_APPLICABLE and (item.condition or item.type in CHOICES):
        return False  # 'N/A' is an answer where 'Không áp dụng' may be chosen
    return fold(raw) in _NOTHING


def _wanted(item: Item) -> str:
    return {
        AnswerType.NGAY: "ngày/tháng/năm",
        AnswerType.VAN_BAN: "nội dung",
        AnswerType.TEP: "tên tệp hoặc đường dẫn",
        AnswerType.CHON: _list(choices_of(item) or ("một mục trong danh sách",)),
        AnswerType.CO_KHONG: _list(CHOICES[AnswerType.CO_KHONG]),
        AnswerType.MUC: _list(CHOICES[AnswerType.MUC]),
    }.get(item.type, "một số")


def _list(choices: tuple[str, ...]) -> str:
    if len(choices) == 1:
        return f"“{choices[0]}”"
    return ", ".join(f"“{choice}”" for choice in choices[:-1]) + f" hoặc “{choices[-1]}”"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
