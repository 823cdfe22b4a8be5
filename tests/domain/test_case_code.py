"""A case code is found where it is written whole, and guessed where it was retyped a little wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.case_code import CASE_CODE, near_codes

CODE = "DCCS-2025-004217-K7QX"
KNOWN = (CODE, "DCCS-2025-000001-AAAA", "DCCS-2025-900900-3M0T")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.mark.parametrize(
    ("written", "mistakes"),
    [
        (CODE, 0),
        (CODE.lower(), 0),
        ("DCCS 2025 004217 K7QX", 0),
        ("DCCS2025004217K7QX", 0),
        ("DCCS–2025–004217–K7QX", 0),
        ("dccs_2025.004217/k7qx", 0),
        ("DCCS-2O25-OO42I7-K7QX", 0),
        ("ĐCCS-2025-004217-K7QX", 0),
        ("DCC5-2025-004217-K7QX", 0),
        ("DCCS-2025-004217-K7OX", 0),
        ("2025-004217-K7QX", 0),
        ("DCCS-2025-004217-K7QY", 1),
        ("DCCS-2025-004218-K7QX", 1),
        ("DCCS-2026-004217-K7QX", 1),
        ("DCCS-2025-04217-K7QX", 1),
        ("DCCS-2025-0042117-K7QX", 1),
        ("DCCS-2025-004127-K7QX", 1),
        ("DCCS-2025-004217-7KQX", 1),
        ("DCXS-2025-004217-K7QX", 0),
        ("Mã phiếu:\nDCCS - 2025 - 004217\n- K7QX.", 0),
    ],
)
def test_a_code_retyped_a_little_wrong_is_guessed(written: str, mistakes: int) -> None:
    (found,) = near_codes(f"Kính gửi Phòng Nội vụ, xã nộp phiếu {written} ạ", KNOWN)
    assert (found.code, found.mistakes) == (CODE, mistakes)


def test_the_guess_shows_what_was_written() -> None:
    (found,) = near_codes("phiếu dccs 2025 oo4217 k7qx của xã", KNOWN)
    assert found.written == "2025 oo4217 k7qx"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "DCCS-2025",
        "DCCS-2025-004299-K7QX",
        "DCCS-2025-004217-ABQX",
        "công văn số 2025/UBND ngày 30/10/2025, 004217 đồng",
        "Điện thoại 0904217777, Zalo 2025004217",
    ],
)
def test_what_differs_in_more_than_one_letter_is_no_guess(written: str) -> None:
    assert near_codes(written, KNOWN) == ()


def test_two_cases_that_are_meant_equally_well_are_both_shown_the_nearest_first() -> None:
    twins = ("DCCS-2025-004217-K7QX", "DCCS-2025-004217-K7QY", "DCCS-2025-004217-AAAA")
    found = near_codes("DCCS-2025-004217-K7QX", twins)
    assert [(one.code, one.mistakes) for one in found] == [(twins[0], 0), (twins[1], 1)]


def test_nothing_is_guessed_where_nothing_is_known() -> None:
    assert near_codes(CODE, ()) == ()


codes = st.builds(
    "DCCS-2025-{:06d}-{}".format, st.integers(0, 999_999), st.text(ALPHABET, min_size=4, max_size=4)
).filter(lambda code: bool(CASE_CODE.fullmatch(code)))


@given(codes, st.lists(codes, max_size=5), st.integers(0, 20), st.sampled_from(ALPHABET))
def test_any_single_wrong_letter_is_forgiven(code: str, others: list[str], place: int, letter: str) -> None:
    at = 5 + place % (len(code) - 5)
    wrong = code if code[at] == "-" else code[:at] + letter + code[at + 1 :]
    assert code in {one.code for one in near_codes(f"phiếu {wrong} ạ", [*others, code])}


@given(st.text(max_size=300), st.lists(codes, max_size=3))
def test_whatever_is_written_guessing_raises_nothing_and_guesses_what_is_known(text: str, known: list[str]) -> None:
    assert {one.code for one in near_codes(text, known)} <= set(known)
