"""A composed message says what the draft says, to every decoder, and nothing that user text tried to add."""

import email
import email.policy
import quopri
import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.domain.message import read_message
from tasks.domain.mime import (
    CannotCompose,
    Draft,
    address_is_sound,
    ascii_file_name,
    case_file_name,
    compose,
    header_text,
    shortened_subject,
)
from tasks.domain.vietnamese import clean, one_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = bytes(range(256)) * 40
DRAFT = Draft(
    sender=("Phòng Nội vụ - UBND huyện Vĩnh Linh", "dccs@vinhlinh.example"),
    recipient=("Nguyễn Thị Hoa", "hoa@vinhthuy.example"),
    reply_to="dccs+dccs-2025-004217-k7qx@vinhlinh.example",
    subject="[DCCS-2025-004217-K7QX] Báo cáo thực hiện dân chủ ở cơ sở năm 2025 (nhắc lần 2)",
    text="Kính gửi: UBND xã Vĩnh Thủy\n\n.\nFrom đây trở đi = hết\n",
    html="<p>Kính gửi: UBND xã Vĩnh Thủy</p>\n",
    message_id="<0a1b2c@vinhlinh.example>",
    date=datetime(2025, 2, 5, 0, 30, tzinfo=UTC),
    attachments=(("Phieu-bao-cao-nam.xlsx", WORKBOOK, XLSX),),
)

VOCABULARY = """
báo cáo thực hiện dân chủ ở cơ sở năm 2025 (nhắc lần 2) UBND xã Vĩnh Thủy, thị trấn Bến Quan – “quý I” kiểm tra;
đôn đốc: trước ngày 31/10/2025 Nghị định 59/2023/NĐ-CP A = b ? x_y 100% đ Đ ừ ữ plain ascii words
"""
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCES = st.lists(WORDS, min_size=3, max_size=30).map(" ".join)
CASE = "DCCS-2025-004217-K7QX"


def parsed(draft: Draft) -> Message:
    return email.message_from_bytes(compose(draft), policy=email.policy.compat32)


def unfolded(value: str) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", value)


def by_standard_library(value: str) -> str:
    parts = decode_header(unfolded(value))
    return "".join(part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in parts)


def by_hand(value: str) -> str:
    """RFC 2047 read anew: blanks between two encoded words are nothing, all others stand."""
    glued = re.sub(r"(\?=)\s+(?==\?)", r"\1", unfolded(value))
    return re.sub(r"=\?utf-8\?([bq])\?([^?]*)\?=", _encoded_word, glued, flags=re.I)


def _encoded_word(found: re.Match[str]) -> str:
    if found[1].lower() == "b":
        return b64decode(found[2]).decode()
    return quopri.decodestring(found[2].encode(), header=True).decode()


def header_names(raw: bytes) -> list[str]:
    head = raw.split(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0] for line in head.split("\r\n") if line[0] not in " \t"]


@given(SENTENCES)
@example("Nhắc báo cáo (nhắc lần 2) UBND xã Vĩnh Thủy")
@example("plain ascii words " * 8)
def test_every_space_of_a_subject_survives_two_decoders(subject: str) -> None:
    value = parsed(replace(DRAFT, subject=subject))["Subject"]
    assert by_standard_library(value) == one_line(subject)
    assert by_hand(value) == one_line(subject)


@given(SENTENCES)
def test_every_space_of_a_display_name_survives_and_the_address_stands_apart(name: str) -> None:
    message = parsed(replace(DRAFT, recipient=(name, "hoa@vinhthuy.example")))
    [(display, address)] = getaddresses([message["To"]])
    assert address == "hoa@vinhthuy.example"
    expected = one_line(name)[:200].rstrip()
    assert by_standard_library(display) == expected
    assert by_hand(message["To"].rpartition("<")[0]).strip() == expected


@given(st.text(), st.text(), st.text())
@example("a\r\nBcc: evil@x.example", "b\nBcc: c@d.example", "\r\n\r\n<script>")
@example("=?utf-8?q?a=0D=0ABcc:_evil@x.example?=", "=?utf-8?q?evil=40x=2Etest=2C?=", ".")
@example("a\u2028Bcc: x\x85Bcc: y\x0bBcc: z", "=\u200b?utf-8?q?x?=", "\x00")
@example("=\u202e?utf-8?q?a?=", "==??", "\ud800")
def test_no_text_of_a_user_adds_a_header_or_a_recipient(subject: str, name: str, text: str) -> None:
    raw = compose(replace(DRAFT, subject=subject, recipient=(name, DRAFT.recipient[1]), text=text))
    assert header_names(raw) == header_names(compose(DRAFT))
    message = email.message_from_bytes(raw)
    assert [address for _, address in getaddresses([message["To"]])] == [DRAFT.recipient[1]]
    assert "=?" not in by_standard_library(message["Subject"])
    assert read_message(raw).subject == header_text(subject)[:400].rstrip()


