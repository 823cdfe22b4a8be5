"""Against a scripted server: nothing is called certain that is unknown, and nothing unknown that is certain."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Outgoing, Security
from infra.smtp import Patience, SmtpOutbox, _dotted, check_login
from tasks.domain.errors import (
    MailDomainRefuses,
    MailError,
    MailRefusedForGood,
    MailRefusedForNow,
    MailRefusesUs,
    MailServerUnavailable,
    MailUncertain,
)
from tests.infra.smtp_script import CLOSE, STALL, Certificates, Say, ScriptedServer, make_certificates, serving

OURS, THEIRS = "dancho@vinhlinh.example", "xa01@vinhlinh.example"
LETTER = b"Subject: phieu\r\n\r\nKinh gui quy don vi,\r\n.mot dong co dau cham\r\n"
STEADY = Patience(connect=10, command=10, content=10, parting=10)
QUICK = Patience(connect=0.5, command=0.3, content=0.3, parting=0.2)
"""Only where a script falls silent: a busy machine must not look like a silent server."""
TELLS_SIZE = ("SIZE 1000", "DSN", "8BITMIME")


class Journal:
    """What `before_content` saw of the server when it ran."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server, self.moments = server, list[tuple[str, int]]()

    def __call__(self) -> None:
        self.moments.append((self.server.commands[-1].split()[0], len(self.server.contents)))


def outbox(server: ScriptedServer, **out: Any) -> SmtpOutbox:
    patience = QUICK if server.falls_silent else STEADY
    return SmtpOutbox(server.outgoing(**out), patience=patience)


async def outcome(connection: Any, before_content: Any = lambda: None, recipient: str = THEIRS) -> str | MailError:
    try:
        answer = await connection.post(OURS, recipient, LETTER, before_content)
    except MailError as error:
        return error
    assert isinstance(answer, str)
    return answer


@asynccontextmanager
async def connected(script: dict[str, Any] | None = None, extensions: tuple[str, ...] = TELLS_SIZE) -> Any:
    async with serving(script, extensions) as server, outbox(server).connect() as connection:
        yield server, connection


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


# --- a letter that arrives ---------------------------------------------------------------------------------------


async def test_a_letter_arrives_byte_for_byte_and_the_answer_is_kept() -> None:
    async with connected() as (server, connection):
        assert await outcome(connection) == "250 2.0.0 queued as 7"
    assert server.contents == [LETTER]
    assert server.named("MAIL") == [f"MAIL FROM:<{OURS}> SIZE={len(LETTER)} RET=HDRS"]
    assert server.named("RCPT") == [f"RCPT TO:<{THEIRS}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{THEIRS}"]
    assert server.commands[-1] == "QUIT"


async def test_the_tag_of_a_letter_is_asked_back_with_its_delivery_reports() -> None:
    """RFC 3461: ENVID and ORCPT return in the report; '+' and '=' are written as hexadecimal."""
    async with connected() as (server, connection):
        await connection.post(OURS, "a+b=c@donvi.example", LETTER, lambda: None, "0a1b+2")
    assert server.named("MAIL")[0].endswith("RET=HDRS ENVID=0a1b+2B2")
    assert server.named("RCPT")[0].endswith("ORCPT=rfc822;a+2Bb+3Dc@donvi.example")


async def test_a_server_without_delivery_reports_is_not_asked_for_them() -> None:
    async with connected(extensions=("SIZE 100000",)) as (server, connection):
        await connection.post(OURS, THEIRS, LETTER, lambda: None, "0a1b")
    assert server.named("MAIL") + server.named("RCPT") == [
        f"MAIL FROM:<{OURS}> SIZE={len(LETTER)}",
        f"RCPT TO:<{THEIRS}>",
    ]


