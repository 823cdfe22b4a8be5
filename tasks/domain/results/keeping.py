"""The facts of a year as plain JSON and back: an edition can be made again when its rows have changed or gone."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from tasks.domain.checklist import Checklist
from tasks.domain.results.facts import AssignmentFact, YearResults, checklists_of


def packed_year(results: YearResults) -> dict[str, Any]:
    """Each list once: every unit of a round was asked the same."""
    lists = checklists_of(results.assignments)
    places = {(one.code, one.version): number for number, one in enumerate(lists)}
    parts = [
        _packed_fields(part, but="checklist") | {"checklist": places[part.checklist.code, part.checklist.version]}
        for part in results.assignments
    ]
    return _packed_fields(results, but="assignments") | {"assignments": parts, "checklists": _packed(lists)}


def unpacked_year(kept: Mapping[str, Any]) -> YearResults:
    """Fields that this version does not know are left out, those that it adds have their defaults."""
    lists = [_unpacked(Checklist, one) for one in kept["checklists"]]
    parts = tuple(
        _unpacked(AssignmentFact, one, checklist=lists[one["checklist"]], but=("checklist",))
        for one in kept["assignments"]
    )
    year: YearResults = _unpacked(YearResults, kept, assignments=(), but=("assignments",))
    return replace(year, assignments=parts)


def _packed_fields(one: Any, but: str = "") -> dict[str, Any]:
    return {
        field.name: _packed(value)
        for field in fields(one)
        if field.name != but and (value := getattr(one, field.name)) != _default(field)
    }


def _packed(value: Any) -> Any:
    if is_dataclass(value):
        return _packed_fields(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _packed(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_packed(one) for one in value]
    return value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _unpacked(kind: Any, data: Any, *, but: tuple[str, ...] = (), **given: Any) -> Any:
    """`kind`: the annotation of a field; `given`: what does not come out of the data."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if data is None else _of_union(args, data)
    if origin is tuple:
        inner = args[:1] * len(data) if args[-1] is Ellipsis else args
        return tuple(_unpacked(one, value) for one, value in zip(inner, data, strict=True))
    if origin is not None:  # a mapping: the only other one there is
        return {args[0](key): _unpacked(args[1], value) for key, value in data.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        known = ((name, hint) for name, hint in _hints(kind).items() if name in data and name not in but)
        return kind(**given, **{name: _unpacked(hint, data[name]) for name, hint in known})
    if issubclass(kind, date):
        return kind.fromisoformat(data)
    return kind(data) if issubclass(kind, Enum) else data


def _of_union(args: tuple[Any, ...], data: Any) -> Any:
    """Either one kind or nothing, or plain values of JSON that stay what they are."""
    kinds = [one for one in args if one is not NoneType]
    return _unpacked(kinds[0], data) if len(kinds) == 1 else data


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
