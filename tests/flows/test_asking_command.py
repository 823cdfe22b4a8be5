"""`kiemtra units ask`: a unit that was added, or forgotten, asked in a round that runs."""

import pytest
from sqlalchemy import select

from tasks.domain.audit import AuditAct
from tasks.domain.checklist import UnitKind
from tasks.domain.letterbox import LetterKind
from tasks.domain.register import UnitEntry
from tasks.identities import of_assignment, token
from tasks.records import Assignment, Audit, Cycle
from tests.flows.conftest import House
from tests.flows.office import Office, text_of
from tests.tasks.world import ADDRESS, find_assignment

NOW = "2025-04-22 09:00"
NEW = (
    UnitEntry("xa-moi", "Xã Mới", UnitKind.XA, 7, "Lê Thị Mới", ("moi@xamoi.example",)),
    UnitEntry("xa-cu", "Xã Cũ", UnitKind.XA, 8, "Lê Văn Cũ", ("cu@xacu.example",)),
    UnitEntry("thcs-a", "Trường THCS A", UnitKind.TRUONG_HOC, 9, "Trần Thị A", ("a@thcsa.example",)),
    UnitEntry("xa-khong-thu", "Xã Không Thư", UnitKind.XA, 10, "", ()),
)


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    made.send("2025-04-08 08:00")
    with made.world(NOW) as world:
        world.take_in(NEW)
    return made


def ask(office: Office, *words: str, at: str = NOW, expect: int = 0) -> str:
    return office.run("units", "ask", *words, "--round", "kiem-tra", at=at, expect=expect)


def test_a_unit_that_was_added_is_shown_then_asked_with_the_time_that_the_others_had(office: Office) -> None:
    said = ask(office, "xa-moi", "Xã Không Thư", expect=1)
    for words in ("hạn của các đơn vị khác: hết 16/05/2025", "Giao thêm 2 phiếu, hạn hết 30/05/2025", "Mới xem trước"):
        assert words in said
    assert "xa-khong-thu: Xã Không Thư → CHƯA CÓ ĐỊA CHỈ THƯ" in said
    with office.session() as session:
        assert len(session.scalars(select(Assignment)).all()) == 6, "a preview writes nothing"
    said = ask(office, "xa-moi", "Xã Không Thư", "--yes", "--by", "Nguyễn Thị Hà", "--why", "Mới thành lập")
    assert "Đã giao phiếu cho 2 đơn vị; 1 thư giao phiếu chờ gửi." in said
    assert "Chưa có thư giao phiếu cho Xã Không Thư" in said
    office.send("2025-04-22 09:05")
    (letter,) = office.arrived("moi@xamoi.example")
    assert "đến hết thứ Sáu, ngày 30/05/2025" in text_of(letter)
    assert "gia hạn)" not in text_of(letter).partition("GIA HẠN")[0]
    with office.tools(NOW) as tools, tools.sessions() as session:
        part = find_assignment(session, "xa-moi")
        assert [one.kind for one in part.letters] == [LetterKind.REQUEST]
        assert part.next_rung_at is not None
        entry = session.scalars(select(Audit).where(Audit.assignment_id == part.id)).one()
        assert (entry.act, entry.who, entry.reason) == (AuditAct.ASKED, "Nguyễn Thị Hà", "Mới thành lập")
        names = of_assignment(2025, "kiem-tra", part.cycle.planned_on, "xa-moi")
        assert part.token == token(tools, *names), "derived, as at the opening"


def test_who_cannot_be_asked_is_told_at_once_with_why_and_nobody_is_asked(office: Office) -> None:
    office.run("units", "exempt", "ptp", "--why", "Sáp nhập")
    with office.world(NOW) as world, world.sessions.begin() as session:
        from tasks.naming import unit_named

        unit_named(session, "xa-cu").valid_to = world.clock.now.date().replace(day=1)
    said = ask(office, "xa-moi", "xa-cu", "thcs-a", "ptp", "tt-ho-xa", "xa-la", "--yes", expect=1)
    for words in (
        "Có 5 chỗ cần sửa, chưa ghi gì",
        "Xã Cũ: đã thôi hoạt động từ sau ngày 01/04/2025",
        "Trường THCS A: đợt này không hỏi loại hình “Trường học”",
        "Phòng Tư pháp: được miễn phiếu đợt này (Sáp nhập)",
        "Thị trấn Hồ Xá: đã được giao phiếu đợt này (chưa trả lời)",
        "không có đơn vị “xa-la”",
    ):
        assert words in said
    with office.session() as session:
        assert len(session.scalars(select(Assignment)).all()) == 6


def test_a_due_day_after_the_lock_is_refused_and_a_person_may_name_a_shorter_one(office: Office) -> None:
    late = "2025-05-27 09:00"
    assert "sau ngày khóa sổ 30/06/2025; hãy ghi --due muộn nhất 30/06/2025" in ask(
        office, "xa-moi", "--yes", at=late, expect=1
    )
    said = ask(office, "xa-moi", "--due", "27/06/2025", "--yes", at=late)
    assert "hạn hết 27/06/2025" in said
    assert "ít hơn 26 ngày làm việc" in said
    assert "đã qua" in ask(office, "xa-cu", "--due", "26/05/2025", "--yes", at=late, expect=1)
    office.lock("2025-07-01 08:00")
    assert "đã khóa sổ ngày 01/07/2025" in ask(office, "xa-cu", "--yes", at="2025-07-02 09:00", expect=1)
    said = office.run("units", "ask", "xa-cu", "--round", "bao-cao-nam", at=NOW, expect=1)
    assert "chưa mở (mở ngày 01/10/2025)" in said


def test_who_was_forgotten_climbs_the_ladder_by_its_own_day(office: Office) -> None:
    ask(office, "xa-moi", "--yes")
    with office.session() as session:
        due = {one.unit.code: one.due_at for one in session.scalars(select(Assignment))}
        assert due["xa-moi"] > due["xa-vinh-o"] == session.scalars(select(Cycle)).one().due_at
    with office.world("2025-05-19 08:00") as world:
        world.climb("2025-05-19 08:00")
        chased = {one.recipient for one in world.letters(kind=LetterKind.REMINDER)}
    assert ADDRESS["xa-vinh-o"] in chased
    assert "moi@xamoi.example" not in chased
