"""A phường and a đặc khu go in with the register, are asked with their own form, and answer it."""

from pathlib import Path

from openpyxl import Workbook

from infra.register_file import read_rows, write_register
from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import UnitKind
from tasks.domain.register import read_register
from tests.tasks.world import PLAN, World

ROWS = (
    ("Mã", "Tên đơn vị", "Loại hình", "Đầu mối", "Thư điện tử"),
    ("p-nam", "Phường Nam", "Phường", "Trần Văn An", "an@nam.example"),
    ("dk-bien", "Đặc khu Biển", "Đặc khu", "Lê Thị Ba", "ba@bien.example"),
    ("t-mot", "Thôn Một", "thôn", "Hồ Văn Tư", "tu@mot.example"),
    ("tdp-hai", "Tổ dân phố Hai", "to_dan_pho", "Hồ Thị Năm", "nam@hai.example"),
)


def test_the_kinds_of_commune_since_july_2025_go_in_are_asked_and_answer(world: World, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "ds.xlsx")
    entries, problems, _ = read_register(read_rows(tmp_path / "ds.xlsx"))
    assert problems == []
    kinds = [UnitKind.PHUONG, UnitKind.DAC_KHU, UnitKind.THON, UnitKind.TO_DAN_PHO]
    assert [entry.kind for entry in entries] == kinds
    write_register(tmp_path / "lai.xlsx", entries)
    assert read_register(read_rows(tmp_path / "lai.xlsx"))[0] == entries

    world.take_in(tuple(entries))
    plan = PLAN.replace('units = ["xa-vinh-o", "ptp"]\n', "")
    world.take_in_plan(plan.replace('"thi_tran", "co_quan"]', '"phuong", "dac_khu", "thon", "to_dan_pho"]'))
    world.open()
    codes = [row[0] for row in ROWS[1:]]
    address = {row[0]: row[4] for row in ROWS[1:]}
    for minute, code in enumerate(codes):
        world.mail(code, f"2025-04-21 10:{minute:02}", world.filled(code), sender=address[code])
    world.collect("2025-04-21 11:00")
    assert [world.assignment(code).state for code in codes] == [AssignmentState.ANSWERED] * 4
