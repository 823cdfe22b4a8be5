"""From nothing to a running house, by the commands a person types."""

import shutil
import sqlite3

import pytest

from flows.__main__ import main
from tests.flows.conftest import PLAN, REGISTER, House


def rows(house: House) -> list[tuple[object, ...]]:
    with sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db") as database:
        return [
            *database.execute("select id, key, state, recipient from letter order by id"),
            *database.execute("select id, code, state, next_rung_at from assignment order by id"),
        ]


def test_without_settings_the_program_says_what_to_do(house: House) -> None:
    assert "kiemtra init" in house.run("status", expect=1)


def test_init_writes_a_commented_file_and_never_over_an_old_one(house: House) -> None:
    house.run("init")
    file = house.folder / "kiemtra.toml"
    assert file.read_text().count("#") > 20
    file.write_text(file.read_text() + "\n# của tôi\n")
    assert "giữ nguyên" in house.run("init")
    assert file.read_text().endswith("# của tôi\n")


def test_check_says_each_thing_in_a_line_and_what_is_missing(house: House) -> None:
    house.run("init")
    said = house.run("check", "--offline", expect=1)
    assert "✗ kế hoạch và danh sách: chưa nhận kế hoạch nào" in said
    house.settle()
    assert "✗" not in house.run("check")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql+psycopg://kiemtra:bi-mat@127.0.0.1:1/kiemtra", "Không mở được cơ sở dữ liệu postgresql+psycopg"),
        ("sqlite:///khong-phai.db", "Tệp cơ sở dữ liệu sqlite:///khong-phai.db bị hỏng"),
        ("khong phai dia chi", "Địa chỉ cơ sở dữ liệu"),
        ("postgresql+khac://may-chu/kiemtra", "Địa chỉ cơ sở dữ liệu"),
    ],
)
@pytest.mark.parametrize("command", [("check", "--offline"), ("status",), ("init",)])
def test_a_database_that_does_not_open_is_said_in_a_sentence_without_its_password(
    house: House, command: tuple[str, ...], address: str, said: str
) -> None:
    house.run("init")
    (house.folder / "khong-phai.db").write_text("Đây là một tệp chữ, không phải cơ sở dữ liệu nào cả.\n" * 20)
    house.environment["KIEMTRA_DATABASE"] = address
    words = house.run(*command, expect=1)
    assert said in words
    assert "Traceback" not in words
    assert "bi-mat" not in words


def test_every_mistake_in_a_register_is_told_at_once_and_nothing_is_stored(house: House) -> None:
    from openpyxl import load_workbook

    house.run("init")
    book = load_workbook(REGISTER)
    sheet = book.active
    assert sheet is not None
    sheet["C3"].value, sheet["F4"].value, sheet["A6"].value = "Phường xã", "khong-phai-thu", sheet["A5"].value
    sheet["J7"].value, sheet["F8"].value = "xa-khong-co", "xa@vinhlinh"
    book.save(house.folder / "sai.xlsx")
    said = house.run("units", "import", "sai.xlsx", "--yes", expect=1)
    for place in ("C3", "F4", "A5", "A6", "J7", "F8"):
        assert f"ô {place}" in said
    assert "Chưa có đơn vị nào" in house.run("units", "list")


def test_an_import_is_shown_before_it_is_stored(house: House) -> None:
    house.run("init")
    assert "Thêm 52" in house.run("units", "import", str(REGISTER), "--preview")
    assert "Chưa có đơn vị nào" in house.run("units", "list")
    house.run("units", "import", str(REGISTER), "--yes")
    assert "giữ nguyên 52" in house.run("units", "import", str(REGISTER), "--yes")
    listed = house.run("units", "list")
    assert listed.index("Thị trấn Hồ Xá") < listed.index("Xã Vĩnh Lâm") < listed.index("Xã Vĩnh Ô")


def test_the_register_goes_out_and_comes_back_the_same(house: House) -> None:
    house.settle()
    house.run("units", "export", "ra.xlsx")
    assert "Thêm 0, sửa 0, giữ nguyên 52" in house.run("units", "import", "ra.xlsx", "--yes")


def test_every_mistake_in_a_plan_is_told_with_its_line_and_nothing_is_stored(house: House) -> None:
    house.run("init")
    text = PLAN.read_text(encoding="utf-8")
    text = text.replace('ladder = "mac-dinh"', 'ladder = "khong-co"', 1).replace(
        "cut_off_on = 2025-10-15", "cut_off_on = 2025-10-30"
    )
    (house.folder / "sai.toml").write_text(text.replace('kind = "giam_sat"', 'kind = "giam-sat"'), encoding="utf-8")
    said = house.run("plan", "import", "sai.toml", expect=1)
    assert said.count("sai.toml, dòng ") >= 3
    assert "Nghị định 09/2019" in said
    assert "Chưa nhận kế hoạch nào" in house.run("plan", "show", expect=1)


