"""What stops letters for a while: the stop button for all of them, a pause for a domain that refuses us."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from tasks.domain.mailing import StopCode, domain_of, pause_until
from tasks.mailing.claiming import switch_of
from tasks.records import DomainPause


def stop_mail(session: Session, now: datetime, by: str, why: str) -> bool:
    """From this commit on no letter is claimed, and none that is claimed leaves. False when it was stopped already."""
    switch = switch_of(session)
    if switch.stopped_at is not None:
        return False
    switch.stopped_at, switch.stopped_by, switch.stopped_why = now, by, why
    switch.stopped_for = StopCode.PERSON
    return True


def hold_as_older(session: Session, now: datetime, why: str) -> None:
    """What this database still owes may have left already: nothing leaves until a person has looked."""
    switch = switch_of(session)
    if switch.stopped_for is StopCode.OLDER:
        return
    switch.stopped_for = StopCode.OLDER
    switch.stopped_why = f"{why}; {switch.stopped_why}" if switch.stopped_why else why
    switch.stopped_at, switch.stopped_by = switch.stopped_at or now, switch.stopped_by or "hệ thống"


def start_mail(session: Session) -> bool:
    """False when nothing was stopped. What waited leaves at the next run, within the limits as ever."""
    switch = switch_of(session)
    if switch.stopped_at is None:
        return False
    switch.stopped_at, switch.stopped_by, switch.stopped_why, switch.stopped_for = None, "", "", None
    return True


def pause_domain(session: Session, recipient: str, why: str, now: datetime) -> None:
    """A refusal by policy is about us, not about the address: and hammering on makes it worse."""
    domain = domain_of(recipient)
    pause = session.get(DomainPause, domain, with_for_update=True) or DomainPause(domain=domain, times=0)
    if pause.times and pause.until > now:
        return  # a letter that was in somebody's hands already
    pause.times += 1
    pause.until, pause.why = pause_until(pause.times, now), why
    session.add(pause)


def lift_pause(connection: Connection, recipient: str) -> None:
    """It takes our letters again."""
    connection.execute(delete(DomainPause).where(DomainPause.domain == domain_of(recipient)))


def paused_domains(session: Session, now: datetime) -> list[DomainPause]:
    return list(session.scalars(select(DomainPause).where(DomainPause.until > now).order_by(DomainPause.domain)))
