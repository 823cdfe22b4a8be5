"""The register as offices keep it in Excel: their own headings, several addresses a cell, mistakes by their cells."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cell import Raw
from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.errors import Problem
from tasks.domain.register import CAPTIONS, HEADINGS, REQUIRED, Row, UnitEntry, field_of, read_register

COLUMNS = dict(zip(CAPTIONS, "ABCDEFGHIJKLMN", strict=True))


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
        ("STT", "order"),
        ("TT", "order"),
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
        "233555017",
        "Bùi Hồng Tiến",
        ("ld@vinhlinh.example",),
        predecessors=("xa-a", "xa-b"),
        valid_from=date(2025, 7, 1),
        valid_to=date(2030, 1, 1),
        note="mẫu",
    )


def test_a_unit_without_a_code_gets_one_from_its_name() -> None:
    assert entry(code=None, name="Xã Vĩnh Thủy").code == "xa-vinh-thuy"
    assert entry(code=None, name="Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên").code == (
        "trung-tam-giao-duc-nghe-nghiep-giao-duc-"
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


def test_a_sheet_without_the_column_of_addresses_names_the_row() -> None:
    assert warnings(row(5, name="Xã Vĩnh Ô", kind="Xã")) == [
        "dòng 5: Xã Vĩnh Ô: chưa có thư điện tử đầu mối, sẽ không gửi được phiếu"
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"name": None}, "ô B2: chưa ghi tên đơn vị"),
        ({"kind": ""}, "ô C2: chưa ghi loại hình; chọn trong: Xã, Thị trấn,"),
        ({"kind": "Phường"}, "ô C2: không có loại hình “Phường”; chọn trong: Xã,"),
        ({"code": "xã Vĩnh Ô"}, "ô A2: mã “xã Vĩnh Ô” chỉ được gồm chữ không dấu, số, gạch nối"),
        ({"code": "a" * 41}, "ô A2: mã “" + "a" * 41 + "” chỉ được gồm"),
        ({"addresses": "chưa có"}, "ô F2: “chưa” không phải là địa chỉ thư điện tử"),
        ({"addresses": "a@x.vn; b@"}, "ô F2: “b@” không phải là địa chỉ thư điện tử"),
        ({"head_addresses": "x@y@z"}, "ô I2: “x@y@z” không phải là địa chỉ thư điện tử"),
        ({"order": "thứ nhất"}, "ô D2: cần một số, đang là chữ “thứ nhất”"),
        ({"valid_from": "31/02/2025"}, "ô L2: không có ngày “31/02/2025”; hãy xem lại ngày, tháng"),
        ({"valid_to": "nay"}, "ô M2: cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “nay”"),
        ({"valid_from": "1/7/2025", "valid_to": "30/6/2025"}, "ô M2: ngày kết thúc trước ngày bắt đầu"),
        ({"parent": "pgd-dt"}, "ô J2: đơn vị cấp trên “pgd-dt” không có trong danh sách"),
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
        commune(2, code="pgd-dt", kind="Cơ quan"), *(commune(n, kind="Trường học", parent="pgd-dt") for n in (3, 4))
    )
    assert [one.split(": ")[0] for one in found] == ["ô C2"]


def test_a_parent_may_stand_below_its_units_and_have_its_code_from_its_name() -> None:
    assert mistakes(commune(2, parent="phong-y-te"), commune(3, code=None, name="Phòng Y tế")) == []


# --- duplicates ------------------------------------------------------------------------------------------------------


def test_a_code_twice_is_a_mistake_in_both_cells_whatever_its_case() -> None:
    assert mistakes(commune(2, code="vinh-o"), commune(3, code="VINH-O")) == [
        "ô A2: mã “vinh-o” bị trùng",
        "ô A3: mã “VINH-O” bị trùng",
    ]


def test_a_name_twice_is_a_mistake_whatever_its_tones() -> None:
    assert mistakes(commune(2, name="Xã Vĩnh Thủy"), commune(3, name="xã Vĩnh Thuỷ")) == [
        "ô B2: đơn vị “Xã Vĩnh Thủy” có trong danh sách hơn một lần",
        "ô B3: đơn vị “xã Vĩnh Thuỷ” có trong danh sách hơn một lần",
    ]


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
    assert problems or len(entries) == len(rows)
    assert all(isinstance(one, Problem) and one.where and one.what for one in (*problems, *warned))
