"""One screen at the end of the played year: what was asked, what came, who was told, and where everything lies."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.demo.year import World
from tasks.domain.finding import FINDING_NAMES, FindingState
from tasks.domain.letterbox import VERDICT_NAMES, LetterState
from tasks.domain.results.facts import YearResults
from tasks.domain.results.tallies import Climb, Tally, reminders_and_chases, tally
from tasks.domain.vietnamese import number_text, percent_text
from tasks.records import Incoming, Letter, YearReport
from tasks.year_end.editions import edition_files
from tasks.year_end.gathering import gather

COLUMNS = ("Đợt", "Hỏi", "Đáp", "Đúng hạn", "Muộn", "Thiếu", "Không trả lời", "Không gửi được", "Tỷ lệ")


def show(world: World, console: Console, seconds: float) -> None:
    with world.tools.sessions() as session:
        results = gather(session, 2025, world.now)
        console.print(_rounds(results))
        console.print(_escalations(results))
        console.print(_mail(session))
        console.print(_findings(results))
        report = session.scalars(select(YearReport).order_by(YearReport.edition.desc())).first()
    _places(console, world, report)
    console.print(
        f"{world.runs} lượt chạy Prefect trong {number_text(seconds, 0)} giây; giờ là giờ ảo, thư không rời máy này."
    )


def _rounds(results: YearResults) -> Table:
    table = Table(title="Năm 2025 của huyện Vĩnh Linh", title_justify="left", padding=(0, 0), pad_edge=False)
    for number, heading in enumerate(COLUMNS):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for round_ in results.rounds:
        table.add_row(round_.code, *_cells(tally(results.of_round(round_.code), results.as_of)))
    table.add_section()
    table.add_row("cả năm", *_cells(tally(results.assignments, results.as_of)))
    return table


def _cells(one: Tally) -> list[str]:
    counts = (one.asked, one.answered, one.on_time, one.late, one.partial, one.silent, one.unreachable)
    return [*map(str, counts), percent_text(one.answered, one.owing)]


def _escalations(results: YearResults) -> str:
    before, after = reminders_and_chases(results)
    mails = {code: Climb.of(results.obligations, [code]).mails for code in (*before, *after)}
    words = [f"  {count:>3}  {results.rung_title(code)}" for code, count in mails.items()]
    head = "Thư nhắc và báo cấp trên đã gửi, theo bước (một thư gộp nhiều bước tính ở mỗi bước):\n"
    return head + ("\n".join(words) or "  không có")


def _mail(session: Session) -> str:
    sent = select(func.count()).where(Letter.state == LetterState.SENT, Letter.bundled_into_id.is_(None))
    verdicts = Counter(verdict for verdict in session.scalars(select(Incoming.verdict)) if verdict)
    came = ", ".join(f"{VERDICT_NAMES[verdict]} {count}" for verdict, count in verdicts.most_common())
    return f"Thư đi: {session.scalar(sent)}. Thư về: {sum(verdicts.values())} ({came})."


def _findings(results: YearResults) -> str:
    states = Counter(finding.state for finding in results.findings)
    words = ", ".join(f"{states[state]} {FINDING_NAMES[state]}" for state in FindingState if states[state])
    return f"Kiến nghị sau kiểm tra: {len(results.findings)} ({words or 'không có'})."


def _places(console: Console, world: World, report: YearReport | None) -> None:
    files = list(edition_files(world.tools, report).values()) if report else []
    for words, path in (
        ("Bảng tổng hợp (Excel)", next((one for one in files if one.suffix == ".xlsx"), None)),
        ("Dự thảo báo cáo (Word)", next((one for one in files if one.suffix == ".docx"), None)),
        ("Các hộp thư", world.office.folder),
        ("Cơ sở dữ liệu", world.settings.folder / "kiemtra.db"),
    ):
        console.print(f"  {words + ':':<24} {path}", soft_wrap=True)
