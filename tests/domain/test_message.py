"""Whatever people's mail programs send is read: names, files, reports and codes; nothing that arrives raises."""

import email
import email.policy
import random
import unicodedata
import zipfile
from base64 import b64encode
from dataclasses import fields
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tasks.domain.message import Attachment, DeliveryReport, Message, read_message

WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 4
CODE = "DCCS-2025-004217-K7QX"
NAME = "Phiếu kiểm tra – Xã Đông Hòa.xlsx"
FROM = "Nguyễn Thị Hoa <hoa@vinhthuy.example>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def raw(*lines: str | bytes, body: str | bytes = "") -> bytes:
    """A message from its header lines, as they would stand on the wire."""
    head = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([*head, b"", body if isinstance(body, bytes) else body.encode()])


def part(*lines: str | bytes, body: bytes = WORKBOOK) -> bytes:
    return raw(*lines, "Content-Transfer-Encoding: base64", body=b64encode(body)) + b"\r\n"


def mixed(*parts: bytes, kind: str = "mixed", end: bytes = b"--b--\r\n", head: tuple[str | bytes, ...] = ()) -> bytes:
    body = b"".join(b"--b\r\n" + one + b"\r\n" for one in parts) + end
    return raw(
        "From: hoa@vinhthuy.example",
        "Subject: phieu",
        *head,
        "MIME-Version: 1.0",
        f'Content-Type: multipart/{kind}; boundary="b"',
        body=body,
    )


TEXT = raw("Content-Type: text/plain; charset=utf-8", body="Kính gửi Phòng Nội vụ") + b"\r\n"


# --- sender and subject ----------------------------------------------------------------------------------------------


def q(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?q?" + "".join(f"={byte:02X}" for byte in text.encode(charset)) + "?="


def b(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?b?{b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("line", "name", "address"),
    [
        ("From: hoa@vinhthuy.example", "", "hoa@vinhthuy.example"),
        ("From: HOA@VinhThuy.example", "", "hoa@vinhthuy.example"),
        ("From: <hoa@vinhthuy.example>", "", "hoa@vinhthuy.example"),
        (f"From: {q('Nguyễn Thị Hoa')} <hoa@vinhthuy.example>", "Nguyễn Thị Hoa", "hoa@vinhthuy.example"),
        (f"From: {b('Nguyễn Thị Hoa')} <hoa@vinhthuy.example>", "Nguyễn Thị Hoa", "hoa@vinhthuy.example"),
        (f"From: {FROM}", "Nguyễn Thị Hoa", "hoa@vinhthuy.example"),
        ('From: "UBND xã Vĩnh Thủy, huyện Vĩnh Linh" <a@b.vn>', "UBND xã Vĩnh Thủy, huyện Vĩnh Linh", "a@b.vn"),
        (f"From: {q('UBND xã, huyện')} <a@b.vn>", "UBND xã, huyện", "a@b.vn"),
        ("From: UBND xã, huyện <a@b.vn>", "UBND xã, huyện", "a@b.vn"),
        (f"From: {q('Sếp <boss@x.vn>')} <a@b.vn>", "Sếp <boss@x.vn>", "a@b.vn"),
        (f"From: {q(unicodedata.normalize('NFD', 'Thủy'))} <a@b.vn>", "Thủy", "a@b.vn"),
        (f"From: {q('Nguyễn')}\r\n {q(' Hoa')} <a@b.vn>", "Nguyễn Hoa", "a@b.vn"),
        ("From: hoa@vinhthuy.example (Nguyễn Hoa)", "Nguyễn Hoa", "hoa@vinhthuy.example"),
        ("From: =?utf-8?b?abcde?= <a@b.vn>", "=?utf-8?b?abcde?=", "a@b.vn"),
        ("From: =?khong-co?q?Hoa?= <a@b.vn>", "=?khong-co?q?Hoa?=", "a@b.vn"),
        ("From: a\x00b@x.vn", "", "ab@x.vn"),
        ("From:", "", ""),
        ("X: không có From", "", ""),
    ],
)
def test_the_sender_is_found_whatever_stands_around_the_address(line: str, name: str, address: str) -> None:
    message = read_message(raw(line))
    assert (message.sender_name, message.sender) == (name, address)


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("Subject: Bao cao nam", "Bao cao nam"),
        (f"Subject: {q('Báo cáo năm 2025')}", "Báo cáo năm 2025"),
        (f"Subject: {b('Báo cáo')}\r\n {b(' năm 2025')}", "Báo cáo năm 2025"),
        (f"Subject: Re: [{CODE}] {b('Báo cáo')}", f"Re: [{CODE}] Báo cáo"),
        ("Subject: Báo cáo năm 2025", "Báo cáo năm 2025"),
        ("Subject: Báo cáo năm 2025".encode("cp1258", "ignore"), "Báo cáo năm 2025"),
        (f"Subject: {unicodedata.normalize('NFD', 'Báo cáo năm')}", "Báo cáo năm"),
        ("Subject: =?iso-8859-1?q?B=E1o_c=E1o?=", "Báo cáo"),
        ("Subject: =?utf-8?b?abcde?=", "=?utf-8?b?abcde?="),
        ("Subject: =?utf-8?q?=FF=FE?=", "=?utf-8?q?=FF=FE?="),
        ("Subject: =?khong-co?q?abc?=", "=?khong-co?q?abc?="),
        ("Subject:   hai\r\n\tdòng  ", "hai dòng"),
        ("X: không có chủ đề", ""),
        ("Subject: =?utf-8?q?Xin_xem_=E2=80=AEgpj.exe=E2=80=AC?=", "Xin xem gpj.exe"),
    ],
)
def test_the_subject_is_one_composed_line_however_it_was_encoded(line: str | bytes, subject: str) -> None:
    assert read_message(raw(line)).subject == subject


