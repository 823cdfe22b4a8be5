"""What a unit wrote beside an answer that is wrong or missing is stored, sent back to it, and taken with the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.answers import AnswersSoFar, merge
from tasks.domain.assignment import AssignmentState
from tasks.domain.beside import Beside, only_beside
from tasks.domain.checklist import Fault
from tasks.domain.letterbox import Verdict
from tasks.records import Answer, Reply
from tests.tasks.test_collection import WHEN, WRONG, automatic
from tests.tasks.world import ANSWERS, World, fill, moment, shown


def typed(workbook: bytes, caption: str, words: Mapping[str, str]) -> bytes:
    book = load_workbook(BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    rows = list(sheet.iter_rows())
    column = next(cell.column for cells in rows for cell in cells if cell.value == caption)
    for cells in rows:
        if cells[0].value in words:
            sheet.cell(cells[0].row, column).value = words[cells[0].value]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def note_of(workbook: bytes, code: str) -> object:
    sheet = next(one for one in load_workbook(BytesIO(workbook)).worksheets if one.sheet_state == "visible")
    rows = list(sheet.iter_rows())
    column = next(cell.column for cells in rows for cell in cells if cell.value == "Ghi chú")
    return next(sheet.cell(cells[0].row, column).value for cells in rows if cells[0].value == code)


def test_a_note_beside_a_wrong_answer_is_stored_goes_back_with_the_form_and_comes_with_the_mended_one(
    begun: World,
) -> None:
    begun.mail("xa-vinh-o", WHEN, typed(begun.filled("xa-vinh-o", WRONG), "Ghi chú", {"DX02": "chưa gồm thôn 5"}))
    begun.collect(WHEN)
    assert begun.replies("xa-vinh-o")[0].faults[0]["note"] == "chưa gồm thôn 5"
    again = begun.form("xa-vinh-o")
    assert note_of(again, "DX02") == "chưa gồm thôn 5"
    later = "2025-04-22 10:00"
    begun.mail("xa-vinh-o", later, fill(again, {"DX02": "3"}))
    begun.collect(later)
    with begun.sessions() as session:
        mended = session.scalars(select(Answer).where(Answer.item == "DX02")).one()
        assert (mended.value, mended.note) == (3, "chưa gồm thôn 5")


def test_a_form_filled_in_the_column_of_notes_is_told_so_and_keeps_what_was_written(begun: World) -> None:
    words = {code: str(answer) for code, answer in ANSWERS.items()}
    begun.mail("xa-vinh-o", WHEN, typed(begun.form("xa-vinh-o"), "Ghi chú", words))
    begun.collect(WHEN)
    assert begun.incoming()[0].verdict is Verdict.REPLY
    assert begun.assignment("xa-vinh-o").state is AssignmentState.RETURNED
    (letter,) = automatic(begun)
    assert letter.words["reason"] == only_beside((Beside(code, note=one) for code, one in words.items()), "Kết quả")
    assert {code: note_of(begun.form("xa-vinh-o"), code) for code in words} == words


def test_an_answer_in_a_locked_column_is_no_blank_form(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, typed(begun.form("xa-vinh-o"), "Cách trả lời", {"DX02": "3 vụ"}))
    begun.collect(WHEN)
    (letter,) = automatic(begun)
    assert letter.words["reason"].startswith("Có chữ ở cột “Cách trả lời” của 1 mục nhưng cột “Kết quả” trống")


def test_faults_that_were_stored_before_they_carried_a_note_are_still_read(begun: World) -> None:
    begun.answer("xa-vinh-o", WHEN, WRONG)
    with begun.sessions.begin() as session:
        reply = session.get_one(Reply, begun.replies("xa-vinh-o")[0].id)
        reply.faults = [{key: one[key] for key in ("item", "cell", "sentence", "found")} for one in reply.faults]
    assert note_of(begun.form("xa-vinh-o"), "DX02") is None
    assert shown(begun.form("xa-vinh-o"))["DX02"] == "vài vụ"


def stored(faults: Sequence[Fault] = (), beside: Sequence[Beside] = (), **given: Any) -> Reply:
    answers = [Answer(item=code, value=value) for code, value in given.items()]
    faulty, kept = [asdict(one) for one in faults], [asdict(one) for one in beside]
    return Reply(received_at=moment(WHEN), faults=faulty, beside=kept, answers=answers)


def merged(*replies: Reply) -> AnswersSoFar:
    return merge(replies, FileDefinitions(TEMPLATES).checklist("xa"))


def test_an_answer_and_its_estimate_that_are_both_wrong_are_both_asked_back() -> None:
    both = (Fault("XA04", "E15", "cần một số"), Fault("XA04", "F15", "cần một số"))
    assert merged(stored(both)).faults == both
    assert merged(stored(both), stored(both[:1])).faults == both[:1]
    assert merged(stored(both), stored(XA04=3)).faults == ()


def test_what_stands_beside_is_kept_until_the_answer_comes_and_what_is_newer_counts() -> None:
    first = stored(beside=[Beside("XA04", evidence="QĐ 12", note="chờ số")])
    second = stored([Fault("XA04", "E15", "cần một số", note="thiếu thôn 5")])
    assert merged(first, second).beside == {"XA04": Beside("XA04", evidence="QĐ 12", note="thiếu thôn 5")}
    assert merged(first, second, stored(XA04=3)).beside == {}
