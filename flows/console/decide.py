"""What a person of the office decides: urgent rounds, approvals, findings."""

import argparse
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.console.scribe import Scribe, scribe
from flows.console.together import DID, DID_FIRST, act_on, once
from infra.toolbox import clock, open_toolbox
from tasks.approval import approve as sign
from tasks.approval import awaiting_approval
from tasks.approval import drop as leave_out
from tasks.calendar import beyond_the_calendar
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.checklist import UnitKind
from tasks.domain.counting import WhenOff
from tasks.domain.dossier import Chase
from tasks.domain.errors import KiemtraError, Problem
from tasks.domain.extension import deadline_text, last_day
from tasks.domain.finding import FINDING_NAMES
from tasks.domain.plan import Due, Plan, Round, RoundKind, Selection
from tasks.domain.vietnamese import day_text, fold, one_line
from tasks.dossier import chases, dossier_of
from tasks.inspection import NewFinding, raise_finding, same_finding
from tasks.inspection import close_finding as close
from tasks.letters import letter_name
from tasks.naming import find_unit
from tasks.planning import current_plan
from tasks.records import Assignment, Finding, Letter
from tasks.records import Plan as PlanRow
from tasks.records import Round as RoundRow
from tasks.scheduling import fill_rosters
from tasks.scheduling import open_urgent as open_round
from tasks.telling import finding_notice, without_request
from tasks.toolbox import Toolbox


def open_urgent(args: argparse.Namespace) -> int:
    as_of = _moment(args)
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions.begin() as session:
            plan = _plan(session, as_of)
            if plan.year != house_day(as_of).year:
                print(f"Lưu ý: chưa có kế hoạch năm {house_day(as_of).year}, đợt này tính vào năm {plan.year}.")
            round_ = _urgent_round(args, plan, as_of, _codes(session, plan.year))
            cycle = open_round(session, tools, as_of, plan, round_, _unknown_kinds(args))
            cycle_id, words, code = cycle.id, cycle.due_words, cycle.round.code
            scribe(args).note(
                session, AuditAct.ROUND_OPENED, what=f"{cycle.round.title} [{cycle.round.code}]", new=words
            )
        report = fill_rosters.fn(tools, as_of)
        with tools.sessions() as session:
            asked = session.scalar(select(func.count()).where(Assignment.cycle_id == cycle_id))
            not_told = without_request(session, cycle_id)
    print(f"Đã mở đợt đột xuất “{one_line(args.title)}” (mã {code}) cho {asked} đơn vị, {words}.")
    print("Thư sẽ đi ở lượt gửi kế tiếp; muốn gửi ngay: kiemtra run send-letters")
    for sentence in not_told:
        print(sentence)
    for failure in report.failures:
        print(f"Chưa giao được: {failure.item}: {failure.why}")
    return 1 if report.failures else 0


def _codes(session: Session, year: int) -> dict[str, str]:
    """Of the rounds that there are, each with its title."""
    rounds = session.execute(select(RoundRow.code, RoundRow.title).where(RoundRow.year == year))
    return {row.code: row.title for row in rounds}


def _free_code(as_of: datetime, title: str, taken: Mapping[str, str]) -> str:
    """By its minute. Another one in the same minute has a number; the same title again is a command typed twice."""
    first = code = f"dot-xuat-{as_of.astimezone(ZONE):%m%d-%H%M}"
    number = 1
    while code in taken and fold(taken[code]) != fold(title):
        number += 1
        code = f"{first}-{number}"
    return code


def _urgent_round(args: argparse.Namespace, plan: Plan, as_of: datetime, taken: Mapping[str, str]) -> Round:
    ladder = args.ladder or ("khan" if "khan" in plan.ladders else next(iter(plan.ladders)))
    code = _free_code(as_of, args.title, taken) if args.code is None else one_line(args.code)
    kinds = frozenset(map(UnitKind, set(args.kinds) & set(UnitKind)))
    today, due = house_day(as_of), args.due.astimezone(ZONE)
    return Round(
        code=code,
        kind=RoundKind.DOT_XUAT,
        title=one_line(args.title),
        opens_on=today,
        due=Due(named=due.date(), clock=due.time()),
        period_from=today.replace(month=1, day=1),
        period_to=today,
        selection=Selection(kinds=kinds, units=frozenset(args.units)),
        checklists=dict.fromkeys(UnitKind, args.checklist),
        ladder=ladder,
    )


