"""A clerk's short reply does what a careful person would do with it; where that person would ask, nothing is done."""

import unicodedata
from datetime import date

import pytest

from tasks.domain.extension import Wish
from tasks.domain.promise_words import read_promise
from tasks.domain.reply_words import plain_letters, read_wish
from tests.corpus.short_replies import DAYS, FOR_A_PERSON, MISSED, PROMISES, RECEIVED_ON, UNTIL

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
