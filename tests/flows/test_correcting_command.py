"""`kiemtra answers correct` and `undo`: one answer after a telephone call, kept, told, and taken back."""

import pytest
from sqlalchemy import select

from tasks.domain.assignment import AssignmentState
from tasks.domain.audit import AuditAct
from tasks.domain.letterbox import LetterKind
from tasks.records import Audit, Letter, Reply
from tests.flows.conftest import House
from tests.flows.office import Office, form_in, text_of
from tests.tasks.world import ADDRESS, find_assignment, shown

WHY = ("--why", "Chị Mận báo qua điện thoại")
BY = ("--by", "Nguyễn Thị Hà")
CALL = "2025-05-12 10:00"


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    made.answer("xa-vinh-o", "2025-05-12 08:00")
    return made


def correct(office: Office, *words: str, at: str = CALL, expect: int = 0) -> str:
    return office.run("answers", "correct", "xa-vinh-o", *words, *WHY, *BY, at=at, expect=expect)


def test_a_corrected_answer_counts_is_logged_keeps_the_old_one_and_reaches_the_unit(office: Office) -> None:
    said = correct(office, "DX02", "5", "--round", "kiem-tra")
    assert "DX02: “3” → “5”" in said
    assert "Thư báo chờ gửi." in said
    shown_ = office.run("answers", "xa-vinh-o")
    assert "→ 5  [2]" in shown_
    assert "[2] 10:00 ngày 12/05/2025: Nguyễn Thị Hà sửa: Chị Mận báo qua điện thoại" in shown_
    assert "Giá trị khác đã nhận: 3  [1]" in shown_
    with office.session() as session:
        entry = session.scalars(select(Audit)).one()
        assert (entry.act, entry.who, entry.old, entry.new) == (AuditAct.CORRECTED, "Nguyễn Thị Hà", "3", "5")
        assert (entry.subject, entry.reason) == ("2025/kiem-tra/xa-vinh-o/DX02", "Chị Mận báo qua điện thoại")
        assert find_assignment(session, "xa-vinh-o").state is AssignmentState.ANSWERED
    log = office.run("audit", "--unit", "vinh o")
    assert "10:00 ngày 12/05/2025  Nguyễn Thị Hà: sửa câu trả lời" in log
    told = " ".join(log.split())
    assert "Xã Vĩnh Ô [xa-vinh-o], đợt “" in told
    assert "năm 2025, mục DX02 (" in told
    assert "): “3” → “5”. Lý do: Chị Mận báo qua điện thoại" in told
    office.send(CALL)
    letter = office.arrived(ADDRESS["xa-vinh-o"], "Đã sửa câu trả lời của đơn vị")[-1]
    for words in ("Trước: 3. Nay: 5.", "Nguyễn Thị Hà", "Chị Mận báo qua điện thoại", "Hồ Thị Mận"):
        assert words in text_of(letter)
    assert shown(form_in(letter))["DX02"] == "5"


def test_the_value_is_judged_as_a_cell_is_and_every_mistake_is_told_at_once(office: Office) -> None:
    said = correct(office, "DX02", "nhiều lắm", "--and", "DX03", "31/02/2025", "--and", "DX2", "1", expect=1)
    for words in (
        "Có 3 chỗ cần sửa",
        "DX02: “nhiều lắm”",
        "DX03: “31/02/2025”",
        "DX2: không có mục “DX2”; gần giống: DX02",
    ):
        assert words in said
    assert "không có gì thay đổi" in correct(office, "DX02", "3")
    assert "chưa phải câu trả lời" in correct(office, "DX03", "chưa có", expect=1)
    assert "được ghi hai lần" in correct(office, "DX02", "4", "--and", "dx02", "5", expect=1)
    said = office.run("answers", "correct", "xa-vinh-o", "DX02", "5", "--why", " ", at=CALL, expect=2)
    assert "hãy ghi lý do" in said
    assert "không được giao phiếu trong đợt" in correct(office, "DX02", "5", "--round", "bao-cao-nam", expect=1)
    assert "Không có đơn vị “xa-la”" in office.run("answers", "correct", "xa-la", "DX02", "5", *WHY, at=CALL, expect=1)
    with office.session() as session:
        assert not session.scalars(select(Audit)).all(), "nothing was written"
    assert "DX03: “05/03/2025” → “07/03/2025”" in correct(office, "dx03", "7/3/2025")


