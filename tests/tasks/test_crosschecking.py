"""Answers that cannot be true together go back in the same letter as any other mistake; a doubtful one is kept."""

from copy import deepcopy
from typing import Any

from tasks.answers import standing_of
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import Value
from tasks.scheduling import cycle_checklist
from tests.tasks.world import ADDRESS, ANSWERS, World, find_assignment

UNIT, WHEN = "xa-vinh-o", "2025-04-22 09:00"
AT_MOST_TWO: dict[str, Any] = {
    "code": "K1",
    "kind": "khong_qua",
    "left": ["DX02"],
    "limit": 2,
    "sentence": "có {trai} vụ việc, nhiều hơn {nguong}",
}


def hold(world: World, severity: str) -> None:
    """The round that is open keeps its terms: give it one check more."""
    with world.sessions.begin() as session:
        cycle = find_assignment(session, UNIT).cycle
        terms = deepcopy(cycle.terms)
        terms["checklists"]["dot-xuat"]["check"] = [{**AT_MOST_TWO, "severity": severity}]
        cycle.terms = terms


def standing(world: World) -> dict[str, Value]:
    with world.sessions() as session:
        one = find_assignment(session, UNIT)
        return dict(standing_of(session, one, cycle_checklist(one.cycle, one.checklist)).values)


def test_a_hard_contradiction_comes_back_in_words_and_the_mended_answer_completes_the_form(begun: World) -> None:
    hold(begun, "cung")
    begun.answer(UNIT, WHEN, ANSWERS)
    assert begun.assignment(UNIT).state is AssignmentState.RETURNED
    assert set(standing(begun)) == {"DX01", "DX03", "DX04"}
    begun.send("2025-04-22 09:05")
    assert "có 3 vụ việc, nhiều hơn 2" in begun.outbox.to(ADDRESS[UNIT])[0].text
    begun.answer(UNIT, "2025-04-23 09:00", {"DX02": "2"})
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED


def test_a_soft_one_is_taken_and_the_receipt_asks_for_the_reason(begun: World) -> None:
    hold(begun, "mem")
    begun.answer(UNIT, WHEN, ANSWERS)
    assert begun.assignment(UNIT).state is AssignmentState.ANSWERED
    assert standing(begun)["DX02"].value == 3
    begun.send("2025-04-22 09:05")
    receipt = begun.outbox.to(ADDRESS[UNIT])[0].text
    assert "có 3 vụ việc, nhiều hơn 2; hãy nêu lý do ở cột Ghi chú nếu số liệu là đúng" in " ".join(receipt.split())


def test_a_correction_is_judged_with_what_was_answered_before(begun: World) -> None:
    begun.answer(UNIT, WHEN, ANSWERS)
    hold(begun, "cung")
    begun.answer(UNIT, "2025-04-23 09:00", {**ANSWERS, "DX02": "4"})
    assert standing(begun)["DX02"].value == 3, "the wrong correction does not count, the answer before it stands"
