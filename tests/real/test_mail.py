"""Sending and collecting against a real Postfix and a real Dovecot, with settings as an administrator writes them."""

import asyncio
import queue
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError
from sqlalchemy import select

import infra.imap
from infra.database import open_engine, session_maker
from infra.imap import ImapMailbox
from infra.listening import Listener
from infra.relay_log import RelayLog
from infra.sent_folder import SentFolder
from infra.settings import Settings, parse_settings
from infra.smtp import SmtpOutbox, check_login
from tasks.collection.storing import clear_mailbox, store_mail
from tasks.domain.deeds import Deed
from tasks.domain.errors import MailboxUnreachable, MailRefusesUs, MailServerUnavailable
from tasks.domain.letterbox import Facts, Verdict, is_hard, triage
from tasks.domain.mailing import return_path
from tasks.domain.message import read_message
from tasks.domain.mime import Draft, compose
from tasks.records import Base, Incoming
from tasks.toolbox import Copy
from tests.infra.smtp_script import Certificates
from tests.real.conftest import REFUSED
from tests.real.mail_servers import PASSWORD, Dovecot, Postfix

NOON = datetime(2025, 10, 31, 5, 0, tzinfo=UTC)
SUBJECT = "Phiếu kiểm tra việc thực hiện dân chủ ở cơ sở năm 2025 (nhắc lần 2)"


class Office:
    """One mailbox at Dovecot, the settings that lead to it, and a database to collect into."""

    def __init__(
        self,
        dovecot: Dovecot,
        place: Path,
        user: str,
        certificates: Certificates,
        postfix: Postfix | None = None,
        **changes: Any,
    ) -> None:
        self.dovecot, self.user, self.address = dovecot, user, f"{user}@vinhlinh.example"
        (place / "mat-khau").write_text(changes.pop("password", PASSWORD) + "\n", encoding="utf-8")
        security = changes.pop("security", "starttls")
        ca_file = changes.pop("ca_file", certificates.authority)
        authority = f'ca_file = "{ca_file}"' if ca_file else ""
        ports = {
            "starttls": (postfix.submission if postfix else 1, dovecot.imap),
            "tls": (postfix.submissions if postfix else 1, dovecot.imaps),
            "none": (postfix.plain if postfix else 1, dovecot.imap),
        }[security]
        more = "\n".join(f'{key} = "{value}"' for key, value in changes.items())
        text = f"""
[mail]
mode = "real"
sender_name = "Phòng Nội vụ"
sender_address = "{self.address}"
[mail.out]
host = "127.0.0.1"
port = {ports[0]}
security = "{security}"
user = "{user}"
password_file = "mat-khau"
{authority}
[mail.in]
host = "localhost"
port = {ports[1]}
security = "{security}"
user = "{user}"
password_file = "mat-khau"
{authority}
{more}
[limits]
per_minute = 100000
"""
        self.settings: Settings = parse_settings(text, place / "kiemtra.toml", {})
        assert self.settings.inbound is not None
        assert self.settings.outgoing is not None
        self.inbound, self.outgoing = self.settings.inbound, self.settings.outgoing
        self.outbox = SmtpOutbox(self.outgoing)
        self.mailbox = ImapMailbox(self.inbound, timeout=10)
        engine = open_engine(f"sqlite:///{place / 'thu.db'}")
        Base.metadata.create_all(engine)
        self.sessions = session_maker(engine)

    def collect(self, mailbox: Any = None) -> int:
        tools: Any = SimpleNamespace(
            mailbox=mailbox or self.mailbox,
            sessions=self.sessions,
            now=lambda: datetime.now(UTC),
            lasting=lambda real: real,
        )
        stored = store_mail(tools).counts[Deed.RECEIVED]
        self.tell_apart()
        clear_mailbox(tools)
        return stored

    def tell_apart(self, verdict: Verdict = Verdict.NOTICE) -> None:
        """As if somebody had read what is stored: only then may it leave the inbox."""
        with self.sessions.begin() as session:
            for row in session.scalars(select(Incoming).where(Incoming.verdict.is_(None))):
                row.verdict = verdict
                row.message_id = read_message(row.raw).message_id

    @property
    def stored(self) -> list[Incoming]:
        with self.sessions() as session:
            return list(session.scalars(select(Incoming).order_by(Incoming.id)))

    @property
    def raws(self) -> list[bytes]:
        with self.sessions() as session:
            return list(session.scalars(select(Incoming.raw).order_by(Incoming.id)))

    @contextmanager
    def person(self, folder: str = "INBOX") -> Iterator[Any]:
        """Somebody with a mail program of their own in the same mailbox."""
        client = IMAPClient("127.0.0.1", self.dovecot.imap, ssl=False, timeout=10)
        client.plain_login(self.user, PASSWORD)
        if folder != "INBOX" and not client.folder_exists(folder):
            client.create_folder(folder)
        client.select_folder(folder)
        yield client
        client.logout()

    def put(self, *bodies: str, folder: str = "INBOX") -> None:
        with self.person(folder) as client:
            for body in bodies:
                client.append(folder, f"Subject: x\r\n\r\n{body}\r\n".encode(), msg_time=NOON)

    def lying_in(self, folder: str) -> int:
        with self.person() as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"]) if client.folder_exists(folder) else 0

    def wait_for(self, count: int, folder: str = "INBOX") -> None:
        deadline = time.monotonic() + 20
        while self.lying_in(folder) < count:
            assert time.monotonic() < deadline, f"{self.lying_in(folder)} of {count} letters after 20 s"
            time.sleep(0.02)

    def letter(self, to: str, number: int = 1, tag: str = "") -> bytes:
        return compose(
            Draft(
                sender=("Phòng Nội vụ huyện Vĩnh Linh", self.address),
                recipient=("Đầu mối", to),
                reply_to="",
                subject=SUBJECT,
                text="Kính gửi quý đơn vị,\n.một dòng bắt đầu bằng dấu chấm\n",
                html="<p>Kính gửi</p>",
                message_id=f"<{tag or f'thu-{number}'}@vinhlinh.example>",
                date=NOON,
                attachments=(("phiếu.xlsx", bytes(range(256)) * 60, "application/vnd.ms-excel"),),
            )
        )

    async def send(self, to: str, number: int = 1, tag: str = "") -> str:
        raw = self.letter(to, number, tag)
        sender = return_path(self.address, f"<{tag}@vinhlinh.example>") if tag else self.address
        async with self.outbox.connect() as connection:
            return await connection.post(sender, to, raw, lambda: None, tag)