async def test_whether_the_server_takes_a_sender_is_asked_without_sending_anything() -> None:
    async with serving({}, TELLS_SIZE) as server:
        await check_login(SmtpOutbox(server.outgoing()), OURS)
    assert [command.split()[0] for command in server.commands] == ["EHLO", "MAIL", "RSET", "QUIT"]
    async with serving({"MAIL": "550 5.7.60 client does not have permissions to send as this sender"}) as server:
        with pytest.raises(MailServerUnavailable, match="permissions to send as"):
            await check_login(SmtpOutbox(server.outgoing()), OURS)


async def test_before_content_runs_after_the_recipient_and_before_any_content() -> None:
    async with connected() as (server, connection):
        journal = Journal(server)
        await outcome(connection, journal)
        await outcome(connection, journal)
    assert journal.moments == [("RCPT", 0), ("RCPT", 1)]


async def test_one_kept_connection_serves_many_letters() -> None:
    async with connected() as (server, connection):
        for _ in range(25):
            assert str(await outcome(connection)).startswith("250")
    assert (server.connections, len(server.contents), len(server.named("EHLO"))) == (1, 25, 1)


async def test_no_connection_is_opened_before_there_is_a_letter() -> None:
    async with connected() as (server, _):
        pass
    assert server.connections == 0


async def test_a_server_that_speaks_only_the_old_helo_is_served() -> None:
    async with connected({"EHLO": "502 5.5.2 unknown command"}) as (server, connection):
        assert str(await outcome(connection)).startswith("250")
    assert server.named("MAIL") == [f"MAIL FROM:<{OURS}>"]


@pytest.mark.parametrize("code", ["250 ok", "251 forwarded", "200 fine"])
async def test_any_2xx_after_the_dot_is_an_acceptance(code: str) -> None:
    async with connected({"content": code}) as (_, connection):
        assert await outcome(connection) == code


async def test_an_answer_in_any_charset_becomes_text_that_a_database_takes() -> None:
    said = b"250 2.0.0 \xd0\xe3 nh\xe2\x80n \x00\x07 xong"
    async with connected({"content": Say(said)}) as (_, connection):
        answer = str(await outcome(connection))
    assert answer.startswith("250 2.0.0 ")
    assert answer.isprintable()
    answer.encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"", b".\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\n.\nb\r.\r", b"a\r\n..\r\nb\r\n..\r\n.\r\n"),
        (b"a\r\n..\r\n.\r\n\r\n.x", b"a\r\n...\r\n..\r\n\r\n..x\r\n.\r\n"),
    ],
)
def test_no_content_can_end_itself_before_its_end(raw: bytes, sent: bytes) -> None:
    assert _dotted(raw) == sent


# --- before a recipient was named: it is about us ----------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"greeting": "421 4.3.2 too busy"}, id="the greeting refuses"),
        pytest.param({"greeting": "554 no service for you"}, id="the greeting refuses for good"),
        pytest.param({"greeting": CLOSE}, id="closed before the greeting"),
        pytest.param({"greeting": STALL}, id="silent before the greeting"),
        pytest.param({"greeting": "xin chao"}, id="a greeting that is no SMTP"),
        pytest.param({"EHLO": "421 4.7.0 go away"}, id="421 to EHLO"),
        pytest.param({"EHLO": "550 no", "HELO": "550 no"}, id="EHLO and HELO refused"),
        pytest.param({"EHLO": STALL}, id="silent after EHLO"),
        pytest.param({"MAIL": "421 4.7.0 closing"}, id="421 to MAIL"),
        pytest.param({"MAIL": "550 5.7.1 sender not allowed"}, id="550 to MAIL"),
        pytest.param({"MAIL": "553 5.7.1 not owned by user"}, id="553 to MAIL"),
        pytest.param({"MAIL": "530 5.7.0 Authentication required"}, id="530 to MAIL"),
    ],
)
async def test_what_goes_wrong_before_a_recipient_is_named_stops_the_run(script: dict[str, Any]) -> None:
    async with connected(script) as (server, connection):
        journal = Journal(server)
        assert isinstance(await outcome(connection, journal), MailServerUnavailable)
    assert (server.contents, journal.moments) == ([], [])


