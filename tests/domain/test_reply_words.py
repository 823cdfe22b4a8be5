"""Short replies in the spellings that people use: with and without accents, in capitals, above a quoted letter."""

from datetime import date

import pytest

from tasks.domain.extension import Wish
from tasks.domain.reply_words import own_words, read_wish

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
        ("xin lui han den 20/11", None, date(2025, 11, 20), ""),
        ("de nghi gia han them 05 ngay lam viec", 5, None, ""),
        ("cho em xin thêm vài hôm", None, None, ""),
        ("Cho em xin thêm mấy ngày với ạ, em mới nhận việc", None, None, ""),
        ("Cho xã xin thêm 3 hôm", 3, None, ""),
        ("xin thêm ba bữa nữa", 3, None, ""),
        ("Xin gia hạn mười ngày", 10, None, ""),
        ("Xin gia hạn mười lăm (15) ngày do bão số 12.", 15, None, "bão số 12"),
        ("xin gia hạn hai mươi ngày", 20, None, ""),
        ("gia han 1 thang", None, None, ""),
        ("Xin gia hạn nửa tháng", None, None, ""),
        ("Đề nghị gia hạn 2 tuần", 10, None, ""),
        ("GIA HAN: 7 NGAY. LY DO: DUONG SAT LO", 7, None, "DUONG SAT LO"),
        ("Gia-hạn không rõ? Xin gia hạn 4 ngày ạ", 4, None, ""),
        ("Đề nghị kéo dài thời hạn nộp báo cáo thêm 3 ngày", 3, None, ""),
        ("xin dời hạn sang ngày 28/10", None, date(2025, 10, 28), ""),
        ("Xin hoãn thời gian nộp đến 30/10/2025", None, date(2025, 10, 30), ""),
        ("Cho xã xin gia hạn đến thứ Sáu tuần sau", None, date(2025, 10, 31), ""),
        ("Xin gia hạn đến cuối tháng 10", None, date(2025, 10, 31), ""),
        ("Xin gia hạn đến hết tháng 11/2025", None, date(2025, 11, 30), ""),
        ("Xin gia hạn 3 ngày vì ngày 25/10 họp HĐND", 3, None, "ngày 25/10 họp HĐND"),
        ("Xã đã gia hạn một lần, nay xin gia hạn thêm 2 ngày", 2, None, ""),
        ("Cho xã gia hạn 3 ngày được không ạ?", 3, None, ""),
        ("Xin phép nộp báo cáo trễ 2 ngày", 2, None, ""),
        ("gửi phiếu muộn 1 tuần, mong thông cảm", 5, None, ""),
        ("Kính đề nghị Phòng cho thêm thời gian", None, None, ""),
        ("xin gia hạn từ 30/10 đến 05/11", None, date(2025, 11, 5), ""),
        ("xin gia hạn từ ngày 30/10/2025 sang ngày 05/11/2025", None, date(2025, 11, 5), ""),
        ("đề nghị lùi thời hạn nộp ngày 30/10 đến ngày 5/11", None, date(2025, 11, 5), ""),
        ("xin gia hạn (hạn cũ 30/10) đến 07/11", None, date(2025, 11, 7), ""),
        ("xin gia hạn 10 ngày kể từ ngày 30/10/2025", 10, None, ""),
        ("xin gia hạn 03 ngày làm việc kể từ ngày hết hạn 30/10/2025", 3, None, ""),
        ("xin gia hạn 5 ngày, từ 31/10 đến hết 06/11", None, date(2025, 11, 6), ""),
        ("xin gia hạn (theo Công văn số 45 ngày 02/10/2025) đến ngày 05/11/2025", None, date(2025, 11, 5), ""),
        ("xin gia hạn thêm 5 ngày, đến hết 06/11", None, date(2025, 11, 6), ""),
        ("xin gia hạn báo cáo kỳ 15/12/2024 đến 15/10/2025 thêm 5 ngày", 5, None, ""),
        ("Đơn vị xin được gia hạn, lý do thay đổi cán bộ", None, None, "thay đổi cán bộ"),
    ],
)
def test_a_request_for_more_time_is_understood(text: str, days: int | None, until: date | None, why: str) -> None:
    assert read_wish(text, MONDAY) == Wish(days, until, why)


@pytest.mark.parametrize(
    "text",
    [
        # a question, or somebody else's wish
        "Cho hỏi thời hạn có gia hạn 5 ngày không?",
        "Xin hỏi có được gia hạn 3 ngày không ạ?",
        "Đơn vị bạn xin gia hạn 5 ngày, còn xã nộp đúng hạn",
        "Đề nghị huyện gia hạn cho tất cả các xã 5 ngày",
        # no number of days
        "xin gia hạn 1,5 ngày",
        "gia hạn -5 ngày",
        "xin gia hạn 5-7 ngày",
        "xin gia hạn 3 đến 5 ngày",
        # the days of the reason
        "Vì 3 ngày qua mất điện nên xin gia hạn",
        "Mất điện 3 ngày nay, xin gia hạn",
        "Xin gia hạn. Xã mất điện 3 ngày.",
        "Xã có 5 thôn ngập 4 ngày liền. Xin gia hạn",
        "xin gia hạn theo công văn số 12/10 của UBND xã",
        # a day that is over
        "xin gia hạn đến 15/10/2025",
    ],
)
def test_what_does_not_say_how_long_is_left_to_a_person(text: str) -> None:
    wish = read_wish(text, MONDAY)
    assert wish is not None
    assert (wish.days, wish.until) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị không có nhu cầu gia hạn 5 ngày, sẽ nộp đúng hạn",
        "Xin gia hạn: không",
        "Gửi phiếu trả lời.",
        "Đơn vị không xin gia hạn.",
        "Không cần gia hạn, chiều nay gửi.",
        "Năm nay có 5 ngày nghỉ.",
        "UBND tỉnh đã gia hạn cho huyện 5 ngày.",
        "Đơn vị đã được gia hạn đến 15/11, nay gửi phiếu.",
        "Đơn vị đang gia hạn chữ ký số 5 ngày nữa mới xong.",
        "Công ty gia hạn hợp đồng 30 ngày.",
        "Đơn vị không nộp chậm.",
        "Chưa xin gia hạn.",
        "Về việc gia hạn.",
        "Đã gửi thêm 2 tệp.",
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


def test_the_own_words_end_where_the_quoted_letter_begins() -> None:
    assert own_words("Dòng một\n\nDòng hai\n> trích") == "Dòng một\n\nDòng hai"