@pytest.fixture
def office(dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates) -> Office:
    return Office(dovecot, tmp_path, user, certificates)


@pytest.fixture
def posting(dovecot: Dovecot, postfix: Postfix, tmp_path: Path, user: str, certificates: Certificates) -> Office:
    return Office(dovecot, tmp_path, user, certificates, postfix)


# --- through Postfix ---------------------------------------------------------------------------------------------


@pytest.mark.postfix
@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_letter_goes_out_with_login_and_comes_back_byte_for_byte(
    security: str, dovecot: Dovecot, postfix: Postfix, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, postfix, security=security)
    await check_login(SmtpOutbox(office.outgoing))
    assert (await office.send(f"{user}+dccs-2025-0001-ab12@vinhlinh.example")).startswith("250")
    office.wait_for(1)
    assert office.collect() == 1
    (raw,) = office.raws
    assert raw.endswith(office.letter(f"{user}+dccs-2025-0001-ab12@vinhlinh.example"))
    message = read_message(raw)
    assert (message.subject, message.codes) == (SUBJECT, ("DCCS-2025-0001-AB12",))
    assert (office.lying_in("INBOX"), office.lying_in("Da-xu-ly")) == (0, 1)


@pytest.mark.postfix
@pytest.mark.dovecot
async def test_two_hundred_letters_over_two_connections_arrive_and_are_kept_exactly_once_each(posting: Office) -> None:
    numbers = iter(range(200))

    async def one_line() -> None:
        async with posting.outbox.connect() as connection:
            for number in numbers:
                raw = posting.letter(posting.address, number)
                await connection.post(posting.address, posting.address, raw, lambda: None)

    await asyncio.gather(one_line(), one_line())
    posting.wait_for(200)
    assert posting.collect() == 200
    assert posting.collect() == 0
    ids = Counter(read_message(raw).message_id for raw in posting.raws)
    assert ids == Counter(f"<thu-{number}@vinhlinh.example>" for number in range(200))
    assert (posting.lying_in("INBOX"), posting.lying_in("Da-xu-ly")) == (0, 200)


