"""`kiemtra check` in real mode: a letter there and back over SMTP, and what it finds where it does not come back."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.__main__ import main
from flows.console.mail_check import addresses, outgoing, there_and_back
from infra.maildir import deliver
from infra.receiver import Receiver
from infra.settings import Settings, parse_settings
from tasks.domain.errors import KiemtraError
from tests.infra.smtp_script import Answer, serving

OURS = "dancho@vinhlinh.test"
MAIL = """
[mail]
mode = "real"
sender_name = "Phòng Nội vụ"
sender_address = "{sender}"
reply_address = "{reply}"
{more}
[mail.out]
host = "127.0.0.1"
port = {port}
security = "none"
[mail.in]
kind = "maildir"
path = "{path}"
{limits}
"""


def settings(folder: Path, port: int, *, reply: str = OURS, sender: str = OURS, more: str = "") -> Settings:
    text = MAIL.format(sender=sender, reply=reply, more=more, port=port, path=folder / "thu", limits="")
    return parse_settings(text, folder / "kiemtra.toml", {})


class Server:
    """A mail server that delivers into the Maildir of the office, as its administrator has set it up."""

    def __init__(self, folder: Path, refuses: Callable[[str], bool] = lambda _: False, into: str = "") -> None:
        self.box, self._into, self.refuses = folder / "thu", into, refuses
        self.head = b""
        self.loses_tags = self.sends_back = False
        self.sent_by: list[str] = []
        self.received: list[str] = []
        self._receiver = Receiver(lambda one: "550 5.1.1 user unknown" if self.refuses(one) else "", self._keep)

    def __enter__(self) -> "Server":
        self._receiver.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.__exit__()

    @property
    def port(self) -> int:
        return self._receiver.port

    def _keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        self.sent_by.append(sender)
        self.received += recipients
        if self.loses_tags and "+" in recipients[0]:
            return
        if self.sends_back:
            name = raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]
            raw = b"From: MAILER-DAEMON@vinhlinh.test\r\n\r\nDiagnostic-Code: smtp; 550 no such box\r\n\r\n" + name
        now = datetime.now(UTC)
        deliver(self.box / self._into, f"{now.timestamp():.6f}.{len(self.received)}.may", self.head + raw, now)

    def lying_in(self, folder: str) -> int:
        return sum(len(list((self.box / folder / part).iterdir())) for part in ("new", "cur"))


def test_it_comes_back_as_every_letter_would_and_is_put_away(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.head = b"Authentication-Results: mx.test; spf=pass; dkim=pass (ok); dmarc=pass\r\n"
        said = there_and_back(settings(tmp_path, server.port), 20)
        assert "tới dancho+thu-nghiem@vinhlinh.test, về “INBOX”" in said
        assert "spf=pass, dkim=pass, dmarc=pass" in said
        assert server.sent_by[0].startswith("dancho+b-")
        assert (server.lying_in(""), server.lying_in(".Da-xu-ly")) == (0, 1)


def test_the_collector_knows_it_for_its_own_and_nobody_is_asked_or_answered(tmp_path: Path) -> None:
    from tasks.domain.letterbox import FOR_THE_DESK, Facts, Verdict, may_answer_automatically, triage
    from tasks.domain.message import read_message

    with (
        Server(tmp_path, into=".Khac") as server,
        pytest.raises(KiemtraError, match="“Khac” mà chương trình không đọc"),
    ):
        there_and_back(settings(tmp_path, server.port), 20)
    (file,) = (tmp_path / "thu" / ".Da-xu-ly" / "cur").iterdir()
    message = read_message(file.read_bytes())
    verdict = triage(Facts(message, message.sender == OURS, frozenset({OURS}))).verdict
    assert verdict is Verdict.OWN_MAIL
    assert verdict not in FOR_THE_DESK
    assert not may_answer_automatically(message)


def test_a_letter_that_is_taken_for_junk_is_found(tmp_path: Path) -> None:
    with Server(tmp_path, into=".Junk") as server, pytest.raises(KiemtraError, match="thư rác “Junk”"):
        there_and_back(settings(tmp_path, server.port), 20)


def test_a_letter_that_the_server_does_not_believe_is_a_fault(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.head = b"Authentication-Results: mx.test; spf=fail; dkim=none; dmarc=fail\r\n"
        with pytest.raises(KiemtraError, match="spf=fail, dmarc=fail"):
            there_and_back(settings(tmp_path, server.port), 20)


def test_plus_addresses_that_are_refused_are_told_from_a_refused_mailbox(tmp_path: Path) -> None:
    with Server(tmp_path, refuses=lambda one: "+" in one) as server:
        with pytest.raises(KiemtraError, match=r"user unknown.*plus_addressing = false"):
            there_and_back(settings(tmp_path, server.port), 5)
        assert server.received == [], "it was asked, and nothing left"
        said = there_and_back(settings(tmp_path, server.port, more="plus_addressing = false"), 20)
        assert f"tới {OURS}" in said
        server.refuses = lambda _: True
        with pytest.raises(KiemtraError, match=r"máy chủ không nhận thư thử: .*user unknown"):
            there_and_back(settings(tmp_path, server.port), 5)


def test_plus_addresses_that_vanish_are_found_by_the_bare_one_that_comes(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.loses_tags = True
        with pytest.raises(KiemtraError, match=r"thì về, thư tới .* thì không.*plus_addressing = false"):
            there_and_back(settings(tmp_path, server.port), 1)
        assert server.lying_in("") == 0, "the bare one is put away too"


def test_a_letter_that_is_sent_back_is_told_with_the_words_of_the_report(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.sends_back = True
        with pytest.raises(KiemtraError, match="bị trả lại: smtp; 550 no such box"):
            there_and_back(settings(tmp_path, server.port), 1)


def test_nothing_that_comes_is_said_with_what_to_look_at(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.box = tmp_path / "hop-thu-khac"
        with pytest.raises(KiemtraError, match="chưa thấy thư thử trong hộp thư đến"):
            there_and_back(settings(tmp_path, server.port, more="plus_addressing = false"), 1)


def test_an_envelope_of_another_domain_is_said_with_what_follows(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        apart = settings(tmp_path, server.port, reply="dancho@hop-thu.test")
        assert "Lưu ý, thư ghi người gửi ở vinhlinh.test" in addresses(apart)
        with pytest.raises(KiemtraError, match="DMARC"):
            there_and_back(apart, 20)
        server.head = b"Authentication-Results: mx.test; dkim=pass; dmarc=pass\r\n"
        assert "dmarc=pass" in there_and_back(apart, 20)


def test_addresses_of_the_sample_are_refused_before_anything_leaves(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        sample = settings(tmp_path, server.port, sender="dancho@vinhlinh.example")
        for look in (addresses, lambda one: there_and_back(one, 1)):
            with pytest.raises(KiemtraError, match=r"dancho@vinhlinh.example: địa chỉ mẫu"):
                look(sample)
        assert server.received == []


# --- a server that says what is written down for it ------------------------------------------------------------------


async def looked(folder: Path, look: Callable[[Settings], str], script: dict[str, Answer | list[Answer]]) -> str:
    """What `look` says of such a server, or its complaint."""
    async with serving(script) as server:
        try:
            return await asyncio.to_thread(look, settings(folder, server.port))
        except KiemtraError as error:
            return f"✗ {error}"


async def test_the_provider_is_named_and_what_will_not_work_there(tmp_path: Path) -> None:
    said = await looked(tmp_path, outgoing, {"greeting": "220 smtp.gmail.com ESMTP a1 - gsmtp"})
    assert "máy chủ: Gmail hoặc Google Workspace" in said
    assert "mật khẩu ứng dụng" in said
    refused: dict[str, Answer | list[Answer]] = {
        "greeting": "220 SG2.outlook.office365.com Microsoft ESMTP MAIL Service ready",
        "MAIL": "530 5.7.57 Client not authenticated to send mail",
    }
    said = await looked(tmp_path, outgoing, refused)
    assert said.startswith("✗")
    assert "5.7.57" in said
    assert "OAuth" in said


async def test_a_refused_tag_of_the_sender_is_told_from_a_refused_sender(tmp_path: Path) -> None:
    tag_only: dict[str, Answer | list[Answer]] = {"MAIL": ["553 5.7.1 Sender address rejected: not owned by user"]}
    assert "bounce_tags = false" in await looked(tmp_path, outgoing, tag_only)
    always: dict[str, Answer | list[Answer]] = {"MAIL": "553 5.7.1 Sender address rejected: not owned by user"}
    said = await looked(tmp_path, outgoing, always)
    assert said.startswith("✗")
    assert "bounce_tags" not in said
    at_rcpt: dict[str, Answer | list[Answer]] = {"RCPT": ["550 5.7.1 no"] * 2}
    said = await looked(tmp_path, lambda one: there_and_back(one, 1), at_rcpt)
    assert "người gửi có mã thư (dancho+b-" in said


async def test_a_passing_refusal_is_told_in_the_server_s_words(tmp_path: Path) -> None:
    said = await looked(tmp_path, lambda one: there_and_back(one, 1), {"RCPT": "450 4.2.0 greylisted"})
    assert "máy chủ không nhận thư thử: 450 4.2.0 greylisted" in said


# --- as it is typed --------------------------------------------------------------------------------------------------


def test_check_says_it_is_waiting_and_prints_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(("init",)) == 0
    monkeypatch.setenv("KIEMTRA_SMTP_PASSWORD", "rat-bi-mat")
    with Server(tmp_path) as server:
        text = MAIL.format(sender=OURS, reply=OURS, more="", port=server.port, path=tmp_path / "thu", limits="")
        (tmp_path / "kiemtra.toml").write_text(text)
        assert main(("check", "--wait", "20")) == 1, "there is no plan yet"
        said = capsys.readouterr().out
        assert "… thư thử: đã đi tới dancho+thu-nghiem@vinhlinh.test, đợi thư về, nhiều nhất 20 giây" in said
        assert "✓ thư thử: tới dancho+thu-nghiem@vinhlinh.test" in said
        assert "rat-bi-mat" not in said
        main(("check", "--offline"))
        assert len(server.received) == 1
