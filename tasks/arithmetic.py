"""How a deadline came about, day by day: each day counted or skipped, and why (T57).

What leads into a year that nobody has entered is said to be unknown; the rest is explained all the same.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.calendar import beyond_the_calendar
from tasks.domain.calendar import ZONE, Calendar
from tasks.domain.counting import WAYS, Count, Counting, count
from tasks.domain.errors import CalendarUnknown, KiemtraError
from tasks.domain.extension import last_day
from tasks.domain.ladder import ROLE_NAMES, Rung
from tasks.domain.plan import Round, off_words, span_words
from tasks.domain.plan_file import round_from_terms
from tasks.domain.vietnamese import day_words, moment_text
from tasks.escalation import Obligation, terms_of
from tasks.records import Assignment, Cycle, Finding
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

Lines = Iterator[str]
NOT_YET = "chưa tính được"


def find_obligation(session: Session, code: str) -> Obligation:
    """By the case code of its letters, or the number of a finding; raises KiemtraError."""
    code = code.strip().strip("[]").upper()
    found: Obligation | None = session.scalar(select(Assignment).where(Assignment.code == code))
    found = found or session.scalar(select(Finding).where((Finding.code == code) | (Finding.number == code)))
    if found is None:
        raise KiemtraError(f"Không có phiếu hay kiến nghị mang mã “{code}”; mã nằm trong ngoặc vuông của chủ đề thư.")
    return found


def explain_obligation(obligation: Obligation, tools: Toolbox) -> Lines:
    ladder, calendar = terms_of(obligation, tools)
    yield from _as_known(_opened(obligation, tools)) if isinstance(obligation, Assignment) else _raised(obligation)
    yield from _changed(obligation)
    yield f"Trình tự đôn đốc “{ladder.name}”, đếm theo lịch “{calendar.name}”:"
    for rung in ladder.rungs:
        yield from _rung(rung, obligation.due_at, calendar)
    yield from filter(None, [beyond_the_calendar(obligation, tools)])


def _as_known(lines: Lines) -> Lines:
    try:
        yield from lines
    except CalendarUnknown as unknown:
        yield f"  {NOT_YET}: {unknown}"


def _opened(assignment: Assignment, tools: Toolbox) -> Lines:
    cycle = assignment.cycle
    round_, calendar = round_from_terms(cycle.terms["round"]), tools.definitions.calendar(cycle.terms["calendar"])
    yield f"{assignment.unit.name} — {cycle.round.title}"
    yield f"Mở: {_day(cycle.opened_on, calendar)}"
    if cycle.opened_on != cycle.planned_on:
        yield f"  (kế hoạch định mở {day_words(cycle.planned_on)})"
    yield f"Hạn: {cycle.due_words}"
    if words := off_words(round_.due, calendar):
        yield f"  {words}"
    for line in _due(round_, cycle, calendar):
        yield f"  {line}"


def _due(round_: Round, cycle: Cycle, calendar: Calendar) -> Lines:
    due = round_.due
    if due.is_counted:
        way = Counting.CONG_NGAY if due.days is not None else Counting.CONG_NGAY_LAM_VIEC
        yield f"{span_words(due)} từ ngày mở:"
        yield from arithmetic(count(way, cycle.opened_on, due.days or due.working_days or 1, calendar))
        return
    planned = due.last_day(calendar)
    if cycle.opened_on > round_.opens_on and cycle.due_on != planned:
        allowed = calendar.working_days_between(round_.opens_on, planned)
        yield f"mở muộn, giữ nguyên {allowed} ngày làm việc mà kế hoạch đã cho; đếm từ ngày mở thật:"
        yield from arithmetic(count(Counting.CONG_NGAY_LAM_VIEC, cycle.opened_on, max(allowed, 1), calendar))
        return
    left = calendar.working_days_between(cycle.opened_on, cycle.due_on)
    yield f"từ ngày mở đến hạn có {left} ngày làm việc"


def _raised(finding: Finding) -> Lines:
    yield f"{finding.unit.name} — kiến nghị {finding.number}"
    yield f"Ghi nhận: {day_words(finding.raised_on)}"
    yield f"Hạn: hết {day_words(last_day(finding.first_due_at))}"


def _changed(obligation: Obligation) -> Lines:
    first = obligation.original_due_at
    if first is not None and first != obligation.due_at:
        yield f"Hạn ban đầu: hết {day_words(last_day(first))}; đã dời đến hết {day_words(last_day(obligation.due_at))}"


def _rung(rung: Rung, due_at: datetime, calendar: Calendar) -> Lines:
    who = ", ".join(ROLE_NAMES[role] for role in rung.audience)
    try:
        moment = rung.moment(due_at, calendar, HOURS)
    except CalendarUnknown:
        yield f"• {rung.title} ({who}): {NOT_YET}"
        return
    yield f"• {rung.title} ({who}): {moment_text(moment.astimezone(ZONE))}"
    if rung.days:
        way = Counting.CONG_NGAY_LAM_VIEC if rung.days > 0 else Counting.TRUOC_NGAY_LAM_VIEC
        yield from arithmetic(count(way, last_day(due_at), abs(rung.days), calendar))


def arithmetic(done: Count) -> Lines:
    yield from (f"    {one}" for one in done.days)


def explain_count(done: Count) -> Lines:
    """One count by its name: the rule, the days, the result."""
    way = WAYS[done.way]
    yield f"{way.name}, n = {done.n}: {way.rule}"
    yield from arithmetic(done)
    yield f"Kết quả: hết {day_words(done.end)}"


def explain_stretch(start: date, end: date, calendar: Calendar) -> Lines:
    """The working days after one day up to and including another."""
    start, end = min(start, end), max(start, end)
    number = 0
    yield f"      {day_words(start)}: ngày đầu, không tính"
    for offset in range(1, (end - start).days + 1):
        day = start + timedelta(days=offset)
        why = calendar.why_off(day)
        number += not why
        sign = "  –" if why else f"{number:>3}"
        said = why or calendar.make_up_days.get(day)
        yield f" {sign}  {day_words(day)}{f': {said}' if said else ''}"
    yield f"Có {number} ngày làm việc, {(end - start).days} ngày theo lịch."


def explain_day(day: date, calendar: Calendar) -> Lines:
    yield _day(day, calendar)


def _day(day: date, calendar: Calendar) -> str:
    why = calendar.why_off(day)
    if why:
        return f"{day_words(day)}: ngày nghỉ ({why})"
    made_up = calendar.make_up_days.get(day)
    return f"{day_words(day)}: ngày làm việc{f' ({made_up})' if made_up else ''}"
