"""Ordinary mail that sounds alarming: none of it says that a letter of ours did not arrive, or changes anything."""

import pytest

from tasks.collection.returned import notice_in
from tasks.domain.message import read_message
from tasks.domain.notice import BounceKind
from tasks.domain.triage import Facts, Verdict, triage
from tests.corpus.shaping import b, letter, mixed, raw, text

PLAIN = "Content-Type: text/plain; charset=utf-8"

# Subject and text as people of a commune write them.
PEOPLE = [
    ("Undelivered", "Hôm qua xã gửi công văn giấy nhưng bưu tá báo không giao được, xin gửi lại bản điện tử."),
    ("Thư bị trả lại", "Anh ơi thư em gửi anh hôm qua bị trả lại, anh cho em xin địa chỉ khác."),
    ("Không gửi được báo cáo", "Mạng của xã bị mất từ sáng, đề nghị phòng thông cảm."),
    ("Lỗi gửi thư", "Máy báo lỗi 550 khi em gửi cho sở. Phòng biết nguyên nhân không ạ?"),
    ("Re: Undelivered Mail Returned to Sender", "Địa chỉ đúng là man@vinho.example, xã đã sửa."),
    ("Re: Delivery Status Notification (Failure)", "Đã nhận, cảm ơn phòng."),
    ("Trả lời: Thư bị trả lại", "Hộp thư của xã đầy, nay đã dọn. Mời phòng gửi lại."),
    ("Hộp thư đầy", "Hộp thư của xã đầy nên hôm qua không nhận được thư của phòng."),
    ("Địa chỉ không tồn tại", "Địa chỉ cũ không tồn tại nữa, từ nay xin gửi về vanthu@vinho.example."),
    ("Từ chối nhận đơn", "Xã từ chối nhận đơn của ông Năm vì không thuộc thẩm quyền."),
    ("Đơn bị trả lại", "UBND xã trả lại đơn vì thiếu chữ ký."),
    ("Failure", "Hệ thống loa truyền thanh bị failure, chưa khắc phục được."),
    ("Rejected", "Hồ sơ số 12 bị rejected trên cổng dịch vụ công."),
    ("Bounce", "Cháu hỏi cô từ bounce nghĩa là gì."),
    ("Mail server của huyện", "Máy chủ thư của huyện bảo trì từ 22 giờ, xin thông báo."),
    ("Postmaster", "Bưu điện xã đổi trưởng bưu cục."),
    ("Báo cáo lỗi hệ thống", "Phần mềm một cửa báo lỗi: could not connect to host. Nhờ phòng hỗ trợ."),
    ("host not found", "Em vào trang của tỉnh thì máy báo host not found, có phải trang bị sập không?"),
    ("User unknown", "Em đăng nhập thì phần mềm báo user unknown."),
    ("Quota", "Chỉ tiêu (quota) tuyển quân năm nay của xã là 12."),
    ("Giao hàng không thành công", "Đơn vị cung cấp báo giao máy tính không thành công do không có người nhận."),
    ("Chuyển phát chậm", "Công văn 45 chuyển phát chậm, hôm nay xã mới nhận."),
    ("Thư gửi bị chậm", "Xin lỗi phòng, thư của xã gửi bị chậm vì cán bộ đi tập huấn."),
    ("delay", "Cuộc họp delay sang 15 giờ."),
    ("Cảnh báo: warning", "Đài khí tượng cảnh báo mưa lớn, xã trực 24/24."),
    ("Chờ duyệt", "Phiếu đang chờ chủ tịch duyệt, mai xã gửi."),
    ("Your message to the board awaits approval", "Thư của anh đang chờ ban duyệt, em báo lại sau."),
    ("Xác nhận đã đọc", "Xã đã đọc thư, sẽ làm theo."),
    ("Đã nhận được thư", "Văn thư đã nhận được thư của phòng."),
    ("Chị Mận nghỉ ốm", "Chị Mận nghỉ ốm, em Hoa làm thay, em đang điền phiếu."),
    ("Thu hồi đất", "Gửi phòng báo cáo thu hồi đất đợt 2."),
    ("Khiếu nại", "Gửi phòng đơn khiếu nại của bà Lan về thư rác quảng cáo."),
    ("Spam", "Xã nhận nhiều thư spam, phòng có cách chặn không?"),
    ("550", "Dự toán 550 triệu đồng sửa nhà văn hóa thôn."),
    ("5.1.1", "Tiêu chí 5.1.1 của nông thôn mới xã chưa đạt."),
]
FORWARDED = [
    ("Fwd: Cuộc họp", "---------- Forwarded message ----------\nFrom: sở\n\nKính mời dự họp."),
    ("TL: Re: Báo cáo", "Kính chuyển.\n\n> Thư hôm trước bị trả lại nên tôi gửi lại.\n> 550 5.1.1 user unknown"),
    (
        "FW: Hướng dẫn khắc phục lỗi thư bị trả lại",
        "Nếu gặp 550 5.1.1 user unknown thì kiểm tra lại địa chỉ người nhận.",
    ),
    ("Fwd: Thông báo hệ thống thư", "Máy chủ sẽ từ chối (rejected) thư quá 20 MB từ ngày 1/6."),
]
NEWSLETTER = (
    "From: bantin@tapchi.example",
    f"Subject: {b('Bản tin: vì sao thư của bạn bị trả lại? (delivery failure)')}",
    "List-Unsubscribe: <https://tapchi.example/huy>",
    "Precedence: bulk",
    PLAIN,
)
SAYS_MACHINE = [
    ("newsletter about bounces", raw(*NEWSLETTER, body="Delivery has failed: mười lý do."), Verdict.LIST_MAIL),
    (
        "vacation note",
        letter(PLAIN, "Auto-Submitted: auto-replied", subject=b("Tôi đang nghỉ phép"), body="Thư sẽ được trả lời sau."),
        Verdict.AUTO_REPLY,
    ),
    (
        "vacation note that speaks of delivery",
        letter(
            PLAIN,
            "Auto-Submitted: auto-replied",
            subject=b("Re: phiếu"),
            body="Your message has been delivered but I am away; mail to my old address could not be delivered.",
        ),
        Verdict.AUTO_REPLY,
    ),
    (
        "quarantine digest",
        raw("From: mailer-daemon@mx.example", "Subject: Quarantine digest", PLAIN, body="3 messages are waiting."),
        Verdict.REPLY,
    ),
    (
        "maintenance by the administrator",
        raw("From: postmaster@mx.example", f"Subject: {b('Bảo trì máy chủ')}", PLAIN, body="Từ 22 giờ đến 24 giờ."),
        Verdict.REPLY,
    ),
]
READ_RECEIPT = mixed(
    text("Your message was read."),
    raw(
        "Content-Type: message/disposition-notification",
        body="Final-Recipient: rfc822; man@vinho.example\r\nDisposition: manual-action/MDN-sent-manually; displayed",
    ),
    kind="report; report-type=disposition-notification",
    subject=b("Đã đọc: phiếu"),
)


