"""A collector that dies at any step, or at any moment, loses no reply and files none twice; nor do several at once."""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select

from infra.database import open_engine, session_maker
from infra.maildir import MaildirMailbox, deliver
from tasks.collection.filing import file_all
from tasks.collection.storing import clear_mailbox, store_mail
from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import LetterKind
from tasks.records import Answer, Assignment, Incoming, Letter, Reply
from tasks.toolbox import Kept, Mailbox, OpenMailbox, RawMail, Toolbox
from tests.killing import KILLS
from tests.real.conftest import certificates, dovecot, user
from tests.real.mail_servers import PASSWORD, Dovecot
from tests.tasks.test_collection import HALF, REST, WHEN
from tests.tasks.world import OFFICE, World, moment, new_world

if TYPE_CHECKING:
    from tests.conftest import Databases, Templates

__all__ = ["certificates", "dovecot", "user"]
RANDOM_KILLS = 75


# --- a process that dies -------------------------------------------------------------------------------------------


def begin(act: Callable[[], object]) -> int:
    """A child of ours that does this and ends; returns its process id."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def end(child: int) -> bool:
    """Whether it came to its end; False when it was killed. Any other end fails the test."""
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or status == 0, "the collector failed; see what it printed"
    return not killed


class Steps:
    """Counts the boundaries between steps, and dies at the one that it was told."""

    def __init__(self, dies_at: int) -> None:
        self._left = dies_at

    def __call__(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalMailbox:
    """The mailbox, with a step before and after everything that it is asked."""

    def __init__(self, mailbox: Mailbox, step: Steps) -> None:
        self.name, self._mailbox, self._step = mailbox.name, mailbox, step

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        with self._mailbox.open() as opened:
            yield MortalOpen(opened, self._step)


class MortalOpen:
    def __init__(self, opened: OpenMailbox, step: Steps) -> None:
        self._opened, self._step = opened, step

    def waiting(self) -> list[str]:
        return self._between(self._opened.waiting)

    def fetch(self, keys: list[str]) -> Iterator[RawMail]:
        for mail in self._opened.fetch(keys):
            self._step()
            yield mail

    def done(self, keys: list[str]) -> None:
        self._each(self._opened.done, keys)

    def to_desk(self, keys: list[str]) -> None:
        self._each(self._opened.to_desk, keys)

    def from_desk(self, letters: list[Kept]) -> None:
        self._each(self._opened.from_desk, letters)

    def back_to_desk(self, letters: list[Kept]) -> None:
        self._each(self._opened.back_to_desk, letters)

    def _each(self, act: Callable[[list[Any]], None], what: list[Any]) -> None:
        for one in what:  # a move of several may be cut in the middle
            self._between(lambda one=one: act([one]))

    def _between(self, act: Callable[[], Any]) -> Any:
        self._step()
        found = act()
        self._step()
        return found


# --- an office with mail -------------------------------------------------------------------------------------------


@dataclass
class Case:
    """A fresh office, mail in its mailbox, and what must have become of it in the end."""

    world: World
    url: str
    mailbox: Mailbox
    folders: Callable[[], tuple[list[bytes], list[bytes], list[bytes]]]
    """What lies in the inbox, at the desk, in what is done."""

    def collect(self, dies_at: int = 0) -> None:
        """In a process of its own, with a database connection of its own."""
        step = Steps(dies_at)
        engine = open_engine(self.url)
        sessions = session_maker(engine)
        event.listen(engine, "commit", step)
        event.listen(sessions, "after_commit", step)
        tools: Toolbox = replace(self.world.tools, sessions=sessions, mailbox=MortalMailbox(self.mailbox, step))
        store_mail(tools)
        report = file_all(tools)
        clear_mailbox(tools)
        failed = [one for one in report.failures if not one.passing]
        assert not failed, failed

    def finish(self) -> None:
        """The next run by the clock: by then a dead collector's lease has expired."""
        self.world.clock.now += timedelta(minutes=5)
        assert end(begin(self.collect))

    def settled(self, mails: "Mails") -> None:
        with self.world.sessions() as session:
            stored = session.scalars(select(Incoming.raw)).all()
            assert sorted(stored) == sorted(set(mails.all)), "every message has one row"
            assert session.scalar(select(func.count()).where(Incoming.verdict.is_(None))) == 0
            replies = session.scalars(select(Reply).order_by(Reply.assignment_id, Reply.id)).all()
            units = [reply.assignment.unit.code for reply in replies if reply.assignment]
            assert sorted(units) == sorted(mails.units), "every answer is filed once"
            assert session.scalar(select(func.count()).select_from(Answer)) == mails.answers
            states = dict(session.execute(select(Assignment.code, Assignment.state)).all())
            assert sum(state is AssignmentState.ANSWERED for state in states.values()) == len(set(mails.units))
            automatic = Letter.kind.in_((LetterKind.RECEIPT, LetterKind.RETURNED))
            for_replies = session.scalars(select(Letter.reply_id).where(automatic)).all()
            assert sorted(str(one) for one in for_replies) == sorted(str(reply.id) for reply in replies)
        inbox, desk, done = self.folders()
        assert (inbox, sorted(desk)) == ([], sorted(mails.desk))
        assert sorted([*desk, *done]) == sorted(mails.all), "every message, and every copy of it, lies in its folder"


