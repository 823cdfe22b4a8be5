"""Whose words a mail's are: of its own body alone, and there of nothing that is quoted, hidden or struck out."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tasks.domain.inbox.own_words import own_words, said
from tasks.domain.message import read_message

MORE = "GIA HẠN: 5 ngày, lý do mất điện"


def html(body: str) -> str:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "man@vinho.example"
    mail.set_content(f"<html><body>{body}</body></html>", subtype="html")
    message = read_message(mail.as_bytes())
    assert MORE in message.text, "a person sees it all the same"
    return said(message.own_text, message.subject)


@pytest.mark.parametrize(
    "body",
    [
        f"<p>Em chào chị.</p><blockquote><p>{MORE}</p></blockquote>",
        f"<blockquote><blockquote>x</blockquote><!-- </blockquote> --><p>{MORE}</p></blockquote><p>Em chào chị.</p>",
        f'<p>Em chào chị.</p><div style="display: none">{MORE}</div>',
        f'<p>Em chào chị.</p><span style="font-size:0px">{MORE}</span>',
        f"<p>Em chào chị.</p><div hidden>{MORE}</div>",
        f"<p>Em chào chị.</p><p><s>{MORE}</s></p>",
        f'<p>Em chào chị.</p><p style="text-decoration:line-through">{MORE}</p>',
        f"<p>Em chào chị.</p><blockquote>{MORE}",
        f'<p>Em chào chị.</p><div class="gmail_quote gmail_quote_container"><div>{MORE}</div></div>',
        f"<p>Em chào chị.</p><div class=gmail_quote><p>{MORE}</p></div>",
        f'<p>Em chào chị.</p><div class="moz-cite-prefix">Phòng:<br></div><blockquote type="cite">{MORE}</blockquote>',
        f'<p>Em chào chị.</p><div id="ydp12yahoo_quoted_34" class="ydp12yahoo_quoted"><div>{MORE}</div></div>',
        f'<p>Em chào chị.</p><div class="protonmail_quote">{MORE}</div>',
        f'<p>Em chào chị.</p><div class="zmail_extra" id="Zm-_Id_-Sgn1"><div>{MORE}</div></div>',
        f'<p>Em chào chị.</p><div id="mail-editor-reference-message-container"><div>{MORE}</div></div>',
        f'<p>Em chào chị.</p><div class="moz-forward-container"><p>{MORE}</p></div>',
        f'<p>Em chào chị.</p><hr id="zwchr" data-marker="__DIVIDER__"><div>{MORE}</div>',
        f'<p>Em chào chị.</p><div data-marker="__QUOTED_TEXT__"><div>{MORE}</div></div>',
        f'<div>Em chào chị.</div><div id="appendonsend"></div><hr><p>{MORE}</p>',
        f'<div>Em chào chị.</div><hr><div id="x_divRplyFwdMsg" dir="ltr"><b>Van:</b> ai</div><div>{MORE}</div>',
        "<p>Em chào chị.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p>"
        f"<b>Van:</b> ai</p></div><p>{MORE}</p>",
    ],
)
def test_quoted_hidden_and_struck_out_html_is_not_the_sender_s(body: str) -> None:
    assert "GIA HẠN" not in html(body)
    assert "Em chào chị." in html(body) or body.endswith(MORE)


def test_what_stands_beside_a_quote_in_html_is_the_sender_s() -> None:
    body = f'<p style="font-size:10pt">Em chào chị.</p><blockquote>cũ</blockquote><p>{MORE}</p><br hidden>'
    assert MORE in html(body)


@pytest.mark.parametrize(
    "body",
    [
        f'<p>{MORE}</p><div class="gmail_quote"><p>GIA HẠN: 9 ngày</p></div>',
        f'<div class="gmail_quote"><p>GIA HẠN: 9 ngày</p></div><p>{MORE}</p>',
        f'<div class="gmail_default">{MORE}</div><div class="gmail_signature">Hoa</div>',
        f'<div class="excited quoter" style="border:none;border-top:solid red 1pt">{MORE}</div>',
        f'<div id="Signature">Hoa</div><p>{MORE}</p><div id="appendonsend"></div><p>GIA HẠN: 9 ngày</p>',
    ],
)
def test_what_stands_beside_a_program_s_quote_is_the_sender_s(body: str) -> None:
    assert MORE in html(body)
    assert "9 ngày" not in html(body)


@pytest.mark.parametrize("name", ["thu.eml", ""])
def test_an_attached_mail_says_nothing_in_its_carrier_s_name(name: str) -> None:
    inner = EmailMessage(policy=SMTP)
    inner["From"], inner["Subject"] = "ai@do.example", "x"
    inner.set_content(MORE)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "man@vinho.example"
    mail.set_content("Em chuyển thư này.")
    if name:
        mail.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename=name)
    else:
        mail.add_attachment(message_from_bytes(inner.as_bytes(), policy=SMTP))
    message = read_message(mail.as_bytes())
    assert MORE in message.text
    assert said(message.own_text, message.subject) == "Em chuyển thư này."


def test_a_text_that_is_a_file_says_nothing_either() -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "man@vinho.example"
    mail.set_content("Em gửi tệp.")
    mail.add_attachment(MORE, subtype="plain", filename="cu.txt", disposition="inline")
    message = read_message(mail.as_bytes())
    assert said(message.own_text, message.subject) == "Em gửi tệp."


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 20 Jan 2025 at 08:00, Phòng Nội vụ huyện Vĩnh Linh\n<dancho@vinhlinh.example> wrote:",
        "Vào Th 2, 20 thg 1, 2025 vào lúc 08:00 Phòng Nội vụ huyện\nVĩnh Linh <dancho@vinhlinh.example> đã viết:",
        "Vào Th 2, 20 thg 1, 2025 Phòng Nội vụ\n<dancho@vinhlinh.example>\nđã viết:",
        "---------- Thư đã chuyển tiếp ----------",
        "---------- Thư được chuyển tiếp ---------",
        "Begin forwarded message:",
        "Sent: Monday, January 20, 2025 8:00 AM\nTo: man@vinho.example\nSubject: phiếu",
        "Đã gửi: Thứ Hai, 20 Tháng Giêng 2025\nTới: man@vinho.example\nChủ đề: phiếu",
        "Gửi: 20/01/2025 08:00\nĐến: man@vinho.example",
        "Phòng Nội vụ viết:",
        "Phòng Nội vụ đã viết :",
        "phong noi vu viet:",
        "Phòng Nội vụ viết lúc 08:00 ngày 20/01/2025:",
        "*Phòng Nội vụ viết:*",
        "Phòng Nội vụ viết như sau:",
        "Phòng Nội vụ <dancho@vinhlinh.example>:",
        "Phòng Nội vụ wrote:",
        "Phòng Nội vụ a écrit :",
        "El lun, 20 ene 2025, Phòng Nội vụ escribió:",
        "Am 20.01.2025 um 08:00 schrieb Phòng Nội vụ:",
        "Phòng Nội vụ написал(а):",
        "Phòng Nội vụ napisał(a):",
        "Phòng Nội vụ 写道：",
    ],
)
def test_the_own_words_end_where_another_s_mail_begins(quote: str) -> None:
    assert own_words(f"Em chào chị.\n\n{quote}\n\n{MORE}") == "Em chào chị."


def test_a_line_that_only_looks_like_a_head_is_the_sender_s() -> None:
    text = f"Gửi: phiếu của xã\nEm chào chị.\nVào tuần sau em đi họp.\n{MORE}"
    assert own_words(text) == text


@pytest.mark.parametrize(
    "line", ["Gửi anh Việt:", "Bản tiếng Việt:", "Em viết: xã mất điện", "Em đã viết cho chị.", "Xã xin:"]
)
def test_a_line_that_only_looks_like_an_attribution_is_the_sender_s(line: str) -> None:
    assert own_words(f"{line}\n{MORE}") == f"{line}\n{MORE}"


def test_a_line_far_down_is_read_whole_and_never_in_part() -> None:
    assert own_words("chữ " * 1_000 + f"\n{MORE}").endswith(f"\n{MORE}")
    assert own_words("x" * 99_990 + f"\n{MORE}") == "x" * 99_990


def test_a_mark_behind_a_wrapped_attribution_keeps_the_words_below_it() -> None:
    text = f"Vào 20/01/2025 Phòng Nội vụ\n<dancho@vinhlinh.example> đã viết:\n> cũ\n{MORE}"
    assert own_words(text) == MORE
