"""The sandbox's mail server: real SMTP, nothing leaves the machine, and its bounces are bounces to our own eyes."""

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra import receiver
from infra.maildir import MaildirMailbox
from infra.receiver import free_port
from infra.sandbox.post_office import PostOffice, mailbox_folder
from infra.smtp import SmtpOutbox
from tasks.domain.errors import MailRefusesUs
from tasks.domain.letterbox import Facts, Verdict, is_hard, triage
from tasks.domain.message import read_message
from tasks.domain.mime import Draft, compose

NOON = datetime(2025, 10, 31, 5, 0, tzinfo=UTC)
OFFICE, UNIT, GONE = "dancho@vinhlinh.example", "xa01@vinhlinh.example", "da-nghi@vinhlinh.example"
ID = "<thu-1@vinhlinh.example>"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "thu", lambda: NOON, bouncing=[GONE.upper()]) as opened:
        yield opened


def letter(to: str) -> bytes:
    return compose(
        Draft(("Phòng Nội vụ", OFFICE), ("", to), "", "Phiếu kiểm tra (lần 2)", "Kính gửi", "<p>Kính gửi</p>", ID, NOON)
    )


async def send(office: PostOffice, to: str, sender: str = OFFICE) -> str:
    async with SmtpOutbox(office.outgoing).connect() as connection:
        return await connection.post(sender, to, letter(to), lambda: None)


def arrived(office: PostOffice, address: str) -> list[bytes]:
    with MaildirMailbox(office.mailbox(address)).open() as mailbox:
        return [mail.raw for mail in mailbox.fetch(mailbox.waiting())]


async def test_a_letter_lies_in_the_mailbox_of_its_recipient_word_for_word(office: PostOffice) -> None:
    assert (await send(office, UNIT)).startswith("250")
    (raw,) = arrived(office, UNIT)
    assert raw == f"Return-Path: <{OFFICE}>\r\nDelivered-To: {UNIT}\r\n".encode() + letter(UNIT)
    assert office.delivered == [(OFFICE, UNIT)]


async def test_what_arrives_bears_the_time_of_the_clock(office: PostOffice) -> None:
    await send(office, UNIT)
    office.clock = datetime(2025, 12, 1, tzinfo=UTC)
    await send(office, UNIT)
    with MaildirMailbox(office.mailbox(UNIT)).open() as mailbox:
        assert [mail.received_at for mail in mailbox.fetch(mailbox.waiting())] == [NOON, office.clock]


async def test_a_tag_after_plus_is_the_same_mailbox(office: PostOffice) -> None:
    await send(office, "DanCho+dccs-2025-0001-AB12@vinhlinh.example")
    await send(office, OFFICE)
    first, _ = arrived(office, OFFICE)
    assert b"Delivered-To: DanCho+dccs-2025-0001-AB12@vinhlinh.example" in first


async def test_a_bounce_is_one_to_our_triage_and_names_the_letter(office: PostOffice) -> None:
    assert (await send(office, GONE)).startswith("250")
    assert arrived(office, GONE) == []
    (raw,) = arrived(office, OFFICE)
    message = read_message(raw)
    assert triage(Facts(message, from_ourselves=False)).verdict is Verdict.BOUNCE
    assert message.returned_ids == (ID,)
    assert message.return_path == ""
    (report,) = message.reports
    assert report.recipient == GONE
    assert is_hard(report.status, report.diagnostic)


async def test_a_bounce_of_a_bounce_is_none(office: PostOffice) -> None:
    with smtplib.SMTP("127.0.0.1", office.outgoing.port) as client:
        client.sendmail("", [GONE, UNIT], letter(GONE))
    assert office.delivered == [("", UNIT)]
    assert arrived(office, UNIT)[0].startswith(b"Return-Path: <>\r\n")


async def test_several_recipients_get_a_copy_each(office: PostOffice) -> None:
    with smtplib.SMTP("127.0.0.1", office.outgoing.port) as client:
        client.sendmail(OFFICE, [UNIT, "xa02@vinhlinh.example"], letter(UNIT))
    assert len(arrived(office, UNIT)) == len(arrived(office, "xa02@vinhlinh.example")) == 1


@pytest.mark.parametrize("address", ["/etc/passwd@x.example", "a/b/c@x.example", "/@x.example"])
async def test_no_address_leads_out_of_the_folder(office: PostOffice, address: str) -> None:
    await send(office, address)
    assert [path.parent for path in office.folder.iterdir()] == [office.folder]
    assert mailbox_folder(office.folder, address).parent == office.folder
    assert len(arrived(office, address)) == 1


def test_an_address_that_cannot_exist_is_refused(office: PostOffice) -> None:
    with smtplib.SMTP("127.0.0.1", office.outgoing.port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail(OFFICE, ['"../../x"@y.example'], letter(UNIT))
    assert not office.folder.exists()


async def test_a_letter_that_is_too_large_is_refused_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_BYTES", 100)
    with PostOffice(tmp_path, lambda: NOON) as small:
        with pytest.raises(MailRefusesUs, match="100 byte"):
            await send(small, UNIT)
        assert small.delivered == []


def test_it_listens_on_this_machine_only(office: PostOffice) -> None:
    port = office.outgoing.port
    assert office.outgoing.host == "127.0.0.1"
    listening = {
        line.split()[1].rpartition(":")[0]
        for file in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(file).read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    assert listening == {"0100007F"}


def test_a_port_that_somebody_took_meanwhile_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1], free_port()])
        monkeypatch.setattr(receiver, "free_port", lambda: next(ports))
        with PostOffice(tmp_path, lambda: NOON) as opened:
            assert opened.outgoing.port != taken.getsockname()[1]


def test_a_closed_office_is_closed(tmp_path: Path) -> None:
    with PostOffice(tmp_path, lambda: NOON) as opened:
        port = opened.outgoing.port
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1)
    with pytest.raises(AssertionError, match="closed"):
        _ = opened.outgoing
