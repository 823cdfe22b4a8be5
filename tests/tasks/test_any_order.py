"""Whatever happens in whatever order: only allowed letters, each once, none in quiet time, none after an answer.

Over a real SQLite file with a fake mail server: answers, bounces, extensions, promises, holidays that are added, days
on which nothing runs, policies that change, signatures, a mail server that says "later" or is down, and every verb run
twice.
"""

import contextlib
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tasks.approval import approve, awaiting_approval, drop, send_missed
from tasks.calendar import carry_over
from tasks.catch_up import picture, skip
from tasks.domain.calendar import house_day
from tasks.domain.counting import WhenOff
from tasks.domain.errors import KiemtraError, MailRefusedForNow, MailServerUnavailable
from tasks.domain.extension import Wish
from tasks.domain.ladder import UNIT_ROLES, Role, next_moment
from tasks.domain.letterbox import BUNDLED, CHASING, LetterKind, LetterState
from tasks.escalation import allowed_roles, fired_steps, terms_of
from tasks.exemption import ask_after_all, exempt
from tasks.extension import extend, grant, owed_by, refuse, tell, undecided
from tasks.mailing.facts import title_words
from tasks.mailing.settling import send_again
from tasks.policy import apply_policy
from tasks.records import Assignment, Cycle, Finding, Letter
from tasks.scheduling import HOURS
from tasks.toolbox import Rendered, Toolbox
from tests.fakes import Sent
from tests.tasks.world import ANSWERS, PLAN, UNITS, ChangingCalendar, World, moment, new_world

if TYPE_CHECKING:
    from tests.conftest import Templates
    from tests.servers import SqliteFiles

STARTS = ("2025-05-08 09:00", "2025-05-15 14:00", "2025-05-20 09:00")
HOLIDAYS = [date(2025, 5, day) for day in (9, 12, 16, 16, 19, 21, 27)]
POLICIES = (
    PLAN,
    PLAN.replace("days = -1", "days = -2"),
    PLAN.replace("days = 3\n", "days = 4\n"),
    PLAN.replace("truongphong@vinhlinh.example", "truongphong.moi@vinhlinh.example"),
)
PLAYED = (UNITS[0], UNITS[4], UNITS[5])
"""The last two have one contact, so their letters travel as a digest; the others of the register never answer."""
EVENTS = {
    "climb": 8,
    "send": 8,
    "trouble": 2,
    "half": 1,
    "full": 2,
    "ask": 1,
    "promise": 2,
    "decide": 1,
    "extend": 2,
    "bounce": 1,
    "correct": 1,
    "holiday": 2,
    "policy": 2,
    "sign": 3,
    "drop": 1,
    "consent": 2,
    "skip": 1,
    "finding": 1,
    "lock": 1,
    "let_off": 1,
    "again": 1,
}


@cache
def _filled() -> dict[tuple[str, int], bytes]:
    return {}


def terse(kind: str, context: Mapping[str, Any]) -> Rendered:
    """Only what must be true when the letter leaves: the real templates would take most of the time."""
    groups = context.get("groups", [{**context, "lines": [context]}])
    said = "\n".join(f"{line['case_code']}|{group.get('due_words', '')}" for group in groups for line in group["lines"])
    return Rendered(f"[{context['case_code']}] {kind}", f"{kind}\n{said}\n", f"<p>{kind}</p>")


def let_days_move(world: World) -> None:
    """The due day moves on where it has become a day off."""
    with world.sessions.begin() as session:
        for cycle in session.scalars(select(Cycle)):
            round_ = cycle.terms["round"]
            cycle.terms = cycle.terms | {"round": round_ | {"when_off": WhenOff.LUI.value}}


def later(recipient: str) -> None:
    raise MailRefusedForNow("450 4.7.1 come back later")


def down(recipient: str) -> None:
    raise MailServerUnavailable("không kết nối được máy chủ thư")


# Before the letter's content, after it, and not at all.
TROUBLES = ({"before_rcpt": later}, {"in_content": later}, {"before_rcpt": down})


