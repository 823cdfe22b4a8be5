"""The letter that goes when the clocks stand: over real SMTP, by no queue, once a cause and day."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from infra.alarm import alarm
from infra.sandbox.post_office import PostOffice
from infra.settings import Settings, parse_settings

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
MAIL = """
[mail]
sender_name = "Phòng Nội vụ"
sender_address = "dancho@vinhlinh.example"
administrators = ["quantri@vinhlinh.example", "truc@vinhlinh.example"]
"""


def settings(folder: Path, more: str = "") -> Settings:
    return parse_settings(MAIL + more, folder / "kiemtra.toml", {})


def raised(where: Settings, cause: str = "late", now: datetime = NOW) -> str:
    return alarm(where, cause, "Lịch tự chạy của kiemtra đã dừng: máy chủ tắt.", "xem server.log", now)


def boxes(folder: Path) -> dict[str, int]:
    return {box.name: len(list((box / "new").iterdir())) for box in (folder / "du-lieu" / "thu").iterdir()}


def test_every_administrator_is_told_once_a_cause_and_day(tmp_path: Path) -> None:
    where = settings(tmp_path)
    assert raised(where) == "đã báo quantri@vinhlinh.example, truc@vinhlinh.example"
    assert raised(where, now=NOW + timedelta(hours=3)) == "hôm nay đã báo quản trị việc này rồi"
    assert boxes(tmp_path) == {"quantri@vinhlinh.example": 1, "truc@vinhlinh.example": 1}
    raised(where, "server-ended")
    raised(where, now=NOW + timedelta(days=1))
    assert boxes(tmp_path) == {"quantri@vinhlinh.example": 3, "truc@vinhlinh.example": 3}
    (first, *_) = sorted((tmp_path / "du-lieu" / "thu" / "truc@vinhlinh.example" / "new").iterdir())
    letter = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert letter["Subject"] == "Có 1 việc cần người quản trị xử lý [DCCS]"
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Lịch tự chạy của kiemtra đã dừng: máy chủ tắt." in text
    assert "xem server.log" in text


def test_what_was_not_taken_is_told_again(tmp_path: Path) -> None:
    with PostOffice(tmp_path / "mail", lambda: NOW) as office:
        port = office.outgoing.port
    away = settings(tmp_path, f"[sandbox]\nport = {port}\n")
    assert raised(away).startswith("chưa báo được quản trị qua thư (")
    assert raised(settings(tmp_path)).startswith("đã báo")


def test_without_administrators_it_says_so(tmp_path: Path) -> None:
    nobody = parse_settings(MAIL.replace('"quantri@vinhlinh.example", "truc@vinhlinh.example"', ""), tmp_path / "k", {})
    assert raised(nobody) == "không báo được ai: [mail] administrators đang trống"
