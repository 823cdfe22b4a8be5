"""Forms out and back, against bare openpyxl writing and reading the same cells."""

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from openpyxl import Workbook, load_workbook

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from infra.workbook.copies import Sealing
from tasks.domain.checklist import NUMERIC, Checklist, Fault, Form, Value
from tests.bench.measure import compare, own_peak_mb, seconds
from tests.infra.slow_form import slow_form


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


def build_seconds(build: Callable[[Form], bytes], forms: Iterable[Form]) -> float:
    with seconds() as spent:
        for one in forms:
            build(one)
    return spent.value


def _slow(one: Form) -> bytes:
    return slow_form(one, Sealing(b"khoa"))


def bench_building(workbooks: ExcelWorkbooks, checklist: Checklist, size: int) -> None:
    what = f"forms of {len(checklist.items)} items"
    # The references are slow and steady: a tenth of the forms tells their rate.
    few = max(3, size // 10)
    fresh = build_seconds(workbooks.build, (form(checklist, number) for number in range(size)))
    own = own_peak_mb()
    again = build_seconds(workbooks.build, (returned_form(checklist, number) for number in range(size)))
    returned = own_peak_mb()
    slow = build_seconds(_slow, (form(checklist, number) for number in range(few))) * size / few
    unstyled = (
        build_seconds(lambda one: bare_form(one.checklist), (form(checklist, n) for n in range(few))) * size / few
    )
    slow_again = build_seconds(_slow, (returned_form(checklist, number) for number in range(few))) * size / few
    compare(f"{what}, fresh, against the same styled", size, fresh, slow)
    compare(f"{what}, fresh, against unstyled", size, fresh, unstyled)
    compare(f"{what}, returned, against the same styled", size, again, slow_again)
    print(f"peak memory {own:.0f} MB after fresh, {returned:.0f} MB after returned, {own_peak_mb():.0f} MB after bare")


def bench(size: int) -> None:
    workbooks, checklist = ExcelWorkbooks(), FileDefinitions(TEMPLATES).checklist("xa")
    bench_building(workbooks, checklist, 25 * size)  # one round of a province: the first form costs as much as sixty
    made = [workbooks.build(form(checklist, number)) for number in range(size)]
    with seconds() as ours:
        for data in made:
            workbooks.read(data, checklist)
    with seconds() as bare:
        for data in made:
            for _ in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True):
                pass
    compare("forms read (guarded)", size, ours.value, bare.value)
    print(f"peak memory {own_peak_mb():.0f} MB")
