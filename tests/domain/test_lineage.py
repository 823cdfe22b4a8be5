"""From one version of a checklist to the next, every item is accounted for in words."""

from dataclasses import replace
from datetime import date

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.checklist import AnswerType, Basis, Item
from tasks.domain.lineage import ancestors, difference

OLD = FileDefinitions(TEMPLATES).checklist("xa")
NEW = replace(OLD, version="2027.1")


def changed(code: str, **fields: object) -> list[str]:
    items = [replace(item, **fields) if item.code == code else item for item in OLD.items]  # type: ignore[arg-type]
    return difference(OLD, replace(NEW, items=tuple(items)))


def without(*codes: str) -> tuple[Item, ...]:
    return tuple(item for item in OLD.items if item.code not in codes)


def item(code: str, *continues: str) -> Item:
    return Item(code, "A", f"Câu hỏi {code}?", AnswerType.CO_KHONG, continues=continues)


def test_the_same_list_under_a_new_version_has_changed_in_nothing() -> None:
    assert difference(OLD, NEW) == []
    assert ancestors(OLD, NEW) == {one.code: (one.code,) for one in OLD.items}


def test_what_was_added_and_what_was_left_out_is_said_with_its_question() -> None:
    lines = difference(OLD, replace(NEW, items=(*without("XA45"), item("XA99"))))
    assert lines == [f"Bỏ mục XA45: {OLD.item('XA45').question}", "Thêm mục XA99: Câu hỏi XA99?"]


def test_a_new_wording_and_a_new_basis_are_told_apart() -> None:
    assert changed("XA01", question="Có kế hoạch năm không?") == [
        f"Mục XA01 đổi câu hỏi: “{OLD.item('XA01').question}” → “Có kế hoạch năm không?”"
    ]
    based = changed(
        "XA06", basis=(Basis("Luật 99/2026/QH16", verified=False, article="Điều 9", from_=date(2026, 1, 1)),)
    )
    assert based == [
        "Mục XA06 đổi căn cứ: khoản 1 Điều 11 Luật 10/2022/QH15 từ 01/07/2023 → "
        "Điều 9 Luật 99/2026/QH16 từ 01/01/2026 (chưa đối chiếu)"
    ]


def test_what_costs_a_unit_points_or_work_is_said_field_by_field() -> None:
    assert changed("XA04", points=2.5, required=False, unit="buổi", condition="Khi có") == [
        "Mục XA04 đổi đơn vị tính: “cuộc” → “buổi”",
        "Mục XA04 đổi điều kiện áp dụng: (trống) → “Khi có”",
        "Mục XA04 đổi điểm: 2 → 2,5",
        "Mục XA04 đổi bắt buộc: có → không",
    ]


def test_an_item_keeps_its_identity_through_a_new_code_a_merger_and_a_split() -> None:
    """Last year's answer of XA06 belongs beside XB01, those of XA07 and XA08 beside XB02."""
    items = (
        *without("XA06", "XA07", "XA08"),
        item("XB01", "XA06"),
        item("XB02", "XA07", "xa:XA08"),
        item("XB03", "XA01"),
    )
    new = replace(NEW, items=items)
    came_from = ancestors(OLD, new)
    assert (came_from["XB01"], came_from["XB02"], came_from["XB03"]) == (("XA06",), ("XA07", "XA08"), ("XA01",))
    lines = difference(OLD, new)
    assert "Tách mục XA01 thành XA01, XB03" in lines
    assert "Đổi mã mục XA06 thành XB01" in lines
    assert "Gộp mục XA07, XA08 thành XB02: Câu hỏi XB02?" in lines
    assert "Mục XB03 (tách từ XA01): Câu hỏi XB03?" in lines
    assert not [line for line in lines if line.startswith(("Bỏ", "Thêm"))]


def test_a_code_that_asks_something_else_now_continues_nothing_of_that_version_only() -> None:
    """XA14 read clause 9 as something else: what was answered then is no answer to what is asked now."""
    asked = next(one for one in OLD.items if one.code == "XA14")
    older = replace(OLD, version="2025.1", items=(*without("XA14"), replace(asked, question="Đề án nào?")))
    assert ancestors(older, OLD)["XA14"] == ()
    assert "Bỏ mục XA14: Đề án nào?" in difference(older, OLD)
    assert ancestors(replace(OLD, version="2026.0"), OLD)["XA14"] == ("XA14",)


def test_what_continues_an_item_of_another_list_is_new_to_this_one() -> None:
    new = replace(NEW, items=(*OLD.items, item("XB01", "co-quan:CQ01"), item("XB02", "xa-2026.2:XA06")))
    assert ancestors(OLD, new)["XB01"] == ()
    assert ancestors(OLD, new)["XB02"] == ("XA06",)


def test_tables_are_compared_column_by_column() -> None:
    old = FileDefinitions(TEMPLATES).checklist("bao-cao-xa")
    first, *others = old.tables
    new = replace(old, version="2027.1", tables=(replace(first, columns=first.columns[1:]), *others[1:]))
    assert difference(old, new) == [
        "Bỏ bảng số liệu BITH",
        "Bảng số liệu BI đã đổi: bỏ cột “Nội dung công khai”",
    ]
