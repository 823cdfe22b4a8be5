"""The register as offices keep it in Excel: their own headings, several addresses a cell, mistakes by their cells."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cell import Raw
from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.errors import Problem
from tasks.domain.register import (
    CAPTIONS,
    HEADINGS,
    LINE,
    REQUIRED,
    Off,
    OffRows,
    Row,
    UnitEntry,
    field_of,
    form_of_address,
    read_register,
)

COLUMNS = dict(zip((*CAPTIONS, LINE), "ABCDEFGHIJKLMNOP", strict=True))


def row(number: int = 2, **cells: Raw) -> Row:
    return Row(number, cells, {field: f"{COLUMNS[field]}{number}" for field in cells})


def commune(number: int = 2, **cells: Raw) -> Row:
    usual: dict[str, Raw] = {
        "code": f"xa-{number}",
        "name": f"Xã {number}",
        "kind": "Xã",
        "addresses": f"xa{number}@vinhlinh.example",
    }
    return row(number, **(usual | cells))


def entry(**cells: Raw) -> UnitEntry:
    entries, problems, _ = read_register([commune(**cells)])
    assert problems == []
    return entries[0]


def mistakes(*rows: Row) -> list[str]:
    return [str(problem) for problem in read_register(rows)[1]]


def warnings(*rows: Row) -> list[str]:
    return [str(problem) for problem in read_register(rows)[2]]


# --- headings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "field"),
    [
        ("Mã", "code"),
        ("MÃ ĐƠN VỊ", "code"),
        ("ten don vi", "name"),
        ("Tên đơn vị *", "name"),
        ("Loại hình:", "kind"),
        ("STT", "line"),
        ("TT", "line"),
        ("Thứ tự", "order"),
        ("Email", "addresses"),
        ("e-mail", "addresses"),
        ("Thư điện  tử\nđầu mối", "addresses"),
        ("thu dien tu lanh dao", "head_addresses"),
        ("SĐT", "phone"),
        ("Thủ trưởng", "head"),
        ("Đơn vị trước", "predecessors"),
        ("Hiệu lực từ", "valid_from"),
        ("Đến ngày", "valid_to"),
        ("Ghi chú", "note"),
    ],
)
def test_a_heading_is_known_in_the_spellings_of_offices(caption: str, field: str) -> None:
    assert field_of(caption) == field


@pytest.mark.parametrize("caption", ["", "Dân số", "Mã số thuế", "Thư"])
def test_a_column_of_the_offices_own_is_left_alone(caption: str) -> None:
    assert field_of(caption) is None


def test_no_heading_stands_for_two_fields_and_ours_are_understood() -> None:
    for field, names in CAPTIONS.items():
        assert {field_of(name) for name in names} == {field}
    assert {field_of(heading) for heading in HEADINGS.values()} == set(CAPTIONS)
    assert set(REQUIRED) <= set(CAPTIONS)


# --- a row -----------------------------------------------------------------------------------------------------------


def test_a_full_row_is_read_whole() -> None:
    assert entry(
        code="xa-vinh-thuy",
        name="Xã  Vĩnh\u00a0Thủy ",
        order=17.0,
        contact="Hồ Thị Thủy",
        addresses="A@vinhlinh.example",
        phone=233555017.0,
        head="Bùi Hồng Tiến",
        head_addresses="ld@vinhlinh.example",
        predecessors="xa-a; xa-b",
        valid_from="01/07/2025",
        valid_to=datetime(2030, 1, 1),  # noqa: DTZ001
        note="mẫu",
    ) == UnitEntry(
        "xa-vinh-thuy",
        "Xã Vĩnh Thủy",
        UnitKind.XA,
        17,
        "Hồ Thị Thủy",
        ("a@vinhlinh.example",),
        "0233555017",
        "Bùi Hồng Tiến",
        ("ld@vinhlinh.example",),
        predecessors=("xa-a", "xa-b"),
        valid_from=date(2025, 7, 1),
        valid_to=date(2030, 1, 1),
        note="mẫu",
    )


def test_a_unit_without_an_order_keeps_its_place_in_the_sheet() -> None:
    assert entry(number=14).order == 14
    assert entry(order="1.234").order == 1234


@pytest.mark.parametrize("kind", UnitKind)
def test_a_kind_is_known_by_its_name_and_by_its_code(kind: UnitKind) -> None:
    name = UNIT_KIND_NAMES[kind]
    assert entry(kind=name).kind is kind
    assert entry(kind=name.upper()).kind is kind
    assert entry(kind=kind.value).kind is kind


@pytest.mark.parametrize(
    "cell",
    [
        "a@x.vn; b@y.vn",
        "a@x.vn;b@y.vn;",
        "a@x.vn, b@y.vn",
        "a@x.vn\nb@y.vn",
        "a@x.vn\r\nb@y.vn\r\n",
        " a@x.vn   b@y.vn ",
        "<a@x.vn>; <b@y.vn>",
        "A@X.vn; b@y.vn; a@x.vn",
        "a@x.vn;\u00a0b@y.vn,",
    ],
)
def test_several_addresses_in_one_cell_are_all_taken_once_each(cell: str) -> None:
    assert entry(addresses=cell).addresses == ("a@x.vn", "b@y.vn")
    assert entry(head_addresses=cell).head_addresses == ("a@x.vn", "b@y.vn")


def test_a_unit_without_an_address_is_taken_with_a_warning() -> None:
    assert entry(addresses=None).addresses == ()
    assert warnings(commune(addresses=" ")) == ["ô F2: Xã 2: chưa có thư điện tử đầu mối, sẽ không gửi được phiếu"]


def test_a_sheet_without_the_column_of_addresses_says_nothing_of_them() -> None:
    assert warnings(row(5, name="Xã Vĩnh Ô", kind="Xã")) == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [(914159577, "0914159577"), (914159577.0, "0914159577"), (2333820123, "02333820123"), (84914159577, "84914159577")],
)
def test_a_telephone_number_that_excel_took_for_a_number_keeps_its_0(typed: Raw, number: str) -> None:
    assert entry(phone=typed).phone == number
    assert entry(phone="0233 3820 123").phone == "0233 3820 123"


def test_a_line_break_of_an_old_program_is_a_space() -> None:
    assert entry(name="Xã_x000D_\nVĩnh Ô").name == "Xã Vĩnh Ô"


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"name": None}, "ô B2: chưa ghi tên đơn vị"),
        ({"kind": ""}, "ô C2: chưa ghi loại hình; chọn trong: Xã, Phường, Đặc khu, Thị trấn,"),
        ({"kind": "Huyện"}, "ô C2: không có loại hình “Huyện”; chọn trong: Xã,"),
        ({"code": "xã Vĩnh Ô"}, "ô A2: mã “xã Vĩnh Ô” chỉ được gồm chữ không dấu, số, gạch nối"),
        ({"code": "a" * 41}, "ô A2: mã “" + "a" * 41 + "” chỉ được gồm"),
        ({"addresses": "hỏi sau"}, "ô F2: “hỏi sau” không phải là địa chỉ thư điện tử; chưa có thì để trống"),
        ({"addresses": "a@x.vn; b@"}, "ô F2: “b@” không phải là địa chỉ thư điện tử"),
        ({"head_addresses": "x@y@z"}, "ô I2: “x@y@z” không phải là địa chỉ thư điện tử"),
        ({"order": "thứ nhất"}, "ô D2: cần một số, đang là chữ “thứ nhất”"),
        ({"valid_from": "31/02/2025"}, "ô L2: không có ngày “31/02/2025”; hãy xem lại ngày, tháng"),
        ({"valid_to": "nay"}, "ô M2: cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “nay”"),
        ({"valid_from": "1/7/2025", "valid_to": "30/6/2025"}, "ô M2: ngày kết thúc trước ngày bắt đầu"),
    ],
)
def test_a_mistake_is_named_by_its_cell(cells: dict[str, Raw], sentence: str) -> None:
    found = mistakes(commune(**cells))
    assert found[0].startswith(sentence)


def test_all_mistakes_of_the_sheet_come_at_once() -> None:
    found = mistakes(
        commune(2, name="", kind="?", addresses="x", head_addresses="y"),
        commune(3, order="?", valid_from="?"),
        commune(4),
        commune(5, code="xa-4"),
    )
    assert [one.split(": ")[0] for one in found] == ["ô B2", "ô C2", "ô F2", "ô I2", "ô L3", "ô D3", "ô A4", "ô A5"]


def test_a_row_with_a_mistake_is_not_taken_and_the_others_are() -> None:
    entries, _, _ = read_register([commune(2, kind="?"), commune(3)])
    assert [one.code for one in entries] == ["xa-3"]


def test_a_unit_whose_own_row_is_wrong_is_still_the_parent_of_its_schools() -> None:
    found = mistakes(
        commune(2, code="pgd-dt", kind="Cơ quan lạ"), *(commune(n, kind="Trường học", parent="pgd-dt") for n in (3, 4))
    )
    assert [one.split(": ")[0] for one in found] == ["ô C2"]


# --- duplicates ------------------------------------------------------------------------------------------------------


def test_a_code_twice_is_a_mistake_in_both_cells_whatever_its_case() -> None:
    assert mistakes(commune(2, code="vinh-o"), commune(3, code="VINH-O")) == [
        "ô A2: mã “vinh-o” bị trùng",
        "ô A3: mã “VINH-O” bị trùng",
    ]


def test_a_name_twice_is_a_mistake_wherever_its_tone_is_written() -> None:
    assert mistakes(commune(2, name="Xã Vĩnh Thủy"), commune(3, name="xã Vĩnh Thuỷ")) == [
        "ô B2: đơn vị “Xã Vĩnh Thủy” có trong danh sách hơn một lần",
        "ô B3: đơn vị “xã Vĩnh Thuỷ” có trong danh sách hơn một lần",
    ]


TONE_PAIRS = ("Cam Thanh, Cam Thành", "Hải Khe, Hải Khê", "Triệu Đô, Triệu Độ", "Vĩnh Ha, Vĩnh Hà", "Gio Mỹ, Gio My")


@pytest.mark.parametrize("pair", TONE_PAIRS)
def test_two_names_that_differ_by_a_mark_are_two_units(pair: str) -> None:
    one, other = pair.split(", ")
    assert mistakes(commune(2, name=f"Xã {one}"), commune(3, name=f"Xã {other}")) == []


def test_one_name_under_two_parents_or_of_two_kinds_is_two_units() -> None:
    assert mistakes(commune(2, name="Thôn 1", parent="a"), commune(3, name="Thôn 1", parent="b")) == []
    assert mistakes(commune(2, name="Hồ Xá"), commune(3, name="Hồ Xá", kind="Thị trấn")) == []


# --- what stands beside the list ---------------------------------------------------------------------------------


def test_headings_of_groups_totals_and_signatures_are_named_and_passed_over() -> None:
    rows = [
        row(4, line="I", name="KHỐI XÃ, THỊ TRẤN", kind=None, addresses=None),
        commune(5),
        row(6, line=None, name="Tổng cộng: 01 đơn vị", kind=None),
        row(8, name=None, addresses="Vĩnh Linh, ngày 05 tháng 01 năm 2027"),
        row(9, name=None, addresses="NGƯỜI LẬP BIỂU"),
    ]
    entries, problems, warned = read_register(rows)
    assert ([one.name for one in entries], problems) == (["Xã 5"], [])
    assert [str(one) for one in warned] == [
        "ô B4: bỏ qua “KHỐI XÃ, THỊ TRẤN” (tiêu đề nhóm, không ghi loại hình)",
        "ô B6: bỏ qua “Tổng cộng: 01 đơn vị” (dòng tổng, không ghi loại hình)",
        "ô B8: bỏ qua “Vĩnh Linh, ngày 05 tháng 01 năm 2027” (dưới danh sách, không có tên đơn vị)",
        "ô B9: bỏ qua “NGƯỜI LẬP BIỂU” (dưới danh sách, không có tên đơn vị)",
    ]


def test_a_unit_that_has_a_number_or_an_address_but_no_kind_is_a_mistake_and_no_heading() -> None:
    assert mistakes(row(2, line=7, name="Xã Vĩnh Ô", kind=None))[0].startswith("ô C2: chưa ghi loại hình")
    assert mistakes(row(2, name="Xã Vĩnh Ô", kind=None, addresses="a@x.vn"))[0].startswith("ô C2: chưa ghi")
    assert mistakes(row(2, name=None, addresses="a@x.vn"), commune(3))[0] == "ô B2: chưa ghi tên đơn vị"


@pytest.mark.parametrize("off", Off)
def test_a_hidden_or_struck_row_is_asked_about_and_taken_or_left_as_is_said(off: Off) -> None:
    rows = [commune(2), replace(commune(3), off=off)]
    _, problems, _ = read_register(rows)
    assert [str(one) for one in problems] == [
        f"dòng 3: “Xã 3” {off.value}: nhận thì thêm --off-rows take, bỏ qua thì thêm --off-rows leave"
    ]
    assert [one.name for one in read_register(rows, OffRows.TAKE)[0]] == ["Xã 2", "Xã 3"]
    left, problems, warned = read_register(rows, OffRows.LEAVE)
    assert ([one.name for one in left], problems) == (["Xã 2"], [])
    assert f"bỏ qua “Xã 3”, {off.value}" in str(warned[0])


def test_two_units_with_one_mailbox_are_taken_with_a_warning_at_both() -> None:
    rows = [commune(2, addresses="chung@x.vn"), commune(3, addresses="rieng@x.vn; CHUNG@x.vn")]
    assert len(read_register(rows)[0]) == 2
    assert mistakes(*rows) == []
    assert warnings(*rows) == ["ô F2: “chung@x.vn” dùng chung với Xã 3", "ô F3: “chung@x.vn” dùng chung với Xã 2"]


ANY_CELL = st.none() | st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.dates()


@given(st.lists(st.dictionaries(st.sampled_from(list(CAPTIONS)), ANY_CELL), max_size=4))
def test_any_sheet_gives_entries_or_mistakes_and_each_row_one_of_both(rows: list[dict[str, Raw]]) -> None:
    entries, problems, warned = read_register([row(n, **cells) for n, cells in enumerate(rows, start=2)])
    assert len(entries) <= len(rows)
    passed_over = sum("bỏ qua" in one.what for one in warned)
    assert problems or len(entries) + passed_over == len(rows)
    assert all(isinstance(one, Problem) and one.where and one.what for one in (*problems, *warned))


# --- how a unit is addressed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "written", "addressed"),
    [
        ("Xã Vĩnh Ô", UnitKind.XA, "", "UBND xã Vĩnh Ô"),
        ("Vĩnh Ô", UnitKind.XA, "", "UBND xã Vĩnh Ô"),
        ("UBND xã Vĩnh Ô", UnitKind.XA, "", "UBND xã Vĩnh Ô"),
        ("Ủy ban nhân dân xã Vĩnh Ô", UnitKind.XA, "", "Ủy ban nhân dân xã Vĩnh Ô"),
        ("THỊ TRẤN HỒ XÁ", UnitKind.THI_TRAN, "", "UBND thị trấn HỒ XÁ"),
        ("Phường 1", UnitKind.PHUONG, "", "UBND phường 1"),
        ("Đặc khu Cồn Cỏ", UnitKind.DAC_KHU, "", "UBND đặc khu Cồn Cỏ"),
        ("Xã Vĩnh Ô", UnitKind.XA, "Đảng ủy, UBND xã Vĩnh Ô", "Đảng ủy, UBND xã Vĩnh Ô"),
        ("Trường THCS Vĩnh Lâm", UnitKind.TRUONG_HOC, "Ban Giám hiệu Trường THCS Vĩnh Lâm", None),
        ("Trường THCS Vĩnh Lâm", UnitKind.TRUONG_HOC, "", "Trường THCS Vĩnh Lâm"),
        ("Thôn Một", UnitKind.THON, "", "Thôn Một"),
    ],
)
def test_a_unit_is_addressed_as_its_list_says_or_a_commune_by_its_committee(
    name: str, kind: UnitKind, written: str, addressed: str | None
) -> None:
    assert form_of_address(name, kind, written) == (addressed or written)


def test_what_the_letter_says_itself_is_not_said_twice() -> None:
    assert entry(addressee="Kính gửi: UBND xã Vĩnh Long").addressee == "UBND xã Vĩnh Long"


# --- addresses that are none, parents that are nobody ---------------------------------------------------------------


def test_a_domain_needs_its_ending() -> None:
    assert mistakes(commune(addresses="xa@vinhlinh")) == [
        "ô F2: “xa@vinhlinh” thiếu phần đuôi của tên miền, ví dụ vinhlinh.gov.vn"
    ]


@pytest.mark.parametrize("words", ["chưa có", "Chưa có", "không", "-", "—", "đang cập nhật", "Không có", "…"])
def test_no_address_yet_is_one_remark_and_the_contact_stays(words: str) -> None:
    listed = commune(contact="Nguyễn Thị Ánh", addresses=words, phone="0912345678")
    ((one,), problems, said) = read_register([listed])
    assert problems == []
    assert (one.contact, one.addresses, one.phone) == ("Nguyễn Thị Ánh", (), "0912345678")
    assert [str(remark) for remark in said] == [
        f"ô F2: Xã 2: chưa có thư điện tử đầu mối (ô ghi “{words}”), sẽ không gửi được phiếu"
    ]


def test_other_words_in_the_place_of_an_address_are_one_mistake() -> None:
    (one,) = mistakes(commune(addresses="hỏi lại văn phòng"))
    assert one == "ô F2: “hỏi lại văn phòng” không phải là địa chỉ thư điện tử; chưa có thì để trống"


def test_an_unknown_parent_is_told_at_its_own_cell_together_with_the_rest() -> None:
    rows = [
        commune(2, parent="xa-la", addresses="sai@sai"),
        commune(3, parent="Xã 4"),
        commune(4, addresses="khong phai"),
        commune(5, parent="xã vĩnh ô"),
    ]
    stored = [UnitEntry("xa-vinh-o", "Xã Vĩnh Ô", UnitKind.XA, 1)]
    assert [str(one).partition(":")[0] for one in read_register(rows, stored=stored)[1]] == ["ô J2", "ô F2", "ô F4"]
    assert [str(one).partition(":")[0] for one in read_register(rows)[1]] == ["ô F2", "ô F4"]
