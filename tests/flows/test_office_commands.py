"""What the office types when things do not go by themselves: rehearse, catch up, extend, change the ladder, sign."""

import sqlite3
from datetime import datetime
from pathlib import Path

from infra.settings import load_settings
from infra.toolbox import open_toolbox
from tasks.domain.calendar import ZONE
from tasks.domain.extension import Wish
from tasks.escalation import climb_overdue
from tasks.extension import ask, owed_by
from tasks.scheduling import fill_rosters, open_due_rounds
from tests.flows.conftest import PLAN, REGISTER, House

AS_OF = "06/03/2025 09:00"


def after_an_outage(house: House) -> None:
    """The first round has opened, and then nothing ran until six days past its due day."""
    house.settle()
    file = house.folder / "kiemtra.toml"
    file.write_text(file.read_text().replace("[prefect]", "[sandbox]\nvirtual_clock = true\n\n[prefect]"))
    for when, verbs in (
        (datetime(2025, 1, 20, 8, tzinfo=ZONE), (open_due_rounds, fill_rosters)),
        (datetime(2025, 3, 6, 8, tzinfo=ZONE), (climb_overdue,)),
    ):
        with open_toolbox(load_settings(file, {}), as_of=when) as tools:
            for verb in verbs:
                assert not verb.fn(tools, when).failures


INSPECTED = "22/04/2025 09:00"


def open_inspection(house: House) -> None:
    """The first inspection has opened; the round of plans still runs beside it."""
    when = datetime(2025, 4, 8, 8, tzinfo=ZONE)
    with open_toolbox(load_settings(house.folder / "kiemtra.toml", {}), as_of=when) as tools:
        for verb in (open_due_rounds, fill_rosters):
            assert not verb.fn(tools, when).failures


def test_a_year_is_rehearsed_from_files_alone_and_saved(house: House) -> None:
    house.run("init")
    said = house.run("rehearse", "2025", "--plan", str(PLAN), "--register", str(REGISTER), "--folder", "dien-tap")
    assert "52 đơn vị. Giả định xấu nhất" in said
    assert "Tết Nguyên đán" in said
    assert sorted(one.name for one in Path(house.folder / "dien-tap").iterdir()) == [
        "Dien-tap-2025.txt",
        "Dien-tap-2025.xlsx",
    ]
    assert "không phải năm 2026" in house.run(
        "rehearse", "2026", "--plan", str(PLAN), "--register", str(REGISTER), expect=1
    )
    assert "kiemtra units import" in house.run("rehearse", "2025", expect=1)


def test_after_an_outage_the_office_looks_decides_and_signs(house: House) -> None:
    after_an_outage(house)
    assert "Thư nhắc bị lỡ: 52" in house.run("catch-up", "--as-of", AS_OF)
    assert "chờ phê duyệt: 52 thư" in house.run("catch-up", "--send", "merged", "--by", "Bà Hà", "--as-of", AS_OF)
    assert house.run("audit", "--unit", "xa-vinh-o").count("09:00 ngày 06/03/2025  Bà Hà: gửi bù thư bị lỡ") == 3
    said = house.run("approvals", "--dossier", "cong-van", "--as-of", AS_OF)
    assert "CHÚ Ý: chưa có thư nào được máy chủ thư của đơn vị nhận" in said
    assert [one.suffix for one in (house.folder / "cong-van").iterdir()] == [".docx"]
    assert "Đã bỏ thư" in house.run("drop", "xa-vinh-o", "--why", "đã gọi điện")
    assert "chưa bỏ gì" in house.run("drop", "xa-vinh-o", "--why", "lần nữa", expect=1)


def test_missed_letters_that_are_skipped_are_noted_each_with_its_unit(house: House) -> None:
    after_an_outage(house)
    said = house.run("catch-up", "--skip", "--by", "Bà Hà", "--as-of", AS_OF)
    count = int(said.split("Đã bỏ qua ")[1].split()[0])
    assert count > 52
    assert house.run("audit").count("09:00 ngày 06/03/2025  Bà Hà: bỏ qua thư bị lỡ") == count
    assert "bỏ qua thư bị lỡ" in house.run("audit", "--unit", "xa-vinh-o")


