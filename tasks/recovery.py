"""After a database was put back: what the world outside knows of the time since is taken in, while all mail is held."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from tasks.collection.filing import file_all
from tasks.collection.storing import clear_mailbox, store_mail
from tasks.domain.calendar import house_day
from tasks.domain.errors import KiemtraError
from tasks.domain.mailing import Outcome, random_part
from tasks.domain.plan_file import round_from_terms
from tasks.identities import case_code, message_id, of_assignment
from tasks.mailing.departures import first_departure, note_departures, settle_departed
from tasks.mailing.reading_back import read_back
from tasks.records import Attempt, Incoming, Round, Unit
from tasks.report import log, one_by_one
from tasks.scheduling import due_rounds, fill_roster, open_round, unassigned_unit_ids, unfilled_cycles
from tasks.toolbox import Departed, End, Toolbox

_OURS = re.compile(rb"<[0-9a-f]{32}@[^<>@\s]+>")
BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Recovered:
    """What was found outside the database."""

    tries: int
    """Of handing letters over that only the journal knew."""
    sent: int
    brought_back: int
    reopened: str
    """What was done of the plan, in words."""
    troubles: tuple[str, ...]


def recover(tools: Toolbox, as_of: datetime) -> Recovered:
    """May be done again at any time: what is known already is passed over.

    Rounds are opened before the mail is read, so that an answer to a letter of theirs finds its case.
    """
    since = _last_known(tools, as_of)
    tries = read_back(tools)
    troubles: list[str] = []
    sent = _look_into_sent_mail(tools, since, troubles)
    brought_back = _bring_mail_back(tools, troubles)
    _note_answered_letters(tools)
    rounds = reopen_rounds(tools, as_of)
    with tools.sessions.begin() as session:
        settle_departed(session, tools.now())
    if not troubles:
        file_all(tools)
        clear_mailbox(tools)
    return Recovered(tries, sent, brought_back, rounds, tuple(troubles))


def _last_known(tools: Toolbox, as_of: datetime) -> datetime:
    """The latest thing that this database knows of."""
    with tools.sessions() as session:
        moments = [session.scalar(select(func.max(one))) for one in (Attempt.began_at, Incoming.stored_at)]
    return max((one for one in moments if one is not None), default=as_of) - BEFORE


def _look_into_sent_mail(tools: Toolbox, since: datetime, troubles: list[str]) -> int:
    if tools.sent_mail is None:
        return 0
    try:
        found = tools.sent_mail.since(house_day(since))
    except KiemtraError as error:
        troubles.append(f"Không tra được thư đã gửi: {error}")
        return 0
    taken = {name: where for name, where in found.items() if random_part(name)}
    departed = [_seen(name, where, tools.now()) for name, where in taken.items()]
    with tools.sessions.begin() as session:
        return note_departures(session, departed, tools.sent_mail.name)


def _seen(name: str, where: str, at: datetime) -> Departed:
    return Departed(name, "", "", "", at, end=End(Outcome.SENT, where))


def _bring_mail_back(tools: Toolbox, troubles: list[str]) -> int:
    """What was put away after the backup, and the database knows nothing of, is collected once more."""
    with tools.sessions() as session:
        known = set(session.scalars(select(Incoming.sha256)))
    try:
        with tools.mailbox.open() as mailbox:
            count = mailbox.bring_back(known.__contains__)
        store_mail(tools)
    except KiemtraError as error:
        log.warning("the mailbox cannot be read back: %s", error)
        troubles.append(f"Không đọc lại được hộp thư: {error}")
        return 0
    return count


def _note_answered_letters(tools: Toolbox) -> None:
    """Whoever answers a letter, or sends it back, has it: it has left."""
    with tools.sessions.begin() as session:
        unread = select(Incoming).where(Incoming.verdict.is_(None)).options(undefer(Incoming.raw))
        named = [(row.received_at, name.decode()) for row in session.scalars(unread) for name in _OURS.findall(row.raw)]
        own = tools.house.sender_address.rpartition("@")[2]
        ours = (_seen(name, "", at) for at, name in named if name.endswith(f"@{own}>"))
        note_departures(session, ours, tools.mailbox.name)


def reopen_rounds(tools: Toolbox, as_of: datetime) -> str:
    """Those that are due: as they were opened, where letters of theirs are known to have left, else now."""
    with tools.sessions() as session:
        names = due_rounds(session, as_of)
        begun = {id_: _first_left(session, id_, tools) or as_of for id_ in names}
    report = one_by_one(
        tools.sessions, names, lambda session, id_: open_round(session, id_, tools, begun[id_]), lambda id_: names[id_]
    )
    with tools.sessions() as session:
        cycles = {id_: (name, unassigned_unit_ids(session, id_)) for id_, name in unfilled_cycles(session).items()}
    for id_, (name, units) in cycles.items():
        report += fill_roster(tools, id_, name, units, as_of)
    return report.words


def _first_left(session: Session, round_id: int, tools: Toolbox) -> datetime | None:
    row = session.get_one(Round, round_id)
    return first_departure(session, list(_requests(session, row, session.scalars(select(Unit)), tools)))


def _requests(session: Session, row: Round, units: Iterable[Unit], tools: Toolbox) -> Iterator[str]:
    """What the requests of a round would be called."""
    round_ = round_from_terms(row.terms)
    for unit in units:
        if round_.selection.takes(unit.code, unit.kind):
            names = of_assignment(row.year, row.code, round_.opens_on, unit.code)
            yield message_id(session, tools, "request", case_code(session, tools, row.year, *names), "")
