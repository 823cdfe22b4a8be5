"""How a pile of letters would leave: by the run of the sender, within its hours, its pace and its quota of the day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush

from tasks.domain.calendar import ONE_DAY, SendingHours, at, house_day
from tasks.domain.errors import CalendarUnknown
from tasks.domain.letterbox import AT_ONCE, BUNDLED, LetterKind
from tasks.domain.rehearsal import SENDING_EVERY, Planned, sending_tick


@dataclass(frozen=True)
class Pace:
    per_day: int
    per_minute: int

    @property
    def per_run(self) -> int:
        return max(1, self.per_minute * SENDING_EVERY)

    def moment(self, tick: datetime, before: int) -> datetime:
        """When a message leaves before which the same run has sent so many: one after the other, never all at once."""
        return tick + before * timedelta(minutes=1) / self.per_minute


@dataclass
class DayLoad:
    """What one day of sending is like."""

    day: date
    letters: dict[LetterKind, int] = field(default_factory=lambda: defaultdict(int))
    messages: int = 0
    people: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    put_off: int = 0
    """Letters that the quota of the day moved to another one."""


@dataclass
class Posted:
    days: dict[date, DayLoad]
    taken_back: int = 0
    """Letters that became pointless before they could leave."""
    stopped: str = ""
    """Why nothing leaves any more: a year whose days off nobody has entered."""


class Desk:
    """The letters that wait, and the person who hears at most once a day."""

    def __init__(self, letters: Sequence[Planned], hours: SendingHours, pace: Pace) -> None:
        self._hours, self._pace = hours, pace
        self._letters = letters
        self._heap = [(one.not_before, number) for number, one in enumerate(letters)]
        heapify(self._heap)
        self._bundles: dict[tuple[str, date], list[int]] = defaultdict(list)
        for number, one in enumerate(letters):
            self._bundle(number, one)
        self._done = bytearray(len(letters))
        self._heard: dict[str, date] = {}
        self._messages = 0
        self.posted = Posted({})

    def post_all(self) -> Posted:
        tick = datetime.min.replace(tzinfo=self._heap[0][0].tzinfo) if self._heap else None
        while self._heap and tick is not None:
            tick = max(sending_tick(self._heap[0][0]), tick)
            try:
                self._run(tick)
            except CalendarUnknown as unknown:
                self.posted.stopped = str(unknown)
                break
            tick += timedelta(minutes=SENDING_EVERY)
        return self.posted

    def _run(self, tick: datetime) -> None:
        """One run of the sender: everything that may leave, as far as its pace goes."""
        opens: dict[str, datetime] = {}
        today = house_day(tick)
        load = self.posted.days.setdefault(today, DayLoad(today))
        sent = 0
        while self._heap and self._heap[0][0] <= tick and sent < self._pace.per_run:
            _, number = heappop(self._heap)
            if self._done[number]:
                continue
            one, moment = self._letters[number], self._pace.moment(tick, sent)
            if one.pointless_at is not None and moment >= one.pointless_at:
                self._done[number] = 1
                self.posted.taken_back += 1
            elif (until := self._not_yet(one, tick, opens, today, load)) is not None:
                self._put_off(number, one, until)
            else:
                self._send(number, one, moment, today, load)
                sent += 1
        if not load.messages and not load.put_off:
            del self.posted.days[today]

    def _not_yet(
        self, one: Planned, tick: datetime, opens: dict[str, datetime], today: date, load: DayLoad
    ) -> datetime | None:
        """`opens`: when each calendar's day begins, as far as this run has asked."""
        if one.kind not in AT_ONCE and not one.urgent:
            if one.calendar.name not in opens:
                opens[one.calendar.name] = self._hours.next_open(tick, one.calendar)
            if opens[one.calendar.name] > tick:
                return opens[one.calendar.name]
            if one.kind in BUNDLED and self._heard.get(one.recipient) == today:
                return self._hours.next_open(at(today + ONE_DAY, time(0)), one.calendar)
        if load.messages >= self._pace.per_day:
            load.put_off += 1
            return at(today + ONE_DAY, time(0))
        return None

    def _put_off(self, number: int, one: Planned, until: datetime) -> None:
        one.not_before = until
        self._bundle(number, one)
        heappush(self._heap, (until, number))

    def _bundle(self, number: int, one: Planned) -> None:
        if one.kind in BUNDLED:
            self._bundles[one.recipient, house_day(one.not_before)].append(number)

    def _send(self, number: int, one: Planned, moment: datetime, today: date, load: DayLoad) -> None:
        for fellow in self._fellows(number, one, moment):
            letter = self._letters[fellow]
            letter.sent_at, letter.message = moment, self._messages
            self._done[fellow] = 1
            load.letters[letter.kind] += 1
        if one.kind in BUNDLED:
            self._heard[one.recipient] = today
        self._messages += 1
        load.messages += 1
        load.people.add(one.recipient)
        load.first, load.last = load.first or moment, moment

    def _fellows(self, number: int, one: Planned, moment: datetime) -> Iterator[int]:
        """The letter, and those to the same person of the same day that are ready: they travel as one."""
        yield number
        if one.kind not in BUNDLED:
            return
        for other in self._bundles.pop((one.recipient, house_day(one.not_before)), ()):
            letter = self._letters[other]
            pointless = letter.pointless_at is not None and moment >= letter.pointless_at
            if other == number or self._done[other] or pointless:
                continue
            if letter.not_before <= moment and letter.recipient == one.recipient:
                yield other


def post(letters: Sequence[Planned], hours: SendingHours, pace: Pace) -> Posted:
    """Give each letter the moment and the message in which it leaves; in place, for there may be half a million."""
    return Desk(letters, hours, pace).post_all()
