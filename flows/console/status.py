"""`kiemtra status`: who owes what today, and what waits for a person."""

import argparse
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table as Grid
from sqlalchemy import select

from flows.console.clocks import clock_lines
from infra.settings import load_settings
from infra.toolbox import clock, open_toolbox
from tasks.domain.assignment import LIGHT_SIGNS
from tasks.domain.calendar import ZONE
from tasks.domain.extension import deadline_text
from tasks.domain.vietnamese import moment_text
from tasks.mailing.reading_back import looked_back
from tasks.overview import StatusLine, Tasks, office_tasks, status_lines, totals
from tasks.records import Round


def status(args: argparse.Namespace) -> int:
    as_of = args.as_of or clock()
    console = Console(highlight=False)
    with open_toolbox(as_of=as_of) as tools, looked_back(tools) as session:
        if args.cycle and not session.scalar(select(Round.id).where(Round.code == args.cycle)):
            codes = ", ".join(session.scalars(select(Round.code).order_by(Round.opens_on)))
            console.print(f"Không có đợt “{args.cycle}”; các đợt: {codes or '(chưa có)'}")
            return 1
        lines = status_lines(session, as_of, args.cycle)
        tasks = office_tasks(session, as_of)
    console.print(f"Lúc {moment_text(as_of.astimezone(ZONE))}")
    _say_tasks(console, tasks)
    rounds = [(code, list(some)) for code, some in groupby(lines, key=lambda line: line.round)]
    for code, some in rounds:
        console.print(f"Đợt {code}, {totals(some)}", markup=False)
    if not rounds:
        console.print("Không có đợt nào đang chạy." if not args.cycle else f"Đợt “{args.cycle}” chưa mở.")
    for code, some in rounds:
        if shown := [line for line in some if line.owes or args.all]:
            console.print(_grid(code if args.all else f"{code}: còn nợ", shown))
    if args.as_of is None:
        for line in clock_lines(load_settings()):
            console.print(line, markup=False)
    return 0


def _grid(title: str, lines: Sequence[StatusLine]) -> Grid:
    grid = Grid(title=title, title_justify="left", padding=(0, 0), pad_edge=False)
    for heading in ("", "Đơn vị", "Tình trạng", "Hạn", "Thư cuối", "Đầu mối"):
        grid.add_column(heading)
    for line in lines:
        last = f"{line.last_letter_at.astimezone(ZONE):%d/%m}" if line.last_letter_at else "–"
        due = deadline_text(line.due_at)
        light = LIGHT_SIGNS[line.standing.light]
        grid.add_row(light, line.unit, line.standing.words, due, last, line.contact)
    return grid


def _say_tasks(console: Console, tasks: Tasks) -> None:
    for count, words in (
        (tasks.approvals, "thư báo cấp trên chờ phê duyệt (kiemtra approvals)"),
        (tasks.missed, "thư bị lỡ khi hệ thống ngừng, chờ đồng ý gửi bù (kiemtra catch-up)"),
        (tasks.extensions, "đề nghị gia hạn chờ quyết định (kiemtra extensions list)"),
        (tasks.desk, "thư đến cần người xem (kiemtra desk)"),
        (tasks.failed_letters, "thư không gửi được (kiemtra mail status)"),
        (tasks.uncertain_letters, "thư chưa rõ đã đến hay chưa (kiemtra mail status)"),
    ):
        if count:
            console.print(f"Cần làm: {count} {words}")
    if tasks.stopped:
        console.print(f"ĐANG DỪNG GỬI THƯ ({tasks.stopped}). Mở lại: kiemtra mail start", markup=False)
    if tasks.server:
        console.print(f"Cần làm: máy chủ thư đi không nhận thư của cơ quan {tasks.server}", markup=False)
    if tasks.is_older:
        console.print("Cần làm: kiemtra restore --status, rồi kiemtra mail start", soft_wrap=True)
        console.print("  (tệp cũ do chép tay thì trước đó: kiemtra restore --read-back)", soft_wrap=True)
    for domain in tasks.paused:
        console.print(f"Cần làm: máy chủ {domain} đang từ chối thư của ta (kiemtra mail status)")
    for unit in tasks.unreachable:
        console.print(f"Cần làm: tìm địa chỉ thư mới của {unit}, sửa danh sách rồi kiemtra units import")
    for unit in tasks.ended:
        console.print(f"Cần làm: đơn vị đã thôi hoạt động, {unit} --why …", markup=False)
    if tasks.authority:
        console.print(f"Cần làm: nhập kế hoạch của cơ quan tiếp nhận; {tasks.authority}", markup=False)
    for contact in tasks.moved_away:
        console.print(f"Cần làm: hỏi lại {contact}: thư tự động báo người này đã chuyển công tác", markup=False)
    for visit in tasks.visits:
        console.print(f"Sắp kiểm tra: {visit}", markup=False)
    for finding in tasks.findings:
        console.print(f"Kiến nghị: {finding}")
