"""What stands in a cell is taken, taken and flagged, or asked back; nothing is guessed in silence."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.answer import LONGEST_TEXT, Raw, Refusal, is_blank, means_nothing, read_answer, read_number
from tasks.domain.cell import may_be_thousands
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType, Item, choices_of
from tasks.domain.vietnamese import day_text, number_text


def item(type_: AnswerType, **more: object) -> Item:
    return Item("T01", "A", "Câu hỏi?", type_, **more)  # type: ignore[arg-type]


WHOLE = item(AnswerType.SO, unit="máy", minimum=0)
DECIMAL = item(AnswerType.SO_THAP_PHAN, unit="cm", minimum=0)
MILLIONS = item(AnswerType.SO_THAP_PHAN, unit="triệu đồng", minimum=0)
PERCENT = item(AnswerType.TY_LE, unit="%", minimum=0, maximum=100)
DAY = item(AnswerType.NGAY)
YES_NO = item(AnswerType.CO_KHONG)
LEVEL = item(AnswerType.MUC)
TEXT = item(AnswerType.VAN_BAN)
CONDITIONAL = item(AnswerType.CO_KHONG, condition="có phát sinh")
ALL = [WHOLE, DECIMAL, PERCENT, DAY, YES_NO, LEVEL, TEXT]


def refused(asked: Item, raw: Raw) -> str:
    with pytest.raises(Refusal) as caught:
        read_answer(asked, raw)
    return caught.value.sentence


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (WHOLE, 5, 5),
        (WHOLE, 5.0, 5),
        (WHOLE, "5", 5),
        (WHOLE, " 12 ", 12),
        (WHOLE, "+3", 3),
        (WHOLE, "007", 7),
        (WHOLE, "1.234", 1234),
        (WHOLE, "1.234.567", 1_234_567),
        (WHOLE, "1 234", 1234),
        (WHOLE, "1\u00a0234", 1234),
        (WHOLE, "1234,0", 1234),
        (DECIMAL, "1.234,5", 1234.5),
        (DECIMAL, "1234,5", 1234.5),
        (DECIMAL, "1 234,5", 1234.5),
        (DECIMAL, "0,5", 0.5),
        (DECIMAL, "0,125", 0.125),
        (DECIMAL, "12,50", 12.5),
        (DECIMAL, 98.2, 98.2),
        (DECIMAL, "1.234.567,89", 1_234_567.89),
        (PERCENT, 87.5, 87.5),
        (PERCENT, "87,5%", 87.5),
        (PERCENT, "87,5 %", 87.5),
        (PERCENT, "100", 100),
        (PERCENT, "0", 0),
        (PERCENT, 0, 0),
        (PERCENT, "0,5%", 0.5),
        (PERCENT, "１２％", 12),
        (PERCENT, "87,5 phần trăm", 87.5),
        (WHOLE, "12.", 12),
        (WHOLE, "１２", 12),
        (DECIMAL, "1,5;", 1.5),
    ],
)
def test_a_number_as_it_is_written_here_is_taken_without_a_word(asked: Item, raw: Raw, value: float) -> None:
    assert read_answer(asked, raw) == (value, "")


@pytest.mark.parametrize(
    ("asked", "raw", "value", "flag"),
    [
        (WHOLE, "1,234", 1234, "“1,234” được hiểu là số nguyên"),
        (WHOLE, "không", 0, "“không” được hiểu là 0"),
        (WHOLE, "Không có", 0, "“Không có” được hiểu là 0"),
        (WHOLE, "10 máy", 10, "“10 máy” được hiểu là 10"),
        (WHOLE, "1.250 Máy", 1250, "“1.250 Máy” được hiểu là 1.250"),
        (item(AnswerType.SO, unit="đồng"), "1.500.000đ", 1_500_000, "“1.500.000đ” được hiểu là 1.500.000"),
        (item(AnswerType.SO, unit="đồng"), "1.500.000 VNĐ", 1_500_000, "“1.500.000 VNĐ” được hiểu là 1.500.000"),
        (MILLIONS, "15 triệu", 15, "“15 triệu” được hiểu là 15"),
        (MILLIONS, "15 tr", 15, "“15 tr” được hiểu là 15"),
        (MILLIONS, "15 triệu đồng", 15, "“15 triệu đồng” được hiểu là 15"),
        (MILLIONS, "12,5 TRĐ", 12.5, "“12,5 TRĐ” được hiểu là 12,5"),
        (MILLIONS, "15.000.000 đồng", 15, "“15.000.000 đồng” được hiểu là 15 triệu đồng"),
        (MILLIONS, "15 000 000đ", 15, "“15 000 000đ” được hiểu là 15 triệu đồng"),
        (MILLIONS, "1,2 tỷ", 1200, "“1,2 tỷ” được hiểu là 1.200 triệu đồng"),
        (MILLIONS, "1 tỷ 200 triệu đồng", 1200, "“1 tỷ 200 triệu đồng” được hiểu là 1.200 triệu đồng"),
        (MILLIONS, "500 nghìn đồng", 0.5, "“500 nghìn đồng” được hiểu là 0,5 triệu đồng"),
        (item(AnswerType.SO, unit="đồng"), "5 triệu đồng", 5_000_000, "“5 triệu đồng” được hiểu là 5.000.000 đồng"),
        (item(AnswerType.SO, unit="thôn, tổ dân phố"), "5 thôn", 5, "“5 thôn” được hiểu là 5"),
        (item(AnswerType.SO, unit="thôn, tổ dân phố"), "5 tổ dân phố", 5, "“5 tổ dân phố” được hiểu là 5"),
        (item(AnswerType.SO, unit="hộ"), "412 hộ dân", 412, "“412 hộ dân” được hiểu là 412"),
        (item(AnswerType.SO, unit="hộ"), "412 ho", 412, "“412 ho” được hiểu là 412"),
        (item(AnswerType.SO_THAP_PHAN, unit="m²"), "120,5 m2", 120.5, "“120,5 m2” được hiểu là 120,5"),
        (item(AnswerType.SO, unit="khoản"), "Khoản 2", 2, "“Khoản 2” được hiểu là 2"),
        (DECIMAL, "152,4 cm", 152.4, "“152,4 cm” được hiểu là 152,4"),
        (DECIMAL, "152,4cm", 152.4, "“152,4cm” được hiểu là 152,4"),
        (DECIMAL, "1,234.5", 1234.5, "“1,234.5” viết kiểu Anh, hiểu là 1.234,5"),
        (DECIMAL, "12.5", 12.5, "“12.5” được hiểu là 12,5"),
        (DECIMAL, "0.125", 0.125, "“0.125” được hiểu là 0,125"),
        (DECIMAL, "0.0049", 0.0049, "“0.0049” được hiểu là 0,0049"),
        (DECIMAL, "05,5 cm", 5.5, "“05,5 cm” được hiểu là 5,5"),
        (TEXT, 0.0049, "0,0049", "ô ở kiểu số của bảng tính, hiểu là “0,0049”"),
        (PERCENT, "87.5%", 87.5, "“87.5” được hiểu là 87,5"),
        (WHOLE, date(1900, 4, 7), 98, "ô ở định dạng ngày, hiểu là số 98"),
        (WHOLE, "1,234,567", 1_234_567, "“1,234,567” viết kiểu Anh, hiểu là 1.234.567"),
        (WHOLE, "không phát sinh", 0, "“không phát sinh” được hiểu là 0"),
        (WHOLE, "Không có ạ.", 0, "“Không có ạ” được hiểu là 0"),
        (PERCENT, "12,345", 12.345, "“12,345” được hiểu là 12,345"),
        (PERCENT, "12.345%", 12.345, "“12.345” được hiểu là 12,345"),
        (PERCENT, 33.125, 33.125, "“33,125” được hiểu là 33,125"),
    ],
)
def test_a_number_that_needed_an_assumption_says_which(asked: Item, raw: Raw, value: float, flag: str) -> None:
    assert read_answer(asked, raw) == (value, flag)


@pytest.mark.parametrize(
    ("asked", "raw", "sentence"),
    [
        (DECIMAL, "1.234", "“1.234” có thể là 1 nghìn hoặc số thập phân; hãy ghi rõ, ví dụ 1234 hoặc 1,23"),
        (DECIMAL, "12,345", "“12,345” có thể là 12 nghìn hoặc số thập phân; hãy ghi rõ, ví dụ 1234 hoặc 1,23"),
        (WHOLE, 1.25, "cần số nguyên, đang là 1,25; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, 1.002, "cần số nguyên, đang là 1,002; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, "0,0049", "cần số nguyên, đang là 0,0049; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, 0.1 + 0.2, "cần số nguyên, đang là 0,3; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, -0.001, "cần số nguyên, đang là -0,001; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (PERCENT, 100.004, "“100,004” có thể là 100 nghìn hoặc số thập phân; hãy ghi rõ, ví dụ 1234 hoặc 1,23"),
        (PERCENT, 100.0004, "cần số không quá 100, đang là 100,0004"),
        (WHOLE, "0.500", "cần số nguyên, đang là 0,5; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, "0,500", "cần số nguyên, đang là 0,5; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, "2,5", "cần số nguyên, đang là 2,5; nếu là hàng nghìn hãy ghi liền, ví dụ 1250"),
        (WHOLE, "~10", "cần một số, đang là chữ “~10”"),
        (WHOLE, "khoảng 15", "cần một số, đang là chữ “khoảng 15”"),
        (WHOLE, "5-7", "cần một số, đang là chữ “5-7”"),
        (WHOLE, "1.5 tỷ", "cần một số, đang là chữ “1.5 tỷ”"),
        (item(AnswerType.SO, unit="thôn"), "Thôn 5", "cần một số, đang là chữ “Thôn 5”"),
        (
            MILLIONS,
            "5 đồng",
            "“5 đồng” là đồng hay triệu đồng? Hãy chỉ ghi con số, tính theo triệu đồng",
        ),
        (
            MILLIONS,
            "15.000 đồng",  # fifteen thousand, or fifteen thousand millions
            "“15.000 đồng” là đồng hay triệu đồng? Hãy chỉ ghi con số, tính theo triệu đồng",
        ),
        (
            MILLIONS,
            "15tr5",
            "“15tr5” không rõ là bao nhiêu tiền; hãy ghi một số, đơn vị tính là triệu đồng",
        ),
        (item(AnswerType.SO, unit="hộ"), "412/412 hộ", "cần một số, đang là chữ “412/412”"),
        (WHOLE, "10 xe", "cần một số, đang là chữ “10 xe”"),
        (WHOLE, "máy", "cần một số, đang là chữ “máy”"),
        (WHOLE, "nan", "cần một số, đang là chữ “nan”"),
        (WHOLE, "1e5", "cần một số, đang là chữ “1e5”"),
        (WHOLE, "12.34.567", "cần một số, đang là chữ “12.34.567”"),
        (WHOLE, True, "cần một số, đang là giá trị đúng/sai"),
        (WHOLE, -3, "cần số từ 0 trở lên, đang là -3"),
        (WHOLE, "-3", "cần số từ 0 trở lên, đang là -3"),
        (WHOLE, float("inf"), "cần một số, đang là một số quá lớn"),
        (WHOLE, float("nan"), "cần một số, đang là một số quá lớn"),
        (DECIMAL, 1.234, "“1,234” có thể là 1 nghìn hoặc số thập phân; hãy ghi rõ, ví dụ 1234 hoặc 1,23"),
        (WHOLE, datetime(2025, 3, 5), "cần một số, đang là ngày 05/03/2025; hãy ghi số bằng chữ số thường"),  # noqa: DTZ001
        (PERCENT, 0.875, "0,875 là 87,5% hay 0,875%? Hãy ghi kèm dấu %, ví dụ 87,5%"),
        (PERCENT, "0,95", "0,95 là 95% hay 0,95%? Hãy ghi kèm dấu %, ví dụ 95%"),
        (PERCENT, 1, "1 là 100% hay 1%? Hãy ghi kèm dấu %, ví dụ 100%"),
        (PERCENT, 101, "cần số không quá 100, đang là 101"),
        (PERCENT, "120%", "cần số không quá 100, đang là 120"),
        (PERCENT, "90-95", "cần một số, đang là chữ “90-95”"),
        (PERCENT, "%", "cần một số, đang là chữ “”"),
    ],
)
def test_a_number_that_could_be_another_is_asked_back(asked: Item, raw: Raw, sentence: str) -> None:
    assert refused(asked, raw) == sentence


@pytest.mark.parametrize(
    "raw",
    ["ko", "Ko có", "Không tổ chức", "không họp", "Không thực hiện", "Chưa phát sinh", "KPS", "Không phát sinh ạ"],
)
def test_none_of_something_counted_is_nought_and_said_to_be(raw: str) -> None:
    assert read_answer(WHOLE, raw) == (0, f"“{raw}” được hiểu là 0")


@pytest.mark.parametrize("asked", [DECIMAL, PERCENT])
def test_a_meeting_that_was_not_held_is_no_share_and_no_sum(asked: Item) -> None:
    assert refused(asked, "Không tổ chức") == "cần một số, đang là chữ “Không tổ chức”"


@pytest.mark.parametrize("raw", [2.9 + 0.1, 0.1 * 30, 3 - 4e-16])
def test_a_sum_of_a_formula_is_the_figure_that_the_sheet_shows(raw: float) -> None:
    assert read_answer(WHOLE, raw) == (3, "")
    assert read_answer(DECIMAL, 0.1 + 0.2) == (0.3, "")


@pytest.mark.parametrize("raw", ["05", "09", "00", "007", "012", "05.", "+05"])
def test_a_small_figure_with_noughts_before_it_is_a_figure(raw: str) -> None:
    """Official texts write 01 to 09 (NĐ 30/2020)."""
    assert read_answer(WHOLE, raw) == (int(raw.rstrip(".")), "")


@pytest.mark.parametrize("raw", ["01234", "0123", "0912345678", "0912.345.678", "0912 345 678", "+84 912 345 678"])
@pytest.mark.parametrize("asked", [WHOLE, DECIMAL])
def test_a_figure_that_looks_like_a_telephone_number_or_a_code_is_asked_back(asked: Item, raw: str) -> None:
    assert refused(asked, raw) == (
        f"“{raw}” có lẽ là số điện thoại hoặc mã số; nếu là số liệu, hãy ghi không có số 0 hay dấu + ở đầu"
    )


@pytest.mark.parametrize("raw", ["9" * 16, "9" * 300, "1" + ".000" * 6, "9" * 17 + ",5"])
def test_more_digits_than_a_spreadsheet_keeps_are_asked_back(raw: str) -> None:
    assert refused(WHOLE, raw).endswith("quá lớn; hãy xem lại, có lẽ là mã số hoặc số tài khoản")
    assert refused(WHOLE, 1e16) == "cần một số, đang là một số quá lớn"
    assert read_answer(WHOLE, "9" * 15) == (10**15 - 1, "")


@pytest.mark.parametrize(
    "raw", ["9" * 5000, "0" * 5000, "9" * 400 + ",5", "9" * 400 + ".25", "1." + "234." * 300 + "567"]
)
@pytest.mark.parametrize("asked", [WHOLE, DECIMAL, PERCENT])
def test_a_number_that_no_sheet_can_hold_is_asked_back_and_breaks_nothing(asked: Item, raw: str) -> None:
    assert "quá lớn" in refused(asked, raw)


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_as_we_write_it_is_read_back(value: int) -> None:
    assert read_number(number_text(value), whole=True) == (value, "")


@given(st.integers(-(10**9), 10**9).filter(lambda cents: cents % 100))
def test_a_decimal_number_as_we_write_it_is_read_back(cents: int) -> None:
    assert read_number(number_text(cents / 100), whole=False) == (cents / 100, "")


@given(st.integers(0, 10**15), st.sampled_from(ALL[:2]))
def test_the_same_number_typed_plainly_or_as_a_cell_is_the_same_answer(value: int, asked: Item) -> None:
    if len(str(value)) < 4 or asked is WHOLE:
        assert read_answer(asked, str(value)) == read_answer(asked, value)


# --- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "5/2/2025",
        "05/02/2025",
        "5-2-2025",
        "5.2.2025",
        "05 / 02 / 2025",
        "Ngày 5 tháng 2 năm 2025",
        "ngày 05 tháng 02 năm 2025",
        "5 tháng 2 năm 2025",
        "2025-02-05",
        "2025/02/05",
        "2025-02-05 00:00:00",
        "05/02/2025 00:00:00",
        "5 thg 2, 2025",
        "ngay 5 thang 2 nam 2025",
        "05/02/2025.",
        "\ufeff05/02/2025\u00a0",
    ],
)
def test_a_day_is_read_day_first_however_it_is_written(raw: Raw) -> None:
    assert read_answer(DAY, raw) == ("2025-02-05", "")


@pytest.mark.parametrize(
    ("raw", "value", "flag"),
    [
        ("5/2/25", "2025-02-05", "“5/2/25” được hiểu là 05/02/2025"),
        (45_713, "2025-02-25", "số 45713 được hiểu là ngày 25/02/2025"),
        (45_713.75, "2025-02-25", "số 45713 được hiểu là ngày 25/02/2025"),
        (36_526, "2000-01-01", "số 36526 được hiểu là ngày 01/01/2000"),
        (55_153, "2050-12-31", "số 55153 được hiểu là ngày 31/12/2050"),
        *[
            (raw, "2025-02-05", f"“{raw}” được hiểu là 05/02/2025")
            for raw in (
                "Thứ tư, ngày 05/02/2025",
                "thứ 4 ngày 5/2/2025",
                "T4, 05/02/2025",
                "8h30 ngày 05/02/2025",
                "08 giờ 30 phút, ngày 5 tháng 2 năm 2025",
                "05/02/2025 08:30",
                "05/02/2025 lúc 8 giờ",
                "14h00' ngày 05/02/2025",
                "sáng 05/02/2025",
                "05/02/2025 (thứ Tư)",
                "chiều ngày 05/02/2025",
                "8h30 sáng thứ tư, ngày 05/02/2025",
            )
        ],
    ],
)
def test_a_day_that_needed_an_assumption_says_which(raw: Raw, value: str, flag: str) -> None:
    assert read_answer(DAY, raw) == (value, flag)


WANTED = "cần một ngày dạng ngày/tháng/năm, ví dụ 05/02/2025; đang là “{}”"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("31/02/2025", "không có ngày “31/02/2025”; hãy xem lại ngày, tháng"),
        ("29/2/2025", "không có ngày “29/2/2025”; hãy xem lại ngày, tháng"),
        ("12/25/2025", "không có ngày “12/25/2025”; hãy xem lại ngày, tháng"),
        ("2025-13-01", "không có ngày “2025-13-01”; hãy xem lại ngày, tháng"),
        ("3/2025", WANTED.format("3/2025")),
        ("5/3", WANTED.format("5/3")),
        ("quý I", WANTED.format("quý I")),
        ("dự kiến 05/02/2025", WANTED.format("dự kiến 05/02/2025")),
        ("từ 05/02/2025 đến 10/02/2025", WANTED.format("từ 05/02/2025 đến 10/02/2025")),
        ("05/02/2025 và 10/02/2025", WANTED.format("05/02/2025 và 10/02/2025")),
        ("tháng 3", WANTED.format("tháng 3")),
        ("5/3/202", WANTED.format("5/3/202")),
        ("5/2/99", "“5/2/99” không rõ là năm 1999 hay 2099; hãy ghi đủ bốn chữ số của năm"),
        ("5/2/0025", "ngày “5/2/0025” có năm không hợp lý; hãy xem lại năm"),
        ("5/2/1925", "ngày 05/02/1925 có năm không hợp lý; hãy xem lại năm"),
        (date(1900, 4, 7), "ngày 07/04/1900 có năm không hợp lý; hãy xem lại năm"),
        (2025, "cần một ngày dạng ngày/tháng/năm, đang là số 2.025"),
        (36_525, "cần một ngày dạng ngày/tháng/năm, đang là số 36.525"),
        (55_154, "cần một ngày dạng ngày/tháng/năm, đang là số 55.154"),
        (True, WANTED.format("True")),
    ],
)
def test_a_day_that_does_not_exist_or_is_half_written_is_asked_back(raw: Raw, sentence: str) -> None:
    assert refused(DAY, raw) == sentence


def test_29_february_exists_in_a_leap_year() -> None:
    assert read_answer(DAY, "29/02/2024") == ("2024-02-29", "")


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_as_we_write_it_is_read_back(day: date) -> None:
    assert read_answer(DAY, day_text(day)) == (day.isoformat(), "")


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_date_cell_is_taken_unless_a_program_may_have_swapped_day_and_month(day: date) -> None:
    """Under English settings 5/3/2025 has become 3 May before anybody could see it."""
    if day.day > 12 or day.day == day.month:
        assert read_answer(DAY, day) == (day.isoformat(), f"ô ở kiểu ngày của bảng tính, hiểu là {day_text(day)}")
    else:
        sentence = refused(DAY, day)
        for number, month in ((day.day, day.month), (day.month, day.day)):
            assert f"ngày {number} tháng {month} năm {day.year}" in sentence


@pytest.mark.parametrize("raw", [date(2025, 2, 5), datetime(2025, 2, 5, 13, 30), 45_693])  # noqa: DTZ001
def test_a_day_that_may_be_another_is_asked_for_in_words_that_leave_no_doubt(raw: Raw) -> None:
    sentence = refused(DAY, raw)
    assert sentence.startswith("ô ở kiểu ngày của bảng tính nên không rõ là ngày 2 tháng 5 năm 2025 hay ngày 5 tháng 2")
    assert read_answer(DAY, "ngày 5 tháng 2 năm 2025") == ("2025-02-05", "")


# --- choices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (YES_NO, "Có", "Có"),
        (YES_NO, "có", "Có"),
        (YES_NO, "KHÔNG", "Không"),
        (CONDITIONAL, "Không  áp dụng", "Không áp dụng"),
        (YES_NO, "Co\u0301", "Có"),
        (YES_NO, True, "Có"),
        (YES_NO, False, "Không"),
        (LEVEL, "Đạt", "Đạt"),
        (LEVEL, "đạt một phần", "Đạt một phần"),
        (LEVEL, "Ðạt", "Đạt"),
        (LEVEL, "Không đạt", "Không đạt"),
    ],
)
def test_a_choice_is_taken_whatever_its_case_and_spelling_inside(asked: Item, raw: Raw, value: str) -> None:
    assert read_answer(asked, raw) == (value, "")


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (YES_NO, "co", "Có"),
        (YES_NO, "khong", "Không"),
        (YES_NO, "Có.", "Có"),
        (YES_NO, "có ạ", "Có"),
        (YES_NO, "Không ạ", "Không"),
        (YES_NO, "Không ạ.", "Không"),
        (YES_NO, "Ok!", "Có"),
        (YES_NO, "C.", "Có"),
        (YES_NO, "Ｃ", "Có"),
        (YES_NO, "không có", "Không"),
        (YES_NO, "TRUE", "Có"),
        (YES_NO, "FALSE", "Không"),
        (YES_NO, "Yes", "Có"),
        (YES_NO, "No", "Không"),
        (YES_NO, "C", "Có"),
        (YES_NO, "OK", "Có"),
        (YES_NO, "√", "Có"),
        (YES_NO, "vâng", "Có"),
        (CONDITIONAL, "không thuộc diện áp dụng", "Không áp dụng"),
        (YES_NO, "Cã", "Có"),
        (YES_NO, "Kh«ng", "Không"),
        (CONDITIONAL, "KHÔNG ÁP DỤNG.", "Không áp dụng"),
        (YES_NO, "Coù", "Có"),
        (CONDITIONAL, "Khoâng aùp duïng", "Không áp dụng"),
        (LEVEL, "§¹t mét phÇn", "Đạt một phần"),
        (LEVEL, "Ñaït", "Đạt"),
        *[(YES_NO, tick, "Có") for tick in ("x", "X", "v", "✓", "✔", "☑", "1", "đúng", "đã có", "rồi", "yes")],
        *[(YES_NO, cross, "Không") for cross in ("0", "k", "ko", "sai", "no", "✗")],
        (CONDITIONAL, "KAD", "Không áp dụng"),
        (CONDITIONAL, "N/A", "Không áp dụng"),
        (LEVEL, "Khong dat", "Không đạt"),
        (LEVEL, "dat mot phan", "Đạt một phần"),
        (LEVEL, "Đạt 1 phần", "Đạt một phần"),
        (LEVEL, "chưa đạt", "Không đạt"),
        (replace(LEVEL, condition="có phát sinh"), "kad", "Không áp dụng"),
    ],
)
def test_a_choice_in_another_spelling_is_taken_and_shown_back(asked: Item, raw: str, value: str) -> None:
    assert read_answer(asked, raw) == (value, f"“{raw}” được hiểu là “{value}”")


def test_a_tick_that_a_telephone_made_a_picture_of_is_the_tick() -> None:
    assert read_answer(YES_NO, "✔️") == ("Có", "“✔” được hiểu là “Có”")


def test_nothing_has_come_about_is_not_applicable_only_where_the_item_has_a_condition() -> None:
    assert read_answer(CONDITIONAL, "không phát sinh")[0] == "Không áp dụng"
    assert refused(YES_NO, "không phát sinh").startswith("cần chọn “Có”")


@pytest.mark.parametrize(("raw", "value"), [(1, "Có"), (1.0, "Có"), (0, "Không")])
def test_one_and_nought_are_yes_and_no_and_shown_back(raw: float, value: str) -> None:
    taken, flag = read_answer(YES_NO, raw)
    assert (taken, bool(flag)) == (value, True)


@pytest.mark.parametrize(("raw", "value"), [(True, "Đạt"), (False, "Không đạt")])
def test_true_and_false_as_a_level_are_shown_back(raw: bool, value: str) -> None:
    taken, flag = read_answer(LEVEL, raw)
    assert (taken, bool(flag)) == (value, True)


@pytest.mark.parametrize("raw", ["có thể", "chưa rõ", "Có/Không", "2", "x x", "đạt"])
def test_a_yes_that_is_none_is_asked_back_and_never_matched_to_the_nearest(raw: str) -> None:
    assert refused(YES_NO, raw) == f"cần chọn “Có” hoặc “Không”, đang là “{raw}”"


@pytest.mark.parametrize("raw", ["x", "tốt", "đạt 90%", "Có"])
def test_a_level_that_is_none_is_asked_back(raw: str) -> None:
    wanted = "“Đạt”, “Đạt một phần” hoặc “Không đạt”"
    assert refused(LEVEL, raw) == f"cần chọn {wanted}, đang là “{raw}”"


@given(st.sampled_from([CONDITIONAL, replace(LEVEL, condition="có phát sinh")]), st.data())
def test_every_choice_of_the_list_is_taken_as_it_stands(asked: Item, data: st.DataObject) -> None:
    choice = data.draw(st.sampled_from(CHOICES[asked.type]))
    assert read_answer(asked, choice) == (choice, "")
    assert read_answer(asked, choice.upper()) == (choice, "")


# --- not applicable, nothing, errors ---------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", list(AnswerType))
def test_an_item_with_a_condition_may_be_answered_with_not_applicable(type_: AnswerType) -> None:
    conditional = item(type_, unit="cuộc", minimum=0, condition="Có phát sinh vụ việc.")
    assert read_answer(conditional, "Không áp dụng") == (NOT_APPLICABLE, "")
    assert read_answer(conditional, "KHÔNG ÁP DỤNG") == (NOT_APPLICABLE, "")
    assert read_answer(conditional, "KAD") == (NOT_APPLICABLE, "“KAD” được hiểu là “Không áp dụng”")


@pytest.mark.parametrize("asked", [WHOLE, DECIMAL, PERCENT, DAY])
def test_an_item_without_a_condition_applies_to_everybody(asked: Item) -> None:
    assert "đang là" in refused(asked, "Không áp dụng")


@pytest.mark.parametrize("raw", ["Không áp dụng", "KAD", "N/A"])
def test_a_choice_without_a_condition_offers_no_way_out_and_says_so(raw: str) -> None:
    assert choices_of(YES_NO) == ("Có", "Không")
    assert refused(YES_NO, raw) == (
        "mục này áp dụng cho mọi đơn vị nên không có “Không áp dụng”; hãy chọn “Có” hoặc “Không”"
    )
    assert choices_of(CONDITIONAL)[-1] == NOT_APPLICABLE


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#FIELD!", "#BUSY!", "####"]
)
@pytest.mark.parametrize("asked", ALL)
def test_an_error_of_the_sheet_is_no_answer_and_no_blank(asked: Item, error: str) -> None:
    assert refused(asked, error).startswith(f"ô đang báo lỗi {error} của bảng tính; hãy nhập lại ")
    assert not is_blank(error)


@pytest.mark.parametrize("raw", [None, "", "  ", "\u200b\ufeff", "\u00a0\n"])
def test_blanks_of_all_sorts_are_blank(raw: Raw) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize("raw", [0, 0.0, False, "-", "0"])
def test_nought_and_no_are_not_blank(raw: Raw) -> None:
    assert not is_blank(raw)


@pytest.mark.parametrize("raw", ["-", "–", "--", "chưa", "Chưa có", "chưa có số liệu", "N/A"])
@pytest.mark.parametrize("asked", [WHOLE, DECIMAL, PERCENT, DAY])
def test_a_dash_or_not_yet_for_a_number_or_a_day_is_not_yet_an_answer(asked: Item, raw: str) -> None:
    assert means_nothing(asked, raw)


@pytest.mark.parametrize("raw", ["-", "chưa", "N/A"])
def test_a_dash_in_a_text_is_the_text(raw: str) -> None:
    assert not means_nothing(TEXT, raw)
    assert read_answer(TEXT, raw) == (raw, "")


@pytest.mark.parametrize(
    "asked", [CONDITIONAL, item(AnswerType.SO, condition="Có phát sinh."), item(AnswerType.NGAY, condition="Có.")]
)
def test_n_a_is_an_answer_where_not_applicable_may_be_chosen(asked: Item) -> None:
    assert not means_nothing(asked, "N/A")
    assert read_answer(asked, "N/A") == (NOT_APPLICABLE, "“N/A” được hiểu là “Không áp dụng”")


@pytest.mark.parametrize("raw", [5, "5", "không", None, date(2025, 1, 1)])
def test_an_answer_does_not_mean_nothing(raw: Raw) -> None:
    assert not means_nothing(WHOLE, raw)


# --- text ------------------------------------------------------------------------------------------------------------


def test_a_text_is_kept_with_its_lines_and_without_what_nobody_sees() -> None:
    assert read_answer(TEXT, "  Quyết định 05/QĐ-UBND\r\nngày 5/2\u200b ") == ("Quyết định 05/QĐ-UBND\nngày 5/2", "")


def test_a_long_text_is_kept_whole_and_flagged() -> None:
    assert read_answer(TEXT, "a" * LONGEST_TEXT) == ("a" * LONGEST_TEXT, "")
    assert read_answer(TEXT, "a" * (LONGEST_TEXT + 1)) == ("a" * 2001, "đoạn văn dài 2.001 ký tự")


def test_a_long_wrong_answer_is_quoted_in_short() -> None:
    assert len(refused(WHOLE, "chữ " * 100)) < 100


ANY_CELL = (
    st.text(max_size=40)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.from_regex(r"[+-]?[0-9]{1,4}([.,][0-9]{1,4}){0,4}%?", fullmatch=True)
    | st.from_regex(r"(ngày )?[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{1,4}", fullmatch=True)
)


@given(st.sampled_from(ALL), ANY_CELL)
def test_whatever_stands_in_a_cell_is_taken_or_refused_with_a_sentence(asked: Item, raw: Raw) -> None:
    try:
        value, flag = read_answer(asked, raw)
    except Refusal:
        assert refused(asked, raw).strip()
    else:
        assert isinstance(value, (str, int, float))
        assert not isinstance(value, bool)
        assert isinstance(flag, str)
        if isinstance(value, (int, float)):
            assert asked.minimum is None or asked.minimum <= value
            assert asked.maximum is None or value <= asked.maximum


@given(st.sampled_from([WHOLE, DECIMAL, DAY, YES_NO, LEVEL]), ANY_CELL)
def test_an_accepted_answer_is_accepted_again_as_the_same(asked: Item, raw: Raw) -> None:
    try:
        value, _ = read_answer(asked, raw)
    except Refusal:
        return
    if isinstance(value, float) and may_be_thousands(value):
        value = f"{value:.4f}".replace(".", ",")  # as a form is prefilled: never with exactly three decimals
        assert read_answer(asked, value) == (float(value.replace(",", ".")), "")
    else:
        assert read_answer(asked, value) == (value, "")


# --- letters from before Unicode -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "font", "text"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("QuyÕt ®Þnh sè 12/Q§-UBND", ".VnTime", "Quyết định số 12/QĐ-UBND"),
        ("Coäng hoøa xaõ hoäi", "VNI-Times", "Cộng hòa xã hội"),
        ("Ñaõ nieâm yeát taïi truï sôû UBND xaõ", "", "Đã niêm yết tại trụ sở UBND xã"),
    ],
)
def test_old_letters_are_made_unicode_and_said(raw: str, font: str, text: str) -> None:
    value, flag = read_answer(TEXT, raw, font)
    assert value == text
    assert flag.startswith("chữ gõ theo bảng mã ")


def test_letters_that_may_be_old_or_not_are_asked_back() -> None:
    assert "phông cũ (.VnTime, VNI-Times)" in refused(TEXT, "Khoâng")
    with pytest.raises(Refusal):
        read_answer(TEXT, "Có", ".VnTime")  # "Cú" in that font; "Có" for whoever typed Unicode into it


def test_a_day_in_old_letters_is_a_day() -> None:
    assert read_answer(DAY, "Ngµy 5 th¸ng 2 n¨m 2025")[0] == "2025-02-05"


# --- what a program has made of words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (datetime(2026, 1, 13), "đang là 13/01/2026, có thể khác điều đã gõ"),  # noqa: DTZ001
        (1.234, "không rõ là 1,234 hay 1.234"),
    ],
)
def test_words_that_a_program_may_have_changed_are_asked_back(raw: Raw, said: str) -> None:
    assert said in refused(TEXT, raw)


@pytest.mark.parametrize(("raw", "text"), [(12, "12"), (1.5, "1,5"), (True, "TRUE")])
def test_figures_where_words_are_asked_are_taken_and_shown_back(raw: Raw, text: str) -> None:
    assert read_answer(TEXT, raw) == (text, f"ô ở kiểu số của bảng tính, hiểu là “{text}”")


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (LEVEL, "Đạt yêu cầu", "Đạt"),
        (LEVEL, "ko đạt", "Không đạt"),
        (LEVEL, "Chưa đạt yêu cầu", "Không đạt"),
        (item(AnswerType.CHON, choices=("Tốt", "Trung bình", "Yếu")), "TB", "Trung bình"),
        (item(AnswerType.CHON, choices=("Không", "Một nơi", "Hai nơi trở lên")), "1 nơi", "Một nơi"),
        (item(AnswerType.CHON, choices=("Không", "Một nơi", "Hai nơi trở lên")), "2 nơi trở lên", "Hai nơi trở lên"),
    ],
)
def test_another_way_to_write_one_choice_is_taken_and_shown_back(asked: Item, raw: str, value: str) -> None:
    assert read_answer(asked, raw) == (value, f"“{raw}” được hiểu là “{value}”")


@pytest.mark.parametrize("raw", ["HN", "Hai nơi", "T", "2"])
def test_what_could_be_two_choices_or_half_of_one_is_asked_back(raw: str) -> None:
    asked = item(AnswerType.CHON, choices=("Họp dân", "Hội nghị", "Hòa nhập", "Hai nơi trở lên", "Tốt"))
    assert refused(asked, raw).startswith("cần chọn “Họp dân”")