def test_a_plan_that_was_copied_from_last_year_is_asked_about_before_it_is_taken(house: House) -> None:
    house.run("init")
    text = PLAN.read_text(encoding="utf-8")
    (house.folder / "sang-nam.toml").write_text(text.replace("year = 2025", "year = 2026"), encoding="utf-8")
    said = house.run("plan", "import", "sang-nam.toml", expect=1)
    assert "ghi năm 2025, kế hoạch là năm 2026" in said
    assert "hiệu lực đến ngày 30/06/2025" in said
    assert "Chưa nhận kế hoạch nào" in house.run("plan", "show", expect=1)
    assert "Đã nhận kế hoạch năm 2026" in house.run("plan", "import", "sang-nam.toml", "--yes")


def test_the_plan_is_shown_with_its_dates_in_words(house: House) -> None:
    house.settle()
    assert "trước ngày 31/10/2025 (chậm nhất hết thứ Năm, ngày 30/10/2025)" in house.run("plan", "show")


@pytest.mark.prefect
def test_wiping_prefect_s_database_between_two_runs_loses_nothing(house: House) -> None:
    house.settle()
    said = house.run("run", "open-cycles", "--as-of", "20/01/2025")
    assert said.startswith("Mở 1 đợt, giao 52 phiếu\n"), "its own words first"
    assert "http" not in said, "the server of this run is gone with it"
    assert "prefect" not in said
    before = rows(house)
    assert len(before) == 104
    shutil.rmtree(house.folder / "du-lieu" / "prefect")
    house.run("run", "open-cycles", "--as-of", "20/01/2025")
    assert rows(house) == before


def test_status_names_who_owes_what_in_official_order(house: House) -> None:
    house.settle()
    house.run(
        "open",
        "dot-xuat",
        "--units",
        "xa-vinh-o",
        "tt-ho-xa",
        "--due",
        "22/07/2025 10:00",
        "--title",
        "Báo cáo nhanh",
        "--as-of",
        "21/07/2025 09:00",
    )
    said = house.run("status", "--as-of", "22/07/2025 11:00")
    assert said.index("Hồ Xá") < said.index("Vĩnh Ô")
    assert "2 phiếu: 2 chưa gửi được thư" in " ".join(said.split()), "no letter has left, and none is called silent"
    assert said.index("2 phiếu: ") < said.index(": còn nợ")
    house.run("units", "exempt", "tt-ho-xa", "--cycle", "dot-xuat-0721-0900", "--why", "Không có dự án")
    said = house.run("status", "--as-of", "22/07/2025 11:00")
    assert "2 phiếu: 1 chưa gửi được thư, 1 được miễn" in " ".join(said.split())
    assert "Hồ Xá" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert "Hồ Xá" in house.run("status", "--all", "--as-of", "22/07/2025 11:00")


def test_an_urgent_round_for_unknown_units_is_refused_whole(house: House) -> None:
    house.settle()
    said = house.run(
        "open",
        "dot-xuat",
        "--units",
        "xa-khong-co",
        "xa-la",
        "--due",
        "20/07/2025",
        "--title",
        "Nhanh",
        "--as-of",
        "21/07/2025",
        expect=1,
    )
    assert "xa-khong-co" in said
    assert "xa-la" in said
    assert "hạn trả lời đã qua" in said


def test_two_urgent_rounds_of_one_minute_are_two_and_one_command_typed_twice_is_one(house: House) -> None:
    house.settle()
    asked = ("open", "dot-xuat", "--as-of", "20/01/2025 09:05", "--due", "21/01/2025 10:00", "--units", "tt-ho-xa")
    assert "(mã dot-xuat-0120-0905) cho 1 đơn vị" in house.run(*asked, "--title", "Giải phóng mặt bằng")
    assert "(mã dot-xuat-0120-0905-2) cho 1 đơn vị" in house.run(*asked, "--title", "Phòng chống bão")
    again = house.run(*asked, "--title", "Giải phóng mặt bằng", expect=1)
    assert "đã có đợt “dot-xuat-0120-0905”; đúng là đợt khác thì ghi --code" in again
    status = house.run("status", "--as-of", "20/01/2025 10:00")
    assert "Đợt dot-xuat-0120-0905, 1 phiếu" in status
    assert "Đợt dot-xuat-0120-0905-2, 1 phiếu" in status


