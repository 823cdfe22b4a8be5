"""What non-programmers edit, checklists and calendars under templates/: read whole and checked whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tasks.domain.annex_file import Annexes, parse_annexes
from tasks.domain.calendar import Calendar, parse_calendar
from tasks.domain.checklist import Checklist
from tasks.domain.checklist_file import parse_checklist
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
        known: dict[str, Checklist] = {}
        problems: list[Problem] = []
        annexes = self._annexes(problems)
        for table in _bases_first(self._tables("checklists", problems)):
            with _keeping(problems):
                checklist = parse_checklist(table, known, annexes)
                _keep(known, checklist.code, checklist, table, "code")
        return _whole(known, problems)

    @cached_property
    def annexes(self) -> Annexes:
        problems: list[Problem] = []
        annexes = self._annexes(problems)
        _whole({}, problems)
        return annexes

    def _annexes(self, problems: list[Problem]) -> Annexes:
        all_ = Annexes()
        for table in self._tables("annexes", problems):
            with _keeping(problems):
                all_ = all_.joined(parse_annexes(table))
        return all_

    @cached_property
    def calendars(self) -> dict[str, Calendar]:
        known: dict[str, Calendar] = {}
        problems: list[Problem] = []
        for table in self._tables("calendars", problems):
            with _keeping(problems):
                calendar = parse_calendar(table)
                _keep(known, calendar.name, calendar, table, "name")
        return _whole(known, problems)

    def _tables(self, kind: str, problems: list[Problem]) -> list[Table]:
        tables = []
        for path in sorted((self._templates / kind).glob("*.toml")):
            name = f"templates/{kind}/{path.name}"
            with _keeping(problems):
                try:
                    text = path.read_text(encoding="utf-8-sig")  # Notepad puts a mark in front
                except (OSError, UnicodeError) as error:
                    sentence = f"không đọc được ({error}); hãy lưu lại dạng UTF-8"
                    raise DefinitionError([Problem(name, sentence)]) from error
                tables.append(Table.of_toml(text, name))
        return tables


def _bases_first(tables: list[Table]) -> Iterator[Table]:
    """A list that extends another comes after it, whatever its file is called."""
    waiting = tables
    while waiting:
        codes = [table.raw("code") for table in waiting]
        ready = [table for table in waiting if table.raw("extends") not in codes] or waiting
        yield from ready
        waiting = [table for table in waiting if table not in ready]


@contextmanager
def _keeping(problems: list[Problem]) -> Iterator[None]:
    """The mistakes of one file do not hide those of the next."""
    try:
        yield
    except DefinitionError as error:
        problems += error.problems


def _keep(known: dict[str, T], name: str, one: T, table: Table, key: str) -> None:
    if name in known:
        raise DefinitionError([Problem(table.where(key), f"“{name}” đã có trong một tệp khác")])
    known[name] = one


def _whole(known: dict[str, T], problems: list[Problem]) -> dict[str, T]:
    if problems:
        raise DefinitionError(problems)
    return known


def _named(known: dict[str, T], name: str, kind: str) -> T:
    if name not in known:
        raise KiemtraError(f"Không có {kind} “{name}”; hiện có: {', '.join(sorted(known))}.")
    return known[name]
