"""`kiemtra desk file … --line` and `--bounce-of`: what a person makes of a mail is typed, acts, and is typed back."""

import io

import pytest
from openpyxl import load_workbook

from infra.maildir import deliver
from tasks.collection.filing import file_all
from tasks.collection.storing import store_mail
from tasks.domain.letterbox import LetterKind, LetterState
from tests.flows.conftest import House
from tests.flows.office import Office, form_in, text_of
from tests.tasks.relays import SES, bounced
from tests.tasks.world import ADDRESS, moment

UNIT, DAY = "xa-vinh-o", "2025-05-09 08:00"
BY = ("--by", "Nguyễn Thị Hà")
STRANGER = "nguoi.la@thudientu.example"


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    made.send("2025-04-08 08:00")
    return made


def comes(office: Office, text: str, when: str = DAY, sender: str = "") -> str:
    """A mail of words in answer to our letter; its number at the desk."""
    with office.world(when) as world:
        return put(office, world.mail(UNIT, when, text=text, sender=sender, put=False), when)


def put(office: Office, raw: bytes, when: str = DAY) -> str:
    office.mails += 1
    with office.tools(when) as tools:
        deliver(office._mailbox(), f"{office.mails}.x", raw, moment(when))
        assert not store_mail(tools).failures
        assert not file_all(tools).failures
    return str(office.mails)


def ready(said: str) -> str:
    """The line of the ready command, as the desk prints it."""
    (command,) = [one.strip() for one in said.splitlines() if "--line" in one]
    return command.partition('--line "')[2].rstrip('"')


def test_a_promise_is_noted_by_its_ready_command_and_taken_back(office: Office) -> None:
    number = comes(office, "Xã sẽ gửi phiếu ngày 15/05/2025 ạ.")
    before = office.assignment(UNIT)
    desk = office.run("desk", at=DAY)
    line = ready(desk)
    assert f"kiemtra desk file {number} --unit {UNIT}" in desk
    said = office.run("desk", "file", number, "--unit", UNIT, "--cycle", "kiem-tra", "--line", line, *BY, at=DAY)
    assert f"hẹn trả lời ngày 15/05/2025. Lấy lại: kiemtra desk undo {number}" in said
    assert str(office.assignment(UNIT).promised_on) == "2025-05-15"
    assert "không thay đổi gì" in office.run("desk", "file", number, "--unit", UNIT, "--line", line, *BY, at=DAY)
    assert "Không có thư nào cần người xem" in office.run("desk", at=DAY)
    assert "Nguyễn Thị Hà: ghi dòng đánh dấu theo lời thư" in office.run("desk", "list", "--all", at=DAY)
    assert "hoàn tác" in office.run("desk", "undo", number, *BY, at=DAY)
    after = office.assignment(UNIT)
    assert (after.promised_on, after.quiet_until, after.next_rung_at) == (
        before.promised_on,
        before.quiet_until,
        before.next_rung_at,
    )
    assert office.run("desk", at=DAY) == desk


def test_more_time_is_noted_answered_and_taken_back(office: Office) -> None:
    number = comes(office, "Xã chưa kịp, xin gia hạn 2 ngày.")
    due = office.assignment(UNIT).due_at
    line = ready(office.run("desk", at=DAY)).replace("…", "mất điện")
    assert line == "GIA HẠN: 2 ngày, lý do mất điện"
    assert "xin gia hạn" in office.run("desk", "file", number, "--unit", UNIT, "--line", line, *BY, at=DAY)
    (asked,) = letters(office, LetterKind.EXTENSION)
    assert asked is LetterState.QUEUED
    office.run("desk", "undo", number, *BY, at=DAY)
    assert office.assignment(UNIT).due_at == due
    assert letters(office, LetterKind.EXTENSION) == [LetterState.CANCELLED]


def test_what_cannot_be_noted_is_said_and_nothing_is_done(office: Office) -> None:
    number = comes(office, "Xã chưa kịp, xin gia hạn 2 ngày.", sender=STRANGER)
    due, line = office.assignment(UNIT).due_at, "GIA HẠN: 2 ngày, lý do mất điện"
    assert "không phải người của đơn vị" in office.run(
        "desk", "file", number, "--unit", UNIT, "--line", line, at=DAY, expect=1
    )
    assert "chưa rõ" in office.run("desk", "file", number, "--unit", UNIT, "--line", "Hẹn sau", at=DAY, expect=1)
    office.run("desk", "file", number, "--line", line, at=DAY, expect=2)
    assert (office.assignment(UNIT).due_at, letters(office, LetterKind.EXTENSION)) == (due, [])
    assert f"kiemtra desk ignore {number}" in office.run("desk", at=DAY)


def test_a_bounce_without_keys_is_confirmed_by_its_ready_command_and_taken_back(office: Office) -> None:
    with office.world(DAY) as world:
        (letter,) = world.letters_of(UNIT)
        raw = bounced(SES, letter, world.case(UNIT)[0])
    number = put(office, raw)
    desk = office.run("desk", at=DAY)
    for words in (ADDRESS[UNIT], "550 5.1.1 User unknown", f"kiemtra desk file {number} --bounce-of {UNIT}"):
        assert words in desk
    assert letters(office, LetterKind.REQUEST) == [LetterState.SENT]
    said = office.run("desk", "file", number, "--bounce-of", UNIT, *BY, at=DAY)
    assert f"bị trả lại. Lấy lại: kiemtra desk undo {number}" in said
    assert letters(office, LetterKind.REQUEST) == [LetterState.FAILED]
    office.run("desk", "undo", number, *BY, at=DAY)
    assert letters(office, LetterKind.REQUEST) == [LetterState.SENT]
    assert office.run("desk", at=DAY) == desk


def letters(office: Office, kind: LetterKind) -> list[LetterState]:
    with office.world(DAY) as world:
        return [one.state for one in world.letters_of(UNIT, kind)]


def test_letters_print_the_two_lines_and_their_form_has_the_two_cells(office: Office) -> None:
    (letter,) = office.arrived(ADDRESS[UNIT])
    for words in ("GIA HẠN: … ngày, lý do …", "HẸN: ngày …"):
        assert words in text_of(letter)
    sheets = load_workbook(io.BytesIO(form_in(letter)))
    written = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value]
    for words in ("GIA HẠN", "HẸN"):
        assert any(one.startswith(words) for one in written), words


def test_words_beside_a_form_that_was_filed_stand_in_the_unit_s_history(office: Office) -> None:
    office.house.environment["COLUMNS"] = "400"
    with office.world(DAY) as world:
        raw = world.mail(UNIT, DAY, world.filled(UNIT), text="Chị Hoa gửi lời hỏi thăm anh Nam.", put=False)
    put(office, raw)
    assert "Không có thư nào cần người xem" in office.run("desk", at=DAY)
    said = " ".join(office.run("proof", UNIT, at=DAY).split())
    assert f"{ADDRESS[UNIT]} (đầu mối) viết: “Chị Hoa gửi lời hỏi thăm anh Nam.”" in said
