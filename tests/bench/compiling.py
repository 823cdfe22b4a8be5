"""The year's workbook and report for many units of 40 answers each, against openpyxl writing the same cells bare."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import openpyxl

from infra.document import OfficeDocuments
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import AnswerType, Checklist, Item, UnitKind, Value
from tasks.domain.results.facts import AssignmentFact, UnitFact, YearResults
from tests.bench.measure import own_peak_mb
from tests.infra.test_document import BASIS, CHECKLIST, DUE, a_year

ITEMS = 40
MB = 1024 * 1024


def bench(size: int) -> None:
    """Each side in a process of its own: memory that one has had the other does not get back."""
    ours, bare = (_told(side, size) for side in ("workbook", "bare"))
    cells = ours["cells"]
    print(f"{size} units × {ITEMS} answers: {cells:.0f} cells, {ours['bytes'] / MB:.1f} MB")
    for name, side in (("ours", ours), ("bare", bare)):
        print(f"  workbook {name:<5} {side['seconds']:>7.1f} s of the processor   peak {side['peak']:>6.0f} MB")
    ratio, wanted = ours["seconds"] / bare["seconds"], "goals: 1.5 times, 300 MB"
    print(f"  ratio {ratio:.2f}, of which facts before the first cell {ours['facts']:.0f} MB   ({wanted})")
    report = _told("report", size)
    print(f"  report {report['seconds']:.1f} s   peak {report['peak']:.0f} MB   {report['bytes'] / MB:.1f} MB")


def _told(side: str, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.compiling", side, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def year_of(size: int) -> YearResults:
    """Yes and no, numbers and words in turn, as lists have them."""
    types = (AnswerType.CO_KHONG, AnswerType.SO, AnswerType.CO_KHONG, AnswerType.VAN_BAN)
    items = tuple(
        Item(f"M{number:02}", "A", f"Nội dung số {number} có làm không?", types[number % 4], BASIS, unit="cuộc")
        for number in range(ITEMS)
    )
    checklist = replace(CHECKLIST, items=items)
    units = tuple(UnitFact(f"xa-{number}", f"Xã số {number}", UnitKind.XA, number) for number in range(size))
    parts = tuple(_part(unit, checklist) for unit in units)
    year = a_year()
    return replace(year, units=units, assignments=parts, findings=(), rounds=year.rounds[:1])


def _part(unit: UnitFact, checklist: Checklist) -> AssignmentFact:
    given: dict[AnswerType, str | int] = {
        AnswerType.CO_KHONG: "Có",
        AnswerType.SO: unit.order % 17,
        AnswerType.VAN_BAN: "Đã họp thôn, niêm yết đủ",
    }
    values = {item.code: Value(item.code, given[item.type]) for item in checklist.items}
    at = DUE - timedelta(days=1)
    answered = AssignmentState.ANSWERED
    return AssignmentFact(
        "bcn", unit.code, answered, DUE, checklist, DUE, first_reply_at=at, answered_at=at, values=values
    )


def _bare(rows: list[list[list[object]]]) -> bytes:
    """The sheets of units and of answers, nearly all cells there are, and nothing of their looks."""
    book = openpyxl.Workbook(write_only=True)
    for sheet_rows in rows:
        sheet = book.create_sheet()
        for row in sheet_rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(year: YearResults) -> list[list[list[object]]]:
    answers = [
        [at, part.unit, part.unit, "Đúng hạn", part.answered_at.date() if part.answered_at else None]
        + [None] * 5
        + [one.value for one in part.values.values()]
        for at, part in enumerate(year.assignments)
    ]
    units = [[at, unit.code, unit.name, "Xã", "Đúng hạn", DUE.date(), 0, 0, None] for at, unit in enumerate(year.units)]
    return [units, answers]


def main(side: str, size: int) -> None:
    facts = year_of(size)
    rows, documents = _rows(facts) if side == "bare" else [], OfficeDocuments()
    before = own_peak_mb()
    start = time.process_time()
    if side == "bare":
        data = _bare(rows)
    else:
        data = documents.year_workbook(facts) if side == "workbook" else documents.year_report(facts)
    told = {"seconds": time.process_time() - start, "peak": own_peak_mb(), "facts": before, "bytes": len(data)}
    print(json.dumps(told | {"cells": size * (9 + 10 + ITEMS)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
