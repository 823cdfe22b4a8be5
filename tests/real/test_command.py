"""The whole way by the command line and settings alone: PostgreSQL, Postfix, Dovecot; no sandbox anywhere."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient

from infra.settings import Outgoing, Security
from infra.smtp import SmtpOutbox
from tests.flows.conftest import House
from tests.infra.smtp_script import Certificates
from tests.real.mail_servers import PASSWORD, Dovecot, Postfix
from tests.servers import PostgresCluster
from tests.tasks.world import fill

pytestmark = [pytest.mark.postgres, pytest.mark.postfix, pytest.mark.dovecot, pytest.mark.prefect]
UNIT = "xa-vinh-o"
ANSWERS = {"DX01": "Có", "DX02": "3", "DX03": "05/03/2025", "DX04": "Đã đối thoại, dân đồng thuận."}


def settle(house: House, postfix: Postfix, dovecot: Dovecot, certificates: Certificates) -> None:
    """What an administrator changes in the sample that `init` wrote."""
    secret = house.folder / "mat-khau"
    secret.write_text(PASSWORD)
    doors = {"out": postfix.submission, "in": dovecot.imap}
    parts = "".join(
        f'\n[mail.{name}]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "starttls"\nuser = "dancho"\n'
        f'password_file = "{secret}"\nca_file = "{certificates.authority}"\n'
        for name, port in doors.items()
    )
    file = house.folder / "kiemtra.toml"
    text = file.read_text().replace('mode = "sandbox"', 'mode = "real"').replace("vinhlinh.example", "vinhlinh.test")
    file.write_text(text + parts)  # what ends in .example nobody has, and `check` says so


def letter_in(dovecot: Dovecot, user: str) -> EmailMessage:
    with IMAPClient("127.0.0.1", dovecot.imap, ssl=False) as client:
        client.plain_login(user, PASSWORD)  # LOGIN takes ASCII only
        client.select_folder("INBOX")
        (uid,) = client.search(["ALL"])
        raw = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


async def test_asked_answered_and_filed_over_real_servers_by_settings_alone(
    tmp_path: Path, postgres: PostgresCluster, postfix: Postfix, dovecot: Dovecot, certificates: Certificates
) -> None:
    house = House(tmp_path)
    house.environment["KIEMTRA_DATABASE"] = postgres.url(postgres.create(""))
    house.settle()
    settle(house, postfix, dovecot, certificates)
    said = house.run("check")
    assert "✗" not in said
    assert "đăng nhập được; máy chủ: Postfix" in said
    assert "✓ thư thử: tới dancho+thu-nghiem@vinhlinh.test, về “INBOX”" in said
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%d/%m/%Y 10:00")
    house.run("open", "dot-xuat", "--units", UNIT, "--due", tomorrow, "--title", "Báo cáo nhanh")
    assert "Gửi 1 thư" in house.run("run", "send-letters")
    letter = letter_in(dovecot, UNIT)
    form, _due_day = letter.iter_attachments()
    reply = EmailMessage(policy=email.policy.SMTP)
    reply["From"], reply["To"] = f"{UNIT}@vinhlinh.example", str(letter["Reply-To"].addresses[0].addr_spec)
    reply["Subject"], reply["In-Reply-To"] = "Re: báo cáo", letter["Message-ID"]
    reply.set_content("Gửi phiếu.")
    filled = fill(form.get_payload(decode=True), ANSWERS)
    reply.add_attachment(filled, maintype="application", subtype="octet-stream", filename="p.xlsx")
    clerk = Outgoing("127.0.0.1", postfix.submission, Security.STARTTLS, UNIT, PASSWORD, str(certificates.authority))
    async with SmtpOutbox(clerk).connect() as connection:
        await connection.post(str(reply["From"]), str(reply["To"]), reply.as_bytes(), lambda: None)
    for _ in range(5):
        if "trả lời phiếu: 1" in house.run("run", "collect-replies"):
            break
    assert "đã trả lời đủ" in house.run("status", "--all").replace("\n", " ")
