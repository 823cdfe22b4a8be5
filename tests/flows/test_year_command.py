"""`kiemtra year …` as the office types it: the editions there are, what moved between them, one made again."""

import pytest

from tasks.year_end.editions import compile_results
from tests.flows.conftest import House
from tests.flows.office import Office, at
from tests.tasks.world import ANSWERS

FIRST, SECOND = "2025-07-01 08:00", "2025-07-08 08:00"


@pytest.fixture
def office(house: House) -> Office:
    """Two editions: between them a unit has put its answer right."""
    office = Office(house)
    office.found()
    office.open()
    office.answer("xa-vinh-o", "2025-04-22 09:00")
    for when in (FIRST, SECOND):
        with office.tools(when) as tools:
            compile_results.fn(tools, 2025, at(when))
        if when == FIRST:
            office.answer("xa-vinh-o", "2025-07-02 09:00", {**ANSWERS, "DX02": 7})
    return office


def test_editions_are_listed_shown_compared_and_made_again(office: Office) -> None:
    listed = office.run("year", "list", "--year", "2025")
    assert [line.split(",")[0] for line in listed.splitlines()] == ["Bản 1 năm 2025", "Bản 2 năm 2025"]
    shown = office.run("year", "show", "2", "--year", "2025")
    assert "Đây là bản 2, thay bản 1" in shown
    assert "Câu trả lời đổi: 1, của Xã Vĩnh Ô." in shown
    assert "Xã Vĩnh Ô, đợt kiem-tra, mục DX02" in office.run("year", "diff", "1", "2", "--year", "2025")
    again = office.run("year", "remake", "1", "--year", "2025")
    assert again.count("đúng từng byte như khi lập") == 2
    assert "Số liệu như khi lập" in again


def test_a_file_that_was_deleted_is_missed_and_put_back(office: Office) -> None:
    (lost,) = office.house.folder.rglob("Bao-cao-2025-ban-1.docx")
    made = lost.read_bytes()
    lost.unlink()
    assert "thiếu tệp, lấy lại: kiemtra year show 1" in office.run("year", "list", "--year", "2025")
    office.run("year", "show", "1", "--year", "2025")
    assert lost.read_bytes() == made
    assert "không có bản 3" in office.run("year", "show", "3", "--year", "2025", expect=1)
