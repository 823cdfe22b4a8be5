"""Forms out and back, against bare openpyxl writing and reading the same cells."""

import io
from datetime import date

from openpyxl import Workbook, load_workbook

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from tasks.domain.checklist import Checklist, Form
from tests.bench.measure import compare, own_peak_mb, seconds


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


def bench(size: int) -> None:
    workbooks, checklist = ExcelWorkbooks(), FileDefinitions(TEMPLATES).checklist("xa")
    with seconds() as ours:
        made = [workbooks.build(form(checklist, number)) for number in range(size)]
    with seconds() as bare:
        for _ in range(size):
            bare_form(checklist)
    compare(f"forms of {len(checklist.items)} items built", size, ours.value, bare.value)
    with seconds() as ours:
        for data in made:
            workbooks.read(data, checklist)
    with seconds() as bare:
        for data in made:
            for _ in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True):
                pass
    compare("forms read (guarded)", size, ours.value, bare.value)
    print(f"peak memory {own_peak_mb():.0f} MB")
