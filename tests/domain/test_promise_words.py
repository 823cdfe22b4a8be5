"""The day that a reply promises, before the verb or after it; whatever leaves a doubt promises nothing."""

from datetime import date

import pytest

from tasks.domain.promise_words import read_promise

MONDAY = date(2025, 10, 20)
FEBRUARY = date(2026, 2, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # the day after the verb
        ("Đã nhận, sẽ trả lời ngày 25/10", date(2025, 10, 25)),
        ("DA NHAN, SE TRA LOI NGAY 25/10/2025", date(2025, 10, 25)),
        ("Đã nhận được phiếu. Đơn vị sẽ gửi báo cáo trước ngày 25/10.", date(2025, 10, 24)),
        ("Xin hẹn gửi vào thứ Sáu", date(2025, 10, 24)),
        ("Dự kiến hoàn thành thứ 2 tuần sau", date(2025, 10, 27)),
        ("Đã nhận, sẽ nộp ngày mai.", date(2025, 10, 21)),
        ("Chiều nay sẽ gửi, hẹn gửi trong ngày nay", date(2025, 10, 20)),
        ("sẽ gửi trong 3 ngày", date(2025, 10, 23)),
        ("Đơn vị sẽ gửi báo cáo chậm nhất là ngày 5 tháng 11 năm 2025.", date(2025, 11, 5)),
        ("Xã sẽ nộp trước 12h ngày 28.10.2025", date(2025, 10, 28)),
        ("Đã rõ. Đơn vị cam kết hoàn thành trước 30/10", date(2025, 10, 29)),
        ("Phấn đấu gửi báo cáo vào thứ sáu tuần này", date(2025, 10, 24)),
        ("Sẽ gửi thứ Sáu, ngày 24/10", date(2025, 10, 24)),
        # the written date decides, the day of the week only repeats it
        ("sẽ trả lời thứ Sáu ngày 31/10/2025", date(2025, 10, 31)),
        ("sẽ trả lời thứ Tư ngày 29/10", date(2025, 10, 29)),
        ("sẽ trả lời thứ Tư, ngày 29/10", date(2025, 10, 29)),
        ("thứ 6, 31/10 xã sẽ gửi", date(2025, 10, 31)),
        ("Thứ Sáu (31/10) đơn vị sẽ nộp", date(2025, 10, 31)),
        ("Tuần sau, thứ Ba xã gửi", date(2025, 10, 28)),
        ("sẽ gửi trong vòng 2 tuần", date(2025, 11, 3)),
        ("Sẽ gửi báo cáo cuối tháng 10", date(2025, 10, 31)),
        ("Sẽ nộp đến hết tháng 11/2025", date(2025, 11, 30)),
        ("Theo Công văn số 12/UBND-NV ngày 21/10, đơn vị sẽ gửi báo cáo ngày 27/10", date(2025, 10, 27)),
        ("sẽ gửi sau 5 (năm) ngày nữa", date(2025, 10, 25)),
        ("Đơn vị sẽ khắc phục xong và báo cáo ngày 03/11", date(2025, 11, 3)),
        # the day before the verb
        ("Ngày 25/10 đơn vị sẽ gửi", date(2025, 10, 25)),
        ("Ngày 25/10, đơn vị sẽ gửi báo cáo.", date(2025, 10, 25)),
        ("ngay 25/10 don vi se gui", date(2025, 10, 25)),
        ("đến 25/10 chúng tôi gửi báo cáo", date(2025, 10, 25)),
        ("Trước ngày 25/10 xã sẽ nộp phiếu", date(2025, 10, 24)),
        ("Thứ sáu tuần này đơn vị sẽ gửi", date(2025, 10, 24)),
        ("Thứ Hai tuần sau trường gửi phiếu ạ", date(2025, 10, 27)),
        ("Cuối tháng 10 đơn vị sẽ báo cáo", date(2025, 10, 31)),
        ("Ngày mai em gửi ạ", date(2025, 10, 21)),
        ("Chiều nay xã gửi nhé", date(2025, 10, 20)),
        ("Đã nhận phiếu. Ngày 28/10/2025 UBND xã Hải Sơn sẽ gửi trả lời.", date(2025, 10, 28)),
        ("Trong vòng 3 ngày đơn vị sẽ trả lời", date(2025, 10, 23)),
        ("Hôm nay bận họp.\n\nSáng mai đơn vị sẽ gửi.", date(2025, 10, 21)),
    ],
)
def test_a_promised_day_is_understood(text: str, day: date) -> None:
    """T53."""
    assert read_promise(text, MONDAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ngày 12/3 đơn vị sẽ gửi", date(2026, 3, 12)),
        ("đến 15/3 chúng tôi gửi báo cáo", date(2026, 3, 15)),
        ("Cuối tháng 3 đơn vị sẽ gửi", date(2026, 3, 31)),
        ("Sẽ gửi cuối tháng này", date(2026, 2, 28)),
        ("Sẽ gửi cuối tháng 2/2026", date(2026, 2, 28)),
    ],
)
def test_a_promise_in_spring_is_understood(text: str, day: date) -> None:
    assert read_promise(text, FEBRUARY) == day


@pytest.mark.parametrize(
    "text",
    [
        # no day, or none that is certain
        "Đã nhận.",
        "Đã nhận, sẽ trả lời sớm.",
        "Tuần sau đơn vị sẽ gửi.",
        "Sẽ gửi trong tuần này",
        "Sẽ gửi đầu tháng 11",
        "Sẽ gửi trong vài ngày tới",
        "Sẽ gửi ngày 25/10 hoặc 27/10",
        "Đơn vị có thể sẽ gửi ngày 25/10",
        "Nếu có điện thì ngày 25/10 đơn vị sẽ gửi",
        "Đơn vị sẽ gửi phần 1 ngày 25/10, phần 2 ngày 28/10",
        "Sẽ gửi ngày 31/11",
        "Số liệu sẽ gửi trong thư sau",
        "Chị Mai sẽ gửi",
        # the past
        "Đã gửi ngày 18/10.",
        "Đã gửi ngày 25/10.",
        "Ngày 25/10 đơn vị đã gửi báo cáo.",
        "Sẽ gửi ngày 18/10/2025.",
        # not at all
        "Đơn vị không kịp gửi báo cáo ngày 25/10",
        "Đơn vị sẽ không gửi báo cáo ngày 25/10",
        # a question
        "Đơn vị sẽ gửi ngày 25/10 được không ạ?",
        "Có phải ngày 25/10 sẽ hết hạn gửi không?",
        "Xin hỏi ngày 25/10 gửi có kịp không",
        # the office's own letter
        "> sẽ gửi ngày 25/10",
        "Thư ghi “đơn vị sẽ gửi trước ngày 25/10”, xin hỏi lại.",
        "Theo thư của Phòng, đề nghị gửi trước ngày 25/10.",
        "Thời hạn gửi phiếu là ngày 25/10.",
        # somebody else's
        "Phòng Nội vụ sẽ gửi phiếu mới ngày 25/10",
        "Điện lực hẹn ngày 25/10 hoàn thành sửa chữa",
        "Ngày 25/10 đoàn kiểm tra sẽ gửi biên bản",
        # the date of something else
        "Ngày 20/10 nhận được phiếu, đơn vị sẽ gửi sớm",
        "Sẽ gửi báo cáo theo Công văn số 12/UBND-NV ngày 21/10",
        "Ngày 25/10 họp HĐND, đơn vị sẽ gửi sau",
    ],
)
def test_where_there_is_a_doubt_there_is_no_promise(text: str) -> None:
    assert read_promise(text, MONDAY) is None
