"""What stands in one cell of a returned form, as its author sees it, and why it is not taken."""

import re
from datetime import date, datetime

from tasks.domain.vietnamese import clean, day_text, exact_text

Raw = str | int | float | bool | date | datetime | None
Taken = tuple[str | int | float, str]
"""A value, and a flag: '' or what was assumed."""


class Refusal(Exception):
    """Why a cell is not taken, in words that follow 'Ô D14: '."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


# What every spreadsheet program shows where a formula went wrong.
_ERRORS = re.compile(
    r"^(?:#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!"
    r"|EXTERNAL!|PYTHON!|MACRO\?|GETTING_DATA|#{2,})|(?:Err|Lỗi):\d{3})$",
    re.I,
)


def is_blank(raw: Raw) -> bool:
    return raw is None or (isinstance(raw, str) and not clean(raw))


def is_error(text: str) -> bool:
    return bool(_ERRORS.match(text))


def shown(raw: Raw) -> str:
    """A cell in words, as its author sees it."""
    if isinstance(raw, datetime):
        return day_text(raw.date()) if raw.time() == datetime.min.time() else raw.strftime("%d/%m/%Y %H:%M")
    if isinstance(raw, date):
        return day_text(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return exact_text(raw)
    return clean(raw or "")


def as_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def may_be_swapped(day: date) -> bool:
    """A true date cell may hold 3 May where 5 March was typed: a program set to English reads the month first."""
    return day.day <= 12 and day.day != day.month


def may_be_thousands(value: float) -> bool:
    """1.234 in a number cell is 1234 where it was typed, with its dot, in a program set to English."""
    return 1 <= abs(value) < 1000 and value != round(value, 2) and value == round(value, 3)


def quoted(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def listed(choices: tuple[str, ...]) -> str:
    if len(choices) < 2:
        return f"“{choices[0]}”" if choices else "một mục trong danh sách"
    return ", ".join(f"“{choice}”" for choice in choices[:-1]) + f" hoặc “{choices[-1]}”"