@pytest.mark.postfix
@pytest.mark.dovecot
async def test_a_recipient_refused_later_comes_back_as_a_bounce_that_names_the_letter(posting: Office) -> None:
    gone = f"da-nghi@{REFUSED}"
    assert (await posting.send(gone, 77)).startswith("250")
    posting.wait_for(1)
    posting.collect()
    message = read_message(posting.raws[0])
    assert triage(Facts(message, from_ourselves=False)).verdict is Verdict.BOUNCE
    assert "<thu-77@vinhlinh.example>" in message.returned_ids
    (report,) = message.reports
    assert (report.recipient, report.action) == (gone, "failed")
    assert is_hard(report.status, report.diagnostic)


@pytest.mark.postfix
@pytest.mark.dovecot
async def test_a_bounce_tells_its_letter_three_times_by_address_by_envelope_and_by_headers(posting: Office) -> None:
    """VERP and ENVID (RFC 3461): even a report that quoted nothing would find its letter."""
    tag = "0123456789abcdef" * 2
    assert (await posting.send(f"da-nghi@{REFUSED}", tag=tag)).startswith("250")
    posting.wait_for(1)
    posting.collect()
    message = read_message(posting.raws[0])
    assert message.bounce is not None
    assert message.bounce_tags == (tag,)
    assert message.bounce.envelope_ids == (tag,)
    assert f"<{tag}@vinhlinh.example>" in message.returned_ids


@pytest.mark.postfix
@pytest.mark.dovecot
async def test_the_log_of_postfix_tells_whether_a_letter_was_taken_and_where_it_went(
    posting: Office, postfix: Postfix
) -> None:
    await posting.send(posting.address, 9001)
    await posting.send(f"da-nghi@{REFUSED}", 9002)
    posting.wait_for(2)
    asked = {f"<thu-{number}@vinhlinh.example>" for number in (9001, 9002, 9003)}
    log = RelayLog(postfix.folder / "postfix.log")
    deadline = time.monotonic() + 20
    while sum("status=" in words for words in log.find(asked).values()) < 2:
        assert time.monotonic() < deadline, log.find(asked)
        time.sleep(0.05)
    found = log.find(asked)
    assert "status=sent" in found["<thu-9001@vinhlinh.example>"]
    assert "status=bounced" in found["<thu-9002@vinhlinh.example>"]
    assert "<thu-9003@vinhlinh.example>" not in found


@pytest.mark.dovecot
def test_a_copy_in_the_folder_of_sent_mail_is_found_by_its_message_id(office: Office) -> None:
    tag = "fedcba9876543210" * 2
    with office.person("Sent") as client:
        client.append("Sent", office.letter("xa01@vinhlinh.example", tag=tag))
    sent = SentFolder(replace(office.inbound, folder="Sent"))
    assert set(sent.find({f"<{tag}@vinhlinh.example>", "<khac@vinhlinh.example>"})) == {f"<{tag}@vinhlinh.example>"}
    with pytest.raises(MailboxUnreachable, match="Khong-co"):
        SentFolder(replace(office.inbound, folder="Khong-co")).find({"<a@b.example>"})


@pytest.mark.dovecot
def test_a_letter_is_filed_in_the_folder_of_sent_mail_once_and_as_read(office: Office) -> None:
    tag = "0123456789abcdef" * 2
    raw = office.letter("xa01@vinhlinh.example", tag=tag)
    with office.person("Sent"):
        pass
    sent = SentFolder(replace(office.inbound, folder="Sent"))
    copy = Copy(1, f"<{tag}@vinhlinh.example>", raw, datetime(2025, 4, 8, 7, 35, tzinfo=UTC))
    assert list(sent.file([copy, copy])) == [copy, copy]
    assert list(sent.file([copy])) == [copy]
    with office.person("Sent") as client:
        client.select_folder("Sent", readonly=True)
        found = client.fetch(client.search(["ALL"]), ["FLAGS", "BODY.PEEK[]"])
    (kept,) = found.values()
    assert kept[b"BODY[]"] == raw
    assert b"\\Seen" in kept[b"FLAGS"]


@pytest.mark.postfix
@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_postfix_says_that_the_password_is_wrong(
    security: str, dovecot: Dovecot, postfix: Postfix, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, postfix, security=security, password="sai")
    with pytest.raises(MailServerUnavailable, match=f"mật khẩu của {user}: 535"):
        await check_login(SmtpOutbox(office.outgoing))