# --- names of files --------------------------------------------------------------------------------------------------


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize(
    "lines",
    [
        (f"Content-Type: {XLSX}", f"Content-Disposition: attachment; filename*=utf-8''{percent(NAME)}"),
        (
            f"Content-Type: {XLSX}",
            f"Content-Disposition: attachment; filename*0*=utf-8''{percent(NAME[:9])};\r\n"
            f" filename*1*={percent(NAME[9:])}",
        ),
        (f"Content-Type: {XLSX}", f'Content-Disposition: attachment; filename="{q(NAME)}"'),
        (f"Content-Type: {XLSX}", f"Content-Disposition: attachment; filename={b(NAME)}"),
        (f"Content-Type: {XLSX}", f'Content-Disposition: attachment;\r\n filename="{b(NAME[:9])}\r\n {b(NAME[9:])}"'),
        (f"Content-Type: {XLSX}", f'Content-Disposition: attachment; filename="{NAME}"'),
        (f'Content-Type: {XLSX}; name="{NAME}"',),
        (f'Content-Type: {XLSX}; name="{q(NAME)}"', "Content-Disposition: attachment"),
        (f"Content-Type: {XLSX}; name*=UTF-8'vi'{percent(NAME)}",),
        (f"Content-Type: {XLSX}", f'Content-Disposition: inline; filename="{b(NAME)}"'),
        (
            f"Content-Type: {XLSX}",
            f"Content-Disposition: attachment; filename*=utf-8''{percent(unicodedata.normalize('NFD', NAME))}",
        ),
        (
            "Content-Type: application/octet-stream",
            f'Content-Disposition: attachment; filename="{unicodedata.normalize("NFD", NAME)}"',
        ),
        ("Content-Type: text/plain", f'Content-Disposition: attachment; filename="{b(NAME)}"'),
    ],
    ids=[
        "2231",
        "2231 in pieces",
        "2047 quoted",
        "2047 bare",
        "2047 folded",
        "raw utf-8",
        "raw in type only",
        "2047 in type only",
        "2231 in type only",
        "inline",
        "2231 from a Mac",
        "raw from a Mac",
        "called a text",
    ],
)
def test_a_vietnamese_file_name_arrives_whole_from_every_mail_program(lines: tuple[str, ...]) -> None:
    message = read_message(mixed(TEXT, part(*lines)))
    assert message.attachments == (Attachment(NAME, WORKBOOK),)


