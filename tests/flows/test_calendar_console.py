"""The working calendar by the commands a person types: shown, agreed to, written beside the data, carried over."""

from tests.flows.conftest import House


def test_an_import_shows_each_day_and_writes_only_on_agreement(house: House) -> None:
    house.run("init")
    house.run("calendar", "export", "lich.xlsx")
    assert "Không có gì thay đổi" in house.run("calendar", "import", "lich.xlsx")
    said = house.run("calendar", "draft", "2027", expect=1)
    assert "+ thứ Sáu, ngày 16/04/2027: nghỉ: Ngày Giỗ Tổ Hùng Vương" in said
    assert "Thêm --yes để ghi" in said
    assert not (house.folder / "du-lieu" / "lich").exists()
    assert "Chưa có việc nào" in house.run("audit")
    house.run("calendar", "draft", "2027", "--by", "Bà Hà", "--yes")
    noted = " ".join(house.run("audit", "--by", "hà").split())
    assert "Bà Hà: sửa lịch làm việc cong-chuc: " in noted
    assert "thứ Sáu, ngày 16/04/2027: nghỉ: Ngày Giỗ Tổ Hùng Vương" in noted
    assert "2027 (tạm tính)" in house.run("check", "--offline", expect=1)
    assert "TẠM TÍNH" in house.run("calendar", "show", "2027")
    assert "không tạm tính đè lên" in house.run("calendar", "draft", "2026", "--yes", expect=1)


def test_a_day_a_stretch_and_a_count_are_explained(house: House) -> None:
    house.run("init")
    assert "thứ Bảy, ngày 26/04/2025: ngày làm việc (làm bù ngày 02/5)" in house.run(
        "calendar", "explain", "26/04/2025"
    )
    assert "Có 6 ngày làm việc, 12 ngày theo lịch." in house.run("calendar", "explain", "24/04/2025", "06/05/2025")
    assert "Kết quả: hết thứ Năm, ngày 30/10/2025" in house.run(
        "calendar", "explain", "31/10/2025", "--count", "truoc_ngay", "--n", "1"
    )
    assert "chưa có năm 2031" in house.run("calendar", "explain", "01/01/2031", expect=1)
    assert "một đến hai ngày" in house.run("calendar", "explain", "DCCS-1", "DCCS-2", expect=1)


def test_a_name_that_no_calendar_has_is_said_to_begin_a_new_one(house: House) -> None:
    house.run("init")
    house.run("calendar", "export", "lich.xlsx")
    said = house.run("calendar", "import", "lich.xlsx", "--name", "cong-chc", expect=1)
    assert "Chưa có lịch “cong-chc”: bắt đầu một lịch mới." in said
    assert "Các lịch đang có: cong-chuc, doanh-nghiep, truong-hoc" in said
    assert "nếu định ghi “cong-chuc” thì sửa lại --name" in said
    assert "Chưa ghi gì." in said


EVENT = "BEGIN:VEVENT\r\nUID:{day}\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{name}\r\n{more}END:VEVENT\r\n"
LAW = (("20270416", "Giỗ Tổ"), ("20270430", "Ngày Giải phóng"), ("20270902", "Quốc khánh"))


def ics(house: House, *days: tuple[str, str]) -> str:
    tet = EVENT.format(day="20270205", name="Nghỉ Tết Nguyên đán", more="DTEND;VALUE=DATE:20270212\r\n")
    body = tet + "".join(EVENT.format(day=day, name=name, more="") for day, name in days)
    (house.folder / "la.ics").write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n", newline="")
    return "la.ics"


def test_a_file_without_a_holiday_of_the_law_is_not_stored_and_the_year_can_still_be_drafted(house: House) -> None:
    house.run("init")
    said = house.run("calendar", "import", ics(house, *LAW), "--yes", expect=1)
    assert "Tệp thiếu 1 ngày nghỉ theo luật" in said
    assert "thứ Sáu, ngày 01/01/2027 (Tết Dương lịch)" in said
    assert "kiemtra calendar draft <năm> --name cong-chuc" in said
    assert said.rstrip().endswith("Chưa ghi gì.")
    assert not (house.folder / "du-lieu" / "lich").exists()
    house.run("calendar", "draft", "2027", "--yes")
    said = house.run("calendar", "import", ics(house, *LAW), "--yes")
    assert "+ thứ Năm, ngày 11/02/2027: nghỉ: Nghỉ Tết Nguyên đán" in said, "the file adds to the draft"
    assert "01/01/2027" not in said


def test_a_whole_file_is_stored_and_a_later_one_need_not_name_its_holidays_again(house: House) -> None:
    house.run("init")
    house.run("calendar", "import", ics(house, ("20270101", "Tết Dương lịch"), *LAW), "--yes")
    assert "theo thông báo" in house.run("calendar", "draft", "2027", expect=1)
    storm = ics(house, ("20271005", "Nghỉ bù bão"))
    assert "+ thứ Ba, ngày 05/10/2027" in house.run("calendar", "import", storm, "--yes")


def test_nothing_is_moved_where_no_calendar_has_changed(house: House) -> None:
    house.settle()
    assert "Không có hạn nào phải dời." in house.run("calendar", "apply", "--as-of", "05/05/2025")
