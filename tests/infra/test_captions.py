"""A caption that a clerk has made longer is still ours, and no table of his own is taken for the form."""

from dataclasses import replace

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.domain.errors import UnreadableWorkbook
from tests.infra.test_workbook import BOOKS, FORM, VALUES, Clerk, filled, read, values


def renamed(clerk: Clerk, **captions: str) -> Clerk:
    """By their first word: ket='Kết quả thực hiện'."""
    for cell in clerk.sheet[clerk.header]:
        cell.value = captions.get(str(cell.value).split()[0].casefold(), cell.value)
    return clerk


@pytest.mark.parametrize(
    "captions",
    [
        {"kết": "Kết quả thực hiện"},
        {"kết": "KẾT QUẢ (đơn vị ghi)"},
        {"kết": "Kết quả\nthực hiện"},
        {"mã": "Mã mục"},
        {"mã": "Mã mục", "kết": "Kết quả thực hiện năm 2025"},
        {"mã": "Mã số", "kết": "Trả lời của đơn vị"},
        {"mã": "STT", "kết": "KQ"},
        {"kết": "Kết quả thực hiện", "ghi": "Ghi chú (nếu có)", "minh": "Minh chứng kèm theo"},
    ],
)
def test_answers_below_a_caption_that_goes_on_behind_ours_are_read(captions: dict[str, str]) -> None:
    clerk = filled().put("M01", "Quyết định 12", "Minh chứng").put("M01", "sửa năm 2025", "Ghi chú")
    renamed(clerk, **captions)
    reading = read(clerk)
    assert values(reading) == VALUES
    assert (reading.accepted["M01"].evidence, reading.accepted["M01"].note) == ("Quyết định 12", "sửa năm 2025")
    assert reading.remarks == ()


def test_a_column_of_a_clerk_beside_ours_is_not_taken_for_it() -> None:
    clerk = filled()
    column = clerk.cell("M01").column
    clerk.sheet.merged_cells.ranges = set()
    clerk.sheet.insert_cols(column)
    clerk.sheet.cell(clerk.header, column).value = "Kết quả năm ngoái"
    clerk.sheet.cell(clerk.cell("M01").row, column).value = "Không"
    assert values(read(clerk)) == VALUES


@pytest.mark.parametrize("caption", ["Nguồn số liệu", ""])
def test_a_whole_column_that_was_added_is_told_once(caption: str) -> None:
    clerk = filled()
    column = max(cell.column for cell in clerk.sheet[clerk.header] if cell.value) + 2
    clerk.sheet.cell(clerk.header, column).value = caption or None
    for code in VALUES:
        clerk.sheet.cell(clerk.cell(code).row, column).value = "báo cáo số 12"
    reading = read(clerk)
    assert values(reading) == VALUES
    (remark,) = reading.remarks
    assert f"không thuộc phiếu nên không đọc ({len(VALUES)} ô: " in remark
    assert caption in remark


def test_a_list_of_the_clerk_with_captions_like_ours_is_no_form() -> None:
    clerk = filled()
    own = clerk.book.create_sheet("Danh sách hộ", 0)
    own.append(["Mã hộ", "Họ tên", "Kết quả"])
    own.append(["M01", "Nguyễn Văn An", "Không"])
    reading = read(clerk)
    assert values(reading) == VALUES
    assert reading.faults == ()
    assert any("Trang “Danh sách hộ” không thuộc phiếu" in remark for remark in reading.remarks)


@pytest.mark.parametrize("caption", ["Kết", "Kết luận", "Kết quảng"])
def test_another_caption_is_ours_only_alone_in_its_place(caption: str) -> None:
    clerk = filled()
    column = clerk.cell("M01").column
    renamed(clerk, kết=caption)
    assert values(read(clerk)) == VALUES
    clerk.sheet.merged_cells.ranges = set()
    clerk.sheet.insert_cols(column)
    with pytest.raises(UnreadableWorkbook, match="Không tìm thấy bảng trả lời"):
        read(clerk)


def test_an_outline_that_is_gone_is_named_like_a_table_that_is_gone() -> None:
    report = FileDefinitions(TEMPLATES).checklist("bao-cao-xa")
    clerk = Clerk(BOOKS.build(replace(FORM, checklist=report)))
    assert "Đề cương báo cáo: không tìm thấy trang này trong tệp" not in BOOKS.read(clerk.save(), report).remarks
    del clerk.book["Đề cương báo cáo"]
    assert BOOKS.read(clerk.save(), report).remarks == ("Đề cương báo cáo: không tìm thấy trang này trong tệp",)
