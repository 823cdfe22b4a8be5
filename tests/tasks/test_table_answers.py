"""What a unit wrote into its tables over several replies: repeated lines count whole, fixed ones cell by cell."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.answers import merge
from tasks.domain.checklist import Fault
from tasks.records import Answer, Reply

REPORT = FileDefinitions(TEMPLATES).checklist("bao-cao-xa")


def reply(values: dict[str, Any], *faults: str) -> Reply:
    stored = [asdict(Fault(code, "C1", "cần một số", "ba")) for code in faults]
    answers = [Answer(item=code, value=value, cell="", evidence="", note="", flag="") for code, value in values.items()]
    came = datetime(2025, 4, 22, 9, tzinfo=UTC)
    return Reply(received_at=came, answers=answers, faults=stored, missing=[], remarks=[])


def test_a_line_that_the_unit_took_out_of_a_repeated_table_is_gone() -> None:
    first = reply({"BII.r1.tan_thanh": 1, "BII.r2.tan_thanh": 2, "BII.r2.tong_ho": 9, "XA04": 5})
    second = reply({"BII.r1.tan_thanh": 2})
    assert {code: value.value for code, value in merge([first, second], REPORT).values.items()} == {
        "XA04": 5,
        "BII.r1.tan_thanh": 2,
    }


def test_a_reply_that_leaves_a_table_alone_leaves_its_lines_alone() -> None:
    first = reply({"BII.r1.tan_thanh": 1}, "BII.r1.tong_ho")
    so_far = merge([first, reply({"XA04": 5})], REPORT)
    assert set(so_far.values) == {"XA04", "BII.r1.tan_thanh"}
    assert [fault.item for fault in so_far.faults] == ["BII.r1.tong_ho"]
    assert merge([first, reply({"BII.r1.tan_thanh": 3})], REPORT).faults == ()


def test_a_table_of_fixed_lines_is_merged_cell_by_cell() -> None:
    first, second = reply({"BV.xa.cuoc": 4, "BV.xa.kien_nghi": 2}), reply({"BV.xa.cuoc": 5})
    assert {code: value.value for code, value in merge([first, second], REPORT).values.items()} == {
        "BV.xa.cuoc": 5,
        "BV.xa.kien_nghi": 2,
    }


def test_answers_come_in_the_order_of_the_form_the_tables_after_the_words() -> None:
    given = reply({"BII.r10.tong_ho": 1, "BI.r1.khoan": 1, "DC5a": "Tốt", "BII.r2.tong_ho": 1, "XA04": 5, "LA.r1.x": 1})
    order = ["XA04", "DC5a", "BI.r1.khoan", "BII.r2.tong_ho", "BII.r10.tong_ho", "LA.r1.x"]
    assert list(merge([given], REPORT).values) == order
