"""One act for several units: shown first, all mistakes told at once, all of them or none."""

import pytest
from sqlalchemy import select

from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.records import Assignment, Extension, Letter
from tests.flows.conftest import House
from tests.flows.office import Office
from tests.tasks.world import find_assignment

NOW = "2025-05-12 09:00"


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    return made


def test_several_units_get_more_time_after_a_preview_or_none_of_them(office: Office) -> None:
    give = ("extend", "xa-vinh-o", "Xã Vĩnh Hà", "ptp", "--days", "3", "--why", "Bão số 4")
    said = office.run(*give, at=NOW, expect=1)
    assert "Xem trước, chưa ghi gì. 3 việc sẽ làm:" in said
    assert said.count("cho gia hạn đến hết ngày 21/05/2025") == 3
    assert "thêm --yes" in said
    with office.session() as session:
        assert not session.scalars(select(Extension)).all(), "a preview stores nothing"
    wrong = office.run(
        "extend", "xa-vinh-o", "xa-la", "xa-lo", "--days", "3", "--why", "Bão", "--yes", at=NOW, expect=1
    )
    assert "Có 2 chỗ cần sửa, chưa ghi gì" in wrong
    assert "xa-la" in wrong
    assert "xa-lo" in wrong
    said = office.run(*give[:4], "xa-vinh-o", *give[4:], "--yes", at=NOW)
    assert said.count("Thư báo chờ gửi.") == 3, "who is named twice is given once"
    with office.session() as session:
        assert len(session.scalars(select(Extension)).all()) == 3
        letters = session.scalars(select(Letter).where(Letter.kind == LetterKind.EXTENSION)).all()
        assert {one.recipient for one in letters} == {"man@vinho.example", "tu@vinhha.example", "vanthu@coquan.example"}
    again = office.run(*give[:3], "tt-ho-xa", *give[4:], "--yes", at=NOW, expect=1)
    assert again.count("hôm nay đã gia hạn") == 2
    with office.session() as session:
        assert len(session.scalars(select(Extension)).all()) == 3, "not even the one who had none"


def test_several_units_are_let_off_and_asked_again_together(office: Office) -> None:
    free = ("units", "exempt", "xa-vinh-o", "xa-vinh-ha", "--why", "Sáp nhập")
    assert "được miễn phiếu đợt kiem-tra" in office.run(*free, expect=1)
    with office.session() as session:
        assert find_assignment(session, "xa-vinh-o").state is AssignmentState.OPEN
    assert office.run(*free, "--yes").count("được miễn phiếu đợt kiem-tra") == 2
    wrong = office.run("units", "exempt", "tt-ho-xa", "xa-vinh-o", "--why", "Sáp nhập", "--yes", expect=1)
    assert "Xã Vĩnh Ô không còn nợ phiếu" in wrong
    with office.session() as session:
        states = {one.unit.code: one.state for one in session.scalars(select(Assignment))}
        assert states["tt-ho-xa"] is AssignmentState.OPEN
        assert states["xa-vinh-ha"] is AssignmentState.EXEMPT
    undone = office.run("units", "exempt", "xa-vinh-o", "Vĩnh Hà", "--undo", "--yes")
    assert undone.count("lại phải trả lời phiếu đợt kiem-tra") == 2


def test_letters_that_wait_are_signed_or_dropped_together_or_not_at_all(office: Office) -> None:
    office.send("2025-04-08 08:00")
    late = "2025-05-22 09:00"
    with office.world(late) as world:
        world.climb(late)
    with office.session() as session:
        waiting = select(Letter).where(Letter.state == LetterState.HELD, Letter.reason == Reason.APPROVAL)
        ids = [str(one.id) for one in session.scalars(waiting.order_by(Letter.id))]
    assert len(ids) == 6
    assert "6 việc sẽ làm" in office.run("approve", "all", at=late, expect=1)
    wrong = office.run("approve", ids[0], "9999", "9998", "--yes", at=late, expect=1)
    assert "mang số 9999, 9998; chưa duyệt gì" in wrong
    drop = ("drop", "xa-vinh-o", "ptp", "--why", "Đã gọi điện")
    assert "Xem trước, chưa ghi gì" in office.run(*drop, expect=1)
    wrong = office.run("drop", "xa-vinh-o", "xa-la", "thcs", "--why", "Đã gọi", "--yes", expect=1)
    assert "Có 2 chỗ cần sửa" in wrong
    assert office.run(*drop, "--yes").count("Đã bỏ thư") == 2
    assert office.run("approve", "all", "--yes", at=late).count("đã duyệt, chờ gửi") == 4
    with office.session() as session:
        assert not session.scalars(waiting).all()


def test_letters_go_once_more_together_after_a_preview_that_names_what_was_sent_before(office: Office) -> None:
    office.send("2025-04-08 08:00")
    said = office.run("mail", "resend", "1", "2", "--as-of", "08/04/2025 09:00", expect=1)
    assert said.count("đây là bản gửi thêm") == 2
    wrong = office.run("mail", "resend", "1", "991", "992", "--yes", expect=1)
    assert "Có 2 chỗ cần sửa" in wrong
    with office.session() as session:
        assert {one.state for one in session.scalars(select(Letter))} == {LetterState.SENT}
    assert "2 thư đi" in office.run("mail", "resend", "1", "2", "--yes", "--as-of", "08/04/2025 09:00")