@dataclass
class Game:
    """One sequence of events, and what a letter would need to be allowed."""

    world: World
    definitions: ChangingCalendar
    now: datetime
    signed: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)

    def happen(self, what: str, number: int, hours: int | None) -> None:
        """After this many hours; None: when the next rung of somebody's ladder is reached."""
        self.now = self._next_rung() if hours is None else self.now + timedelta(hours=hours, minutes=10)
        self.world.clock.now = self.now
        getattr(self, f"_{what}")(number)

    def _next_rung(self) -> datetime:
        with self.world.sessions() as session:
            waiting = [one for record in (Assignment, Finding) for one in session.scalars(select(record.next_rung_at))]
        return min((one for one in waiting if one and one > self.now), default=self.now + timedelta(days=1))

    def _unit(self, number: int) -> str:
        return PLAYED[number % len(PLAYED)].code

    # --- the verbs, each twice -------------------------------------------------------------------------------------

    def _climb(self, number: int) -> None:
        self.world.climb(self.now)
        assert not self.world.climb(self.now).counts, "the second time it finds nothing"

    def _send(self, number: int) -> None:
        before = len(self.world.outbox.sent)
        self.world.send(self.now)
        count = len(self.world.outbox.sent)
        self.world.send(self.now)
        assert len(self.world.outbox.sent) == count
        self._look_at_what_left()
        for letter in self.world.outbox.sent[before:]:
            self._read(letter)

    def _trouble(self, number: int) -> None:
        """The letters are claimed and written, and none can be handed over."""
        tools, before = self.world.tools, len(self.world.outbox.sent)
        self.world.tools = replace(tools, outbox=replace(self.world.outbox, **TROUBLES[number % len(TROUBLES)]))
        for _ in range(2):
            with contextlib.suppress(MailServerUnavailable):
                self.world.send(self.now)
        self.world.tools = tools
        assert len(self.world.outbox.sent) == before

    def _look_at_what_left(self) -> None:
        with self.world.sessions() as session:
            left = session.scalars(select(Letter).where(Letter.state == LetterState.SENT)).all()
            for letter in left:
                if letter.id in self.seen or letter.kind not in CHASING:
                    continue
                self.seen.add(letter.id)
                obligation = letter.assignment or letter.finding
                assert obligation is not None
                ladder, calendar = terms_of(obligation, self.world.tools)
                assert HOURS.next_open(self.now, calendar) == self.now, "in quiet time"
                if letter.role in UNIT_ROLES:
                    contact = obligation.unit.contact(letter.role)
                    assert contact is not None
                    assert contact.address == letter.recipient, "to whom it no longer concerns"
                rung = next((one for one in ladder.rungs if one.name == letter.rung), None)
                if rung is not None:
                    assert not rung.approval or letter.id in self.signed, "above the unit, unsigned"
                    assert letter.role in rung.audience
                    if letter.role is Role.DAU_MOI and obligation.quiet_until is not None:
                        assert obligation.quiet_until <= self.now, "before the day that was promised"
                    assert rung.moment(obligation.due_at, calendar, HOURS) <= self.now, "before its time"

    def _repeated(self) -> set[str]:
        with self.world.sessions() as session:
            return set(session.scalars(select(Letter.message_id).where(Letter.repeated_at.is_not(None))))

    def _read(self, sent: Sent) -> None:
        """The message itself, since a line of a digest is no letter of its own."""
        if sent.message_id in self._repeated():
            return
        kind, *lines = sent.text.splitlines()
        assert kind in {*LetterKind, "digest"}
        if kind not in {*CHASING, "digest"}:
            return
        assert house_day(sent.mime["Date"].datetime) == house_day(self.now), "with the days of another day"
        with self.world.sessions() as session:
            for code, due_words in (line.split("|") for line in lines if line):
                form = session.scalars(select(Assignment).filter_by(code=code)).one_or_none()
                owed = form or session.scalars(select(Finding).filter_by(code=code)).one()
                assert owed.owing, "after an answer"
                assert due_words in {"", title_words(owed)["due_words"]}, "a due day that holds no longer"

    # --- the units -------------------------------------------------------------------------------------------------

    def _half(self, number: int) -> None:
        self._answer(self._unit(number), {"DX01": "Có"})

    def _full(self, number: int) -> None:
        self._answer(self._unit(number), ANSWERS)

    def _answer(self, unit: str, answers: Mapping[str, object]) -> None:
        known, key = _filled(), (unit, len(answers))  # every example begins with a copy of the same office
        known[key] = known.get(key) or self.world.filled(unit, answers)
        self.world.mail(unit, self.now, known[key])
        self.world.collect(self.now)

    def _ask(self, number: int) -> None:
        self.world.mail(self._unit(number), self.now, text=f"GIA HAN: {1 + number % 6} ngay, ly do mua bao")
        self.world.collect(self.now)

    def _promise(self, number: int) -> None:
        day = house_day(self.now) + timedelta(days=number % 9)
        self.world.mail(self._unit(number), self.now, text=f"HẸN: ngày {day:%d/%m/%Y}")
        self.world.collect(self.now)

    def _bounce(self, number: int) -> None:
        sent = [one for one in self.world.letters_of(self._unit(number)) if one.state is LetterState.SENT]
        for letter in sent[:2]:
            self.world.bounce(letter.id, self.now)

    def _correct(self, number: int) -> None:
        unit = PLAYED[number % len(PLAYED)]
        self.world.take_in((replace(unit, addresses=(f"moi{number}@donvi.example",)),), self.now)

    # --- the office ------------------------------------------------------------------------------------------------

    def _decide(self, number: int) -> None:
        with self.world.sessions.begin() as session:
            for one in undecided(session)[:1]:
                if number % 2:
                    refuse(session, one, self.now, "Hà", "không đủ lý do")
                else:
                    with contextlib.suppress(KiemtraError):
                        grant(session, one, self.world.tools, self.now, "Hà")
                tell(session, one, self.world.tools, self.now)

    def _extend(self, number: int) -> None:
        with contextlib.suppress(KiemtraError), self.world.sessions.begin() as session:
            obligation = owed_by(session, self._unit(number), "kiem-tra")
            extend(session, obligation, Wish(days=1 + number % 7, why="bão"), self.world.tools, self.now, "Hà")

    def _holiday(self, number: int) -> None:
        day = HOLIDAYS[number % len(HOLIDAYS)]
        if day > house_day(self.now):
            self.definitions.days[day] = "nghỉ đột xuất"
        with self.world.sessions.begin() as session:
            carry_over(session, "nghỉ đột xuất", self.world.tools, self.now)

    def _policy(self, number: int) -> None:
        self.world.take_in_plan(POLICIES[number % len(POLICIES)], self.now)
        with contextlib.suppress(KiemtraError), self.world.sessions.begin() as session:
            apply_policy(session, "kiem-tra", self.world.tools)

    def _sign(self, number: int) -> None:
        with self.world.sessions.begin() as session:
            for letter in awaiting_approval(session)[: 1 + number]:
                approve(session, letter, self.now, self.world.tools)
                self.signed.add(letter.id)

    def _drop(self, number: int) -> None:
        with self.world.sessions.begin() as session:
            for letter in awaiting_approval(session)[:1]:
                drop(session, letter, "đơn vị đang chống bão")

    def _consent(self, number: int) -> None:
        with self.world.sessions.begin() as session:
            for letter in picture(session, self.now).letters[: 1 + number]:
                send_missed(session, letter, self.now, self.world.tools)

    def _skip(self, number: int) -> None:
        with self.world.sessions.begin() as session:
            skip(session, picture(session, self.now).letters, "bỏ qua")

    def _finding(self, number: int) -> None:
        due = house_day(self.now) + timedelta(days=5 + number)
        self.world.clock.now = self.now
        self.world.raise_finding(self._unit(number), due=due, when=f"{self.now:%Y-%m-%d %H:%M}")

    def _let_off(self, number: int) -> None:
        unit = self._unit(number)
        with contextlib.suppress(KiemtraError), self.world.sessions.begin() as session:
            if number % 2:
                exempt(session, unit, "kiem-tra", "sáp nhập", self.now)
            else:
                ask_after_all(session, unit, "kiem-tra", self.world.tools, self.now)

    def _again(self, number: int) -> None:
        """A person sends a letter once more; what it says is his to answer for."""
        with self.world.sessions.begin() as session:
            sent = session.scalars(select(Letter).where(Letter.state == LetterState.SENT, Letter.rung != ""))
            for letter in sent.all()[number : number + 1]:
                send_again(session, letter, self.world.tools, self.now, "Hà")

    def _lock(self, number: int) -> None:
        self.world.lock(self.now)

    # --- what always holds -----------------------------------------------------------------------------------------

    def check(self, after: str) -> None:
        tools = self.world.tools
        with self.world.sessions() as session:
            forms = select(Assignment).options(selectinload(Assignment.letters))
            findings = select(Finding).options(selectinload(Finding.letters))
            owed: list[Assignment | Finding] = [*session.scalars(forms), *session.scalars(findings)]
            for one in owed:
                assert one.next_rung_at == recomputed(one, tools), (after, one.id)
            letters = [letter for one in owed for letter in one.letters]
        sent = [one for one in letters if one.state in {LetterState.SENT, LetterState.FAILED} and one.sent_at]
        steps = Counter((one.assignment_id, one.finding_id, one.rung, one.role) for one in sent if one.rung)
        assert [step for step, count in steps.items() if count > 1] == [], after
        assert set(self.world.outbox.doubled) <= self._repeated(), after
        led = [one for one in sent if one.kind in BUNDLED and one.bundled_into_id is None]
        days = Counter((one.recipient, house_day(one.sent_at)) for one in led if one.sent_at)
        assert [day for day, count in days.items() if count > 1] == [], after


