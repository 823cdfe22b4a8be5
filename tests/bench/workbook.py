"""Forms out and back, against bare openpyxl writing and reading the same cells."""

import io
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from openpyxl import Workbook, load_workbook

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from infra.workbook.copies import Sealing
from infra.workbook.form import frame_of
from tasks.domain.checklist import NUMERIC, Checklist, Fault, Form, Value
from tests.bench.measure import compare_in_turns, in_turns, own_peak_mb, seconds
from tests.infra.slow_form import slow_form

ROUNDS = 7
UNITS_FOR_EACH = 25  # forty for the size, a thousand units in a round of a province


def form(checklist: Checklist, number: int) -> Form:
    return Form(
        authority="Ủy ban nhân dân huyện Vĩnh Linh",
        superior="Ủy ban nhân dân tỉnh Quảng Trị",
        title="Báo cáo năm",
        unit_code=f"xa-{number}",
        unit_name=f"Xã số {number}",
        case_code=f"DCCS-2025-{number:06d}-AB12",
        token=f"{number:026d}",
        due_words="trước ngày 31/10/2025",
        period_words="từ ngày 15/12/2024 đến ngày 15/10/2025",
        reply_to="dancho@vinhlinh.example",
        contact_words="Phòng Nội vụ",
        as_of=date(2025, 10, 1),
        checklist=checklist,
    )


def bare_form(checklist: Checklist) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for item in checklist.items:
        sheet.append([item.code, item.question, "", item.type.value, None, None])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def returned_form(checklist: Checklist, number: int) -> Form:
    """Half of its numbers accepted, half wrong."""
    numbers = [item for item in checklist.items if item.type in NUMERIC]
    accepted = {item.code: Value(item.code, 12, evidence="Biên bản số 12", note="đủ") for item in numbers[::2]}
    faults = [Fault(item.code, "E14", "cần số nguyên; đang là chữ “ba”", "ba") for item in numbers[1::2]]
    return replace(form(checklist, number), accepted=accepted, faults=faults)


def processor_seconds(build: Callable[[Form], bytes], forms: Iterable[Form]) -> float:
    """Of this process alone: nothing here waits, and so the neighbours on the machine are not measured with it."""
    made = list(forms)
    start = time.process_time()
    for one in made:
        build(one)
    return (time.process_time() - start) / len(made)


def _slow(one: Form) -> bytes:
    return slow_form(one, Sealing(b"khoa"))


def _of_a_province(workbooks: ExcelWorkbooks, checklist: Checklist, few: int, units: int) -> float:
    """A form of one round: the first of them builds what all share, and costs as much as sixty."""
    frame_of.cache_clear()
    first = processor_seconds(workbooks.build, [form(checklist, 0)])
    later = processor_seconds(workbooks.build, (form(checklist, number) for number in range(1, few)))
    return (first + later * (units - 1)) / units


def bench_building(workbooks: ExcelWorkbooks, checklist: Checklist, size: int) -> None:
    # The references are slow and steady: a few forms tell their rate.
    many, few, units = 4 * size, max(3, size // 10), UNITS_FOR_EACH * size
    fresh, again = ([one(checklist, number) for number in range(many)] for one in (form, returned_form))
    sides: Mapping[str, Callable[[], float]] = {
        "fresh": lambda: _of_a_province(workbooks, checklist, many, units),
        "styled": lambda: processor_seconds(_slow, fresh[:few]),
        "unstyled": lambda: processor_seconds(lambda one: bare_form(one.checklist), fresh[:few]),
        "returned": lambda: processor_seconds(workbooks.build, again[: many // 4]),
        "returned, styled": lambda: processor_seconds(_slow, again[:few]),
    }
    found = in_turns(sides, ROUNDS)
    what = f"forms of {len(checklist.items)} items"
    compare_in_turns(f"{what}, fresh, against the same styled", found["fresh"], found["styled"])
    compare_in_turns(f"{what}, fresh, against unstyled", found["fresh"], found["unstyled"])
    compare_in_turns(f"{what}, returned, against the same styled", found["returned"], found["returned, styled"])
    print(f"  processor time, medians of {ROUNDS} rounds in which all took turns; fresh: a round of {units} units")


def bench_reading(workbooks: ExcelWorkbooks, checklist: Checklist, size: int) -> None:
    made = [workbooks.build(form(checklist, number)) for number in range(max(1, size // ROUNDS))]
    sides: Mapping[str, Callable[[], float]] = {
        "ours": lambda: _wall_seconds(lambda data: workbooks.read(data, checklist), made),
        "bare": lambda: _wall_seconds(_bare_reading, made),
    }
    found = in_turns(sides, ROUNDS)
    compare_in_turns("forms read (guarded)", found["ours"], found["bare"])


def _wall_seconds(read: Callable[[bytes], object], made: Sequence[bytes]) -> float:
    """By the clock: ours reads in a process of its own, whose processor time is not counted here."""
    with seconds() as spent:
        for data in made:
            read(data)
    return spent.value / len(made)


def _bare_reading(data: bytes) -> None:
    for _ in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True):
        pass


def bench(size: int) -> None:
    workbooks, checklist = ExcelWorkbooks(), FileDefinitions(TEMPLATES).checklist("xa")
    for number in range(size):
        workbooks.build(form(checklist, number))
    own = own_peak_mb()
    bench_building(workbooks, checklist, size)
    print(f"peak memory {own:.0f} MB after {size} forms of ours, {own_peak_mb():.0f} MB after bare openpyxl")
    bench_reading(workbooks, checklist, size)
    print(f"peak memory {own_peak_mb():.0f} MB")