async def test_no_server_at_all_stops_the_run_and_names_the_place() -> None:
    async with serving() as server:
        port = server.port
    nowhere = SmtpOutbox(Outgoing("127.0.0.1", port, Security.NONE, "", ""), QUICK)
    async with nowhere.connect() as connection:
        problem = await outcome(connection)
    assert isinstance(problem, MailServerUnavailable)
    assert f"127.0.0.1:{port}" in str(problem)


@pytest.mark.parametrize("host", ["", "may..chu.example", "x" * 70 + ".example", "a\nb"])
async def test_a_host_name_that_cannot_be_one_stops_the_run(host: str) -> None:
    async with SmtpOutbox(Outgoing(host, 1, Security.NONE, "", ""), QUICK).connect() as connection:
        assert isinstance(await outcome(connection), MailServerUnavailable)


@pytest.mark.parametrize("refusal", ["450 4.7.1 later", "451 4.3.0 local error", "452 4.3.1 no space"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "content"])
async def test_every_4xx_means_later_and_the_connection_is_kept(stage: str, refusal: str) -> None:
    async with connected({stage: [refusal]}) as (server, connection):
        problem = await outcome(connection)
        assert isinstance(problem, MailRefusedForNow)
        assert str(problem) == refusal
        assert str(await outcome(connection)).startswith("250")
    assert server.connections == 1
    assert server.named("RSET") == ["RSET"]


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "content"])
async def test_421_means_later_and_the_next_letter_takes_a_new_connection(stage: str) -> None:
    async with connected({stage: [Say("421 4.4.2 closing", then_close=True)]}) as (server, connection):
        assert isinstance(await outcome(connection), MailRefusedForNow)
        assert str(await outcome(connection)).startswith("250")
    assert server.connections == 2


# --- refused: whose fault is it? ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["RCPT", "content"])
@pytest.mark.parametrize(
    "refusal",
    [
        "550 5.1.1 User unknown",
        "550 no such user here",
        "551 user not local",
        "552 5.2.2 Mailbox full: quota exceeded, rate limit",
        "550 5.2.1 The user receives mail at a rate limit that prevents this",
        "553 5.1.3 bad address",
        "554 transaction failed",
        "550 5.5.0 mailbox unavailable",
    ],
)
async def test_a_5xx_on_address_or_message_is_final(stage: str, refusal: str) -> None:
    async with connected({stage: [refusal]}) as (server, connection):
        problem = await outcome(connection)
        assert isinstance(problem, MailRefusedForGood)
        assert str(problem) == refusal
        assert str(await outcome(connection)).startswith("250")
    assert server.connections == 1


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "content"])
@pytest.mark.parametrize(
    "refusal",
    [
        "550 5.4.5 Daily user sending quota exceeded",
        "550 5.7.0 you reached the hourly limit",
        "554 5.7.0 too many messages from this account",
        "550 Outgoing mail rate exceeded",
        "530 5.7.0 Must issue a STARTTLS command first",
        "552 5.3.4 Message size exceeds fixed limit",
        "552 message too large",
    ],
)
async def test_a_quota_of_ours_stops_the_run_and_blames_no_address(stage: str, refusal: str) -> None:
    async with connected({stage: refusal}) as (_, connection):
        assert isinstance(await outcome(connection), MailServerUnavailable)


@pytest.mark.parametrize("stage", ["RCPT", "content"])
@pytest.mark.parametrize(
    "refusal",
    [
        "554 5.7.1 Relay access denied",
        "550 5.7.1 Message rejected as spam",
        "554 blocked using blocklist.example",
        "550 rejected by policy",
        "503 5.5.1 bad sequence of commands",
    ],
)
async def test_a_policy_neither_blames_the_address_nor_blocks_the_letters_behind(stage: str, refusal: str) -> None:
    async with connected({stage: [refusal]}) as (_, connection):
        decision = MailRefusedForNow if refusal.startswith("503") else MailDomainRefuses
        assert type(await outcome(connection)) is decision
        assert str(await outcome(connection)).startswith("250")


