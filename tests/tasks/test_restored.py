"""A week of letters and answers, backed up at some hour and put back at a later one: nobody hears a thing twice."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from infra.backup.journal import FOLDER, LetterJournal
from infra.database import open_engine
from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import LetterState
from tasks.domain.mailing import StopCode
from tasks.mailing.pausing import hold_as_older, start_mail
from tasks.mailing.reading_back import read_back
from tasks.records import Letter, MailSwitch
from tasks.recovery import recover
from tests.fakes import RawMail
from tests.tasks.world import ANSWERS, PLAN, UNITS, World, moment, new_world

BEGIN, END = moment("2025-05-12 06:00"), moment("2025-05-19 18:00")
HOUR = timedelta(hours=1)
WEEK = (
    PLAN.replace("opens_on = 2025-04-08", "opens_on = 2025-05-12")
    .replace("due = 2025-05-16", "due = 2025-05-15")
    .replace("days = -5", "days = -2")
)
ASKED = ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa", "tt-ben-quan", "pnn-mt", "ptp")
PART = {name: ANSWERS[name] for name in ("DX01", "DX02")}
# Who answers when: at once, in parts, late, twice; the others are silent all week.
MAIL: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("xa-vinh-ha", "2025-05-12 14:10", dict(ANSWERS)),
    ("tt-ho-xa", "2025-05-13 09:20", PART),
    ("tt-ho-xa", "2025-05-14 16:40", dict(ANSWERS)),
    ("tt-ben-quan", "2025-05-16 10:30", dict(ANSWERS)),
)


@dataclass
class Moment:
    """The world outside at an hour, and the database."""

    at: datetime
    database: str
    sent: int
    journal: int
    mailbox: tuple[dict[str, RawMail], ...]


@dataclass
class Week:
    world: World
    databases: Any
    journal: LetterJournal
    moments: dict[datetime, Moment] = field(default_factory=dict)
    mails: list[tuple[datetime, bytes]] = field(default_factory=list)

    def names(self) -> dict[str, tuple[str, str]]:
        return {unit: self.world.case(unit) for unit in ASKED}


def play(world: World, at: datetime, mail: Callable[[datetime], list[bytes]]) -> None:
    """One hour of the service."""
    for raw in mail(at):
        world.mailbox.put(raw, at)
    world.open(at)
    world.collect(at)
    world.climb(at)
    world.send(at)


def hours(begin: datetime, end: datetime) -> Iterator[datetime]:
    """By day every hour; the nights, when nothing leaves, in one step."""
    at = begin
    while at <= end:
        if 6 <= at.hour <= 18:
            yield at
        at += HOUR


def keep(world: World, folder: Path) -> LetterJournal:
    journal = LetterJournal(folder)
    world.tools = replace(world.tools, journal=journal)
    return journal


def journal_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder / FOLDER).glob("*.jsonl"))


@pytest.fixture
def week(databases: Any, templates: Any, tmp_path: Path) -> Iterator[Week]:
    """As it was lived once, with a picture of every hour."""
    with templates.copy(databases, "empty") as engine:
        world = new_world(engine, tmp_path)
        world.take_in(UNITS)
        world.take_in_plan(WEEK)
        lived = Week(world, databases, keep(world, tmp_path / "that"))
        waiting = list(MAIL)

        def mail(at: datetime) -> list[bytes]:
            ready = [one for one in waiting if moment(one[1]) <= at]
            for one in ready:
                waiting.remove(one)
            made = [world.mail(unit, when, world.filled(unit, answers), put=False) for unit, when, answers in ready]
            lived.mails += [(at, raw) for raw in made]
            return made

        pictures = []
        for at in hours(BEGIN, END):
            pictures.append(picture(lived, at, tmp_path / "that"))
            play(world, at, mail)
        yield lived
        for name in pictures:
            databases.drop(name)


def picture(lived: Week, at: datetime, folder: Path) -> str:
    """As the hour begins."""
    world = lived.world
    world.engine.dispose()  # a database is copied when nobody has it open
    name = str(lived.databases.create(world.engine.url.database.rpartition("/")[2].removesuffix(".db")))
    mailbox = tuple(dict(one) for one in (world.mailbox.messages, world.mailbox.finished, world.mailbox.desk))
    lived.moments[at] = Moment(at, name, len(world.outbox.sent), journal_size(folder), mailbox)
    return name


def put_back(lived: Week, now: Moment, engine: Any, folder: Path) -> World:
    """The old database in the world of a later hour: its mailbox, its journal, what its mail server has taken."""
    world = new_world(engine, folder)
    whole = next((lived.journal.folder).glob("*.jsonl"), None)
    journal = keep(world, folder)
    if whole is not None and now.journal:
        journal.folder.mkdir(parents=True)
        (journal.folder / whole.name).write_bytes(whole.read_bytes()[: now.journal])
    world.outbox.sent += lived.world.outbox.sent[: now.sent]
    for theirs, ours in zip(
        now.mailbox, (world.mailbox.messages, world.mailbox.finished, world.mailbox.desk), strict=True
    ):
        ours.update(theirs)
    world.clock.now = now.at
    return world


def restored_week(lived: Week, backup_at: datetime, restore_at: datetime, folder: Path) -> World:
    """Restored, looked at by a person, and gone on with to the week's end."""
    backed_up, now = lived.moments[backup_at], lived.moments[restore_at]
    name = lived.databases.create(backed_up.database)
    engine = open_engine(lived.databases.url(name))
    world = put_back(lived, now, engine, folder)
    with world.sessions.begin() as session:
        hold_as_older(session, now.at, "khôi phục từ bản sao lưu")
    world.send(restore_at)
    assert len(world.outbox.sent) == now.sent, "a letter left while all mail was held"
    recover(world.tools, restore_at)
    world.send(restore_at)
    assert len(world.outbox.sent) == now.sent
    with world.sessions.begin() as session:
        start_mail(session)
    late = [one for one in lived.mails if one[0] >= restore_at]
    for at in hours(restore_at, END):
        play(world, at, lambda at: [raw for when, raw in late if when == at])
    return world


