"""A report of a run reads as one sentence, and adds up whatever it is put together from."""

from collections import Counter

from tasks.domain.deeds import Deed
from tasks.report import Failure, Report


def test_a_report_is_one_sentence_with_its_failures_at_the_end() -> None:
    report = Report(Counter({Deed.ASSIGNED: 52, Deed.OPENED: 1}))
    assert report.words == "Mở 1 đợt, giao 52 phiếu"
    report.failures.append(Failure("đơn vị 7", "không có bảng kiểm"))
    assert report.words == "Mở 1 đợt, giao 52 phiếu; 1 việc cần xem"
    assert Report(failures=report.failures).words == "1 việc cần xem"
    assert Report().words == ""


def test_two_reports_are_added_with_the_reasons_of_what_did_not_go() -> None:
    report, other = Report(), Report()
    for one in (report, other, other):
        one.add(Deed.DEFERRED, "450 4.2.0 Try again later")
    other.add(Counter({Deed.SENT: 2}))
    other.add(None)
    report += other
    assert report.words == "Gửi 2 thư, 3 thư hẹn gửi lại"
    assert report.causes == {(Deed.DEFERRED, "450 4.2.0 Try again later"): 3}
