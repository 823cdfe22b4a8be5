"""`kiemtra checklist` and `kiemtra law`: an editor of templates needs neither a database nor settings."""

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.__main__ import main
from infra.settings import PROJECT, TEMPLATES

XA = TEMPLATES / "checklists" / "xa.toml"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KIEMTRA_SETTINGS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edited(file: Path, *changes: tuple[str, str]) -> str:
    text = XA.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_check_names_every_list_with_what_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checklist", "check"]) == 0
    said = capsys.readouterr().out
    assert "✓ xa (bản 2026.2): 53 mục, 100 điểm, 4 kiểm tra chéo" in said
    assert "✓ bao-cao-xa (bản 2026.2): 53 mục, 100 điểm, 15 mục đề cương, 9 bảng số liệu" in said


def test_check_tells_all_mistakes_of_an_edited_file_with_their_lines(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = edited(tmp_path / "sua.toml", ('type = "so"', 'type = "sô"'), ("points = 3", "points = -3"))
    assert main(["checklist", "check", file]) == 1
    said = capsys.readouterr().err
    assert "Có 2 chỗ cần sửa" in said
    line = Path(file).read_text(encoding="utf-8").splitlines().index("points = -3") + 1
    assert f"{file}, dòng {line}: mục XA01: điểm không được âm" in said
    assert "đang là “sô”" in said


def test_check_lists_what_nobody_has_read_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checklist", "check"]) == 0
    said = capsys.readouterr().out
    assert "căn cứ chưa đối chiếu với văn bản" in said
    why = "chưa đối chiếu: mới đọc ở lời trích, bản đã đối chiếu chỉ có Điều 37 đến Điều 48"
    assert f"khoản 4 Điều 114 Nghị định 145/2020/NĐ-CP từ 01/02/2021 ({why}): NN01, NN18" in said


def test_check_refuses_a_clause_that_the_law_does_not_have(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = edited(tmp_path / "sua.toml", ('clause = "khoản 14"', 'clause = "khoản 15"'))
    assert main(["checklist", "check", file]) == 1
    said = capsys.readouterr().err
    assert "mục XA19: khoản 15 Điều 11 Luật 10/2022/QH15: Luật 10/2022/QH15 không có khoản 15 Điều 11" in said


def test_an_edited_file_is_compared_with_what_is_in_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = edited(tmp_path / "sua.toml", ('version = "2026.2"', 'version = "2027.1"'), ("points = 3", "points = 4"))
    assert main(["checklist", "diff", "xa", file]) == 0
    assert capsys.readouterr().out == "xa bản 2026.2 → xa bản 2027.1\n  - Mục XA01 đổi điểm: 3 → 4\n"
    assert main(["checklist", "diff", "xa", "xa"]) == 0
    assert "Không có gì khác." in capsys.readouterr().out


def test_show_prints_sections_items_their_basis_of_the_day_and_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checklist", "show", "bao-cao-xa", "--on", "30/06/2025"]) == 0
    said = capsys.readouterr().out
    assert "\nB. Công khai\n" in said
    assert "  XA04 [so, cuộc, 2 điểm] Trong năm," in said
    assert "      căn cứ: khoản 3 Điều 11 Luật 10/2022/QH15\n" in said
    assert "khoản 2 Điều 13 Luật 10/2022/QH15: Niêm yết nội dung khoản 1, 2, 3" in said
    assert "\n5. Đánh giá chung\n" in said
    assert "Bảng II. Nhân dân bàn và quyết định trực tiếp [BII]" in said
    assert "KC-II-1 (hỏi lý do)" in said


def test_a_preview_is_a_form_that_anyone_can_open_and_nothing_is_written_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["checklist", "preview", "xa"]) == 0
    book = load_workbook(tmp_path / "xa-xem-truoc.xlsx")
    texts = {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    assert {f"XA{number:02}" for number in range(1, 51)} <= texts
    assert [file.name for file in tmp_path.iterdir()] == ["xa-xem-truoc.xlsx"]
    assert main(["checklist", "preview", "xa"]) == 1
    assert "Đã có tệp xa-xem-truoc.xlsx" in capsys.readouterr().err
    assert main(["checklist", "preview", "xa", "-o", "khong/co/x.xlsx"]) == 1
    assert "Không ghi được tệp khong/co/x.xlsx" in capsys.readouterr().err


def test_a_law_lists_who_cites_it_and_what_holds_on_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "luat-10-2022", "--on", "2026-01-01"]) == 0
    said = capsys.readouterr().out
    assert "từ 01/07/2025 sửa bởi Luật 97/2025/QH15: sửa 31/91 điều" in said
    assert ": XA06 — khoản 1 Điều 11 Luật 10/2022/QH15 (từ 01/07/2023): phải rà lại: Luật 47/2024/QH15" in said
    assert main(["law", "luat-97-2025"]) == 0
    assert "sửa Luật 10/2022/QH15; xem từng mục: kiemtra law luat-10-2022 --on 2025-07-01" in capsys.readouterr().out
    assert main(["law"]) == 0
    assert "nq-23-2025: Nghị quyết 23/2025/NQ-HĐND" in capsys.readouterr().out
    assert main(["law", "luat-la"]) == 1
    assert "Không có văn bản “luat-la”; hiện có:" in capsys.readouterr().err


def test_a_law_that_nothing_cites_says_why_and_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "luat-97-2025"]) == 0
    said = capsys.readouterr().out
    assert "0 chỗ viện dẫn" in said
    assert "các mục ghi văn bản được nó sửa hoặc thay; xem bằng kiemtra law luat-10-2022)" in said


def test_the_item_on_the_resolutions_of_the_province_is_found_under_the_old_and_the_new_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["law", "nq-23-2025", "--on", "2026-03-01"]) == 0
    said = capsys.readouterr().out
    assert ": XA04 — Nghị quyết 23/2025/NQ-HĐND (từ 01/01/2026): còn hiệu lực, chưa đối chiếu" in said
    assert main(["law", "nq-120-2024", "--on", "2026-03-01"]) == 0
    said = capsys.readouterr().out
    assert "hết hiệu lực sau ngày 31/12/2025; cùng mục có Nghị quyết 23/2025/NQ-HĐND" in said


def test_a_list_that_is_not_there_is_answered_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checklist", "show", "khong-co"]) == 1
    assert "hiện có: bao-cao-co-quan" in capsys.readouterr().err


def test_a_reader_who_stops_reading_is_told_nothing() -> None:
    """`kiemtra law … | head` ends quietly."""
    command = [sys.executable, "-m", "flows", "law", "luat-10-2022"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        complaint = running.stderr.read()
    assert (running.returncode, complaint) == (0, b"")
