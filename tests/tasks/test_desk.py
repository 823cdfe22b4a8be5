"""At the desk a person places what the program could not, and can take it back as if it had never been."""

from collections.abc import Mapping
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from tasks.collection.desk import DeskRefusal, advice_for, file_message, ignore_message, waiting_messages
from tasks.collection.undoing import undo_decision
from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import LetterKind, LetterState, Reason, Verdict
from tasks.records import DeskDecision, Incoming, Letter, Reply
from tests.tasks.test_collection import HALF, REST, WHEN, WRONG, values
from tests.tasks.world import ADDRESS, ANSWERS, FIVE_BEFORE, OFFICE, ONE_AFTER, ONE_BEFORE, World, fill, moment

WHO = "Nguyễn Thị Hà"
STRANGER = "nguoi.la@thudientu.example"


def anonymous(world: World, unit: str, answers: Mapping[str, object] = ANSWERS) -> bytes:
    """The unit's form, filled, with every trace of its case code gone: a clerk typed it into a sheet of their own."""
    import io

    from openpyxl import Workbook, load_workbook

    source = load_workbook(io.BytesIO(fill(world.form(unit), answers)))
    sheet = next(one for one in source.worksheets if one.sheet_state == "visible")
    copy = Workbook()
    assert copy.active is not None
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.value is not None and "DCCS-" not in str(cell.value):
                copy.active.cell(cell.row, cell.column, cell.value)
    out = io.BytesIO()
    copy.save(out)
    return out.getvalue()


def lost_mail(world: World, unit: str = "xa-vinh-o", answers: Mapping[str, object] = ANSWERS, when: str = WHEN) -> int:
    """A workbook from a stranger that names no case; it waits at the desk."""
    data = anonymous(world, unit, answers)
    world.mail(unit, when, data, sender=STRANGER, to=OFFICE, subject="Gửi phiếu", thread=False)
    world.collect(when)
    row = world.incoming()[-1]
    assert row.verdict is Verdict.UNMATCHED
    return row.id


def file(world: World, message: int, unit: str = "xa-vinh-o", round_: str = "") -> str:
    with world.sessions.begin() as session:
        return file_message(session, message, unit, round_, WHO, world.tools)


def ignore(world: World, message: int, why: str = "") -> str:
    with world.sessions.begin() as session:
        return ignore_message(session, message, why, WHO, world.tools)


def undo(world: World, message: int) -> list[str]:
    with world.sessions.begin() as session:
        return undo_decision(session, message, WHO, world.tools)


def verdict(world: World, message: int) -> Verdict | None:
    with world.sessions() as session:
        return session.get_one(Incoming, message).verdict


def without_history(world: World) -> dict[str, list[tuple[object, ...]]]:
    """What counts; decisions, replies and answers that were taken back stay as history and are left out."""
    rows = world.rows()
    with world.sessions() as session:
        back = set(session.scalars(select(Reply.id).where(Reply.taken_back_at.is_not(None))))
        gone = set(session.scalars(select(Letter.id).where(Letter.reason == Reason.DROPPED)))
    rows.pop("desk_decision")
    rows["answer"] = [row for row in rows["answer"] if row[1] not in back]
    rows["reply"] = [row for row in rows["reply"] if row[0] not in back]
    rows["letter"] = [row for row in rows["letter"] if row[0] not in gone]
    return rows


# --- filing --------------------------------------------------------------------------------------------------------


