"""`kiemtra ladder …`: the rungs of what runs, and the way to a new policy on purpose."""

import argparse
import sys
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from infra.toolbox import clock, open_toolbox
from tasks.domain.calendar import ZONE, Calendar
from tasks.domain.errors import CalendarUnknown
from tasks.domain.ladder import ROLE_NAMES, Ladder, Rung
from tasks.domain.vietnamese import deadline_text, moment_text
from tasks.escalation import Obligation
from tasks.planning import current_plan
from tasks.policy import PolicyChange, apply_policy, policy_change
from tasks.records import Assignment, Cycle
from tasks.scheduling import HOURS, cycle_ladder
from tasks.toolbox import Toolbox

SHOWN = 12


def show(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        running = select(Cycle).where(Cycle.locked_at.is_(None)).order_by(Cycle.opened_on, Cycle.id)
        cycles = [one for one in session.scalars(running) if args.round in (None, one.round.code)]
        for cycle in cycles:
            _show_cycle(session, cycle, tools)
    if not cycles:
        print("Không có đợt nào đang chạy." if args.round is None else f"Đợt “{args.round}” không chạy.")


def _show_cycle(session: Session, cycle: Cycle, tools: Toolbox) -> None:
    ladder, calendar = cycle_ladder(cycle), tools.definitions.calendar(cycle.terms["calendar"])
    print(f"{cycle.round.code} — {cycle.round.title}, hạn {deadline_text(cycle.due_at.astimezone(ZONE))}")
    print(f"  thang “{ladder.name}”: {_policy(ladder)}")
    for rung in ladder.rungs:
        print(f"  {_when(rung, cycle.due_at, calendar)}  {_rung(rung)}")
    if _differs(session, cycle, ladder):
        print(f"  Kế hoạch đã có thang khác; muốn dùng cho đợt này: kiemtra ladder apply {cycle.round.code}")


def _policy(ladder: Ladder) -> str:
    policy = ladder.policy
    days = policy.extension_days
    extension = f"tự cho gia hạn đến {days} ngày làm việc" if days else "gia hạn chờ người quyết định"
    return f"{extension}; hẹn ngày thì thôi nhắc, nhiều nhất {policy.promise_days} ngày làm việc"


def _when(rung: Rung, due_at: datetime, calendar: Calendar) -> str:
    try:
        return moment_text(rung.moment(due_at, calendar, HOURS).astimezone(ZONE))
    except CalendarUnknown:
        return "chưa có lịch        "


def _rung(rung: Rung) -> str:
    to = ", ".join(ROLE_NAMES[role] for role in rung.audience)
    unit = "ngày làm việc" if rung.days is not None else "giờ"
    return f"{rung.name} ({rung.offset:+d} {unit}): {rung.title} → {to}{' (chờ phê duyệt)' if rung.approval else ''}"


def _differs(session: Session, cycle: Cycle, ladder: Ladder) -> bool:
    plan = current_plan(session, cycle.terms["year"])
    planned = plan.round(cycle.round.code)
    return planned is not None and plan.ladders.get(planned.ladder) != ladder


def apply(args: argparse.Namespace) -> int:
    as_of = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            change = policy_change(session, args.round, tools)
            _preview(change, as_of)
        if not args.yes and not _agreed():
            print("Chưa đổi gì.")
            return 1
        with tools.sessions.begin() as session:
            done = apply_policy(session, args.round, tools)
    print(f"Đã chuyển {len(done.moved)} phiếu, kiến nghị sang thang “{done.new.name}”.")
    return 0


def _preview(change: PolicyChange, as_of: datetime) -> None:
    print(f"{change.round}: {len(change.moved)} mục đang chạy; bậc đã gửi giữ nguyên là đã gửi.")
    for sign, ladder, other in (("-", change.old, change.new), ("+", change.new, change.old)):
        for rung in ladder.rungs:
            if rung not in other.rungs:
                print(f"  {sign} {_rung(rung)}")
    if change.old.policy != change.new.policy:
        print(f"  chính sách mới: {_policy(change.new)}")
    shifted = [one for one in change.moved if one.before != one.after]
    for one in shifted[:SHOWN]:
        print(f"  {_name(one.obligation)}: bậc kế tiếp {_moment(one.before)} → {_moment(one.after)}")
    if len(shifted) > SHOWN:
        print(f"  … và {len(shifted) - SHOWN} mục nữa")
    print(f"  thư đang chờ bị thu lại: {sum(one.taken_back for one in change.moved)}")
    print(f"  mục sẽ có thư ngay ở lượt nhắc kế tiếp: {change.due_now(as_of)}")


def _name(one: Obligation) -> str:
    return one.unit.name if isinstance(one, Assignment) else f"{one.unit.name} ({one.number})"


def _moment(moment: datetime | None) -> str:
    return moment_text(moment.astimezone(ZONE)) if moment else "không còn bậc nào"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("Thêm --yes để đổi khi không có người trả lời.")
        return False
    return input("Đổi không? [c/K] ").strip().lower() in {"c", "có", "co", "y"}
