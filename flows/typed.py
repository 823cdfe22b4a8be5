"""What is typed after `kiemtra`: days, hours, reasons read or refused, and argparse's few words in Vietnamese."""

import argparse
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

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

    def leaves(self) -> "Iterator[Parser]":
        """The commands that a person can give: this one, those of the group, or both ('desk' is 'desk list')."""
        groups = [one for one in self._actions if isinstance(one, argparse._SubParsersAction)]
        for group in groups:
            for one in group.choices.values():
                yield from one.leaves()
        if self.get_default("target"):
            yield self

    def takes(self, option: str) -> bool:
        return option in self._option_string_actions

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
    from tasks.domain.calendar import ZONE

    on, at = _written(text, "ngày giờ", "31/10/2025 hoặc “31/10/2025 14:30”")
    return datetime.combine(on, at or time(8), ZONE)


def _written(text: str, what: str, example: str) -> tuple[date, time | None]:
    from tasks.domain.cell import Refusal
    from tasks.domain.typed_moment import read_moment

    try:
        return read_moment(text)
    except Refusal as error:
        raise argparse.ArgumentTypeError(f"“{text}” không phải {what}; ví dụ {example}") from error


def day(text: str) -> datetime:
    """A day alone: an hour that is typed must not be dropped without a word."""
    return _without_hour(text, "hãy ghi ngày, không ghi giờ")


def last_day(text: str) -> datetime:
    """The day with which something is due."""
    return _without_hour(text, "hạn tính đến hết ngày; hãy ghi ngày, không ghi giờ")


def _without_hour(text: str, sentence: str) -> datetime:
    if _written(text, "ngày", "31/10/2025")[1] is not None:
        raise argparse.ArgumentTypeError(f"“{text}” có cả giờ; {sentence}")
    return moment(text)


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


def source(text: str) -> str:
    """By which way an answer came: as the help has it, in any case, with or without its marks."""
    from tasks.domain.channel import ENTERED
    from tasks.domain.vietnamese import fold

    plain = fold(text).replace("-", " ")
    names = {channel: {channel.replace("-", " "), fold(words)} for channel, words in ENTERED.items()}
    found = [channel.value for channel, known in names.items() if plain in known or plain in {f"ban {channel}"}]
    if found:
        return found[0]
    there = ", ".join(f"{channel.value} ({words})" for channel, words in ENTERED.items())
    raise argparse.ArgumentTypeError(f"không có cách “{text}”; chọn trong: {there}")


def at_least_one(text: str) -> int:
    if text.strip().isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"cần một số từ 1 trở lên, không phải “{text}”")


def hour(text: str) -> time:
    """'8:00', '8h30', '14 giờ'."""
    from tasks.domain.cell import Refusal
    from tasks.domain.typed_moment import read_hour

    try:
        return read_hour(text)
    except Refusal as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def day_or_code(text: str) -> date | str:
    """A day when it reads like one, else the words as they are."""
    try:
        return moment(text).date()
    except argparse.ArgumentTypeError:
        return text
