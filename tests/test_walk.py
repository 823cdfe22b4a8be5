"""A year in one test: the plan of 2025 played without any Prefect server, held line by line to the units' script."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select

from flows.demo.year import World, new_world, play
from infra.sandbox.clerks import Typed
from infra.sandbox.script import EXPECTED_OUTCOME, FINDINGS, ROUNDS, VISITS, Habit, answer_moment, habit_of
from infra.settings import load_settings
from infra.toolbox import open_toolbox
from tasks.approval import settle_unread
from tasks.collection.filing import file_all
from tasks.collection.storing import clear_mailbox, store_mail
from tasks.domain.calendar import at, house_day
from tasks.domain.checklist import NOT_APPLICABLE, AnswerType, value_text
from tasks.domain.finding import FindingState
from tasks.domain.letterbox import BUNDLED, LetterKind, LetterState
from tasks.domain.results.facts import OUTCOMES, YearResults, steps
from tasks.domain.results.tallies import tally
from tasks.domain.vietnamese import fold
from tasks.escalation import climb_overdue
from tasks.mailing.sending import send_ready
from tasks.records import Letter, YearReport
from tasks.report import Report
from tasks.scheduling import fill_rosters, lock_past_cycles, open_due_rounds
from tasks.toolbox import Toolbox
from tasks.watch import watch_house
from tasks.year_end.editions import compile_results, edition_files
from tasks.year_end.gathering import gather

Verb = Callable[[Toolbox, datetime], Report]


def _open(tools: Toolbox, as_of: datetime) -> Report:
    report = open_due_rounds.fn(tools, as_of)
    report += fill_rosters.fn(tools, as_of)
    report += lock_past_cycles.fn(tools, as_of)
    return report


def _collect(tools: Toolbox, as_of: datetime) -> Report:
    report = store_mail(tools)
    report += file_all(tools)
    report += clear_mailbox(tools)
    return report


def _escalate(tools: Toolbox, as_of: datetime) -> Report:
    report = settle_unread.fn(tools, as_of)
    report += climb_overdue.fn(tools, as_of)
    return report


VERBS: dict[str, Verb] = {
    "open-cycles": _open,
    "send-letters": lambda tools, as_of: asyncio.run(send_ready(tools, as_of)),
    "collect-replies": _collect,
    "escalate-overdue": _escalate,
    "compile-year": lambda tools, as_of: compile_results.fn(tools, 2025, as_of),
    "watch": watch_house.fn,
}


class Played:
    """The world after its year, and what every verb reported on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.failures: list[str] = []

    def run(self, name: str, as_of: datetime) -> str:
        with open_toolbox(load_settings(self.folder / "kiemtra.toml", {}), as_of=as_of) as tools:
            report = VERBS[name](tools, as_of)
        self.failures += [f"{name} {as_of}: {failure.item}: {failure.why}" for failure in report.failures]
        return report.words


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Played]]:
    folder = tmp_path_factory.mktemp("nam-2025")
    record = Played(folder)
    with new_world(folder, record.run) as world:
        play(world, lambda day: None)
        yield world, record


@pytest.fixture(scope="module")
def results(played: tuple[World, Played]) -> YearResults:
    world, _ = played
    with world.tools.sessions() as session:
        return gather(session, 2025, world.now)


def test_nothing_failed_on_the_way(played: tuple[World, Played]) -> None:
    _, record = played
    assert record.failures == []


def test_every_round_of_the_plan_was_opened_on_its_day(results: YearResults) -> None:
    assert {one.code: one.opened_on for one in results.rounds} == {code: one.opens_on for code, one in ROUNDS.items()}


def test_every_unit_s_line_is_what_its_script_says(results: YearResults) -> None:
    wrong = [
        f"{part.unit} {part.round}: {results.outcome(part)}, kịch bản: {expected}"
        for part in results.assignments
        if results.outcome(part) != (expected := EXPECTED_OUTCOME[habit_of(part.unit, part.round)])
    ]
    assert wrong == []