def test_a_late_day_off_and_what_it_moves_are_noted(house: House) -> None:
    house.settle()
    file = house.folder / "kiemtra.toml"
    file.write_text(file.read_text().replace("[prefect]", "[sandbox]\nvirtual_clock = true\n\n[prefect]"))
    when = datetime(2025, 1, 20, 8, tzinfo=ZONE)
    with open_toolbox(load_settings(file, {}), as_of=when) as tools:
        for verb in (open_due_rounds, fill_rosters):
            assert not verb.fn(tools, when).failures
    (house.folder / "bao.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20250226\r\n"
        "SUMMARY:Nghỉ bão\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        newline="",
    )
    house.run("calendar", "import", "bao.ics", "--take", "26/02/2025", "--yes", "--by", "Bà Hà")
    why = ("--why", "Công điện số 12", "--yes", "--by", "Bà Hà", "--as-of", "21/01/2025")
    moved = "tính lại ngày nhắc của 52 nghĩa vụ"
    assert moved in house.run("calendar", "apply", *why)
    log = " ".join(house.run("audit").split())
    for words in ("Bà Hà: sửa lịch làm việc", "Bà Hà: dời hạn theo lịch làm việc mới", moved, "Công điện số 12"):
        assert words in log


def test_more_time_is_given_and_the_ladder_is_changed_on_purpose(house: House) -> None:
    after_an_outage(house)
    assert "hết ngày 11/03/2025" in house.run("extend", "xa-vinh-o", "--days", "3", "--why", "bão", "--as-of", AS_OF)
    again = house.run("extend", "xa-vinh-o", "--days", "3", "--why", "bão", "--as-of", AS_OF, expect=1)
    assert "hôm nay đã gia hạn thêm 3 ngày làm việc, đến hết ngày 11/03/2025" in again
    assert "Không có đề nghị gia hạn nào chờ" in house.run("extensions", "list")
    assert "cơ quan cho thêm 3 ngày" in house.run("extensions", "list", "--all")
    said = house.run("extensions", "grant", "9", "1", expect=1)
    assert "Không có đề nghị số 9; đề nghị số 1 không chờ quyết định nữa (đã cho gia hạn); chưa quyết định gì." in said
    twice = ("extend", "xa-vinh-o", "--days", "3", "--why", "bão", "--as-of", AS_OF, "--yes")
    assert "hết ngày 14/03/2025" in house.run(*twice), "on purpose it is given once more"
    saturday = house.run("extend", "xa-vinh-o", "--to", "22/03/2025", "--why", "bão", "--as-of", AS_OF)
    assert "Lưu ý: thứ Bảy, ngày 22/03/2025 là ngày nghỉ" in saturday
    assert "qua-han-7 (+7 ngày làm việc)" in house.run("ladder", "show", "ke-hoach")
    changed = house.folder / "moi.toml"
    changed.write_text(PLAN.read_text(encoding="utf-8").replace("days = 7", "days = 8"), encoding="utf-8")
    assert "kiemtra ladder apply ke-hoach" in house.run("plan", "import", "moi.toml")
    assert "kiemtra ladder apply ke-hoach" in house.run("ladder", "show")
    assert "Chưa đổi gì" in house.run("ladder", "apply", "ke-hoach", "--as-of", AS_OF, expect=1)
    assert "Đã chuyển 52" in house.run("ladder", "apply", "ke-hoach", "--yes", "--by", "Bà Hà", "--as-of", AS_OF)
    noted = " ".join(house.run("audit", "--act", "bước đôn đốc mới").split())
    assert "Bà Hà: chuyển sang các bước đôn đốc mới ke-hoach: “trình tự" in noted
    assert "52 phiếu, kiến nghị" in noted
    noted = " ".join(house.run("audit", "--act", "nhận kế hoạch").split())
    assert "(moi.toml; giữ nguyên" in noted or "(moi.toml; sửa đợt" in noted
    assert "nhận kế hoạch năm 2025: “" in noted
    assert "kiemtra ladder apply" not in house.run("ladder", "show")
    assert "không có gì để đổi" in house.run("ladder", "apply", "ke-hoach", "--yes", "--as-of", AS_OF)


