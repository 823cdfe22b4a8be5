"""What is typed after `kiemtra`: days, hours, reasons read or refused, and argparse's few words in Vietnamese."""

import argparse
from datetime import date, datetime, time
from typing import Any

DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M")
# Longer phrases before the words that they contain.
WORDS = (
    ("the following arguments are required:", "còn thiếu:"),
    ("one of the arguments", "hãy ghi một trong"),
    (" is required", ""),
    ("unrecognized arguments:", "không hiểu:"),
    ("not allowed with argument", "không ghi cùng"),
    ("ignored explicit argument", "không nhận giá trị"),
    ("ambiguous option:", "chưa rõ là lựa chọn nào:"),
    ("could match", "có thể là"),
    ("invalid choice:", "không có lựa chọn"),
    ("choose from", "chọn trong"),
    ("expected at least one argument", "cần ít nhất một giá trị"),
    ("expected one argument", "cần một giá trị"),
    ("invalid int value:", "cần một con số, không phải"),
    ("argument ", ""),
)


class Parser(argparse.ArgumentParser):
    """argparse with its few words in Vietnamese."""

    default_verb = ""
    """Of a group: which one needs not be typed, so that 'answers xa-vinh-o' is 'answers show xa-vinh-o'."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "add_help": False})
        self._optionals.title = "tùy chọn"
        self._positionals.title = "gồm"
        self.add_argument("-h", "--help", action="help", help="in hướng dẫn này rồi thôi")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.default_verb and args and args[0] not in {"-h", "--help", *self._verbs()}:
            args = [self.default_verb, *args]
        return super().parse_known_args(args, namespace)

    def _verbs(self) -> set[str]:
        groups = [one for one in self._actions if isinstance(one, argparse._SubParsersAction)]
        return {name for one in groups for name in one.choices}

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "cách viết:", 1)

    def error(self, message: str) -> None:  # type: ignore[override]
        for english, vietnamese in WORDS:
            message = message.replace(english, vietnamese)
        self.exit(2, f"kiemtra: {message}\nXem hướng dẫn: {self.prog} --help\n")


def moment(text: str) -> datetime:
    """A day or a moment as people write it; a day alone means eight in the morning."""
    for form in DAY_FORMATS:
        try:
            found = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the house zone is added below
        except ValueError:
            continue
        from tasks.domain.calendar import ZONE

        return found.replace(hour=found.hour if "%H" in form else 8, tzinfo=ZONE)
    raise argparse.ArgumentTypeError(f"“{text}” không phải ngày giờ; ví dụ 31/10/2025 hoặc “31/10/2025 14:30”")


def day(text: str) -> datetime:
    """A day alone: an hour that is typed must not be dropped without a word."""
    return _without_hour(text, "hãy ghi ngày, không ghi giờ")


def last_day(text: str) -> datetime:
    """The day with which something is due."""
    return _without_hour(text, "hạn tính đến hết ngày; hãy ghi ngày, không ghi giờ")


def _without_hour(text: str, sentence: str) -> datetime:
    try:
        found = moment(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"“{text}” không phải ngày; ví dụ 31/10/2025") from error
    if ":" in text:
        raise argparse.ArgumentTypeError(f"“{text}” có cả giờ; {sentence}")
    return found


def reason(text: str) -> str:
    """What is kept as the record has to say something."""
    return _said(text, "hãy ghi lý do; lý do được lưu trong hồ sơ")


def person(text: str) -> str:
    return _said(text, "hãy ghi tên người; tên được lưu trong hồ sơ")


def _said(text: str, sentence: str) -> str:
    from tasks.domain.vietnamese import one_line

    if not (words := one_line(text)):
        raise argparse.ArgumentTypeError(f"đang để trống; {sentence}. Chưa ghi gì")
    return words


def at_least_one(text: str) -> int:
    if text.strip().isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"cần một số từ 1 trở lên, không phải “{text}”")


def hour(text: str) -> time:
    """'8:00', '8h30', '14 giờ'."""
    for form in ("%H:%M", "%Hh%M", "%Hh", "%H giờ %M", "%H giờ"):
        try:
            return datetime.strptime(text.strip(), form).time()  # noqa: DTZ007 - an hour of the house's day
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(f"“{text}” không phải giờ; ví dụ 8:00 hoặc 14h30")


def day_or_code(text: str) -> date | str:
    """A day when it reads like one, else the words as they are."""
    try:
        return moment(text).date()
    except argparse.ArgumentTypeError:
        return text