@pytest.mark.parametrize("charset", ["us-ascii", "khong-co", "utf-16"])
def test_a_file_name_in_a_charset_that_is_wrong_costs_the_name_but_not_the_file(charset: str) -> None:
    line = f"Content-Disposition: attachment; filename*={charset}''{percent(NAME)}"
    (attachment,) = read_message(mixed(part(f"Content-Type: {XLSX}", line))).attachments
    assert attachment.data == WORKBOOK


def test_pieces_of_a_name_that_contradict_each_other_cost_neither_the_file_nor_its_plain_name() -> None:
    line = f'Content-Disposition: attachment; filename*=a; filename*1*=b; filename="{NAME}"'
    assert read_message(mixed(part(f"Content-Type: {XLSX}", line))).attachments == (Attachment(NAME, WORKBOOK),)
    head = b"Content-Type: multipart/mixed; name*=a; name*1=b; boundary=b\r\n\r\n--b\r\n\r\nXin chao\r\n--b--\r\n"
    assert read_message(head).text.strip() == "Xin chao"


def test_a_file_without_a_name_is_kept() -> None:
    assert read_message(mixed(TEXT, part(f"Content-Type: {XLSX}"))).attachments == (Attachment("", WORKBOOK),)


def test_a_file_name_that_cannot_be_decoded_is_shown_as_it_came() -> None:
    line = 'Content-Disposition: attachment; filename="=?utf-8?b?abcde?="'
    assert read_message(mixed(part(f"Content-Type: {XLSX}", line))).attachments == (
        Attachment("=?utf-8?b?abcde?=", WORKBOOK),
    )


# --- attachments -----------------------------------------------------------------------------------------------------


def named(name: str, body: bytes = WORKBOOK, type_: str = XLSX) -> bytes:
    return part(f"Content-Type: {type_}", f'Content-Disposition: attachment; filename="{name}"', body=body)


def test_two_files_of_one_name_are_two_files() -> None:
    found = read_message(mixed(TEXT, named("a.xlsx", b"one"), named("a.xlsx", b"two"))).attachments
    assert found == (Attachment("a.xlsx", b"one"), Attachment("a.xlsx", b"two"))


def test_a_file_of_a_form_sent_on_inside_another_message_is_found() -> None:
    inner = mixed(TEXT, named("phieu.xlsx"), head=("Message-ID: <trong@x.vn>",))
    outer = mixed(TEXT, raw("Content-Type: message/rfc822", body=inner))
    message = read_message(outer)
    assert message.attachments == (Attachment("phieu.xlsx", WORKBOOK),)
    assert message.returned_ids == ("<trong@x.vn>",)


def test_a_file_two_forwards_deep_is_found_and_endless_nesting_ends() -> None:
    message = mixed(TEXT, named("phieu.xlsx"))
    for _ in range(2):
        message = raw("Content-Type: message/rfc822", body=message)
    assert len(read_message(message).attachments) == 1
    for _ in range(50):
        message = raw("Content-Type: message/rfc822", body=message)
    read_message(message)


def test_a_message_cut_off_before_its_last_boundary_keeps_what_came() -> None:
    whole = mixed(TEXT, named("phieu.xlsx"), end=b"")
    assert read_message(whole).attachments == (Attachment("phieu.xlsx", WORKBOOK),)
    assert read_message(whole[:-200]).attachments[0].name == "phieu.xlsx"


def test_a_boundary_with_blanks_parts_the_message() -> None:
    text = mixed(TEXT, named("phieu.xlsx")).replace(b'boundary="b"', b'boundary="b c"').replace(b"--b", b"--b c")
    assert len(read_message(text).attachments) == 1


def test_a_message_that_is_nothing_but_a_file_gives_the_file() -> None:
    text = raw("From: a@b.vn", f"Content-Type: {XLSX}; name=a.xlsx", "Content-Transfer-Encoding: base64") + b64encode(
        WORKBOOK
    )
    assert read_message(text).attachments == (Attachment("a.xlsx", WORKBOOK),)


def test_broken_base64_still_gives_a_file_for_the_desk() -> None:
    body = b64encode(WORKBOOK).replace(b"A", b"!", 3)[:-3]
    text = mixed(raw(f"Content-Type: {XLSX}; name=a.xlsx", "Content-Transfer-Encoding: base64", body=body))
    (attachment,) = read_message(text).attachments
    assert attachment.name == "a.xlsx"
    assert attachment.data


