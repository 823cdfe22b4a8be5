"""A checklist file becomes the form of a unit; whatever is wrong in it is named before anybody is asked."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.annex_file import parse_annexes
from tasks.domain.answer import Refusal, read_answer
from tasks.domain.checklist import (
    NOT_APPLICABLE,
    NUMERIC,
    UNIT_KIND_NAMES,
    AnswerType,
    Basis,
    Checklist,
    Column,
    Fault,
    Frequency,
    Identity,
    Item,
    Reading,
    Row,
    Section,
    StatTable,
    UnitKind,
    value_text,
)
from tasks.domain.checklist_file import checklist_terms, parse_checklist
from tasks.domain.definition import Table
from tasks.domain.errors import DefinitionError

SMALL = """code = "thu"
version = "2025.1"
title = "Bảng kiểm thử"
applies_to = ["xa", "thi_tran"]
effective_from = 2025-01-01

[[section]]
code = "A"
title = "Công khai"

[[item]]
code = "T01"
section = "A"
question = "Có công khai không?"
type = "co_khong"
points = 2.5
basis = [{ document = "Luật 10/2022/QH15", article = "Điều 11", clause = "khoản 2", verified = true }]

[[item]]
code = "T02"
section = "A"
question = "Bao nhiêu cuộc họp?"
type = "so"
unit = "cuộc"
"""


@cache
def shipped() -> dict[str, Checklist]:
    """All lists under templates/."""
    return FileDefinitions(TEMPLATES).checklists


def small(text: str = SMALL) -> Checklist:
    return parse_checklist(Table.of_toml(text, "thu.toml"))


def mistakes(text: str, known: dict[str, Checklist] | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        parse_checklist(Table.of_toml(text, "thu.toml"), known)
    return [str(problem).removeprefix("thu.toml").removeprefix(", dòng ") for problem in caught.value.problems]


# --- what is shipped -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "items", "points"),
    [
        ("xa", 53, 100),
        ("co-quan", 40, 100),
        ("truong-hoc", 45, 110),
        ("doanh-nghiep-nha-nuoc", 31, 100),
        ("ngoai-nha-nuoc", 25, 100),
        ("giam-sat", 10, 0),
        ("ke-hoach-don-vi", 6, 0),
    ],
)
def test_a_shipped_list_has_the_items_and_points_that_its_heading_says(code: str, items: int, points: int) -> None:
    checklist = shipped()[code]
    assert len(checklist.items) == items
    assert sum(item.points for item in checklist.items) == points


def test_every_kind_of_unit_has_a_list_of_its_own() -> None:
    for kind in UnitKind:
        assert [one.code for one in shipped().values() if kind in one.applies_to]


def test_every_item_of_every_list_says_why_it_is_asked_and_stands_in_a_section() -> None:
    for checklist in shipped().values():
        sections = {section.code for section in checklist.sections}
        for item in checklist.items:
            assert item.why, item.code
            assert bool(item.basis_words(date(2025, 10, 30))) == bool(item.basis), item.code
            assert item.section in sections


def test_a_school_is_asked_all_that_an_office_is_asked_and_more() -> None:
    office, school = shipped()["co-quan"], shipped()["truong-hoc"]
    assert school.items[: len(office.items)] == office.items
    assert [item.code for item in school.items[len(office.items) :]] == ["TH01", "TH02", "TH03", "TH04", "TH05"]
    assert school.sections[: len(office.sections)] == office.sections
    assert school.applies_to == (UnitKind.TRUONG_HOC,)


@pytest.mark.parametrize(
    "code", ["xa", "co-quan", "truong-hoc", "dot-xuat", "giam-sat", "bao-cao-xa", "bao-cao-co-quan"]
)
def test_a_list_that_a_round_kept_reads_back_the_same(code: str) -> None:
    checklist = shipped()[code]
    assert parse_checklist(Table(checklist_terms(checklist), "đợt")) == checklist


# --- reading ---------------------------------------------------------------------------------------------------------


def test_what_is_left_out_has_its_usual_meaning() -> None:
    first, second = small().items
    assert (first.points, first.required, first.knock_out, first.frequency) == (2.5, True, False, Frequency.NAM)
    assert (first.minimum, first.maximum) == (None, None)
    assert (second.minimum, second.maximum, second.points) == (0, None, 0)


def test_a_percentage_lies_between_nought_and_a_hundred() -> None:
    item = small(SMALL.replace('type = "so"', 'type = "ty_le"')).item("T02")
    assert (item.minimum, item.maximum) == (0, 100)


def test_items_are_shown_by_section_in_the_order_of_the_file() -> None:
    text = SMALL.replace("[[item]]", '[[section]]\ncode = "B"\ntitle = "Bàn"\n\n[[item]]', 1)
    text = text.replace('code = "T01"\nsection = "A"', 'code = "T01"\nsection = "B"')
    shown = [(section.code, [item.code for item in items]) for section, items in small(text).by_section()]
    assert shown == [("A", ["T02"]), ("B", ["T01"])]


ALL_WRONG = """code = "thu"
version = 2025
title = "Bảng kiểm thử"
applies_to = ["xa", "huyen"]
effective_from = "đầu năm"
extends = "khong-co"

