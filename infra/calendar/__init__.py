"""Calendars from outside: the rules of the law, Excel and .ics files in and out, the office's own file."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from infra.calendar.ical import read_ics, write_ics
from infra.calendar.own_file import save_years
from infra.calendar.rules import draft, forgotten_holidays, unlike_the_rules
from infra.calendar.spreadsheet import read_excel, write_excel
from tasks.domain.calendar import Calendar
from tasks.domain.calendar_file import Proposal
from tasks.domain.errors import KiemtraError

__all__ = [
    "draft",
    "forgotten_holidays",
    "read_calendar_file",
    "save_years",
    "unlike_the_rules",
    "write_calendar_file",
]
BOTH = "Cần tệp Excel (.xlsx) hoặc tệp lịch (.ics)."


def read_calendar_file(path: Path, known: Calendar | None, take: Collection[date] = ()) -> Proposal:
    """What the file would make of the calendar; nothing is written. Raises KiemtraError, DefinitionError."""
    if not path.is_file():
        raise KiemtraError(f"Không thấy tệp {path}.")
    if path.suffix.lower() == ".ics":
        return read_ics(path, known, take)
    if path.suffix.lower() == ".xlsx":
        return read_excel(path)
    raise KiemtraError(f"{path.name}: không nhận loại tệp này. {BOTH}")


def write_calendar_file(path: Path, calendar: Calendar) -> None:
    if path.suffix.lower() == ".ics":
        write_ics(path, calendar)
    elif path.suffix.lower() == ".xlsx":
        write_excel(path, calendar)
    else:
        raise KiemtraError(f"{path.name}: không ghi được loại tệp này. {BOTH}")