@pytest.mark.parametrize(
    "text",
    [
        raw('Content-Type: multipart/mixed; boundary="b"'),
        raw("Content-Type: multipart/mixed", body="không có ranh giới"),
        raw("Content-Type: message/rfc822"),
        mixed(),
        mixed(part(f"Content-Type: {XLSX}", body=b"")),
    ],
    ids=["empty", "no boundary", "empty forward", "no parts", "empty file"],
)
def test_what_is_declared_but_empty_has_no_attachment(text: bytes) -> None:
    assert read_message(text).attachments == ()


def test_an_empty_file_that_has_a_name_has_come() -> None:
    found = read_message(mixed(part(f"Content-Type: {XLSX}; name=trong.xlsx", body=b""))).attachments
    assert [(one.name, one.data) for one in found] == [("trong.xlsx", b"")]


def test_a_file_of_outlook_is_kept_for_what_it_is() -> None:
    tnef = part("Content-Type: application/ms-tnef; name=winmail.dat", body=b"\x78\x9f\x3e\x22")
    assert read_message(mixed(TEXT, tnef)).attachments == (Attachment("winmail.dat", b"\x78\x9f\x3e\x22"),)


def test_the_two_bodies_of_a_letter_are_no_attachments() -> None:
    html = raw("Content-Type: text/html; charset=utf-8", body="<p>Kính gửi</p>")
    message = read_message(mixed(TEXT, html, kind="alternative"))
    assert message.attachments == ()
    assert message.text == "Kính gửi Phòng Nội vụ"


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "data", "text"),
    [
        ("utf-8", "Kính gửi".encode(), "Kính gửi"),
        ("utf-8", unicodedata.normalize("NFD", "Kính gửi").encode(), "Kính gửi"),
        ("us-ascii", "Kính gửi".encode(), "Kính gửi"),
        ("khong-co-bang-ma", "Kính gửi".encode(), "Kính gửi"),
        ("hex", "Kính gửi".encode(), "Kính gửi"),
        ('"utf\x008"', "Kính gửi".encode(), "Kính gửi"),
        ("undefined", "Kính gửi".encode(), "Kính gửi"),
        ("utf-8", b"B\xe1o c\xe1o", "Báo cáo"),
        ("windows-1258", b"B\xe1o c\xe1o", "Báo cáo"),
        ("utf-16", "Kính gửi".encode("utf-16"), "Kính gửi"),
        ("utf-7", b"+2AA-", ""),
        ("utf-8", b"", ""),
    ],
)
def test_a_text_is_read_in_the_charset_it_has_whatever_it_claims(declared: str, data: bytes, text: str) -> None:
    head = (f"Content-Type: text/plain; charset={declared}", "Content-Transfer-Encoding: 8bit")
    assert read_message(raw(*head, body=data)).text == text
    assert read_message(raw(head[0], "Content-Transfer-Encoding: base64", body=b64encode(data))).text == text


def test_a_message_without_any_header_of_its_form_is_a_text() -> None:
    message = read_message(b"From: a@b.vn\n\nxin ch\xc3\xa0o\n")
    assert (message.content_type, message.text) == ("text/plain", "xin chào")


# --- ids and recipients ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Message-ID: <a@x.vn>", "<a@x.vn>"),
        ("Message-Id:\r\n <a@x.vn>", "<a@x.vn>"),
        ("MESSAGE-ID: <a@x.vn> (thừa)", "<a@x.vn>"),
        ("Message-ID: a@x.vn", ""),
        ("Message-ID: <a b@x.vn>", ""),
        ("Message-ID: <a\x00b@x.vn>", "<ab@x.vn>"),
        ("Message-ID: <>", ""),
        ("X: không có", ""),
    ],
)
def test_a_message_id_is_what_stands_in_angle_brackets(line: str, found: str) -> None:
    assert read_message(raw(line)).message_id == found


