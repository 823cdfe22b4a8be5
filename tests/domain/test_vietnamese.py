"""Vietnamese text is one spelling inside, sorts as people sort it, and is written as offices write it."""

import unicodedata
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.vietnamese import (
    clean,
    clock_text,
    day_text,
    day_words,
    exact_text,
    fold,
    moment_text,
    nfc,
    number_text,
    official_day,
    one_line,
    percent_text,
    slug,
    sort_key,
)

COMMUNES = [  # the eighteen, as a Vietnamese reader looks them up
    "Thị trấn Bến Quan",
    "Thị trấn Cửa Tùng",
    "Thị trấn Hồ Xá",
    "Xã Hiền Thành",
    "Xã Kim Thạch",
    "Xã Trung Nam",
    "Xã Vĩnh Chấp",
    "Xã Vĩnh Giang",
    "Xã Vĩnh Hà",
    "Xã Vĩnh Hòa",
    "Xã Vĩnh Khê",
    "Xã Vĩnh Lâm",
    "Xã Vĩnh Long",
    "Xã Vĩnh Ô",
    "Xã Vĩnh Sơn",
    "Xã Vĩnh Thái",
    "Xã Vĩnh Thủy",
    "Xã Vĩnh Tú",
]
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
WORDS = st.text(LETTERS + LETTERS.upper() + " ", min_size=1, max_size=12)
ANYTHING = st.text(st.characters(), max_size=30)


# --- one spelling ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMUNES)
def test_a_name_typed_on_a_mac_is_the_name_of_the_register(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    assert nfc(decomposed) == name
    assert clean(decomposed) == one_line(decomposed) == name


@pytest.mark.parametrize("look_alike", ["Ðông Hà", "Ɖông Hà", "Đông Hà"])
def test_the_three_letters_that_look_like_a_capital_d_with_a_stroke_are_one(look_alike: str) -> None:
    assert nfc(look_alike) == "Đông Hà"
    assert fold(look_alike) == "dong ha"


@pytest.mark.parametrize("look_alike", ["ðộng", "ɖộng", "động"])
def test_the_small_look_alikes_of_d_with_a_stroke_are_one_too(look_alike: str) -> None:
    assert nfc(look_alike) == "động"


def test_invisible_letters_and_hard_spaces_of_a_web_page_are_gone() -> None:
    assert clean("\ufeff  Xã\u00a0Vĩnh\u200b Thủy\u00ad\u202f ") == "Xã Vĩnh Thủy"


def test_line_ends_of_three_kinds_are_one() -> None:
    assert clean("một\r\nhai\rba\nbốn") == "một\nhai\nba\nbốn"


def test_one_line_is_one_line() -> None:
    assert one_line("  Báo cáo\r\n\tnăm   2025\n") == "Báo cáo năm 2025"


def test_a_character_removed_between_a_letter_and_its_tone_leaves_the_composed_letter() -> None:
    assert clean("Hoa\u200b\u0300") == "Hoà"
    assert clean("Hoa\x01\u0300") == "Hoà"


@given(ANYTHING)
def test_cleaned_text_is_composed_clean_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == clean(cleaned) == nfc(cleaned)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


@given(WORDS)
def test_both_normal_forms_of_a_word_are_the_same_word_everywhere(word: str) -> None:
    other = unicodedata.normalize("NFD", word)
    assert clean(other) == clean(word)
    assert fold(other) == fold(word)
    assert sort_key(clean(other)) == sort_key(clean(word))


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["vinh thuỷ", "VINH THUY", "Vĩnh Thuỷ", "  vĩnh\u00a0 thủy ", "Vinh thuy"])
def test_a_commune_is_found_however_its_tones_are_typed(typed: str) -> None:
    assert fold(typed) == fold("Vĩnh Thủy")


@pytest.mark.parametrize(("old", "new"), [("Hòa", "Hoà"), ("Ủy ban", "Uỷ ban"), ("Thủy", "Thuỷ"), ("khỏe", "khoẻ")])
def test_old_and_new_places_of_a_tone_are_found_alike_and_shown_as_typed(old: str, new: str) -> None:
    assert fold(old) == fold(new)
    assert nfc(old) != nfc(new)


@given(WORDS)
def test_the_search_key_is_plain_letters_and_its_own_key(word: str) -> None:
    assert fold(word).isascii()
    assert fold(fold(word)) == fold(word)
    assert fold(word.upper()) == fold(word)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Xã Vĩnh Thủy", "xa-vinh-thuy"),
        ("Phiếu kiểm tra – Xã Đông Hòa", "phieu-kiem-tra-xa-dong-hoa"),
        ("  Trung tâm GDNN - GDTX (2025) ", "trung-tam-gdnn-gdtx-2025"),
        ("…", ""),
    ],
)
def test_a_file_name_made_of_a_title_is_plain_ascii(name: str, expected: str) -> None:
    assert slug(name) == expected


# --- sorting ---------------------------------------------------------------------------------------------------------


@given(st.permutations(COMMUNES))
def test_the_eighteen_communes_stand_in_vietnamese_order_however_they_came(communes: list[str]) -> None:
    assert sorted(communes, key=sort_key) == COMMUNES


def test_plain_sorting_would_have_put_vinh_o_last_and_long_before_lam() -> None:
    assert sorted(COMMUNES) != COMMUNES
    assert sorted(COMMUNES)[-1] == "Xã Vĩnh Ô"