def test_a_unit_that_has_ceased_to_exist_is_let_off_with_a_reason_and_asked_again(house: House) -> None:
    after_an_outage(house)
    assert "Hãy ghi lý do" in house.run("units", "exempt", "xa-vinh-o", expect=1)
    assert "Hãy ghi lý do" in house.run("units", "exempt", "xa-vinh-o", "--why", " ", expect=1)
    said = house.run("units", "exempt", "xa-vinh-o", "--why", "Sáp nhập")
    assert "Xã Vĩnh Ô: được miễn phiếu đợt ke-hoach" in said
    assert "không còn nợ phiếu" in house.run("extend", "xa-vinh-o", "--days", "2", "--why", "bão", expect=1)
    assert "lại phải trả lời phiếu đợt ke-hoach" in house.run("units", "exempt", "xa-vinh-o", "--undo")
    assert "không được miễn" in house.run("units", "exempt", "xa-vinh-o", "--undo", expect=1)


def test_who_lets_a_unit_off_is_told_of_its_findings_which_are_chased_all_the_same(house: House) -> None:
    after_an_outage(house)
    for unit, what, due in (
        ("xa-vinh-o", "Chưa công khai", "25/04/2025"),
        ("xa-vinh-o", "Chưa niêm yết", "16/05/2025"),
        ("xa-vinh-o", "Đã niêm yết", "16/05/2025"),
        ("xa-vinh-ha", "Chưa công khai", "25/04/2025"),
    ):
        house.run("findings", "add", unit, "--what", what, "--due", due, "--as-of", AS_OF)
    house.run("findings", "close", "KN-2025-003", "--by", "Trần Văn An")
    said = house.run("units", "exempt", "xa-vinh-o", "--why", "Sáp nhập")
    assert "Không có thư nào đi về phiếu được miễn." in said
    assert "Còn 2 kiến nghị chưa khắc phục, đơn vị vẫn được nhắc:" in said
    assert "  KN-2025-001, hạn 25/04/2025: kiemtra findings close KN-2025-001 --by <người xác nhận>\n" in said
    assert "  KN-2025-002, hạn 16/05/2025: kiemtra findings close KN-2025-002 --by <người xác nhận>\n" in said
    assert "KN-2025-003" not in said
    assert "KN-2025-004" not in said
    assert "kiến nghị" not in house.run("units", "exempt", "xa-vinh-long", "--why", "Sáp nhập"), "it has none"


def ask_for_more(house: House, *requests: tuple[str, int]) -> None:
    """Requests of units, as their mails would have left them."""
    with open_toolbox(load_settings(house.folder / "kiemtra.toml", {})) as tools, tools.sessions.begin() as session:
        for unit, days in requests:
            when = datetime(2025, 3, 6, 8, tzinfo=ZONE)
            ask(session, owed_by(session, unit, None), Wish(days), tools, when, f"dau-moi@{unit}.example")


