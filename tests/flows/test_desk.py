"""The desk from the command line: look, keep a copy, leave aside, take back; every mistake in words."""

import io
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook

from infra.maildir import deliver
from infra.settings import load_settings
from infra.toolbox import incoming_mailbox, open_toolbox
from tasks.collection.filing import file_all
from tasks.collection.storing import clear_mailbox, store_mail
from tests.flows.conftest import House
from tests.tasks.world import delivery_report

NOON = datetime(2025, 10, 31, 5, 0, tzinfo=UTC)


@cache
def question() -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Hồ Văn Hai <hai@do.example>"
    mail["To"] = "dancho@vinhlinh.example"
    mail["Subject"] = "Hỏi về phiếu"
    mail["Message-ID"] = "<hoi-1@do.example>"
    mail.set_content("Kính gửi Phòng Nội vụ,\nchúng tôi chưa nhận được phiếu.")
    mail.add_attachment(b"\x89PNG fake", maintype="image", subtype="png", filename="../../etc/ảnh chụp.png")
    return mail.as_bytes()


@pytest.fixture
def asked(house: House) -> House:
    """A house into which one mail has come that only a person can place."""
    house.run("init")
    settings = load_settings(house.folder / "kiemtra.toml", {})
    mailbox = incoming_mailbox(settings)
    deliver(mailbox.path, "1.x", question(), NOON)  # type: ignore[attr-defined]
    with open_toolbox(settings) as tools:
        store_mail(tools)
        file_all(tools)
        clear_mailbox(tools)
    return house


def test_an_empty_desk_says_so(house: House) -> None:
    house.run("init")
    assert "Không có thư nào cần người xem" in house.run("desk")
    assert "Chưa có quyết định nào" in house.run("desk", "list", "--all")


def test_the_desk_tells_what_came_from_whom_and_why_it_waits(asked: House) -> None:
    said = asked.run("desk")
    for words in ("hai@do.example", "Hỏi về phiếu", "31/10/2025", "không có mã phiếu", "kiemtra desk show"):
        assert words in said
    assert asked.run("desk", "list") == said


def test_a_message_is_shown_and_saved_and_no_file_leaves_the_folder(asked: House) -> None:
    said = asked.run("desk", "show", "1", "--save", "luu")
    for words in ("Hồ Văn Hai", "chưa nhận được phiếu", "ảnh chụp.png"):
        assert words in said
    saved = sorted(path.name for path in (asked.folder / "luu").iterdir())
    assert saved == ["thu-1-tep-1-ảnh chụp.png", "thu-1.eml"]
    assert (asked.folder / "luu" / "thu-1.eml").read_bytes() == question()
    before = [path.stat().st_size for path in (asked.folder / "luu").iterdir()]
    asked.run("desk", "show", "1", "--save", "luu")
    assert [path.stat().st_size for path in (asked.folder / "luu").iterdir()] == before


def test_leaving_aside_and_taking_back_is_told_and_remembered(asked: House) -> None:
    assert "Đã bỏ qua thư 1" in asked.run("desk", "ignore", "1", "--why", "đã gọi điện", "--by", "Nguyễn Thị Hà")
    assert "không thay đổi gì" in asked.run("desk", "ignore", "1")
    assert "Không có thư nào" in asked.run("desk")
    assert "Đã hoàn tác" in asked.run("desk", "undo", "1", "--by", "Lê Văn Tư")
    assert "không thay đổi gì" in asked.run("desk", "undo", "1")
    assert "Hỏi về phiếu" in asked.run("desk")
    said = asked.run("desk", "list", "--all")
    for words in ("Nguyễn Thị Hà: bỏ qua", "đã gọi điện", "Lê Văn Tư hoàn tác"):
        assert words in said


def test_every_mistake_of_a_filing_is_told_at_once(asked: House) -> None:
    said = asked.run("desk", "file", "99", "--unit", "xa-khong-co", "--cycle", "dot-khong-co", expect=1)
    for words in ("số 99", "“xa-khong-co”", "“dot-khong-co”"):
        assert words in said
    assert "cần một con số" in asked.run("desk", "show", "mot", expect=2)
    assert "số 99" in asked.run("desk", "show", "99", expect=1)


def test_without_a_door_in_the_settings_the_command_says_what_to_write(house: House) -> None:
    house.run("init")
    assert 'kind = "door"' in house.run("door", expect=1)


def test_the_door_runs_by_itself_takes_mail_and_stops_when_it_is_told(house: House, tmp_path: Path) -> None:
    import signal
    import smtplib
    import subprocess

    from infra.receiver import free_port

    port = free_port()
    (house.folder / "kiemtra.toml").write_text(f"""
[mail]
mode = "real"
sender_name = "Phòng Nội vụ"
sender_address = "dancho@vinhlinh.example"
[mail.out]
host = "127.0.0.1"
[mail.in]
kind = "door"
port = {port}
""")
    assert f"cửa nhận thư 127.0.0.1:{port} chưa mở. Hãy chạy: kiemtra serve" in house.run("check", expect=1)
    with subprocess.Popen(
        house.command("door"), cwd=house.folder, env=house.environment, stdout=subprocess.PIPE, text=True
    ) as door:
        assert door.stdout is not None
        assert f"LMTP 127.0.0.1:{port}" in door.stdout.readline()
        assert f"cửa nhận thư 127.0.0.1:{port} đang mở" in house.run("check", expect=1), "sending does not work yet"
        with smtplib.LMTP("127.0.0.1", port) as server:
            server.sendmail("hai@do.example", ["dancho+x@vinhlinh.example"], question())
        door.send_signal(signal.SIGTERM)
        assert "Đã đóng" in door.stdout.read()
    assert door.returncode == 0
    (mail,) = (house.folder / "du-lieu" / "thu-den" / "new").iterdir()
    assert mail.read_bytes().endswith(question())


