"""Single answers put right: cells of the annex, figures that hang together, items with a condition."""

from datetime import date

import pytest

from tasks.domain.checklist import NOT_APPLICABLE, Fault, Value
from tasks.domain.correcting import Typed, read_correction
from tasks.domain.errors import DefinitionError
from tests.tasks.world import definitions

ON = date(2025, 10, 28)
STANDING = {
    "XA13": Value("XA13", "Đạt", "F20", "QĐ 12", "đã làm"),
    "BVII.to_cao.nhan_luy_ke": Value("BVII.to_cao.nhan_luy_ke", 5),
    "BVII.to_cao.gq_luy_ke": Value("BVII.to_cao.gq_luy_ke", 3),
    "BVII.to_cao.chua": Value("BVII.to_cao.chua", 2),
    "BII.r1.noi_dung": Value("BII.r1.noi_dung", "Khác"),
    "BII.r1.tan_thanh": Value("BII.r1.tan_thanh", 80),
    "BII.r1.tong_ho": Value("BII.r1.tong_ho", 100),
}


def corrected(*pairs: tuple[str, str], faulty: tuple[str, ...] = ()) -> dict[str, Value]:
    checklist, calendar = definitions().checklist("bao-cao-xa"), definitions().calendar("cong-chuc")
    typed = [Typed(*one) for one in pairs]
    faults = [Fault(code, "", "cần sửa") for code in faulty]
    return dict(read_correction(checklist, typed, STANDING, faults, calendar, ON).accepted)


def refused(*pairs: tuple[str, str]) -> str:
    with pytest.raises(DefinitionError) as error:
        corrected(*pairs)
    return str(error.value)


def test_an_item_with_a_condition_takes_not_applicable_and_keeps_what_stands_beside_it() -> None:
    value = corrected(("xa13", "không áp dụng"))["XA13"]
    assert (value.value, value.evidence, value.note, value.cell) == (NOT_APPLICABLE, "QĐ 12", "đã làm", "")


def test_figures_that_hang_together_are_refused_alone_and_taken_together() -> None:
    said = refused(("BVII.to_cao.nhan_luy_ke", "9"))
    assert "BVII.to_cao.nhan_luy_ke" in said
    assert "--and MỤC GIÁ_TRỊ" in said
    both = corrected(("BVII.to_cao.nhan_luy_ke", "9"), ("bvii.to_cao.gq_luy_ke", "7"))
    assert {code: one.value for code, one in both.items()} == {
        "BVII.to_cao.nhan_luy_ke": 9,
        "BVII.to_cao.gq_luy_ke": 7,
    }


def test_a_line_that_a_unit_repeats_is_corrected_where_it_stands_and_never_made_up() -> None:
    assert corrected(("BII.r1.tan_thanh", "90"))["BII.r1.tan_thanh"].value == 90
    assert "chưa có dòng này" in refused(("BII.r7.tan_thanh", "90"))
    assert "cột: noi_dung" in refused(("BII.r1.khong_co", "90"))
    assert "BII.r1.tan_thanh" in refused(("BII.r1.tan_thanh", "101"))


def test_what_is_to_be_mended_may_be_said_once_more_with_the_value_that_stood_before() -> None:
    assert corrected(("XA13", "Đạt"), faulty=("XA13",))["XA13"].value == "Đạt"