def test_what_a_person_files_counts_exactly_as_if_it_had_been_matched(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    message = lost_mail(begun, when="2025-05-09 07:31")
    said = file(begun, message)
    assert "Xã Vĩnh Ô" in said
    one = begun.assignment("xa-vinh-o")
    assert (one.state, one.next_rung_at) == (AssignmentState.ANSWERED, None)
    assert one.answered_at == moment("2025-05-09 07:31"), "it counts from when it came, not from when it was filed"
    assert len(values(begun, "xa-vinh-o")) == len(ANSWERS)
    reminder = begun.letters_of("xa-vinh-o", LetterKind.REMINDER)[0]
    assert (reminder.state, reminder.reason) == (LetterState.CANCELLED, Reason.ANSWERED)
    assert begun.letters_of("xa-vinh-o", LetterKind.NOTED)[0].recipient == STRANGER
    assert begun.letters_of("xa-vinh-o", LetterKind.TOLD)[0].recipient == ADDRESS["xa-vinh-o"]
    reply = begun.replies("xa-vinh-o")[0]
    assert not reply.known_sender
    assert verdict(begun, message) is Verdict.REPLY


def test_the_filed_message_leaves_the_folder_for_the_desk_at_the_next_run(begun: World) -> None:
    message = lost_mail(begun)
    assert len(begun.mailbox.desk) == 1
    file(begun, message)
    begun.collect()
    assert (len(begun.mailbox.desk), len(begun.mailbox.finished)) == (0, 1)
    undo(begun, message)
    begun.collect()
    assert (len(begun.mailbox.desk), len(begun.mailbox.finished)) == (1, 0)


def test_filing_twice_changes_nothing_and_says_so(begun: World) -> None:
    message = lost_mail(begun)
    file(begun, message)
    before = begun.rows()
    assert "không thay đổi gì" in file(begun, message)
    assert begun.rows() == before


def test_a_filed_message_is_not_filed_for_another_unit_before_it_is_taken_back(begun: World) -> None:
    message = lost_mail(begun)
    file(begun, message)
    with pytest.raises(DeskRefusal, match=f"kiemtra desk undo {message}"):
        file(begun, message, "xa-vinh-ha")
    undo(begun, message)
    file(begun, message, "xa-vinh-ha")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    assert begun.assignment("xa-vinh-ha").state is AssignmentState.ANSWERED


def test_every_mistake_is_named_at_once_and_nothing_is_changed(begun: World) -> None:
    before = begun.rows()
    with pytest.raises(DeskRefusal) as refusal:
        file(begun, 999, "xa-khong-co", "dot-khong-co")
    for word in ("999", "xa-khong-co", "dot-khong-co", "kiem-tra"):
        assert word in str(refusal.value)
    assert begun.rows() == before


def test_a_unit_that_owes_in_two_rounds_is_asked_which(begun: World) -> None:
    begun.open("2025-10-01 07:35")
    message = lost_mail(begun, when="2025-10-02 09:00")
    begun.lock("2025-07-01 00:05")
    file_late = file(begun, message)
    assert "Báo cáo năm 2025" in file_late, "the locked round is not meant by itself"


def test_two_open_rounds_are_both_named(begun: World) -> None:
    begun.open("2025-10-01 07:35")
    message = lost_mail(begun, when="2025-10-02 09:00")
    with pytest.raises(DeskRefusal, match=r"--cycle.*bao-cao-nam, kiem-tra"):
        file(begun, message)
    file(begun, message, round_="kiem-tra")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_a_message_without_a_workbook_cannot_be_filed(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, sender=STRANGER, to=OFFICE, subject="Hỏi", thread=False)
    begun.collect(WHEN)
    before = begun.rows()
    with pytest.raises(DeskRefusal, match="không có phiếu"):
        file(begun, begun.incoming()[0].id)
    assert begun.rows() == before


def test_an_empty_form_cannot_be_filed_and_sends_nothing(begun: World) -> None:
    message = lost_mail(begun, answers={})
    before = begun.rows()
    with pytest.raises(DeskRefusal, match="chưa điền mục nào"):
        file(begun, message)
    assert begun.rows() == before


def test_what_the_program_has_filed_by_itself_is_not_at_the_desk(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN)
    with pytest.raises(DeskRefusal, match="trả lời phiếu"):
        file(begun, begun.incoming()[0].id, "xa-vinh-ha")
    with pytest.raises(DeskRefusal, match="Chưa ai quyết định"):
        undo(begun, begun.incoming()[0].id)


# --- leaving aside -------------------------------------------------------------------------------------------------


def test_an_ignored_message_is_gone_from_the_desk_and_comes_back_when_that_is_undone(begun: World) -> None:
    message = lost_mail(begun)
    ignore(begun, message, "thư quảng cáo")
    assert "không thay đổi gì" in ignore(begun, message)
    with begun.sessions() as session:
        assert waiting_messages(session) == []
    undo(begun, message)
    with begun.sessions() as session:
        assert [one.id for one in waiting_messages(session)] == [message]
    assert "không thay đổi gì" in undo(begun, message)[0]
    with begun.sessions() as session:
        (decision,) = session.scalars(select(DeskDecision))
        assert (decision.by, decision.why, decision.undone_by) == (WHO, "thư quảng cáo", WHO)


# --- taking back ---------------------------------------------------------------------------------------------------


def test_a_filing_that_is_taken_back_leaves_everything_as_before(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    message = lost_mail(begun, when="2025-05-09 07:31")
    before = without_history(begun)
    file(begun, message)
    undo(begun, message)
    assert without_history(begun) == before
    assert len(begun.replies("xa-vinh-o")) == 1, "kept as history"
    assert values(begun, "xa-vinh-o") == {}


def test_the_ladder_climbs_on_after_an_undo_as_if_nothing_had_been_filed(begun: World) -> None:
    message = lost_mail(begun, when="2025-05-09 07:20")
    file(begun, message)
    begun.climb(FIVE_BEFORE)
    assert begun.letters_of("xa-vinh-o", LetterKind.REMINDER) == []
    undo(begun, message)
    for when in (ONE_BEFORE, ONE_AFTER):
        begun.climb(when)
        begun.send(when)
    assert begun.outbox.to("lam@vinho.example"), "the head hears of it after the due day"


def test_the_reminder_that_the_filing_took_back_is_owed_again_and_leaves(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    message = lost_mail(begun, when="2025-05-09 07:31")
    file(begun, message)
    begun.send("2025-05-09 07:32")
    assert reminders(begun) == []
    undo(begun, message)
    begun.send("2025-05-09 07:33")
    assert len(reminders(begun)) == 1


def reminders(world: World) -> list[str]:
    """What has reached the clerk beside the news that somebody else answered."""
    subjects = [one.subject for one in world.outbox.to(ADDRESS["xa-vinh-o"])]
    return [one for one in subjects if "Có người khác" not in one]


def test_an_undo_takes_back_the_receipt_that_has_not_left(begun: World) -> None:
    message = lost_mail(begun)
    file(begun, message)
    undo(begun, message)
    begun.send("2025-04-22 09:05")
    assert begun.outbox.to(STRANGER) == []


def test_a_receipt_that_has_left_cannot_be_taken_back_and_the_person_is_told(begun: World) -> None:
    message = lost_mail(begun)
    file(begun, message)
    begun.send("2025-04-22 09:05")
    assert len(begun.outbox.to(STRANGER)) == 1
    said = undo(begun, message)
    assert any(STRANGER in line and "không rút lại được" in line for line in said)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN


@pytest.mark.parametrize(
    ("filed", "own", "state", "answered_at"),
    [
        (ANSWERS, HALF, AssignmentState.RETURNED, None),
        (REST, HALF, AssignmentState.RETURNED, None),
        (HALF, ANSWERS, AssignmentState.ANSWERED, "2025-04-23 09:00"),
        (WRONG, ANSWERS, AssignmentState.ANSWERED, "2025-04-23 09:00"),
    ],
)
def test_what_the_unit_itself_has_answered_stands(
    begun: World,
    filed: Mapping[str, object],
    own: Mapping[str, object],
    state: AssignmentState,
    answered_at: str | None,
) -> None:
    own_form = begun.filled("xa-vinh-o", own)
    message = lost_mail(begun, answers=filed)
    file(begun, message)
    begun.mail("xa-vinh-o", "2025-04-23 09:00", own_form)
    begun.collect("2025-04-23 09:00")
    undo(begun, message)
    one = begun.assignment("xa-vinh-o")
    assert one.state is state
    assert one.answered_at == (moment(answered_at) if answered_at else None)
    assert one.first_reply_at == moment("2025-04-23 09:00")
    assert set(values(begun, "xa-vinh-o")) == set(own)
    assert (one.next_rung_at is None) == (state is AssignmentState.ANSWERED)


def test_after_the_lock_day_an_undo_closes_the_books_again(begun: World) -> None:
    message = lost_mail(begun)
    file(begun, message)
    begun.lock("2025-07-01 00:05")
    undo(begun, message)
    one = begun.assignment("xa-vinh-o")
    assert (one.state, one.next_rung_at) == (AssignmentState.CLOSED, None)


def test_filing_and_undoing_may_go_on_for_ever(begun: World) -> None:
    message = lost_mail(begun)
    before = without_history(begun)
    for _ in range(3):
        file(begun, message)
        assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
        undo(begun, message)
        assert without_history(begun) == before


def test_four_people_who_file_one_message_at_once_file_it_once(begun: World) -> None:
    from tests.tasks.world import at_once

    message = lost_mail(begun)
    at_once(begun.hands, lambda: file(begun, message))
    assert len(begun.replies("xa-vinh-o")) == 1


# --- what the desk proposes ----------------------------------------------------------------------------------------


def proposed(world: World) -> str:
    with world.sessions() as session:
        (row,) = waiting_messages(session)
        return "\n".join(advice_for(session, row, world.tools))


def written(world: World, text: str) -> str:
    """A mail of the unit's clerk that names no case, and what the desk proposes to do with it."""
    world.mail("xa-vinh-o", WHEN, to=OFFICE, subject="Về phiếu", thread=False, text=text)
    world.collect(WHEN)
    return proposed(world)


@pytest.mark.parametrize(
    ("text", "how_long"),
    [
        ("Xin gia hạn 5 ngày", "--days 5"),
        ("Xin khất đến 23/05", "--to 23/05/2025"),
        ("Nếu được xin gia hạn 5 ngày hay 7 ngày", "--days <số ngày làm việc> (hoặc --to <ngày/tháng/năm>)"),
        ("Xã chưa kịp làm, mong phòng thông cảm", "--days <số ngày làm việc> (hoặc --to <ngày/tháng/năm>)"),
    ],
)
def test_for_a_mail_that_may_ask_for_more_time_the_desk_names_the_command_that_gives_it(
    begun: World, text: str, how_long: str
) -> None:
    said = written(begun, text)
    assert f"kiemtra extend xa-vinh-o --cycle kiem-tra {how_long} --why" in said
    assert 'kiemtra desk file 1 --unit xa-vinh-o --cycle kiem-tra --line "GIA HẠN: ' in said
    assert "kiemtra desk ignore 1" in said


def test_for_a_mail_without_a_form_the_desk_does_not_propose_what_it_would_refuse(begun: World) -> None:
    said = written(begun, "Phòng cho xã hỏi mục 3 ghi thế nào?")
    assert "desk file" not in said
    assert "extend" not in said
    assert "kiemtra desk ignore 1" in said


def test_for_a_form_that_nobody_could_place_the_desk_proposes_to_file_it(begun: World) -> None:
    lost_mail(begun)
    assert proposed(begun) == "kiemtra desk file 1 --unit <mã đơn vị>"


def test_for_a_workbook_without_a_table_of_answers_the_desk_does_not_propose_to_file_it(begun: World) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["STT", "Họ và tên", "Chức vụ"])
    buffer = BytesIO()
    book.save(buffer)
    begun.mail("xa-vinh-o", WHEN, buffer.getvalue(), sender=STRANGER, to=OFFICE, subject="Gửi", thread=False)
    begun.collect(WHEN)
    said = proposed(begun)
    assert "desk file" not in said
    assert "kiemtra desk ignore 1" in said


def test_who_files_a_mail_without_a_form_all_the_same_is_told_what_to_do_instead(begun: World) -> None:
    written(begun, "Xin gia hạn 5 ngày")
    with pytest.raises(DeskRefusal, match="kiemtra extend xa-vinh-o --cycle kiem-tra --days 5"):
        file(begun, 1)