@pytest.mark.postfix
@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_postfix_with_a_certificate_of_an_unknown_authority_is_refused(
    security: str, dovecot: Dovecot, postfix: Postfix, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, postfix, security=security, ca_file="")
    with pytest.raises(MailServerUnavailable, match=r"chứng thư của máy chủ thư .* không được tin cậy"):
        await check_login(SmtpOutbox(office.outgoing))


@pytest.mark.postfix
@pytest.mark.dovecot
async def test_postfix_takes_no_login_and_no_letter_in_the_clear(
    dovecot: Dovecot, postfix: Postfix, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, postfix, security="none")
    with pytest.raises(MailServerUnavailable):
        await check_login(SmtpOutbox(office.outgoing))


@pytest.mark.postfix
@pytest.mark.dovecot
async def test_the_size_postfix_announces_is_heeded(posting: Office) -> None:
    async with posting.outbox.connect() as connection:
        with pytest.raises(MailRefusesUs, match="1000000"):
            await connection.post(posting.address, posting.address, b"x" * 1_000_001, lambda: None)


# --- out of Dovecot ----------------------------------------------------------------------------------------------


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_dovecot_says_that_the_password_is_wrong(
    security: str, dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, security=security, password="sai")
    with pytest.raises(MailboxUnreachable, match=f"không đăng nhập được hộp thư {user}.*Authentication failed"):
        office.collect()


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_dovecot_with_a_certificate_of_an_unknown_authority_is_refused(
    security: str, dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, security=security, ca_file="")
    with pytest.raises(MailboxUnreachable, match=r"chứng thư .* không được tin cậy"):
        office.collect()


@pytest.mark.dovecot
def test_a_message_keeps_the_moment_at_which_it_came(office: Office) -> None:
    office.put("mot")
    office.collect()
    assert office.stored[0].received_at == NOON


@pytest.mark.dovecot
def test_a_message_opened_by_a_person_is_still_collected(office: Office) -> None:
    office.put("mot", "hai")
    with office.person() as client:
        client.fetch(client.search(["ALL"])[:1], ["BODY[]"])
        assert len(client.search(["SEEN"])) == 1
    assert office.collect() == 2


@pytest.mark.dovecot
def test_collecting_does_not_mark_a_message_as_read(office: Office) -> None:
    office.put("mot")
    with office.mailbox.open() as mailbox:
        list(mailbox.fetch(mailbox.waiting()))
    with office.person() as client:
        (flags,) = client.get_flags(client.search(["ALL"])).values()
    assert SEEN not in flags


@pytest.mark.dovecot
def test_a_crash_between_keeping_and_moving_repeats_only_the_look(office: Office) -> None:
    office.put("mot", "hai", "ba")
    with office.mailbox.open() as mailbox:
        broken: Any = SimpleNamespace(waiting=mailbox.waiting, fetch=mailbox.fetch, done=lambda keys: 1 / 0)

        @contextmanager
        def opened() -> Iterator[Any]:
            yield broken

        with pytest.raises(ZeroDivisionError):
            office.collect(SimpleNamespace(name=office.mailbox.name, open=opened))
    assert (len(office.stored), office.lying_in("INBOX")) == (3, 3)
    assert office.collect() == 0
    assert (len(office.stored), office.lying_in("INBOX"), office.lying_in("Da-xu-ly")) == (3, 0, 3)


@pytest.mark.dovecot
def test_a_folder_that_was_rebuilt_brings_no_message_twice(
    dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, folder="Tra loi")
    office.put("mot", "hai", folder="Tra loi")
    with office.mailbox.open() as mailbox:
        old = mailbox.waiting()
    assert office.collect() == 2
    with office.person() as client:
        client.delete_folder("Tra loi")
    office.put("ba", "hai", "mot", folder="Tra loi")
    with office.mailbox.open() as mailbox:
        new = mailbox.waiting()
        assert {key.rpartition(";")[0] for key in new}.isdisjoint(key.rpartition(";")[0] for key in old)
        assert list(mailbox.fetch(old)) == []
        mailbox.done(old)  # the same numbers mean other messages now
        assert mailbox.waiting() == new
    assert office.collect() == 1
    assert len({one.sha256 for one in office.stored}) == len(office.stored) == 3