def recomputed(one: Assignment | Finding, tools: Toolbox) -> datetime | None:
    if not one.owing or (isinstance(one, Assignment) and one.cycle.locked_at is not None):
        return None
    ladder, calendar = terms_of(one, tools)
    fired, roles = fired_steps(one.letters), allowed_roles(one)
    return next_moment(ladder, one.due_at, calendar, HOURS, fired=fired, roles=roles, quiet_until=one.quiet_until)


# A gap of hours between two events; a long one is an outage.
GAPS = st.sampled_from((0, 0, 1, 3, 6, 15, 23, 24, 24, 48, 100, 200))
WORDS = st.sampled_from([name for name, weight in EVENTS.items() for _ in range(weight)])
ONE = st.tuples(WORDS, st.integers(0, 6), GAPS).map(lambda event: [event])
SWEEPS = st.none() | GAPS
# Something that happens between the sweep that owes the letters and the sender: the last check is there for it.
MEANWHILE = [
    *(name for name in EVENTS if name not in {"climb", "send", "trouble"}),
    *("full", "half", "extend", "promise", "correct", "holiday") * 2,
]
BETWEEN = st.tuples(st.sampled_from(MEANWHILE), st.integers(0, 6))
SWEPT_AND_SENT = st.builds(
    lambda gap, between, later: [("climb", 0, gap), (*between, 0), ("send", 0, later)],
    SWEEPS,
    BETWEEN,
    st.sampled_from((0, 0, 9)),
)
# Or between two tries: the letter is written, and what it says may be true no longer.
SWEPT_AND_TRIED = st.builds(
    lambda gap, trouble, between, later: [
        ("climb", 0, gap),
        ("trouble", trouble, 0),
        (*between, 0),
        ("send", 0, later),
    ],
    SWEEPS,
    st.integers(0, 2),
    BETWEEN,
    st.sampled_from((0, 0, 9, 24)),
)
# Or by two hands on one day: whoever has had a letter today gets the next one tomorrow.
SIGNED_TWICE = st.builds(
    lambda gap, some, rest: [("climb", 0, gap), ("sign", some, 0), ("send", 0, 0), ("sign", rest, 1), ("send", 0, 0)],
    SWEEPS,
    st.integers(0, 2),
    st.integers(0, 6),
)


