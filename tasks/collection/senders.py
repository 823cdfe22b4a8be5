"""Who has written a message, as seen from a unit, and what may be done on their word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.domain.inbox.authentication import OwnServer, Standing, envelope_senders, standing_of
from tasks.domain.inbox.order import sent_moment
from tasks.domain.inbox.trust import How, Trust, What, Who, trust_in, who_writes
from tasks.domain.ladder import UNIT_ROLES, Role
from tasks.domain.mailing import domain_of
from tasks.domain.message import Message
from tasks.records import Assignment, Contact, Finding, Incoming, Letter, Unit, owned_by
from tasks.toolbox import House, Toolbox


@dataclass(frozen=True)
class Said:
    """As whom somebody speaks for a unit, and what becomes of it."""

    who: Who
    trust: Trust


def said(who: Who, how: How, what: What) -> Said:
    return Said(who, trust_in(who, how, what))


def writer(session: Session, message: Message, unit: Unit, tools: Toolbox, *, brings_own: bool = False) -> Who:
    """`brings_own`: a form of her own unit travels in the same message."""
    others = [one for one in units_of(session, message.sender) if one.id != unit.id]
    return who_writes(
        role_in(unit, message.sender),
        doubtful=is_doubtful(message, tools.house),
        collects=any(one.code == unit.parent_code for one in others) or (brings_own and bool(others)),
        is_contact_elsewhere=bool(others),
    )


def units_of(session: Session, address: str) -> Sequence[Unit]:
    """Those that have registered it."""
    registered = select(Contact.unit_id).where(Contact.is_at(address))
    return session.scalars(select(Unit).where(Unit.id.in_(registered)).order_by(Unit.official_order)).all()


def role_in(unit: Unit, address: str) -> Role | None:
    """The clerk before the head, where one address is both."""
    roles = {one.role for one in unit.contacts if one.address and one.address.lower() == address}
    return next((role for role in (Role.DAU_MOI, *UNIT_ROLES) if role in roles), None)


def said_at(session: Session, row: Incoming, message: Message, obligation: Assignment | Finding) -> datetime | None:
    """When what this mail says was said; None where nobody can tell."""
    # Its letter may have left although nothing says so yet (a crash, a restored backup): no answer is older than that.
    asked = session.scalar(select(func.min(Letter.created_at)).where(owned_by(Letter, obligation)))
    return sent_moment(message.written_at, row.received_at, asked)


def is_doubtful(message: Message, house: House) -> bool:
    """Two addresses in From, or our own server says that the one there did not write this."""
    standing = standing_of(message.sender, message.authentication, _server(house))
    return not message.one_author or standing is Standing.FAILED


def is_from_nobody(message: Message, house: House) -> bool:
    """As servers send their reports: no return path, and our own server names no sender and denies nothing."""
    named = envelope_senders(message.authentication, _server(house))
    return not message.return_path and not named and not is_doubtful(message, house)


def _server(house: House) -> OwnServer:
    return house.mail_server or OwnServer((domain_of(house.reply_address),))
