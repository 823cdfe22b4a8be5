"""What the simulated units of 2025 do, written down by hand: the demo plays it, and a test holds the results to it."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from tasks.domain.calendar import ZONE, Calendar, at, end_of
from tasks.domain.extension import last_day


class Habit(StrEnum):
    EARLY = "early"
    ON_TIME = "on_time"
    LAST_DAY = "last_day"
    LATE = "late"
    TWO_PARTS = "two_parts"
    MISTAKES = "mistakes"
    HALF = "half"
    FORWARDED = "forwarded"
    OUT_OF_OFFICE = "out_of_office"
    NO_FILE_FIRST = "no_file_first"
    BOUNCING = "bouncing"
    SILENT = "silent"


# Who behaves oddly, round by round ("*": in every round); everybody else is early or on time.
ODD: Mapping[tuple[str, str], Habit] = {
    ("htx-tieu", "*"): Habit.BOUNCING,
    ("dn-van-tai", "*"): Habit.SILENT,
    ("xa-vinh-o", "ke-hoach"): Habit.LATE,
    ("xa-vinh-o", "giam-sat"): Habit.LATE,
    ("xa-vinh-o", "kiem-tra-1"): Habit.SILENT,
    ("xa-vinh-o", "bao-cao-nam"): Habit.LATE,
    ("xa-vinh-khe", "ke-hoach"): Habit.SILENT,
    ("xa-vinh-khe", "bao-cao-nam"): Habit.LATE,
    ("xa-vinh-ha", "bao-cao-nam"): Habit.HALF,
    ("xa-vinh-ha", "kiem-tra-1"): Habit.LATE,
    ("xa-vinh-thuy", "bao-cao-nam"): Habit.TWO_PARTS,
    ("xa-vinh-lam", "bao-cao-nam"): Habit.MISTAKES,
    ("xa-vinh-long", "bao-cao-nam"): Habit.FORWARDED,
    ("xa-vinh-long", "dot-xuat-gpmb"): Habit.LATE,
    ("xa-vinh-chap", "bao-cao-nam"): Habit.LAST_DAY,
    ("xa-kim-thach", "kiem-tra-1"): Habit.TWO_PARTS,
    ("xa-trung-nam", "kiem-tra-2"): Habit.MISTAKES,
    ("tt-ho-xa", "bao-cao-nam"): Habit.EARLY,
    ("tt-ben-quan", "bao-cao-nam"): Habit.OUT_OF_OFFICE,
    ("tt-cua-tung", "dot-xuat-gpmb"): Habit.SILENT,
    ("pvh-kh-tt", "bao-cao-nam"): Habit.LATE,
    ("pyt", "bao-cao-nam"): Habit.MISTAKES,
    ("pyt", "giam-sat"): Habit.OUT_OF_OFFICE,
    ("thanh-tra", "bao-cao-nam"): Habit.NO_FILE_FIRST,
    ("pnn-mt", "kiem-tra-1"): Habit.FORWARDED,
    ("tt-mt-ctdt", "bao-cao-nam"): Habit.SILENT,
    ("tt-mt-ctdt", "giam-sat"): Habit.LATE,
    ("bql-dt", "bao-cao-nam"): Habit.TWO_PARTS,
    ("mn-vinh-o", "bao-cao-nam"): Habit.LATE,
    ("th-vinh-tu", "giam-sat"): Habit.SILENT,
    ("thcs-vinh-lam", "kiem-tra-2"): Habit.LATE,
    ("th-thcs-vinh-ha", "bao-cao-nam"): Habit.MISTAKES,
    ("dn-may", "bao-cao-nam"): Habit.FORWARDED,
    ("dn-xay-dung", "bao-cao-nam"): Habit.LATE,
}

BOUNCING_ADDRESSES = frozenset({"htx-tieu@vinhlinh.example"})


@dataclass(frozen=True)
class ScriptedRound:
    """The round as the plan says it, written here a second time on purpose: the test compares two sources."""

    opens_on: date
    due_at: datetime
    lock_on: date
    urgent: bool = False


ROUNDS: Mapping[str, ScriptedRound] = {
    "ke-hoach": ScriptedRound(date(2025, 1, 20), end_of(date(2025, 2, 28)), date(2025, 3, 31)),
    "kiem-tra-1": ScriptedRound(date(2025, 4, 8), end_of(date(2025, 5, 16)), date(2025, 6, 30)),
    "giam-sat": ScriptedRound(date(2025, 6, 16), end_of(date(2025, 6, 30)), date(2025, 7, 31)),
    "dot-xuat-gpmb": ScriptedRound(
        date(2025, 7, 21), datetime(2025, 7, 22, 10, tzinfo=ZONE), date(2025, 7, 31), urgent=True
    ),
    "kiem-tra-2": ScriptedRound(date(2025, 8, 5), end_of(date(2025, 9, 12)), date(2025, 9, 30)),
    "bao-cao-nam": ScriptedRound(date(2025, 10, 1), end_of(date(2025, 10, 30)), date(2025, 11, 14)),
}


@dataclass(frozen=True)
class ScriptedFinding:
    """What the office's team found on a visit, and what the unit does about it."""

    raised_at: datetime
    unit: str
    what: str
    basis: str
    remedy: str
    due_on: date
    reported_at: datetime | None = None
    closed_at: datetime | None = None


