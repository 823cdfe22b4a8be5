"""What others than the registered contacts have answered by mail, and still counts: for whoever sits at the desk."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.channel import Channel
from tasks.records import Assignment, Cycle, Reply


def answered_by_others(session: Session) -> Sequence[Reply]:
    """Of each form of an open round the last answer, where it is another's: oldest first."""
    counts = select(Reply).join(Assignment, Reply.assignment_id == Assignment.id).join(Cycle)
    counts = counts.where(Cycle.locked_at.is_(None), Reply.taken_back_at.is_(None))
    last = {one.assignment_id: one for one in session.scalars(counts.order_by(Reply.received_at, Reply.id))}
    theirs = (one for one in last.values() if one.came_by is Channel.MAIL and one.is_by_others)
    return sorted(theirs, key=lambda one: (one.received_at, one.id))
