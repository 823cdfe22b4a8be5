"""What non-programmers edit, checklists and calendars under templates/: read whole and checked whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from infra.own_files import chosen, own_templates
from infra.text_file import NotText, read_text
from tasks.domain.annex_file import Annexes, parse_annexes
from tasks.domain.calendar import Calendar, parse_calendar
from tasks.domain.checklist import Checklist
from tasks.domain.checklist_file import parse_checklist
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError, KiemtraError, Problem

T = TypeVar("T")


class FileDefinitions:
    """Reads a folder of templates once; every file's mistakes are reported together.

    `own`: the office's data folder. A checklist there (`bang-kiem/<code>.toml`) wins over the shipped one of its code,
    whole. A calendar there (`lich/<name>.toml`) changes the shipped one year by year, so
    that an upgrade of the program neither loses a decision of the office nor stands in its way.
    """

    def __init__(self, templates: Path, own: Path | None = None) -> None:
        self._templates, self._own = templates, own

    def checklist(self, code: str) -> Checklist:
        return _named(self.checklists, code, "bảng kiểm")

    def calendar(self, name: str) -> Calendar:
        return _named(self.calendars, name, "lịch")

    @cached_property
    def checklists(self) -> dict[str, Checklist]:
        known: dict[str, Checklist] = {}
        problems: list[Problem] = []
        annexes = self._annexes(problems)
        _read_lists(self._lists(problems), known, annexes, problems)
        return _whole(known, problems)

    def _lists(self, problems: list[Problem]) -> list[Table]:
        shipped = self._tables("checklists", problems)
        own = _read_folder(own_checklists(self._own), OWN_LISTS, problems) if self._own else []
        codes = {table.raw("code") for table in own}
        for table, code in zip(own, sorted(self.own_codes), strict=False):
            if table.raw("code") != code:
                problems.append(
                    Problem(table.where("code"), f"bảng kiểm trong tệp {code}.toml phải có code = “{code}”")
                )
        return [*own, *(table for table in shipped if table.raw("code") not in codes)]

    @property
    def own_codes(self) -> set[str]:
        """Of the lists that the office edits itself."""
        return {file.stem for file in own_checklists(self._own).glob("*.toml")} if self._own else set()

    def own_file(self, code: str) -> Path:
        assert self._own is not None
        return own_checklists(self._own) / f"{code}.toml"

    @cached_property
    def shipped(self) -> "FileDefinitions":
        """As the program came, without what the office changed."""
        return FileDefinitions(self._templates)

    def read_files(self, files: Sequence[Path]) -> list[Checklist]:
        """Checklist files from anywhere, those that extend another after it; all mistakes of all files at once."""
        problems: list[Problem] = []
        shipped: dict[str, Checklist] = {}
        annexes = Annexes()
        with _keeping(problems):
            shipped, annexes = self.checklists, self.annexes
        tables = []
        for file in files:
            with _keeping(problems):
                tables.append(read_table(file, str(file)))
        own = {str(table.raw("code")) for table in tables}
        known = {code: one for code, one in shipped.items() if code not in own}
        read = _read_lists(tables, known, annexes, problems)
        _whole(known, problems)
        return read

    @cached_property
    def annexes(self) -> Annexes:
        problems: list[Problem] = []
        annexes = self._annexes(problems)
        _whole({}, problems)
        return annexes

    def _annexes(self, problems: list[Problem]) -> Annexes:
        all_ = Annexes()
        own = own_templates(self._own) if self._own else None
        names = sorted(path.name for path in (self._templates / "annexes").glob("*.toml"))
        files = [chosen(f"annexes/{name}", self._templates, own) for name in names]
        for table in _read(files, "templates/annexes", problems):
            with _keeping(problems):
                more = parse_annexes(table)
                for code in sorted(all_.codes() & more.codes()):
                    problems.append(Problem(table.where(), f"mã “{code}” đã có trong một tệp khác"))
                all_ = all_.joined(more)
        return all_

    @cached_property
    def calendars(self) -> dict[str, Calendar]:
        problems: list[Problem] = []
        shipped = self._tables("calendars", problems)
        own = _read_folder(own_calendars(self._own), "lich", problems) if self._own else []
        known = _extended(shipped, own, problems)
        return _whole(known, problems)

    @cached_property
    def shipped_calendars(self) -> dict[str, Calendar]:
        return FileDefinitions(self._templates).calendars

    def _tables(self, kind: str, problems: list[Problem]) -> list[Table]:
        return _read_folder(self._templates / kind, f"templates/{kind}", problems)


def _read_lists(
    tables: list[Table], known: dict[str, Checklist], annexes: Annexes, problems: list[Problem]
) -> list[Checklist]:
    """Into `known`; those that extend a list with a mistake are not read: it is told already, and once."""
    read: list[Checklist] = []
    broken: set[object] = set()
    for table in _bases_first(tables):
        if table.raw("extends") in broken:
            broken.add(table.raw("code"))
            continue
        before = len(problems)
        with _keeping(problems):
            checklist = parse_checklist(table, known, annexes)
            _keep(known, checklist.code, checklist, table, "code")
            read.append(checklist)
        if len(problems) > before:
            broken.add(table.raw("code"))
    return read


OWN_LISTS = "bang-kiem"


def own_checklists(own: Path) -> Path:
    """Where the lists that the office edits lie, each named by its code, and in `goc` what each was copied from."""
    return own / OWN_LISTS


def own_calendars(own: Path) -> Path:
    """Where the calendars that the office changed lie, beside its database."""
    return own / "lich"


def _read_folder(folder: Path, shown: str, problems: list[Problem]) -> list[Table]:
    return _read(sorted(folder.glob("*.toml")), shown, problems)


def _read(files: Sequence[Path], shown: str, problems: list[Problem]) -> list[Table]:
    tables = []
    for path in files:
        with _keeping(problems):
            tables.append(read_table(path, f"{shown}/{path.name}"))
    return tables


def read_table(path: Path, name: str) -> Table:
    """Raises DefinitionError where the file cannot even be read as text and TOML."""
    try:
        text = read_text(path)
    except NotText as error:
        raise DefinitionError([Problem(name, str(error))]) from error
    return Table.of_toml(text, name)


def _extended(shipped: list[Table], own: list[Table], problems: list[Problem]) -> dict[str, Calendar]:
    """Every calendar after the one it extends; what the office changed lies over what was shipped."""
    known: dict[str, Calendar] = {}
    changed = {str(table.raw("name")): table for table in own}
    tables = [*shipped, *_new(own, shipped)]
    names = {table.raw("name") for table in tables}
    for table in _bases_first(tables, "name"):
        base = known.get(str(table.raw("extends")))
        if base is None and table.raw("extends") in names - {table.raw("name")}:
            continue  # what it extends is wrong: that is told already
        with _keeping(problems):
            if base is None and table.raw("extends") is not None:
                sentence = f"không có lịch “{table.raw('extends')}” để dựa vào"
                raise DefinitionError([Problem(table.where("extends"), sentence)])
            calendar = parse_calendar(table, base)
            if calendar.name in known:
                raise DefinitionError([Problem(table.where("name"), f"“{calendar.name}” đã có trong một tệp khác")])
            if calendar.name in changed and changed[calendar.name] is not table:
                calendar = parse_calendar(changed[calendar.name], calendar)
            known[calendar.name] = calendar
    if len(known) < len(names) and not problems:
        lost = ", ".join(sorted(str(name) for name in names if name not in known))
        problems.append(Problem("lịch làm việc", f"các lịch dựa vào nhau thành vòng: {lost}"))
    return known


def _new(own: list[Table], shipped: list[Table]) -> list[Table]:
    names = {table.raw("name") for table in shipped}
    return [table for table in own if table.raw("name") not in names]


def _bases_first(tables: list[Table], key: str = "code") -> Iterator[Table]:
    """A list that extends another comes after it, whatever its file is called."""
    waiting = tables
    while waiting:
        codes = [table.raw(key) for table in waiting]
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
