"""One file, checked whole: every mistake at once with its line, and no password in it."""

from datetime import datetime
from pathlib import Path

import pytest

from infra.settings import SAMPLE, InboundKind, MailMode, Security, Settings, load_settings, parse_settings
from tasks.domain.calendar import ZONE
from tasks.domain.citing import Unverified
from tasks.domain.errors import DefinitionError, KiemtraError
from tasks.domain.signed_copy import SignedCopy

SANDBOX = """\
[mail]
sender_name = "Phòng Nội vụ"
sender_address = "dancho@vinhlinh.example"
"""
REAL = (
    SANDBOX
    + """\
mode = "real"
[mail.out]
host = "smtp.example"
user = "dancho"
[mail.in]
host = "imap.example"
user = "dancho"
"""
)


def parsed(text: str, folder: Path = Path("/srv/kiemtra"), **env: str) -> Settings:
    return parse_settings(text, folder / "kiemtra.toml", env)


def mistakes(text: str, folder: Path = Path("/srv/kiemtra"), **env: str) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        parsed(text, folder, **env)
    return [str(problem) for problem in raised.value.problems]


def test_the_sample_that_init_writes_parses_and_is_a_sandbox() -> None:
    settings = parsed(SAMPLE)
    assert (settings.mode, settings.outgoing, settings.inbound) == (MailMode.SANDBOX, None, None)
    assert settings.house.reply_address == settings.house.sender_address
    assert settings.house.limits.per_minute == 30
    assert settings.folder == Path("/srv/kiemtra/du-lieu")
    assert settings.database == "sqlite:////srv/kiemtra/du-lieu/kiemtra.db"


def test_the_sample_with_its_marks_removed_is_a_real_set_up(tmp_path: Path) -> None:
    commented = [line for line in SAMPLE.splitlines() if line.startswith("# ")]
    assert any("[mail.out]" in line for line in commented)
    text, inside = [], False
    for line in SAMPLE.splitlines():
        inside = (inside or line.startswith("# [mail.")) and not line.startswith("[")
        text.append(line.removeprefix("#").strip() if inside else line.replace('mode = "sandbox"', 'mode = "real"'))
    settings = parsed("\n".join(text), tmp_path, KIEMTRA_SMTP_PASSWORD="a", KIEMTRA_IMAP_PASSWORD="b")
    assert settings.outgoing is not None
    assert settings.inbound is not None
    assert (settings.outgoing.port, settings.outgoing.security, settings.outgoing.password) == (
        587,
        Security.STARTTLS,
        "a",
    )
    assert (settings.inbound.kind, settings.inbound.port, settings.inbound.password) == (InboundKind.IMAP, 993, "b")


def test_encryption_is_on_where_nothing_is_said() -> None:
    settings = parsed(REAL)
    assert settings.outgoing is not None
    assert settings.inbound is not None
    assert (settings.outgoing.security, settings.inbound.security) == (Security.STARTTLS, Security.TLS)


def test_all_mistakes_come_at_once_each_with_its_line() -> None:
    found = mistakes(
        """\
[mail]
mode = "real"
sender_name = ""
sender_address = "khong phai dia chi"
administrators = ["cung khong"]
[mail.out]
host = "smtp.example"
port = 70000
security = "ssl"
[mail.in]
host = "imap.example"
usr = "dancho"
[limits]
per_day = 0
per_minute = "nhieu"
[prefect]
port = -1
"""
    )
    lines = [int(one.partition("dòng ")[2].partition(":")[0]) for one in found]
    assert lines == sorted(lines)
    assert set(lines) == {3, 4, 5, 8, 9, 12, 14, 15, 17}  # “usr” is the user that is missed: one mistake
    assert all(one.startswith("kiemtra.toml, dòng ") for one in found)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('sender_adress = "a@b.example"', "sender_adress"),
        ("[limit]\nper_day = 3", "limit"),
        ("[prefect]\nprot = 1", "prot"),
        ("[data]\nfoler = 'x'", "foler"),
    ],
)
def test_a_misspelt_key_is_not_ignored(line: str, word: str) -> None:
    (found,) = mistakes(SANDBOX + line)
    assert f"“{word}”" in found


