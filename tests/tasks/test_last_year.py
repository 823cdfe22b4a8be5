"""Beside this year's questions stands what the unit answered last year."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tasks.domain.vietnamese import fold
from tasks.last_year import last_year_words
from tasks.mailing.forms import form_of
from tasks.records import Assignment, Cycle, Round, Unit
from tasks.scheduling import cycle_checklist
from tests.tasks.world import ANSWERS, PLAN, UNITS, World, moment

NEXT = PLAN.replace("2025", "2026").replace("2024", "2025")
NEXT_OPENING = "2026-04-08 07:35"


@pytest.fixture
def next_year(world: World) -> World:
    """Two of the small office's units have answered in 2025; the same round is open again in 2026."""
    world.open()
    world.mail("xa-vinh-o", "2025-04-20 09:00", world.filled("xa-vinh-o"))
    world.mail("xa-vinh-ha", "2025-04-21 09:00", world.filled("xa-vinh-ha", {**ANSWERS, "DX02": "1.180"}))
    world.collect("2025-04-22 08:00")
    world.lock("2025-07-01 08:00")
    world.take_in_plan(NEXT, "2026-01-05 08:00")
    world.open(NEXT_OPENING)
    return world


def words_of(world: World, unit: str) -> dict[str, str]:
    with world.sessions() as session:
        chosen = select(Assignment).join(Unit).join(Assignment.cycle).join(Cycle.round)
        one = session.scalars(chosen.where(Unit.code == unit, Round.year == 2026, Round.code == "kiem-tra")).one()
        return dict(last_year_words(session, one, cycle_checklist(one.cycle, one.checklist)))


def test_each_item_is_told_in_words_and_the_silent_are_told_nothing(next_year: World) -> None:
    assert words_of(next_year, "xa-vinh-o") == {
        "DX01": "Có",
        "DX02": "3",
        "DX03": "05/03/2025",
        "DX04": "Đã đối thoại, dân đồng thuận.",
    }
    assert words_of(next_year, "xa-vinh-ha")["DX02"] == "1.180"
    assert words_of(next_year, "ptp") == {}


def test_the_form_that_is_mailed_shows_it_and_it_is_no_answer(next_year: World) -> None:
    with next_year.sessions() as session:
        chosen = select(Assignment).join(Unit).join(Assignment.cycle).join(Cycle.round)
        one = session.scalars(chosen.where(Unit.code == "xa-vinh-ha", Round.year == 2026)).first()
        assert one is not None
        checklist = cycle_checklist(one.cycle, one.checklist)
        form = form_of(session, one, checklist, next_year.tools, moment(NEXT_OPENING))
    data = next_year.tools.workbooks.build(form)
    assert data == next_year.tools.workbooks.build(form)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    shown = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "1.180" in shown
    assert any("nam truoc" in fold(words) for words in shown)
    assert next_year.tools.workbooks.read(data, checklist).accepted == {}


def test_a_unit_in_the_place_of_others_sees_their_answers_under_their_names(next_year: World) -> None:
    """From 1 July 2025 five communes took over from the old ones."""
    old = {one.code: one for one in UNITS}
    heir = replace(
        old["xa-vinh-ha"],
        code="xa-moi",
        name="Xã Mới",
        order=99,
        predecessors=("xa-vinh-o", "xa-vinh-ha"),
    )
    next_year.take_in((*UNITS, heir), "2026-01-06 08:00")
    next_year.take_in_plan(NEXT.replace('code = "kiem-tra"', 'code = "kiem-tra-2"'), "2026-01-06 08:00")
    next_year.open("2026-04-08 08:30")
    with next_year.sessions() as session:
        chosen = select(Assignment).join(Unit).where(Unit.code == "xa-moi")
        one = session.scalars(chosen).first()
        assert one is not None
        words = last_year_words(session, one, cycle_checklist(one.cycle, one.checklist))
    assert words["DX02"] == "Xã Vĩnh Ô: 3; Xã Vĩnh Hà: 1.180"