FAILURES_IN_NAME = {
    subject for subject, _ in PEOPLE if subject.split()[0] in {"Undelivered", "Thư", "Không", "Lỗi", "User", "delay"}
}
"""Under an empty return path such a subject is a server's own: then only a key of ours could make it count."""


@pytest.mark.parametrize(("subject", "body"), [*PEOPLE, *FORWARDED])
@pytest.mark.parametrize("null_path", [False, True])
def test_a_person_who_sounds_like_a_mail_server_is_a_person(subject: str, body: str, null_path: bool) -> None:
    """Also where a document system leaves the return path empty."""
    path = ("Return-Path: <>",) if null_path and subject not in FAILURES_IN_NAME else ()
    message = read_message(letter(PLAIN, *path, subject=b(subject), body=body))
    assert message.bounce is None
    kind = triage(Facts(message, from_ourselves=False)).verdict
    assert kind in {Verdict.REPLY, Verdict.UNMATCHED}, "a person sees it"


@pytest.mark.parametrize(("raw_", "verdict"), [pytest.param(r, v, id=n) for n, r, v in SAYS_MACHINE])
def test_what_a_machine_writes_about_delivery_is_no_bounce(raw_: bytes, verdict: Verdict) -> None:
    message = read_message(raw_)
    assert notice_in(message) is None
    assert triage(Facts(message, from_ourselves=False)).verdict is verdict


def test_a_read_receipt_is_no_bounce() -> None:
    message = read_message(READ_RECEIPT)
    assert message.bounce is not None
    assert message.bounce.kind is BounceKind.READ
    assert notice_in(message) is None
