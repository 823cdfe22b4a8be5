"""A number as people type it: dots group, the comma is decimal; what could be two numbers is asked back."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tasks.domain.cell import Raw, Refusal, as_date, may_be_thousands, quoted
from tasks.domain.vietnamese import day_text, exact_text, fold, number_text, one_line

EXCEL_EPOCH = date(1899, 12, 30)
LARGEST = 10**15
"""What a spreadsheet keeps to the last digit; a longer row of digits is an account or an identity card."""
_FIRST_YEAR_OF_DAYS = 1990
"""A date cell before it is a number that stands in a cell of the wrong format."""


class TwoReadings(Refusal):
    """It is one number or another; the bounds of an item may tell which."""

    def __init__(self, sentence: str, readings: tuple[float, float]) -> None:
        super().__init__(sentence)
        self.readings = readings


def _vietnamese(text: str) -> float:
    return _plain(text.replace(".", "").replace(" ", "").replace(",", "."))


def _english(text: str) -> float:
    return _plain(text.replace(",", ""))


def _group(text: str) -> float:
    return _plain(re.sub(r"[.,]", "", text))


def _plain(text: str) -> float:
    """By its length first: to make an int of a very long text takes long."""
    if len(text.partition(".")[0]) > len(f"-{LARGEST}") or abs(float(text)) > LARGEST:
        raise Refusal(f"cần một số, “{quoted(text)}” quá lớn; hãy xem lại, có lẽ là mã số hoặc số tài khoản")
    return float(text) if "." in text else int(text)


def _either(text: str) -> float:
    """'1.234' where a decimal number is asked: by the dot 1234 here, 1,234 in a program set to English."""
    raise TwoReadings(
        f"“{text}” có thể là {text[:-4]} nghìn hoặc số thập phân; hãy ghi rõ, ví dụ 1234 hoặc 1,23",
        (_group(text), float(text.replace(",", "."))),
    )


@dataclass(frozen=True)
class Rule:
    """One spelling: how it is read, and what is told about it ('{text}' and '{value}'); '' tells nothing."""

    looks_like: re.Pattern[str]
    read: Callable[[str], float]
    told: str = ""
    whole: bool | None = None  # for whole numbers only, for decimal ones only, or for both


def _rule(looks_like: str, read: Callable[[str], float], told: str = "", *, whole: bool | None = None) -> Rule:
    return Rule(re.compile(looks_like), read, told, whole)


_NONE = r"(?:khong|ko|khong co|ko co|khong phat sinh|khong co phat sinh|ko phat sinh|chua phat sinh|kps)"
_TAKEN_AS = "“{text}” được hiểu là {value}"
# Read top to bottom; the first that fits counts. What fits none is asked back.
RULES: tuple[Rule, ...] = (
    # 1.234 in a whole number can only be 1234; so can 1,234, but then we say so
    _rule(r"^[+-]?[1-9]\d{0,2}\.\d{3}$", _group, whole=True),
    _rule(r"^[+-]?[1-9]\d{0,2},\d{3}$", _group, "“{text}” được hiểu là số nguyên", whole=True),
    # 1.234 or 1,234 in a decimal number can be either
    _rule(r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$", _either, "“{text}” được hiểu là {value}", whole=False),
    # 1.234.567 / 1 234 567 / 1234,5 / 1.234,5: as written here
    _rule(r"^[+-]?(?:[1-9]\d{0,2}(?:[.\u0020]\d{3})+|\d+)(?:,\d+)?$", _vietnamese),
    # 1,234.5 / 1,234,567: as written in English; nothing else can be meant
    _rule(r"^[+-]?\d{1,3}(?:,\d{3})+\.\d+$", _english, "“{text}” viết kiểu Anh, hiểu là {value}"),
    _rule(r"^[+-]?[1-9]\d{0,2}(?:,\d{3}){2,}$", _english, "“{text}” viết kiểu Anh, hiểu là {value}"),
    # 12.5 / 0.125 / 3.14159: a decimal point, since no group has that many digits
    _rule(r"^[+-]?0\.\d+$|^[+-]?\d+\.\d{1,2}$|^[+-]?\d+\.\d{4,}$", _plain, _TAKEN_AS),
    # "không", "không có": none
    _rule(rf"^{_NONE}(?: a)?$", lambda text: 0, "“{text}” được hiểu là 0"),
    # "không tổ chức": no meeting; of a share or a sum it would say something else
    _rule(r"^(?:khong|ko) (?:to chuc|thuc hien|hop)(?: a)?$", lambda text: 0, "“{text}” được hiểu là 0", whole=True),
)


def read_number(raw: Raw, *, whole: bool) -> tuple[float, str]:
    """The number and a flag; raises Refusal when it is none or could be another."""
    if isinstance(raw, bool):
        raise Refusal("cần một số, đang là giá trị đúng/sai")
    if isinstance(raw, (datetime, date)):
        return _number_shown_as_day(raw)
    if isinstance(raw, (int, float)):
        return _number_in_cell(raw, whole=whole), ""
    return _number_in_words(one_line(str(raw)), whole=whole)


def _number_in_cell(raw: int | float, *, whole: bool) -> float:
    if not math.isfinite(raw) or abs(raw) > LARGEST:
        raise Refusal("cần một số, đang là một số quá lớn")
    if not whole and isinstance(raw, float) and may_be_thousands(raw):
        _either(f"{raw:.3f}".replace(".", ","))
    return _as_kept(raw)


def _as_kept(raw: int | float) -> float:
    """Fifteen digits, as Excel keeps and shows: a sum of 2,9 and 0,1 is 3, whatever binary fractions make of it."""
    return float(f"{raw:.15g}") if isinstance(raw, float) else raw


def _number_shown_as_day(raw: date | datetime) -> tuple[float, str]:
    """98 in a cell of date format shows a day of 1900; a day of our time is what somebody typed: 5/3."""
    day = as_date(raw)
    if day.year >= _FIRST_YEAR_OF_DAYS:
        raise Refusal(f"cần một số, đang là ngày {day_text(day)}; hãy ghi số bằng chữ số thường")
    serial = (day - EXCEL_EPOCH) // timedelta(days=1)
    return serial, f"ô ở định dạng ngày, hiểu là số {number_text(serial)}"


# Official texts write 01 to 09 (NĐ 30/2020), and some 007; four digits behind a nought are no count of anything.
_LIKE_CODE = re.compile(
    r"^(?:[+-]?0\d{3,15}(?:[.,]\d{1,9})?|[+-]?0\d{1,3}(?:[.,\u0020]\d{3,4}){1,4}(?:[.,]\d+)?"
    r"|\+84[\d.\u0020]{9,15})$"
)


def _number_in_words(text: str, *, whole: bool) -> tuple[float, str]:
    if _LIKE_CODE.match(text):
        raise Refusal(
            f"“{text}” có lẽ là số điện thoại hoặc mã số; nếu là số liệu, hãy ghi không có số 0 hay dấu + ở đầu"
        )
    for rule in RULES:
        if rule.whole in (None, whole) and (rule.looks_like.match(text) or rule.looks_like.match(fold(text))):
            value = rule.read(text)
            return value, rule.told.format(text=quoted(text), value=exact_text(value))
    raise Refusal(f"cần một số, đang là chữ “{quoted(text)}”")