async def test_before_content_never_runs_when_the_recipient_was_refused() -> None:
    async with connected({"RCPT": ["550 5.1.1 unknown", "450 4.2.0 greylisted", CLOSE, STALL]}) as (server, connection):
        journal = Journal(server)
        for _ in range(4):
            assert isinstance(await outcome(connection, journal), MailRefusedForGood | MailRefusedForNow)
        assert (journal.moments, server.named("DATA")) == ([], [])
        assert str(await outcome(connection, journal)).startswith("250")


async def test_a_letter_larger_than_the_server_says_is_refused_without_asking_it() -> None:
    async with connected(extensions=("SIZE 50",)) as (server, connection):
        problem = await outcome(connection)
    assert isinstance(problem, MailRefusesUs)
    assert "50 byte" in str(problem)
    assert problem.otherwise is MailRefusedForGood  # where others pass, it is this letter's own size
    assert server.named("MAIL") == []


@pytest.mark.parametrize("refusal", ["552 5.3.4 too big", "552 size", "554 5.3.4 exceeds"])
async def test_a_size_refused_at_mail_is_about_us_until_letters_to_others_have_passed(refusal: str) -> None:
    async with connected({"MAIL": refusal}) as (_, connection):
        problem = await outcome(connection)
    assert isinstance(problem, MailRefusesUs)
    assert problem.otherwise is (None if refusal == "552 size" else MailRefusedForGood)


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE 100000"])
async def test_a_size_without_a_limit_is_no_limit(size: str) -> None:
    async with connected(extensions=(size,)) as (_, connection):
        assert str(await outcome(connection)).startswith("250")


@pytest.mark.parametrize(
    "address", ["xa01@b.example>\r\nRCPT TO:<ke.xau@c.example", "Xã 01 <xa01@b.example>", "xã@b.example", "", "a@b@c"]
)
async def test_an_address_that_is_none_is_never_mended(address: str) -> None:
    async with connected() as (server, connection):
        problem = await outcome(connection, recipient=address)
    assert isinstance(problem, MailRefusedForGood)
    assert str(problem).isprintable()
    assert server.commands == []


# --- the line breaks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [CLOSE, STALL, "khong phai SMTP", "9 lives"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
async def test_a_line_that_breaks_before_the_content_is_certain_nothing_left(stage: str, trouble: Any) -> None:
    async with connected({stage: [trouble]}) as (server, connection):
        problem = await outcome(connection)
        assert isinstance(problem, MailRefusedForNow)
        assert server.contents == []
        assert str(await outcome(connection)).startswith("250")  # and in step again
    assert server.contents == [LETTER]
    assert server.connections == 2


async def test_an_acceptance_where_a_354_is_due_is_certain_too() -> None:
    async with connected({"DATA": ["250 ok"]}) as (server, connection):
        assert isinstance(await outcome(connection), MailRefusedForNow)
        assert str(await outcome(connection)).startswith("250")
    assert (server.contents, server.connections) == ([LETTER], 2)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"content": [CLOSE]}, id="closed after the dot"),
        pytest.param({"content": [STALL]}, id="silent after the dot"),
        pytest.param({"content": ["khong phai SMTP"]}, id="nonsense after the dot"),
        pytest.param({"content": ["354 once more"]}, id="a 3xx after the dot"),
        pytest.param({"content": ["999 ?"]}, id="a number that is no code"),
        pytest.param({"content": [Say("250-half an answer")]}, id="half an answer"),
        pytest.param({"halfway": [CLOSE, Say()]}, id="closed before the dot"),
    ],
)
async def test_what_nobody_knows_is_uncertain_and_the_next_letter_takes_a_new_connection(
    script: dict[str, Any],
) -> None:
    async with connected(script) as (server, connection):
        assert isinstance(await outcome(connection), MailUncertain)
        assert str(await outcome(connection)).startswith("250")
    assert server.connections == 2