@pytest.mark.parametrize("policy", [email.policy.default, email.policy.SMTP, email.policy.compat32])
def test_an_attack_that_works_on_the_standard_library_stays_text(policy: "email.policy.Policy[Message]") -> None:
    draft = replace(DRAFT, subject="=?utf-8?q?a=0D=0ABcc:_evil@x.example?=")
    message = email.message_from_bytes(compose(draft), policy=policy)
    assert message["Bcc"] is None
    assert b"\nBcc:" not in message.as_bytes()


@given(st.text())
@example("dòng\r\nhai\rba\n.\n..\nFrom x\n=_=3D\n" + "đ" * 500 + " \nhết")
def test_the_text_arrives_as_it_was_written(text: str) -> None:
    [plain, *_] = [part for part in parsed(replace(DRAFT, text=text)).walk() if part.get_content_type() == "text/plain"]
    received = plain.get_payload(decode=True)
    assert isinstance(received, bytes)
    assert received.decode().replace("\r\n", "\n") == clean(text) + "\n"


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert compose(DRAFT) == compose(replace(DRAFT))
    assert compose(DRAFT) != compose(replace(DRAFT, message_id="<other@vinhlinh.example>"))


def test_the_attachment_arrives_intact_under_an_ascii_name() -> None:
    draft = replace(DRAFT, attachments=(("Phiếu báo cáo.xlsx", WORKBOOK, XLSX), ("b.xlsx", b"", XLSX)))
    first, second = (part for part in parsed(draft).walk() if part.get_filename())
    assert first.get_payload(decode=True) == WORKBOOK
    assert first.get_filename() == first.get_param("name") == "phieu-bao-cao.xlsx"
    assert first.get_content_type() == XLSX
    assert second.get_payload(decode=True) == b""


def test_the_parts_stand_in_the_usual_order() -> None:
    types = [part.get_content_type() for part in parsed(DRAFT).walk()]
    assert types == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", XLSX]
    plain = [part.get_content_type() for part in parsed(replace(DRAFT, attachments=())).walk()]
    assert plain == ["multipart/alternative", "text/plain", "text/html"]


def test_lines_end_in_crlf_and_stay_short() -> None:
    raw = compose(replace(DRAFT, subject="x" * 3000 + " đ", text="y" * 5000, html="<p>" + "z " * 5000))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    too_long = [line for line in raw.split(b"\r\n") if len(line) > 76]
    assert too_long == [f"Content-Type: {XLSX};".encode()]


def test_headers_ask_machines_not_to_answer() -> None:
    message = parsed(DRAFT)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["MIME-Version"] == "1.0"
    assert parsed(replace(DRAFT, answers_a_mail=True))["Auto-Submitted"] == "auto-replied"


def test_the_date_is_written_in_the_house_zone() -> None:
    value = parsed(DRAFT)["Date"]
    assert value == "Wed, 05 Feb 2025 07:30:00 +0700"
    assert parsedate_to_datetime(value) == DRAFT.date


def test_the_reply_address_carries_its_tag_and_may_be_absent() -> None:
    assert getaddresses([parsed(DRAFT)["Reply-To"]])[0][1] == DRAFT.reply_to
    assert parsed(replace(DRAFT, reply_to=""))["Reply-To"] is None


def test_a_display_name_may_be_absent() -> None:
    assert parsed(replace(DRAFT, recipient=("", "hoa@vinhthuy.example")))["To"] == "hoa@vinhthuy.example"


def test_a_thread_names_its_first_mail_and_the_one_it_answers() -> None:
    raw = compose(replace(DRAFT, references=("<first@x.example>",), in_reply_to="<theirs@mail.example>"))
    message = email.message_from_bytes(raw)
    assert message["In-Reply-To"] == "<theirs@mail.example>"
    assert message["References"].split() == ["<first@x.example>", "<theirs@mail.example>"]
    assert read_message(raw).references == ("<theirs@mail.example>", "<first@x.example>")


@pytest.mark.parametrize("strange", ["no brackets", "<a@b>\r\nBcc: <x@y>", "<đ@x.example>", f"<{'x' * 900}@y.example>"])
def test_a_misshapen_id_of_somebody_else_is_left_out(strange: str) -> None:
    message = parsed(replace(DRAFT, references=(strange, "<first@x.example>"), in_reply_to=strange))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<first@x.example>"


