"""What a mail says in its sender's own words, and that no such words decide anything: only marked lines do."""

from datetime import date

import pytest

from tasks.domain.extension import Wish
from tasks.domain.inbox.marked_line import read_marked
from tasks.domain.inbox.own_words import own_words, said
from tasks.domain.inbox.suggestion import Suggestion, suggest
from tests.corpus import quoted_letters
from tests.corpus.doubtful_replies import FOR_A_PERSON
from tests.corpus.ordinary_sentences import SENTENCES
from tests.corpus.short_replies import DAYS, MISSED, PROMISES, RECEIVED_ON, UNTIL

QUOTES = [name for name in dir(quoted_letters) if name.isupper() and not name.startswith("_")]
PROSE = [*(text for text, _ in [*DAYS, *UNTIL, *PROMISES]), *FOR_A_PERSON, *MISSED, *SENTENCES]
EMPTY_LINES = "GIA HẠN: … ngày, lý do …\nHẸN: ngày …"


def is_marked(text: str) -> bool:
    return text.lstrip().lower().startswith(("gia hạn:", "gia han:", "giahan:"))


@pytest.mark.parametrize("quote", ["", *QUOTES])
def test_no_sentence_acts_alone_or_above_our_letter(quote: str) -> None:
    below = getattr(quoted_letters, quote) if quote else ""
    prose = [one for one in PROSE if not is_marked(one)]
    assert [one for one in prose if read_marked(own_words(one + below), RECEIVED_ON).acts] == []


@pytest.mark.parametrize("quote", QUOTES)
def test_a_marked_line_above_our_letter_acts_and_the_empty_ones_within_it_do_not(quote: str) -> None:
    below = getattr(quoted_letters, quote).replace("GIA HAN 5 ngay, ly do mat dien.", f"\n{EMPTY_LINES}\n")
    assert read_marked(own_words(f"GIA HẠN: 3 ngày{below}"), RECEIVED_ON).wish == Wish(3)
    assert not read_marked(own_words(f"Em chào chị.{below}"), RECEIVED_ON).acts
    assert not read_marked(f"Em chào chị.\n{EMPTY_LINES}", RECEIVED_ON).acts, "also where nobody sees the quote"


def test_the_own_words_end_where_an_unmarked_quote_begins() -> None:
    assert own_words("Dòng một\n\n-----Original Message-----\nDòng hai") == "Dòng một"
    assert own_words("Dòng một\nVào 08:00, 20/10/2025, Phòng Nội vụ đã viết:\nDòng hai") == "Dòng một"


def test_what_is_written_below_or_between_marked_quotes_is_the_sender_s() -> None:
    text = "Vào 08:00, 20/10/2025, Phòng Nội vụ đã viết:\n> Kính gửi\n> GIA HẠN: 9 ngày\nGIA HẠN: 2 ngày\n> hết"
    assert own_words(text) == "GIA HẠN: 2 ngày"


def test_the_subject_speaks_where_the_mail_is_empty() -> None:
    assert said("\n\nTrân trọng\n", "Re: [DCCS-2025-000001-AAAA] GIA HẠN: 5 ngày") == "GIA HẠN: 5 ngày"
    assert said("", "Re: [DCCS-2025-000001-AAAA] Nhắc trả lời phiếu") == ""


# --- hints for the person who reads it -----------------------------------------------------------------------------

MONDAY = date(2025, 10, 20)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Xin gia hạn 5 ngày vì mất điện", Suggestion(True, Wish(5))),
        ("xin gia hạn đến 15/11", Suggestion(True, Wish(until=date(2025, 11, 15)))),
        ("Cho xã xin thêm vài hôm", Suggestion(True)),
        ("Đơn vị sẽ gửi phiếu ngày 24/10/2025", Suggestion(promised=date(2025, 10, 24))),
        ("Em cảm ơn chị ạ", Suggestion()),
    ],
)
def test_a_hint(text: str, hint: Suggestion) -> None:
    assert suggest(text, MONDAY) == hint


@pytest.mark.parametrize(("text", "days"), DAYS)
def test_whoever_asks_for_days_is_seen_to_ask(text: str, days: int) -> None:
    assert suggest(own_words(text), RECEIVED_ON).more_time
