"""Reading what people define (settings, plans, checklists, calendars): every mistake is kept with its line.

tomllib says only where a *syntax* mistake stands; `line_index` finds the lines of the values, so that a wrong value
can be named by file and line too.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from tasks.domain.cell import Refusal
from tasks.domain.errors import DefinitionError, Problem
from tasks.domain.typed_day import read_day
from tasks.domain.typed_moment import read_hour
from tasks.domain.vietnamese import clean

Path = tuple[str | int, ...]
E = TypeVar("E", bound=StrEnum)

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+|\"[^\"]+\")\s*=")
_TOML_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


def line_index(text: str) -> dict[Path, int]:
    """Path of every table and key of a TOML text -> its line number, from 1."""
    index: dict[Path, int] = {}
    arrays: dict[Path, int] = {}
    table: Path = ()
    inside_text = False
    for number, line in enumerate(text.split("\n"), start=1):
        quotes = line.count('"""') + line.count("'''")
        if inside_text:
            inside_text = quotes % 2 == 0
            continue
        inside_text = quotes % 2 == 1
        if header := _HEADER.match(line):
            table = _table_path(header[2], arrays, is_array=header[1] == "[[")
            index[table] = number
        elif key := _KEY.match(line):
            index.setdefault((*table, key[1].strip('"')), number)
    return index


def _table_path(dotted: str, arrays: dict[Path, int], *, is_array: bool) -> Path:
    path: Path = ()
    names = [name.strip().strip('"') for name in dotted.split(".")]
    for depth, name in enumerate(names):
        path = (*path, name)
        if is_array and depth == len(names) - 1:
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path


_STORED = re.compile(r"\d\d:\d\d:\d\d(?:\.\d+)?")  # as terms are kept: whole, to the second


