"""What non-programmers edit, checklists and calendars under templates/: read whole and checked whole."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tasks.domain.calendar import Calendar, parse_calendar
from tasks.domain.checklist import Checklist, parse_checklist
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError, KiemtraError, Problem

T = TypeVar("T")


class FileDefinitions:
    """Reads a folder of templates once; every file's mistakes are reported together."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates

    def checklist(self, code: str) -> Checklist:
        return _named(self.checklists, code, "bảng kiểm")

    def calendar(self, name: str) -> Calendar:
        return _named(self.calendars, name, "lịch")

    @cached_property
    def checklists(self) -> dict[str, Checklist]:
        """Base lists first, so that a list that extends another finds it whatever its file is called."""
        known: dict[str, Checklist] = {}
        files = sorted(self._tables("checklists"), key=lambda table: "extends" in table)
        _read_all(files, lambda table: _keep(parse_checklist(table, known), known))
        return known

    @cached_property
    def calendars(self) -> dict[str, Calendar]:
        known: dict[str, Calendar] = {}
        _read_all(self._tables("calendars"), lambda table: known.setdefault(table.text("name"), parse_calendar(table)))
        return known

    def _tables(self, kind: str) -> list[Table]:
        return [
            Table.of_toml(path.read_text(encoding="utf-8"), f"templates/{kind}/{path.name}")
            for path in sorted((self._templates / kind).glob("*.toml"))
        ]


def _keep(checklist: Checklist, known: dict[str, Checklist]) -> None:
    if checklist.code in known:
        raise DefinitionError([Problem("templates/checklists", f"có hai bảng kiểm cùng mã “{checklist.code}”")])
    known[checklist.code] = checklist


def _read_all(tables: list[Table], read: Callable[[Table], object]) -> None:
    problems: list[Problem] = []
    for table in tables:
        try:
            read(table)
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)


def _named(known: dict[str, T], name: str, kind: str) -> T:
    if name not in known:
        raise KiemtraError(f"Không có {kind} “{name}”; hiện có: {', '.join(sorted(known))}.")
    return known[name]