def test_requests_are_decided_together_or_not_at_all_and_nothing_is_said_before_it_is_stored(house: House) -> None:
    after_an_outage(house)
    ask_for_more(house, ("xa-vinh-o", 3), ("xa-vinh-o", 3), ("xa-vinh-ha", 200), ("xa-vinh-long", 150))
    said = house.run("extensions", "grant", "1", "4", "9", "3", "--as-of", AS_OF, expect=1)
    assert "đã cho gia hạn" not in said
    for words in ("Không có đề nghị số 9", "đề nghị số 3: chưa gia", "đề nghị số 4: chưa gia", "chưa quyết định gì"):
        assert words in said
    assert house.run("extensions", "list").count("người đề nghị") == 4, "nothing was decided"
    said = house.run("extensions", "grant", "1", "1", "2", "--as-of", AS_OF)
    assert said.count("đã cho gia hạn đến hết ngày 11/03/2025. Thư báo chờ gửi.") == 1
    assert "đề nghị số 2 không cần quyết định nữa (hạn hiện nay đã là hết ngày 11/03/2025)" in said


def test_days_are_not_given_twice_by_one_command(house: House) -> None:
    after_an_outage(house)
    ask_for_more(house, ("xa-vinh-o", 3), ("xa-vinh-o", 8))
    said = house.run("extensions", "grant", "1", "2", "--days", "5", "--as-of", AS_OF, expect=1)
    assert "Đề nghị số 2: đơn vị vừa được gia hạn theo đề nghị trước trong lệnh này" in said
    assert "chưa quyết định gì" in said


def test_at_the_years_end_the_office_is_told_what_cannot_be_counted_and_may_name_a_day(house: House) -> None:
    """The calendars end with 2026."""
    after_an_outage(house)
    house.run("findings", "add", "xa-vinh-o", "--what", "Chưa công khai", "--due", "31/12/2026", "--as-of", AS_OF)
    said = house.run("calendar", "explain", "KN-2025-001")
    assert "(đầu mối): 07:30 ngày 24/12/2026" in said
    assert "(phó chủ tịch): chưa tính được" in said
    assert "kiemtra calendar draft 2027" in said
    ask_for_more(house, ("KN-2025-001", 5))
    assert "chưa tính được đến ngày nào: Lịch “cong-chuc” chưa có năm 2027" in house.run("extensions", "list")
    assert "chưa có năm 2027" in house.run("extensions", "grant", "1", "--as-of", AS_OF, expect=1)
    said = house.run("extensions", "grant", "1", "--to", "08/01/2027", "--as-of", AS_OF)
    assert "đã cho gia hạn đến hết ngày 08/01/2027" in said
    assert "Lưu ý: chưa rõ thứ Sáu, ngày 08/01/2027 có phải ngày nghỉ không" in said


def test_where_no_letter_goes_the_office_is_told_to_use_another_way(house: House) -> None:
    after_an_outage(house)
    with sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db") as database:
        database.execute("delete from contact where unit_id = (select id from unit where code = 'xa-vinh-o')")
        bounced = "update contact set unreachable_at = '2025-03-01 00:00:00' where unit_id = "
        database.execute(bounced + "(select id from unit where code = 'xa-vinh-ha')")
    finding = ("--what", "Chưa công khai", "--due", "25/04/2025", "--as-of", AS_OF)
    visiting = ("--on", "20/05/2025", "--from", "8:00", "--to", "11:00", "--team", "Trưởng đoàn: Lê Văn A")
    for said in (
        house.run("findings", "add", "xa-vinh-o", *finding),
        house.run("extend", "xa-vinh-o", "--cycle", "ke-hoach", "--days", "3", "--why", "bão", "--as-of", AS_OF),
    ):
        assert "Chưa có thư báo: đơn vị chưa có địa chỉ thư; hãy báo bằng cách khác." in said
        assert "chờ gửi" not in said
    assert "bị trả lại; hãy báo bằng cách khác" in house.run("findings", "add", "xa-vinh-ha", *finding)
    assert "Thư báo chờ gửi" in house.run("findings", "add", "xa-vinh-long", *finding)
    urgent = ("--units", "xa-vinh-o", "xa-vinh-long", "--due", "07/03/2025 10:00", "--title", "Nhanh", "--as-of", AS_OF)
    said = house.run("open", "dot-xuat", *urgent)
    assert said.count("Chưa có thư giao phiếu cho Xã Vĩnh Ô: đơn vị chưa có địa chỉ thư") == said.count("Chưa có") == 1
    open_inspection(house)
    said = house.run("visit", "plan", "xa-vinh-o", *visiting, "--as-of", INSPECTED)
    assert "Chưa có thư báo: đơn vị chưa có địa chỉ thư; hãy báo bằng cách khác." in said
    called_off = house.run(
        "visit", "cancel", "xa-vinh-o", "--cycle", "kiem-tra-1", "--why", "bão", "--as-of", INSPECTED
    )
    assert "Không có thư báo hủy" in called_off


