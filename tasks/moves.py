"""move(): the one door through which a status changes."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, or_, update
from sqlalchemy.orm import Session

from tasks.domain.assignment import ASSIGNMENT_MOVES, TAKEN_BACK, AssignmentState
from tasks.domain.errors import WrongMove
from tasks.domain.extension import EXTENSION_MOVES
from tasks.domain.finding import FINDING_MOVES
from tasks.domain.letterbox import FALLS_BACK, LETTER_MOVES, LetterState
from tasks.domain.visit import VISIT_MOVES
from tasks.records import Assignment, Base, Extension, Finding, Letter, Visit

Stateful = Assignment | Finding | Letter | Extension | Visit
MOVES: Mapping[type[Any], Mapping[Any, frozenset[Any]]] = {
    Assignment: ASSIGNMENT_MOVES,
    Finding: FINDING_MOVES,
    Letter: LETTER_MOVES,
    Extension: EXTENSION_MOVES,
    Visit: VISIT_MOVES,
}


def move(session: Session, row: Stateful, to: StrEnum, **changes: Any) -> bool:
    """Change a status where it still is what we saw; False when another worker got there first.

    Raises WrongMove for a change that the table of moves does not know. `changes` are written in the same statement.
    """
    moved = move_all(session, type(row), [row.id], [row.state], to, **changes)
    session.refresh(row)
    return moved == 1


def take_back(session: Session, row: Assignment, to: AssignmentState, **changes: Any) -> bool:
    """The one exception to “an answer is never taken back”: a person undoes a filing of their own at the desk."""
    moved = Change(Assignment, [row.state], to, writes=changes, table=TAKEN_BACK)(session, [row.id], **changes)
    session.refresh(row)
    return moved == 1


def fall_back(session: Session, letter: Letter, to: LetterState, **changes: Any) -> bool:
    """Another exception: a letter that waited to go once more, and is not to, is again what it was before."""
    moved = Change(Letter, [letter.state], to, writes=changes, table=FALLS_BACK)(session, [letter.id], **changes)
    session.refresh(letter)
    return moved == 1


def move_all(
    session: Session,
    kind: type[Stateful],
    ids: Collection[int],
    old: Collection[StrEnum],
    to: StrEnum,
    *where: ColumnElement[bool],
    **changes: Any,
) -> int:
    """The same for rows that need not be loaded: those of `ids` that still are in one of the `old` states.

    Returns how many were changed; the rows in the session keep showing what they were.
    """
    return Change(kind, old, to, *where, writes=changes)(session, ids, **changes)


def rows_of(kind: type[Base]) -> Table:
    """A table as SQL sees it, for statements that need no object in the session."""
    rows = kind.__table__
    assert isinstance(rows, Table)
    return rows


class Change:
    """A change of status: checked against the table of moves and built once, made as often as one likes."""

    def __init__(
        self,
        kind: type[Stateful],
        old: Collection[StrEnum],
        to: StrEnum,
        *where: ColumnElement[bool],
        writes: Collection[str] = (),
        table: Mapping[Any, Collection[Any]] | None = None,
    ) -> None:
        """`writes` names the columns that are written along; `where` may hold bind parameters. Raises WrongMove."""
        moves = MOVES[kind] if table is None else table
        if wrong := [one for one in old if to not in moves.get(one, ())]:
            raise WrongMove(f"{kind.__name__}: không có bước chuyển từ “{wrong[0]}” sang “{to}”")
        rows = rows_of(kind)
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in writes}
        still = or_(*(rows.c.state == one for one in old))
        change = update(rows).where(still, *where).values(state=to, **values)
        self._of_one = change.where(rows.c.id == bindparam("of"))  # most often; a list is taken apart at every call
        self._of_many = change.where(rows.c.id.in_(bindparam("of", expanding=True)))

    def __call__(
        self, on: Session | Connection, ids: Collection[int], given: Mapping[str, Any] | None = None, **changes: Any
    ) -> int:
        """How many rows were changed; `given` are the parameters of `where`."""
        values = {f"new_{name}": value for name, value in changes.items()}
        statement = self._of_one if len(ids) == 1 else self._of_many
        of = next(iter(ids)) if len(ids) == 1 else list(ids)
        return connection_of(on).execute(statement, {"of": of, **values, **(given or {})}).rowcount


def connection_of(on: Session | Connection) -> Connection:
    """For statements that need no objects; what the session holds is written first."""
    if isinstance(on, Connection):
        return on
    on.flush()
    return on.connection()