async def test_a_kept_connection_that_the_server_closed_is_opened_again_and_nobody_hears_of_it() -> None:
    async with connected({"content": [Say("250 2.0.0 last one", then_close=True)]}) as (server, connection):
        journal = Journal(server)
        assert str(await outcome(connection, journal)).startswith("250")
        assert str(await outcome(connection, journal)).startswith("250")
        await asyncio.sleep(0.05)  # and where the close is seen before the next letter
        assert str(await outcome(connection, journal)).startswith("250")
    assert (server.connections, len(server.contents), len(journal.moments)) == (2, 3, 3)


@pytest.mark.parametrize("trouble", [Say("421 4.4.2 idle too long", then_close=True), CLOSE, STALL])
async def test_a_kept_connection_that_ends_at_mail_is_tried_once_more(trouble: Say) -> None:
    async with connected({"MAIL": ["250 ok", trouble]}) as (server, connection):
        assert str(await outcome(connection)).startswith("250")
        assert str(await outcome(connection)).startswith("250")
    assert (server.connections, len(server.contents)) == (2, 2)


async def test_a_server_that_ends_every_connection_at_mail_is_not_asked_for_ever() -> None:
    async with connected({"MAIL": ["250 ok", CLOSE, CLOSE]}) as (server, connection):
        assert str(await outcome(connection)).startswith("250")
        assert isinstance(await outcome(connection), MailRefusedForNow)
    assert server.connections == 2


@pytest.mark.parametrize("trouble", [CLOSE, STALL, "khong phai SMTP", "554 no"])
async def test_a_reset_that_fails_costs_the_connection_and_not_the_decision(trouble: Any) -> None:
    async with connected({"RCPT": ["550 5.1.1 unknown"], "RSET": [trouble]}) as (server, connection):
        assert isinstance(await outcome(connection), MailRefusedForGood)
        assert str(await outcome(connection)).startswith("250")
    assert server.connections == 2


@pytest.mark.parametrize("trouble", [CLOSE, STALL, "khong phai SMTP"])
async def test_a_farewell_that_fails_changes_nothing(trouble: Any) -> None:
    async with connected({"QUIT": trouble}) as (server, connection):
        assert str(await outcome(connection)).startswith("250")
    assert len(server.contents) == 1


# --- interrupted by ourselves ------------------------------------------------------------------------------------


async def test_when_before_content_raises_nothing_is_sent() -> None:
    def lost_claim() -> None:
        raise LookupError("another worker has it")

    async with connected() as (server, connection):
        with pytest.raises(LookupError):
            await connection.post(OURS, THEIRS, LETTER, lost_claim)
        assert (server.named("DATA"), server.contents) == ([], [])
        assert str(await outcome(connection)).startswith("250")
    assert server.contents == [LETTER]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "content"])
async def test_the_late_answer_to_a_cancelled_letter_is_not_taken_for_the_next_ones(stage: str) -> None:
    late = Say("250 2.0.0 late" if stage != "DATA" else "354 late", late=0.3)
    async with connected({stage: [late]}) as (server, connection):
        letter = asyncio.create_task(connection.post(OURS, THEIRS, LETTER, lambda: None))
        while not (server.contents if stage == "content" else server.named(stage)):
            await asyncio.sleep(0.005)
        letter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await letter
        await asyncio.sleep(0.4)
        server.script["RCPT"] = ["550 5.1.1 unknown"]  # a late 250 would hide this
        assert isinstance(await outcome(connection), MailRefusedForGood)
        assert await outcome(connection) == "250 2.0.0 queued as 7"
    assert server.connections == 2


async def test_a_run_that_is_cancelled_leaves_no_connection_behind() -> None:
    async with serving({"content": STALL}) as server:

        async def run() -> None:
            async with outbox(server).connect() as connection:
                await connection.post(OURS, THEIRS, LETTER, lambda: None)

        task = asyncio.create_task(run())
        while not server.contents:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert "QUIT" not in server.commands  # it would wait for the answer of the content