@dataclass(frozen=True)
class Mails:
    all: list[bytes]
    desk: list[bytes]
    units: list[str]
    answers: int


def few_mails(world: World) -> Mails:
    """A reply, its copy, one mail for two units, and a question that names nothing."""
    reply = world.mail("xa-vinh-o", WHEN, world.filled("xa-vinh-o"), put=False)
    both = world.mail("pnn-mt", WHEN, world.filled("pnn-mt"), world.filled("ptp"), put=False)
    question = world.mail("xa-vinh-ha", WHEN, sender="ai@do.example", to=OFFICE, subject="Hỏi", thread=False, put=False)
    return Mails([reply, reply, both, question], [question], ["xa-vinh-o", "pnn-mt", "ptp"], 12)


def many_mails(world: World) -> Mails:
    few = few_mails(world)
    halves = [world.mail("xa-vinh-ha", WHEN, world.filled("xa-vinh-ha", part), put=False) for part in (HALF, REST)]
    more = [world.mail(unit, WHEN, world.filled(unit), put=False) for unit in ("tt-ho-xa", "tt-ben-quan")]
    routed = b"Received: by mx.example; Tue, 22 Apr 2025 09:00:00 +0700\r\n" + more[0]
    units = [*few.units, "xa-vinh-ha", "xa-vinh-ha", "tt-ho-xa", "tt-ben-quan"]
    return Mails([*few.all, *halves, *more, routed], few.desk, units, few.answers + 4 + 8)


class Office:
    """Makes the same case as often as it is asked; the forms are built once."""

    def __init__(self, databases: "Databases", templates: "Templates", folder: Path) -> None:
        self._databases, self._templates, self._folder = databases, templates, folder
        self._serial = 0
        with templates.copy(databases, "begun") as engine:
            world = new_world(engine, folder)
            self.few, self.many = few_mails(world), many_mails(world)

    @contextmanager
    def by_maildir(self, mails: Mails) -> Iterator[Case]:
        self._serial += 1
        path = self._folder / f"thu-{self._serial}"
        for number, raw in enumerate(mails.all):
            deliver(path, f"{number}.x", raw, moment(WHEN))

        def lying(folder: Path) -> list[bytes]:
            return [one.read_bytes() for name in ("new", "cur") for one in sorted((folder / name).glob("*"))]

        def folders() -> tuple[list[bytes], list[bytes], list[bytes]]:
            return lying(path), lying(path / ".Can-xem"), lying(path / ".Da-xu-ly")

        with self._case(MaildirMailbox(path), folders) as case:
            yield case

    @contextmanager
    def by_imap(self, mails: Mails, server: Dovecot, user: str) -> Iterator[Case]:
        from imapclient import IMAPClient

        from infra.imap import ImapMailbox
        from infra.settings import Inbound, InboundKind, Security

        self._serial += 1
        name = f"{user}{self._serial}"
        inbound = Inbound(InboundKind.IMAP, "127.0.0.1", server.imap, Security.NONE, name, PASSWORD)
        client = IMAPClient("127.0.0.1", server.imap, ssl=False, timeout=10)
        client.plain_login(name, PASSWORD)
        for raw in mails.all:
            client.append("INBOX", raw, msg_time=moment(WHEN))

        def lying(folder: str) -> list[bytes]:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder)
            found = client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"])
            return [one[b"BODY[]"] for one in found.values()]

        with self._case(ImapMailbox(inbound), lambda: (lying("INBOX"), lying("Can-xem"), lying("Da-xu-ly"))) as case:
            yield case
        client.logout()

    @contextmanager
    def _case(self, mailbox: Mailbox, folders: Any) -> Iterator[Case]:
        with self._templates.copy(self._databases, "begun") as engine:
            url = engine.url.render_as_string(hide_password=False)
            world = new_world(engine, self._folder)
            world.clock.now = moment(WHEN)
            engine.dispose()  # a child must not share a connection
            yield Case(world, url, mailbox, folders)


