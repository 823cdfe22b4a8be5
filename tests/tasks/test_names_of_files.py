"""A letter that carries a form calls it by the very name under which it is attached, whatever the codes are."""

from dataclasses import replace

import pytest

from tasks.domain.letterbox import LetterKind
from tasks.records import Letter
from tests.fakes import Sent
from tests.tasks.world import ADDRESS, ANSWERS, FIVE_BEFORE, ONE_AFTER, OPENING, PLAN, UNITS, World

LONG_ROUND = "kiem-tra-dan-chu-o-co-so-dot-1-nam-2025"
LONG_UNIT = "trung-tam-phat-trien-quy-dat-va-du-an-xd"  # as long as a code may be
WHEN = "2025-04-22 09:00"
PHONE = 35


@pytest.fixture(params=["long", "short"])
def asked(request: pytest.FixtureRequest, world: World) -> tuple[World, str, str]:
    """The office when its requests have left; a unit of it and its round, both with short or long codes."""
    unit, round_ = ("xa-vinh-o", "kiem-tra") if request.param == "short" else (LONG_UNIT, LONG_ROUND)
    if request.param == "long":
        world.take_in(
            (replace(UNITS[4], code=unit, name="Trung tâm Phát triển quỹ đất", addresses=("man.moi@vinho.example",)),)
        )
        plan = PLAN.replace('code = "kiem-tra"', f'code = "{round_}"').replace(
            'units = ["xa-vinh-o", "ptp"]', f'units = ["{unit}"]'
        )
        world.take_in_plan(plan)
    world.open(OPENING)
    world.send(OPENING)
    return world, unit, round_


def letters_with_a_form(world: World, address: str) -> list[Sent]:
    return [one for one in world.outbox.to(address) if any(name.endswith(".xlsx") for name in names_of(one))]


def names_of(sent: Sent) -> list[str]:
    return [part.get_filename() or "" for part in sent.mime.iter_attachments()]


def kinds_of(world: World, sent: list[Sent]) -> set[LetterKind]:
    with world.sessions() as session:
        found = session.query(Letter).filter(Letter.message_id.in_([one.message_id for one in sent]))
        return {one.kind for one in found}


def test_the_name_in_the_letter_is_the_name_of_the_attachment(asked: tuple[World, str, str]) -> None:
    world, unit, round_ = asked
    address = ADDRESS.get(unit, "man.moi@vinho.example")
    who = {"round_": round_, "sender": address}
    world.mail(unit, WHEN, world.filled(unit, {**ANSWERS, "DX02": "vài"}, round_), **who)
    world.mail(unit, "2025-04-22 09:05", text="Phiếu đây", **who)
    stranger = {**who, "sender": "la@nguoi.example"}
    world.mail(unit, "2025-04-22 09:10", world.filled(unit, {"DX01": "Có"}, round_), **stranger)
    world.collect("2025-04-22 09:15")
    world.send("2025-04-22 09:15")
    for when in (FIVE_BEFORE, ONE_AFTER):
        world.climb(when)
        world.send(when)
    sent = letters_with_a_form(world, address)
    assert {LetterKind.REQUEST, LetterKind.RETURNED, LetterKind.REMINDER} <= kinds_of(world, sent)
    for one in sent:
        (form,) = (name for name in names_of(one) if name.endswith(".xlsx"))
        assert form in one.text
        assert world.case(unit, round_)[0] in form
        assert len(form) <= 100


def test_a_telephone_shows_first_what_is_urgent(asked: tuple[World, str, str]) -> None:
    world, unit, _ = asked
    address = ADDRESS.get(unit, "man.moi@vinho.example")
    for when in (FIVE_BEFORE, ONE_AFTER):
        world.climb(when)
        world.send(when)
    shown = [one.subject[:PHONE] for one in world.outbox.to(address)]
    assert any(one.startswith("Còn 5 ngày làm việc – Nhắc") for one in shown)
    assert any(one.startswith("Quá hạn 1 ngày làm việc – Nhắc") for one in shown)