def test_an_answer_is_dated_by_the_moment_at_which_it_was_sent(
    played: tuple[World, Played], results: YearResults
) -> None:
    calendar = played[0].tools.definitions.calendar("cong-chuc")
    at_once = {Habit.EARLY, Habit.ON_TIME, Habit.LAST_DAY, Habit.LATE, Habit.FORWARDED, Habit.OUT_OF_OFFICE}
    for part in results.assignments:
        if habit_of(part.unit, part.round) in at_once:
            asked_at = at(ROUNDS[part.round].opens_on, time(7, 35))
            expected = answer_moment(part.unit, part.round, asked_at, calendar)
            assert expected is not None
            assert part.answered_at == expected.astimezone(UTC), (part.unit, part.round)


def test_every_value_that_a_clerk_typed_stands_in_the_results(
    played: tuple[World, Played], results: YearResults
) -> None:
    last: dict[tuple[str, str], Typed] = {}
    for typed in sorted(played[0].clerks.typed, key=lambda one: one.sent_at):
        last[typed.unit, typed.round] = typed
    compared = 0
    for part in results.assignments:
        typed = last.get((part.unit, part.round))
        for code, value in part.values.items():
            assert typed is not None, f"{part.unit} never wrote, yet has values"
            if code in typed.values:
                assert _means(part.checklist.item(code), value.value) == _normal(typed.values[code]), (part.unit, code)
                compared += 1
    assert compared > 3_000


def _means(item: object, value: str | int | float) -> str:
    return _normal(value_text(item, value))  # type: ignore[arg-type]


def _normal(text: str) -> str:
    return fold(text).removesuffix("%").lstrip("0") or "0"


def test_the_totals_equation_holds_for_every_round(results: YearResults) -> None:
    for round_ in results.rounds:
        counted = tally(results.of_round(round_.code), results.as_of)
        assert counted.asked == sum(getattr(counted, outcome) for outcome in OUTCOMES)
        assert counted.asked > 0


def test_every_unit_asked_has_exactly_one_request_or_a_reason(played: tuple[World, Played]) -> None:
    world, _ = played
    with world.tools.sessions() as session:
        requests = session.scalars(select(Letter).where(Letter.kind == LetterKind.REQUEST)).all()
        by_assignment = Counter(letter.assignment_id for letter in requests)
        assert set(by_assignment.values()) == {1}
        for letter in requests:
            assert letter.state in {LetterState.SENT, LetterState.FAILED} or letter.reason is not None


def test_nobody_got_two_chasing_letters_on_one_day_unless_it_was_urgent(played: tuple[World, Played]) -> None:
    world, _ = played
    with world.tools.sessions() as session:
        sent = session.scalars(
            select(Letter).where(
                Letter.kind.in_(BUNDLED), Letter.sent_at.is_not(None), Letter.bundled_into_id.is_(None)
            )
        ).all()
        ordinary = [one for one in sent if not one.rung.startswith("khan")]
        per_day = Counter((one.recipient, house_day(one.sent_at)) for one in ordinary if one.sent_at)
    assert [key for key, count in per_day.items() if count > 1] == []


def test_no_chasing_letter_left_outside_working_hours_unless_it_was_urgent(played: tuple[World, Played]) -> None:
    from tasks.domain.calendar import ZONE

    world, _ = played
    calendar = world.tools.definitions.calendar("cong-chuc")
    with world.tools.sessions() as session:
        sent = session.scalars(select(Letter).where(Letter.kind.in_(BUNDLED), Letter.sent_at.is_not(None))).all()
    for letter in sent:
        assert letter.sent_at is not None
        local = letter.sent_at.astimezone(ZONE)
        if not letter.rung.startswith("khan"):
            assert calendar.is_working(local.date()), (letter.key, local)
            assert time(7, 30) <= local.time() < time(17), (letter.key, local)


def test_a_unit_whose_mail_bounces_is_never_reported_to_its_superiors(
    played: tuple[World, Played], results: YearResults
) -> None:
    climbed = {one.rung for part in results.assignments if part.unit == "htx-tieu" for one in part.chases}
    assert climbed <= {"nhac-truoc-5", "nhac-truoc-1"}


