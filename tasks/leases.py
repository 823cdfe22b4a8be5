"""A verb, or a step of one, that must not run beside itself: who holds its row may act, and a dead holder's expires."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tasks.records import Lease
from tasks.toolbox import Toolbox


@contextmanager
def leased(tools: Toolbox, name: str, length: timedelta) -> Iterator[bool]:
    """Whether it is ours for the block; where it is not, another worker is at it right now."""
    holder = secrets.token_hex(16)
    with tools.sessions.begin() as session:
        ours = take(session, name, holder, tools.now(), tools.lasting(length))
    try:
        yield ours
    finally:
        if ours:
            with tools.sessions.begin() as session:
                session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def take(session: Session, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    free = update(Lease).where(Lease.name == name, or_(Lease.until < now, Lease.holder == holder))
    result = session.execute(free.values(holder=holder, until=now + length))
    assert isinstance(result, CursorResult)
    if result.rowcount:
        return True
    try:
        with session.begin_nested():
            session.add(Lease(name=name, holder=holder, until=now + length))
    except IntegrityError:  # somebody holds it
        return False
    return True
