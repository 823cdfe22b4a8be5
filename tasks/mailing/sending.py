"""Handing letters over: every state is committed before the next thing can go wrong."""

import asyncio
import os
import re
import socket
from collections.abc import Sequence
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy.orm import Session

from tasks.domain.errors import (
    MailRefusedForGood,
    MailRefusedForNow,
    MailServerUnavailable,
    MailUncertain,
    WrongMove,
)
from tasks.domain.letterbox import LetterState, Reason, is_hard, retry_at
from tasks.domain.mime import address_is_sound
from tasks.mailing.claiming import Parcel, claim_batch, count_ready, ready_ids, release_due, sweep_expired
from tasks.mailing.writing import write_letter
from tasks.progress import Progress
from tasks.records import Letter, move
from tasks.report import Failure, Report, log
from tasks.toolbox import Connection, Toolbox
from tasks.unreachable import note_refusal


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


async def send_ready(tools: Toolbox, as_of: datetime) -> Report:
    """Send everything that may leave at `as_of`. Raises MailServerUnavailable when the server is not to be had;
    then every letter is back in the queue."""
    report = Report()
    with tools.sessions.begin() as session:
        release_due(session, as_of)
        if lost := sweep_expired(session, tools.now()):
            report.counts["thư chưa rõ kết quả"] += lost
        progress = Progress("Gửi thư", count_ready(session, as_of))
    while parcels := _claim(tools, as_of, report):
        await _send_batch(tools, parcels, as_of, report)
        await progress.aadvance(sum(len(parcel.ids) for parcel in parcels))
    return report


def _claim(tools: Toolbox, as_of: datetime, report: Report) -> list[Parcel]:
    """The next batch; a batch of which nothing may leave is no reason to stop looking."""
    while True:
        with tools.sessions.begin() as session:
            parcels = claim_batch(session, tools, worker_name(), as_of, report)
            if parcels or not ready_ids(session, as_of):
                return parcels


async def _send_batch(tools: Toolbox, parcels: Sequence[Parcel], as_of: datetime, report: Report) -> None:
    queue: asyncio.Queue[Parcel] = asyncio.Queue()
    for parcel in parcels:
        queue.put_nowait(parcel)
    lines = min(tools.house.limits.connections, len(parcels))
    try:
        outcomes = await asyncio.gather(
            *(_send_over_one_connection(tools, queue, as_of, report) for _ in range(lines)), return_exceptions=True
        )
    finally:
        while not queue.empty():
            _put_back(tools, queue.get_nowait())
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _send_over_one_connection(
    tools: Toolbox, queue: "asyncio.Queue[Parcel]", as_of: datetime, report: Report
) -> None:
    async with tools.outbox.connect() as connection:
        while not queue.empty():
            await _send_parcel(tools, connection, queue.get_nowait(), as_of, report)


async def _send_parcel(tools: Toolbox, connection: Connection, parcel: Parcel, as_of: datetime, report: Report) -> None:
    message = _written(tools, parcel, as_of, report)
    if message is None:
        return
    recipient, raw = message
    leaving = False

    def before_content() -> None:
        nonlocal leaving
        _change(tools, parcel, LetterState.SENDING)
        leaving = True

    try:
        answer = await connection.post(tools.house.sender_address, recipient, raw, before_content)
    except MailServerUnavailable:
        _put_back(tools, parcel)
        raise
    except WrongMove:  # our lease ran out and another worker has the letter: it is theirs now
        log.warning("letter %s: claim lost", parcel.leader)
    except MailRefusedForGood as refusal:
        _refused(tools, parcel, refusal, report)
    except MailRefusedForNow as refusal:
        _try_later(tools, parcel, refusal, report)
    except (MailUncertain, asyncio.CancelledError) as doubt:
        if not leaving and isinstance(doubt, asyncio.CancelledError):
            _put_back(tools, parcel)
            raise
        _change(tools, parcel, LetterState.UNCERTAIN, reason=Reason.INTERRUPTED, detail=str(doubt), lease_until=None)
        report.counts["thư chưa rõ kết quả"] += 1
        if isinstance(doubt, asyncio.CancelledError):
            raise
    else:
        _change(tools, parcel, LetterState.SENT, server_answer=answer, reason=None, detail="", lease_until=None)
        report.counts["thư đã gửi"] += 1


