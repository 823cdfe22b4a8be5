"""What a unit answered last year, item by item, to be shown beside this year's questions."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tasks.answers import standing_of
from tasks.domain.checklist import Checklist, value_text
from tasks.domain.lineage import ancestors
from tasks.records import Assignment, Cycle, Round, Unit
from tasks.scheduling import asked_of

Words = Mapping[str, str]


# Built once: this is asked for every form that is written, and whether there was a year before once for a session.
_OPENED = select(Round.id).where(Round.year == bindparam("year"), Round.opened_at.is_not(None)).limit(1)
_ANSWERED = (
    select(Assignment)
    .join(Assignment.unit)
    .join(Assignment.cycle)
    .join(Cycle.round)
    .where(
        Round.year == bindparam("year"),
        Unit.code.in_(bindparam("units", expanding=True)),
        Assignment.checklist == bindparam("checklist"),
        Assignment.first_reply_at.is_not(None),
    )
    .order_by(Unit.official_order, Cycle.opened_on.desc())
)


def last_year_words(session: Session, assignment: Assignment, checklist: Checklist) -> Words:
    """Item -> what was accepted last year, in words; an item that has no ancestor or was not answered is left out.

    A unit that has taken others' place and has no answers of its own sees theirs, each with its name.
    """
    with session.no_autoflush:  # nothing that is being written now can be last year's
        told = [(one.unit.name, _words_of(session, one, checklist)) for one in _earlier(session, assignment)]
    if len(told) <= 1:
        return told[0][1] if told else {}
    by_item: dict[str, list[str]] = {}
    for name, words in told:
        for code, said in words.items():
            by_item.setdefault(code, []).append(f"{name}: {said}")
    return {code: "; ".join(said) for code, said in by_item.items()}


def _earlier(session: Session, assignment: Assignment) -> Sequence[Assignment]:
    """Last year's own answers to the same list, the same kind of round before any other, the newest first; else the
    predecessors'."""
    unit, round_ = assignment.unit, assignment.cycle.round
    year = {"year": round_.year - 1}
    if not _was_opened(session, round_.year - 1):
        return []
    of_whom = {"units": [unit.code, *unit.predecessors], "checklist": assignment.checklist}
    answered = session.scalars(_ANSWERED, year | of_whom)
    best: dict[str, Assignment] = {}
    for one in sorted(answered, key=lambda one: one.cycle.round.terms["kind"] != round_.terms["kind"]):
        best.setdefault(one.unit.code, one)
    return [best[unit.code]] if unit.code in best else list(best.values())


def _was_opened(session: Session, year: int) -> bool:
    key = "rounds opened", year
    if key not in session.info:
        session.info[key] = session.scalar(_OPENED, {"year": year}) is not None
    return bool(session.info[key])


def _words_of(session: Session, earlier: Assignment, checklist: Checklist) -> Words:
    old = asked_of(earlier)
    values = standing_of(session, earlier, old).values
    found = {}
    for code, before in ancestors(old, checklist).items():
        words = [value_text(old.item(one), values[one].value) for one in before if one in values]
        if words:
            found[code] = "; ".join(words)
    return found
