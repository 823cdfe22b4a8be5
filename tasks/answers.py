"""What a unit has answered so far: field by field the newest value, from however many replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.beside import Beside, beside
from tasks.domain.calendar import ZONE
from tasks.domain.channel import SENT_BY, Channel
from tasks.domain.checklist import Checklist, Fault, Value
from tasks.domain.crosscheck import without_flag
from tasks.domain.inbox.corrected import Corrected, Later, Weighed, weigh_later
from tasks.domain.inbox.order import Version, doubt_of_order
from tasks.domain.vietnamese import number_text
from tasks.records import Answer, Assignment, Reply


@dataclass(frozen=True)
class AnswersSoFar:
    """The merged answers of one assignment; every version stays stored behind it."""

    replied: bool
    values: Mapping[str, Value]
    faults: tuple[Fault, ...]
    missing: tuple[str, ...]
    beside: Mapping[str, Beside] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    """Where two forms of the unit say different things and their order does not tell which one is meant."""
    said_in: Mapping[str, int] = field(default_factory=dict)
    """The reply whose value counts, by item."""

    @property
    def complete(self) -> bool:
        return self.replied and not self.faults and not self.missing


@dataclass(frozen=True)
class Counted:
    """How much of a form is recorded, in the one way in which everything that goes out says it.

    Items are those of the list, out of all that it asks; the cells of its tables and outline stand beside them.
    """

    items: int
    asked: int
    cells: int

    @property
    def words(self) -> str:
        """'45/45 mục và 226 ô của các bảng, đề cương'."""
        beside = f" và {number_text(self.cells)} ô của các bảng, đề cương" if self.cells else ""
        return f"{number_text(self.items)}/{number_text(self.asked)} mục{beside}"

    @property
    def is_any(self) -> bool:
        return bool(self.items or self.cells)


def counted(so_far: AnswersSoFar, checklist: Checklist) -> Counted:
    """What is being asked back does not count, not even with an older value that stands until it is answered."""
    items = {item.code for item in checklist.items}
    known = so_far.values.keys() - {fault.item for fault in so_far.faults if not fault.of_estimate}
    cells = sum(code not in items and checklist.has(code) for code in known)
    return Counted(len(items & known), len(items), cells)


def unanswered(checklist: Checklist) -> AnswersSoFar:
    """How things stand before the first reply."""
    missing = tuple(item.code for item in checklist.items if item.required)
    return AnswersSoFar(replied=False, values={}, faults=(), missing=missing)


def standing_of(session: Session, assignment: Assignment, checklist: Checklist) -> AnswersSoFar:
    """Merge the replies in the order in which they were sent; a fault stands until a later reply mends its item."""
    return merge(counting_replies(session, assignment), checklist)


def counting_replies(session: Session, assignment: Assignment, as_of: datetime | None = None) -> Sequence[Reply]:
    """In the order in which they came, which is not that in which they count; what a person took back is history.

    `as_of`: those that counted at that moment.
    """
    session.flush()
    stored = select(Reply).where(Reply.assignment_id == assignment.id)
    if as_of is None:
        stored = stored.where(Reply.taken_back_at.is_(None))
    else:
        kept = or_(Reply.taken_back_at.is_(None), Reply.taken_back_at > as_of)
        stored = stored.where(Reply.received_at <= as_of, kept)
    stored = stored.options(selectinload(Reply.answers)).order_by(Reply.received_at, Reply.id)
    return session.scalars(stored.execution_options(populate_existing=True)).all()


def sent_at(reply: Reply) -> datetime:
    return reply.sent_at or reply.received_at


def _is_the_units(reply: Reply) -> bool:
    """Not so: what somebody else sent for the unit, and nobody at the office has looked at."""
    return reply.came_by is not Channel.MAIL or reply.known_sender or reply.decision_id is not None


def _version(reply: Reply, answer: Answer) -> Version:
    at, came = sent_at(reply).astimezone(ZONE), reply.received_at.astimezone(ZONE)
    noted = reply.noted_at.astimezone(ZONE) if reply.noted_at else came
    how = SENT_BY[reply.came_by]
    return Version(answer.value, reply.incoming_id, reply.file_name, at, noted, how, reply.sent_at is not None)


def merge(replies: Sequence[Reply], checklist: Checklist) -> AnswersSoFar:
    """What was sent last counts; forms of one mail stand in the order in which they were filed.

    What the unit says itself always counts before what others said for it, whatever day they gave their mails.
    """
    replies = sorted(replies, key=lambda one: (_is_the_units(one), sent_at(one), one.received_at, one.id))
    versions: dict[str, list[Version]] = {}
    doubts: dict[str, str] = {}
    values: dict[str, Value] = {}
    said_in: dict[str, int] = {}
    faults: dict[str, list[Fault]] = {}
    kept: dict[str, Beside] = {}
    corrections = _Corrections(checklist)
    for reply in replies:
        if not reply.is_correction:  # it puts single cells right
            _drop_rewritten(reply, checklist, values, faults)
        for answer in reply.answers:
            before = versions.setdefault(answer.item, [])
            before.append(_version(reply, answer))
            is_asked = len(before) > 1 and checklist.has(answer.item)  # a newer list may not have it any more
            doubt = doubt_of_order(checklist.item(answer.item), before[-1], before[:-1]) if is_asked else ""
            reply_that_counts, answer_that_counts, weighed = corrections.counting(reply, answer, before)
            doubt = weighed.doubt or doubt
            doubts[answer.item] = doubt
            values[answer.item] = to_value(answer_that_counts, doubt)
            said_in[answer.item] = reply_that_counts.id
            faults.pop(answer.item, None)
            kept.pop(answer.item, None)
        for gone in reply.unflagged or ():
            if gone["item"] in values:
                values[gone["item"]] = without_flag(values[gone["item"]], gone["words"])
        faulty = [Fault(**stored) for stored in reply.faults]
        for fault in faulty:  # of the answer, of the estimate, or of both
            faults[fault.item] = [one for one in faulty if one.item == fault.item]
        for one in (*map(beside, faulty), *(Beside(**stored) for stored in reply.beside or ())):
            if one.places:
                kept[one.item] = one.after(kept.get(one.item))
    # A value accepted before a faulty correction stays: what was readable is never thrown away.
    missing = [
        item.code for item in checklist.items if item.required and item.code not in values and item.code not in faults
    ]
    return AnswersSoFar(
        replied=bool(replies),
        values={code: values[code] for code in sorted(values, key=checklist.place)},
        faults=tuple(fault for code in sorted(faults, key=checklist.place) for fault in faults[code]),
        missing=tuple(missing),
        beside=kept,
        doubts=tuple(f"Mục {code}: {doubt}" for code, doubt in doubts.items() if doubt and code in values),
        said_in={code: said_in[code] for code in values},
    )


class _Corrections:
    """The answers that the office has put right, as long as no newer word of the unit has come."""

    def __init__(self, checklist: Checklist) -> None:
        self._checklist = checklist
        self._standing: dict[str, tuple[Reply, Answer, Corrected]] = {}

    def counting(self, reply: Reply, answer: Answer, versions: Sequence[Version]) -> tuple[Reply, Answer, Weighed]:
        """Which one counts now that this answer has come, the last of `versions`."""
        if reply.is_correction:
            before = frozenset(one.value for one in versions if one.value != answer.value)
            at = sent_at(reply).astimezone(ZONE)
            self._standing[answer.item] = reply, answer, Corrected(answer.value, before, at, answer.note)
        elif answer.item in self._standing and self._checklist.has(answer.item):
            kept_reply, kept_answer, corrected = self._standing[answer.item]
            later = Later(answer.value, sent_at(reply).astimezone(ZONE), answer.note)
            weighed = weigh_later(self._checklist.item(answer.item), corrected, later)
            if weighed.stands:
                return kept_reply, kept_answer, weighed
            del self._standing[answer.item]
            return reply, answer, weighed
        return reply, answer, Weighed(stands=False)


def _drop_rewritten(
    reply: Reply, checklist: Checklist, values: dict[str, Value], faults: dict[str, list[Fault]]
) -> None:
    """A table of repeated lines is taken whole from the newest reply that fills it: lines have no name to merge by."""
    written = {code.partition(".")[0] for code in (*(one.item for one in reply.answers), *_faulty(reply))}
    for table in checklist.tables:
        if table.repeated and table.code in written:
            prefix = f"{table.code}."
            for code in [code for code in (*values, *faults) if code.startswith(prefix)]:
                values.pop(code, None)
                faults.pop(code, None)


def _faulty(reply: Reply) -> list[str]:
    return [fault["item"] for fault in reply.faults]


def to_value(answer: Answer, doubt: str = "") -> Value:
    return Value(
        item=answer.item,
        value=answer.value,
        cell=answer.cell,
        evidence=answer.evidence,
        note=answer.note,
        estimate=answer.estimate,
        flag="; ".join(filter(None, (answer.flag, doubt))),
    )
