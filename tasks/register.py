"""The register: what an imported list would change, shown first and stored whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.domain.assignment import OWING
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.errors import DefinitionError, KiemtraError
from tasks.domain.finding import FindingState
from tasks.domain.ladder import Role
from tasks.domain.register import UnitEntry
from tasks.domain.register_match import Answers, Question, match
from tasks.domain.vietnamese import day_text, sort_key
from tasks.records import NO_ADDRESS, Assignment, Contact, Cycle, Finding, Unit
from tasks.toolbox import Toolbox
from tasks.unreachable import hand_over, reached_again


@dataclass(frozen=True)
class RegisterChange:
    """What an import would do. Units that the list does not name stay as they are."""

    added: tuple[UnitEntry, ...]
    changed: tuple[tuple[UnitEntry, tuple[str, ...]], ...]
    same: int
    not_named: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    """Nothing is stored while one is open."""

    @property
    def entries(self) -> tuple[UnitEntry, ...]:
        return (*self.added, *(entry for entry, _ in self.changed))


@dataclass
class Imported:
    added: int = 0
    changed: int = 0
    reopened: list[str] = field(default_factory=list)
    past_due: list[str] = field(default_factory=list)
    """Of these, by code, whose time to answer was over when they could be reached."""
    replaced: list[str] = field(default_factory=list)
    """By code, those that owe something of which the new contact has had no letter."""


def all_units(session: Session) -> list[Unit]:
    """Every unit in official order, then by the Vietnamese alphabet."""
    units = session.scalars(select(Unit).options(selectinload(Unit.contacts)))
    return sorted(units, key=lambda unit: (unit.official_order, sort_key(unit.name)))


def preview(session: Session, entries: Sequence[UnitEntry], answers: Answers | None = None) -> RegisterChange:
    """Raises DefinitionError with all that contradicts what is stored."""
    stored = [entry_of(unit) for unit in all_units(session)]
    matched = match(entries, stored, answers)
    if matched.problems:
        raise DefinitionError(list(matched.problems))
    added, changed, same = [], [], 0
    for entry, unit in matched.pairs:
        if unit is None:
            added.append(entry)
        elif differences := _differences(unit, entry):
            changed.append((entry, differences))
        else:
            same += 1
    named = {entry.code for entry, _ in matched.pairs} | {
        one.code for question in matched.questions for one, _ in question.may_be
    }
    missing = tuple(one.name for one in stored if one.code not in named)
    return RegisterChange(tuple(added), tuple(changed), same, missing, matched.questions)


_SHOWN = {
    "name": "tên",
    "kind": "loại hình",
    "order": "thứ tự",
    "addressee": "kính gửi",
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
        addressee=unit.addressee,
        contact=contacts[0].name if contacts else "",
        addresses=tuple(one.address for one in contacts if one.address),
        phone=contacts[0].phone if contacts else "",
        head=heads[0].name if heads else "",
        head_addresses=tuple(one.address for one in heads if one.address),
        parent=unit.parent_code or "",
        predecessors=tuple(unit.predecessors),
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        note=unit.note,
    )


def store(
    session: Session, entries: Sequence[UnitEntry], tools: Toolbox, as_of: datetime, answers: Answers | None = None
) -> Imported:
    """Write the whole list in one transaction; a corrected address starts its unit's ladder again.

    Raises KiemtraError while a line may be a stored unit and nobody has said so.
    """
    change = preview(session, entries, answers)
    if change.questions:
        raise KiemtraError("\n".join(one.words for one in change.questions))
    stored = {unit.code: unit for unit in all_units(session)}
    done = Imported()
    for entry in change.entries:
        unit = stored.get(entry.code)
        done.added += unit is None
        done.changed += unit is not None
        before = unit and unit.contact(Role.DAU_MOI)
        address = before.address if before else ""
        unit = unit or Unit(code=entry.code)
        _write(unit, entry)
        session.add(unit)
        session.flush()
        if reached_again(session, unit, tools, as_of):
            done.reopened.append(unit.name)
            if _is_past_due(session, unit, as_of):
                done.past_due.append(unit.code)
        elif address and address not in entry.addresses and entry.addresses and _owes(session, unit):
            done.replaced.append(unit.code)
    return done


def send_open(session: Session, codes: Sequence[str], tools: Toolbox, as_of: datetime) -> int:
    """What these units owe, to their contacts of now; how many forms and findings that was."""
    units = session.scalars(select(Unit).where(Unit.code.in_(codes)).order_by(Unit.official_order)).all()
    return sum(hand_over(session, unit, tools, as_of) for unit in units)


def _owes(session: Session, unit: Unit) -> bool:
    forms = select(Assignment.id).join(Cycle).where(Assignment.unit_id == unit.id, Assignment.state.in_(OWING))
    findings = select(Finding.id).where(Finding.unit_id == unit.id, Finding.state == FindingState.OPEN)
    return any(session.scalar(one.limit(1)) for one in (forms.where(Cycle.locked_at.is_(None)), findings))


def _is_past_due(session: Session, unit: Unit, as_of: datetime) -> bool:
    owed = select(Assignment.id).where(Assignment.unit_id == unit.id, Assignment.state.in_(OWING))
    return session.scalar(owed.where(Assignment.due_at <= as_of).limit(1)) is not None


def _write(unit: Unit, entry: UnitEntry) -> None:
    unit.name, unit.kind, unit.official_order, unit.note = entry.name, entry.kind, entry.order, entry.note
    unit.addressee = entry.addressee
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
    for position, address in enumerate(addresses or ([NO_ADDRESS] if name or phone else [])):
        contact = known.get((role, address)) or Contact(role=role, address=address, bounces=0)
        contact.name, contact.phone, contact.position = name, phone, position
        contacts.append(contact)
    return contacts