[[section]]
code = "A"
titel = "Công khai"

[[item]]
code = "T01"
section = "Z"
question = "Câu hỏi?"
type = "co_khong"
points = -1

[[item]]
code = "T02"
section = "A"
question = "Câu hỏi?"
type = "so"

[[item]]
code = "T01"
section = "A"
question = "Câu hỏi?"
type = "ty_le"
unit = "%"
minimum = 10
maximum = 5
basis = [{ document = "Luật", verified = "có" }]

[[item]]
code = "T04"
section = "A"
question = "Câu hỏi?"
type = "chu"
knock_out = 1

[[item.basis]]
document = "Luật"
verified = true
from = 2025-01-01
to = 2024-01-01
"""


def test_all_mistakes_of_a_checklist_come_at_once_with_their_lines() -> None:
    assert mistakes(ALL_WRONG) == [
        "2: “version” phải là một đoạn chữ, đang là 2025",
        "4: không có loại hình “huyen”; chọn trong xa, phuong, dac_khu, thi_tran, thon, to_dan_pho, co_quan, "
        "don_vi_su_nghiep, truong_hoc, doanh_nghiep_nha_nuoc, doanh_nghiep",
        "5: “effective_from” phải là một ngày, ví dụ 2025-10-31; đang là “đầu năm”",
        "6: không có bảng kiểm “khong-co” để kế thừa",
        "10: không hiểu “titel”; có lẽ là “title”, đang thiếu",
        "14: mục T01: không có phần “Z” trong [[section]]",
        "17: mục T01: điểm không được âm",
        "19: mục T02: câu hỏi lấy số cần đơn vị tính “unit”",
        "26: mã mục “T01” bị trùng",
        "31: mục T01: minimum lớn hơn maximum",
        "33: “verified” phải là true hoặc false, đang là 'có'",
        "39: “type” phải là một trong co_khong, muc, so, so_thap_phan, ngay, ty_le, van_ban, tep, chon; đang là “chu”",
        "40: “knock_out” phải là true hoặc false, đang là 1",
        "45: căn cứ Luật: ngày hết hiệu lực trước ngày có hiệu lực",
    ]


def test_an_item_that_repeats_one_of_the_inherited_list_is_a_mistake_on_its_own_line() -> None:
    text = SMALL.replace('code = "thu"', 'code = "con"\nextends = "thu"', 1)
    found = mistakes(text, {"thu": small()})
    assert found == ["13: mã mục “T01” bị trùng", "21: mã mục “T02” bị trùng"]


def test_a_list_without_items_is_refused() -> None:
    text = SMALL.partition("[[item]]")[0]
    assert mistakes(text) == [": bảng kiểm chưa có mục [[item]] nào"]


def test_code_and_version_of_a_list_fit_where_they_are_stored_and_into_the_name_that_a_form_bears() -> None:
    longest = SMALL.replace('"thu"', f'"{"a" * 40}"', 1).replace('"2025.1"', f'"{"1" * 40}"', 1)
    assert small(longest).version == "1" * 40
    assert mistakes(longest.replace("a" * 40, "a" * 41).replace("1" * 40, "1" * 41)) == [
        "1: “code” dài quá 40 ký tự; hãy đặt ngắn hơn",
        "2: “version” dài quá 40 ký tự; hãy đặt ngắn hơn",
    ]


# --- legal bases -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        (
            Basis("Luật 10/2022/QH15", True, "Điều 11", "khoản 2", "điểm h"),
            "điểm h khoản 2 Điều 11 Luật 10/2022/QH15",
        ),
        (Basis("Luật 10/2022/QH15", True, "Điều 11"), "Điều 11 Luật 10/2022/QH15"),
        (Basis("Luật Khiếu nại", False), "Luật Khiếu nại (chưa đối chiếu)"),
    ],
)
def test_a_basis_is_cited_from_the_point_up_to_the_document(basis: Basis, words: str) -> None:
    assert basis.words() == words


def test_an_item_cites_what_is_in_force_on_the_day_both_ends_included() -> None:
    old = Basis("Luật cũ", True, to=date(2025, 6, 30))
    new = Basis("Luật mới", True, from_=date(2025, 7, 1))
    item = Item("T", "A", "?", AnswerType.CO_KHONG, basis=(old, new))
    assert item.basis_words(date(2025, 6, 30)) == "Luật cũ"
    assert item.basis_words(date(2025, 7, 1)) == "Luật mới"


def test_an_item_is_never_without_its_source() -> None:
    item = Item("T", "A", "?", AnswerType.CO_KHONG, basis=(Basis("Luật cũ", True, to=date(2020, 1, 1)),))
    assert item.basis_words(date(2025, 1, 1)) == "Luật cũ"


# --- what a person reads ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        (AnswerType.NGAY, "2025-02-05", "05/02/2025"),
        (AnswerType.NGAY, NOT_APPLICABLE, NOT_APPLICABLE),
        (AnswerType.SO, 1250, "1.250"),
        (AnswerType.SO_THAP_PHAN, 1234.5, "1.234,5"),
        (AnswerType.TY_LE, 87.5, "87,5%"),
        (AnswerType.TY_LE, NOT_APPLICABLE, NOT_APPLICABLE),
        (AnswerType.CO_KHONG, "Có", "Có"),
        (AnswerType.VAN_BAN, "05/KH-UBND", "05/KH-UBND"),
    ],
)
def test_an_answer_is_shown_as_an_office_writes_it(type_: AnswerType, value: str | float, text: str) -> None:
    assert value_text(Item("T", "A", "?", type_), value) == text


def test_a_reading_is_complete_when_nothing_is_wrong_and_nothing_is_missing() -> None:
    reading = Reading(Identity(), {}, (), ())
    assert reading.complete
    assert not replace(reading, missing=("T01",)).complete
    assert not replace(reading, faults=(Fault("T01", "D14", "cần số"),)).complete
    assert replace(reading, remarks=("ô D2 bị gộp",)).complete


def test_every_kind_of_unit_has_a_name() -> None:
    assert set(UNIT_KIND_NAMES) == set(UnitKind)


# --- terms -----------------------------------------------------------------------------------------------------------

WORDS = st.text("abcđêơ ", max_size=8).map(str.strip)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2060, 1, 1))
BASES = st.builds(Basis, st.just("Luật"), st.booleans(), WORDS, WORDS, WORDS, from_=DAYS, to=st.none())
NUMBERS = st.sampled_from([AnswerType.SO, AnswerType.SO_THAP_PHAN, AnswerType.TY_LE])
OTHERS = st.sampled_from([AnswerType.CO_KHONG, AnswerType.MUC, AnswerType.NGAY, AnswerType.VAN_BAN])


def items(code: str) -> st.SearchStrategy[Item]:
    common = {
        "evidence": WORDS,
        "why": WORDS,
        "frequency": st.sampled_from(Frequency),
        "condition": WORDS,
        "points": st.integers(0, 10),
        "knock_out": st.booleans(),
        "required": st.booleans(),
        "basis": st.lists(BASES, max_size=2).map(tuple),
    }
    asked = (st.just(code), st.just("A"), st.just("Câu hỏi?"))
    numbers = st.builds(
        Item, *asked, NUMBERS, unit=st.just("cuộc"), minimum=st.integers(0, 5), maximum=st.integers(5, 9), **common
    )
    return numbers | st.builds(Item, *asked, OTHERS, **common)


@given(st.tuples(items("T01"), items("T02")))
def test_any_list_reads_back_from_the_terms_of_a_round(two: tuple[Item, Item]) -> None:
    checklist = Checklist("thu", "1", "Thử", (UnitKind.XA,), date(2025, 1, 1), (Section("A", "Phần"),), two)
    assert parse_checklist(Table(checklist_terms(checklist), "đợt")) == checklist


# --- statistical tables ----------------------------------------------------------------------------------------------

MEETINGS = StatTable(
    "BVIII",
    "VIII",
    "Họp thôn, khu phố",
    (Column("tong", "Tổng số thôn", AnswerType.SO, unit="thôn"), Column("ghi_chu", "Ghi chú", AnswerType.VAN_BAN)),
    rows=(Row("xa", "Toàn xã"),),
)
MATTERS = replace(MEETINGS, code="BII", number="II", rows=(), most_rows=2)


def test_a_cell_of_a_table_is_an_item_that_is_read_and_named_like_any_other() -> None:
    checklist = replace(small(), tables=(MEETINGS, MATTERS))
    cell = checklist.item("BVIII.xa.tong")
    assert cell.question == "Bảng VIII, dòng “Toàn xã”, cột “Tổng số thôn”"
    assert read_answer(cell, "12") == (12, "")
    assert [item.code for item in MATTERS.cells()] == ["BII.r1.tong", "BII.r1.ghi_chu", "BII.r2.tong", "BII.r2.ghi_chu"]
    assert checklist.item("T01").question == "Có công khai không?"


def test_an_item_with_its_own_choices_takes_one_of_them_and_no_other() -> None:
    asked = Item("T9", "A", "Hình thức nào?", AnswerType.CHON, choices=("Họp", "Phiếu"))
    assert read_answer(asked, "hop") == ("Họp", "“hop” được hiểu là “Họp”")
    with pytest.raises(Refusal, match="cần chọn “Họp” hoặc “Phiếu”, đang là “Có”"):
        read_answer(asked, "Có")


def test_a_file_is_answered_by_its_name() -> None:
    assert read_answer(Item("T9", "A", "Tệp nào?", AnswerType.TEP), "ke-hoach.pdf") == ("ke-hoach.pdf", "")


# --- what every shipped item has -------------------------------------------------------------------------------------

# items, unit of measure, basis, article, clause, verified throughout, evidence, why, not yearly, condition, points,
# knock-out: a change of these files is a change of this table.
HAVE = {
    "xa": (53, 11, 53, 50, 50, 42, 53, 53, 30, 27, 53, 2),
    "co-quan": (40, 8, 40, 38, 38, 37, 40, 40, 17, 22, 40, 3),
    "truong-hoc": (5, 1, 5, 2, 2, 0, 5, 5, 0, 0, 5, 0),
    "doanh-nghiep-nha-nuoc": (31, 5, 31, 30, 30, 31, 31, 31, 11, 14, 31, 2),
    "ngoai-nha-nuoc": (25, 3, 25, 25, 25, 20, 25, 25, 8, 12, 25, 2),
}


@pytest.mark.parametrize("code", HAVE)
def test_so_many_items_have_each_of_their_fields(code: str) -> None:
    items = [item for item in shipped()[code].items if code != "truong-hoc" or item.code.startswith("TH")]
    bases = [item.basis for item in items]
    counted = (
        len(items),
        sum(bool(item.unit) for item in items),
        sum(bool(basis) for basis in bases),
        sum(any(one.article for one in basis) for basis in bases),
        sum(any(one.clause for one in basis) for basis in bases),
        sum(bool(basis) and all(one.verified for one in basis) for basis in bases),
        sum(bool(item.evidence) for item in items),
        sum(bool(item.why) for item in items),
        sum(item.frequency is not Frequency.NAM for item in items),
        sum(bool(item.condition) for item in items),
        sum(item.points > 0 for item in items),
        sum(item.knock_out for item in items),
    )
    assert counted == HAVE[code]


def test_why_is_one_sentence_and_whoever_is_asked_a_number_is_told_its_unit() -> None:
    for checklist in shipped().values():
        for item in (*checklist.items, *checklist.narrative):
            assert item.why.endswith("."), item.code
            assert ". " not in item.why, item.code
            assert item.unit or item.type not in NUMERIC, item.code


def test_the_clauses_of_the_law_are_asked_one_by_one_in_their_order() -> None:
    """Điều 11 k1-14 (xã), Điều 46 k1-12 (cơ quan), Điều 64 k1 a-h (DNNN)."""
    communes, offices, firms = (shipped()[code] for code in ("xa", "co-quan", "doanh-nghiep-nha-nuoc"))
    asked = [communes.item(f"XA{number:02}").basis[0] for number in range(6, 20)]
    assert [(basis.article, basis.clause) for basis in asked] == [("Điều 11", f"khoản {n}") for n in range(1, 15)]
    asked = [basis for number in range(4, 16) for basis in offices.item(f"CQ{number:02}").basis]
    clauses = [basis.clause for basis in asked if basis.article == "Điều 46"]
    assert list(dict.fromkeys(clauses)) == [f"khoản {n}" for n in range(1, 13)]
    points = [firms.item(f"DN{number:02}").basis[0].point for number in range(2, 10)]
    assert points == [f"điểm {letter}" for letter in ("a", "b", "c", "d", "đ", "e", "g", "h")]


def test_the_yearly_report_of_a_commune_carries_the_eight_tables_and_the_outline() -> None:
    report = shipped()["bao-cao-xa"]
    assert report.items == shipped()["xa"].items
    assert [table.number for table in report.tables] == ["I", "I-TH", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    assert [heading.title[0] for heading in report.outline] == list("12345678")
    assert not any(item.required for item in report.narrative)
    shared = [table for table in shipped()["bao-cao-co-quan"].tables if table.code == "BVII"]
    assert shared == [table for table in report.tables if table.code == "BVII"]


SHARED = """[[table]]
code = "B"
number = "I"
title = "Bảng"
columns = [
  { code = "a", title = "Cột a", type = "so" },
  { code = "a", title = "Cột b", type = "chon", choices = ["Có"] },
]

