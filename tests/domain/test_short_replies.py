"""A clerk's short reply does what a careful person would do with it; where that person would ask, nothing is done."""

import time
import unicodedata
from datetime import date

import pytest

from tasks.domain.extension import Wish
from tasks.domain.promise_words import read_promise
from tasks.domain.reply_words import plain_letters, read_wish, said
from tests.corpus.doubtful_replies import FOR_A_PERSON
from tests.corpus.quoted_letters import GMAIL, OUTLOOK
from tests.corpus.short_replies import DAYS, MISSED, PROMISES, RECEIVED_ON, UNTIL

Understood = tuple[int | None, date | None, date | None]
NOTHING: Understood = (None, None, None)


def understood(text: str) -> Understood:
    """Days, a last day, a promised day: as `tasks.extension.hear` asks, the wish first."""
    wish = read_wish(text, RECEIVED_ON)
    promised = read_promise(text, RECEIVED_ON) if wish is None else None
    wish = wish or Wish()
    return wish.days, wish.until, promised


def typed(text: str) -> dict[str, str]:
    """The same reply from other keyboards and programs."""
    lines = [plain_letters(line) for line in text.split("\n")]
    return {
        "as written": text,
        "accents apart": unicodedata.normalize("NFD", text),
        "no accents": "\n".join(lines),
        "capitals": text.upper(),
        "lines ended as on Windows": text.replace("\n", "\r\n"),
    }


@pytest.mark.parametrize(("text", "days"), DAYS)
def test_so_many_days_are_asked_for_whatever_keyboard_wrote_it(text: str, days: int) -> None:
    assert {how: understood(one) for how, one in typed(text).items()} == dict.fromkeys(typed(text), (days, None, None))


@pytest.mark.parametrize(("text", "until"), UNTIL)
def test_a_last_day_is_asked_for_whatever_keyboard_wrote_it(text: str, until: date) -> None:
    assert {how: understood(one) for how, one in typed(text).items()} == dict.fromkeys(typed(text), (None, until, None))


@pytest.mark.parametrize(("text", "day"), PROMISES)
def test_a_day_is_promised_whatever_keyboard_wrote_it(text: str, day: date) -> None:
    assert {how: understood(one) for how, one in typed(text).items()} == dict.fromkeys(typed(text), (None, None, day))


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_where_a_person_would_ask_first_nothing_is_granted_and_no_day_is_noted(text: str) -> None:
    assert {how: understood(one) for how, one in typed(text).items()} == dict.fromkeys(typed(text), NOTHING)


@pytest.mark.parametrize("text", MISSED)
def test_what_is_clear_to_a_person_and_not_read_is_read_as_nothing_and_never_as_something_else(text: str) -> None:
    """Whoever teaches the program one of these moves its line to the table above."""
    assert {how: understood(one) for how, one in typed(text).items()} == dict.fromkeys(typed(text), NOTHING)


@pytest.mark.parametrize(
    "body", ["", "\n", "Trân trọng,\nHồ Văn Hai", "Đã gửi từ iPhone của tôi" + GMAIL, GMAIL, OUTLOOK]
)
def test_an_empty_mail_is_read_by_its_subject(body: str) -> None:
    assert understood(said(body, "Re: [DCCS-2025-ABCD] xin gia hạn 5 ngày")) == (5, None, None)
    assert understood(said(body, "GIA HAN 5 ngay, ly do mat dien")) == (5, None, None)
    assert understood(said(body, "TL: hẹn 15/10")) == (None, None, date(2025, 10, 15))


def test_a_mail_that_says_something_is_not_read_by_its_subject() -> None:
    assert understood(said("Gửi phiếu ạ", "Re: xin gia hạn 5 ngày")) == NOTHING
    assert understood(said("Xin gia hạn 2 ngày", "Re: xin gia hạn 5 ngày")) == (2, None, None)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [DCCS-2025-ABCD] Đã gia hạn: Kiểm tra năm 2025 đến 20/10",
        "Re: [DCCS-2025-ABCD] Không gia hạn: Kiểm tra năm 2025",
        "Re: [DCCS-2025-ABCD] Đã nhận đề nghị gia hạn: thêm 5 ngày",
        "Re: [DCCS-2025-ABCD] Dời hạn thực hiện kiến nghị số 3 đến 20/10",
        "Re: [DCCS-2025-ABCD] Nhắc trả lời phiếu: Kiểm tra – còn 5 ngày làm việc",
        "Re: [DCCS-2025-ABCD] KHẨN: Báo cáo 20/10 – đề nghị trả lời phiếu",
    ],
)
def test_the_subject_of_our_own_letter_asks_for_nothing(subject: str) -> None:
    assert understood(said("", subject)) == NOTHING


def test_a_mail_without_end_is_read_at_once() -> None:
    started = time.monotonic()
    for words in ("gia han ", "xin ", "cho xã ", "đến 20/10 ", "cam on x x "):
        understood(words * 20_000)
    assert time.monotonic() - started < 20