def test_every_mistake_of_an_urgent_round_is_told_at_once_and_nothing_is_stored(house: House) -> None:
    house.settle()
    asked = ("open", "dot-xuat", "--as-of", "20/01/2025 09:05", "--units", "tt-ho-xa")
    said = house.run(*asked, "--title", " ", "--code", " ", "--due", "21/01/2025 10:00", expect=1)
    assert "chưa ghi gì" in said
    assert "--title: tên đợt đang để trống" in said
    assert "--code: mã đợt đang để trống" in said
    wrong = ("--checklist", "la", "--ladder", "la", "--kinds", "xa-la", "--due", "19/01/2025 10:00", "--title", "Nhanh")
    said = house.run(*asked, "khong-co", *wrong, expect=1)
    for where in ("--checklist", "--ladder", "--kinds", "--units", "--due"):
        assert f"- {where}: " in said
    with sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db") as database:
        assert [*database.execute("select code from round where opened_at is not null")] == []


def test_a_finding_is_written_listed_and_closed(house: House) -> None:
    house.settle()
    house.run(
        "findings",
        "add",
        "xa-vinh-o",
        "--what",
        "Chưa niêm yết\nđủ ngày",
        "--due",
        "30/06/2025",
        "--as-of",
        "01/06/2025",
    )
    said = house.run("findings", "list", "--as-of", "05/07/2025")
    assert "QUÁ HẠN" in said
    assert "Xã Vĩnh Ô: Chưa niêm yết đủ ngày\n" in said, "one line for one finding"
    saturday = ("--what", "Chưa lưu ảnh", "--due", "12/07/2025", "--basis", "Điều 13", "--remedy", "Lưu ảnh")
    said = house.run("findings", "add", "xa-vinh-o", *saturday, "--when-off", "lui", "--as-of", "01/07/2025")
    assert "hạn 14/07/2025 (ngày 12/07/2025 là ngày nghỉ)" in said
    house.run("findings", "close", "KN-2025-001", "--by", "Trần Văn An", "--as-of", "10/07/2025 09:00")
    with sqlite3.connect(house.folder / "du-lieu" / "kiemtra.db") as database:
        ((closed_at,),) = database.execute("select closed_at from finding where number = 'KN-2025-001'")
    assert closed_at.startswith("2025-07-10 02:00")
    assert "đã khắc phục" in house.run("findings", "list")
    assert "đã được đóng" in house.run("findings", "close", "KN-2025-001", "--by", "Trần Văn An", expect=1)


def test_a_wrong_word_is_answered_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["run", "khong-co"])
    assert stop.value.code == 2
    assert "không có lựa chọn" in capsys.readouterr().err


def test_mail_is_stopped_looked_at_and_started_by_command(house: House) -> None:
    house.settle()
    house.run("run", "open-cycles", "--as-of", "20/01/2025")
    assert "Đã dừng gửi thư" in house.run("mail", "stop", "--why", "máy chủ thư bảo trì", "--by", "Hà")
    assert "đang dừng từ trước" in house.run("mail", "stop")
    house.run("run", "send-letters", "--as-of", "20/01/2025 08:00")
    said = house.run("mail", "status")
    assert "ĐANG DỪNG GỬI THƯ" in said
    assert "Hà: máy chủ thư bảo trì" in said
    assert "đang giữ: đang tạm dừng gửi thư" in said
    assert "ĐANG DỪNG" in house.run("status")
    assert "Đã mở lại" in house.run("mail", "start")
    assert "không đổi gì" in house.run("mail", "start")
    house.run("run", "send-letters", "--as-of", "20/01/2025 08:05")
    said = house.run("proof", "tt-ho-xa")
    for words in ("lập thư gửi phiếu", "máy chủ thư đã nhận", "trả lời            chưa có"):
        assert words in said
    assert "thêm --yes" in house.run("mail", "resend", "1", expect=1)
    assert "sẽ được gửi lại" in house.run("mail", "resend", "1", "--yes")
    assert "2 thư đi ở lượt gửi kế tiếp" in house.run("mail", "resend", "2", "3", "--yes")
    assert "thêm --yes" in house.run("mail", "resend", "4", "5", expect=1)
    assert "Không có thư nào không gửi được" in house.run("mail", "resend", "--failed")
    assert "hoặc --failed" in house.run("mail", "resend", expect=1)
    assert "không cần xác nhận" in house.run("mail", "arrived", "6", expect=1)
    assert "Không có thư số 9999" in house.run("mail", "arrived", "9999", expect=1)
    assert "Không có đơn vị mã" in house.run("proof", "khong-co", expect=1)
