"""`kiemtra answers enter`: a form that came on paper, by Zalo or by telephone, typed in by the office."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tasks.domain.assignment import AssignmentState
from tasks.domain.audit import AuditAct
from tasks.domain.letterbox import LetterKind
from tasks.records import Audit, Letter, Reply
from tests.flows.conftest import House
from tests.flows.office import Office, form_in, text_of
from tests.tasks.world import ADDRESS, ANSWERS, fill, find_assignment, shown

NOW = "2025-05-14 09:00"
BY = ("--by", "Nguyễn Thị Hà")


@pytest.fixture
def office(house: House) -> Office:
    made = Office(house)
    made.found()
    made.open()
    made.send("2025-04-08 08:00")
    return made


def typed_in(office: Office, unit: str = "xa-vinh-o", **answers: object) -> Path:
    path = office.house.folder / f"{unit}.xlsx"
    path.write_bytes(fill(office.form(unit, NOW), answers or ANSWERS))
    return path


def enter(office: Office, *words: str, at: str = NOW, expect: int = 0) -> str:
    return office.run("answers", "enter", *words, *BY, at=at, expect=expect)


def test_a_paper_form_counts_from_its_day_is_kept_with_its_scan_and_told_to_the_contact(office: Office) -> None:
    typed_in(office)
    (office.house.folder / "phieu giấy.jpg").write_bytes(b"\xff\xd8 fake picture")
    how = ("--source", "giay", "--day", "12/05/2025", "--scan", "phieu giấy.jpg", "--round", "kiem-tra")
    said = enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", *how)
    for words in ("đã nhập phiếu theo bản giấy nhận ngày 12/05/2025", "Đã ghi nhận 4/4 mục.", "Thư báo chờ gửi."):
        assert words in said
    with office.session() as session:
        part = find_assignment(session, "xa-vinh-o")
        assert part.state is AssignmentState.ANSWERED
        assert part.answered_at is not None
        assert f"{part.answered_at:%Y-%m-%d}" == "2025-05-12", "the day it was handed in"
        entry = session.scalars(select(Audit)).one()
        assert (entry.act, entry.who, entry.subject) == (AuditAct.ENTERED, "Nguyễn Thị Hà", "2025/kiem-tra/xa-vinh-o")
        number = session.scalars(select(Reply)).one().incoming_id
    assert "phieu giấy.jpg" in office.run("desk", "show", str(number), "--save", "luu")
    assert (office.house.folder / "luu" / f"thu-{number}-tep-2-phieu giấy.jpg").read_bytes() == b"\xff\xd8 fake picture"
    said = " ".join(office.run("answers", "xa-vinh-o").split())
    assert "Nguyễn Thị Hà nhập theo bản giấy nhận ngày 12/05/2025" in said
    office.send(NOW)
    letter = office.arrived(ADDRESS["xa-vinh-o"], "Đã nhập phiếu thay đơn vị")[-1]
    for words in ("theo bản giấy nhận ngày 12/05/2025", "4/4 mục", "Nguyễn Thị Hà", "Không phải gửi thêm bản giấy."):
        assert words in text_of(letter)
    assert shown(form_in(letter))["DX02"] == "3"


def test_a_form_by_telephone_with_gaps_goes_on_being_chased_and_asks_for_a_signed_copy(office: Office) -> None:
    typed_in(office, DX01="Có", DX02="nhiều")
    said = enter(office, "Xã Vĩnh Ô", "xa-vinh-o.xlsx", "--source", "Điện thoại")
    assert "Cần sửa, ô" in said
    assert "Chưa trả lời: DX03" in said
    assert "điện thoại nhận ngày 14/05/2025" in said
    assert "bản có chữ ký, đóng dấu" in said
    with office.session() as session:
        part = find_assignment(session, "xa-vinh-o")
        assert part.state is AssignmentState.RETURNED
        assert part.next_rung_at is not None
    office.send(NOW)
    assert "Các ô cần sửa" in text_of(office.arrived(ADDRESS["xa-vinh-o"], "Đã nhập phiếu")[-1])


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(office: Office) -> None:
    typed_in(office, "ptp")
    (office.house.folder / "rong.pdf").write_bytes(b"")
    how = ("--source", "zalo", "--day", "20/05/2025", "--scan", "rong.pdf")
    said = enter(office, "xa-vinh-o", "ptp.xlsx", *how, expect=1)
    for words in ("ngày 20/05/2025 chưa đến", "rong.pdf: tệp rỗng", "là phiếu của Phòng Tư pháp, đợt kiem-tra"):
        assert words in said
    how = ("--source", "giay", "--day", "01/04/2025")
    assert "trước ngày mở đợt (08/04/2025)" in enter(office, "ptp", "ptp.xlsx", *how, expect=1)
    assert "Không đọc được tệp khong-co.xlsx" in enter(office, "ptp", "khong-co.xlsx", "--source", "giay", expect=1)
    assert "chọn trong: giay (bản giấy), zalo" in enter(office, "ptp", "ptp.xlsx", "--source", "fax", expect=2)
    (office.house.folder / "trong.xlsx").write_bytes(office.form("ptp", NOW))
    assert "chưa điền mục nào" in enter(office, "ptp", "trong.xlsx", "--source", "giay", expect=1)
    (office.house.folder / "anh.xlsx").write_bytes(b"\xff\xd8 fake picture")
    assert "anh.xlsx: " in enter(office, "ptp", "anh.xlsx", "--source", "giay", expect=1)
    with office.session() as session:
        assert not session.scalars(select(Reply)).all()
        assert not session.scalars(select(Audit)).all()


def test_the_same_file_is_not_entered_twice_and_what_came_later_by_mail_is_kept(office: Office) -> None:
    typed_in(office)
    office.answer("xa-vinh-o", "2025-05-13 08:00", {"DX02": "8"})
    said = enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", "--source", "giay", "--day", "12/05/2025")
    assert "Giữ giá trị đã nhận sau ngày ấy: DX02" in said
    assert "Xã Vĩnh Ô: 8" in office.run("answers", "kiem-tra", "--item", "DX02")
    assert "đúng tệp này đã được ghi nhận" in enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", "--source", "giay", expect=1)


def test_a_paper_of_before_the_due_day_is_in_time_however_late_it_is_typed_in(office: Office) -> None:
    typed_in(office)
    office.lock("2025-07-01 08:00")
    how = ("--source", "giay", "--day", "16/05/2025")
    said = enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", *how, at="2025-07-02 09:00")
    assert "sau hạn" not in said
    assert "đã khóa sổ" in said
    typed_in(office, "ptp")
    late = enter(office, "ptp", "ptp.xlsx", "--source", "giay", "--day", "19/05/2025", at="2025-07-02 09:00")
    assert "4/4 mục (sau hạn)" in late


def test_an_entry_is_taken_back_and_the_unit_owes_again_and_hears_only_of_what_it_was_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed_in(office)
    enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", "--source", "giay")
    undo = ("answers", "undo", "xa-vinh-o", "--why", "Nhập nhầm đơn vị")
    monkeypatch.setattr("flows.console.answers.MOST_CHANGES", 3)
    said = office.run(*undo, at="2025-05-14 09:05")
    assert said.count("→ “(chưa trả lời)”") == 3
    assert "… và 1 mục nữa (thêm --all thì in hết)" in said
    assert "đã lấy lại lần nhập của Nguyễn Thị Hà" in said
    assert "không có gì phải báo" in said
    with office.session() as session:
        part = find_assignment(session, "xa-vinh-o")
        assert part.state is AssignmentState.OPEN
        assert part.first_reply_at is None
        assert part.next_rung_at is not None
        kinds = [one.kind for one in session.scalars(select(Letter).where(Letter.reply_id.is_not(None)))]
        assert kinds == [LetterKind.ENTERED]
    enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", "--source", "zalo", at="2025-05-14 09:10")
    office.send("2025-05-14 09:15")
    office.run(*undo, at="2025-05-14 09:20")
    office.send("2025-05-14 09:25")
    assert "Nay: (chưa trả lời)" in text_of(office.arrived(ADDRESS["xa-vinh-o"])[-1])


def test_two_forms_typed_in_are_told_apart_and_each_tells_of_itself(office: Office) -> None:
    typed_in(office, DX01="Có", DX02="3")
    enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", "--source", "giay", "--day", "12/05/2025")
    typed_in(office, DX03="05/03/2025", DX04="Đã đối thoại.")
    enter(office, "xa-vinh-o", "xa-vinh-o.xlsx", "--source", "zalo", at="2025-05-14 09:05")
    office.send("2025-05-14 09:10")
    letters = {
        str(one["Subject"]): text_of(one)
        for one in office.arrived(ADDRESS["xa-vinh-o"])
        if "Đã nhập phiếu" in str(one["Subject"])
    }
    paper, zalo = (next(words for subject, words in letters.items() if way in subject) for way in ("giấy", "Zalo"))
    assert "2/4 mục" in paper
    assert "Các mục chưa trả lời: - Mục DX03" in paper
    assert "Sau phiếu này đã ghi nhận thêm câu trả lời (lúc 09:05 ngày 14/05/2025)" in paper
    assert "4/4 mục" in zalo
    assert "Sau phiếu này" not in zalo
