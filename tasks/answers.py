"""What a unit has answered so far: field by field the newest value, from however many replies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.beside import Beside, beside
from tasks.domain.checklist import Checklist, Fault, Value
from tasks.records import Answer, Assignment, Reply


@dataclass(frozen=True)
class AnswersSoFar:
    """The merged answers of one assignment; every version stays stored behind it."""

    replied: bool
    values: Mapping[str, Value]
    faults: tuple[Fault, ...]
    missing: tuple[str, ...]
    beside: Mapping[str, Beside] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.replied and not self.faults and not self.missing


def unanswered(checklist: Checklist) -> AnswersSoFar:
    """How things stand before the first reply."""
    missing = tuple(item.code for item in checklist.items if item.required)
    return AnswersSoFar(replied=False, values={}, faults=(), missing=missing)


def standing_of(session: Session, assignment: Assignment, checklist: Checklist) -> AnswersSoFar:
    """Merge the replies in the order they were received; a fault stands until a later reply mends its item."""
    return merge(counting_replies(session, assignment), checklist)


def counting_replies(session: Session, assignment: Assignment) -> Sequence[Reply]:
    """In the order in which they came; what a person has taken back is history."""
    session.flush()
    stored = select(Reply).where(Reply.assignment_id == assignment.id, Reply.taken_back_at.is_(None))
    stored = stored.options(selectinload(Reply.answers)).order_by(Reply.received_at, Reply.id)
    return session.scalars(stored.execution_options(populate_existing=True)).all()


def merge(replies: Sequence[Reply], checklist: Checklist) -> AnswersSoFar:
    values: dict[str, Value] = {}
    faults: dict[str, list[Fault]] = {}
    kept: dict[str, Beside] = {}
    for reply in replies:
        _drop_rewritten(reply, checklist, values, faults)
        for answer in reply.answers:
            values[answer.item] = to_value(answer)
            faults.pop(answer.item, None)
            kept.pop(answer.item, None)
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
    )


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


def to_value(answer: Answer) -> Value:
    return Value(
        item=answer.item,
        value=answer.value,
        cell=answer.cell,
        evidence=answer.evidence,
        note=answer.note,
        estimate=answer.estimate,
        flag=answer.flag,
    )
