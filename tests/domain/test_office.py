"""Kinds of unit and offices begin and end on a day, and an item that no longer fits says so with the reason."""

from dataclasses import replace
from datetime import date

import pytest

from infra.definitions import FileDefinitions
from infra.law_sources import LawSources
from infra.settings import TEMPLATES
from tasks.domain.answer import Refusal, read_answer
from tasks.domain.checklist import NOT_APPLICABLE, Checklist, Item, Lapse, UnitKind
from tasks.domain.checklist_file import checklist_terms, parse_checklist
from tasks.domain.definition import Table
from tasks.domain.fitting import fitted
from tasks.domain.office import kinds_gone
from tasks.domain.plan_file import checked_plan

OFFICES = {office.code: office for office in LawSources(TEMPLATES).offices}
DEFINITIONS = FileDefinitions(TEMPLATES)
LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("code", "on", "sentence"),
    [
        ("thi-tran", LAST, ""),
        ("thi-tran", FIRST, "thị trấn không còn sau ngày 30/06/2025, nay là xã hoặc phường"),
        ("dac-khu", LAST, "đặc khu chỉ có từ ngày 01/07/2025"),
        ("dac-khu", FIRST, ""),
    ],
)
def test_a_kind_of_commune_exists_until_a_day_and_from_a_day(code: str, on: date, sentence: str) -> None:
    assert OFFICES[code].standing(on) == sentence


def test_a_round_that_asks_a_kind_which_is_gone_is_named() -> None:
    file = TEMPLATES / "plans" / "vinh-linh-2025.toml"
    table = Table.of_toml(file.read_text(encoding="utf-8"), file.name)
    plan = checked_plan(table, DEFINITIONS.checklists, DEFINITIONS.calendars, {})
    told = list(kinds_gone(plan, OFFICES.values()))
    assert told == [
        "đợt “bao-cao-nam” mở ngày 01/10/2025 hỏi loại hình “thi_tran”, mà thị trấn không còn sau ngày 30/06/2025, "
        "nay là xã hoặc phường"
    ]


@pytest.mark.parametrize("kind", [UnitKind.XA, UnitKind.PHUONG, UnitKind.DAC_KHU, UnitKind.THI_TRAN])
def test_every_kind_of_commune_is_asked_the_list_of_communes(kind: UnitKind) -> None:
    for code in ("xa", "bao-cao-xa", "giam-sat", "ke-hoach-don-vi", "dot-xuat"):
        assert kind in DEFINITIONS.checklist(code).applies_to
    assert not [item.code for item in DEFINITIONS.checklist("xa").items if "thị trấn" in item.question]


# --- an item that no longer fits -------------------------------------------------------------------------------------


def office_item(code: str, kind: UnitKind, on: date, list_: str = "co-quan") -> Item:
    return fitted(DEFINITIONS.checklist(list_), kind, on).item(code)


@pytest.mark.parametrize("code", ["CQ22", "CQ30", "CQ31", "CQ32", "CQ33"])
def test_what_needs_a_trade_union_may_be_answered_not_applicable_where_it_is_gone(code: str) -> None:
    before, since = (office_item(code, UnitKind.CO_QUAN, on) for on in (LAST, FIRST))
    reason = "Được trả lời “Không áp dụng” từ 01/07/2025 nếu không còn tổ chức công đoàn."
    assert reason in since.condition
    assert reason not in before.condition
    assert read_answer(since, "không áp dụng")[0] == NOT_APPLICABLE
    assert since.required


def test_a_number_without_a_condition_takes_it_only_from_that_day_and_kind() -> None:
    lapse = Lapse("không còn tổ chức công đoàn", FIRST, kinds=(UnitKind.CO_QUAN,))
    first, *others = DEFINITIONS.checklist("dot-xuat").items
    plain = replace(others[0], condition="", lapses=(lapse,))
    checklist = replace(DEFINITIONS.checklist("dot-xuat"), items=(first, plain, *others[1:]))
    assert read_answer(fitted(checklist, UnitKind.CO_QUAN, FIRST).item(plain.code), NOT_APPLICABLE)[0] == NOT_APPLICABLE
    for kind, on in ((UnitKind.CO_QUAN, LAST), (UnitKind.XA, FIRST)):
        with pytest.raises(Refusal):
            read_answer(fitted(checklist, kind, on).item(plain.code), NOT_APPLICABLE)


def test_what_fits_no_unit_of_a_kind_says_so_and_is_not_waited_for() -> None:
    lapse = Lapse("thị trấn không còn", FIRST, kinds=(UnitKind.PHUONG,), whole=True)
    checklist = _with(lapse)
    item = fitted(checklist, UnitKind.PHUONG, FIRST).items[0]
    assert item.condition.endswith("Không áp dụng từ 01/07/2025: thị trấn không còn.")
    assert not item.required
    assert fitted(checklist, UnitKind.XA, FIRST) is checklist


def test_a_round_keeps_when_an_item_lapses() -> None:
    checklist = _with(Lapse("lý do", FIRST, date(2026, 1, 1), (UnitKind.XA,), whole=True))
    assert parse_checklist(Table(checklist_terms(checklist), "đợt")) == checklist


def _with(lapse: Lapse) -> Checklist:
    first, *others = DEFINITIONS.checklist("xa").items
    return replace(DEFINITIONS.checklist("xa"), items=(replace(first, lapses=(lapse,)), *others))
