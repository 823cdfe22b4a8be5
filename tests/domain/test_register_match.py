"""Whom a line of a list means: a list without codes changes the units that are there, and doubles none in silence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.checklist import UnitKind
from tasks.domain.register import UnitEntry
from tasks.domain.register_match import Answers, Matched, match
from tasks.domain.vietnamese import same_spelling

XA, TT, CQ = UnitKind.XA, UnitKind.THI_TRAN, UnitKind.CO_QUAN
STORED = (
    UnitEntry("xa-vinh-o", "Xã Vĩnh Ô", XA, 1, "Mận", ("man@vinho.example",), "0233", "Lâm", ("lam@vinho.example",)),
    UnitEntry("tt-ho-xa", "Thị trấn Hồ Xá", TT, 2, "Đào", ("dao@hoxa.example",)),
    UnitEntry("ptp", "Phòng Tư pháp", CQ, 3, "Chín", ("chung@coquan.example",)),
    UnitEntry("pyt", "Phòng Y tế", CQ, 4, "Tám", ("chung@coquan.example",)),
    UnitEntry("xa-quy", "Xã Vĩnh Quý", XA, 5),
)
ALL = frozenset(["code", "name", "kind", "order", "contact", "addresses", "phone", "head", "head_addresses", "parent"])


def line(
    name: str, kind: UnitKind = XA, code: str = "", given: str = "name kind addresses", **more: object
) -> UnitEntry:
    return replace(UnitEntry(code, name, kind, 1), given=frozenset(given.split()), **more)  # type: ignore[arg-type]


def meant(matched: Matched) -> list[str | None]:
    return [unit.code if unit else None for _, unit in matched.pairs]


def asked(matched: Matched) -> list[list[str]]:
    return [[one.code for one, _ in question.may_be] for question in matched.questions]


def test_a_list_without_codes_means_the_units_that_are_there() -> None:
    lines = [line(one.name, one.kind) for one in STORED]
    matched = match(lines, STORED)
    assert (meant(matched), matched.questions, matched.problems) == ([one.code for one in STORED], (), ())


@pytest.mark.parametrize("name", ["XÃ VĨNH Ô", "xã vĩnh ô", "Xã  Vĩnh Ô"])
def test_case_and_spaces_make_no_other_unit(name: str) -> None:
    assert meant(match([line(name)], STORED)) == ["xa-vinh-o"]


def test_a_column_that_is_absent_leaves_what_is_stored_and_an_empty_cell_empties() -> None:
    ((entry, _),) = match([line("Xã Vĩnh Ô", given="name kind phone", phone="0911")], STORED).pairs
    assert entry == replace(STORED[0], phone="0911")
    ((entry, _),) = match(
        [line("Xã Vĩnh Ô", given="name kind contact addresses", contact="", addresses=())], STORED
    ).pairs
    assert (entry.contact, entry.addresses, entry.phone, entry.head) == ("", (), "0233", "Lâm")


def test_what_may_be_the_same_is_asked_and_in_no_pair() -> None:
    lines = [
        line("Xã Vinh O"),  # without its marks
        line("UBND xã Vĩnh Quí"),
        line("Phường Hồ Xá", XA),
        line("Ủy ban nhân dân xã Trường Sơn", addresses=("man@vinho.example",)),
        line("Hội Nông dân", CQ, addresses=("chung@coquan.example",)),  # a mailbox of several says nothing
    ]
    matched = match(lines, STORED)
    assert asked(matched) == [["xa-vinh-o"], ["xa-quy"], ["tt-ho-xa"], ["xa-vinh-o"]]
    assert [entry.name for entry, unit in matched.pairs if unit is None] == ["Hội Nông dân"]
    assert "--same 1=xa-vinh-o" in matched.questions[0].words
    assert "--new 1" in matched.questions[0].words


@pytest.mark.parametrize(
    "name", ["Xã Vĩnh Ô (mới)", "Xã Vĩnh Ô - Vĩnh Linh", "Vĩnh Ô, huyện Vĩnh Linh", "Xã Vĩnh Ô mới"]
)
def test_a_name_with_something_behind_it_is_asked_both_ways(name: str) -> None:
    assert asked(match([line(name)], STORED)) == [["xa-vinh-o"]]
    stored = (replace(STORED[0], name=name), *STORED[1:])
    assert asked(match([line("Xã Vĩnh Ô")], stored)) == [["xa-vinh-o"]]
    assert asked(match([line("Xã Vĩnh Ô (cũ)")], (replace(STORED[0], name="Xã Vĩnh Ô (mới)"),))) == [["xa-vinh-o"]]


def test_schools_of_two_places_are_not_asked_for_what_stands_behind_a_dash() -> None:
    stored = (UnitEntry("th", "Trường TH - THCS Vĩnh Ô", UnitKind.TRUONG_HOC, 1),)
    assert asked(match([line("Trường TH - THCS Vĩnh Hà", UnitKind.TRUONG_HOC)], stored)) == []


def test_an_answer_is_taken_and_the_numbers_of_the_questions_stay() -> None:
    lines = [line("Xã Vinh O"), line("UBND xã Vĩnh Quí")]
    matched = match(lines, STORED, Answers(same={1: "xa-vinh-o"}))
    assert (meant(matched), [one.number for one in matched.questions]) == (["xa-vinh-o"], [2])
    assert matched.pairs[0][0].name == "Xã Vinh O"
    matched = match(lines, STORED, Answers(same={1: "xa-vinh-o"}, new=frozenset([2])))
    assert (meant(matched), matched.questions) == (["xa-vinh-o", None], ())


def test_an_answer_to_no_question_and_one_with_an_unknown_code_are_said() -> None:
    matched = match([line("Xã Vinh O")], STORED, Answers(same={1: "xa-la", 7: "ptp"}))
    assert [str(one) for one in matched.problems] == [
        "câu hỏi 7: không có; danh sách này có 1 câu hỏi",
        "--same 1=xa-la: không có đơn vị mã này trong danh sách đã lưu",
    ]


def test_a_code_counts_before_a_name_but_not_against_the_name_of_another() -> None:
    assert meant(match([line("Xã Vĩnh Ô mới", code="XA-VINH-O")], STORED)) == ["xa-vinh-o"]
    matched = match([line("Phòng Y tế", CQ, code="ptp")], STORED)
    assert asked(matched) == [["ptp", "pyt"]]
    assert asked(match([line("Phòng Y tế", CQ, code="07")], STORED)) == [["pyt"]]


def test_names_that_differ_by_a_mark_are_two_where_both_are_in_the_list() -> None:
    stored = [UnitEntry("cam-thanh", "Xã Cam Thanh", XA, 1)]
    matched = match([line("Xã Cam Thanh"), line("Xã Cam Thành")], stored)
    assert (meant(matched), matched.questions) == (["cam-thanh", None], ())
    matched = match([line("Xã Cam Thanh"), line("Xã Cam Thành")], ())
    assert [entry.code for entry, _ in matched.pairs] == ["xa-cam-thanh", "xa-cam-thanh-2"]


def test_two_lines_for_one_unit_are_a_mistake() -> None:
    matched = match([line("Xã Vĩnh Ô", code="xa-vinh-o"), line("Xã Vinh O")], STORED, Answers(same={1: "xa-vinh-o"}))
    assert meant(match([line("Xã Vĩnh Ô"), line("Xã Vinh O")], STORED)) == ["xa-vinh-o", None]
    assert not matched.questions


def test_a_successor_is_not_asked_whether_it_is_its_predecessor() -> None:
    heir = line("Xã Vĩnh Quý", TT, predecessors=("xa-quy",), given="name kind predecessors")
    assert meant(match([heir], STORED)) == [None]


def test_a_parent_is_named_by_code_or_name_in_the_list_or_among_the_stored() -> None:
    lines = [
        line("Trường Mầm non 1", parent="Phòng Y tế"),
        line("Trường Mầm non 2", parent="pyt"),
        line("Trường 3", parent="Sở Lạ"),
    ]
    matched = match(lines, STORED)
    assert [entry.parent for entry, _ in matched.pairs] == ["pyt", "pyt", "Sở Lạ"]
    assert [one.what for one in matched.problems] == ["đơn vị cấp trên “Sở Lạ” không có trong danh sách"]
    thon = [UnitEntry(f"{code}-1", "Thôn 1", XA, 9, parent=code) for code in ("xa-vinh-o", "xa-quy")]
    matched = match([line("Thôn 1", parent="Xã Vĩnh Quý", given="name kind parent")], [*STORED, *thon])
    assert meant(matched) == ["xa-quy-1"]


@given(st.lists(st.sampled_from([one.name for one in STORED] + ["Xã Mới", "Xã Vinh O", "Vĩnh Ô"]), unique=True))
def test_no_line_is_lost_and_no_stored_unit_is_meant_twice(names: list[str]) -> None:
    kinds = {one.name: one.kind for one in STORED}
    lines = [line(name, kinds.get(name, XA)) for name in names]
    matched = match(lines, STORED)
    assert len(matched.pairs) + len(matched.questions) == len(lines)
    found = [code for code in meant(matched) if code]
    assert len(found) == len(set(found))
    codes = [entry.code for entry, _ in matched.pairs]
    assert len(codes) == len(set(codes))


PAIRS = (
    "Cam Thanh, Cam Thành; Tân Hoa, Tân Hòa; Bình Phu, Bình Phú; Vĩnh Long, Vĩnh Lộng; An Hai, An Hải; "
    "Sơn La, Sơn Là; Đông Ha, Đông Hà; Phú Thanh, Phú Thạnh; Mỹ Hòa, Mỹ Hoà; Ia Lơ, Ia Lờ; Trường Sơn, Trương Sơn; "
    "Thanh Lâm, Thành Lâm; "
    "Quảng Phu, Quảng Phú; Đak Pơ, Đak Pớ; Tà Rụt, Tà Rút; Nam Dong, Nam Đông; Lộc An, Lốc An; Xuân Thuy, Xuân Thủy; "
    "Hương Phong, Hường Phong; Ba Nang, Bà Nang; Cồn Cỏ, Con Cỏ"
)
KINDS = {XA: "Xã", UnitKind.PHUONG: "Phường", UnitKind.DAC_KHU: "Đặc khu", TT: "Thị trấn"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pair", PAIRS.split("; "))
def test_two_communes_that_differ_by_a_mark_go_in_as_two_and_come_back_as_themselves(pair: str, kind: UnitKind) -> None:
    """The same was tried with the 11,162 communes of 709 districts, of which 21 pairs differ so."""
    names = [f"{KINDS[kind]} {name}" for name in pair.split(", ")]
    if same_spelling(names[0]) == same_spelling(names[1]):  # “Hòa” and “Hoà” are one spelling: the unit is asked once
        assert len(match([line(names[0], kind)], [UnitEntry("mot", names[1], kind, 1)]).pairs) == 1
        return
    stored = [entry for entry, _ in match([line(name, kind) for name in names], ()).pairs]
    assert len({entry.code for entry in stored}) == 2
    for lines in (names, names[::-1], [name.upper() for name in names]):
        matched = match([line(name, kind) for name in lines], stored)
        assert not matched.questions
        assert [unit and unit.name.casefold() for _, unit in matched.pairs] == [name.casefold() for name in lines]
    alone = match([line(names[1], kind)], stored[:1])
    assert asked(alone) == [[stored[0].code]]
