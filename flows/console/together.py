"""Several at once: tried first and shown with nothing stored, then done; all of them or none, all mistakes told."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from flows.console.agreeing import agreed
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.toolbox import Toolbox

Act = Callable[[Session], Sequence[str]]
"""Does it to one, and says what was done, with DID or DID_FIRST for “đã”: a preview says that it will be."""
DID, DID_FIRST = "{đã}", "{Đã}"


def act_on(tools: Toolbox, acts: Sequence[tuple[str, Act]], question: str, *, yes: bool) -> int:
    """Each with the name by which it was typed; one alone is done at once. Returns the exit code."""
    if len(acts) > 1 and not yes:
        with tools.sessions() as session:
            lines = _each(session, acts)
            session.rollback()
        print(f"Xem trước, chưa ghi gì. {len(acts)} việc sẽ làm:")
        print("\n".join(f"  {_said(line, 'sẽ')}" for line in lines))
        if not agreed(question, yes=False):
            return 1
    with tools.sessions.begin() as session:
        lines = _each(session, acts)
    print("\n".join(_said(line, "đã") for line in lines))
    return 0


def _said(line: str, did: str) -> str:
    return line.replace(DID, did).replace(DID_FIRST, did.capitalize())


def _each(session: Session, acts: Sequence[tuple[str, Act]]) -> list[str]:
    lines: list[str] = []
    problems: list[Problem] = []
    for name, act in acts:
        try:
            with session.begin_nested():
                lines += act(session)
        except KiemtraError as error:
            if len(acts) == 1:
                raise
            problems += _named(name, error)
    if problems:
        raise DefinitionError(problems)
    return lines


def _named(name: str, error: KiemtraError) -> list[Problem]:
    if isinstance(error, DefinitionError):
        return [Problem(f"{name}, {one.where}", one.what) for one in error.problems]
    return [Problem(name, str(error).rstrip("."))]


def once(typed: Sequence[str]) -> list[str]:
    """What was typed twice is done once."""
    return list(dict.fromkeys(typed))
