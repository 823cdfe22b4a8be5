"""The year compiled: every unit on its line; the same facts are the same edition."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from infra.document import TEMPLATES, OfficeDocuments
from tasks.domain.errors import KiemtraError
from tasks.domain.results.facts import YearResults, steps
from tasks.domain.results.ledger import moved
from tasks.records import YearReport
from tasks.toolbox import Toolbox
from tasks.year_end import editions as year_end
from tasks.year_end.editions import (
    compile_results,
    compile_year,
    edition_files,
    edition_of,
    fingerprint,
    ledgers_of,
    put_back,
)
from tasks.year_end.gathering import gather
from tasks.year_end.remaking import Remade, remake
from tests.tasks.compiled import compiled
from tests.tasks.world import ANSWERS, FIVE_BEFORE, ONE_AFTER, PLAN, UNITS, World, at_once, moment

END = "2025-12-01 08:00"


def editions(world: World) -> list[YearReport]:
    with world.sessions() as session:
        return list(session.scalars(select(YearReport).order_by(YearReport.edition)))


def test_every_unit_stands_on_its_line_the_silent_ones_too(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    begun.answer("xa-vinh-ha", "2025-04-22 09:00", {"DX01": "Có"})
    begun.answer("tt-ho-xa", "2025-05-20 09:00")
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    with begun.sessions() as session:
        results = gather(session, 2025, moment(END))
    assert [unit.code for unit in results.units] == [unit.code for unit in UNITS]
    outcomes = {fact.unit: results.outcome(fact) for fact in results.assignments}
    assert outcomes == {
        "xa-vinh-o": "on_time",
        "xa-vinh-ha": "partial",
        "tt-ho-xa": "late",
        "tt-ben-quan": "silent",
        "pnn-mt": "silent",
        "ptp": "silent",
    }
    rungs = {fact.unit: steps(fact.chases) for fact in results.assignments}
    assert rungs["xa-vinh-o"] == []
    assert "qua-1" in rungs["tt-ben-quan"]


def test_the_same_facts_are_the_same_edition_however_often_they_are_compiled(begun: World) -> None:
    compile_results.fn(begun.tools, 2025, moment(END))
    before = begun.rows()
    files = {path: path.read_bytes() for path in begun.tools.house.results_folder.rglob("*") if path.is_file()}
    compile_results.fn(begun.tools, 2025, moment("2025-12-08 08:00"))
    assert begun.rows() == before
    assert {path: path.read_bytes() for path in files} == files
    assert len(files) == 2
    for one in editions(begun)[0].files.values():
        assert (
            hashlib.sha256((begun.tools.house.results_folder / one["path"]).read_bytes()).hexdigest() == one["sha256"]
        )


def test_a_late_answer_makes_a_second_edition_and_the_first_stays_as_it_was(begun: World) -> None:
    first = compile_year(begun.tools, 2025, moment(END)).row
    kept = {name: path.read_bytes() for name, path in edition_files(begun.tools, first).items()}
    begun.answer("xa-vinh-o", "2025-12-02 09:00")
    second, is_new, *_ = compile_year(begun.tools, 2025, moment("2025-12-03 08:00"))
    assert (first.edition, second.edition, is_new) == (1, 2, True)
    assert {
        name: (begun.tools.house.results_folder / one["path"]).read_bytes() for name, one in first.files.items()
    } == kept
    assert {one["path"] for one in first.files.values()}.isdisjoint({one["path"] for one in second.files.values()})


def test_files_that_were_deleted_are_written_again_with_the_same_content(begun: World) -> None:
    row = compile_year(begun.tools, 2025, moment(END)).row
    hashes = {name: one["sha256"] for name, one in row.files.items()}
    for one in row.files.values():
        (begun.tools.house.results_folder / one["path"]).unlink()
    again = compile_year(begun.tools, 2025, moment("2025-12-08 08:00")).row
    assert again.edition == 1
    assert {name: one["sha256"] for name, one in again.files.items()} == hashes


def test_compiling_at_once_makes_one_edition(begun: World) -> None:
    at_once(begun.hands, lambda: compile_results.fn(begun.tools, 2025, moment(END)))
    assert [one.edition for one in editions(begun)] == [1]


def test_a_compilation_that_is_killed_is_completed_by_the_next_one_under_the_same_number(
    begun: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> dict[str, object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(year_end, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        compile_year(begun.tools, 2025, moment(END))
    monkeypatch.undo()
    row, is_new, *_ = compile_year(begun.tools, 2025, moment("2025-12-02 08:00"))
    assert (row.edition, is_new, len(editions(begun))) == (1, True, 1)
    assert all((begun.tools.house.results_folder / one["path"]).is_file() for one in row.files.values())


def test_sending_and_reminding_are_facts_but_looking_is_not(begun: World) -> None:
    def print_() -> str:
        with begun.sessions() as session:
            return fingerprint(gather(session, 2025, begun.clock.now), "")

    begun.clock.now = moment("2025-04-09 08:00")
    before = print_()
    begun.clock.now = moment("2025-05-01 08:00")
    assert print_() == before
    begun.climb(FIVE_BEFORE)
    assert print_() == before, "a reminder that has not left is no fact yet"
    begun.send(FIVE_BEFORE)
    assert print_() != before


def test_a_missed_round_and_a_finding_stand_in_the_year(begun: World) -> None:
    begun.raise_finding("xa-vinh-o", date(2025, 7, 18))
    begun.open("2025-12-01 08:00")
    with begun.sessions() as session:
        results = gather(session, 2025, moment(END))
    assert {one.code: one.missed for one in results.rounds} == {"kiem-tra": False, "bao-cao-nam": True}
    assert [one.unit for one in results.findings] == ["xa-vinh-o"]


def test_a_year_without_a_plan_or_without_a_round_is_refused_with_a_sentence(world: World) -> None:
    with pytest.raises(KiemtraError, match="2031"):
        compile_year(world.tools, 2031, moment(END))
    with pytest.raises(KiemtraError, match="chưa có đợt nào"):
        compile_year(world.tools, 2025, moment("2025-02-01 08:00"))


def test_an_edition_comes_back_as_it_was_though_its_facts_are_gone(begun: World) -> None:
    first = compile_year(begun.tools, 2025, moment(END)).row
    files = edition_files(begun.tools, first)
    kept = {kind: path.read_bytes() for kind, path in files.items()}
    begun.answer("xa-vinh-o", "2025-12-02 09:00")
    compile_year(begun.tools, 2025, moment("2025-12-03 08:00"))
    for path in files.values():
        path.unlink()
    with begun.sessions() as session:
        assert put_back(session, begun.tools, edition_of(session, 2025, 1)) == []
    assert {kind: path.read_bytes() for kind, path in files.items()} == kept


def test_a_file_that_somebody_worked_on_is_set_aside_and_never_lost(begun: World) -> None:
    row = compile_year(begun.tools, 2025, moment(END)).row
    path = edition_files(begun.tools, row)["report"]
    made = path.read_bytes()
    path.write_bytes(b"sua tay")
    (said,) = compile_year(begun.tools, 2025, moment(END)).said
    assert "đã bị sửa sau khi lập" in said
    assert path.read_bytes() == made
    assert [one.read_bytes() for one in path.parent.glob("*da-sua*")] == [b"sua tay"]


def test_two_editions_are_compared_figure_by_figure_with_the_answers_behind(begun: World) -> None:
    first = compile_year(begun.tools, 2025, moment(END)).row
    begun.answer("xa-vinh-o", "2025-12-02 09:00", {**ANSWERS, "DX02": 7})
    second = compile_year(begun.tools, 2025, moment("2025-12-03 08:00")).row
    with begun.sessions() as session:
        old, new = (ledgers_of(session.get_one(YearReport, one.id)) for one in (first, second))
    figures = {one.words: (one.before, one.after) for one in moved(old[0], new[0])}
    assert figures["Đợt kiem-tra: Muộn"] == ("0", "1")
    assert figures["Đợt kiem-tra: Không trả lời"] == ("6", "5")
    assert figures["Xã Vĩnh Ô, đợt kiem-tra: kết quả"] == ("Không trả lời", "Muộn")
    assert figures["Đợt kiem-tra, dot-xuat, DX02: tổng"] == ("–", "7")
    answers = {one.words: (one.before, one.after) for one in moved(old[1], new[1])}
    assert answers["Xã Vĩnh Ô, đợt kiem-tra, mục DX02"] == ("–", "7")
    assert len(answers) == 4


def test_a_second_edition_says_so_and_what_is_new(begun: World) -> None:
    first = compiled(begun, END)
    assert "Đây là bản" not in first.prose + first.texts("Tổng hợp") + "\n".join(first.report.lines)
    begun.answer("xa-vinh-o", "2025-12-02 09:00", {**ANSWERS, "DX02": 7})
    second = compiled(begun, "2025-12-03 08:00")
    for said in (second.prose, second.texts("Tổng hợp"), "\n".join(second.report.lines)):
        assert "Đây là bản 2, thay bản 1 (số liệu đến 08:00 ngày 01/12/2025)." in said
        assert "Đợt kiem-tra: Muộn: 0 → 1" in said
        assert "Câu trả lời đổi: 4, của Xã Vĩnh Ô." in said
        assert "kiemtra year diff 1 2 --year 2025" in said


def test_an_edition_of_other_words_says_which_words(begun: World) -> None:
    compiled(begun, END)
    begun.take_in_plan(PLAN.replace("Thái Văn Thành", "Lê Văn B"), "2025-12-02 08:00")
    assert "Nội dung đổi: người ký." in compiled(begun, "2025-12-03 08:00").prose


def test_a_reworded_template_and_another_legal_basis_are_new_editions_and_say_so(begun: World, tmp_path: Path) -> None:
    compiled(begun, END)
    (tmp_path / "documents").mkdir()
    shipped = (TEMPLATES / "documents" / "bao-cao-nam.txt").read_text(encoding="utf-8")
    own = tmp_path / "documents" / "bao-cao-nam.txt"
    own.write_text(shipped.replace("# V. PHƯƠNG HƯỚNG", "# V. NHIỆM VỤ"), encoding="utf-8")
    reworded = replace(begun.tools, documents=OfficeDocuments(own=tmp_path))
    second = compile_year(reworded, 2025, moment(END))
    assert (second.row.edition, second.is_new) == (2, True)
    assert "Nội dung đổi: câu chữ của mẫu văn bản." in "\n".join(second.results.since)
    more = '[[basis]]\ndocument = "Nghị định số 59/2023/NĐ-CP"\n\n[[officer]]'
    begun.take_in_plan(PLAN.replace("[[officer]]", more, 1), "2025-12-02 08:00")
    third = compile_year(reworded, 2025, moment("2025-12-03 08:00"))
    assert (third.row.edition, "Nội dung đổi: căn cứ." in "\n".join(third.results.since)) == (3, True)


def test_an_edition_is_made_again_byte_for_byte_though_its_facts_and_words_have_changed(
    begun: World, tmp_path: Path
) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00", {**ANSWERS, "DX02": 3})
    begun.raise_finding("xa-vinh-o", date(2025, 7, 18))
    compile_year(begun.tools, 2025, moment(END))
    begun.answer("xa-vinh-o", "2025-12-02 09:00", {**ANSWERS, "DX02": 7})
    compile_year(begun.tools, 2025, moment("2025-12-03 08:00"))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "bao-cao-nam.txt").write_text("!tên-loại BÁO CÁO KHÁC", encoding="utf-8")
    reworded = replace(begun.tools, documents=OfficeDocuments(own=tmp_path))
    for number in (1, 2):
        done = _remade(reworded, number)
        assert [path.suffix for path in done.same] == [".xlsx", ".docx"]
        assert (done.other, done.moved, done.made_by) == ([], [], done.again_by)
        assert any("cùng phiên bản" in line for line in done.sentences)


def test_a_newer_program_makes_an_edition_of_the_same_figures_and_says_that_it_is_another(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    first = compile_year(begun.tools, 2025, moment(END)).row
    kept = {kind: path.read_bytes() for kind, path in edition_files(begun.tools, first).items()}
    done = _remade(replace(begun.tools, documents=Newer()), 1)
    assert (done.moved, [path.suffix for path in done.other]) == ([], [".docx"])
    assert done.other[0].read_bytes() != kept["report"]
    assert {kind: path.read_bytes() for kind, path in edition_files(begun.tools, first).items()} == kept
    said = "\n".join(done.sentences)
    assert "phiên bản 9.0 (0123abcd); bản này do phiên bản" in said
    assert "Số liệu như khi lập" in said


class Newer(OfficeDocuments):
    """A later program, whose report looks otherwise."""

    program = "9.0 (0123abcd)"

    def worded(self, texts: Mapping[str, str]) -> "Newer":
        return Newer(texts=texts)

    def year_report(self, results: YearResults) -> bytes:
        return super().year_report(replace(results, place="Nơi khác"))


def _remade(tools: Toolbox, number: int) -> Remade:
    with tools.sessions() as session:
        return remake(tools, edition_of(session, 2025, number))
