"""Whoever answers in a unit's name: its contact hears of it and how to object, and every list says who it was."""

import pytest

from infra.maildir import deliver
from tasks.collection.filing import file_all
from tasks.collection.storing import store_mail
from tests.flows.conftest import House
from tests.flows.office import Office, text_of
from tests.tasks.compiled import compiled
from tests.tasks.world import ADDRESS, ANSWERS, HEADS, moment

UNIT, DAY, END = "xa-vinh-o", "2025-05-09 08:00", "2025-12-01 08:00"
PRIVATE = "man.ca.nhan@thudientu.example"


def answer(office: Office, when: str, sender: str, answers: dict[str, object] | None = None) -> None:
    office.mails += 1
    with office.world(when) as world:
        raw = world.mail(UNIT, when, world.filled(UNIT, {**ANSWERS, **(answers or {})}), sender=sender, put=False)
        raw = raw.replace(b"<thu-1@", b"<thu-%d@" % office.mails)
        deliver(office._mailbox(), f"{office.mails}.x", raw, moment(when))
        assert not store_mail(world.tools).failures
        assert not file_all(world.tools).failures


@pytest.fixture
def office(house: House) -> Office:
    house.environment["COLUMNS"] = "400"
    made = Office(house)
    made.found()
    made.open()
    made.send("2025-04-08 08:00")
    return made


def cells(said: str) -> list[str]:
    """How each unit stands, in the third column of the table; blanks left out, since long words are broken."""
    rows = [line.split("│") for line in said.splitlines()]
    return ["".join(row[3].split()) for row in rows if len(row) > 4]


@pytest.mark.parametrize(
    ("sender", "who"),
    [(PRIVATE, "địa chỉ không có trong danh sách"), (HEADS[UNIT], "lãnh đạo đơn vị")],
    ids=["a private mailbox", "the head"],
)
def test_the_contact_is_told_and_status_proof_desk_and_the_year_s_workbook_name_who_answered(
    office: Office, sender: str, who: str
) -> None:
    answer(office, DAY, sender)
    office.send("2025-05-09 08:10")
    told = office.arrived(ADDRESS[UNIT])[-1]
    assert sender in text_of(told)
    assert "không phải do đơn vị gửi" in text_of(told)
    said = f"{sender} ({who})"
    assert "".join(f"do {said} trả lời".split()) in "".join(cells(office.run("status", "--all", at=DAY)))
    assert f"nhận trả lời của {said}" in " ".join(office.run("proof", UNIT, at=DAY).split())
    desk = office.run("desk", at=DAY)
    assert f"Xã Vĩnh Ô: do {said} gửi" in desk
    assert "Không có thư nào cần người xem" in desk
    with office.world(END) as world:
        (row,) = compiled(world, END).rows("Người khác trả lời")
    assert said in row.values()


def test_what_the_contact_says_afterwards_is_the_unit_s_again(office: Office) -> None:
    answer(office, DAY, PRIVATE)
    answer(office, "2025-05-12 08:00", ADDRESS[UNIT], {"DX02": "7"})
    assert PRIVATE not in office.run("desk", at="2025-05-12 09:00")
    assert "".join(f"do {PRIVATE}".split()) not in "".join(cells(office.run("status", "--all", at="2025-05-12 09:00")))
    assert PRIVATE in office.run("proof", UNIT, at="2025-05-12 09:00"), "and nothing is forgotten"


def test_what_the_contact_answers_itself_is_named_as_nobody_else_s(office: Office) -> None:
    answer(office, DAY, ADDRESS[UNIT])
    assert "do người khác gửi" not in office.run("desk", at=DAY) + office.run("status", at=DAY)