def test_the_thread_is_the_reply_header_and_then_the_references_each_once() -> None:
    message = read_message(raw("References: <1@x>\r\n <2@x> <3@x>", "In-Reply-To: <2@x> của Hoa"))
    assert message.references == ("<2@x>", "<1@x>", "<3@x>")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("To: A@X.vn, b@y.vn",), ("a@x.vn", "b@y.vn")),
        (("To: Nhóm xã: a@x.vn, b@y.vn;",), ("a@x.vn", "b@y.vn")),
        (("To: undisclosed-recipients:;",), ()),
        (("To: a@x.vn", "Cc: b@y.vn", "Delivered-To: c@z.vn"), ("c@z.vn", "a@x.vn", "b@y.vn")),
        (("To: a@x.vn", "To: b@y.vn", "Delivered-To: a@x.vn"), ("a@x.vn", "b@y.vn")),
        ((f"To: {q('Phòng Nội vụ, UBND')} <a@x.vn>",), ("a@x.vn",)),
        (("X: không có",), ()),
    ],
)
def test_recipients_come_from_every_header_that_names_them(lines: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert read_message(raw(*lines)).recipients == found


@pytest.mark.parametrize(
    ("line", "found"),
    [("Return-Path: <a@x.vn>", "a@x.vn"), ("Return-Path: <>", ""), ("Return-Path:", ""), ("X: y", None)],
)
def test_a_null_return_path_is_told_from_none(line: str, found: str | None) -> None:
    assert read_message(raw(line)).return_path == found


def test_the_signs_of_machines_are_read_in_lower_case_and_without_parameters() -> None:
    message = read_message(
        raw("Auto-Submitted: Auto-Replied; owner=x", "Precedence:  Bulk ", "X-Autoreply: yes", "List-Id: <l.x.vn>")
    )
    assert (message.auto_submitted, message.precedence) == ("auto-replied", "bulk")
    assert {"x-autoreply", "list-id"} <= message.headers


# --- codes -----------------------------------------------------------------------------------------------------------

TAGGED = "dccs+dccs-2025-004217-k7qx@vinhlinh.example"
OTHER, THIRD = "DCCS-2025-000001-AAAA", "DCCS-2025-000002-BBBB"


@pytest.mark.parametrize(
    ("lines", "body", "codes"),
    [
        ((f"Delivered-To: {TAGGED}",), "", (CODE,)),
        ((f"X-Original-To: {TAGGED}",), "", (CODE,)),
        ((f"To: Phòng Nội vụ <{TAGGED}>",), "", (CODE,)),
        ((f"Cc: {TAGGED}",), "", (CODE,)),
        ((f"Subject: Re: [{CODE}] Báo cáo",), "", (CODE,)),
        ((f"Subject: {b(f'TL: [{CODE}] Báo cáo')}",), "", (CODE,)),
        (("Subject: Re: " + CODE.lower(),), "", (CODE,)),
        (("Subject: báo cáo",), f"> Mã phiếu: {CODE}\n", (CODE,)),
        (("Subject: báo cáo",), "> Mã phiếu: DCCS-2025-\u200b004217-K7QX\n", (CODE,)),
        ((f"To: {TAGGED}", f"Subject: [{CODE}]"), CODE, (CODE,)),
        ((f"Subject: [{OTHER}]", f"Delivered-To: {TAGGED}"), f"> {THIRD} và {OTHER}", (CODE, OTHER, THIRD)),
        (("Subject: DCCS-25-004217-K7QX XDCCS-2025-004217-K7QX DCCS-2025-42-K7QX",), "", ()),
        ((f"Subject: {CODE}9",), "", ()),
        ((f"To: Nguyễn, Hoa (cũ) <a@x.vn, {TAGGED}", f"Delivered-To: {TAGGED}"), "", (CODE,)),
    ],
)
def test_codes_are_taken_from_the_tag_then_the_subject_then_the_text(
    lines: tuple[str, ...], body: str, codes: tuple[str, ...]
) -> None:
    assert read_message(raw(*lines, "Content-Type: text/plain; charset=utf-8", body=body)).codes == codes


# --- delivery reports ------------------------------------------------------------------------------------------------


def report(*blocks: str, returned: bytes, action: str = "failed") -> bytes:
    status = raw(
        "Content-Type: message/delivery-status", body="Reporting-MTA: dns; mx.vn\r\n\r\n" + "\r\n\r\n".join(blocks)
    )
    return mixed(
        TEXT,
        status + b"\r\n",
        returned,
        kind="report; report-type=delivery-status",
        head=("Auto-Submitted: auto-replied", "Return-Path: <>"),
    )


BLOCK = (
    "Final-Recipient: rfc822; Hoa@VinhThuy.example\r\nAction: Failed\r\nStatus: 5.1.1 (bad)\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <hoa@vinhthuy.example>:\r\n  User unknown"
)
HEADERS = raw("Content-Type: text/rfc822-headers", body="Message-ID: <goc@vinhlinh.example>\r\nSubject: x\r\n")
WHOLE = raw("Content-Type: message/rfc822", body=raw("Message-ID: <goc@vinhlinh.example>", "Subject: x", body="y"))


@pytest.mark.parametrize("returned", [HEADERS, WHOLE], ids=["headers only", "whole message"])
def test_a_report_names_the_recipient_the_reason_and_our_letter(returned: bytes) -> None:
    message = read_message(report(BLOCK, returned=returned))
    assert message.reports == (
        DeliveryReport(
            "hoa@vinhthuy.example", "failed", "5.1.1", "smtp; 550 5.1.1 <hoa@vinhthuy.example>: User unknown"
        ),
    )
    assert message.returned_ids == ("<goc@vinhlinh.example>",)
    assert message.report_type == "delivery-status"
    assert message.attachments == ()


def test_a_report_on_several_recipients_names_each() -> None:
    second = BLOCK.replace("Hoa@", "lan@").replace("Failed", "delayed").replace("5.1.1 (bad)", "4.2.2")
    found = read_message(report(BLOCK, second, returned=HEADERS)).reports
    assert [(one.recipient, one.action, one.status) for one in found] == [
        ("hoa@vinhthuy.example", "failed", "5.1.1"),
        ("lan@vinhthuy.example", "delayed", "4.2.2"),
    ]


def test_a_report_without_a_status_is_still_a_report() -> None:
    message = read_message(report("Final-Recipient: <hoa@x.vn>\r\nAction: failed", returned=HEADERS))
    assert message.reports == (DeliveryReport("hoa@x.vn", "failed", "", ""),)


def test_a_read_receipt_is_known_by_its_type() -> None:
    assert read_message(mixed(TEXT, kind="report; report-type=Disposition-Notification")).report_type == (
        "disposition-notification"
    )


# --- what the standard library writes, we read -----------------------------------------------------------------------


@given(
    st.text("abc ăâđêôơư–.xlsx", min_size=1, max_size=60).map(str.strip).filter(bool),
    st.binary(min_size=1, max_size=50),
)
@settings(max_examples=40)
def test_what_python_attaches_is_found_under_its_name(name: str, data: bytes) -> None:
    mime = EmailMessage(policy=email.policy.SMTP)
    mime["From"] = "a@b.vn"
    mime.set_content("Kính gửi")
    mime.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    (found,) = read_message(mime.as_bytes()).attachments
    assert found == Attachment(" ".join(unicodedata.normalize("NFC", name).split()), data)


def test_an_old_style_message_object_is_read_too() -> None:
    outer = MIMEMultipart()
    outer["From"] = "a@b.vn"
    outer.attach(MIMEText("Kính gửi", "plain", "utf-8"))
    file = MIMEApplication(WORKBOOK)
    file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", NAME))
    outer.attach(file)
    outer.attach(MIMEMessage(MIMEText(CODE)))
    message = read_message(outer.as_bytes())
    assert message.attachments == (Attachment(NAME, WORKBOOK),)
    assert message.codes == (CODE,)


# --- nothing raises --------------------------------------------------------------------------------------------------

CORPUS = [
    raw(f"From: {FROM}", f"To: {TAGGED}", f"Subject: {b('Báo cáo')}", "Message-ID: <a@x.vn>", body="Kính gửi"),
    mixed(TEXT, part(f"Content-Type: {XLSX}", f"Content-Disposition: attachment; filename*=utf-8''{percent(NAME)}")),
    mixed(
        part(
            f"Content-Type: {XLSX}",
            f"Content-Disposition: attachment; filename*0*=utf-8''{percent('Phiếu')}; filename*1*=%2Exlsx",
        )
    ),
    mixed(TEXT, named(q(NAME)), named("a.xlsx")),
    report(BLOCK, returned=HEADERS),
    report(BLOCK, BLOCK, returned=WHOLE),
    mixed(TEXT, raw("Content-Type: message/rfc822", body=mixed(TEXT, named("phieu.xlsx")))),
    raw(
        "Content-Type: text/plain; charset=windows-1258",
        "Content-Transfer-Encoding: quoted-printable",
        body="B=E1o c=E1o",
    ),
    raw("Content-Type: text/plain; charset*=utf-8''utf-8", "Subject: =?utf-8?q?B=C3=A1o?=", body=b"\xff\xfe"),
    raw(
        "Content-Transfer-Encoding: x-uuencode",
        "Content-Type: application/octet-stream",
        body="begin 644 a\n#86)C\n`\nend\n",
    ),
    b"",
    b"\r\n\r\n",
    b"\x00\xff" * 20,
]


def storable(message: Message) -> bool:
    """Every text of the message fits into a UTF-8 database, which knows no NUL."""

    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, (tuple, frozenset)):
            return [text for one in value for text in texts(one)]
        if isinstance(value, (Attachment, DeliveryReport)):
            return [text for one in fields(value) for text in texts(getattr(value, one.name))]
        return []

    stored = (message.sender, message.sender_name, message.subject, message.message_id, message.text)
    found = [*stored, *texts(message.references), *texts(message.attachments), *texts(message.reports)]
    return all("\x00" not in text and text.encode() is not None for text in found)


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_every_message_of_the_collection_is_read(text: bytes) -> None:
    assert storable(read_message(text))