def test_tones_stand_in_the_order_of_the_dictionary() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_letters_with_marks_follow_their_plain_ones() -> None:
    given_order = ["ưn", "un", "ơn", "ôn", "on", "êm", "em", "đa", "da", "ân", "ăn", "an"]
    expected = ["an", "ăn", "ân", "da", "đa", "em", "êm", "on", "ôn", "ơn", "un", "ưn"]
    assert sorted(given_order, key=sort_key) == expected


def test_a_tone_only_breaks_a_tie() -> None:
    assert sorted(["Mạc An", "Mac Bình", "Mac An"], key=sort_key) == ["Mac An", "Mạc An", "Mac Bình"]
    assert sorted(["hoà bình", "hoa cương"], key=sort_key) == ["hoà bình", "hoa cương"]


def test_case_does_not_part_two_names() -> None:
    assert sorted(["xã Vĩnh Tú", "Xã vĩnh hà"], key=sort_key) == ["Xã vĩnh hà", "xã Vĩnh Tú"]


def test_digits_and_blanks_come_before_letters() -> None:
    assert sorted(["Trường A", "Trường 2", "Trường"], key=sort_key) == ["Trường", "Trường 2", "Trường A"]


@given(st.lists(WORDS, max_size=8))
def test_the_order_of_a_list_does_not_depend_on_how_it_came(words: list[str]) -> None:
    backwards = words[::-1]
    assert sorted(words, key=sort_key) == sorted(backwards, key=sort_key)


@given(ANYTHING, ANYTHING)
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert (sort_key(one) < sort_key(other)) or (sort_key(one) >= sort_key(other))


# --- days and numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "short", "official"),
    [
        (date(2025, 2, 5), "05/02/2025", "ngày 05 tháng 02 năm 2025"),
        (date(2025, 3, 9), "09/03/2025", "ngày 09 tháng 3 năm 2025"),
        (date(2025, 1, 17), "17/01/2025", "ngày 17 tháng 01 năm 2025"),
        (date(2025, 10, 31), "31/10/2025", "ngày 31 tháng 10 năm 2025"),
        (date(2024, 12, 1), "01/12/2024", "ngày 01 tháng 12 năm 2024"),
    ],
)
def test_a_day_is_written_as_the_decree_on_documents_wants_it(day: date, short: str, official: str) -> None:
    assert day_text(day) == short
    assert official_day(day) == official


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 10, 27), "thứ Hai, ngày 27/10/2025"),
        (date(2025, 10, 30), "thứ Năm, ngày 30/10/2025"),
        (date(2025, 10, 31), "thứ Sáu, ngày 31/10/2025"),
        (date(2026, 10, 31), "thứ Bảy, ngày 31/10/2026"),
        (date(2025, 12, 14), "Chủ nhật, ngày 14/12/2025"),
    ],
)
def test_a_deadline_names_its_weekday(day: date, words: str) -> None:
    assert day_words(day) == words


def test_a_moment_and_a_clock_read_as_in_a_letter() -> None:
    assert moment_text(datetime(2025, 10, 30, 23, 10)) == "23:10 ngày 30/10/2025"  # noqa: DTZ001
    assert [clock_text(time(10)), clock_text(time(16, 30)), clock_text(time(0, 5))] == [
        "10 giờ",
        "16 giờ 30",
        "0 giờ 05",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1234, "1.234"),
        (1_234_567, "1.234.567"),
        (-1500, "-1.500"),
        (1234.5, "1.234,5"),
        (83.25, "83,25"),
        (12.3456, "12,35"),
        (100.0, "100"),
        (1000.0, "1.000"),
        (0.5, "0,5"),
        (-0.001, "0"),
    ],
)
def test_dots_group_thousands_and_the_comma_is_decimal(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.002, "1,002"), (0.0049, "0,0049"), (1234567.5, "1.234.567,5"), (0.1 + 0.2, "0,3"), (12, "12"), (-0.0, "0")],
)
def test_an_exact_figure_shows_every_decimal_that_was_typed(value: float, text: str) -> None:
    assert exact_text(value) == text


def test_decimals_that_were_asked_for_are_shown_even_when_they_are_zero() -> None:
    assert number_text(5, 1) == "5,0"
    assert number_text(1234.0, 2) == "1.234,00"
    assert number_text(-0.04, 1) == "0,0"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(15, 18, "83,3%"), (18, 18, "100,0%"), (0, 18, "0,0%"), (1, 3, "33,3%"), (2, 3, "66,7%"), (0, 0, "–")],
)
def test_a_share_of_nothing_is_a_dash_and_all_others_have_one_decimal(part: int, whole: int, text: str) -> None:
    assert percent_text(part, whole) == text


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_keeps_its_digits(value: int) -> None:
    assert number_text(value).replace(".", "") == str(value)


def test_accents_heaped_on_one_letter_are_thinned_and_those_of_people_kept() -> None:
    heaped = "a" + "\u0323\u0301" * 5_000
    assert len(nfc(heaped)) < 40
    assert nfc("a" + "\u0302\u0301" * 10) == unicodedata.normalize("NFC", "a" + "\u0302\u0301" * 10)
    assert nfc("─" * 200 + "ế") == "─" * 200 + "ế"
