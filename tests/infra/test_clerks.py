"""The clerks of the demo: every form that ships, filled in for each kind of unit, reads back whole and sounds true."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from infra.definitions import FileDefinitions
from infra.sandbox.form_filling import Filled, filled
from infra.sandbox.unit_facts import symbol
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from tasks.domain.checklist import NOT_APPLICABLE, Checklist, Form, Reading, UnitKind, value_text
from tasks.domain.crosscheck import crosschecked
from tasks.domain.fitting import fitted
from tests.infra.test_workbook import FORM

DEFINITIONS = FileDefinitions(TEMPLATES)
BOOKS = ExcelWorkbooks(b"khoa")
TODAY = date(2025, 10, 17)
FEW, MANY = range(2), range(20)
NAMES = {
    UnitKind.XA: "Xã Vĩnh Ô",
    UnitKind.THI_TRAN: "Thị trấn Hồ Xá",
    UnitKind.CO_QUAN: "Phòng Văn hóa, Khoa học và Thông tin",
    UnitKind.DON_VI_SU_NGHIEP: "Trung tâm Dịch vụ nông nghiệp",
    UnitKind.TRUONG_HOC: "Trường TH và THCS Vĩnh Hà",
    UnitKind.DOANH_NGHIEP: "Công ty TNHH May Bến Hải (ví dụ)",
    UnitKind.DOANH_NGHIEP_NHA_NUOC: "Công ty Cao su nhà nước Bến Hải",
}
FOREIGN = {
    UnitKind.TRUONG_HOC: ("thôn", "khu phố", "hộ gia đình", "hương ước"),
    UnitKind.CO_QUAN: ("thôn", "khu phố", "hương ước", "học sinh"),
    UnitKind.DON_VI_SU_NGHIEP: ("thôn", "khu phố", "hương ước", "học sinh"),
    UnitKind.DOANH_NGHIEP: ("thôn", "khu phố", "hương ước", "học sinh", "công chức"),
    UnitKind.DOANH_NGHIEP_NHA_NUOC: ("thôn", "khu phố", "hương ước", "học sinh", "công chức"),
    UnitKind.XA: ("học sinh", "khu phố", "người lao động"),
    UnitKind.THI_TRAN: ("học sinh", "thôn", "người lao động"),
}
"""What is never spoken of in a unit of this kind."""
CASES = [
    (code, kind) for code, checklist in DEFINITIONS.checklists.items() for kind in checklist.applies_to if kind in NAMES
]


def form(checklist: Checklist, name: str, *, year: bool) -> Form:
    estimate = "đến hết ngày 31/12/2025" if year else ""
    return replace(FORM, title=checklist.title, unit_name=name, checklist=checklist, estimate_words=estimate)


@cache
def answered(code: str, kind: UnitKind, seed: int) -> tuple[Checklist, Filled, Reading]:
    """Units of one kind, each with figures of its own: a name is all that tells them apart."""
    checklist = fitted(DEFINITIONS.checklist(code), kind, TODAY)
    year = code.startswith("bao-cao")
    data = BOOKS.build(form(checklist, f"{NAMES[kind]} {chr(ord('A') + seed)}", year=year))
    done = filled(data, random.Random(seed), TODAY, "donvi@vidu.example")
    reading = BOOKS.read(done.data, checklist, estimate=year)
    calendar = DEFINITIONS.calendar("cong-chuc")
    return checklist, done, crosschecked(reading, checklist, {}, calendar, TODAY)


@pytest.mark.parametrize(("code", "kind"), CASES)
def test_a_form_that_a_clerk_filled_is_whole_and_agrees_with_itself(code: str, kind: UnitKind) -> None:
    holds(code, kind, FEW)


@pytest.mark.whole
@pytest.mark.parametrize(("code", "kind"), CASES)
def test_so_it_is_for_twenty_units_of_a_kind(code: str, kind: UnitKind) -> None:
    holds(code, kind, MANY)


def holds(code: str, kind: UnitKind, seeds: range) -> None:
    flags, cells = 0, 0
    for seed in seeds:
        checklist, done, reading = answered(code, kind, seed)
        assert [(fault.item, fault.why) for fault in reading.faults] == []
        assert reading.missing == ()
        assert reading.remarks == ()
        for table in checklist.tables:
            assert any(one.code in reading.accepted for one in table.cells()), f"nothing in table {table.number}"
        assert [one.code for one in checklist.narrative if one.code not in reading.accepted] == []
        for item, value in reading.accepted.items():
            typed = done.values[item].strip().lower().removesuffix("%")
            assert value_text(checklist.item(item), value.value).lower().removesuffix("%") == typed
        flags += sum(bool(value.flag) for value in reading.accepted.values())
        cells += len(reading.accepted)
    assert flags <= max(2, cells / 50)


def texts(code: str, kind: UnitKind, seeds: range = FEW) -> Iterator[tuple[str, str]]:
    """Item and what was written there in words."""
    for seed in seeds:
        _, _, reading = answered(code, kind, seed)
        yield from ((item, str(value.value)) for item, value in reading.accepted.items())


@pytest.mark.parametrize("kind", NAMES)
def test_the_plan_of_a_unit_has_a_number_a_day_and_a_person_who_can_be_called(kind: UnitKind) -> None:
    for item, words in texts("ke-hoach-don-vi", kind):
        if item == "KH01":
            assert re.fullmatch(r"\d+/KH-[^\W\d_]+", words)
        if item == "KH02":
            assert date(2025, 9, 30) <= date.fromisoformat(words) <= TODAY
        if item == "KH03":
            assert re.fullmatch(r"(\w+ ){2}\w+, [^;]+; điện thoại 0[\d ]+; thư điện tử donvi@vidu\.example", words)


def told(words: str) -> str:
    return re.sub(r"[.,;:]", " ", words.lower()).replace("nông thôn mới", "")


@pytest.mark.parametrize(("code", "kind"), CASES)
def test_nobody_speaks_of_what_its_kind_of_unit_does_not_have(code: str, kind: UnitKind) -> None:
    said = {words for _, words in texts(code, kind) if " " in words}
    strange = [f"{word}: {words}" for words in said for word in FOREIGN[kind] if f" {word} " in f" {told(words)} "]
    assert strange == []


def test_an_incident_is_told_where_there_was_one_and_only_there() -> None:
    seen = set()
    for seed in range(8):
        _, _, reading = answered("dot-xuat", UnitKind.XA, seed)
        yes, how_many, talked, told = (reading.accepted[f"DX0{number}"].value for number in range(1, 5))
        assert (yes == "Có") == (how_many != 0) == (talked != NOT_APPLICABLE) == (told != NOT_APPLICABLE)
        seen.add(yes)
    assert seen == {"Có", "Không"}


def test_rows_and_tables_of_a_commune_tell_the_same_figures() -> None:
    for seed in FEW:
        _, _, reading = answered("bao-cao-xa", UnitKind.XA, seed)
        said = {item: value.value for item, value in reading.accepted.items()}
        assert (said["XA40"], said["XA41"], said["XA42"]) == (
            said["BV.xa.thanh_vien"],
            said["BV.xa.cuoc"],
            said["BVI.xa.cuoc"],
        )
        watched = [said[f"BIV.r{line}.co_quan"] for line in range(1, 7) if f"BIV.r{line}.co_quan" in said]
        assert len(watched) == said["BV.xa.cuoc"] + said["BVI.xa.cuoc"]
        assert f"{said['BVIII.xa.tong']} thôn" in str(said["DC1a"])
        assert isinstance(said["XA28"], int | float), "households voted on money in table II"
        rules = [said[one] for one in said if one.startswith("BII.") and one.endswith(".noi_dung")]
        assert (said["XA29"] != NOT_APPLICABLE) == ("Hương ước, quy ước" in rules)


def test_the_outlines_of_several_units_are_not_one_outline() -> None:
    said: dict[str, set[str]] = {}
    for item, words in texts("bao-cao-xa", UnitKind.XA, range(6)):
        said.setdefault(item, set()).add(words)
    assert all(len(said[item]) > 1 for item in ("DC5a", "DC5b", "DC5c", "DC8a"))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Phòng Nội vụ", "PNV"),
        ("Trường TH và THCS Vĩnh Hà", "THVTHCSVH"),
        ("Công ty TNHH May Bến Hải (ví dụ)", "CTMBH"),
        ("Phòng Văn hóa, Khoa học và Thông tin", "PVHKHVTT"),
    ],
)
def test_the_symbol_of_a_unit_is_made_of_its_name(name: str, short: str) -> None:
    assert symbol(name) == short


def test_half_a_form_is_half_and_has_no_tables() -> None:
    checklist = DEFINITIONS.checklist("bao-cao-xa")
    data = BOOKS.build(form(checklist, "Xã Vĩnh Hà", year=True))
    done = filled(data, random.Random(3), TODAY, only_half=True)
    asked = [item.code for _, items in checklist.by_section() for item in items]
    assert list(done.values) == asked[: len(asked) // 2]
