"""The register: shown before it is stored, stored whole, and an address that stays keeps its history."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import StatementError

from tasks.collection.senders import units_of
from tasks.domain.checklist import UnitKind
from tasks.domain.errors import KiemtraError
from tasks.domain.ladder import Role
from tasks.domain.register import UnitEntry
from tasks.domain.register_match import Answers
from tasks.records import Contact, Unit
from tasks.register import all_units, entry_of, preview, send_open, store
from tests.tasks.world import ADDRESS, UNITS, World, moment


def test_a_preview_says_what_would_change_and_changes_nothing(world: World) -> None:
    new = UnitEntry("xa-moi", "Xã Mới", UnitKind.XA, 9, "A", ("a@moi.example",))
    changed = replace(UNITS[0], phone="0905", addresses=("moi@vinho.example",))
    before = world.rows()
    with world.sessions() as session:
        shown = preview(session, (changed, UNITS[1], new))
    assert [entry.code for entry in shown.added] == ["xa-moi"]
    assert shown.changed[0][1] == (
        "thư điện tử: man@vinho.example → moi@vinho.example",
        "điện thoại: 0233 → 0905",
    )
    assert (shown.same, len(shown.not_named)) == (1, 4)
    assert world.rows() == before


def test_what_is_stored_is_what_was_given(world: World) -> None:
    full = UnitEntry(
        "xa-moi",
        "Xã Mới",
        UnitKind.XA,
        9,
        "Hồ A",
        ("a@moi.example", "b@moi.example"),
        "0905",
        "Hồ B",
        ("c@moi.example",),
        "xa-vinh-o",
        ("xa-cu",),
        date(2025, 7, 1),
        date(2026, 12, 31),
        "mới",
    )
    world.take_in((full,))
    with world.sessions() as session:
        assert entry_of(session.scalars(select(Unit).filter_by(code="xa-moi")).one()) == full


def test_importing_the_same_list_twice_changes_nothing(world: World) -> None:
    before = world.rows()
    world.take_in(UNITS)
    assert world.rows() == before


def test_units_that_the_list_does_not_name_stay(world: World) -> None:
    world.take_in((UNITS[0],))
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == len(UNITS)


def test_an_address_that_stays_keeps_its_bounces_and_one_that_is_new_has_none(world: World) -> None:
    with world.sessions.begin() as session:
        session.execute(update(Contact).where(Contact.address == ADDRESS["xa-vinh-o"]).values(bounces=1))
    world.take_in((replace(UNITS[0], phone="0905", addresses=("moi@vinho.example", ADDRESS["xa-vinh-o"])),))
    contacts = {one.address: one.bounces for one in world.unit("xa-vinh-o").contacts if one.role is Role.DAU_MOI}
    assert contacts == {"moi@vinho.example": 0, ADDRESS["xa-vinh-o"]: 1}
    assert world.unit("xa-vinh-o").contacts[0].address == "moi@vinho.example"


def test_one_bad_entry_stores_nothing_of_the_list(world: World) -> None:
    before = world.rows()
    new = UnitEntry("xa-moi", "Xã Mới", UnitKind.XA, 9)
    with pytest.raises(StatementError), world.sessions.begin() as session:
        store(session, (new, replace(new, code="khac", kind="không có")), world.tools, moment("2025-02-03 08:00"))  # type: ignore[arg-type]
    assert world.rows() == before


def test_units_stand_in_the_official_order_then_by_the_vietnamese_alphabet(world: World) -> None:
    same = [UnitEntry(code, name, UnitKind.XA, 7) for code, name in (("e", "Đông"), ("d", "Dương"), ("c", "Xuân"))]
    world.take_in(tuple(same))
    with world.sessions() as session:
        names = [unit.name for unit in all_units(session)]
    assert names[:6] == [unit.name for unit in UNITS]
    assert names[6:] == ["Dương", "Đông", "Xuân"]


def test_the_contact_of_a_role_is_the_first_that_can_be_reached(world: World) -> None:
    world.take_in((replace(UNITS[0], addresses=("a@vinho.example", "b@vinho.example")),))
    with world.sessions.begin() as session:
        dead = update(Contact).where(Contact.address == "a@vinho.example")
        session.execute(dead.values(unreachable_at=moment("2025-02-03 08:00")))
    contact = world.unit("xa-vinh-o").contact(Role.DAU_MOI)
    assert contact is not None
    assert contact.address == "b@vinho.example"
    assert world.unit("pnn-mt").contact(Role.LANH_DAO) is None


def listed(entry: UnitEntry, *given: str) -> UnitEntry:
    """A line of a list that has these columns only."""
    return replace(entry, given=frozenset(["name", "kind", *given]))


def test_a_list_without_codes_changes_the_units_that_are_there(world: World) -> None:
    before = world.rows()
    lines = [listed(replace(one, code="", order=number), "addresses") for number, one in enumerate(UNITS, start=40)]
    world.take_in(tuple(lines))
    assert world.rows() == before
    world.take_in((listed(replace(UNITS[0], code="", phone="0905"), "phone"),))
    assert world.unit("xa-vinh-o").contact(Role.DAU_MOI).phone == "0905"  # type: ignore[union-attr]
    assert world.unit("xa-vinh-o").contact(Role.DAU_MOI).address == ADDRESS["xa-vinh-o"]  # type: ignore[union-attr]


def test_what_may_be_a_stored_unit_is_stored_by_nobody_but_a_person(world: World) -> None:
    before = world.rows()
    line = listed(UnitEntry("", "Xa Vinh O", UnitKind.XA, 1, addresses=("moi@vinho.example",)), "addresses")
    with world.sessions.begin() as session, pytest.raises(KiemtraError, match=r"Hỏi 1: .*Xã Vĩnh Ô"):
        store(session, (line,), world.tools, moment("2025-02-03 08:00"))
    assert world.rows() == before
    with world.sessions.begin() as session:
        same = Answers(same={1: "xa-vinh-o"})
        store(session, (line,), world.tools, moment("2025-02-03 08:00"), same)
    assert (world.unit("xa-vinh-o").name, len(world.rows()["unit"])) == ("Xa Vinh O", len(UNITS))


def test_a_person_without_an_address_stays_and_a_mail_without_a_sender_is_not_theirs(world: World) -> None:
    entry = UnitEntry("xa-moi", "Xã Mới", UnitKind.XA, 9, "Hồ A", (), "0905", "Hồ B")
    world.take_in((entry,))
    with world.sessions() as session:
        unit = session.scalars(select(Unit).filter_by(code="xa-moi")).one()
        assert entry_of(unit) == entry
        assert (unit.contact(Role.DAU_MOI), unit.reachable, unit.knows("")) == (None, False, False)
        assert units_of(session, "") == []


def test_a_new_contact_of_a_unit_that_owes_is_offered_what_is_open_and_gets_it_on_yes(begun: World) -> None:
    new = replace(UNITS[0], contact="Hồ Mới", addresses=("moi@vinho.example",))
    with begun.sessions.begin() as session:
        done = store(session, (new, UNITS[1]), begun.tools, moment("2025-04-09 08:00"))
    assert done.replaced == ["xa-vinh-o"]
    begun.send("2025-04-09 08:30")
    assert begun.outbox.to("moi@vinho.example") == []
    with begun.sessions.begin() as session:
        assert send_open(session, done.replaced, begun.tools, moment("2025-04-09 09:00")) == 1
    begun.send("2025-04-09 09:30")
    (letter,) = begun.outbox.to("moi@vinho.example")
    assert ".xlsx" in str(letter.raw)