def test_real_mode_needs_both_ways_and_says_so_once_each() -> None:
    found = mistakes(SANDBOX + 'mode = "real"\n')
    assert len(found) == 2
    assert "[mail.in]" in " ".join(found)
    assert "[mail.out]" in " ".join(found)


def test_a_sandbox_may_keep_its_real_parts_for_later() -> None:
    assert parsed(REAL.replace('"real"', '"sandbox"')).outgoing is None


def test_a_maildir_needs_a_path_and_an_imap_mailbox_a_host() -> None:
    maildir = REAL.partition("[mail.in]")[0] + '[mail.in]\nkind = "maildir"\n'
    assert [one.partition("(")[0].strip()[-6:] for one in mistakes(maildir)] == ["“path”"]
    settings = parsed(maildir + 'path = "Maildir"\n')
    assert settings.inbound is not None
    assert settings.inbound.kind is InboundKind.MAILDIR


def test_the_done_folder_cannot_be_the_folder_itself() -> None:
    (found,) = mistakes(REAL + 'folder = "Inbox"\ndone_folder = "INBOX"\n')
    assert "done_folder" in found


# --- passwords ---------------------------------------------------------------------------------------------------


def passwords(settings: Settings) -> tuple[str, str]:
    assert settings.outgoing is not None
    assert settings.inbound is not None
    return settings.outgoing.password, settings.inbound.password


def test_passwords_come_from_files_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "gui").write_bytes("\ufeffmật khẩu\r\n".encode())
    (tmp_path / "nhan").write_text("thu hai\n", encoding="utf-8")
    text = REAL.replace("[mail.in]", f'password_file = "gui"\n[mail.in]\npassword_file = "{tmp_path}/nhan"')
    assert passwords(parsed(text, tmp_path)) == ("mật khẩu", "thu hai")


def test_the_environment_wins_over_the_file_and_an_empty_variable_does_not(tmp_path: Path) -> None:
    (tmp_path / "gui").write_text("tu tep")
    text = REAL.replace("[mail.in]", 'password_file = "gui"\n[mail.in]')
    assert passwords(parsed(text, tmp_path, KIEMTRA_SMTP_PASSWORD="tu moi truong"))[0] == "tu moi truong"
    assert passwords(parsed(text, tmp_path, KIEMTRA_SMTP_PASSWORD=""))[0] == "tu tep"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_password_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "gui").write_bytes(content)
    (found,) = mistakes(REAL.replace("[mail.in]", 'password_file = "gui"\n[mail.in]'), tmp_path)
    assert str(tmp_path / "gui") in found


def test_a_password_in_the_settings_is_a_mistake_that_does_not_repeat_it() -> None:
    (found,) = mistakes(REAL + 'password = "bi-mat-123"\n')
    assert "password_file" in found
    assert "bi-mat-123" not in found


def test_a_certificate_file_is_looked_for_beside_the_settings(tmp_path: Path) -> None:
    (found,) = mistakes(REAL + 'ca_file = "ca.pem"\n', tmp_path)
    assert str(tmp_path / "ca.pem") in found
    (tmp_path / "ca.pem").write_text("")
    inbound = parsed(REAL + 'ca_file = "ca.pem"\n', tmp_path).inbound
    assert inbound is not None
    assert inbound.ca_file == str(tmp_path / "ca.pem")


def test_the_environment_names_the_database_and_the_prefect_server() -> None:
    settings = parsed(SANDBOX, KIEMTRA_DATABASE="postgresql+psycopg://u:p@h/d", PREFECT_API_URL="http://p/api")
    assert (settings.database, settings.prefect_api) == ("postgresql+psycopg://u:p@h/d", "http://p/api")


# --- the file itself ---------------------------------------------------------------------------------------------


def test_no_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KiemtraError, match="kiemtra init"):
        load_settings(tmp_path / "kiemtra.toml", {})


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    file = tmp_path / "kiemtra.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode())
    assert load_settings(file, {}).house.sender_name == "Phòng Nội vụ huyện Vĩnh Linh"