def assert_nothing_twice(lived: Week, world: World) -> None:
    marked = {one.message_id for one in world.letters() if one.repeated_at is not None}
    twice = [one for one, count in Counter(sent.message_id for sent in world.outbox.sent).items() if count > 1]
    assert set(twice) <= marked
    journal = world.tools.journal
    assert isinstance(journal, LetterJournal)
    told = Counter(
        (one.what, one.case, one.recipient) for one in journal.read({}).departed if one.message_id not in marked
    )
    once = Counter((one.what, one.case, one.recipient) for one in lived.journal.read({}).departed)
    assert {one: count for one, count in told.items() if count > once[one]} == {}


def assert_nothing_lost(lived: Week, world: World) -> None:
    assert {unit: world.case(unit) for unit in ASKED} == lived.names()
    assert {unit: world.assignment(unit).state for unit in ASKED} == {
        unit: lived.world.assignment(unit).state for unit in ASKED
    }
    assert {unit: len(world.replies(unit)) for unit in ASKED} == {
        unit: len(lived.world.replies(unit)) for unit in ASKED
    }
    assert {one.sha256 for one in world.incoming()} == {one.sha256 for one in lived.world.incoming()}
    assert {one.verdict for one in world.incoming()} == {one.verdict for one in lived.world.incoming()}
    assert {sent.recipient for sent in world.outbox.sent} == {sent.recipient for sent in lived.world.outbox.sent}


def test_a_backup_of_any_hour_restored_at_any_later_one(week: Week, tmp_path: Path) -> None:
    """Nobody gets a letter twice unmarked, no answer is lost, the codes stay."""
    assert len(week.world.outbox.sent) > 20
    assert Counter(week.world.assignment(unit).state for unit in ASKED)[AssignmentState.ANSWERED] == 3
    assert not week.world.outbox.doubled
    put_back_often(week, tmp_path, times=4)


@pytest.mark.whole
def test_fifty_backups_of_a_week(week: Week, tmp_path: Path) -> None:
    put_back_often(week, tmp_path, times=50)


def put_back_often(week: Week, folder: Path, times: int) -> None:
    dice = random.Random(times)
    all_hours = sorted(week.moments)
    for number in range(times):
        backup_at = all_hours[round(number * (len(all_hours) - 2) / (times - 1))]
        restore_at = dice.choice([at for at in all_hours if at > backup_at])
        world = restored_week(week, backup_at, restore_at, folder / f"lan-{number}")
        try:
            assert_nothing_twice(week, world)
            assert_nothing_lost(week, world)
        except AssertionError as error:
            raise AssertionError(f"backup of {backup_at}, restored at {restore_at}") from error
        finally:
            world.engine.dispose()


def test_a_bare_file_copied_back_is_noticed_and_holds_all_mail(week: Week, tmp_path: Path) -> None:
    """Nobody said that anything was restored: the journal is ahead of the database, and only then."""
    assert read_back(week.world.tools) == 0
    with week.world.sessions() as session:
        assert session.get_one(MailSwitch, 1).stopped_at is None
    all_hours = sorted(week.moments)
    backed_up, now = week.moments[all_hours[1]], week.moments[all_hours[20]]
    engine = open_engine(week.databases.url(week.databases.create(backed_up.database)))
    world = put_back(week, now, engine, tmp_path / "chep-tay")
    world.open(now.at)
    world.send(now.at)
    assert len(world.outbox.sent) == now.sent
    with world.sessions() as session:
        switch = session.get_one(MailSwitch, 1)
        assert switch.stopped_for is StopCode.OLDER
        assert "nhật ký thư" in switch.stopped_why
        assert session.scalars(select(Letter.state).where(Letter.kind == "request")).all() == [LetterState.SENT] * 6
    engine.dispose()
