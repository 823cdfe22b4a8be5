"""What an office lets go out of bases that nobody has read in an official text: marked as such, or left out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from tasks.domain.checklist import Basis, Check, Checklist, Item, StatTable

NOT_READ = "căn cứ chưa đối chiếu"


class Unverified(StrEnum):
    MARK = "mark"
    HIDE = "hide"


def as_it_goes_out(checklist: Checklist, unverified: Unverified) -> Checklist:
    """A basis says itself that it was not read (`Basis.words`); a check that rests on nothing else says so, too."""
    if unverified is Unverified.MARK:
        return replace(checklist, checks=tuple(_marked(check) for check in checklist.checks))
    return replace(
        checklist,
        items=_read_only(checklist.items),
        narrative=_read_only(checklist.narrative),
        tables=tuple(_of_table(table) for table in checklist.tables),
        checks=tuple(
            replace(check, basis=_read(check.basis)) for check in checklist.checks if not _rests_on_nothing(check)
        ),
    )


def cited(checklist: Checklist) -> Iterator[tuple[str, Basis]]:
    """Every basis of a list, with the item, table or check that rests on it."""
    resting: Iterable[Item | StatTable | Check]
    for resting in ((*checklist.items, *checklist.narrative), checklist.tables, checklist.checks):
        for one in resting:
            yield from ((one.code, basis) for basis in one.basis)


def _read(bases: Iterable[Basis]) -> tuple[Basis, ...]:
    return tuple(basis for basis in bases if basis.verified)


def _read_only(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(replace(item, basis=_read(item.basis)) for item in items)


def _of_table(table: StatTable) -> StatTable:
    return replace(table, basis=_read(table.basis))


def _rests_on_nothing(check: Check) -> bool:
    return bool(check.basis) and not _read(check.basis)


def _marked(check: Check) -> Check:
    if not _rests_on_nothing(check) or check.sentence.endswith(f"({NOT_READ})"):
        return check
    return replace(check, sentence=f"{check.sentence} ({NOT_READ})")
