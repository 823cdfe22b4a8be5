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
