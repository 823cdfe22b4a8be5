"""The letter to ourselves through a real Postfix into a real Dovecot, and the folders in which it may lie there."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient

from flows.console.mail_check import there_and_back
from infra.own_letter import own_letter, searching, wait_for
from infra.settings import Settings, parse_settings
from tests.infra.smtp_script import Certificates
from tests.real.mail_servers import PASSWORD, Dovecot, Postfix

MAIL = """
[mail]
mode = "real"
sender_name = "Phòng Nội vụ"
sender_address = "{user}@vinhlinh.test"
[mail.out]
host = "127.0.0.1"
port = {out}
security = "starttls"
user = "{user}"
ca_file = "{authority}"
[mail.in]
host = "127.0.0.1"
port = {imap}
security = "starttls"
user = "{user}"
ca_file = "{authority}"
done_folder = "Đã xử lý"
"""


def settings(folder: Path, user: str, out: int, dovecot: Dovecot, certificates: Certificates) -> Settings:
    text = MAIL.format(user=user, out=out, imap=dovecot.imap, authority=certificates.authority)
    passwords = {"KIEMTRA_SMTP_PASSWORD": PASSWORD, "KIEMTRA_IMAP_PASSWORD": PASSWORD}
    return parse_settings(text, folder / "kiemtra.toml", passwords)


def lying_in(dovecot: Dovecot, user: str, folder: str) -> int:
    with IMAPClient("127.0.0.1", dovecot.imap, ssl=False) as client:
        client.plain_login(user, PASSWORD)
        return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


@pytest.mark.dovecot
@pytest.mark.postfix
def test_it_leaves_by_postfix_comes_back_by_imap_and_is_put_away(
    tmp_path: Path, postfix: Postfix, dovecot: Dovecot, certificates: Certificates, user: str
) -> None:
    said = there_and_back(settings(tmp_path, user, postfix.submission, dovecot, certificates), 60)
    assert f"tới {user}+thu-nghiem@vinhlinh.test, về “INBOX”" in said
    assert (lying_in(dovecot, user, "INBOX"), lying_in(dovecot, user, "Đã xử lý")) == (0, 1)


@pytest.mark.dovecot
@pytest.mark.parametrize(("folder", "is_ours"), [("INBOX", True), ("Đã xử lý", True), ("Thư rác", False)])
def test_it_is_found_wherever_a_rule_or_the_collector_has_put_it(
    tmp_path: Path, dovecot: Dovecot, certificates: Certificates, user: str, folder: str, is_ours: bool
) -> None:
    ours = settings(tmp_path, user, 1, dovecot, certificates)
    letter = own_letter(ours.house, f"{user}@vinhlinh.test", datetime.now(UTC), tagged=True)
    with IMAPClient("127.0.0.1", dovecot.imap, ssl=False) as client:
        client.plain_login(user, PASSWORD)
        if folder != "INBOX":
            client.create_folder(folder)
        client.append(folder, letter.raw)
    with searching(ours, time.time()) as search:
        found = wait_for(search, letter, 0)
        assert found is not None
        assert (found.folder, found.is_where_we_read) == (folder, is_ours)
        assert lying_in(dovecot, user, "Đã xử lý") == 1
        other = own_letter(ours.house, f"{user}@vinhlinh.test", datetime.now(UTC), tagged=True)
        assert wait_for(search, other, 0) is None