PIECES = [
    b"\x00", b"\r\n", b"\r\n\r\n", b"\n", b"\xff\xfe", b"\xc3", b"\xe2\x80\xa8", b'"', b"'", b";", b"<", b">", b",",
    b":", b"(", b"--b", b"--b--", b"=?utf-8?b?", b"?=", b"=?utf-8?q?=E1?=", b"*0*=", b"*1=", b"''", b"\r\nFrom: ",
    b"charset=hex", b"charset=idna", b"charset=utf-7", b'charset="utf\x008"',
    b"\r\nContent-Transfer-Encoding: base64\r\n",
    b"\r\nContent-Type: multipart/mixed; boundary=b\r\n",
    b"\r\nContent-Type: message/rfc822\r\n",
    b"\r\nContent-Type: message/delivery-status\r\n",
]  # fmt: skip


def spoiled(text: bytes, seed: int) -> bytes:
    """A few bytes changed, cut, doubled, or something nasty set in."""
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 6)):
        start, end = sorted(dice.randint(0, len(text)) for _ in range(2))
        end = min(end, start + 40)
        match dice.randint(0, 4):
            case 0:
                text = text[:start] + dice.choice(PIECES) + text[start:]
            case 1:
                text = text[:start] + text[end:]
            case 2:
                text = text[:start] + text[start:end] * 2 + text[end:]
            case 3:
                text = text[:start] + dice.randbytes(end - start) + text[end:]
            case _:
                text = text[:start] + dice.choice(PIECES) + text[end:]
    return text


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CORPUS), st.integers(0, 2**32))
def test_no_spoiled_message_raises_or_gives_what_cannot_be_stored(text: bytes, seed: int) -> None:
    assert storable(read_message(spoiled(text, seed)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=30).map(b"".join))
def test_no_noise_raises(text: bytes) -> None:
    assert storable(read_message(text))


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_form_in_a_zip_is_found_whether_or_not_the_zip_packs(packing: int) -> None:
    form, outer = BytesIO(), BytesIO()
    Workbook().save(form)
    with zipfile.ZipFile(outer, "w", packing) as archive:
        archive.writestr("phieu.xlsx", form.getvalue())
    message = EmailMessage()
    message.add_attachment(outer.getvalue(), maintype="application", subtype="zip", filename="phieu.zip")
    found = read_message(message.as_bytes())
    assert [(one.name, one.is_workbook) for one in found.attachments] == [("phieu.xlsx", True)]
    assert found.attachments[0].data == form.getvalue()
