"""`kiemtra visit import`: the visits of a list, shown first; all are planned and told, or none."""

from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from tasks.domain.letterbox import LetterKind
from tasks.records import Letter, Visit
from tests.flows.conftest import House
from tests.flows.office import Office

NOW = "2025-04-22 09:00"
TEAM = "Trưởng đoàn: Lê Thị Minh Châu; Thư ký: Trần Văn Nam"


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    return made


def listed(office: Office, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.append(["LỊCH KIỂM TRA ĐỢT 1"])
    book.active.append(["STT", "Đơn vị", "Ngày", "Từ", "Đến", "Địa điểm", "Thành phần"])
    for number, row in enumerate(rows, start=1):
        book.active.append([number, *row])
    path = office.house.folder / "lich.xlsx"
    book.save(path)
    return path


def test_a_list_is_shown_then_planned_and_every_unit_is_told(office: Office) -> None:
    listed(
        office,
        ("xa-vinh-o", date(2025, 5, 20), time(8), time(11), None, TEAM),
        ("Xã Vĩnh Hà", "21/05/2025", "14h", "16h30", "Nhà văn hóa thôn", TEAM),
    )
    said = office.run("visit", "import", "lich.xlsx", at=NOW, expect=1)
    assert "Xem trước, chưa ghi gì. 2 việc sẽ làm:" in said
    assert said.count("sẽ xếp lịch") == 2
    assert "đã xếp lịch" not in said
    with office.session() as session:
        assert not session.scalars(select(Visit)).all()
    said = office.run("visit", "import", "lich.xlsx", "--cycle", "kiem-tra", "--yes", at=NOW)
    assert said.count("đã xếp lịch") == 2
    assert "14 giờ 00–16 giờ 30 thứ Tư, ngày 21/05/2025" in said
    with office.session() as session:
        assert len(session.scalars(select(Visit)).all()) == 2
        letters = session.scalars(select(Letter).where(Letter.kind == LetterKind.VISIT)).all()
        assert {"man@vinho.example", "tu@vinhha.example"} <= {one.recipient for one in letters}


def test_all_that_is_wrong_in_a_list_is_told_with_its_line_and_nothing_is_planned(office: Office) -> None:
    listed(
        office,
        ("xa-vinh-o", "20/05/2025", "8:00", "11:00", "", TEAM),
        ("xa-vinh-ha", "20/05/2025", "9:00", "10:00", "", TEAM),
        ("xa-la", "hôm nào", "8:00", "sau", "", "abc"),
        ("ptp", "30/06/2025", "8:00", "11:00", "", "Trưởng đoàn: Lê Văn Tám"),
    )
    said = office.run("visit", "import", "lich.xlsx", "--yes", at=NOW, expect=1)
    for words in (
        "dòng 4, thành phần đoàn: Lê Thị Minh Châu đã có lịch kiểm tra tại Xã Vĩnh Ô",
        "dòng 5, đơn vị: Không có đơn vị “xa-la”",
        "dòng 5, ngày: “hôm nào”",
        "dòng 5, giờ: “sau”",
        "dòng 6, ngày kiểm tra: ngày 30/06/2025 không trước ngày khóa sổ",
    ):
        assert words in said
    with office.session() as session:
        assert not session.scalars(select(Visit)).all()
    (office.house.folder / "khac.xlsx").write_bytes(b"abc")
    assert "không mở được như tệp Excel" in office.run("visit", "import", "khac.xlsx", at=NOW, expect=1)


def test_a_unit_on_two_lines_is_a_mistake_that_names_both(office: Office) -> None:
    listed(
        office,
        ("xa-vinh-o", "20/05/2025", "8:00", "11:00", "", TEAM),
        ("xa-vinh-ha", "21/05/2025", "8:00", "11:00", "", TEAM),
        ("Xã Vĩnh Ô", "22/05/2025", "8:00", "11:00", "", TEAM),
    )
    said = office.run("visit", "import", "lich.xlsx", "--yes", at=NOW, expect=1)
    assert "dòng 5, đơn vị: Xã Vĩnh Ô đã có ở dòng 3; mỗi đơn vị một buổi trong một đợt" in said
    with office.session() as session:
        assert not session.scalars(select(Visit)).all()


def test_a_bad_hour_does_not_hide_a_wrong_day(office: Office) -> None:
    listed(
        office,
        ("xa-vinh-o", "01/05/2025", "25:00", "11:00", "", TEAM),
        ("xa-vinh-ha", "20/04/2025", "8", "9", "", TEAM),
    )
    said = office.run("visit", "import", "lich.xlsx", "--yes", at=NOW, expect=1)
    for words in (
        "dòng 3, giờ:",
        "dòng 3, ngày kiểm tra: ngày 01/05/2025 là ngày nghỉ",
        "dòng 4, ngày kiểm tra: ngày 20/04/2025 không sau",
    ):
        assert words in said


def test_an_unknown_round_is_told_with_those_that_there_are(office: Office) -> None:
    listed(office, ("xa-vinh-o", "20/05/2025", "8:00", "11:00", "", TEAM))
    said = office.run("visit", "import", "lich.xlsx", "--cycle", "kiem-tra-9", at=NOW, expect=1)
    assert "Không có đợt “kiem-tra-9”. Các đợt có đoàn đến đơn vị đang chạy: kiem-tra (" in said