@pytest.fixture
def office(databases: "Databases", templates: "Templates", tmp_path: Path) -> Office:
    return Office(databases, templates, tmp_path)


on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize(
    "databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


# --- killed --------------------------------------------------------------------------------------------------------


@on_sqlite
def test_killed_at_every_step_and_started_again_it_loses_nothing_and_repeats_nothing(office: Office) -> None:
    kills = 0
    while True:
        with office.by_maildir(office.few) as case:
            whole = end(begin(lambda: case.collect(dies_at=kills + 1)))  # noqa: B023 - done before the next turn
            case.finish()
            case.settled(office.few)
        if whole:
            break
        kills += 1
    assert kills >= 30, "fewer steps than there are commits, fetches and moves"
    KILLS["collector"] += kills


@on_sqlite
def test_killed_at_random_moments_it_loses_nothing_and_repeats_nothing(office: Office) -> None:
    dice, kills = random.Random(1975), 0
    with office.by_maildir(office.many) as case:
        start = time.perf_counter()
        assert end(begin(case.collect))
        whole_run = time.perf_counter() - start
        case.settled(office.many)
    while kills < RANDOM_KILLS:
        with office.by_maildir(office.many) as case:
            for _ in range(12):
                child = begin(case.collect)
                time.sleep(dice.uniform(0, whole_run / 3))  # the dice choose the moment; nothing waits for it
                os.kill(child, signal.SIGKILL)
                kills += not end(child)
            case.finish()
            case.settled(office.many)
    KILLS["collector"] += kills


@on_sqlite
@pytest.mark.dovecot
def test_killed_at_every_other_step_of_a_real_imap_mailbox(office: Office, dovecot: Dovecot, user: str) -> None:
    kills = 0
    while True:
        with office.by_imap(office.few, dovecot, user) as case:
            whole = end(begin(lambda: case.collect(dies_at=2 * kills + 1)))  # noqa: B023 - done before the next turn
            case.finish()
            case.settled(office.few)
        if whole:
            break
        kills += 1
    assert kills >= 15
    KILLS["collector"] += kills


# --- several at once -----------------------------------------------------------------------------------------------


def all_at_once(case: Case, hands: int) -> None:
    children = [begin(case.collect) for _ in range(hands)]
    ended = [end(child) for child in children]
    assert all(ended)
    case.finish()  # the next run takes what one of them had to leave


@pytest.mark.parametrize("turn", range(3))
def test_collectors_in_several_processes_file_every_message_once(office: Office, turn: int) -> None:
    """Four on PostgreSQL, two on SQLite."""
    with office.by_maildir(office.many) as case:
        all_at_once(case, case.world.hands)
        case.settled(office.many)


@on_postgres
@pytest.mark.dovecot
def test_four_collectors_at_one_imap_mailbox(office: Office, dovecot: Dovecot, user: str) -> None:
    with office.by_imap(office.many, dovecot, user) as case:
        all_at_once(case, 4)
        case.settled(office.many)
