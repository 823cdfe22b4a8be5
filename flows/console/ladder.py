"""`kiemtra ladder …`: the rungs of what runs, and the way to a new policy on purpose."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.console.scribe import scribe
from infra.toolbox import clock, open_toolbox
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import ZONE, Calendar
from tasks.domain.checklist import UNIT_KIND_NAMES, UnitKind
from tasks.domain.errors import CalendarUnknown
from tasks.domain.extension import deadline_text
from tasks.domain.finding import FINDINGS, FindingState
from tasks.domain.ladder import ROLE_NAMES, Ladder, Role, Rung
from tasks.domain.plan import calendar_name
from tasks.domain.vietnamese import moment_text
from tasks.escalation import Obligation, ladder_of
from tasks.planning import current_plan
from tasks.policy import PolicyChange, PolicyTerms, apply_policy, behind_the_plan, policy_change
from tasks.records import Assignment, Cycle, Finding, Round, Unit
from tasks.scheduling import HOURS, cycle_ladder
from tasks.toolbox import Toolbox

SHOWN = 12


def show(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        running = select(Cycle).where(Cycle.locked_at.is_(None)).order_by(Cycle.opened_on, Cycle.id)
        cycles = [one for one in session.scalars(running) if args.round in (None, one.round.code)]
        findings = _open_findings(session) if args.round in (None, FINDINGS) else []
        years = _years(cycles, findings)
        behind = {(year, code) for year in years for code in behind_the_plan(session, current_plan(session, year))}
        for cycle in cycles:
            show_cycle(session, cycle, tools)
            _say_behind(cycle.round.code, (cycle.round.year, cycle.round.code) in behind)
        if findings:
            _show_findings(findings)
            _say_behind(FINDINGS, any(code == FINDINGS for _, code in behind))
        if not cycles and not findings:
            print(_nothing(session, args.round))


def _nothing(session: Session, code: str | None) -> str:
    if code is None:
        return "Không có đợt nào đang chạy, không có kiến nghị nào chưa khắc phục."
    if code == FINDINGS:
        return "Không có kiến nghị nào chưa khắc phục."
    known = session.scalar(select(Round.id).where(Round.code == code))
    running = select(Round.code).join(Cycle).where(Cycle.locked_at.is_(None)).order_by(Round.opens_on)
    codes = ", ".join(session.scalars(running)) or "không có"
    return f"Đợt “{code}” {'không chạy' if known else 'không có trong kế hoạch'}; các đợt đang chạy: {codes}."


def _years(cycles: Sequence[Cycle], findings: Sequence[Finding]) -> list[int]:
    return sorted({one.round.year for one in cycles} | {one.year for one in findings})


def _say_behind(code: str, is_behind: bool) -> None:
    if is_behind:
        print(f"  Kế hoạch đã có trình tự hoặc người nhận khác; muốn dùng ở đây: kiemtra ladder apply {code}")


def _open_findings(session: Session) -> Sequence[Finding]:
    return session.scalars(select(Finding).where(Finding.state == FindingState.OPEN).order_by(Finding.number)).all()


def _show_findings(findings: Sequence[Finding]) -> None:
    """By ladder: those raised before a change of the plan keep the one that they began with."""
    print(f"{FINDINGS} — {len(findings)} kiến nghị chưa khắc phục")
    of_ladder: dict[Ladder, list[str]] = {}
    for one in findings:
        of_ladder.setdefault(ladder_of(one), []).append(one.number)
    for ladder, numbers in of_ladder.items():
        more = f" và {len(numbers) - SHOWN} kiến nghị nữa" if len(numbers) > SHOWN else ""
        print(f"  {', '.join(numbers[:SHOWN])}{more}: trình tự “{ladder.name}”: {_policy(ladder)}")
        for rung in ladder.rungs:
            print(f"    {_rung(rung)}")


def show_cycle(session: Session, cycle: Cycle, tools: Toolbox) -> None:
    ladder, calendars = cycle_ladder(cycle), _calendars(session, cycle, tools)
    print(f"{cycle.round.code} — {cycle.round.title}, hạn {deadline_text(cycle.due_at)}")
    print(f"  trình tự “{ladder.name}”: {_policy(ladder)}")
    for rung in ladder.rungs:
        moments: dict[str, list[UnitKind]] = {}
        for kind, calendar in calendars.items():
            moments.setdefault(_when(rung, cycle.due_at, calendar), []).append(kind)
        for when, kinds in moments.items():
            whose = f" [{', '.join(UNIT_KIND_NAMES[kind] for kind in kinds)}]" if len(moments) > 1 else ""
            print(f"  {when}  {_rung(rung)}{whose}")


def _calendars(session: Session, cycle: Cycle, tools: Toolbox) -> dict[UnitKind, Calendar]:
    """By whose days each kind of unit that is asked is reminded."""
    asked = select(Unit.kind).join(Assignment).where(Assignment.cycle_id == cycle.id).distinct()
    kinds = sorted(session.scalars(asked), key=list(UnitKind).index)
    return {kind: tools.definitions.calendar(calendar_name(cycle.terms, kind)) for kind in kinds}


def _policy(ladder: Ladder) -> str:
    days = ladder.policy.extension_days
    extension = f"tự cho gia hạn đến {days} ngày làm việc" if days else "gia hạn chờ người quyết định"
    return f"{extension}; {promise_words(ladder)}"


def promise_words(ladder: Ladder) -> str:
    days = ladder.policy.promise_days
    if not days:
        return "hẹn ngày thì vẫn nhắc như thường"
    return (
        "hẹn ngày thì thôi nhắc đến hết ngày đó, hẹn một ngày sau hạn gửi thì nhiều nhất đến hết "
        f"{days} ngày làm việc kể từ ngày nhận thư hẹn"
    )


def _when(rung: Rung, due_at: datetime, calendar: Calendar) -> str:
    try:
        return moment_text(rung.moment(due_at, calendar, HOURS).astimezone(ZONE))
    except CalendarUnknown:
        return "chưa có lịch        "


def _rung(rung: Rung) -> str:
    to = ", ".join(ROLE_NAMES[role] for role in rung.audience)
    unit = "ngày làm việc" if rung.days is not None else "giờ"
    return f"{rung.name} ({rung.offset:+d} {unit}): {rung.title} → {to}{' (chờ phê duyệt)' if rung.approval else ''}"


def apply(args: argparse.Namespace) -> int:
    as_of = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            change = policy_change(session, args.round, tools)
            if not change.differs:
                print(f"{change.round}: đã theo {_names(change)} của kế hoạch; không có gì để đổi.")
                return 0
            _preview(change, as_of)
        if not args.yes and not _agreed():
            print("Chưa đổi gì.")
            return 1
        with tools.sessions.begin() as session:
            done = apply_policy(session, args.round, tools, as_of)
            old = ", ".join(dict.fromkeys(f"trình tự “{before.ladder.name}”" for before, _ in done.policies))
            new = f"{_names(done)}, {len(done.moved)} phiếu, kiến nghị"
            scribe(args).note(session, AuditAct.LADDER_APPLIED, what=args.round, old=old, new=new)
    written = f" Đã viết thư nhắc của {done.climbed} mục có bước mới đã đến." if done.climbed else ""
    print(f"Đã chuyển {len(done.moved)} phiếu, kiến nghị sang {_names(done)}.{written}")
    return 0


def _preview(change: PolicyChange, as_of: datetime) -> None:
    print(f"{change.round}: {len(change.moved)} mục đang chạy; bước đã gửi giữ nguyên là đã gửi.")
    for old, new in change.policies:
        _show_change(old, new, of_year=f" năm {new.year}" if len(change.policies) > 1 else "")
    shifted = [one for one in change.moved if one.before != one.after]
    for one in shifted[:SHOWN]:
        print(f"  {_name(one.obligation)}: bước kế tiếp {_moment(one.before)} → {_moment(one.after)}")
    if len(shifted) > SHOWN:
        print(f"  … và {len(shifted) - SHOWN} mục nữa")
    print(f"  thư đang chờ bị thu lại: {sum(one.taken_back for one in change.moved)}")
    print(f"  mục có thư ngay khi đổi, vì bước mới đã đến (thư cần phê duyệt vẫn chờ): {change.due_now(as_of)}")


def _show_change(old: PolicyTerms, new: PolicyTerms, of_year: str) -> None:
    """One of perhaps several: a code may run in two years, and findings may have begun under different ladders."""
    if of_year:
        same = "" if old != new else "; không có gì để đổi"
        print(f"  trình tự “{old.ladder.name}” → trình tự “{new.ladder.name}” của kế hoạch{of_year}{same}")
    for sign, ladder, other in (("-", old.ladder, new.ladder), ("+", new.ladder, old.ladder)):
        for rung in ladder.rungs:
            if rung not in other.rungs:
                print(f"  {sign} {_rung(rung)}")
    if old.ladder.policy != new.ladder.policy:
        print(f"  chính sách mới: {_policy(new.ladder)}")
    for role, officer in new.officers.items():
        if old.officers.get(role) != officer:
            print(f"  {ROLE_NAMES[Role(role)]}: {officer['name']} <{officer['address']}>")


def _names(change: PolicyChange) -> str:
    """The ladders of the plans, each once."""
    return ", ".join(dict.fromkeys(f"trình tự “{new.ladder.name}”" for _, new in change.policies))


def _name(one: Obligation) -> str:
    return one.unit.name if isinstance(one, Assignment) else f"{one.unit.name} ({one.number})"


def _moment(moment: datetime | None) -> str:
    return moment_text(moment.astimezone(ZONE)) if moment else "không còn bước nào"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("Thêm --yes để đổi khi không có người trả lời.")
        return False
    return input("Đổi không? [c/K] ").strip().lower() in {"c", "có", "co", "y"}