def test_a_second_correction_and_an_undo_are_told_once_as_things_stand(office: Office) -> None:
    correct(office, "DX02", "5")
    correct(office, "DX02", "7", at="2025-05-12 10:05")
    office.send("2025-05-12 10:10")
    letters = office.arrived(ADDRESS["xa-vinh-o"], "Đã sửa")
    assert len(letters) == 1
    assert "Trước: 3. Nay: 7." in text_of(letters[0])
    undo = ("answers", "undo", "xa-vinh-o", *WHY, *BY)
    assert "DX02: “7” → “5”" in office.run(*undo, at="2025-05-12 11:00")
    assert "“5” → “3”" in office.run(*undo, "--round", "kiem-tra", at="2025-05-12 11:05")
    assert "để lấy lại; không thay đổi gì" in office.run(*undo, at="2025-05-12 11:10", expect=1)
    office.send("2025-05-12 11:15")
    last = office.arrived(ADDRESS["xa-vinh-o"])[-1]
    assert "Trước: 7. Nay: 3." in text_of(last)
    assert shown(form_in(last))["DX02"] == "3"
    with office.session() as session:
        acts = [(one.act, one.old, one.new) for one in session.scalars(select(Audit).order_by(Audit.id))]
        assert acts == [
            (AuditAct.CORRECTED, "3", "5"),
            (AuditAct.CORRECTED, "5", "7"),
            (AuditAct.CORRECTION_UNDONE, "7", "5"),
            (AuditAct.CORRECTION_UNDONE, "5", "3"),
        ]


def test_what_the_unit_never_heard_of_is_taken_back_in_silence(office: Office) -> None:
    correct(office, "DX02", "5")
    said = office.run("answers", "undo", "xa-vinh-o", "DX02", *WHY, at="2025-05-12 10:05")
    assert "đã được rút lại; không có gì phải báo" in said
    office.send("2025-05-12 10:10")
    assert not office.arrived(ADDRESS["xa-vinh-o"], "sửa")


def test_what_stands_and_what_was_taken_back_are_never_told_as_one(office: Office) -> None:
    office.run("answers", "correct", "xa-vinh-o", "DX01", "Không", "--why", "Ghi nhầm dòng", *BY, at=CALL)
    office.run("answers", "correct", "xa-vinh-o", "DX02", "5", "--why", "Nghe nói", *BY, at="2025-05-12 10:05")
    office.run("answers", "undo", "xa-vinh-o", "--why", "Nghe nhầm", *BY, at="2025-05-12 10:06")
    office.send("2025-05-12 10:10")
    said = text_of(office.arrived(ADDRESS["xa-vinh-o"], "Đã sửa câu trả lời của đơn vị")[-1])
    assert "Sửa lúc 10:00 ngày 12/05/2025, người ghi Nguyễn Thị Hà, lý do: Ghi nhầm dòng - Mục DX01" in said
    for words in ("DX02", "Nghe nói", "Nghe nhầm", "Lấy lại"):
        assert words not in said
    office.run("answers", "correct", "xa-vinh-o", "DX02", "7", "--why", "Đếm lại", *BY, at="2025-05-12 11:00")
    office.run("answers", "undo", "xa-vinh-o", "DX01", "--why", "Đúng là Có", *BY, at="2025-05-12 11:05")
    office.send("2025-05-12 11:10")
    said = text_of(office.arrived(ADDRESS["xa-vinh-o"], "Đã sửa câu trả lời của đơn vị")[-1])
    assert "lý do: Đếm lại - Mục DX02" in said
    assert "Lấy lại lúc 11:05 ngày 12/05/2025, người ghi Nguyễn Thị Hà, lý do: Đúng là Có - Mục DX01" in said