FINDINGS: tuple[ScriptedFinding, ...] = (
    ScriptedFinding(
        datetime(2025, 5, 27, 9, tzinfo=ZONE),
        "xa-vinh-khe",
        "Niêm yết công khai chưa đủ số ngày tại 03 thôn; không lưu ảnh bảng niêm yết.",
        "Điều 13 Luật 10/2022/QH15",
        "Niêm yết lại, lưu ảnh ngày đầu và ngày cuối.",
        date(2025, 6, 20),
        reported_at=datetime(2025, 6, 18, 10, tzinfo=ZONE),
        closed_at=datetime(2025, 6, 25, 9, tzinfo=ZONE),
    ),
    ScriptedFinding(
        datetime(2025, 5, 28, 9, tzinfo=ZONE),
        "xa-vinh-ha",
        "Ban Thanh tra nhân dân chưa có kế hoạch 6 tháng; chưa gửi kế hoạch trước cuộc giám sát.",
        "Điều 14 Nghị định 59/2023/NĐ-CP",
        "Xây dựng và gửi kế hoạch trước ít nhất 05 ngày làm việc.",
        date(2025, 6, 27),
        reported_at=datetime(2025, 7, 9, 15, tzinfo=ZONE),
        closed_at=datetime(2025, 7, 15, 9, tzinfo=ZONE),
    ),
    ScriptedFinding(
        datetime(2025, 9, 19, 9, tzinfo=ZONE),
        "xa-vinh-thai",
        "Chưa báo cáo kết quả nhân dân bàn, quyết định tại kỳ họp HĐND gần nhất.",
        "Điều 23 Luật 10/2022/QH15",
        "Báo cáo bổ sung tại kỳ họp cuối năm.",
        date(2025, 10, 17),
    ),
)


@dataclass(frozen=True)
class ScriptedVisit:
    """A day on which the office's team comes to a unit, told some weeks before."""

    planned_at: datetime
    round: str
    unit: str
    day: date
    opens: time
    closes: time


TEAM = "Trưởng đoàn: Trần Quốc Bảo; Thư ký: Nguyễn Thị Hà; Thành viên: Lê Văn Đông, Hồ Thị Lan"
_MORNING, _AFTERNOON = (time(8), time(11)), (time(13, 30), time(16, 30))
_PLANNED = {"kiem-tra-1": datetime(2025, 4, 28, 9, tzinfo=ZONE), "kiem-tra-2": datetime(2025, 8, 25, 9, tzinfo=ZONE)}
VISITS: tuple[ScriptedVisit, ...] = tuple(
    ScriptedVisit(_PLANNED[round_], round_, unit, day, *hours)
    for round_, unit, day, hours in (
        ("kiem-tra-1", "tt-ho-xa", date(2025, 5, 20), _MORNING),
        ("kiem-tra-1", "xa-vinh-o", date(2025, 5, 20), _AFTERNOON),
        ("kiem-tra-1", "pnn-mt", date(2025, 5, 21), _MORNING),
        ("kiem-tra-1", "th-ho-xa", date(2025, 5, 22), _MORNING),
        ("kiem-tra-1", "xa-vinh-khe", date(2025, 5, 27), _MORNING),
        ("kiem-tra-1", "xa-vinh-ha", date(2025, 5, 28), _MORNING),
        ("kiem-tra-2", "tt-cua-tung", date(2025, 9, 16), _MORNING),
        ("kiem-tra-2", "ptp", date(2025, 9, 16), _AFTERNOON),
        ("kiem-tra-2", "mn-cua-tung", date(2025, 9, 17), _MORNING),
        ("kiem-tra-2", "xa-vinh-thai", date(2025, 9, 19), _MORNING),
    )
)


def habit_of(unit: str, round_: str) -> Habit:
    """A unit's habit in a round: the odd ones by the table, the others early or on time, always the same."""
    odd = ODD.get((unit, round_)) or ODD.get((unit, "*"))
    if odd is not None:
        return odd
    return Habit.EARLY if seed(unit, round_) % 4 == 0 else Habit.ON_TIME


def seed(*words: str) -> int:
    """The same number on every machine and in every run."""
    return zlib.crc32(":".join(words).encode())


def answer_moment(unit: str, round_: str, asked_at: datetime, calendar: Calendar) -> datetime | None:
    """When the unit sends its (first) answer; None when it never does."""
    habit, terms = habit_of(unit, round_), ROUNDS[round_]
    if habit in {Habit.SILENT, Habit.BOUNCING}:
        return None
    if terms.urgent:
        return at(terms.due_at.date(), time(11, 30) if habit is Habit.LATE else time(9, 10))
    last = last_day(terms.due_at)
    if habit is Habit.LATE:
        return at(calendar.add_working_days(last, 2 + seed(unit, round_) % 5), time(14, 20))
    if habit is Habit.LAST_DAY:
        return at(last, time(23, 10))
    asked_on = asked_at.astimezone(ZONE).date()
    allowance = calendar.working_days_between(asked_on, last)
    days = 1 + seed(unit, round_) % 2 if habit is Habit.EARLY else 2 + seed(unit, round_) % max(1, allowance - 4)
    return at(calendar.add_working_days(asked_on, days), time(9 + seed(unit, round_, "giờ") % 7, 20))


EXPECTED_OUTCOME: Mapping[Habit, str] = {
    Habit.EARLY: "on_time",
    Habit.ON_TIME: "on_time",
    Habit.LAST_DAY: "on_time",
    Habit.TWO_PARTS: "on_time",
    Habit.MISTAKES: "on_time",
    Habit.FORWARDED: "on_time",
    Habit.OUT_OF_OFFICE: "on_time",
    Habit.NO_FILE_FIRST: "on_time",
    Habit.LATE: "late",
    Habit.HALF: "partial",
    Habit.SILENT: "silent",
    Habit.BOUNCING: "unreachable",
}
