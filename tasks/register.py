"""The register: what an imported list would change, shown first and stored whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.assignment import OWING
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.ladder import Role
from tasks.domain.register import UnitEntry
from tasks.domain.vietnamese import day_text, sort_key
from tasks.records import Assignment, Contact, Unit
from tasks.toolbox import Toolbox
from tasks.unreachable import reached_again


@dataclass(frozen=True)
class RegisterChange:
    """What an import would do. Units that the list does not name stay as they are."""

    added: tuple[UnitEntry, ...]
    changed: tuple[tuple[UnitEntry, tuple[str, ...]], ...]
    same: int
    not_named: tuple[str, ...]


@dataclass
class Imported:
    added: int = 0
    changed: int = 0
    reopened: list[str] = field(default_factory=list)
    past_due: list[str] = field(default_factory=list)
    """Of these, by code, whose time to answer was over when they could be reached."""


def all_units(session: Session) -> list[Unit]:
    """Every unit in official order, then by the Vietnamese alphabet."""
    units = session.scalars(select(Unit).options(selectinload(Unit.contacts)))
    return sorted(units, key=lambda unit: (unit.official_order, sort_key(unit.name)))


def preview(session: Session, entries: Sequence[UnitEntry]) -> RegisterChange:
    stored = {unit.code: unit for unit in all_units(session)}
    added, changed, same = [], [], 0
    for entry in entries:
        unit = stored.get(entry.code)
        if unit is None:
            added.append(entry)
        elif differences := _differences(entry_of(unit), entry):
            changed.append((entry, differences))
        else:
            same += 1
    named = {entry.code for entry in entries}
    missing = tuple(unit.name for code, unit in stored.items() if code not in named)
    return RegisterChange(tuple(added), tuple(changed), same, missing)


_SHOWN = {
    "name": "tên",
    "kind": "loại hình",
    "order": "thứ tự",
    "contact": "đầu mối",
    "addresses": "thư điện tử",
    "phone": "điện thoại",
    "head": "lãnh đạo",
    "head_addresses": "thư điện tử lãnh đạo",
    "parent": "trực thuộc",
    "predecessors": "đơn vị trước",
    "valid_from": "từ ngày",
    "valid_to": "đến ngày",
    "note": "ghi chú",
}


def _differences(old: UnitEntry, new: UnitEntry) -> tuple[str, ...]:
    pairs = ((word, getattr(old, name), getattr(new, name)) for name, word in _SHOWN.items())
    return tuple(f"{word}: {_shown(before)} → {_shown(after)}" for word, before, after in pairs if before != after)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(value) or "(trống)"
    if hasattr(value, "strftime"):
        return day_text(value)  # type: ignore[arg-type]
    if value in UNIT_KIND_NAMES:
        return UNIT_KIND_NAMES[value]  # type: ignore[index]
    return str(value) if value not in (None, "") else "(trống)"


def entry_of(unit: Unit) -> UnitEntry:
    """A stored unit in the shape of the list: what `units export` writes and an import compares with."""
    contacts = [one for one in unit.contacts if one.role is Role.DAU_MOI]
    heads = [one for one in unit.contacts if one.role is Role.LANH_DAO]
    return UnitEntry(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        order=unit.official_order,
        contact=contacts[0].name if contacts else "",
        addresses=tuple(one.address for one in contacts),
        phone=contacts[0].phone if contacts else "",
        head=heads[0].name if heads else "",
        head_addresses=tuple(one.address for one in heads),
        parent=unit.parent_code or "",
        predecessors=tuple(unit.predecessors),
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        note=unit.note,
    )


def store(session: Session, entries: Sequence[UnitEntry], tools: Toolbox, as_of: datetime) -> Imported:
    """Write the whole list in one transaction; a corrected address starts its unit's ladder again."""
    stored = {unit.code: unit for unit in all_units(session)}
    done = Imported()
    for entry in entries:
        unit = stored.get(entry.code)
        if unit is not None and entry_of(unit) == entry:
            continue
        done.added += unit is None
        done.changed += unit is not None
        unit = unit or Unit(code=entry.code)
        _write(unit, entry)
        session.add(unit)
        session.flush()
        if reached_again(session, unit, tools, as_of):
            done.reopened.append(unit.name)
            if _is_past_due(session, unit, as_of):
                done.past_due.append(unit.code)
    return done


def _is_past_due(session: Session, unit: Unit, as_of: datetime) -> bool:
    owed = select(Assignment.id).where(Assignment.unit_id == unit.id, Assignment.state.in_(OWING))
    return session.scalar(owed.where(Assignment.due_at <= as_of).limit(1)) is not None


def _write(unit: Unit, entry: UnitEntry) -> None:
    unit.name, unit.kind, unit.official_order, unit.note = entry.name, entry.kind, entry.order, entry.note
    unit.parent_code, unit.predecessors = entry.parent or None, list(entry.predecessors)
    unit.valid_from, unit.valid_to = entry.valid_from, entry.valid_to
    known = {(one.role, one.address): one for one in unit.contacts}
    unit.contacts = [
        *_contacts(Role.DAU_MOI, entry.contact, entry.addresses, entry.phone, known),
        *_contacts(Role.LANH_DAO, entry.head, entry.head_addresses, "", known),
    ]


def _contacts(
    role: Role, name: str, addresses: Sequence[str], phone: str, known: dict[tuple[Role, str], Contact]
) -> list[Contact]:
    """An address that stays keeps its row, and with it what is known of its bounces."""
    contacts = []
    for position, address in enumerate(addresses):
        contact = known.get((role, address)) or Contact(role=role, address=address, bounces=0)
        contact.name, contact.phone, contact.position = name, phone, position
        contacts.append(contact)
    return contacts
