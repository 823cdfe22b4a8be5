"""What a rehearsal warns of: days off in the way, quotas that do not suffice, people who cannot be written to."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tasks.domain.calendar import ONE_DAY, Calendar, SendingHours
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import last_day
from tasks.domain.ladder import ROLE_NAMES
from tasks.domain.ladder_check import NAMED, out_of_time
from tasks.domain.posting import DayLoad, Pace, Posted
from tasks.domain.rehearsal import Opened, Rehearsal
from tasks.domain.vietnamese import day_text, day_words, number_text

WEEKEND = "nghỉ cuối tuần"


def clashes(found: Rehearsal, posted: Posted, calendar: Calendar, hours: SendingHours, pace: Pace) -> list[str]:
    """Every sentence names its round, its day, or its rung."""
    said = [f"Đợt “{round_.code}” sẽ không mở được: {why}" for round_, why in found.missed]
    for one in found.opened:
        said += days_off(one, calendar)
        said += [sentence[0].upper() + sentence[1:] for sentence in _rungs(found, one, hours)]
        if one.silenced:
            said.append(f"Đợt “{one.round.code}”: không gửi được phiếu cho {_names(list(one.silenced))}")
    for (round_code, rung, role), names in found.unreached.items():
        said.append(f"Đợt “{round_code}”, bước “{rung}”: không đến được {ROLE_NAMES[role]} của {_names(names)}")
    said += [_over(load, pace) for load in posted.days.values() if load.put_off]
    if posted.stopped:
        said.append(f"Thư sau đó không xếp được lịch gửi: {posted.stopped}")
    if posted.taken_back:
        said.append(f"{number_text(posted.taken_back)} thư không kịp gửi trước bước sau hoặc trước khi đợt khóa sổ")
    return said


def _rungs(found: Rehearsal, one: Opened, hours: SendingHours) -> list[str]:
    """By each calendar that somebody is reminded by; what is so by all of them is said once."""
    ladder = found.plan.ladders[one.round.ladder]
    return list(dict.fromkeys(say for own in one.calendars for say in out_of_time(one.round, ladder, own, hours)))


def _names(names: list[str]) -> str:
    more = f" và {len(names) - NAMED} đơn vị nữa" if len(names) > NAMED else ""
    return f"{len(names)} đơn vị: {', '.join(names[:NAMED])}{more}"


def _over(load: DayLoad, pace: Pace) -> str:
    return (
        f"Ngày {day_text(load.day)}: đã đủ {number_text(pace.per_day)} thư của ngày, "
        f"{number_text(load.put_off)} thư dồn sang ngày làm việc sau"
    )


def days_off(one: Opened, calendar: Calendar) -> Iterator[str]:
    """An opening, a due day or a lock on a day off; and the holidays that lie between the first two."""
    say, due_on = f"Đợt “{one.round.code}”:", last_day(one.dates.due_at)
    marks = [("ngày mở", one.round.opens_on), ("hạn gửi", due_on)]
    marks += [("ngày khóa sổ", one.round.lock_on)] if one.round.lock_on else []
    for what, day in marks:
        if why := _why_off(calendar, day):
            after = "; phiếu đi vào ngày làm việc kế tiếp" if what == "ngày mở" and not one.round.urgent else ""
            yield f"{say} {what} {day_words(day)} là ngày nghỉ ({why}){after}"
    for name, (first, last) in holidays(one.round.opens_on, due_on, calendar).items():
        left = calendar.working_days_between(one.round.opens_on, due_on)
        yield f"{say} {_span(name, first, last)} nằm trong thời gian trả lời; đơn vị còn {left} ngày làm việc"
    for name, (first, last) in holidays(due_on, due_on + timedelta(days=14), calendar).items():
        yield f"{say} {_span(name, first, last)} ngay sau hạn gửi; các bước quá hạn lùi qua kỳ nghỉ này"


def _span(name: str, first: date, last: date) -> str:
    return f"{name} ({day_text(first)})" if first == last else f"{name} ({day_text(first)} – {day_text(last)})"


def holidays(after: date, until: date, calendar: Calendar) -> dict[str, tuple[date, date]]:
    """The named days off after a day up to another, each from its first day to its last."""
    found: dict[str, tuple[date, date]] = {}
    day = after + ONE_DAY
    while day <= until:
        name = _why_off(calendar, day)
        if name and name != WEEKEND:
            found[name] = (found.get(name, (day, day))[0], day)
        day += ONE_DAY
    return found


def _why_off(calendar: Calendar, day: date) -> str:
    try:
        return calendar.why_off(day)
    except CalendarUnknown:
        return ""


def most_letters(found: Rehearsal) -> list[tuple[str, str, int]]:
    """Who is written to most: name, address and messages, most first."""
    names: dict[str, str] = {}
    messages: dict[str, set[int]] = {}
    for letter in found.letters:
        if letter.message is not None:
            names[letter.recipient] = letter.name
            messages.setdefault(letter.recipient, set()).add(letter.message)
    counted = Counter({address: len(some) for address, some in messages.items()})
    return [(names[address], address, count) for address, count in counted.most_common()]
