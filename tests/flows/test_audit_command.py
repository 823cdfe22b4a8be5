"""`kiemtra audit`: every act of a person of the office, in words, found by unit, person, act and day."""

import pytest
from openpyxl import load_workbook

from infra.maildir import deliver
from tasks.collection.filing import file_all
from tasks.collection.storing import store_mail
from tests.flows.conftest import House
from tests.flows.office import Office
from tests.tasks.world import moment

NOW = "2025-05-12 09:00"
HA = ("--by", "Nguyễn Thị Hà")
TEAM = "Trưởng đoàn: Lê Thị Minh Châu; Thư ký: Trần Văn Nam"


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    return made


def log(office: Office, *words: str, expect: int = 0) -> str:
    return " ".join(office.run("audit", *words, expect=expect).split())


def test_more_time_exemptions_visits_and_findings_are_noted_with_who_whom_and_why(office: Office) -> None:
    office.run("extend", "xa-vinh-o", "xa-vinh-ha", "--days", "3", "--why", "Bão số 4", *HA, "--yes", at=NOW)
    office.run("units", "exempt", "ptp", "--why", "Sáp nhập", *HA, at=NOW)
    visit = ("visit", "plan", "xa-vinh-o", "--from", "8:00", "--to", "11:00", "--team", TEAM, *HA)
    office.run(*visit, "--on", "20/05/2025", at=NOW)
    office.run(*visit, "--on", "21/05/2025", at=NOW)
    office.run("visit", "cancel", "xa-vinh-o", "--why", "Mưa lũ", *HA, at=NOW)
    office.run("findings", "add", "xa-vinh-ha", "--what", "Chưa niêm yết", "--due", "20/06/2025", *HA, at=NOW)
    office.run("findings", "close", "KN-2025-001", "--by", "Trần Văn Nam", at=NOW)
    said = log(office)
    for words in (
        "09:00 ngày 12/05/2025 Nguyễn Thị Hà: gia hạn Xã Vĩnh Ô [xa-vinh-o], đợt “",
        "“hạn hết 16/05/2025” → “hạn hết 21/05/2025”. Lý do: Bão số 4",
        "Nguyễn Thị Hà: miễn trả lời Phòng Tư pháp [ptp]",
        "Lý do: Sáp nhập",
        "Nguyễn Thị Hà: xếp lịch kiểm tra Xã Vĩnh Ô [xa-vinh-o]",
        "8 giờ 00–11 giờ 00 thứ Ba, ngày 20/05/2025",
        "Nguyễn Thị Hà: đổi lịch kiểm tra",
        "Nguyễn Thị Hà: hủy lịch kiểm tra",
        "Lý do: Mưa lũ",
        "Nguyễn Thị Hà: ghi kiến nghị Xã Vĩnh Hà [xa-vinh-ha], KN-2025-001: Chưa niêm yết, hạn 20/06/2025",
        "Trần Văn Nam: đóng kiến nghị Xã Vĩnh Hà [xa-vinh-ha], KN-2025-001: người xác nhận: Trần Văn Nam",
    ):
        assert words in said, words
    assert "kiem-tra/" not in said, "no path of codes"
    mine = log(office, "--unit", "Vĩnh Hà")
    assert mine.count("ngày 12/05/2025 ") == 3
    assert "Vĩnh Ô" not in mine
    assert log(office, "--by", "nam").count(": đóng kiến nghị") == 1
    assert log(office, "--act", "lịch kiểm tra").count("Nguyễn Thị Hà: ") == 3
    assert "gia hạn" in log(office, "--since", "12/05/2025", "--until", "12/05/2025")
    assert log(office, "--since", "13/05/2025") == "Không có việc nào như vậy trong nhật ký."
    assert "có: sửa câu trả lời;" in log(office, "--act", "xóa sổ", expect=1)


def test_a_preview_and_an_act_that_fails_leave_nothing_in_the_log(office: Office) -> None:
    office.run("extend", "xa-vinh-o", "xa-vinh-ha", "--days", "3", "--why", "Bão", at=NOW, expect=1)
    office.run("extend", "xa-vinh-o", "xa-la", "--days", "3", "--why", "Bão", "--yes", at=NOW, expect=1)
    office.run("mail", "start")
    assert log(office) == "Chưa có việc nào được ghi vào nhật ký."


def test_letters_are_noted_when_they_are_signed_dropped_or_sent_once_more(office: Office) -> None:
    office.send("2025-04-08 08:00")
    late = "2025-05-22 09:00"
    with office.world(late) as world:
        world.climb(late)
    office.run("drop", "xa-vinh-o", "--why", "Đã gọi điện", *HA)
    office.run("approve", "all", "--yes", *HA, at=late)
    office.run("mail", "resend", "1", "--yes", *HA, at=late)
    office.run("mail", "stop", "--why", "Kiểm tra hộp thư", *HA)
    office.run("mail", "start", *HA)
    said = log(office)
    assert said.count(": duyệt thư ") == 5
    for words in (
        "Nguyễn Thị Hà: bỏ thư chờ duyệt Xã Vĩnh Ô [xa-vinh-o], đợt",
        "Lý do: Đã gọi điện",
        "Nguyễn Thị Hà: gửi lại thư",
        ": thư 1: ",
        "Nguyễn Thị Hà: dừng gửi thư Lý do: Kiểm tra hộp thư",
        "Nguyễn Thị Hà: mở lại việc gửi thư",
    ):
        assert words in said, words


def test_a_replaced_contact_and_a_unit_that_is_new_are_noted(office: Office) -> None:
    office.run("units", "export", "ds.xlsx")
    path = office.house.folder / "ds.xlsx"
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    row = next(row for row in sheet.iter_rows() if row[0].value == "xa-vinh-o")
    row[4].value, row[5].value = "Lê Văn Mới", "moi@vinho.example"
    sheet.append(["xa-them", "Xã Thêm", "Xã", 99, "Ai", "ai@xathem.example"])
    book.save(path)
    office.run("units", "import", "ds.xlsx", "--yes", *HA)
    said = log(office, "--unit", "xa-vinh-o")
    assert "Nguyễn Thị Hà: sửa đơn vị trong danh sách Xã Vĩnh Ô [xa-vinh-o]: đầu mối: " in said
    assert "→ Lê Văn Mới" in said
    assert "Nguyễn Thị Hà: thêm đơn vị vào danh sách Xã Thêm [xa-them]: tệp ds.xlsx" in log(office)


def test_the_desk_is_noted_once_for_each_decision(office: Office) -> None:
    with office.world(NOW) as world:
        raw = world.mail("xa-vinh-o", NOW, text="Cho tôi hỏi việc này.", sender="la@noikhac.example", put=False)
        deliver(office._mailbox(), "1.x", raw, moment(NOW))
        assert not store_mail(world.tools).failures
        assert not file_all(world.tools).failures
    office.run("desk", "ignore", "1", "--why", "đã xem", *HA)
    office.run("desk", "ignore", "1", "--why", "đã xem", *HA)
    office.run("desk", "undo", "1", *HA)
    said = log(office)
    assert said.count(": bỏ qua thư đến ") == 1
    assert "thư đến số 1: Đã bỏ qua thư 1. Lý do: đã xem" in said
    assert "Nguyễn Thị Hà: hoàn tác ở bàn thư đến thư đến số 1, bỏ qua (Nguyễn Thị Hà)" in said
