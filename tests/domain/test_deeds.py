"""What a run did is kept as codes and told as an office tells it."""

from collections import Counter

from tasks.domain.deeds import SENTENCES, Deed, told
from tasks.domain.triage import Verdict


def test_every_deed_and_every_verdict_on_a_letter_has_words_with_its_number() -> None:
    assert set(SENTENCES) == {*Deed, *Verdict}
    assert [words for words in SENTENCES.values() if words.count("{}") != 1] == []


def test_a_run_is_told_with_what_was_done_first_and_nothing_of_what_was_not() -> None:
    counts = Counter({Deed.DEFERRED: 3, Deed.SENT: 1249, Deed.REFUSED: 0})
    assert told(counts) == ["gửi 1.249 thư", "3 thư hẹn gửi lại"]
    assert told({Verdict.REPLY: 2, Deed.RECEIVED: 3, Verdict.BOUNCE: 1}) == [
        "nhận 3 thư",
        "1 thư bị trả lại",
        "2 trả lời phiếu",
    ]
    assert told({}) == []