def test_a_run_that_leaves_something_undone_names_it_and_prefect_does_not_say_it_once_more(house: House) -> None:
    after_an_outage(house)
    house.run("findings", "add", "xa-vinh-o", "--what", "Chưa công khai", "--due", "25/03/2025", "--as-of", AS_OF)
    with sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db") as database:
        database.execute("update finding set terms = '{}'")
    said = house.run("run", "escalate-overdue", "--as-of", "02/04/2025 09:00", expect=1)
    assert "1 việc cần xem\n  - " in said
    assert "- kiến nghị số 1: KeyError" in said
    assert "Traceback" not in said, "Prefect would print one of its own"


def test_what_is_typed_twice_is_not_done_twice(house: House) -> None:
    after_an_outage(house)
    assert "Không có kiến nghị nào chưa khắc phục" in house.run("ladder", "show", "kien-nghi")
    raising = ("findings", "add", "xa-vinh-o", "--what", "Chưa công khai dự toán", "--due", "25/04/2025")
    assert "Đã ghi kiến nghị KN-2025-001" in house.run(*raising, "--as-of", AS_OF)
    assert "đã có kiến nghị KN-2025-001 với nội dung này (chưa khắc phục); chưa ghi gì" in house.run(
        *raising, "--as-of", AS_OF, expect=1
    )
    assert "KN-2025-002" in house.run(*raising, "--as-of", AS_OF, "--yes")
    far = house.run("findings", "add", "xa-vinh-ha", "--what", "Việc khác", "--due", "20/06/2028", "--as-of", AS_OF)
    assert "chưa tính được ngày nhắc của mọi bước" in far
    assert "kiemtra calendar apply" in far
    said = house.run("ladder", "show", "kien-nghi")
    assert (
        "kien-nghi — 3 kiến nghị chưa khắc phục\n  KN-2025-001, KN-2025-002, KN-2025-003: trình tự “mac-dinh”" in said
    )
    assert "các đợt đang chạy: ke-hoach" in house.run("ladder", "show", "nham")
    in_plans = ("--on", "20/03/2025", "--from", "8:00", "--to", "11:00", "--team", "Trưởng đoàn: A", "--as-of", AS_OF)
    refused = house.run("visit", "plan", "xa-vinh-o", *in_plans, expect=1)
    assert "Đợt ke-hoach là “Kế hoạch của đơn vị”, không có đoàn đến đơn vị" in refused
    open_inspection(house)
    visiting = ("visit", "plan", "xa-vinh-o", "--on", "20/05/2025", "--from", "8:00", "--to", "11:00")
    visiting += ("--team", "Trưởng đoàn: Lê Thị Minh Châu; Thư ký: Trần Văn Nam", "--as-of", INSPECTED)
    wrong = house.run("visit", "plan", "xa-la", *visiting[3:9], "--team", "abc", expect=1)
    assert "không hiểu “abc”" in wrong
    assert "Không có đơn vị mã “xa-la”" in wrong
    assert "đã xếp lịch" in house.run(*visiting)
    assert "không có gì đổi" in house.run(*visiting)
    locked = house.run(*visiting[:4], "30/06/2025", *visiting[5:], expect=1)
    assert "ngày 30/06/2025 không trước ngày khóa sổ của đợt (30/06/2025)" in locked
