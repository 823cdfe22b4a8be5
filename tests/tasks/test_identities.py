"""A round that is opened again after a restore: its cases and letters are called what they were called before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.domain.case_code import CASE_CODE
from tasks.domain.extension import Wish
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.domain.mailing import random_part
from tasks.extension import extend
from tasks.identities import case_code, of_assignment
from tests.tasks.world import ADDRESS, ANSWERS, OPENING, World, find_assignment, moment, new_world

NEXT_DAY = "2025-04-09 10:00"


@pytest.fixture
def again(databases: Any, templates: Any, tmp_path: Path) -> Iterator[World]:
    """The same office from a backup of the day before its inspection opened."""
    with templates.copy(databases, "office") as engine:
        yield new_world(engine, tmp_path)


def names(world: World) -> dict[str, tuple[str, str, str]]:
    """By unit: case code, Message-ID of the request, token in the form."""
    return {code: (*world.case(code), world.assignment(code).token) for code in ADDRESS if code != "pnn-mt"}


def all_names(world: World) -> set[str]:
    return {name for three in names(world).values() for name in three}


def test_a_round_opened_again_a_day_later_has_the_same_codes_tokens_and_message_ids(world: World, again: World) -> None:
    world.open(OPENING)
    again.open(NEXT_DAY)
    assert names(again) == names(world)
    code, message_id, token = names(world)["xa-vinh-o"]
    assert CASE_CODE.fullmatch(code)
    assert random_part(message_id)
    assert len(token) == 26
    assert len(all_names(world)) == 3 * len(names(world))


def test_an_office_with_another_key_has_other_names(world: World, again: World) -> None:
    """Nobody can work out what a case of this house is called without its key."""
    world.open(OPENING)
    again.tools = replace(again.tools, seal_key=b"khoa cua mot nha khac")
    again.open(OPENING)
    assert not all_names(world) & all_names(again)


def test_without_a_key_codes_and_letters_are_still_made(world: World) -> None:
    world.tools = replace(world.tools, seal_key=b"")
    world.open(OPENING)
    world.send(OPENING)
    assert len(all_names(world)) == 3 * len(names(world))
    assert len(world.outbox.sent) == 6


def test_a_code_that_is_taken_gives_way_to_the_next_one_and_to_the_same_every_time(world: World) -> None:
    world.open(OPENING)
    with world.sessions() as session:
        one = find_assignment(session, "xa-vinh-o")
        what = of_assignment(2025, "kiem-tra", one.cycle.planned_on, one.unit.code)
        second = [case_code(session, world.tools, 2025, *what) for _ in range(2)]
    assert second[0] == second[1] != world.case("xa-vinh-o")[0]
    assert CASE_CODE.fullmatch(second[0])


def test_a_receipt_is_the_same_letter_when_its_answer_is_collected_anew(world: World, again: World) -> None:
    world.open(OPENING)
    raw = world.mail("xa-vinh-o", "2025-04-15 09:00", world.filled("xa-vinh-o", ANSWERS))
    world.collect("2025-04-15 09:05")
    again.open(NEXT_DAY)
    again.mailbox.put(raw, world.clock.now)
    again.collect("2025-04-20 09:05")
    first, second = (one.letters_of("xa-vinh-o", LetterKind.RECEIPT) for one in (world, again))
    assert [one.message_id for one in first] == [one.message_id for one in second] != []


def test_a_reply_to_the_first_letter_finds_its_case_in_the_round_opened_again(begun: World, again: World) -> None:
    raw = begun.mail("xa-vinh-ha", "2025-04-15 09:00", begun.filled("xa-vinh-ha", ANSWERS))
    again.open(NEXT_DAY)
    again.mailbox.put(raw, begun.clock.now)
    again.collect("2025-04-20 09:05")
    assert again.assignment("xa-vinh-ha").answered_at is not None


def test_a_finding_entered_again_has_the_same_code_and_another_one_has_not(world: World, again: World) -> None:
    world.raise_finding()
    again.raise_finding(unit="xa-vinh-ha")  # not that one, but the first that is entered after the restore
    again.raise_finding()
    codes = {one.recipient: one.message_id for one in again.letters(kind=LetterKind.FINDING)}
    (first,) = world.letters(kind=LetterKind.FINDING)
    assert codes[first.recipient] == first.message_id
    assert len(set(codes.values())) == 2


def test_a_rung_whose_day_has_moved_leaves_its_name_to_the_letter_that_comes_in_its_place(begun: World) -> None:
    """Held back because more time was given, it never left: what comes in its place is that rung's letter."""
    begun.climb("2025-05-09 18:00")  # written in the evening, to leave in the morning
    (plain,) = begun.letters_of("xa-vinh-o", LetterKind.REMINDER)
    with begun.sessions.begin() as session:
        one = find_assignment(session, "xa-vinh-o")
        extend(session, one, Wish(until=date(2025, 5, 23)), begun.tools, moment("2025-05-09 19:00"), "Lê Thị Minh Châu")
    begun.climb("2025-05-16 18:00")
    old, new = begun.letters_of("xa-vinh-o", LetterKind.REMINDER)
    assert (old.rung, old.state) == (new.rung, LetterState.CANCELLED)
    assert new.message_id == plain.message_id != old.message_id
