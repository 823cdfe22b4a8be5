"""The calendar of the office's own, beside its data: written whole, so that a crash leaves the old file or the new."""

import os
from collections.abc import Sequence
from pathlib import Path

from infra.definitions import own_calendars, read_table
from tasks.domain.calendar import Calendar, DecidedYear
from tasks.domain.calendar_file import calendar_text

HEADER = "# Lịch của văn phòng, do kiemtra ghi; sửa tay được, sửa xong chạy: kiemtra check\n"


def save_years(data: Path, calendar: Calendar, years: Sequence[DecidedYear]) -> Path:
    """Write these years, and those that the own file has already; the others stay with the shipped calendar."""
    file = own_calendars(data) / f"{calendar.name}.toml"
    kept = _years_in(file)
    for year in years:
        calendar = calendar.with_year(year)
    text = HEADER + calendar_text(calendar, sorted({*kept, *(year.year for year in years)}))
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".toml.moi")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)  # noqa: PTH105 - the two names in one call say what replaces what
    return file


def _years_in(file: Path) -> list[int]:
    if not file.is_file():
        return []
    table = read_table(file, file.name)
    return [where.integer("year") for where in table.tables("year")]