def test_a_long_thread_keeps_its_first_and_its_newest_ids() -> None:
    ids = tuple(f"<{number}@x.example>" for number in range(500))
    kept = parsed(replace(DRAFT, references=ids))["References"].split()
    assert kept == [ids[0], *ids[-19:]]


@pytest.mark.parametrize(
    "address", ["a@b.vn", "dccs+dccs-2025-004217-k7qx@vinhlinh.example", "o'hara_1@x-y.gov.vn", "nguoi.nhan@localhost"]
)
def test_a_plain_address_is_sound(address: str) -> None:
    assert address_is_sound(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "-",
        "a",
        "a@",
        "@b.vn",
        "a@b@c.vn",
        "a b@c.vn",
        " a@b.vn",
        "a@b.vn ",
        "a@b.vn\n",
        "a@b>\r\nRCPT TO:<evil@x.example>",
        "<a@b.vn>",
        "Hoa <a@b.vn>",
        "a@b.vn,c@d.vn",
        "thủy@b.vn",
        "a@vĩnhlinh.vn",
        "a..b@c.vn",
        ".a@b.vn",
        "a@-b.vn",
        "a@b..vn",
        "a@127.0.0.1",
        '"a b"@c.vn',
        "=?utf-8?q?x?=@b.vn",
        "a\x00@b.vn",
        "a" * 65 + "@b.vn",
        "a@" + "b." * 130 + "vn",
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    assert not address_is_sound(address)
    with pytest.raises(CannotCompose, match="không hợp lệ"):
        compose(replace(DRAFT, recipient=("Hoa", address)))


@pytest.mark.parametrize(
    "draft",
    [
        replace(DRAFT, message_id="<a@b>\r\nBcc: <c@d>"),
        replace(DRAFT, message_id=""),
        replace(DRAFT, date=datetime(2025, 2, 5)),  # noqa: DTZ001 - that is the mistake
        replace(DRAFT, reply_to="dccs@b.vn\r\nBcc: x@y.vn"),
        replace(DRAFT, attachments=(("a.xlsx", b"", "text/html\r\nX: y"),)),
    ],
)
def test_what_the_program_itself_puts_into_headers_is_checked_too(draft: Draft) -> None:
    with pytest.raises(CannotCompose):
        compose(draft)


LONGEST_FORM = f"Phieu-{'d' * 40}-{'x' * 40}-DCCS-2026-581108-EEJ0.xlsx"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Phieu-bao-cao-nam-ubnd-xa-vinh-thuy.xlsx", "Phieu-bao-cao-nam-ubnd-xa-vinh-thuy.xlsx"),
        # As long as codes allow: the letter names its attachment, and so it must be called.
        (LONGEST_FORM, LONGEST_FORM),
        ("Phiếu số 1 – Vĩnh Thủy.XLSX", "phieu-so-1-vinh-thuy.xlsx"),
        ('a".xlsx\r\nX: y', "a.xlsx-x-y"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Phiếu.xlsx", "phieu.xlsx"),
        ("…", "tep"),
        ("không đuôi", "khong-duoi"),
        ("đ" * 300 + ".xlsx", "d" * 50 + ".xlsx"),
    ],
)
def test_file_names_become_ascii(name: str, expected: str) -> None:
    assert ascii_file_name(name) == expected


@pytest.mark.parametrize(
    ("kind", "parts", "name"),
    [
        ("Phieu", ("kiem-tra", "xa-vinh-o"), f"Phieu-kiem-tra-xa-vinh-o-{CASE}.xlsx"),
        ("Phieu", ("Kiểm tra đợt 1", "Xã Vĩnh Ô"), f"Phieu-kiem-tra-dot-1-xa-vinh-o-{CASE}.xlsx"),
        ("Phieu", ("a" * 200, "b"), f"Phieu-{'a' * 62}-{CASE}.xlsx"),
        ("Thoi-han", (), f"Thoi-han-{CASE}.xlsx"),
    ],
)
def test_the_file_of_a_case_is_attached_under_the_name_that_its_letter_says(
    kind: str, parts: tuple[str, ...], name: str
) -> None:
    assert case_file_name(kind, parts, CASE, "xlsx") == name
    assert ascii_file_name(name) == name


def test_a_subject_that_is_too_long_keeps_its_code() -> None:
    cut = shortened_subject(f"Quá hạn 3 ngày – {'rất dài ' * 80}[{CASE}]")
    assert cut.startswith("Quá hạn 3 ngày – rất dài")
    assert cut.endswith(f" [{CASE}]")
    assert len(cut) <= 400
