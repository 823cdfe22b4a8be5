"""A report as people read it: one sentence for lists, one page in Markdown for the run."""

from collections.abc import Iterable, Sequence, Sized
from enum import StrEnum
from itertools import islice

from tasks.domain.deeds import told
from tasks.domain.vietnamese import number_text, one_line
from tasks.report import Report

IDLE = "Không có việc gì để làm"
ROWS = 100
"""Of a table: a page is there to be read, and is kept a month."""
CELL = 400


def sentence(report: Report) -> str:
    """'Gửi 49 thư, 3 thư hẹn gửi lại; 1 việc cần xem: thư 7 (…); lý do: 450 …'."""
    words = report.words or IDLE
    if report.failures:
        first = report.failures[0]
        words += f": {_short(first.item, 80)} ({_short(first.why, 200)}){_and_more(report.failures)}"
    for (_, why), _ in report.causes.most_common(1):
        words += f"; lý do: {_short(why, 150)}{_and_more(report.causes)}"
    return words


def _and_more(some: Sized) -> str:
    return ", …" if len(some) > 1 else ""


def lines(report: Report) -> list[str]:
    """For the command line: everything, each failure on its own line."""
    causes = (f"  {_told(deed, count)}: {why}" for (deed, why), count in report.causes.most_common())
    failures = (f"  - {failure.item}: {failure.why}" for failure in report.failures)
    return [report.words or IDLE, *report.lines, *causes, *failures]


def page(report: Report) -> str:
    """Short where there was little to do: some seven hundred runs a day have one."""
    parts = [f"**{report.words or IDLE}.**"]
    if report.lines:
        parts += ["", *(f"- {_cell(line)}" for line in report.lines)]
    if report.causes:
        causes = ((_told(deed, count), why) for (deed, why), count in report.causes.most_common())
        parts += ["", *_table(("số thư", "lý do"), causes, len(report.causes))]
    if report.failures:
        failures = ((failure.item, failure.why) for failure in report.failures)
        parts += ["", *_table(("việc cần xem", "vì sao"), failures, len(report.failures))]
    return "\n".join(parts)


def _told(deed: StrEnum, count: int) -> str:
    return told({deed: count})[0]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], count: int) -> list[str]:
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(map(_cell, row)) for row in islice(rows, ROWS))]
    return [*lines, "", f"… và {number_text(count - ROWS)} dòng nữa."] if count > ROWS else lines


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Text from outside (a server's answer, a file's name) within a line of Markdown: it draws nothing of its own."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#~!" else letter for letter in _short(text, CELL))


def _short(text: str, most: int) -> str:
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"