@pytest.mark.dovecot
def test_folders_with_vietnamese_names_are_found_and_made(
    dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    names = {"folder": "Hộp thư & trả lời", "done_folder": "Đã xử lý/Năm 2025"}
    office = Office(dovecot, tmp_path, user, certificates, **names)
    office.put("mot", folder=names["folder"])
    assert office.collect() == 1
    assert (office.lying_in(names["folder"]), office.lying_in(names["done_folder"])) == (0, 1)
    with office.person() as client:
        assert names["done_folder"] in [name for _, _, name in client.list_sub_folders()]
    office.put("hai", folder=names["folder"])
    assert office.collect() == 1


@pytest.mark.dovecot
def test_a_folder_that_does_not_exist_is_named(
    dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, folder="Không có")
    with pytest.raises(MailboxUnreachable, match="“Không có”"):
        office.collect()


@pytest.mark.dovecot
def test_a_done_folder_that_cannot_be_made_is_named_and_nothing_is_lost(
    dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, done_folder="a//b")
    office.put("mot")
    with pytest.raises(MailboxUnreachable, match="“a//b”"):
        office.collect()
    assert (len(office.stored), office.lying_in("INBOX")) == (1, 1)


@pytest.mark.dovecot
def test_a_message_deleted_under_our_eyes_is_passed_over(office: Office) -> None:
    office.put("mot", "hai", "ba")
    with office.mailbox.open() as mailbox:
        keys = mailbox.waiting()
        with office.person() as client:
            first, second, _ = client.search(["ALL"])
            client.add_flags([second], [SEEN])
            client.delete_messages([first])
            client.expunge([first])
        assert [mail.raw[-5:-2] for mail in mailbox.fetch(keys)] == [b"hai", b"\nba"]
        mailbox.done(keys)
        assert mailbox.waiting() == []


@pytest.mark.dovecot
def test_what_is_large_comes_in_several_answers(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra.imap, "MOST_BYTES", 3000)
    office.put(*("x" * 1000 + str(number) for number in range(7)), "y" * 9000)
    assert office.collect() == 8
    assert [len(raw) > 9000 for raw in office.raws] == [False] * 7 + [True]


@pytest.mark.dovecot
def test_a_message_that_was_asked_for_and_not_given_is_not_moved_away(office: Office) -> None:
    office.put("mot", "hai")
    with office.mailbox.open() as mailbox:
        client = mailbox._client  # type: ignore[attr-defined]
        usual = client.fetch
        client.fetch = lambda uids, what: {uid: one for uid, one in usual(uids, what).items() if uid != uids[0]}
        keys = mailbox.waiting()
        assert len(list(mailbox.fetch(keys))) == 1
        mailbox.done(keys)
        assert mailbox.waiting() == keys[:1]
    assert office.collect() == 1


@pytest.mark.dovecot
@pytest.mark.parametrize(
    "own_dovecot", ["imap_capability = IMAP4rev1 UIDPLUS", "imap_capability = IMAP4rev1"], indirect=True
)
def test_without_move_messages_are_moved_all_the_same_and_nobody_elses_is_destroyed(
    own_dovecot: Dovecot, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.collection.storing.BATCH", 2)
    office = Office(own_dovecot, tmp_path, "a", certificates)
    office.put("mot", "hai", "ba", "bon", "nam")
    with office.person() as client:
        client.add_flags(client.search(["ALL"])[-1:], [DELETED])  # deleted, and not yet collected
    assert office.collect() == 5
    assert (office.lying_in("INBOX"), office.lying_in("Da-xu-ly")) == (0, 5)


def read_while_it_stops(office: Office) -> None:
    with office.mailbox.open() as mailbox:
        keys = mailbox.waiting()
        office.dovecot.stop()
        list(mailbox.fetch(keys))


@pytest.mark.dovecot
def test_a_server_that_goes_away_is_said_plainly_and_the_next_run_reads_on(
    own_dovecot: Dovecot, tmp_path: Path, certificates: Certificates
) -> None:
    office = Office(own_dovecot, tmp_path, "a", certificates)
    office.put("mot", "hai")
    with pytest.raises(MailboxUnreachable, match="mất kết nối"):
        read_while_it_stops(office)
    with pytest.raises(MailboxUnreachable, match="không vào được hộp thư"):
        office.collect()
    own_dovecot.start()
    assert office.collect() == 2
    assert office.collect() == 0


@pytest.mark.dovecot
def test_a_connection_that_breaks_in_the_middle_is_opened_once_more_and_nothing_is_repeated(
    own_dovecot: Dovecot, tmp_path: Path, certificates: Certificates
) -> None:
    office = Office(own_dovecot, tmp_path, "a", certificates)
    office.put("mot", "hai", "ba")
    with office.mailbox.open() as mailbox:
        keys = mailbox.waiting()
        own_dovecot.stop()
        own_dovecot.start()
        assert [mail.key for mail in mailbox.fetch(keys)] == keys
        mailbox.done(keys[:1])
        own_dovecot.stop()
        own_dovecot.start()
        with pytest.raises(IMAPClientAbortError):  # twice in one run is once too often
            mailbox.done(keys[1:])
    assert office.collect() == 2, "one of them was moved away by hand"
    assert (office.lying_in("INBOX"), office.lying_in("Da-xu-ly")) == (0, 3)


@pytest.mark.dovecot
def test_what_waits_for_a_person_lies_in_the_desk_s_folder_until_it_is_settled(office: Office) -> None:
    for number in (1, 2):
        with office.person() as client:
            client.append("INBOX", f"Message-ID: <thu-{number}@donvi.example>\r\n\r\nthu {number}\r\n".encode())
    tools: Any = SimpleNamespace(
        mailbox=office.mailbox, sessions=office.sessions, now=lambda: datetime.now(UTC), lasting=lambda real: real
    )
    store_mail(tools)
    clear_mailbox(tools)
    assert (office.lying_in("INBOX"), office.lying_in("Can-xem")) == (2, 0), "it is not told apart yet"
    office.tell_apart(Verdict.UNMATCHED)
    clear_mailbox(tools)
    assert (office.lying_in("INBOX"), office.lying_in("Can-xem"), office.lying_in("Da-xu-ly")) == (0, 2, 0)
    for verdict, folders in ((Verdict.IGNORED, (1, 1)), (Verdict.UNMATCHED, (2, 0))):
        with office.sessions.begin() as session:
            session.scalars(select(Incoming).order_by(Incoming.id)).first().verdict = verdict  # type: ignore[union-attr]
        clear_mailbox(tools)
        assert (office.lying_in("Can-xem"), office.lying_in("Da-xu-ly")) == folders


@pytest.mark.dovecot
def test_a_folder_rebuilt_before_its_mail_was_told_apart_is_still_emptied(
    dovecot: Dovecot, tmp_path: Path, user: str, certificates: Certificates
) -> None:
    office = Office(dovecot, tmp_path, user, certificates, folder="Tra loi")
    office.put("mot", "hai", folder="Tra loi")
    tools: Any = SimpleNamespace(
        mailbox=office.mailbox, sessions=office.sessions, now=lambda: datetime.now(UTC), lasting=lambda real: real
    )
    store_mail(tools)
    with office.person() as client:
        client.delete_folder("Tra loi")
    office.put("hai", "mot", folder="Tra loi")
    assert office.collect() == 0
    assert (office.lying_in("Tra loi"), office.lying_in("Da-xu-ly"), len(office.stored)) == (0, 2, 2)


# --- hearing of it at once -----------------------------------------------------------------------------------------


@pytest.mark.dovecot
def test_new_mail_is_heard_of_at_once_and_again_and_after_the_server_was_away(
    own_dovecot: Dovecot, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A push, not a poll: the slice is longer than the test may take."""
    monkeypatch.setattr("infra.listening.AFTER_MAIL", 0.0)
    monkeypatch.setattr("infra.listening.AFTER_FAILURE", 0.05)
    office = Office(own_dovecot, tmp_path, "a", certificates)
    heard: queue.Queue[str] = queue.Queue()
    with Listener(office.inbound, lambda: heard.put("thư")) as ear:
        assert ear.listening.wait(10)
        office.put("mot")
        assert heard.get(timeout=20) == "thư"
        office.put("hai")
        assert heard.get(timeout=20) == "thư"
        own_dovecot.stop()
        own_dovecot.start()
        deadline = time.monotonic() + 20
        while heard.empty() and time.monotonic() < deadline:  # it comes back by itself, and hears what comes then
            office.put("ba")
            time.sleep(0.2)
        assert heard.get(timeout=1) == "thư"


@pytest.mark.dovecot
def test_mail_that_goes_is_no_news(office: Office) -> None:
    office.put("mot", "hai")
    heard: queue.Queue[str] = queue.Queue()
    with Listener(office.inbound, lambda: heard.put("thư")) as ear:
        assert ear.listening.wait(10)
        assert office.collect() == 2
        assert heard.empty()
        office.put("ba")
        assert heard.get(timeout=20) == "thư"
