"""Strangers' workbooks opened inside a real Prefect run: tasks in threads of one process share the workers."""

from dataclasses import replace

import pytest
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from infra.workbook import ExcelWorkbooks
from infra.workbook.opening import open_workers
from tests.infra.test_workbook import CODE, FORM

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
BOOKS = ExcelWorkbooks(b"khoa")


@task(cache_policy=NO_CACHE)
def case_code_of(data: bytes) -> str:
    return BOOKS.identity(data).case_code


@flow
def open_them(files: list[bytes]) -> list[str]:
    return [future.result() for future in case_code_of.map(files)]


def test_tasks_of_a_flow_open_workbooks_at_once_and_leave_the_workers_to_the_next_run() -> None:
    files = [BOOKS.build(replace(FORM, unit_name=f"Xã số {number}")) for number in range(6)]
    assert open_them(files) == [CODE] * 6
    first = open_workers()
    assert first
    assert open_them([BOOKS.build(replace(FORM, unit_name="Xã đến sau"))]) == [CODE]
    assert set(open_workers()) == set(first)
