"""Returned forms read behind the guard and in the worker, against bare openpyxl opening the same bytes."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from infra.definitions import FileDefinitions
from infra.opening.inside import open_inside
from infra.opening.process import Workers
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from tasks.domain.checklist import AnswerType, Item, Value
from tests.bench.measure import compare, own_peak_mb, seconds
from tests.bench.workbook import form

_ANSWERS: dict[AnswerType, str | int | float] = {
    AnswerType.CO_KHONG: "Có",
    AnswerType.MUC: "Đạt một phần",
    AnswerType.SO: 1250,
    AnswerType.SO_THAP_PHAN: 12.5,
    AnswerType.TY_LE: 87.5,
    AnswerType.NGAY: "2025-03-05",
}
_FEW = 10


def bench(size: int) -> None:
    """Every file is another unit's, so that nothing is answered from memory."""
    checklist = FileDefinitions(TEMPLATES).checklist("xa")
    books = ExcelWorkbooks()
    accepted = {item.code: _value(item) for item in checklist.items}
    files = [books.build(replace(form(checklist, number), accepted=accepted)) for number in range(size)]
    books.read(books.build(form(checklist, size)), checklist)  # the worker is started once, not once a form
    with seconds() as ours:
        for data in files:
            assert len(books.read(data, checklist).accepted) == len(checklist.items)
    with seconds() as asked:
        for data in files:
            books.identity(data)
            books.read(data, checklist)
    with seconds() as inside:
        for data in files:
            open_inside(data)
    with seconds() as bare:
        for data in files:
            for _ in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True):
                pass
    what = f"forms of {len(checklist.items)} items"
    compare(f"{what} read, guarded, in the worker", size, ours.value, bare.value)
    compare(f"{what}, whose it is and then read", size, asked.value, bare.value)
    compare(f"{what} opened only, without worker", size, inside.value, bare.value)
    print(f"  time against bare openpyxl: {ours.value / bare.value:.2f} times (goal: at most 1.6)")
    worker, other = _worker_peak_mb(files[:_FEW]), _bare_peak_mb(files[0])
    print(f"peak memory: worker {worker:.0f} MB, bare openpyxl {other:.0f} MB, this process {own_peak_mb():.0f} MB")


def _value(item: Item) -> Value:
    value = _ANSWERS.get(item.type, "Đã niêm yết tại nhà văn hóa thôn")
    return Value(item.code, value, evidence="Quyết định 12/QĐ-UBND ngày 05/02/2025", note="")


def _worker_peak_mb(files: list[bytes]) -> float:
    workers = Workers()
    for data in files:
        workers.open(data)
    status = Path(f"/proc/{workers.worker_pids()[0]}/status").read_text(encoding="ascii")
    workers.close()
    return _peak_mb(status)


def _bare_peak_mb(data: bytes) -> float:
    code = (
        "import io, sys, openpyxl\n"
        "openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()))\n"
        "print(open('/proc/self/status').read())"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    return _peak_mb(done.stdout.decode("ascii"))


def _peak_mb(status: str) -> float:
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
