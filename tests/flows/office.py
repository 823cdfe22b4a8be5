"""A small office of its own folder, six units and a plan of two rounds, whose commands are typed and letters read."""

import email
import email.policy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy.orm import Session

from infra.maildir import deliver
from infra.settings import load_settings
from infra.toolbox import incoming_mailbox, open_toolbox
from tasks.collection.filing import file_all
from tasks.collection.storing import store_mail
from tasks.mailing.sending import send_letters
from tasks.records import Assignment
from tasks.scheduling import asked_of, fill_rosters, lock_past_cycles, open_due_rounds
from tasks.toolbox import Toolbox
from tests.fakes import Clock, FakeMailbox, FakeOutbox
from tests.flows.conftest import House
from tests.tasks.world import ANSWERS, OPENING, World, fill, find_assignment, moment


@dataclass
class Office:
    """`kiemtra` is typed in its folder; what no command does in a moment (a whole flow) the verbs do there."""

    house: House
    mails: int = 0

    def found(self) -> None:
        self.house.run("init")
        file = self.house.folder / "kiemtra.toml"
        file.write_text(file.read_text().replace("[prefect]", "[sandbox]\nvirtual_clock = true\n\n[prefect]"))
        with self.world("2025-01-13 08:00") as world:
            world.found()

    def run(self, *words: str, at: str = "", expect: int = 0) -> str:
        """`at`: '2025-05-12 09:00'."""
        when = ("--as-of", f"{moment(at):%d/%m/%Y %H:%M}") if at else ()
        return self.house.run(*words, *when, expect=expect)

    @contextmanager
    def tools(self, at: str) -> Iterator[Toolbox]:
        with open_toolbox(load_settings(self.house.folder / "kiemtra.toml", {}), as_of=moment(at)) as tools:
            yield tools

    @contextmanager
    def world(self, at: str) -> Iterator[World]:
        with self.tools(at) as tools:
            clock = Clock(moment(at))
            engine = tools.sessions.kw["bind"]
            yield World(tools, clock, FakeOutbox(clock), FakeMailbox(), engine)

    @contextmanager
    def session(self, at: str = OPENING) -> Iterator[Session]:
        with self.tools(at) as tools, tools.sessions() as session:
            yield session

    def open(self, at: str = OPENING) -> None:
        with self.tools(at) as tools:
            for verb in (open_due_rounds, fill_rosters):
                assert not verb.fn(tools, moment(at)).failures

    def lock(self, at: str) -> None:
        with self.tools(at) as tools:
            assert not lock_past_cycles.fn(tools, moment(at)).failures

    def assignment(self, unit: str, round_: str = "kiem-tra") -> Assignment:
        with self.session() as session:
            found = find_assignment(session, unit, round_)
            assert asked_of(found)
            return found

    # --- mail -----------------------------------------------------------------------------------------------------

    def form(self, unit: str, at: str, round_: str = "kiem-tra") -> bytes:
        with self.world(at) as world:
            return world.form(unit, round_)

    def answer(
        self, unit: str, at: str, answers: Mapping[str, object] = ANSWERS, form: bytes = b"", sent: str = ""
    ) -> None:
        """The unit's clerk answers with its form (`form`: an older copy of it), and the office takes it in."""
        self.mails += 1
        with self.world(at) as world:
            raw = world.mail(unit, sent or at, fill(form or world.form(unit), answers), put=False)
            raw = raw.replace(b"<thu-1@", b"<thu-%d@" % self.mails)
            deliver(self._mailbox(), f"{self.mails}.x", raw, moment(at))
            assert not store_mail(world.tools).failures
            assert not file_all(world.tools).failures

    def _mailbox(self) -> Path:
        mailbox = incoming_mailbox(load_settings(self.house.folder / "kiemtra.toml", {}))
        path: Path = mailbox.path  # type: ignore[attr-defined]
        return path

    def send(self, at: str) -> None:
        import asyncio

        with self.tools(at) as tools:
            assert not asyncio.run(send_letters.fn(tools, moment(at))).failures

    def arrived(self, address: str, about: str = "") -> list[EmailMessage]:
        """What lies in somebody's box, in the order of its sending; `about`: words of the subject.

        What leaves in one run may arrive in any order: who waits for one of several letters says which.
        """
        found = []
        for path in sorted((self.house.folder / "du-lieu" / "thu").rglob("new/*")):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            if address in str(mail["To"]) and about in str(mail["Subject"]):
                found.append(mail)
        return sorted(found, key=lambda mail: mail["Date"].datetime)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def form_in(mail: EmailMessage) -> bytes:
    return next(
        part.get_payload(decode=True)  # type: ignore[misc]
        for part in mail.iter_attachments()
        if (part.get_filename() or "").endswith(".xlsx")
    )


def at(text: str) -> datetime:
    return moment(text)