[[check]]
code = "K1"
kind = "it_nhat"
severity = "cung"
left = ["a"]
right = ["b"]
limit = 3
share = "hai phần ba"
sentence = "câu {la}"

[[check]]
code = "K2"
kind = "ngay_lam_viec"
severity = "mem"
left = ["a"]
right = ["b"]
sentence = "câu"
"""


def test_all_mistakes_of_shared_tables_and_checks_come_at_once_with_their_lines() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_annexes(Table.of_toml(SHARED, "phu-luc.toml"))
    assert [str(problem).removeprefix("phu-luc.toml, dòng ") for problem in caught.value.problems] == [
        "5: cột a: cột lấy số cần đơn vị tính “unit”",
        "5: cột a: cột lựa chọn cần ít nhất hai lựa chọn “choices”",
        "5: bảng B: mã cột “a” bị trùng",
        "15: kiểm tra chéo K1: cần hoặc “right” hoặc “limit”, không cả hai",
        "17: kiểm tra chéo K1: “share” phải là một phân số, ví dụ “2/3”; đang là “hai phần ba”",
        "18: kiểm tra chéo K1: câu chỉ được có các chỗ điền {trai}, {phai}, {ty_le}, {nguong}, {dong}",
        "20: kiểm tra chéo K2: loại “ngay_lam_viec” cần “right” và số ngày “limit”",
    ]


def test_the_code_of_a_cell_comes_apart_again_and_fits_where_it_is_stored() -> None:
    text = SHARED.partition("[[check]]")[0].replace('code = "B"', 'code = "B.1"', 1)
    text = text.replace('code = "a", title = "Cột b"', f'code = "{"b" * 36}", title = "Cột b"')
    with pytest.raises(DefinitionError) as caught:
        parse_annexes(Table.of_toml(text, "phu-luc.toml"))
    said = [problem.what for problem in caught.value.problems]
    assert "bảng B.1: mã “B.1” chỉ được gồm chữ không dấu, số và gạch dưới" in said
    assert f"bảng B.1: mã ô “B.1.r200.{'b' * 36}” dài quá 40 ký tự; hãy đặt mã ngắn hơn" in said


@pytest.mark.parametrize("number", ["I/2", "I:2", "[I]", "I?", "I*", "'I'", "một số dài quá tên trang tính"])
def test_the_number_of_a_table_can_be_the_name_of_its_sheet(number: str) -> None:
    text = SHARED.partition("[[check]]")[0].replace('number = "I"', f'number = "{number}"', 1)
    with pytest.raises(DefinitionError) as caught:
        parse_annexes(Table.of_toml(text, "phu-luc.toml"))
    sentence = f"số “{number}” làm tên trang tính: nhiều nhất 26 ký tự, không có [ ] : * ? / \\ '"
    assert str(caught.value.problems[0]) == f"phu-luc.toml, dòng 3: bảng B: {sentence}"


def test_two_tables_of_one_list_have_two_numbers() -> None:
    table = '\n[[table]]\ncode = "{}"\nnumber = "{}"\ntitle = "Bảng"\nrows = [{{ code = "r", title = "Thôn" }}]\n'
    table += 'columns = [{{ code = "a", title = "Cột a", type = "so", unit = "thôn" }}]\n'
    assert len(small(SMALL + table.format("BI", "I") + table.format("BII", "II")).tables) == 2
    twice = "số “{}” bị trùng, mà mỗi bảng có một trang mang số của mình"
    assert mistakes(SMALL + table.format("BI", "I-a") + table.format("BII", "I-A")) == [
        f"26: bảng BI: {twice.format('I-a')}",
        f"26: bảng BII: {twice.format('I-A')}",
    ]


def test_a_check_of_an_item_that_is_not_there_and_a_table_nobody_shares_are_mistakes() -> None:
    text = SMALL.replace('code = "thu"', 'code = "thu"\ntables = ["BX"]', 1)
    text += '\n[[check]]\ncode = "K"\nkind = "it_nhat"\nseverity = "mem"\nleft = ["T09"]\nlimit = 1\nsentence = "câu"\n'
    assert mistakes(text) == [
        "2: không có bảng số liệu “BX” trong templates/annexes",
        "31: kiểm tra chéo K: không có mục T09",
    ]