def test_an_old_copy_of_the_form_does_not_undo_a_correction_and_the_unit_is_asked(office: Office) -> None:
    old_form = office.form("xa-vinh-o", "2025-05-12 09:00")
    correct(office, "DX02", "5")
    office.answer("xa-vinh-o", "2025-05-13 08:00", {"DX04": "Viết lại cho rõ."}, form=old_form)
    said = " ".join(office.run("answers", "xa-vinh-o", "--item", "DX02").split())
    assert "→ 5 [2]" in said
    assert "vẫn ghi “3” như trước khi sửa; đang tính “5”; nếu “3” mới đúng, hãy ghi lý do" in said
    office.send("2025-05-13 08:05")
    receipt = office.arrived(ADDRESS["xa-vinh-o"])[-1]
    assert "cơ quan đã sửa thành “5”" in text_of(receipt)


def test_a_new_value_of_the_unit_is_newer_than_a_correction_and_both_are_shown(office: Office) -> None:
    correct(office, "DX02", "5")
    office.answer("xa-vinh-o", "2025-05-13 08:00", {"DX02": "6"})
    said = " ".join(office.run("answers", "xa-vinh-o", "--item", "DX02").split())
    assert "→ 6 [3" in said
    assert "cơ quan đã sửa thành “5” lúc 10:00 ngày 12/05/2025" in said


def test_a_mail_that_was_sent_before_the_correction_and_comes_after_it_does_not_count(office: Office) -> None:
    with office.world("2025-05-12 09:00") as world:
        form = world.filled("xa-vinh-o", {"DX02": "4"})
    correct(office, "DX02", "5")
    office.answer("xa-vinh-o", "2025-05-12 12:00", {"DX02": "4"}, form=form, sent="2025-05-12 09:30")
    said = " ".join(office.run("answers", "xa-vinh-o", "--item", "DX02").split())
    assert "→ 5 [" in said
    assert "ghi “4” nhưng đến sau lần cơ quan sửa lúc 10:00 ngày 12/05/2025" in said


def test_the_last_missing_answer_by_telephone_completes_the_form_and_an_undo_opens_it_again(office: Office) -> None:
    office.answer("ptp", "2025-05-12 08:30", {"DX01": "Có", "DX02": "1", "DX03": "05/03/2025"})
    words = ("DX04", "Đã đối thoại.")
    office.run("answers", "correct", "ptp", *words, *WHY, at=CALL)
    with office.session() as session:
        assert find_assignment(session, "ptp").state is AssignmentState.ANSWERED
    office.run("answers", "undo", "ptp", *WHY, at="2025-05-12 10:05")
    with office.session() as session:
        found = find_assignment(session, "ptp")
        assert found.state is AssignmentState.RETURNED
        assert found.next_rung_at is not None
        assert session.scalars(select(Reply).where(Reply.taken_back_at.is_not(None))).one().noted_by


def test_after_the_lock_it_is_still_put_right_and_who_is_let_off_is_not_asked(office: Office) -> None:
    office.lock("2025-07-01 08:00")
    assert "đã khóa sổ ngày 01/07/2025" in correct(office, "DX02", "5", at="2025-07-02 09:00")
    office.run("answers", "correct", "xa-vinh-ha", "DX02", "5", *WHY, at="2025-07-02 09:00")
    with office.session() as session:
        assert find_assignment(session, "xa-vinh-ha").state is AssignmentState.CLOSED, "one answer is not all"


def test_a_unit_that_is_let_off_or_cannot_be_written_to_is_told_so(office: Office) -> None:
    office.run("units", "exempt", "ptp", "--why", "Sáp nhập")
    assert "được miễn phiếu" in office.run("answers", "correct", "ptp", "DX02", "1", *WHY, at=CALL, expect=1)
    with office.world(CALL) as world, world.sessions.begin() as session:
        for contact in list(find_assignment(session, "xa-vinh-o").unit.contacts):
            session.delete(contact)
    assert "Chưa có thư báo: đơn vị chưa có địa chỉ thư" in correct(office, "DX02", "5")
    with office.session() as session:
        assert session.scalars(select(Letter).where(Letter.kind == LetterKind.CORRECTED)).one().recipient == "-"
