"""What is typed wrongly after `kiemtra` is refused in a Vietnamese sentence that names it; nothing is opened for it."""

import re
import shlex
from argparse import ArgumentTypeError

import pytest

from flows.__main__ import main
from flows.commands import OF_NO_MOMENT, parser
from flows.typed import hour, moment

ENGLISH = re.compile(
    r"\b(usage|error|argument|arguments|required|invalid|choice|choose|expected|unrecognized|allowed|ignored|ambiguous|"
    r"match|value)\b"
)


def refused(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        main(shlex.split(line))
    assert stop.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "còn thiếu: <lệnh>"),
        ("run", "còn thiếu:"),
        ("run khong-co", "không có lựa chọn 'khong-co'"),
        ("extend", "còn thiếu: MÃ_ĐƠN_VỊ|SỐ_KIẾN_NGHỊ, --why"),
        ("extend xa --why", "--why: cần một giá trị"),
        ("status --la", "không hiểu: --la"),
        ("extensions grant a", "SỐ: cần một con số, không phải 'a'"),
        ("extensions grant", "còn thiếu: SỐ"),
        ("open dot-xuat --units", "--units: cần ít nhất một giá trị"),
        ("catch-up --send merged --skip", "--skip: không ghi cùng --send"),
        ("catch-up --s merged", "--s có thể là --send, --skip"),
        ("check --offline=1", "--offline: không nhận giá trị '1'"),
    ],
)
def test_argparse_speaks_no_english(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = refused(line, capsys)
    assert said in words
    assert not ENGLISH.search(words)


def test_the_help_speaks_no_english(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["extend", "--help"])
    assert not ENGLISH.search(capsys.readouterr().out)


@pytest.mark.parametrize(
    "line",
    [
        "extend xa --why bão --to '21/01/2025 15:00'",
        "extensions grant 1 --to '2025-01-21 15:00'",
        "findings add xa --what x --due 2025-01-21T10:00",
    ],
)
def test_a_due_day_takes_no_hour_instead_of_dropping_it(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "có cả giờ; hạn tính đến hết ngày; hãy ghi ngày, không ghi giờ" in refused(line, capsys)


def test_the_day_of_a_visit_takes_no_hour_and_an_urgent_round_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--on: “20/05/2027 14:00” có cả giờ" in refused("visit plan xa --on '20/05/2027 14:00'", capsys)
    assert "--on: “mai” không phải ngày; ví dụ" in refused("visit plan xa --on mai", capsys)
    urgent = parser().parse_args(shlex.split("open dot-xuat --units xa --title Nhanh --due '21/01/2025 10:00'"))
    assert urgent.due.hour == 10


@pytest.mark.parametrize(
    "line",
    [
        "extend xa --days 1 --why ' '",
        "extensions refuse 1 --why ''",
        "visit cancel xa --why '\u200b'",
        "calendar apply --why ' '",
        "findings close KN-2025-001 --by ' '",
    ],
)
def test_what_is_kept_as_the_record_may_not_be_blank(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(line, capsys)
    assert "đang để trống" in said
    assert "lưu trong hồ sơ. Chưa ghi gì" in said


@pytest.mark.parametrize("number", ["0", "-3", "1,5", "x"])
def test_no_letters_a_day_and_no_days_are_not_taken_for_some(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"cần một số từ 1 trở lên, không phải “{number}”" in refused(f"rehearse 2025 --per-day={number}", capsys)
    assert "cần một số từ 1 trở lên" in refused(f"calendar explain 01/10/2025 --n={number}", capsys)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("22/07/2027 10:00", "2027-07-22 10:00"),
        ("22/7/2027 16h", "2027-07-22 16:00"),
        ("22/7/2027, 16 giờ", "2027-07-22 16:00"),
        ("16h30 ngày 22/7/2027", "2027-07-22 16:30"),
        ("lúc 10 giờ ngày 22 tháng 7 năm 2027", "2027-07-22 10:00"),
        ("4 giờ chiều ngày 22/7/2027", "2027-07-22 16:00"),
        ("thứ Năm, 22/7/2027 7 giờ rưỡi", "2027-07-22 07:30"),
        ("2027-07-22T10:05", "2027-07-22 10:05"),
        ("22.7.2027", "2027-07-22 08:00"),
        ("16h 11/4/2025", "2025-04-11 16:00"),
        ("16h 30 11/4/2025", "2025-04-11 16:30"),
        ("thứ Tư, 16/4/2025", "2025-04-16 08:00"),
        ("T4, 16/4/2025", "2025-04-16 08:00"),
        ("CN 13/4/2025", "2025-04-13 08:00"),
    ],
)
def test_a_moment_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert f"{moment(typed):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("16h", "16:00"), ("16 giờ", "16:00"), ("16h30", "16:30"), ("8g", "08:00"), ("8:05", "08:05")]
)
def test_an_hour_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert f"{hour(typed):%H:%M}" == meant


@pytest.mark.parametrize(
    "typed", ["mai", "16h", "31/12/9999", "31/02/2027", "22/7/2027 25h", "22/7/2027 10h75", "22/7", "thứ Ba, 16/4/2025"]
)
def test_what_is_no_moment_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ArgumentTypeError, match="ví dụ"):
        moment(typed)


def test_whatever_reads_or_changes_the_year_can_be_done_as_of_a_moment() -> None:
    groups = parser()._subparsers
    assert groups is not None
    verbs = groups._group_actions[0].choices
    assert isinstance(verbs, dict)
    without = {name for name, verb in verbs.items() for leaf in verb.leaves() if not leaf.takes("--as-of")}
    assert without == OF_NO_MOMENT
