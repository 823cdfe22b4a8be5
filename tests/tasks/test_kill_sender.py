"""The sender killed between every two steps, and anywhere: nothing is lost, nothing goes twice unmarked."""

import email
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import select

from infra.maildir import deliver
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.records import Letter
from tests.killing import KILLS, Forge
from tests.servers import HOST, free_port
from tests.tasks.world import OPENING, World, moment, new_world

if TYPE_CHECKING:
    from tests.conftest import Databases, Templates

DONE = {LetterState.SENT, LetterState.UNCERTAIN}
FINISHED_WITHIN = 2
START = moment(OPENING)


@dataclass
class Sink:
    """A mail server that counts what it has taken: a message counts once its final dot has come."""

    taken: Counter[str] = field(default_factory=Counter)
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        self.taken[str(email.message_from_bytes(envelope.content or b"")["Message-ID"])] += 1  # type: ignore[arg-type]
        return f"250 2.0.0 taken {self.taken.total()}"


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink(port=free_port())
    controller = Controller(sink, hostname=HOST, port=sink.port)
    controller.start()
    yield sink
    controller.stop()


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    with Forge("tests.tasks.kill_sender:send_or_collect") as forge:
        yield forge


@dataclass
class Trial:
    """One database, one server, one clock that jumps past every lease after a death."""

    world: World
    sink: Sink
    forge: Forge
    connections: int
    now: datetime = START
    kills: int = 0

    @property
    def job(self) -> dict[str, Any]:
        return {
            "database": str(self.world.engine.url.render_as_string(hide_password=False)),
            "folder": str(self.world.tools.house.results_folder),
            "port": self.sink.port,
            "now": self.now.isoformat(),
            "connections": self.connections,
        }

    def run(self, **kill: Any) -> bool:
        """Whether it lived to its end."""
        end = self.forge.run(self.job, **kill)
        self.kills += end.killed
        self.now = next_moment(self.now)
        return not end.killed

    def finish(self) -> None:
        for _ in range(FINISHED_WITHIN):
            assert self.run()

    def assert_kept(self) -> None:
        """What the user is promised; silence about any of it would be a letter lost or doubled."""
        letters = self.world.letters()
        assert {letter.state for letter in letters} <= DONE
        for letter in letters:
            copies = self.sink.taken[letter.message_id]
            if letter.kind is LetterKind.ESCALATION:
                assert copies <= 1, f"an escalation went {copies} times"
                assert letter.repeated_at is None
                assert copies == 1 or letter.state is LetterState.UNCERTAIN
            elif letter.state is LetterState.UNCERTAIN:
                assert letter.repeated_at is not None, "two deaths over one letter: from here on a person decides"
                assert copies <= 2
            else:
                assert copies >= 1, f"{letter.kind} {letter.id} is lost"
                assert copies <= (2 if letter.repeated_at else 1), f"{letter.kind} {letter.id} went {copies} times"
        doubtful = [one for one in letters if one.repeated_at or one.state is LetterState.UNCERTAIN]
        assert len(doubtful) <= self.kills * self.connections
        assert self.sink.taken.keys() <= {letter.message_id for letter in letters}
        KILLS["sender"] += self.kills
        KILLS["letters marked as possibly sent twice"] += sum(one.repeated_at is not None for one in letters)
        KILLS["letters that did go twice, all marked"] += sum(copies > 1 for copies in self.sink.taken.values())


def next_moment(now: datetime) -> datetime:
    """Past the lease of whoever died, inside sending hours."""
    later = now + timedelta(minutes=16)
    if later.hour >= 16:
        later = (later + timedelta(days=3 if later.weekday() == 4 else 1)).replace(hour=7, minute=31)
    return later


def with_escalations(world: World, count: int) -> World:
    """Signed letters to officers, and the requests of the opened round."""
    with world.sessions.begin() as session:
        for number in range(count):
            letter = Letter(
                key=f"thu-bao:{number}",
                kind=LetterKind.ESCALATION,
                rung="qua-3",
                assignment_id=world.assignment("xa-vinh-o").id,
                role="truong_phong",
                recipient=f"lanh-dao-{number}@vinhlinh.example",
                state=LetterState.QUEUED,
                created_at=world.clock.now,
                not_before=moment(OPENING),
                message_id=f"<{number:032x}@vinhlinh.example>",
                words={"rung_title": "Quá hạn 3 ngày"},
            )
            session.add(letter)
    return world


