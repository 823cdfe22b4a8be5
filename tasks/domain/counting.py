"""The ways in which texts count days, each by its name, with the arithmetic shown day by day.

Sources: BLDS 2015 Đ147 (the first day is not counted), Đ148 k5 (a period that ends on a day off runs to the end of
the next working day), Đ148 k6 (a day ends at 24:00).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tasks.domain.calendar import ONE_DAY, Calendar
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import day_words


class Counting(StrEnum):
    CONG_NGAY = "cong_ngay"
    CONG_NGAY_LAM_VIEC = "cong_ngay_lam_viec"
    TRUOC_NGAY = "truoc_ngay"
    TRUOC_NGAY_LAM_VIEC = "truoc_ngay_lam_viec"
    LIEN_TUC = "lien_tuc"
    DEN_HET_NGAY = "den_het_ngay"


class WhenOff(StrEnum):
    """What happens to a due day on which nobody works; a date fixed by a superior stays by default."""

    GIU_NGUYEN = "giu_nguyen"
    LUI = "lui"
    KEO_VE = "keo_ve"


WHEN_OFF_NAMES: Mapping[WhenOff, str] = {
    WhenOff.GIU_NGUYEN: "giữ nguyên ngày đã ấn định",
    WhenOff.LUI: "lùi sang ngày làm việc kế tiếp",
    WhenOff.KEO_VE: "kéo về ngày làm việc liền trước",
}


@dataclass(frozen=True)
class Counted:
    """One day of the arithmetic: its number when it counts, else why it does not."""

    day: date
    number: int | None
    why: str

    def __str__(self) -> str:
        number = f"{self.number:>3}" if self.number is not None else "  –"
        return f"{number}  {day_words(self.day)}{f': {self.why}' if self.why else ''}"


@dataclass(frozen=True)
class Count:
    """A count with its result and every day on the way to it."""

    way: Counting
    start: date
    n: int
    end: date
    days: tuple[Counted, ...]

    @property
    def counted(self) -> int:
        return sum(one.number is not None for one in self.days)


@dataclass(frozen=True)
class _Way:
    name: str
    rule: str
    count: Callable[[Calendar, date, int], tuple[Counted, ...]]


def count(way: Counting, start: date, n: int, calendar: Calendar) -> Count:
    """Raises KiemtraError when such a count makes no sense, CalendarUnknown beyond the known years."""
    if n < 1 and way is not Counting.DEN_HET_NGAY:
        raise KiemtraError(f"Số ngày phải từ 1 trở lên, đang là {n}.")
    days = WAYS[way].count(calendar, start, n)
    return Count(way, start, n, days[-1].day, days)


def last_of(way: Counting, start: date, n: int, calendar: Calendar) -> date:
    return count(way, start, n, calendar).end


def moved(day: date, when_off: WhenOff, calendar: Calendar) -> date:
    """A due day that is a day off, as the round's policy wants it."""
    if when_off is WhenOff.LUI:
        return calendar.this_or_next_working_day(day)
    if when_off is WhenOff.KEO_VE:
        return calendar.this_or_last_working_day(day)
    return day


# --- the ways --------------------------------------------------------------------------------------------------------


def _cong_ngay(calendar: Calendar, start: date, n: int) -> tuple[Counted, ...]:
    days = _not_counted(start, "ngày đầu, không tính") + _numbered(start + ONE_DAY, n, 1)
    return days + _rolled_on(calendar, days[-1].day)


def _cong_ngay_lam_viec(calendar: Calendar, start: date, n: int) -> tuple[Counted, ...]:
    return _not_counted(start, "ngày đầu, không tính") + _working(calendar, start, n, ONE_DAY)


def _truoc_ngay(calendar: Calendar, start: date, n: int) -> tuple[Counted, ...]:
    return _not_counted(start, "ngày mốc, không tính") + _numbered(start - ONE_DAY, n, -1)


def _truoc_ngay_lam_viec(calendar: Calendar, start: date, n: int) -> tuple[Counted, ...]:
    return _not_counted(start, "ngày mốc, không tính") + _working(calendar, start, n, -ONE_DAY)


def _lien_tuc(calendar: Calendar, start: date, n: int) -> tuple[Counted, ...]:
    return _numbered(start, n, 1)


def _den_het_ngay(calendar: Calendar, start: date, n: int) -> tuple[Counted, ...]:
    return _numbered(start, 1, 1)


def _not_counted(day: date, why: str) -> tuple[Counted, ...]:
    return (Counted(day, None, why),)


def _numbered(first: date, n: int, step: int) -> tuple[Counted, ...]:
    return tuple(Counted(first + timedelta(days=step * k), k + 1, "") for k in range(n))


def _working(calendar: Calendar, start: date, n: int, step: timedelta) -> tuple[Counted, ...]:
    days: list[Counted] = []
    day, number = start, 0
    while number < n:
        day += step
        why = calendar.why_off(day)
        number += not why
        days.append(Counted(day, None, why) if why else Counted(day, number, calendar.make_up_days.get(day, "")))
    return tuple(days)


def _rolled_on(calendar: Calendar, last: date) -> tuple[Counted, ...]:
    """Đ148 k5: the days after a last day that is off, up to the next working day."""
    days: list[Counted] = []
    while why := calendar.why_off(last):
        last += ONE_DAY
        next_why = calendar.why_off(last)
        days.append(Counted(last, None, next_why or f"ngày cuối là ngày nghỉ ({why}) nên kết thúc vào ngày này"))
    return tuple(days)


WAYS: Mapping[Counting, _Way] = {
    Counting.CONG_NGAY: _Way(
        "trong n ngày",
        "ngày đầu không tính (BLDS 2015 Điều 147); ngày cuối là ngày nghỉ thì kết thúc vào ngày làm việc kế tiếp "
        "(Điều 148 khoản 5)",
        _cong_ngay,
    ),
    Counting.CONG_NGAY_LAM_VIEC: _Way(
        "trong n ngày làm việc",
        "ngày đầu không tính (BLDS 2015 Điều 147); chỉ đếm ngày làm việc, kể cả ngày làm bù",
        _cong_ngay_lam_viec,
    ),
    Counting.TRUOC_NGAY: _Way(
        "trước ngày (n ngày)",
        "không tính ngày mốc; “trước ngày 31/10” là chậm nhất hết ngày 30/10",
        _truoc_ngay,
    ),
    Counting.TRUOC_NGAY_LAM_VIEC: _Way(
        "trước n ngày làm việc", "không tính ngày mốc; đếm lùi, chỉ đếm ngày làm việc", _truoc_ngay_lam_viec
    ),
    Counting.LIEN_TUC: _Way(
        "liên tục n ngày", "tính cả ngày đầu và ngày cuối, không trừ ngày nghỉ (niêm yết, đăng tin)", _lien_tuc
    ),
    Counting.DEN_HET_NGAY: _Way("đến hết ngày", "đến 24 giờ của ngày đó (BLDS 2015 Điều 148 khoản 6)", _den_het_ngay),
}
