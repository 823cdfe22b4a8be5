"""The real checklist of 50 items through real programs: typed, saved and read back; nothing is silently wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from tasks.domain.checklist import AnswerType, Item, Reading
from tasks.domain.errors import UnreadableWorkbook
from tests.infra.office_programs import Job, saved_by_gnumeric, worked
from tests.infra.test_workbook import ANSWERS, CODE, ESTIMATING, FORM, VALUES, Clerk, resaved, values
from tests.infra.test_workbook import read as read_small

BOOKS = ExcelWorkbooks(b"khoa")
CHECKLIST = FileDefinitions(TEMPLATES).checklist("xa")
FORMATS = ("xlsx", "ods", "xls")
LOCALES = ("vi-VN", "en-US")

# What clerks type, and what they mean. Every type has spellings that some locale makes something else of.
TYPED: Mapping[AnswerType, tuple[tuple[str, str | float], ...]] = {
    AnswerType.CO_KHONG: (
        ("Có", "Có"),
        ("Không", "Không"),
        ("Không áp dụng", "Không áp dụng"),
        ("x", "Có"),
        ("ĐÚNG", "Có"),
        ("TRUE", "Có"),
        ("FALSE", "Không"),
        ("1", "Có"),
        ("0", "Không"),
        ("có ạ", "Có"),
    ),
    AnswerType.MUC: (("Đạt", "Đạt"), ("Đạt một phần", "Đạt một phần"), ("khong dat", "Không đạt")),
    AnswerType.SO: (("1.234", 1234), ("12", 12), ("1.234.567", 1_234_567), ("0", 0), ("1,234,567", 1_234_567)),
    AnswerType.SO_THAP_PHAN: (("1.234,5", 1234.5), ("0,5", 0.5), ("1,234.5", 1234.5), ("1.234", 1234.0), ("98", 98)),
    AnswerType.TY_LE: (("12,5%", 12.5), ("100%", 100), ("87,5", 87.5), ("40", 40), ("1%", 1)),
    AnswerType.NGAY: (
        ("5/3/2025", "2025-03-05"),
        ("25/12/2025", "2025-12-25"),
        ("5-3-2025", "2025-03-05"),
        ("5.3.2025", "2025-03-05"),
        ("ngày 5 tháng 3 năm 2025", "2025-03-05"),
        ("5/3/25", "2025-03-05"),
    ),
    AnswerType.VAN_BAN: (
        ("Đã họp thôn; còn chậm", "Đã họp thôn; còn chậm"),
        ("5/3/2025", "5/3/2025"),
        ("1-13", "1-13"),
        ("1.234", "1.234"),
        ("+84 233 3820 123", "+84 233 3820 123"),
        ("- chưa niêm yết", "- chưa niêm yết"),
        ("@thôn 3", "@thôn 3"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Answered:
    """What was typed for each item, and what was meant."""

    typed: Mapping[str, str]
    meant: Mapping[str, str | float]


CONDITIONS = {AnswerType.CO_KHONG: "Có phát sinh."}


def mixed_items() -> tuple[Item, ...]:
    """The 50 items, with all types of answer in turn; what may be “Không áp dụng” has a condition."""
    types = list(TYPED)
    kinds = [types[number % len(types)] for number in range(len(CHECKLIST.items))]
    return tuple(
        replace(item, type=kind, unit="", minimum=None, maximum=None, condition=CONDITIONS.get(kind, ""))
        for kind, item in zip(kinds, CHECKLIST.items, strict=True)
    )


def answered(start: int) -> Answered:
    """Each type gets its spellings in turn; two rounds of them take in all."""
    typed, meant = {}, {}
    used = dict.fromkeys(TYPED, start)
    for item in ITEMS:
        spellings = TYPED[item.type]
        typed[item.code], meant[item.code] = spellings[used[item.type] % len(spellings)]
        used[item.type] += 1
    return Answered(typed, meant)


ITEMS = mixed_items()
ROUNDS = (answered(0), answered(6))
MIXED = replace(CHECKLIST, items=ITEMS)
BLANK = BOOKS.build(replace(FORM, checklist=MIXED))
CELLS = {item.code: Clerk(BLANK).cell(item.code).coordinate for item in ITEMS}
CODES = {item.code for item in ITEMS}


def cells(answers: Answered) -> list[tuple[str, str]]:
    return [(CELLS[code], words) for code, words in answers.typed.items()]


def filled(answers: Answered) -> bytes:
    return Clerk(BLANK).fill(dict(answers.typed)).save()


def read(data: bytes) -> Reading:
    reading = BOOKS.read(data, MIXED)
    assert reading.identity.case_code == CODE
    assert (reading.identity.unit_code, reading.identity.token) == (FORM.unit_code, FORM.token)
    assert BOOKS.identity(data).case_code == CODE
    return reading


def wrong(reading: Reading, answers: Answered) -> dict[str, tuple[object, object]]:
    """What was taken for something else than was meant."""
    taken = {code: (value.value, answers.meant[code]) for code, value in reading.accepted.items()}
    return {code: both for code, both in taken.items() if both[0] != both[1]}


def asked_back(reading: Reading) -> set[str]:
    return {fault.item for fault in reading.faults} | set(reading.missing)


def assert_all_but_the_ambiguous_are_taken(reading: Reading, answers: Answered) -> None:
    """Text cells keep what was typed; 1.234 for a decimal number stays ambiguous, and is asked back."""
    assert wrong(reading, answers) == {}
    decimals = {item.code for item in ITEMS if item.type is AnswerType.SO_THAP_PHAN}
    ambiguous = {code for code in decimals if answers.typed[code] == "1.234"}
    assert asked_back(reading) == ambiguous
    assert set(reading.accepted) == CODES - ambiguous


def test_all_spellings_take_part() -> None:
    used = {(item.type, answers.typed[item.code]) for item in ITEMS for answers in ROUNDS}
    assert used == {(type_, words) for type_, spellings in TYPED.items() for words, _ in spellings}


@pytest.mark.parametrize("answers", ROUNDS)
def test_openpyxl_saves_answers_that_are_read_as_they_were_meant(answers: Answered) -> None:
    assert_all_but_the_ambiguous_are_taken(read(filled(answers)), answers)


@pytest.mark.gnumeric
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("answers", ROUNDS)
def test_gnumeric_saves_answers_that_are_read_as_they_were_meant(answers: Answered, kind: str, tmp_path: Path) -> None:
    saved = saved_by_gnumeric(tmp_path, filled(answers), kind)
    assert_all_but_the_ambiguous_are_taken(read(saved), answers)


@pytest.mark.libreoffice
@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_typed_in_libreoffice_is_taken_or_asked_back_but_never_something_else(
    locale: str, tmp_path: Path
) -> None:
    """Into the text cells of the form, then into ordinary cells, where the program makes days and numbers of it."""
    jobs = [
        job
        for answers in ROUNDS
        for job in (
            Job(BLANK, cells(answers), formats=FORMATS),
            Job(filled(answers), formats=FORMATS),
            Job(BLANK, cells(answers), ordinary=True, formats=FORMATS),
        )
    ]
    saved = iter(worked(tmp_path, jobs, locale))
    for answers in ROUNDS:
        for data in (*next(saved).values(), *next(saved).values()):
            assert_all_but_the_ambiguous_are_taken(read(data), answers)
        readings = {kind: read(data) for kind, data in next(saved).items()}
        for kind, reading in readings.items():
            assert wrong(reading, answers) == {}, kind
            assert set(reading.accepted) | asked_back(reading) == CODES
            assert len(reading.accepted) >= 30, kind
        assert len({frozenset(asked_back(reading)) for reading in readings.values()}) == 1


@pytest.mark.libreoffice
def test_files_that_libreoffice_locks_with_a_password_say_so(tmp_path: Path) -> None:
    (locked,) = worked(tmp_path, [Job(BLANK, formats=("ods", "xls"), password="bí mật")])
    for data in locked.values():
        with pytest.raises(UnreadableWorkbook, match="bỏ mật khẩu"):
            BOOKS.identity(data)


@pytest.mark.libreoffice
def test_libreoffice_saves_a_filled_form_that_reads_back_equal(tmp_path: Path) -> None:
    clerk = Clerk(BOOKS.build(ESTIMATING)).fill(ANSWERS).put("M03", "1500", "Ước cả năm")
    clerk.put("M01", "=1+1", "Ghi chú")
    clerk.cell("M04").value = "=1000+234.5"
    again = resaved(clerk.save(), tmp_path)
    reading = read_small(again, estimate=True)
    assert values(reading) == VALUES
    assert reading.accepted["M03"].estimate == 1500
    assert reading.accepted["M01"].note == "=1+1"
    assert any("công thức" in remark for remark in reading.remarks)
    assert reading.identity == read_small(clerk).identity
    assert BOOKS.identity(again).case_code == CODE
    shown = openpyxl.load_workbook(BytesIO(again), data_only=True)["Phiếu trả lời"]
    assert "Đã trả lời 7/8 mục" in [cell.value for row in shown for cell in row]
    kept = Clerk(again)
    assert kept.sheet.protection.sheet
    assert {rule.type for rule in kept.sheet.data_validations.dataValidation} == {"list", "custom"}