def keep_only(world: World, count: int) -> World:
    with world.sessions.begin() as session:
        for letter in session.scalars(select(Letter).order_by(Letter.id).offset(count)):
            session.delete(letter)
    return world


@pytest.mark.parametrize("connections", [pytest.param(1, marks=pytest.mark.whole), 2])
def test_killed_between_any_two_steps_the_sender_loses_nothing_and_doubles_nothing_unmarked(
    sqlite: Any, templates: "Templates", tmp_path: Path, forge: Forge, sink: Sink, connections: int
) -> None:
    """At each step in turn, on a fresh office with requests and a signed escalation; then restarted to the end."""
    step, kills = 1, 0
    while True:
        with templates.copy(sqlite, "opened") as engine:
            world = with_escalations(keep_only(new_world(engine, tmp_path), connections), 1)
            trial = Trial(world, sink, forge, connections)
            lived = trial.run(kill_at=step)
            trial.finish()
            trial.assert_kept()
        sink.taken.clear()
        kills += trial.kills
        if lived:
            break
        step += 1
    assert kills == step - 1
    assert kills > 20 * (connections + 1), "there are that many steps at least"


def test_killed_anywhere_many_times_in_a_row(
    databases: "Databases", templates: "Templates", tmp_path: Path, forge: Forge, sink: Sink
) -> None:
    """One office, letters without end, a death wherever chance wants it: by step, and by the clock."""
    chance = random.Random(2025)
    with templates.copy(databases, "opened") as engine:
        trial = Trial(with_escalations(new_world(engine, tmp_path), 20), sink, forge, connections=2)
        number = 0
        while trial.kills < (90 if engine.dialect.name == "sqlite" else 60):
            add_alerts(trial, number, 3)
            number += 3
            by_step = chance.random() < 0.7
            trial.run(**({"kill_at": chance.randint(1, 60)} if by_step else {"kill_after": chance.uniform(0.02, 0.4)}))
        trial.finish()
        trial.assert_kept()


def add_alerts(trial: Trial, first: int, count: int) -> None:
    """More letters, written as any verb writes them."""
    with trial.world.sessions.begin() as session:
        for number in range(first, first + count):
            letter = Letter(
                key=f"alert:{number}",
                kind=LetterKind.ALERT,
                recipient=f"quan-tri-{number}@vinhlinh.example",
                state=LetterState.QUEUED,
                created_at=trial.now,
                not_before=trial.now,
                message_id=f"<{2**64 + number:032x}@vinhlinh.example>",
                words={"as_of_words": "", "problems": [{"what": "thử", "do": "xem"}]},
            )
            session.add(letter)


def test_many_senders_and_collectors_at_once_hand_over_and_file_everything_once(
    databases: "Databases", templates: "Templates", tmp_path: Path, forge: Forge, sink: Sink
) -> None:
    """T01, T17: eight and four processes on PostgreSQL, two and two on SQLite, all at the same moment."""
    with templates.copy(databases, "opened") as engine:
        senders, collectors = (8, 4) if engine.dialect.name == "postgresql" else (2, 2)
        trial = Trial(with_escalations(new_world(engine, tmp_path), 60), sink, forge, connections=2)
        add_alerts(trial, 0, 240)
        maildir = tmp_path / "thu-den"
        units = ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa", "tt-ben-quan", "pnn-mt", "ptp")
        for number, unit in enumerate(units):
            mail = trial.world.mail(unit, START, trial.world.filled(unit), put=False)
            deliver(maildir, f"{number}.thu", mail, START)
        collect = trial.job | {"maildir": str(maildir)}
        forge.together([trial.job] * senders + [collect] * collectors)
        forge.together([collect])  # one collector at a time moves mail away: the last one may have come too early
        letters = trial.world.letters()
        sent = [letter for letter in letters if letter.state is LetterState.SENT]
        assert sum(letter.kind is LetterKind.ALERT for letter in sent) == 240
        # Who answers while all this runs needs no request any more, and nobody is told that he is silent.
        others = {letter.kind for letter in letters if letter.state is not LetterState.SENT}
        assert others <= {LetterKind.REQUEST, LetterKind.ESCALATION, LetterKind.RECEIPT}
        assert sink.taken == Counter(letter.message_id for letter in sent)
        assert [len(trial.world.replies(unit)) for unit in units] == [1] * len(units)
        assert not list((maildir / "new").iterdir())
