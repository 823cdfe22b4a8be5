"""Claimed letters -> the bytes of their messages, kept: what may have left goes again as it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.domain.mime import Draft, address_is_sound, compose
from tasks.identities import bounce_tag
from tasks.mailing.addresses import envelope_sender, reply_address
from tasks.mailing.claiming import LOOK_AGAIN_AFTER, Parcel
from tasks.mailing.words import render_letter
from tasks.moves import move_all
from tasks.records import Assignment, Cycle, Finding, Letter, LetterBytes, Unit
from tasks.report import Failure, Report, is_passing, log
from tasks.toolbox import Toolbox


@dataclass(frozen=True)
class Written:
    """A parcel as it goes into the envelope: from whom, to whom, the bytes; `tag` comes back with a bounce."""

    parcel: Parcel
    sender: str
    recipient: str
    raw: bytes
    tag: str


def write_parcels(tools: Toolbox, parcels: Sequence[Parcel], as_of: datetime, report: Report) -> list[Written]:
    """The bytes of each parcel, kept on its leader; a letter that cannot be written fails alone.

    A database that is locked or a disk that is full is not the letter's fault: that is raised, and nothing is kept.
    """
    try:
        with tools.sessions.begin() as session:
            return list(_write(session, tools, parcels, as_of, report))
    except Exception as error:  # one of them: then each for itself, and it is named
        if is_about_the_house(error):
            raise
        return [written for parcel in parcels for written in _write_alone(tools, parcel, as_of, report)]


def _write(
    session: Session, tools: Toolbox, parcels: Sequence[Parcel], as_of: datetime, report: Report
) -> Iterator[Written]:
    """What is written here is kept: a copy that may be on its way is followed by the same bytes, if by any."""
    kept = _kept(session, [parcel.leader for parcel in parcels], tools)
    yield from (Written(parcel, *kept[parcel.leader]) for parcel in parcels if parcel.leader in kept)
    unwritten = [parcel for parcel in parcels if parcel.leader not in kept]
    letters = _letters(session, [one for parcel in unwritten for one in parcel.ids])
    for parcel in unwritten:
        leader = letters[parcel.leader]
        raw = write_letter(session, leader, [letters[one] for one in parcel.followers], tools, as_of)
        if not address_is_sound(leader.recipient):
            raise ValueError(f"địa chỉ “{leader.recipient}” không hợp lệ")
        session.add(LetterBytes(letter_id=leader.id, raw=raw))
        if len(raw) > tools.house.limits.size_bytes:
            _fail(session, parcel, Reason.TOO_LARGE, "")
            report.failures.append(Failure(f"thư {parcel.leader}", "lớn hơn mức máy chủ cho phép"))
            continue
        tag = bounce_tag(tools, leader.message_id)
        yield Written(parcel, envelope_sender(tools.house, tag), leader.recipient, raw, tag)


def _kept(session: Session, leaders: Sequence[int], tools: Toolbox) -> dict[int, tuple[str, str, bytes, str]]:
    """Sender, recipient, bytes and tag of what was written at an earlier try: nothing else of it is needed."""
    columns = select(Letter.id, Letter.message_id, Letter.recipient, LetterBytes.raw).join(LetterBytes)
    written = session.execute(columns.where(Letter.id.in_(leaders)))
    kept = {}
    for id_, message_id, recipient, raw in written:
        tag = bounce_tag(tools, message_id)
        kept[id_] = envelope_sender(tools.house, tag), recipient, raw, tag
    return kept


def _letters(session: Session, ids: Sequence[int]) -> dict[int, Letter]:
    """With all that their words ask, in few statements for the whole batch."""
    found = (
        select(Letter)
        .where(Letter.id.in_(ids))
        .options(
            selectinload(Letter.assignment).options(
                selectinload(Assignment.cycle).selectinload(Cycle.round),
                selectinload(Assignment.unit).selectinload(Unit.contacts),
            ),
            selectinload(Letter.finding).selectinload(Finding.unit),
        )
    )
    return {letter.id: letter for letter in session.scalars(found)}


def _write_alone(tools: Toolbox, parcel: Parcel, as_of: datetime, report: Report) -> list[Written]:
    try:
        with tools.sessions.begin() as session:
            return list(_write(session, tools, [parcel], as_of, report))
    except Exception as error:
        if is_about_the_house(error):
            raise
        log.exception("letter %s cannot be written", parcel.leader)
        if isinstance(error, MemoryError):
            _write_later(tools, parcel, as_of, report)
            return []
        broken = _broken_lines(tools, parcel, as_of)
        sound = [one for one in parcel.ids if one not in broken]
        with tools.sessions.begin() as session:
            _fail(session, Parcel(broken[0], tuple(broken[1:])), Reason.BROKEN, str(error))
            if sound:
                back = {"claimed_by": "", "lease_until": None}
                move_all(session, Letter, sound, [LetterState.CLAIMED], LetterState.QUEUED, **back)
        report.failures += [Failure(f"thư {one}", f"{type(error).__name__}: {error}") for one in broken]
        return []


def is_about_the_house(error: Exception) -> bool:
    """Of a passing error: whether it would meet the next letter too. Memory may be short for this one alone."""
    return is_passing(error) and not isinstance(error, MemoryError)


def _write_later(tools: Toolbox, parcel: Parcel, as_of: datetime, report: Report) -> None:
    """Behind the others, and not in this run."""
    why = "không đủ bộ nhớ để soạn thư"
    back = {"claimed_by": "", "lease_until": None, "detail": why, "not_before": as_of + LOOK_AGAIN_AFTER}
    with tools.sessions.begin() as session:
        move_all(session, Letter, parcel.ids, [LetterState.CLAIMED], LetterState.QUEUED, **back)
    report.failures.append(Failure(f"thư {parcel.leader}", why, passing=True))


def _fail(session: Session, parcel: Parcel, reason: Reason, detail: str) -> None:
    over = {"reason": reason, "detail": detail, "lease_until": None}
    move_all(session, Letter, parcel.ids, [LetterState.CLAIMED], LetterState.FAILED, **over)


def _broken_lines(tools: Toolbox, parcel: Parcel, as_of: datetime) -> list[int]:
    """The letters of a digest that cannot be written by themselves either; the whole parcel when each can."""
    broken = []
    for letter_id in parcel.ids if parcel.followers else ():
        with tools.sessions() as session:  # nothing of this is kept
            try:
                write_letter(session, session.get_one(Letter, letter_id), [], tools, as_of)
            except Exception as error:
                if is_about_the_house(error):
                    raise
                broken.append(letter_id)
    return broken or list(parcel.ids)


def write_letter(session: Session, letter: Letter, followers: list[Letter], tools: Toolbox, as_of: datetime) -> bytes:
    draft = draft_of(session, letter, followers, tools, as_of)
    letter.subject = draft.subject
    return compose(draft)


def draft_of(session: Session, letter: Letter, followers: list[Letter], tools: Toolbox, as_of: datetime) -> Draft:
    rendered, files, plan = render_letter(session, letter, followers, tools, as_of)
    house = tools.house
    obligation = letter.assignment or letter.finding
    knows = obligation is not None and obligation.unit.knows(letter.recipient.lower())
    tagged = (knows or letter.role is not None) and not followers
    thread = _thread(session, letter)
    return Draft(
        sender=(
            f"{plan.authority.office} - {plan.authority.name}" if plan else house.sender_name,
            house.sender_address,
        ),
        recipient=(letter.recipient_name, letter.recipient),
        reply_to=reply_address(house, obligation.code) if tagged and obligation else house.reply_address,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=letter.message_id,
        bounce_tag=bounce_tag(tools, letter.message_id),
        date=as_of,
        references=tuple(dict.fromkeys((*thread, letter.in_reply_to))) if letter.in_reply_to else thread,
        in_reply_to=letter.in_reply_to or (thread[-1] if thread else ""),
        attachments=files,
        answers_a_mail=bool(letter.in_reply_to),
    )


def _thread(session: Session, letter: Letter) -> tuple[str, ...]:
    """The request of this obligation: every later letter to the unit's own people threads under it."""
    if letter.kind in {LetterKind.REQUEST, LetterKind.FINDING} or letter.assignment is None:
        return ()
    if not letter.assignment.unit.knows(letter.recipient.lower()):
        return ()  # by the request's Message-ID a bounce finds its letter: nobody else is told it
    first = select(Letter.message_id).where(
        Letter.assignment_id == letter.assignment_id, Letter.kind == LetterKind.REQUEST
    )
    return tuple(session.scalars(first))
