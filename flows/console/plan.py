"""`kiemtra plan …`: the year's plan in, and its rounds in words."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from flows.console.agreeing import agreed
from flows.console.scribe import scribe
from infra.definitions import FileDefinitions
from infra.law_sources import LawSources
from infra.settings import TEMPLATES, load_settings
from infra.text_file import NotText, read_text
from infra.toolbox import clock, open_toolbox
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import Calendar, house_day
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.office import kinds_gone
from tasks.domain.plan import ROUND_KIND_NAMES, Round, due_words, off_words, period_words
from tasks.domain.plan_copy import left_over
from tasks.domain.vietnamese import day_text, day_words
from tasks.planning import PlanChange, current_plan, plan_warnings, read_plan, store_plan
from tasks.policy import behind_the_plan
from tasks.records import Plan, Unit
from tasks.records import Round as RoundRow
from tasks.scheduling import HOURS


def plan_source(path: Path) -> str:
    try:
        return read_text(path)
    except NotText as error:
        raise DefinitionError([Problem(path.name, str(error))]) from error


def import_plan(args: argparse.Namespace) -> int:
    path = Path(args.file)
    if not path.is_file():
        raise KiemtraError(f"Không thấy tệp {path}.")
    source, definitions = plan_source(path), FileDefinitions(TEMPLATES, load_settings().folder)
    with open_toolbox() as tools, tools.sessions.begin() as session:
        if not session.scalar(select(func.count()).select_from(Unit)):
            print("Lưu ý: chưa có danh sách đơn vị, mã đơn vị trong kế hoạch chưa được đối chiếu.")
        plan = read_plan(session, source, path.name, definitions.checklists, definitions.calendars)
        if doubts := left_over(plan, house_day(clock())):
            print("Kế hoạch có vẻ còn điều của năm trước; hãy sửa tệp, hoặc nhận như đang ghi:")
            print("\n".join(f"  - {doubt}" for doubt in doubts))
            if not agreed("Vẫn nhận kế hoạch này?", yes=args.yes):
                return 1
        warnings = plan_warnings(session, plan, definitions.calendars, HOURS)
        before = session.get(Plan, plan.year)
        was = before.title if before else ""
        change = store_plan(session, source, plan, clock())
        done = [f"{words}: {', '.join(codes)}" for words, codes in _parts(change) if codes]
        new = f"{plan.title} ({'; '.join([path.name, *done])})"
        scribe(args).note(session, AuditAct.PLAN_TAKEN_IN, what=f"năm {plan.year}", old=was, new=new)
        behind = behind_the_plan(session, plan)
    for warning in (*warnings, *kinds_gone(plan, LawSources(TEMPLATES).offices)):
        print(f"Lưu ý, {warning}.")
    print(f"Đã nhận kế hoạch năm {change.year}: {plan.title}.")
    print("\n".join(f"  {one}" for one in done))
    if behind:
        print("Đang chạy theo các bước đôn đốc hoặc người nhận cũ cho đến khi đổi; xem trước rồi đổi bằng:")
        for code in behind:
            print(f"  kiemtra ladder apply {code}")
    return 0


def _parts(change: PlanChange) -> list[tuple[str, Sequence[str]]]:
    return [
        ("thêm đợt", change.added),
        ("sửa đợt", change.changed),
        ("bỏ đợt", change.removed),
        ("giữ nguyên (không đổi hoặc đã mở)", change.kept),
    ]


def show_plan(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        year = args.year or session.scalar(select(func.max(Plan.year)))
        if year is None:
            raise KiemtraError("Chưa nhận kế hoạch nào. Hãy chạy: kiemtra plan import <tệp .toml>")
        plan = current_plan(session, year)
        calendar = tools.definitions.calendar(plan.calendar)
        stored = {row.code: row for row in session.scalars(select(RoundRow).where(RoundRow.year == year))}
        print(f"{plan.title}\n{plan.authority.name} · {plan.authority.office}")
        if plan.year in calendar.provisional:
            print(f"Lưu ý: ngày nghỉ năm {plan.year} mới là tạm tính theo quy tắc, chưa theo thông báo chính thức.")
        for round_ in plan.rounds:
            _show_round(round_, calendar, stored.get(round_.code))


def _show_round(round_: Round, calendar: Calendar, row: RoundRow | None) -> None:
    print(f"\n{round_.code} — {round_.title}")
    print(f"  loại:        {ROUND_KIND_NAMES[round_.kind]}")
    print(f"  mở:          {day_words(round_.opens_on)}{_off(calendar, round_)}")
    print(f"  thời kỳ:     {period_words(round_)}")
    if round_.cut_off_on:
        print(f"  chốt số liệu: {day_words(round_.cut_off_on)}")
    if round_.estimate_to:
        print(f"  ước cả năm:  đến hết {day_text(round_.estimate_to)}")
    print(f"  hạn gửi:     {due_words(round_.due, round_.due.last_day(calendar))}")
    if words := off_words(round_.due, calendar):
        print(f"  cách tính:   {words}")
    if round_.lock_on:
        print(f"  khóa sổ:     {day_words(round_.lock_on)}")
    print(f"  đôn đốc:     {round_.ladder}")
    if row and row.opened_at:
        print("  đã mở")
    elif row and row.missed_at:
        print(f"  BỊ LỠ: {row.missed_why}")


def _off(calendar: Calendar, round_: Round) -> str:
    why = calendar.why_off(round_.opens_on)
    return f" ({why}: thư sẽ đi vào ngày làm việc kế tiếp)" if why else ""
