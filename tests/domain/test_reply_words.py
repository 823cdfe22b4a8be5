"""Short replies in the spellings that people use: with and without accents, in capitals, above a quoted letter."""

from datetime import date

import pytest

from tasks.domain.extension import Wish
from tasks.domain.reply_words import own_words, read_promise, read_wish

MONDAY = date(2025, 10, 20)


@pytest.mark.parametrize(
    ("text", "days", "until", "why"),
    [
        ("GIA HAN 5 ngay, ly do mat dien", 5, None, "mat dien"),
        ("GIA HẠN 5 NGÀY, LÝ DO MẤT ĐIỆN", 5, None, "MẤT ĐIỆN"),
        ("Gia hạn 05 ngày làm việc.\nLý do: đang chống bão số 10.\nTrân trọng.", 5, None, "đang chống bão số 10"),
        ("giahan 3 ngay", 3, None, ""),
        ("Cho xã xin thêm 2 ngày nữa ạ", 2, None, ""),
        ("xin gia hạn năm (05) ngày vì cán bộ đi tập huấn", 5, None, "cán bộ đi tập huấn"),
        ("Đề nghị lùi thời hạn một tuần do chưa có số liệu; xin cảm ơn.", 5, None, "chưa có số liệu"),
        ("xin nộp chậm 3 ngày", 3, None, ""),
        ("xin gia hạn đến 15/11", None, date(2025, 11, 15), ""),
        ("Xin gia hạn đến hết ngày 15/11/2025 vì bận họp HĐND.", None, date(2025, 11, 15), "bận họp HĐND"),
        ("de nghi gia han toi ngay 15-11-2025", None, date(2025, 11, 15), ""),
        ("gia hạn trước ngày 15/11", None, date(2025, 11, 14), ""),
        ("kính mong được gia hạn đến ngày 15 tháng 11 năm 2025", None, date(2025, 11, 15), ""),
        ("gia hạn đến 05/01", None, date(2026, 1, 5), ""),
        ("Xin gia hạn.", None, None, ""),
        ("Đơn vị xin được gia hạn, lý do thay đổi cán bộ", None, None, "thay đổi cán bộ"),
    ],
)
def test_a_request_for_more_time_is_understood(text: str, days: int | None, until: date | None, why: str) -> None:
    assert read_wish(text, MONDAY) == Wish(days, until, why)


@pytest.mark.parametrize(
    "text",
    [
        "Gửi phiếu trả lời.",
        "Đơn vị không xin gia hạn.",
        "Không cần gia hạn, chiều nay gửi.",
        "Năm nay có 5 ngày nghỉ.",
        "",
        "Đã gửi phiếu.\n\n> xin gia hạn 5 ngày",
        "Đã gửi phiếu.\n\nVào 08:00, 20/10/2025, Phòng Nội vụ đã viết:\nxin gia hạn 5 ngày",
        "Đã gửi.\n-----Original Message-----\nFrom: x\nxin gia hạn 5 ngày",
        "Đã gửi.\nTừ: Phòng Nội vụ\nChủ đề: gia hạn 5 ngày",
        "Đã gửi.\nOn Mon, Oct 20, 2025 at 8:00 AM Phòng Nội vụ wrote:\ngia hạn 5 ngày",
        "Đã gửi.\n________________________________\ngia hạn 5 ngày",
        # our own invitation, quoted without any mark
        "Đã gửi.\nNếu gặp khó khăn hoặc cần gia hạn, đề nghị đơn vị trả lời thư này, nêu lý do và ngày đề nghị. "
        "Nếu đơn vị vừa gửi trả lời, xin bỏ qua thư này.",
    ],
)
def test_what_is_no_request_is_not_taken_for_one(text: str) -> None:
    assert read_wish(text, MONDAY) is None


def test_a_day_that_does_not_exist_is_left_to_a_person() -> None:
    assert read_wish("xin gia hạn đến 31/11", MONDAY) == Wish()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Đã nhận, sẽ trả lời ngày 25/10", date(2025, 10, 25)),
        ("DA NHAN, SE TRA LOI NGAY 25/10/2025", date(2025, 10, 25)),
        ("Đã nhận được phiếu. Đơn vị sẽ gửi báo cáo trước ngày 25/10.", date(2025, 10, 24)),
        ("Xin hẹn gửi vào thứ Sáu", date(2025, 10, 24)),
        ("Dự kiến hoàn thành thứ 2 tuần sau", date(2025, 10, 27)),
        ("Đã nhận, sẽ nộp ngày mai.", date(2025, 10, 21)),
        ("Chiều nay sẽ gửi, hẹn gửi trong ngày nay", date(2025, 10, 20)),
        ("sẽ gửi trong 3 ngày", date(2025, 10, 23)),
    ],
)
def test_a_promised_day_is_understood(text: str, day: date) -> None:
    """T53."""
    assert read_promise(text, MONDAY) == day


@pytest.mark.parametrize(
    "text",
    ["Đã nhận.", "Đã nhận, sẽ trả lời sớm.", "Đã gửi ngày 18/10.", "Sẽ gửi ngày 18/10/2025.", "> sẽ gửi ngày 25/10"],
)
def test_no_day_no_promise(text: str) -> None:
    assert read_promise(text, MONDAY) is None


def test_the_own_words_end_where_the_quoted_letter_begins() -> None:
    assert own_words("Dòng một\n\nDòng hai\n> trích") == "Dòng một\n\nDòng hai"