def test_a_silent_unit_climbs_the_whole_ladder(results: YearResults) -> None:
    part = results.part("tt-mt-ctdt", "bao-cao-nam")
    assert part is not None
    assert steps(part.chases) == ["nhac-truoc-5", "nhac-truoc-1", "qua-han-1", "qua-han-3", "qua-han-7"]


def test_the_findings_ended_as_the_office_s_people_left_them(results: YearResults) -> None:
    expected = {one.unit: FindingState.CLOSED if one.closed_at else FindingState.OPEN for one in FINDINGS}
    assert {one.unit: one.state for one in results.findings} == expected
    late = next(one for one in results.findings if one.unit == "xa-vinh-ha")
    assert "qua-han-3" in steps(late.chases)


def test_the_team_came_to_the_units_on_the_days_of_the_script(results: YearResults) -> None:
    assert [(one.round, one.unit, one.day) for one in results.visits] == [
        (one.round, one.unit, one.day) for one in VISITS
    ]
    assert {results.visit_standing(one) for one in results.visits} == {"done"}


def test_no_table_is_empty_and_yellow_is_only_what_a_person_alone_can_write(played: tuple[World, Played]) -> None:
    world, _ = played
    with world.tools.sessions() as session:
        files = edition_files(world.tools, session.scalars(select(YearReport)).one())
    book = load_workbook(files["workbook"], read_only=True)
    assert [sheet.title for sheet in book if sum(any(row) for row in sheet.values) < 5] == []
    report = Document(str(files["report"]))
    assert [table.rows[0].cells[0].text for table in report.tables if len(table.columns) > 2 > len(table.rows)] == []
    gaps = ["".join(run.text for run in one.runs if run.font.highlight_color) for one in report.paragraphs]
    assert [gap.split(" ")[:4] for gap in filter(None, gaps)] == [
        ["[Người", "soạn", "lưu", "ý,"],  # the office has ended in July, and the played year goes on
        ["[Nêu", "các", "văn", "bản"],
        ["[Nêu", "nhiệm", "vụ", "trọng"],
    ]


def test_the_year_end_workbook_has_every_unit_and_its_figures(
    played: tuple[World, Played], results: YearResults
) -> None:
    world, _ = played
    with world.tools.sessions() as session:
        report = session.scalars(select(YearReport)).one()
    files = edition_files(world.tools, report)
    book = load_workbook(files["workbook"], read_only=True)
    texts = [str(cell) for row in book["Theo đơn vị"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert [unit.name for unit in results.units if unit.name not in texts] == []
    numbers = list(book["Tổng hợp"].iter_rows(values_only=True))
    counted = tally(results.of_round("bao-cao-nam"), results.as_of)
    line = next(row for row in numbers if row and any("Báo cáo kết quả" in str(cell) for cell in row))
    assert counted.asked in line
    assert counted.on_time in line
    assert files["report"].stat().st_size > 10_000


def test_compiling_again_makes_no_second_edition(played: tuple[World, Played]) -> None:
    world, record = played
    words = record.run("compile-year", world.now)
    assert "số liệu không đổi" in words
    with world.tools.sessions() as session:
        assert [one.edition for one in session.scalars(select(YearReport))] == [1]


def test_every_verb_once_more_changes_no_row_and_sends_no_letter(played: tuple[World, Played]) -> None:
    world, record = played
    before = _everything(world)
    for verb in ("open-cycles", "escalate-overdue", "send-letters", "collect-replies", "compile-year"):
        record.run(verb, world.now)
        record.run(verb, world.now)
    assert _everything(world) == before


def _everything(world: World) -> dict[str, list[list[str]]]:
    """All rows as text, less the raw bytes, and less the bookmark that says how far the journal has been read."""
    from tasks.records import Base, JournalMark

    with world.tools.sessions() as session:
        return {
            table.name: [
                [str(value) for name, value in zip(table.columns.keys(), row, strict=True) if name != "raw"]
                for row in session.execute(table.select().order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
            if table is not JournalMark.__table__
        }


def test_not_applicable_is_an_answer_where_the_item_has_a_condition(results: YearResults) -> None:
    said = [
        value
        for part in results.assignments
        for value in part.values.values()
        if value.value == NOT_APPLICABLE and part.checklist.item(value.item).type is AnswerType.CO_KHONG
    ]
    assert said
