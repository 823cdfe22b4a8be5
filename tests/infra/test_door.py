"""The door takes mail for our reply address and nobody else's, and says so only when it lies on the disk."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra import receiver
from infra.door import Door, door_of
from infra.maildir import MaildirMailbox
from infra.receiver import HOST, free_port
from infra.settings import parse_settings
from infra.toolbox import incoming_mailbox
from tasks.domain.errors import KiemtraError
from tasks.toolbox import RawMail

NOON = datetime(2025, 10, 31, 5, 0, tzinfo=UTC)
OURS, TAGGED = "dancho@vinhlinh.example", "Dancho+dccs-2025-0001-ab12@VinhLinh.example"
SENDER = "man@vinho.example"
MAIL = "Subject: Phiếu\r\n\r\n.một dòng bắt đầu bằng dấu chấm\r\n".encode()


@pytest.fixture(params=["smtp", "lmtp"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    with Door(tmp_path / "thu-den", OURS, lambda: NOON, HOST, 0, lmtp=request.param == "lmtp") as opened:
        opened.kind = request.param  # type: ignore[attr-defined]
        yield opened


def client(door: Door) -> smtplib.SMTP:
    kind = smtplib.LMTP if door.kind == "lmtp" else smtplib.SMTP  # type: ignore[attr-defined]
    return kind(HOST, door.port)


def lying(door: Door) -> list[RawMail]:
    with MaildirMailbox(door.folder).open() as mailbox:
        return list(mailbox.fetch(mailbox.waiting()))


def test_what_is_handed_over_is_collected_word_for_word(door: Door) -> None:
    with client(door) as server:
        server.sendmail(SENDER, [TAGGED], MAIL)
    (mail,) = lying(door)
    assert mail.raw == f"Return-Path: <{SENDER}>\r\nDelivered-To: {TAGGED}\r\n".encode() + MAIL
    assert mail.received_at == NOON


def test_one_message_for_our_address_and_its_tag_is_one_message(door: Door) -> None:
    with client(door) as server:
        server.ehlo_or_helo_if_needed()
        server.mail(SENDER)
        assert [server.rcpt(one)[0] for one in (OURS, TAGGED)] == [250, 250]
        assert server.data(MAIL)[0] == 250
        if isinstance(server, smtplib.LMTP):
            assert server.getreply()[0] == 250, "LMTP answers for every recipient"
    (mail,) = lying(door)
    assert mail.raw.count(b"Delivered-To:") == 2


@pytest.mark.parametrize(
    "stranger",
    [
        "ai@vinhlinh.example",
        "dancho@noi-khac.example",
        "dancho",
        "dancho+x@noi-khac.example",
        "x+dancho@vinhlinh.example",
    ],
)
def test_nobody_else_s_mail_is_taken(door: Door, stranger: str) -> None:
    with client(door) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail(SENDER, [stranger], MAIL)
    assert refused.value.recipients[stranger] == (550, b"5.7.1 not for this house")
    assert not door.folder.exists()


def test_a_report_from_a_null_sender_is_taken(door: Door) -> None:
    with client(door) as server:
        server.sendmail("", [OURS], MAIL)
    assert lying(door)[0].raw.startswith(b"Return-Path: <>\r\n")


def test_a_message_that_cannot_be_stored_stays_with_the_sender(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("infra.door.deliver", full)
    with client(door) as server, pytest.raises(smtplib.SMTPDataError) as refused:
        server.sendmail(SENDER, [OURS], MAIL)
    assert refused.value.smtp_code == 451
    monkeypatch.undo()
    with client(door) as server:
        server.sendmail(SENDER, [OURS], MAIL)
    assert len(lying(door)) == 1


def test_it_is_on_the_disk_before_the_sender_is_told(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file and the name of the file: a power cut after 250 takes nothing away."""
    import os

    synced: list[str] = []
    usual = os.fsync

    def note(number: int) -> None:
        synced.append(Path(f"/proc/self/fd/{number}").readlink().parent.name)
        usual(number)

    monkeypatch.setattr(os, "fsync", note)
    with client(door) as server:
        server.sendmail(SENDER, [OURS], MAIL)
        assert synced == ["tmp", "thu-den"]


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MOST_BYTES", 100)
    with Door(tmp_path / "thu-den", OURS, lambda: NOON, HOST, 0, lmtp=False) as door:
        door.kind = "smtp"  # type: ignore[attr-defined]
        with client(door) as server, pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPDataError)) as refused:
            server.sendmail(SENDER, [OURS], MAIL + b"x" * 200)
    assert refused.value.smtp_code == 552


def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(KiemtraError, match=rf"{port}.*\[mail.in\]"),
            Door(tmp_path, OURS, lambda: NOON, HOST, port, lmtp=True),
        ):
            pass


def test_by_settings_alone_what_comes_through_the_door_lies_in_the_mailbox_that_is_collected(tmp_path: Path) -> None:
    port = free_port()
    text = f"""
[mail]
mode = "real"
sender_name = "Phòng Nội vụ"
sender_address = "{OURS}"
[mail.out]
host = "127.0.0.1"
[mail.in]
kind = "door"
port = {port}
"""
    settings = parse_settings(text, tmp_path / "kiemtra.toml", {})
    door = door_of(settings, lambda: NOON)
    assert door is not None
    with door, smtplib.LMTP(HOST, port) as server:
        server.sendmail(SENDER, [OURS], MAIL)
    with incoming_mailbox(settings).open() as mailbox:
        keys = mailbox.waiting()
        assert len(list(mailbox.fetch(keys))) == 1
        mailbox.to_desk(keys)
        assert mailbox.waiting() == []
    assert [path.name for path in (tmp_path / "du-lieu" / "thu-den").iterdir() if path.name.startswith(".")]
