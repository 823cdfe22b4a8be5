"""`kiemtra serve` with an ear at a real mailbox: a letter that comes is collected without waiting for the clock."""

from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.flows.conftest import House, house, wait_for
from tests.infra.smtp_script import Certificates
from tests.real.mail_servers import PASSWORD, Dovecot

__all__ = ["house"]


def by_the_ear(house: House) -> list[str]:
    """Runs of collect-replies that no clock has started."""
    query = {"flows": {"name": {"any_": ["collect-replies"]}}}
    return [run["id"] for run in house.api("flow_runs/filter", query) if not run["auto_scheduled"]]


@pytest.mark.dovecot
@pytest.mark.prefect
def test_a_letter_that_comes_starts_a_run_by_itself(
    own_dovecot: Dovecot, certificates: Certificates, house: House, tmp_path: Path
) -> None:
    house.run("init")
    (house.folder / "mat-khau").write_text(PASSWORD, encoding="utf-8")
    (house.folder / "kiemtra.toml").write_text(f"""
[mail]
mode = "real"
sender_name = "Phòng Nội vụ"
sender_address = "dancho@vinhlinh.example"
[mail.out]
host = "127.0.0.1"
port = 1
[mail.in]
host = "localhost"
port = {own_dovecot.imap}
security = "starttls"
ca_file = "{certificates.authority}"
user = "dancho"
password_file = "mat-khau"
idle = true
[prefect]
port = {house.port}
""")
    house.serve()
    assert by_the_ear(house) == []
    client = IMAPClient("127.0.0.1", own_dovecot.imap, ssl=False, timeout=10)
    client.plain_login("dancho", PASSWORD)
    client.append("INBOX", b"From: ai@do.example\r\nMessage-ID: <hoi@do.example>\r\nSubject: x\r\n\r\nthu\r\n")

    def lies_at_the_desk() -> bool:
        return client.folder_exists("Can-xem") and client.folder_status("Can-xem", ["MESSAGES"])[b"MESSAGES"] == 1

    wait_for(lambda: by_the_ear(house), 60, "nobody started a run")
    wait_for(lies_at_the_desk, 90, "the letter is not collected")
    client.logout()
