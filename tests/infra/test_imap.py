"""The parts of the IMAP mailbox that need no server; the rest is tried on a real one (tests/real)."""

import pytest

from infra.imap import ImapMailbox, batches_by_size, parse_key
from infra.settings import Inbound, InboundKind
from tasks.domain.errors import MailboxUnreachable


@pytest.mark.parametrize("folder", ["INBOX", "Hộp thư/Trả lời", "a;b;1;2", ""])
def test_a_key_gives_back_what_it_was_made_of(folder: str) -> None:
    assert parse_key(f"{folder};1762000000;42") == (folder, 1762000000, 42)


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([(1, 5)], [[1]]),
        ([(1, 5), (2, 5), (3, 1)], [[1, 2], [3]]),
        ([(1, 99), (2, 1), (3, 99), (4, 4)], [[1], [2], [3], [4]]),
        ([(1, 0), (2, 0), (3, 10)], [[1, 2, 3]]),
    ],
)
def test_a_batch_is_bounded_by_size_and_one_that_is_too_large_goes_alone(
    sizes: list[tuple[int, int]], batches: list[list[int]]
) -> None:
    assert list(batches_by_size(sizes, most=10)) == batches


@pytest.mark.parametrize("host", ["127.0.0.1", "khong-co.invalid", "may..chu.example", "x" * 70 + ".example"])
def test_a_server_that_is_not_there_is_said_plainly(host: str) -> None:
    inbound = Inbound(InboundKind.IMAP, host, 1, user="u", password="p")
    with (
        pytest.raises(MailboxUnreachable, match=f"không vào được hộp thư trên {host[:20]}"),
        ImapMailbox(inbound).open(),
    ):
        pass


def test_a_missing_password_is_said_before_any_server_is_asked() -> None:
    with (
        pytest.raises(MailboxUnreachable, match="KIEMTRA_IMAP_PASSWORD"),
        ImapMailbox(Inbound(InboundKind.IMAP, "127.0.0.1", 1, user="u")).open(),
    ):
        pass
