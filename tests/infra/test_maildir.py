"""A Maildir that others touch too: no half message, nothing moved before it is kept, nothing foreign in the way."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.maildir import DONE, MaildirMailbox, deliver, make_maildir
from tasks.domain.errors import MailboxUnreachable

NOON = datetime(2025, 10, 31, 5, 0, tzinfo=UTC)
MONDAY = 1_762_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_maildir(tmp_path / "dancho")
    make_maildir(tmp_path / "dancho" / DONE)
    return tmp_path / "dancho"


def put(folder: Path, name: str, raw: bytes = b"thu", at: float = MONDAY) -> Path:
    path = folder / name
    path.write_bytes(raw)
    os.utime(path, (at, at))
    return path


def collected(folder: Path) -> list[bytes]:
    with MaildirMailbox(folder).open() as mailbox:
        keys = mailbox.waiting()
        mails = list(mailbox.fetch(keys))
        mailbox.done(keys)
    return [mail.raw for mail in mails]


def test_a_delivered_message_is_found_with_its_bytes_and_the_time_of_its_file(folder: Path) -> None:
    deliver(folder, "1.a", b"mot\r\n", NOON)
    with MaildirMailbox(folder).open() as mailbox:
        assert mailbox.waiting() == ["1.a"]
        (mail,) = mailbox.fetch(["1.a"])
    assert (mail.key, mail.raw, mail.received_at) == ("1.a", b"mot\r\n", NOON)
    assert list((folder / "tmp").iterdir()) == []


def test_messages_come_in_the_order_of_arrival_read_or_not(folder: Path) -> None:
    put(folder, "new/b", b"ba", MONDAY + 3)
    put(folder, "cur/c:2,S", b"hai", MONDAY + 2)
    put(folder, "new/a", b"mot", MONDAY + 1)
    assert collected(folder) == [b"mot", b"hai", b"ba"]


@pytest.mark.parametrize("flags", ["", ":2,", ":2,S", ":2,FRS", ":1,x"])
def test_the_key_stays_the_same_whatever_flags_a_mail_program_sets(folder: Path, flags: str) -> None:
    put(folder, f"cur/1.x{flags}")
    with MaildirMailbox(folder).open() as mailbox:
        assert mailbox.waiting() == ["1.x"]


def test_done_moves_into_the_done_folder_and_leaves_nothing_waiting(folder: Path) -> None:
    put(folder, "new/1.x", b"mot")
    put(folder, "cur/2.x:2,RS", b"hai")
    assert len(collected(folder)) == 2
    assert {path.name: path.read_bytes() for path in (folder / DONE / "cur").iterdir()} == {
        "1.x:2,S": b"mot",
        "2.x:2,S": b"hai",
    }
    assert collected(folder) == []


def test_after_a_crash_between_keeping_and_moving_the_same_keys_come_again(folder: Path) -> None:
    put(folder, "new/1.x")
    with MaildirMailbox(folder).open() as mailbox:
        first = [mail.key for mail in mailbox.fetch(mailbox.waiting())]
    (folder / "new" / "1.x").rename(folder / "cur" / "1.x:2,S")  # and a person has opened it since
    with MaildirMailbox(folder).open() as mailbox:
        assert mailbox.waiting() == first
        mailbox.done(first)
        mailbox.done(first)
        assert mailbox.waiting() == []


def test_looking_changes_nothing(folder: Path) -> None:
    put(folder, "new/1.x")
    with MaildirMailbox(folder).open() as mailbox:
        list(mailbox.fetch(mailbox.waiting()))
    assert [path.name for path in (folder / "new").iterdir()] == ["1.x"]


def test_what_is_no_message_is_left_alone(folder: Path) -> None:
    for name in ("new/.nfs0001", "cur/.DS_Store", "dovecot.index", "maildirfolder", "tmp/half"):
        put(folder, name)
    (folder / "new" / "a folder").mkdir()
    assert collected(folder) == []
    assert (folder / "new" / ".nfs0001").exists()
    assert (folder / "tmp" / "half").exists()


def test_a_name_of_odd_bytes_or_great_length_is_a_key_that_a_database_takes(folder: Path) -> None:
    put(folder, os.fsdecode(b"new/1.\xff\xfe"), b"mot", MONDAY)
    put(folder, "new/" + "x" * 255, b"hai", MONDAY + 1)
    with MaildirMailbox(folder).open() as mailbox:
        keys = mailbox.waiting()
        assert [key.encode("utf-8")[:4] for key in keys] == [b"1.\\x", b"xxxx"]
        assert max(map(len, keys)) == 250
    assert collected(folder) == [b"mot", b"hai"]
    assert collected(folder) == []


def test_a_message_deleted_by_somebody_is_passed_over(folder: Path) -> None:
    put(folder, "new/1.x", b"mot", MONDAY)
    put(folder, "new/2.x", b"hai", MONDAY + 1)
    with MaildirMailbox(folder).open() as mailbox:
        keys = mailbox.waiting()
        (folder / "new" / "1.x").unlink()
        assert [mail.raw for mail in mailbox.fetch(keys)] == [b"hai"]
        mailbox.done(keys)
        assert mailbox.waiting() == []


def test_a_message_that_was_asked_for_and_not_read_is_not_moved_away(folder: Path) -> None:
    path = put(folder, "new/1.x", b"mot")
    with MaildirMailbox(folder).open() as mailbox:
        keys = mailbox.waiting()
        path.rename(folder / "hidden")  # a mail program renames it just while we look
        assert list(mailbox.fetch(keys)) == []
        (folder / "hidden").rename(folder / "cur" / "1.x:2,S")
        mailbox.done(keys)
    assert collected(folder) == [b"mot"]


def test_a_message_that_cannot_be_read_does_not_block_those_behind_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "new/1.x", b"mot", MONDAY)
    put(folder, "new/2.x", b"hai", MONDAY + 1)
    usual = Path.read_bytes

    def broken_disk(path: Path) -> bytes:
        if path.name == "1.x":
            raise OSError(5, "Input/output error")
        return usual(path)

    monkeypatch.setattr(Path, "read_bytes", broken_disk)
    assert collected(folder) == [b"hai"]
    assert [path.name for path in (folder / "new").iterdir()] == ["1.x"]


def test_a_mailbox_that_does_not_exist_yet_is_made(tmp_path: Path) -> None:
    assert collected(tmp_path / "a" / "b") == []
    assert (tmp_path / "a" / "b" / "new").is_dir()


def test_a_mailbox_that_cannot_be_one_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "dancho").write_text("")
    with pytest.raises(MailboxUnreachable, match="dancho"), MaildirMailbox(tmp_path / "dancho").open():
        pass


def test_a_delivery_that_dies_halfway_shows_no_half_message(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(OSError, match="no space"):
        deliver(folder, "1.a", b"mot", NOON)
    with MaildirMailbox(folder).open() as mailbox:
        assert mailbox.waiting() == []
