"""Answers of forms that clerks filled, moved by a row from any row on: told, and nobody who has not moved any is."""

import random
from collections import Counter

import pytest

from tasks.domain.checklist import UnitKind
from tasks.domain.fitting import fitted
from tests.bench.shifted import TODAY, UNITS, Count, Filled, forms, judged, moves, one_form, unmoved
from tests.infra.test_clerks import DEFINITIONS


def supervised() -> Filled:
    """Ten questions, six of them one below the other for a number."""
    return one_form(fitted(DEFINITIONS.checklist("giam-sat"), UnitKind.XA, TODAY), UnitKind.XA, 0)


def test_no_number_is_taken_for_that_of_the_next_question_in_silence() -> None:
    one, count = supervised(), Count()
    right = one.read(one.typed)
    assert len(right.accepted) == len(one.typed)
    for _, answers, between in moves(one):
        judged(one, right, one.read(answers, between), count)
    assert (count.silent, count.told) == (0, count.forms - 2), "of two the last answer alone is lost"


def test_what_may_be_two_slips_is_taken_with_a_word_about_it() -> None:
    """Words where a number is asked, and none where words are: it may have been a reason."""
    one = supervised()
    answers = [*one.typed[:-2], "Chưa chủ trì cuộc họp nào", ""]
    reading = one.read(answers)
    assert [fault.item for fault in reading.faults] == ["GS09"]
    assert sum("có thể bị lệch cao lên 1 dòng" in words for words in reading.remarks) == 1


def test_who_leaves_something_empty_has_moved_nothing() -> None:
    one, chance = supervised(), random.Random(1)
    for how, answers in unmoved(one, chance):
        if "slips" not in how:
            reading = one.read(answers)
            assert not reading.faults, how
            assert not [words for words in reading.remarks if "bị lệch" in words], how


@pytest.mark.whole
def test_so_it_is_in_every_form_that_ships() -> None:
    moved, alarms = Count(), Counter[str]()
    chance = random.Random(2)
    for one in forms(1):
        right = one.read(one.typed)
        for _, answers, between in moves(one):
            judged(one, right, one.read(answers, between), moved)
        for how, answers in unmoved(one, chance):
            reading = one.read(answers)
            alarms[how] += any(
                "bị lệch" in words for words in (*reading.remarks, *(f.sentence for f in reading.faults))
            )
    assert moved.silent < 0.04 * moved.forms, "Có, Có, Không of one section, with nothing but a row left empty"
    assert not [how for how, number in alarms.items() if number and "slip" not in how]
    assert sum(alarms.values()) < len(UNITS) * 4
