"""A report as people read it: a sentence for lists, a page for the run; text from outside draws nothing of its own."""

from collections import Counter

from flows.run_page import lines, page, sentence
from tasks.domain.deeds import Deed
from tasks.report import Failure, Report


def sending() -> Report:
    report = Report(Counter({Deed.SENT: 49}), lines=["Bản 1: ket-qua/Tong_hop.xlsx"])
    for _ in range(3):
        report.add(Deed.DEFERRED, "450 4.2.0 <b>mailbox|busy</b>\nTry again")
    report.failures += [Failure("thư 7", "lớn hơn mức máy chủ cho phép"), Failure("thư 9", "KeyError: 'x'")]
    return report


def test_a_list_shows_what_was_done_the_first_thing_that_was_not_and_what_the_server_said() -> None:
    assert sentence(sending()) == (
        "Gửi 49 thư, 3 thư hẹn gửi lại; 2 việc cần xem: thư 7 (lớn hơn mức máy chủ cho phép), …; "
        "lý do: 450 4.2.0 <b>mailbox|busy</b> Try again"
    )
    assert sentence(Report()) == "Không có việc gì để làm"


def test_a_list_stays_a_list_whatever_a_server_has_to_say() -> None:
    assert len(sentence(Report(failures=[Failure("thư 7", "550 " + "x" * 5000)]))) < 300


def test_a_page_has_the_reasons_and_the_failures_as_tables() -> None:
    assert page(sending()).splitlines() == [
        "**Gửi 49 thư, 3 thư hẹn gửi lại; 2 việc cần xem.**",
        "",
        "- Bản 1: ket-qua/Tong\\_hop.xlsx",
        "",
        "| số thư | lý do |",
        "| --- | --- |",
        "| 3 thư hẹn gửi lại | 450 4.2.0 \\<b\\>mailbox\\|busy\\</b\\> Try again |",
        "",
        "| việc cần xem | vì sao |",
        "| --- | --- |",
        "| thư 7 | lớn hơn mức máy chủ cho phép |",
        "| thư 9 | KeyError: 'x' |",
    ]


def test_the_page_of_a_run_that_had_nothing_to_do_is_one_line() -> None:
    assert page(Report()) == "**Không có việc gì để làm.**"


def test_a_page_is_there_to_be_read_and_the_command_line_tells_all() -> None:
    report = Report(failures=[Failure(f"phiếu số {number}", "KeyError") for number in range(1250)])
    assert page(report).endswith("… và 1.150 dòng nữa.")
    assert len(page(report)) < 5000
    assert lines(report)[-1] == "  - phiếu số 1249: KeyError"