def test_a_file_in_another_encoding_is_said_plainly(tmp_path: Path) -> None:
    file = tmp_path / "kiemtra.toml"
    file.write_bytes(SAMPLE.encode("cp1258", "replace"))
    with pytest.raises(KiemtraError, match="UTF-8"):
        load_settings(file, {})


def test_a_mistake_of_syntax_has_its_line() -> None:
    (found,) = mistakes(SANDBOX + 'administrators = ["a@b.example"\n[limits]\n')
    assert "kiemtra.toml, dòng" in found


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('desk_folder = "inbox"', "desk_folder"),
        ('done_folder = "Xong"\ndesk_folder = "xong"', "desk_folder"),
        ('kind = "maildir"\npath = "thu"\ndesk_folder = "Da-xu-ly"', "desk_folder"),
        ('kind = "maildir"\npath = "thu"\nidle = true', "idle"),
        ('kind = "door"\nprotocol = "pop3"', "protocol"),
    ],
)
def test_folders_that_mix_up_mail_and_doors_that_cannot_be_are_named(lines: str, key: str) -> None:
    (found,) = mistakes(REAL + lines + "\n")
    assert key in found


def test_a_door_needs_no_server_name_and_no_password() -> None:
    head = REAL.partition("[mail.in]")[0]
    inbound = parsed(head + '[mail.in]\nkind = "door"\n').inbound
    assert inbound is not None
    assert (inbound.host, inbound.port, inbound.protocol) == ("127.0.0.1", 2524, "lmtp")


PLAYED = """\
[sandbox]
starts_at = 2025-01-20T07:00:00
speed = 120
every_seconds = 60
"""


def test_a_house_may_be_played_by_a_clock_of_its_own_in_the_house_s_zone() -> None:
    sandbox = parsed(SANDBOX + PLAYED).sandbox
    assert sandbox.starts_at == datetime(2025, 1, 20, 7, tzinfo=ZONE)
    assert (sandbox.speed, sandbox.every_seconds) == (120, 60)


@pytest.mark.parametrize("line", [*PLAYED.splitlines()[1:], "virtual_clock = true"])
def test_where_mail_is_real_no_clock_is_played(line: str) -> None:
    key = line.partition(" ")[0]
    (refused, *others) = mistakes(REAL + f"[sandbox]\n{line}\n")
    assert f"“{key}” chỉ để diễn tập" in refused or "“speed” cần “starts_at”" in refused
    assert others == [] or f"“{key}” chỉ để diễn tập" in others[0]
    assert parsed(REAL + "[sandbox]\nport = 2525\n").sandbox.port == 2525


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('starts_at = "mai"', "“starts_at” phải là ngày và giờ"),
        ("starts_at = 2025-01-20", "“starts_at” phải là ngày và giờ"),
        ("speed = 2", "“speed” cần “starts_at”"),
        ("starts_at = 2025-01-20T07:00:00\nspeed = 0", "“speed” phải là số từ 1 đến 10000"),
        ("starts_at = 2025-01-20T07:00:00\nvirtual_clock = true", "không đi cùng nhau"),
        ("every_seconds = -1", "“every_seconds” phải là số từ 0 đến 3600"),
    ],
)
def test_a_played_clock_that_cannot_be_is_refused_with_a_sentence(lines: str, sentence: str) -> None:
    (told,) = mistakes(SANDBOX + f"[sandbox]\n{lines}\n")
    assert sentence in told


def test_what_goes_out_of_a_basis_that_nobody_has_read_is_a_choice() -> None:
    assert parsed(SANDBOX).house.unverified_basis is Unverified.MARK
    assert parsed(SAMPLE).house.unverified_basis is Unverified.MARK
    assert parsed(SAMPLE).house.signed_copy is SignedCopy.ENTERED
    always = SAMPLE.replace('signed_copy = "entered"', 'signed_copy = "always"')
    assert parsed(always).house.signed_copy is SignedCopy.ALWAYS
    hidden = SAMPLE.replace('unverified_basis = "mark"', 'unverified_basis = "hide"')
    assert parsed(hidden).house.unverified_basis is Unverified.HIDE
    (wrong,) = mistakes(SANDBOX + '[checklists]\nunverified_basis = "quên"\n')
    assert "phải là một trong mark, hide" in wrong