def spam(number: int, sender: str, subject: str = "Khuyến mãi", file: bytes = b"") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "dancho@vinhlinh.example", subject
    mail["Message-ID"] = f"<rac-{number}@thurac.example>"
    mail.set_content(f"Giảm giá {number}%")
    if file:
        mail.add_attachment(file, maintype="application", subtype="octet-stream", filename=f"gia-{number}.xlsx")
    return mail.as_bytes()


@pytest.fixture
def flooded(asked: House) -> House:
    """One sender with a hundred pieces, and as many under a name each; one question came before them."""
    settings = load_settings(asked.folder / "kiemtra.toml", {})
    for number in range(100):
        deliver(incoming_mailbox(settings).path, f"r{number}.x", spam(number, "rac@thurac.example"), NOON)  # type: ignore[attr-defined]
        raw = spam(1000 + number, f"ten{number}@thurac.example")
        deliver(incoming_mailbox(settings).path, f"s{number}.x", raw, NOON)  # type: ignore[attr-defined]
    with open_toolbox(settings) as tools:
        store_mail(tools)
        file_all(tools)
        clear_mailbox(tools)
    return asked


def test_a_flood_of_spam_is_a_line_or_two_is_put_aside_at_once_and_taken_back(flooded: House) -> None:
    said = flooded.run("desk")
    assert said.count("Khuyến mãi") <= 2
    assert "thư cùng loại" in said
    assert len(flooded.run("desk", "list", "--each").split("Khuyến mãi")) == 201
    line = next(one for one in said.splitlines() if "--like --why" in one)
    number = line.partition("ignore ")[2].split()[0]
    assert "thư. Lấy lại tất cả" in flooded.run("desk", "ignore", number, "--like", "--why", "thư rác")
    assert "Hỏi về phiếu" in said, "what a person asked is named in the line, too"
    while "--like --why" in (said := flooded.run("desk")):
        other = next(one for one in said.splitlines() if "--like --why" in one).partition("ignore ")[2].split()[0]
        flooded.run("desk", "ignore", other, "--like")
    assert "Hỏi về phiếu" in said or "Không có thư nào" in said
    flooded.run("desk", "undo", number, "--like")
    assert "Khuyến mãi" in flooded.run("desk")


def worthless(number: int) -> bytes:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = f"Bảng giá {number}"
    book.save(out)
    return out.getvalue()


def backscatter(number: int) -> bytes:
    """A bounce of a mail that somebody else sent under our address."""
    words = f"550 5.1.1 <ten{number}@noikhac{number}.example> unknown"
    to = f"ten{number}@noikhac{number}.example"
    raw = delivery_report(f"<la-{number}@may{number}.example>", to, number, "5.1.1", words)
    return raw.replace(b"MAILER-DAEMON@vinhlinh.example", f"MAILER-DAEMON@noikhac{number}.example".encode())


def test_spreadsheets_and_bounces_of_strangers_are_a_handful_of_lines_with_what_is_in_them(asked: House) -> None:
    settings = load_settings(asked.folder / "kiemtra.toml", {})
    path = incoming_mailbox(settings).path  # type: ignore[attr-defined]
    for number in range(60):
        deliver(path, f"x{number}.x", spam(number, f"ten{number}@rac{number}.example", file=worthless(number)), NOON)
        broken = spam(100 + number, f"ai{number}@rac.example", file=b"PK\x03\x04" + bytes([number]) * 40)
        deliver(path, f"h{number}.x", broken, NOON)
        deliver(path, f"b{number}.x", backscatter(number), NOON)
    with open_toolbox(settings) as tools:
        store_mail(tools)
        file_all(tools)
    said = asked.run("desk")
    commands = [one.strip() for one in said.splitlines() if "--like --why" in one]
    assert 1 <= len(commands) <= 4
    assert sum(one.startswith(" ") and one.strip()[:1].isdigit() for one in said.splitlines()) <= 5
    for words in ("60 thư cùng loại (báo thư không đến nơi)", "60 thư cùng loại (có kèm tệp bảng tính)", "31/10/2025"):
        assert words in said
    number = next(one for one in said.splitlines() if "báo thư không đến nơi" in one).split()[0]
    assert asked.run("desk", "list", "--each").count("Địa chỉ không nhận được thư: ten") == 60
    assert "Đã bỏ qua 60 thư" in asked.run("desk", "ignore", number, "--like", "--why", "không phải thư của ta")
    assert "báo thư không đến nơi" not in asked.run("desk")


def test_a_bounce_without_keys_is_shown_with_its_address_and_the_server_s_words(asked: House) -> None:
    settings = load_settings(asked.folder / "kiemtra.toml", {})
    raw = delivery_report("<1@relay.example>", "man@vinho.example", 1, "5.1.1", "550 5.1.1 User unknown")
    deliver(incoming_mailbox(settings).path, "b.x", raw, NOON)  # type: ignore[attr-defined]
    with open_toolbox(settings) as tools:
        store_mail(tools)
        file_all(tools)
    said = asked.run("desk")
    for words in ("man@vinho.example", "550 5.1.1 User unknown", "kiemtra desk file 2 --bounce-of <mã đơn vị>"):
        assert words in said
    assert "“xa-khong-co”" in asked.run("desk", "file", "2", "--bounce-of", "xa-khong-co", expect=1)
    asked.run("desk", "file", "2", "--bounce-of", "xa-a", "--unit", "xa-a", expect=2)
    asked.run("desk", "file", "2", expect=2)