CONSENT_ABOVE = pytest.mark.parametrize("consent_above", [3, 100])  # two tests, for two workers
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ORDERS = given(
    parts=st.lists(ONE | SWEPT_AND_SENT | SWEPT_AND_TRIED | SIGNED_TWICE, min_size=3, max_size=9),
    start=st.sampled_from(STARTS),
)
Parts = list[list[tuple[str, int, int | None]]]


@pytest.mark.parametrize("consent_above", [3])
@settings(UNHURRIED, max_examples=25, derandomize=True)
@ORDERS
def test_any_order_of_events_sends_only_what_is_allowed_and_each_letter_once(
    parts: Parts, start: str, consent_above: int, sqlite: "SqliteFiles", templates: "Templates"
) -> None:
    sends_only_what_is_allowed(parts, start, consent_above, sqlite, templates)


@pytest.mark.whole
@CONSENT_ABOVE
@settings(UNHURRIED, max_examples=200)
@ORDERS
def test_many_orders_of_events_send_only_what_is_allowed_and_each_letter_once(
    parts: Parts, start: str, consent_above: int, sqlite: "SqliteFiles", templates: "Templates"
) -> None:
    sends_only_what_is_allowed(parts, start, consent_above, sqlite, templates)


def sends_only_what_is_allowed(
    parts: Parts, start: str, consent_above: int, sqlite: "SqliteFiles", templates: "Templates"
) -> None:
    """T44, T30, T31, T03, T04, T42."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        world = new_world(stack.enter_context(templates.copy(sqlite, "begun")), folder)
        world.limited(consent_above=consent_above)
        let_days_move(world)
        changing = ChangingCalendar()
        world.tools = replace(world.tools, definitions=changing, render=terse)
        game = Game(world, changing, moment(start))
        game.seen = {one.id for one in world.letters()}
        for what, number, hours in chain.from_iterable(parts):
            game.happen(what, number, hours)
            game.check(what)
