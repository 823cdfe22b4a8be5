"""Real mail servers for the tests that ask for them; without the programs those tests are skipped, or fail in CI."""

import os
from collections.abc import Iterator

import pytest

from tests.infra.smtp_script import Certificates, make_certificates
from tests.real.mail_servers import Dovecot, Postfix, running, short_folder, what_is_missing

REFUSED = "tu-choi.example"
"""The domain whose recipients are refused after Postfix has taken the letter."""


def need(server: str) -> None:
    if reason := what_is_missing(server):
        if os.environ.get("KIEMTRA_REQUIRE_SERVERS") == "1":
            pytest.fail(f"KIEMTRA_REQUIRE_SERVERS=1: {reason}", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    need("dovecot")
    with short_folder() as folder, running(server := Dovecot(folder, certificates)):
        yield server


@pytest.fixture
def own_dovecot(certificates: Certificates, request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """For one test alone, which may stop it; a parameter becomes part of its settings for IMAP."""
    need("dovecot")
    with short_folder() as folder:
        server = Dovecot(folder, certificates, getattr(request, "param", ""))
        with running(server):
            yield server


@pytest.fixture(scope="session")
def postfix(certificates: Certificates, dovecot: Dovecot) -> Iterator[Postfix]:
    need("postfix")
    with short_folder() as folder, running(server := Postfix(folder, certificates, dovecot, REFUSED)):
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of one's own: every name exists, so nothing needs to be cleaned up."""
    return f"u{abs(hash(request.node.nodeid)):x}"[:20]