class Table:
    """One table of a definition; asks for values by key and remembers what was wrong with them."""

    def __init__(
        self,
        data: Mapping[str, Any],
        file: str,
        lines: Mapping[Path, int] | None = None,
        path: Path = (),
        problems: list[Problem] | None = None,
    ) -> None:
        self._data, self._file, self._lines, self._path = data, file, lines or {}, path
        self.problems: list[Problem] = [] if problems is None else problems
        self._asked: set[str] = set()
        self._missing: dict[str, Problem] = {}

    @classmethod
    def of_toml(cls, text: str, file: str) -> "Table":
        text = text.removeprefix("\ufeff")  # Notepad writes one
        try:
            return cls(tomllib.loads(text), file, line_index(text))
        except tomllib.TOMLDecodeError as error:
            found = _TOML_LINE.search(str(error))
            where = f"{file}, dòng {found[1]}" if found and found[1] else file
            raise DefinitionError([Problem(where, f"không đúng cú pháp TOML ({error})")]) from error

    def where(self, key: str | None = None) -> str:
        path = self._path if key is None else (*self._path, key)
        while path and path not in self._lines:
            path = (*path, 0) if (*path, 0) in self._lines else path[:-1]
        line = self._lines.get(path)
        return f"{self._file}, dòng {line}" if line else self._file

    def wrong(self, key: str | None, sentence: str) -> None:
        self.problems.append(Problem(self.where(key), sentence))

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def keys(self) -> list[str]:
        """For tables whose keys are data (unit kinds, roles): every key counts as asked for."""
        self._asked.update(self._data)
        return list(self._data)

    def raw(self, key: str) -> Any:
        self._asked.add(key)
        return self._data.get(key)

    def _value(self, key: str, kind: tuple[type, ...], name: str, default: Any, empty: Any) -> Any:
        value = self.raw(key)
        if value is None:
            if default is ...:
                self._missing[key] = Problem(self.where(key), f"thiếu “{key}” ({name})")
                self.problems.append(self._missing[key])
                return empty
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and bool not in kind):
            self.wrong(key, f"“{key}” phải là {name}, đang là {value!r}")
            return empty
        return value

    def text(self, key: str, default: Any = ...) -> str:
        value = self._value(key, (str,), "một đoạn chữ", default, "")
        if isinstance(value, str):
            value = clean(value)
            if not value and default is ... and isinstance(self._data.get(key), str):
                self.wrong(key, f"“{key}” đang để trống")
        return value  # type: ignore[no-any-return]

    def integer(self, key: str, default: Any = ...) -> int:
        return self._value(key, (int,), "một số nguyên", default, 0)  # type: ignore[no-any-return]

    def number(self, key: str, default: Any = ...) -> float:
        return self._value(key, (int, float), "một số", default, 0)  # type: ignore[no-any-return]

    def flag(self, key: str, default: Any = ...) -> bool:
        return self._value(key, (bool,), "true hoặc false", default, False)  # type: ignore[no-any-return]

    def clock(self, key: str, default: Any = ...) -> time:
        value = self._value(key, (time, str), "giờ và phút, ví dụ 07:30:00", default, time(0))
        if isinstance(value, str):
            try:
                return time.fromisoformat(value) if _STORED.fullmatch(value) else read_hour(value)
            except Refusal as refusal:
                self.wrong(key, f"“{key}”: {refusal}")
                return time(0)
        return value  # type: ignore[no-any-return]

    def day(self, key: str, default: Any = ...) -> date:
        value = self._value(key, (date, str), "một ngày, ví dụ 2025-10-31", default, date(1, 1, 1))
        if isinstance(value, str):
            try:
                return date.fromisoformat(read_day(value)[0])
            except Refusal:
                self.wrong(key, f"“{key}” phải là một ngày, ví dụ 2025-10-31; đang là “{value}”")
                return date(1, 1, 1)
        if isinstance(value, datetime):
            self.wrong(key, f"“{key}” phải là một ngày, ví dụ 2025-10-31; đang có cả giờ")
            return date(1, 1, 1)
        return value  # type: ignore[no-any-return]

    def choice(self, key: str, kind: type[E], default: Any = ...) -> E:
        value = self._value(key, (str,), "một trong " + ", ".join(kind), default, None)
        if value is None or isinstance(value, kind):
            return value if isinstance(value, kind) else next(iter(kind)) if default is ... else default
        try:
            return kind(value)
        except ValueError:
            self.wrong(key, f"“{key}” phải là một trong {', '.join(kind)}; đang là “{value}”")
            return next(iter(kind))

    def texts(self, key: str, default: Any = ...) -> list[str]:
        value = self._value(key, (list,), "một danh sách chữ", default, [])
        if value and not all(isinstance(one, str) for one in value):
            self.wrong(key, f"“{key}” phải là danh sách toàn chữ")
            return []
        return [clean(one) for one in value]

    def table(self, key: str, *, required: bool = True) -> "Table":
        value = self._value(key, (dict,), f"bảng [{key}]", ... if required else {}, {})
        return Table(value, self._file, self._lines, (*self._path, key), self.problems)

    def tables(self, key: str, *, required: bool = False) -> list["Table"]:
        value = self._value(key, (list,), f"các bảng [[{key}]]", ... if required else [], [])
        if not all(isinstance(one, dict) for one in value):
            self.wrong(key, f"“{key}” phải là các bảng [[{key}]]")
            return []
        return [
            Table(one, self._file, self._lines, (*self._path, key, number), self.problems)
            for number, one in enumerate(value)
        ]

    def finish(self) -> None:
        """Whatever nobody asked for is a mistake: a misspelt key must not be ignored in silence.

        Where one of that spelling is missing, the two are one mistake.
        """
        for key in self._data:
            if key in self._asked:
                continue
            if near := get_close_matches(key, self._missing, n=1):
                self.problems.remove(self._missing.pop(near[0]))
                self.wrong(key, f"không hiểu “{key}”; có lẽ là “{near[0]}”, đang thiếu")
            else:
                self.wrong(key, f"không hiểu “{key}”; xem lại chính tả hoặc bỏ dòng này")

    def raise_if_wrong(self) -> None:
        if self.problems:
            raise DefinitionError(sorted(dict.fromkeys(self.problems), key=_by_line))


def _by_line(problem: Problem) -> tuple[str, int]:
    file, _, line = problem.where.partition(", dòng ")
    return file, int(line or 0)