def _written(tools: Toolbox, parcel: Parcel, as_of: datetime, report: Report) -> tuple[str, bytes] | None:
    """The bytes of a parcel, kept on its leader; a letter that cannot be written fails alone."""
    try:
        with tools.sessions.begin() as session:
            letter = session.get_one(Letter, parcel.leader)
            followers = [session.get_one(Letter, one) for one in parcel.followers]
            raw = write_letter(session, letter, followers, tools, as_of)
            letter.first_try_at = letter.first_try_at or tools.now()
            recipient = letter.recipient
        if not address_is_sound(recipient):
            raise ValueError(f"địa chỉ “{recipient}” không hợp lệ")
    except Exception as error:
        log.exception("letter %s cannot be written", parcel.leader)
        broken = _broken_lines(tools, parcel, as_of)
        _change(tools, broken, LetterState.FAILED, reason=Reason.BROKEN, detail=str(error), lease_until=None)
        report.failures += [Failure(f"thư {one}", f"{type(error).__name__}: {error}") for one in broken.ids]
        if sound := [one for one in parcel.ids if one not in broken.ids]:
            _put_back(tools, Parcel(sound[0], tuple(sound[1:])))
        return None
    if len(raw) > tools.house.limits.size_bytes:
        _change(tools, parcel, LetterState.FAILED, reason=Reason.TOO_LARGE, lease_until=None)
        report.failures.append(Failure(f"thư {parcel.leader}", "lớn hơn mức máy chủ cho phép"))
        return None
    return recipient, raw


def _broken_lines(tools: Toolbox, parcel: Parcel, as_of: datetime) -> Parcel:
    """The letters of a digest that cannot be written by themselves either; the whole parcel when each can."""
    broken = []
    for letter_id in parcel.ids if parcel.followers else ():
        with tools.sessions() as session:  # nothing of this is kept
            try:
                write_letter(session, session.get_one(Letter, letter_id), [], tools, as_of)
            except Exception:
                broken.append(letter_id)
    return Parcel(broken[0], tuple(broken[1:])) if broken else parcel


def _change(tools: Toolbox, parcel: Parcel, to: LetterState, **changes: object) -> None:
    """One status for all the letters of a parcel, in one commit."""
    if to in {LetterState.SENDING, LetterState.SENT}:
        changes["sent_at"] = tools.now()
    with tools.sessions.begin() as session:
        moved = [move(session, letter, to, **changes) for letter in _letters(session, parcel)]
        if to is LetterState.SENDING and not all(moved):
            raise WrongMove(f"letter {parcel.leader}: the claim was lost before the content left")


def _letters(session: Session, parcel: Parcel) -> list[Letter]:
    return [session.get_one(Letter, one) for one in parcel.ids]


def _put_back(tools: Toolbox, parcel: Parcel) -> None:
    """Nothing was tried: the letters stand in the queue as before."""
    with tools.sessions.begin() as session:
        for letter in _letters(session, parcel):
            move(session, letter, LetterState.QUEUED, claimed_by="", lease_until=None, sent_at=None)


def _refused(tools: Toolbox, parcel: Parcel, refusal: MailRefusedForGood, report: Report) -> None:
    with tools.sessions.begin() as session:
        for letter in _letters(session, parcel):
            move(
                session,
                letter,
                LetterState.FAILED,
                reason=Reason.REFUSED,
                detail=str(refusal),
                sent_at=None,
                lease_until=None,
            )
        if _blames_address(str(refusal)):
            note_refusal(session, session.get_one(Letter, parcel.leader), tools)
    report.counts["thư bị từ chối"] += 1


def _blames_address(answer: str) -> bool:
    """Whether a 5xx is about the mailbox, and not about our behaviour (policy, rate) or the letter's size."""
    status = re.search(r"\b5\.\d{1,3}\.\d{1,3}\b", answer)
    return is_hard(status[0] if status else "5.0.0" if re.match(r"55[0134]\b", answer) else "", answer)


def _try_later(tools: Toolbox, parcel: Parcel, refusal: MailRefusedForNow, report: Report) -> None:
    now = tools.now()
    with tools.sessions.begin() as session:
        for letter in _letters(session, parcel):
            attempts = letter.attempts + 1
            again = retry_at(attempts, letter.first_try_at or now, now)
            changes = {"attempts": attempts, "detail": str(refusal), "sent_at": None, "lease_until": None}
            if again is None:
                move(session, letter, LetterState.FAILED, reason=Reason.GAVE_UP, **changes)
            else:
                move(session, letter, LetterState.QUEUED, reason=Reason.RETRY, not_before=again, **changes)
    report.counts["thư hẹn gửi lại"] += 1


@task(name="Gửi thư", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[30, 120])
async def send_letters(tools: Toolbox, as_of: datetime) -> Report:
    return await send_ready(tools, as_of)
