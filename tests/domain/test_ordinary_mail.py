"""Ordinary letters that look like a machine's: none of them may be taken for a bounce or an automatic reply."""

from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from tasks.domain.message import read_message
from tasks.domain.triage import Facts, Verdict, triage
from tests.corpus.shaping import FORM

HOA = "Nguyễn Thị Hoa <hoa@vinhthuy.example>"
ANSWER = "Re: [DCCS-2025-004217-K7QX] phiếu"
QUOTED = """

> Vào 08:00 20/01/2025 UBND huyện đã viết:
> Đây là thư tự động, vui lòng trả lời thư này kèm tệp phiếu.
> Nếu không gửi được, báo cho chúng tôi."""
RETURNED = """

---------- Forwarded message ---------
From: MAILER-DAEMON@mail.example
Subject: Undelivered Mail Returned to Sender

This is the mail system at host mail.example.
I'm sorry to have to inform you that your message could not be delivered.
<dccs@vinhlinh.example>: 550 5.1.1 user unknown"""

WITH_FORM = [
    (ANSWER, "Hôm trước hộp thư của xã bị đầy nên không nhận được thư, nay gửi lại phiếu." + QUOTED),
    ("Re: phiếu", "Thư trước gửi không được, hệ thống báo lỗi 550 5.1.1 user unknown. Nay tôi gửi lại." + QUOTED),
    ("Không gửi được phiếu", "Kính gửi Phòng, hệ thống không gửi được phiếu, xin nộp qua thư này."),
    ("Undeliverable: phiếu", "Tôi chuyển lại thư bị trả về hôm qua, kèm phiếu."),
    ("Fwd: Undelivered Mail Returned to Sender", "Thư hôm qua bị trả lại, tôi gửi lại phiếu kèm đây." + RETURNED),
    ("Tự động trả lời: phiếu", "Gửi phiếu."),
    ("Re: Automatic reply: nghỉ phép", "Gửi phiếu."),
    ("Re: phiếu", "Hiện tôi đang nghỉ phép đến 20/3, nhờ đồng nghiệp gửi phiếu giúp."),
    ("Out of office next week - phieu gui som", "Tuần sau tôi đi vắng nên gửi phiếu sớm."),
    ("Vắng mặt tuần sau, xin gửi phiếu trước", "Tôi được điều động sang xã khác từ tuần sau."),
    ("Read: phiếu", "Đã xem và gửi lại phiếu."),
    ("Đã đọc: phiếu", "Tôi đã đọc thư của Phòng và xin gửi phiếu."),
    ("Thu hồi: phiếu cũ", "Xin thu hồi phiếu gửi hôm qua, thay bằng phiếu này."),
    ("Recall: phieu", "Tôi muốn thu hồi thư hôm qua, thay bằng tệp này."),
    ("Delivery Status - phieu", "Gửi phiếu."),
    ("Failure to submit in time - xin lỗi nộp muộn", "Nộp phiếu."),
    ("Returned mail: phieu da sua", "Gửi lại phiếu đã sửa."),
    ("phiếu", "Gửi phiếu.\n\n-- \nHoa\nThis is an automated message from our antivirus: no virus found."),
    ("phiếu", "Địa chỉ cũ không còn dùng, địa chỉ mới của xã: moi@vinhthuy.example. Gửi phiếu."),
    ("phiếu", "Tôi đã chuyển công tác, người thay là anh Nam. Gửi phiếu lần cuối."),
    ("Fwd: phiếu", "----- Thư chuyển tiếp -----\nTừ: Trần Văn Nam"),
]
WITH_FORM_AND_HEAD = [
    {"Auto-Submitted": "no"},
    {"Auto-Submitted": "auto-forwarded"},
    {"Precedence": "bulk"},
    {"Precedence": "list", "List-Id": "<vanthu.quangtri.example>", "List-Unsubscribe": "<mailto:x@quangtri.example>"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-Auto-Response-Suppress": "DR, OOF, AutoReply", "X-MS-Exchange-Organization-SCL": "-1"},
    {"From": "Văn thư <no-reply@vinhthuy.example>"},
    {"From": "postmaster@vinhthuy.example"},
    {"From": "Quản trị mạng <mailer@vinhthuy.example>"},
    {"Return-Path": "<>"},
    {"X-Spam-Flag": "YES", "X-Spam-Status": "Yes, score=7.2"},
]
WITHOUT_FORM = [
    (ANSWER, "Xã đã nhận được thư, sẽ trả lời ngày 15/3."),
    (ANSWER, "GIA HAN 5 ngay, ly do: bao so 4"),
    (ANSWER, "Tệp không mở được, nhờ gửi lại. Báo lỗi: file could not be opened."),
    (ANSWER, "Hộp thư của lãnh đạo bị đầy, Phòng gửi sang địa chỉ của tôi."),
    ("Không nhận được thư", "Mailbox full nên hôm qua không nhận được, nhờ gửi lại."),
    ("Hỏi: user unknown là gì?", "Khi gửi thư cho Phòng thì máy chủ báo user unknown, xin hướng dẫn."),
    (ANSWER, "Tôi đang nghỉ thai sản, người phụ trách mới là chị Lan (lan@vinhthuy.example)."),
    ("Đơn vị đã sáp nhập", "UBND xã Vĩnh Thủy đã sáp nhập từ 01/7/2025, đề nghị gửi về xã mới."),
    ("Re: Thư bị trả lại", "Cảm ơn Phòng đã báo, tôi sẽ kiểm tra lại hộp thư."),
    (ANSWER, "ok"),
    (ANSWER, ""),
]


def letter(subject: str, words: str, head: dict[str, str], *, form: bool) -> bytes:
    mail = MIMEMultipart("mixed")
    for name, value in {"From": HOA, "To": "dccs@vinhlinh.example", **head}.items():
        mail[name] = value
    mail["Subject"] = Header(subject, "utf-8")
    mail.attach(MIMEText(words, "plain", "utf-8"))
    if form:
        part = MIMEApplication(FORM, "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        part.add_header("Content-Disposition", "attachment", filename="phieu.xlsx")
        mail.attach(part)
    return mail.as_bytes()


def verdict_of(raw: bytes) -> Verdict:
    return triage(Facts(read_message(raw), from_ourselves=False)).verdict


@pytest.mark.parametrize(("subject", "words"), WITH_FORM)
def test_who_sends_the_form_has_answered_whatever_the_words_around_it(subject: str, words: str) -> None:
    assert verdict_of(letter(subject, words, {}, form=True)) is Verdict.REPLY


@pytest.mark.parametrize("head", WITH_FORM_AND_HEAD, ids=lambda head: " ".join(head))
def test_who_sends_the_form_has_answered_whatever_a_program_put_into_the_head(head: dict[str, str]) -> None:
    assert verdict_of(letter("phiếu", "Gửi phiếu.", head, form=True)) is Verdict.REPLY


@pytest.mark.parametrize(("subject", "words"), WITHOUT_FORM)
def test_a_person_who_writes_about_mail_is_heard_by_a_person(subject: str, words: str) -> None:
    assert verdict_of(letter(subject, words, {}, form=False)) in {Verdict.REPLY, Verdict.UNMATCHED}
