"""Mails of a unit's own clerk, under whatever programs put around her words: what test_borrowed_words hands over."""

import email
import email.policy
from collections.abc import Callable
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tests.flows.siege import HALF, Target
from tests.tasks.test_extension import with_line

PROMISE, PROMISED = "HẸN: ngày 20/02/2025", date(2025, 2, 20)
Story = Callable[[Target], bytes]
_numbers = iter(range(1, 1_000))


def written(unit: Target, text: str = "Em chào chị.", *, html: str = "", subject: str = "") -> EmailMessage:
    """A mail of the unit's own clerk, who may say what she likes: by HTML alone where `html` is given."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = unit.address, unit.tag, subject or "Re: phiếu"
    mail["Message-ID"], mail["In-Reply-To"] = f"<loi-{next(_numbers)}@donvi.example>", unit.request
    mail["Date"] = format_datetime(datetime.fromisoformat("2025-01-21T08:59:00+07:00"))
    if html:
        mail.set_content(f"<html><body>{html}</body></html>", subtype="html")
    else:
        mail.set_content(text)
    return mail


def page(html: str) -> Story:
    return lambda unit: written(unit, html=f"<p>Em chào chị.</p>{html}").as_bytes()


def headed(subject: str = "", form: bool = False, **head: str) -> Story:
    """The contact's promise, in words of her own, under what programs put into a head."""

    def story(unit: Target) -> bytes:
        mail = written(unit, f"Em chào chị.\n{PROMISE}", subject=subject.format(unit.case))
        for name, value in head.items():
            mail[name.replace("_", "-")] = value
        if form:
            mail.add_attachment(
                unit.filled(HALF), maintype="application", subtype="octet-stream", filename="phieu.xlsx"
            )
        return mail.as_bytes()

    return story


def below(quote: str) -> Story:
    return lambda unit: written(unit, f"Đã nhận.\n{quote}\n\n{PROMISE}").as_bytes()


def above(text: str, **parameters: str) -> Story:
    """As a whole body; `parameters`: of its Content-Type."""

    def story(unit: Target) -> bytes:
        mail = written(unit, text)
        for name, value in parameters.items():
            mail.set_param(name, value)
        return mail.as_bytes()

    return story


def in_a_cell(**head: str) -> Story:
    """The promise in the cell of a form, which is filled in part."""

    def story(unit: Target) -> bytes:
        mail = written(unit, "Em gửi phiếu.")
        for name, value in head.items():
            if name == "Subject":
                mail.replace_header(name, value)
            else:
                mail[name.replace("_", "-")] = value
        form = with_line(unit.filled(HALF), PROMISE)
        mail.add_attachment(form, maintype="application", subtype="octet-stream", filename="phieu.xlsx")
        return mail.as_bytes()

    return story


LIST = {"List_Id": "<vanphong.vinho.example>", "Precedence": "list"}

MORE_BY_MACHINES: dict[str, Story] = {
    **{
        f"under {name}": headed("Re: [{}] phiếu", **{name.replace("-", "_"): value})
        for name, value in {
            "Auto-Submitted": "auto-replied",
            "X-Autoreply": "yes",
            "X-Autorespond": "phieu",
            "Auto-Forwarded": "true",
            "X-Forwarded-To": "dancho@vinhlinh.example",
            "X-Forwarded-For": "a@vinho.example dancho@vinhlinh.example",
            "Resent-From": "b@vinho.example",
            "X-BeenThere": "xa@ds.example",
            "Mailing-List": "contact xa@ds.example",
            "X-Auto-Response-Suppress": "All",
            "X-MS-Exchange-Inbox-Rules-Loop": "a@vinho.example",
        }.items()
    },
    **{f"of an absence: {label}": headed(f"{label} [{{}}] phiếu") for label in ("[Auto-Reply]", "OOO:", "Vắng mặt:")},
}
# What a reader may take for another's words: the line waits with why, also where the mail says nothing else.
QUOTED: dict[str, Story] = {
    **{
        f"below “{border}”": below(border)
        for border in (
            "======= Tin nhắn gốc =======",
            "Tin đã chuyển tiếp",
            "------------------ 原始邮件 ------------------",
            "------------------ Original ------------------",
            "Trích thư của Phòng Nội vụ:",
            "Phòng Nội vụ đã gửi:",
            "Phòng Nội vụ, 20/01/2025 08:00:",
            "--- Anh Nam ---",
            "Anh Nam nhắn:",
        )
    },
    "behind a bar": above(f"Đã nhận.\n| Kính gửi\n| {PROMISE}"),
    **{
        f"in {mark}": page(f"<{mark}><p>{PROMISE}</p></{mark.split()[0]}>")
        for mark in (
            "span id='OLK_SRC_BODY_SECTION'",
            "div name='messageReplySection' class='messageReplySection'",
            "div id='ms-outlook-mobile-reference-message'",
            "div style='border:none;border-left:solid #CCC 1.0pt;padding:0 0 0 6pt'",
            "q",
            "blockquote style='margin:0 0 0 40px;border:none'",
        )
    },
    "in a mail sent on, with her own word above": above(f"Chị xem.\n\nTin nhắn được chuyển tiếp\nTừ: ai\n\n{PROMISE}"),
}
IN_CELLS: dict[str, Story] = {
    "in a form's cell, through a list": in_a_cell(**LIST),
    "in a form's cell, of an absence": in_a_cell(Subject="Automatic reply: phiếu"),
}
MORE_HEARD: dict[str, Story] = {
    "her own line in bold": above(f"**{PROMISE}**"),
    "her own line wrapped by her program": above("Em chào chị.\nHẸN: ngày \n20/02/2025\nTrân trọng.", format="flowed"),
    "her own line below a list of points": above(f"Em báo cáo chị:\n- Xã đã họp.\n- Còn mục 3.\n{PROMISE}"),
    "her own line above a border": above(f"{PROMISE}\n----------\nHoa, 0901 234 567"),
}
