"""The lines that act: filled in they say one thing, empty they say nothing, and no sentence is taken for one."""

from datetime import date

import pytest

from tasks.domain.extension import Wish
from tasks.domain.inbox.marked_line import Marked, read_marked
from tests.corpus.ordinary_sentences import SENTENCES

ON = date(2025, 5, 8)


def read(text: str) -> Marked:
    return read_marked(text, ON)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("GIA HẠN: 5 ngày, lý do mất điện", Wish(5, None, "mất điện")),
        ("GIA HAN: 5 ngay, ly do mat dien", Wish(5, None, "mat dien")),
        ("gia hạn : 5 ngày làm việc", Wish(5)),
        ("- GIA HẠN: 5 ngày.", Wish(5)),
        (
            "GIA HẠN: 3 ngày, lý do: cán bộ đi học, chưa có người thay.",
            Wish(3, None, "cán bộ đi học, chưa có người thay"),
        ),
        ("GIA HẠN: đến 20/05/2025, lý do bão số 1", Wish(None, date(2025, 5, 20), "bão số 1")),
        ("GIA HẠN: đến hết ngày 20/5", Wish(None, date(2025, 5, 20))),
        ("GIA HẠN: đến ngày 20.05.2025 vì mất điện", Wish(None, date(2025, 5, 20), "mất điện")),
        ("  GIA HẠN:   5 ngày ,  lý do …", Wish(5)),
    ],
)
def test_more_time(line: str, wish: Wish) -> None:
    assert read(f"Kính gửi Phòng.\n{line}\nTrân trọng.") == Marked(wish=wish)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("HẸN: ngày 20/05/2025", date(2025, 5, 20)),
        ("HEN: 20/5", date(2025, 5, 20)),
        ("HẸN: thứ Ba, ngày 20/05/2025.", date(2025, 5, 20)),
    ],
)
def test_a_promise(line: str, day: date) -> None:
    assert read(line) == Marked(promised=day)


def test_without_a_year_the_next_such_day_is_meant() -> None:
    assert read_marked("HẸN: 5/1", date(2025, 12, 20)).promised == date(2026, 1, 5)
    assert read_marked("HẸN: 5/1", ON).promised is None


def test_a_report_on_a_finding() -> None:
    assert read("KHẮC PHỤC: đã niêm yết lại từ 12/05").remedy == "đã niêm yết lại từ 12/05"


@pytest.mark.parametrize(
    "line", ["GIA HẠN: … ngày, lý do …", "HẸN: ngày …", "GIA HẠN: ... ngày, lý do ...", "HẸN:", "KHẮC PHỤC: …"]
)
def test_the_empty_line_that_is_quoted_back_is_not_filled_in(line: str) -> None:
    assert read(line) == Marked()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("GIA HẠN: vài ngày", "chưa rõ số ngày"),
        ("GIA HẠN: 5 ngày cho hộ ông Ba nộp tiền đất", "chưa rõ số ngày"),
        ("GIA HẠN: 5-7 ngày", "chưa rõ số ngày"),
        ("GIA HẠN: 90 ngày", "số ngày xin thêm phải từ 1 đến 60"),
        ("GIA HẠN: 1000 ngày", "số ngày xin thêm phải từ 1 đến 60"),
        ("GIA HẠN: 0 ngày", "số ngày xin thêm phải từ 1 đến 60"),
        ("GIA HẠN: đến 31/02/2025", "không có ngày 31/02/2025"),
        ("GIA HẠN: đến 30/02", "không có ngày 30/02"),
        ("GIA HẠN: đến 01/05/2025", "ngày 01/05/2025 đã qua"),
        ("GIA HẠN: không", "chưa rõ số ngày"),
        ("HẸN: tuần sau", "chưa rõ ngày hẹn"),
        ("HẸN: gặp anh chị ngày 20/5", "chưa rõ ngày hẹn"),
        ("HẸN: 20/5 họp chi bộ", "chưa rõ ngày hẹn"),
        ("HẸN: ngày 01/05/2025", "ngày 01/05/2025 đã qua"),
    ],
)
def test_what_is_not_clear_is_for_a_person_and_says_why_and_how(line: str, why: str) -> None:
    marked = read(line)
    (one,) = marked.unclear
    assert not marked.acts
    assert one.words.startswith(f"Dòng “{line}” chưa được nhận: {why}")
    how = one.words.rpartition("Hãy viết như: ")[2].split("”")[0].strip("“").replace("…", "mất điện")
    assert read(how).acts, "what we tell them to write is taken"


def test_two_lines_that_differ_are_none_and_two_that_agree_are_one() -> None:
    both = read("GIA HẠN: 5 ngày\nGIA HẠN: 3 ngày")
    assert both.wish is None
    assert [one.line for one in both.unclear] == ["“GIA HẠN: 5 ngày” và “GIA HẠN: 3 ngày”"]
    assert read("GIA HẠN: 5 ngày\nGIA HẠN: 5 ngày") == Marked(wish=Wish(5))


@pytest.mark.parametrize(
    "line",
    ["> GIA HẠN: 5 ngày", "Xã xin GIA HẠN: 5 ngày", "GIA HẠN 5 ngày, lý do mất điện", "Hẹn 20/5", "hẹn gặp: 20/5"],
)
def test_only_a_line_of_ones_own_that_begins_so_is_marked(line: str) -> None:
    assert read(line) == Marked()


def test_two_hundred_ordinary_sentences_are_no_marked_lines() -> None:
    assert len(set(SENTENCES)) >= 200
    assert [one for one in SENTENCES if read(one) != Marked()] == []
