"""An answer is taken for the question it was given to: where code and question name two items, it is asked back."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook.findings import UNMARK
from tasks.domain.checklist import AnswerType, Checklist, Reading
from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.test_workbook import BOOKS, CHECKLIST, FORM, VALUES, Clerk, filled, read, values

COMMUNE = FileDefinitions(TEMPLATES).checklist("bao-cao-xa")
YES_OR_NO = [item.code for item in COMMUNE.items if item.type is AnswerType.CO_KHONG][:3]
SAID = dict(zip(YES_OR_NO, ("Có", "Không", "Có"), strict=True))


def answered() -> Clerk:
    return Clerk(BOOKS.build(replace(FORM, checklist=COMMUNE))).fill(SAID)


def exchange(clerk: Clerk, first: str, second: str) -> Clerk:
    """As when all columns but that of the codes are sorted."""
    for column in range(2, clerk.sheet.max_column + 1):
        one, other = (clerk.sheet.cell(clerk.cell(code).row, column) for code in (first, second))
        one.value, other.value = other.value, one.value
    return clerk


def read_commune(data: bytes | Clerk, checklist: Checklist = COMMUNE) -> Reading:
    return BOOKS.read(data.save() if isinstance(data, Clerk) else data, checklist)


def assert_both_are_asked_back(reading: Reading) -> None:
    assert [fault.item for fault in reading.faults] == YES_OR_NO[:2]
    assert {code: value.value for code, value in reading.accepted.items()} == {YES_OR_NO[2]: "Có"}


def test_two_rows_exchanged_beside_their_codes_are_both_asked_back_with_what_to_do() -> None:
    clerk = exchange(answered(), *YES_OR_NO[:2])
    reading = read_commune(clerk)
    assert_both_are_asked_back(reading)
    first, second = YES_OR_NO[:2]
    row = clerk.cell(first).row
    assert reading.faults[0].sentence == (
        f"dòng {row} có mã {first} nhưng câu hỏi của mục {second} (ô B{row}) nên không rõ là câu trả lời của mục nào; "
        f"hãy sửa mã hoặc xếp lại dòng cho khớp rồi gửi lại{UNMARK}"
    )
    assert reading.faults[0].found == "Không"
    assert reading.remarks == ()


def test_what_stands_beside_an_answer_that_is_asked_back_is_not_lost() -> None:
    clerk = exchange(answered().put(YES_OR_NO[0], "Quyết định 12", "Minh chứng"), *YES_OR_NO[:2])
    (remark,) = read_commune(clerk).remarks
    assert f"Mục {YES_OR_NO[1]}" in remark
    assert "ô Minh chứng có “Quyết định 12”" in remark


def test_short_questions_are_told_apart_where_they_stand_alone_in_their_line() -> None:
    reading = read(exchange(filled(), "M01", "M02"))
    assert [fault.item for fault in reading.faults] == ["M01", "M02"]
    assert values(reading) == {code: value for code, value in VALUES.items() if code not in {"M01", "M02"}}


@pytest.mark.parametrize(
    "words",
    [
        "{own}",
        "{own} Xã đã có, từ năm 2023",
        "1. {own}",
        "{wrapped}",
        "{capitals}",
        "",
        "Xã có quy chế không?",
        "Xem câu trước: {other}",
    ],
)
def test_a_question_in_other_words_or_with_words_of_a_clerk_proves_nothing(words: str) -> None:
    first, second = (COMMUNE.item(code).question for code in YES_OR_NO[:2])
    put = words.format(own=first, other=second, wrapped=first.replace(" ", "\n", 4), capitals=first.upper())
    clerk = answered().put(YES_OR_NO[0], put, "Nội dung kiểm tra")
    reading = read_commune(clerk)
    assert reading.faults == ()
    assert reading.accepted[YES_OR_NO[0]].value == "Có"


def test_a_form_of_another_edition_is_read_by_its_codes() -> None:
    """There a code may have another question; which edition it is has been told."""
    first, second, *rest = CHECKLIST.items
    moved = (replace(first, question=second.question), replace(second, question=first.question), *rest)
    reading = BOOKS.read(filled().save(), replace(CHECKLIST, version="2026.1", items=moved))
    assert values(reading) == VALUES
    assert reading.faults == ()


def test_rows_sorted_whole_are_no_contradiction() -> None:
    clerk = exchange(answered(), *YES_OR_NO[:2])
    one, other = (clerk.cell(code) for code in YES_OR_NO[:2])
    codes = [clerk.sheet.cell(cell.row, 1) for cell in (one, other)]
    codes[0].value, codes[1].value = codes[1].value, codes[0].value
    assert [value.value for value in read_commune(clerk).accepted.values()] == ["Có", "Không", "Có"]


@pytest.mark.libreoffice
def test_exchanged_rows_are_seen_in_files_of_libreoffice(tmp_path: Path) -> None:
    clerk = exchange(answered(), *YES_OR_NO[:2])
    (files,) = worked(tmp_path, [Job(clerk.save(), formats=("xlsx", "ods", "xls"))])
    for data in files.values():
        assert_both_are_asked_back(read_commune(data))


@pytest.mark.gnumeric
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_exchanged_rows_are_seen_in_files_of_gnumeric(kind: str, tmp_path: Path) -> None:
    assert_both_are_asked_back(
        read_commune(saved_by_gnumeric(tmp_path, exchange(answered(), *YES_OR_NO[:2]).save(), kind))
    )