# --- TLS and login -----------------------------------------------------------------------------------------------


async def test_starttls_and_login_and_then_the_letter(certificates: Certificates) -> None:
    extensions = ("STARTTLS", "AUTH PLAIN LOGIN", "SIZE 1000")
    async with serving({}, extensions, certificates.context()) as server:
        way = outbox(server, security=Security.STARTTLS, user="u", password="p", ca_file=str(certificates.authority))
        async with way.connect() as connection:
            assert str(await outcome(connection)).startswith("250")
    verbs = [command.split()[0] for command in server.commands]
    assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_of_an_unknown_authority_is_refused_before_the_password(
    security: Security, certificates: Certificates
) -> None:
    tls = certificates.context()
    async with serving({}, ("STARTTLS", "AUTH PLAIN"), tls, implicit=security is Security.TLS) as server:
        async with outbox(server, security=security, user="u", password="p").connect() as connection:
            problem = await outcome(connection)
        assert server.named("AUTH") == []
    assert isinstance(problem, MailServerUnavailable)
    assert "chứng thư" in str(problem)
    assert "ca_file" in str(problem)


async def test_a_server_that_does_not_offer_tls_gets_no_letter_in_the_clear() -> None:
    async with connected() as (server, _), outbox(server, security=Security.STARTTLS).connect() as connection:
        assert isinstance(await outcome(connection), MailServerUnavailable)
    assert server.named("MAIL") == []


@pytest.mark.parametrize("there", [True, False])
async def test_a_certificate_file_that_is_none_is_named(there: bool, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if there:
        file.write_text("không phải chứng thư", encoding="utf-8")
    async with serving() as server:
        with pytest.raises(MailServerUnavailable) as raised:
            await check_login(SmtpOutbox(server.outgoing(Security.TLS, ca_file=str(file))))
    assert there or str(file) in str(raised.value)


async def test_a_wrong_password_is_tried_once_and_said_plainly(certificates: Certificates) -> None:
    refusal = {"AUTH": "535 5.7.8 authentication failed"}
    async with serving(refusal, ("STARTTLS", "AUTH CRAM-MD5 PLAIN LOGIN"), certificates.context()) as server:
        out = server.outgoing(Security.STARTTLS, user="u", password="sai", ca_file=str(certificates.authority))
        with pytest.raises(MailServerUnavailable, match="mật khẩu của u") as raised:
            await check_login(SmtpOutbox(out))
    assert len(server.named("AUTH")) == 1
    assert "sai" not in str(raised.value)


async def test_a_missing_password_is_said_before_the_server_counts_a_failure() -> None:
    async with serving({}, ("AUTH PLAIN",)) as server:
        with pytest.raises(MailServerUnavailable, match="KIEMTRA_SMTP_PASSWORD"):
            await check_login(SmtpOutbox(server.outgoing(user="u")))
    assert server.named("AUTH") == []


@pytest.mark.parametrize("extensions", [(), ("AUTH GSSAPI",)])
async def test_a_server_that_knows_no_login_of_ours_stops_the_run(extensions: tuple[str, ...]) -> None:
    async with serving({}, extensions) as server:
        with pytest.raises(MailServerUnavailable):
            await check_login(SmtpOutbox(server.outgoing(user="u", password="p")))


async def test_checking_the_login_sends_nothing() -> None:
    async with serving({}, ("AUTH PLAIN",)) as server:
        await check_login(SmtpOutbox(server.outgoing(user="u", password="p")))
    assert [command.split()[0] for command in server.commands] == ["EHLO", "AUTH", "QUIT"]


async def test_the_authorities_are_read_once_for_all_connections(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    usual = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **how: made.append(1) or usual(**how))
    async with serving({}, ("STARTTLS",), certificates.context()) as server:
        way = outbox(server, security=Security.STARTTLS, ca_file=str(certificates.authority))
        for _ in range(3):
            async with way.connect() as connection:
                await outcome(connection)
    assert len(made) == 1