def _unknown_kinds(args: argparse.Namespace) -> list[Problem]:
    return [
        Problem("--kinds", f"không có loại hình “{name}”; chọn trong {', '.join(UnitKind)}")
        for name in args.kinds
        if name not in set(UnitKind)
    ]


def approvals(args: argparse.Namespace) -> None:
    """What waits for a signature, each with the file on which it rests; `--dossier` drafts the official letters."""
    as_of = _moment(args)
    with open_toolbox(as_of=as_of) as tools, tools.sessions() as session:
        letters = awaiting_approval(session)
        for letter in letters:
            print(_line(letter))
            for line in _dossier(session, letter, tools, as_of):
                print(f"          {line}")
        drafts = chases(session, letters, tools, as_of) if args.dossier else []
        for chase in drafts:
            print(f"Dự thảo công văn ({len(chase.units)} mục): {_saved(Path(args.dossier), chase, tools)}")
    if not letters:
        print("Không có thư nào chờ phê duyệt.")
    else:
        print("\nDuyệt: kiemtra approve <số …> hoặc kiemtra approve all. Bỏ: kiemtra drop <số> --why “lý do”.")


def _dossier(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> list[str]:
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    dossier = dossier_of(session, obligation, tools, as_of)
    lines = [dossier.standing, *(proof.words for proof in dossier.proofs)]
    if not dossier.reached:
        lines.append("CHÚ Ý: chưa có thư nào được máy chủ thư của đơn vị nhận")
    lines += [one for one in [dossier.promised] if one]
    lines += [f"trả lời: {one}" for one in dossier.replies]
    lines += [f"gia hạn: {one}" for one in dossier.extensions]
    return lines + [f"ĐƠN VỊ VIẾT, CHƯA AI ĐỌC: {one}" for one in dossier.unread]


def _saved(folder: Path, chase: Chase, tools: Toolbox) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / chase.file_name
    file.write_bytes(tools.documents.chase_letter(chase))
    return file


def _line(letter: Letter) -> str:
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    about = obligation.cycle.round.title if isinstance(obligation, Assignment) else f"kiến nghị {obligation.number}"
    due = deadline_text(obligation.due_at)
    answered = "" if obligation.owing else " — ĐƠN VỊ ĐÃ TRẢ LỜI, duyệt sẽ tự bỏ"
    to = f"{letter_name(letter)} {letter.recipient_name}"
    return f"{letter.id:>6}  {to}: {obligation.unit.name} — {about}, hạn {due}{answered}"


def approve(args: argparse.Namespace) -> int:
    as_of = _moment(args)
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            waiting = {letter.id for letter in awaiting_approval(session)}
        chosen = sorted(waiting) if args.letters == ["all"] else [_number(one) for one in once(args.letters)]
        if unknown := [id_ for id_ in chosen if id_ not in waiting]:
            raise KiemtraError(
                f"Không có thư nào đang chờ duyệt mang số {', '.join(map(str, unknown))}; chưa duyệt gì."
            )
        if not chosen:
            print("Không có thư nào chờ phê duyệt.")
            return 0
        acts = [(f"thư {id_}", partial(_signed, id_, tools, as_of, scribe(args))) for id_ in chosen]
        return act_on(tools, acts, f"Duyệt {len(acts)} thư này?", yes=args.yes)


def _signed(id_: int, tools: Toolbox, as_of: datetime, author: Scribe, session: Session) -> list[str]:
    """Looked at again at the moment of signing: another may have signed or dropped it meanwhile."""
    letter = next((one for one in awaiting_approval(session) if one.id == id_), None)
    if letter is None:
        raise KiemtraError(f"Thư {id_} không còn chờ duyệt; chưa duyệt gì.")
    line = _line(letter)
    author.note_letter(session, AuditAct.APPROVED, letter)
    done = sign(session, letter, as_of, tools).replace("đã duyệt", f"{DID} duyệt")
    return [f"{id_}: {done}", f"  {line.strip()}"]


def _number(text: str) -> int:
    if not text.isdigit():
        raise KiemtraError(f"“{text}” không phải số thư; xem: kiemtra approvals")
    return int(text)


def drop(args: argparse.Namespace) -> int:
    """Waiting letters by their numbers, or all that wait about a unit."""
    if not (why := one_line(args.why)):
        raise KiemtraError("Hãy ghi lý do sau --why; lý do được lưu trong hồ sơ. Chưa bỏ gì.")
    with open_toolbox() as tools:
        acts = [(one, partial(_dropped, one, why, scribe(args))) for one in once(args.letters)]
        return act_on(tools, acts, f"Bỏ thư về {len(acts)} mục này?", yes=args.yes)


def _dropped(typed: str, why: str, author: Scribe, session: Session) -> list[str]:
    unit = find_unit(session, typed).one
    names = {typed, unit.code if unit else typed}
    chosen = [one for one in awaiting_approval(session) if names & {str(one.id), _unit_code(one)}]
    if not chosen:
        raise KiemtraError(f"Không có thư nào đang chờ duyệt mang số hoặc về đơn vị “{typed}”; chưa bỏ gì.")
    for letter in chosen:
        leave_out(session, letter, why)
        author.note_letter(session, AuditAct.DROPPED, letter, why)
    return [f"{DID_FIRST} bỏ thư {letter.id}." for letter in chosen]


def _unit_code(letter: Letter) -> str:
    obligation = letter.assignment or letter.finding
    return obligation.unit.code if obligation else ""


def add_finding(args: argparse.Namespace) -> None:
    as_of = _moment(args)
    new = NewFinding(args.unit, args.what, args.due.date(), args.basis, args.remedy, WhenOff(args.when_off))
    with open_toolbox(as_of=as_of) as tools, tools.sessions.begin() as session:
        if not args.yes and (same := same_finding(session, new)):
            raise KiemtraError(
                f"{same.unit.name} đã có kiến nghị {same.number} với nội dung này ({FINDING_NAMES[same.state]}); chưa "
                "ghi gì. Nếu đúng là một kiến nghị khác, hãy chạy lại với --yes."
            )
        finding = raise_finding(session, new, _plan(session, as_of), tools, as_of)
        due_on = last_day(finding.due_at)
        scribe(args).note(session, AuditAct.FINDING_RAISED, finding, new=f"{finding.what}, hạn {day_text(due_on)}")
        moved = "" if due_on == new.due_on else f" (ngày {day_text(new.due_on)} là ngày nghỉ)"
        print(f"Đã ghi kiến nghị {finding.number} cho {finding.unit.name}, hạn {day_text(due_on)}{moved}.")
        print(finding_notice(session, finding))
        if unknown := beyond_the_calendar(finding, tools):
            print(f"Lưu ý, {unknown}")


def list_findings(args: argparse.Namespace) -> None:
    as_of = _moment(args)
    with open_toolbox() as tools, tools.sessions() as session:
        findings = session.scalars(select(Finding).order_by(Finding.number)).all()
        for one in findings:
            overdue = "  QUÁ HẠN" if one.owing and as_of >= one.due_at else ""
            due = deadline_text(one.due_at)
            print(f"{one.number}  {one.unit.name}: {one_line(one.what)}")
            print(f"    {FINDING_NAMES[one.state]}, hạn {due}{overdue}")
    if not findings:
        print("Chưa có kiến nghị nào.")


def close_finding(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions.begin() as session:
        finding = close(session, args.number, one_line(args.by), tools)
        scribe(args).note(session, AuditAct.FINDING_CLOSED, finding, new=f"người xác nhận: {finding.closed_by}")
        print(f"Đã đóng kiến nghị {finding.number} của {finding.unit.name}.")


def _plan(session: Session, as_of: datetime) -> Plan:
    """The plan of the year of that day, else the newest one before it."""
    year = house_day(as_of).year
    known = session.scalar(select(func.max(PlanRow.year)).where(PlanRow.year <= year))
    return current_plan(session, known or year)


def _moment(args: argparse.Namespace) -> datetime:
    moment: datetime = args.as_of or clock()
    return moment
