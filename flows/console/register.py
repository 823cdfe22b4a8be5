"""`kiemtra units …`: the register in, shown before it is stored; listed; out again."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from flows.console.scribe import Scribe, scribe
from flows.console.together import act_on, once
from infra.register_file import left_out, raise_if_wrong, read_rows, write_register
from infra.toolbox import clock, open_toolbox
from tasks.domain.assignment import AssignmentState
from tasks.domain.audit import AuditAct
from tasks.domain.checklist import UNIT_KIND_NAMES
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import last_day
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind
from tasks.domain.register import OffRows, read_register
from tasks.domain.register_match import Answers
from tasks.domain.vietnamese import day_text, one_line
from tasks.exemption import ask_after_all, exempt
from tasks.inspection import open_findings
from tasks.letters import WAITING
from tasks.naming import unit_named
from tasks.records import Assignment, Finding
from tasks.register import RegisterChange, all_units, entry_of, preview, send_open, store
from tasks.toolbox import Toolbox
from tasks.unreachable import trust_again

SHOWN = 12


def import_units(args: argparse.Namespace) -> int:
    file = Path(args.file)
    rows, answers = read_rows(file), _answers(args)
    with open_toolbox() as tools:
        with tools.sessions() as session:
            stored = [entry_of(unit) for unit in all_units(session)]
            entries, problems, warnings = read_register(rows, OffRows(args.off_rows), stored)
            for warning in (*left_out(file), *warnings):
                print(f"Lưu ý, {warning}")
            raise_if_wrong(problems)
            change = preview(session, entries, answers)
        _show(change)
        if change.questions:
            print("Chưa ghi gì: hãy trả lời các câu hỏi trên trong cùng một lệnh.")
            return 1
        if args.preview or not (change.added or change.changed):
            return 0
        if not args.yes and not _agreed():
            print("Chưa ghi gì.")
            return 1
        with tools.sessions.begin() as session:
            done = store(session, entries, tools, clock(), answers)
            _note_changes(session, change, file, scribe(args))
        print(f"Đã ghi: thêm {done.added}, sửa {done.changed} đơn vị.")
        _offer_what_is_open(done.replaced, args, tools)
    for name in done.reopened:
        print(f"{name}: đã có địa chỉ mới, phiếu, kiến nghị còn nợ được gửi lại.")
    for code in done.past_due:
        print(f"Hạn đã qua khi đơn vị nhận lại được thư; cần cho thêm thời gian: kiemtra extend {code} --to … --why …")
    return 0


def _note_changes(session: Session, change: RegisterChange, file: Path, author: Scribe) -> None:
    """A change for each unit; a whole list that is new is one act."""
    units = {one.code: one for one in all_units(session)}
    if len(change.added) > SHOWN:
        author.note(session, AuditAct.UNIT_ADDED, new=f"{len(change.added)} đơn vị, tệp {file.name}")
    else:
        for entry in change.added:
            author.note(session, AuditAct.UNIT_ADDED, units[entry.code], new=f"tệp {file.name}")
    for entry, differences in change.changed:
        author.note(session, AuditAct.UNIT_CHANGED, units[entry.code], new="; ".join(differences))


def _offer_what_is_open(codes: Sequence[str], args: argparse.Namespace, tools: Toolbox) -> None:
    """A new contact has had no letter yet: a person says whether what is open shall be sent."""
    if not codes:
        return
    print(f"Đã đổi đầu mối trong khi còn nợ phiếu hoặc kiến nghị: {', '.join(codes)}.")
    if not args.send_open and not (sys.stdin.isatty() and _said_yes("Gửi cho đầu mối mới ngay? [c/K] ")):
        print(f"Chưa gửi gì. Khi cần: kiemtra units send-open {' '.join(codes)}")
        return
    with tools.sessions.begin() as session:
        print(f"Đã xếp {_sent_open(session, codes, tools, args)} thư gửi cho đầu mối mới.")


def send_what_is_open(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions.begin() as session:
        known = {one.code for one in all_units(session)}
        if wrong := [code for code in args.units if code not in known]:
            raise KiemtraError(f"Không có đơn vị mã {', '.join(wrong)}; xem: kiemtra units list. Chưa gửi gì.")
        print(f"Đã xếp {_sent_open(session, args.units, tools, args)} thư gửi cho đầu mối.")


def _sent_open(session: Session, codes: Sequence[str], tools: Toolbox, args: argparse.Namespace) -> int:
    author = scribe(args)
    for unit in all_units(session):
        if unit.code in codes:
            author.note(session, AuditAct.SENT_OPEN, unit)
    return send_open(session, codes, tools, clock())


def _answers(args: argparse.Namespace) -> Answers:
    """'--same 2=xa-vinh-o' and '--new 3': the questions by their numbers."""
    pairs = [one.partition("=") for one in args.same]
    if wrong := [f"“{number}={code}”" for number, _, code in pairs if not (number.isdecimal() and code)]:
        raise KiemtraError(f"--same cần số câu hỏi và mã đơn vị, ví dụ --same 2=xa-vinh-o; đang là {', '.join(wrong)}.")
    return Answers({int(number): code for number, _, code in pairs}, frozenset(args.new))


def _show(change: RegisterChange) -> None:
    print(f"Thêm {len(change.added)}, sửa {len(change.changed)}, giữ nguyên {change.same} đơn vị.")
    for entry in change.added[:SHOWN]:
        print(f"  + {entry.code}: {entry.name} ({UNIT_KIND_NAMES[entry.kind]})")
    if len(change.added) > SHOWN:
        print(f"  + … và {len(change.added) - SHOWN} đơn vị nữa")
    for entry, differences in change.changed:
        print(f"  ~ {entry.code}: {'; '.join(differences)}")
    for question in change.questions:
        print(f"  ? {question.words}")
    if change.not_named:
        names = ", ".join(change.not_named[:SHOWN])
        print(f"Không có trong tệp, vẫn giữ: {names}{' …' if len(change.not_named) > SHOWN else ''}")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        print("Thêm --yes để ghi khi không có người trả lời.")
        return False
    return _said_yes("Ghi những thay đổi này? [c/K] ")


def _said_yes(question: str) -> bool:
    return input(question).strip().lower() in {"c", "co", "có", "y"}


def list_units(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        units = all_units(session)
        for number, unit in enumerate(units, start=1):
            contact = unit.contact(Role.DAU_MOI)
            lost = " — KHÔNG NHẬN ĐƯỢC THƯ" if contact and contact.unreachable_at else ""
            who = f"{contact.name} <{contact.address}>{lost}" if contact else "(chưa có đầu mối)"
            print(f"{number:>4}. {unit.name} [{unit.code}] · {UNIT_KIND_NAMES[unit.kind]} · {who}")
    if not units:
        print("Chưa có đơn vị nào. Hãy chạy: kiemtra units import <danh-sach.xlsx>")


def reached(args: argparse.Namespace) -> None:
    """The same address works again (a full box was emptied): importing the list would see no change."""
    with open_toolbox() as tools, tools.sessions.begin() as session:
        unit = next((one for one in all_units(session) if one.code == args.unit), None)
        if unit is None:
            raise KiemtraError(f"Không có đơn vị mã “{args.unit}”; xem: kiemtra units list")
        reopened = trust_again(session, unit, tools, clock())
        scribe(args).note(session, AuditAct.UNIT_REACHED, unit)
        print(f"{unit.name}: coi như nhận được thư trở lại; {reopened} phiếu còn nợ được gửi lại.")


def exempt_unit(args: argparse.Namespace) -> int:
    if not args.undo and not one_line(args.why):
        raise KiemtraError("Hãy ghi lý do sau --why; lý do được lưu trong hồ sơ. Chưa đổi gì.")
    typed = once(args.units)
    with open_toolbox() as tools:
        act = partial(_asked_again, tools=tools) if args.undo else partial(_let_off, why=one_line(args.why))
        acts = [(one, partial(act, one, args.cycle, scribe(args))) for one in typed]
        what = "Hỏi lại" if args.undo else "Miễn trả lời cho"
        return act_on(tools, acts, f"{what} {len(acts)} đơn vị này?", yes=args.yes)


def _asked_again(typed: str, cycle: str | None, author: Scribe, session: Session, *, tools: Toolbox) -> list[str]:
    code = unit_named(session, typed).code
    asked = ask_after_all(session, code, cycle, tools, clock())
    for one in asked:
        author.note(session, AuditAct.EXEMPTION_UNDONE, one)
    return [f"{one.unit.name}: lại phải trả lời phiếu {_round_words(one)} {_what_follows(one)}" for one in asked]


def _let_off(typed: str, cycle: str | None, author: Scribe, session: Session, *, why: str) -> list[str]:
    code = unit_named(session, typed).code
    let_off = exempt(session, code, cycle, why, clock())
    for one in let_off:
        author.note(session, AuditAct.EXEMPTED, one, reason=why)
    lines = [f"{one.unit.name}: được miễn phiếu {_round_words(one)}" for one in let_off]
    return [*lines, "Không có thư nào đi về phiếu được miễn.", *_still_owed(open_findings(session, code))]


def _round_words(assignment: Assignment) -> str:
    return f"đợt {assignment.cycle.round.code} — {assignment.cycle.round.title}."


def _what_follows(assignment: Assignment) -> str:
    if assignment.state is AssignmentState.UNREACHABLE:
        return "Địa chỉ của đơn vị vẫn chưa nhận được thư; sửa trong danh sách rồi nhập lại, phiếu sẽ được gửi."
    asked = any(one.kind is LetterKind.REQUEST and one.state in WAITING for one in assignment.letters)
    request = "Thư giao phiếu sẽ được gửi." if asked else "Đơn vị đã có phiếu."
    return f"{request} Các bước đôn đốc chạy tiếp; bước nào đến trong lúc được miễn thì không gửi bù."


def _still_owed(findings: Sequence[Finding]) -> Iterator[str]:
    """Only rounds are let off; a finding is for a person to close."""
    if not findings:
        return
    yield f"Còn {len(findings)} kiến nghị chưa khắc phục, đơn vị vẫn được nhắc:"
    for one in findings:
        due = day_text(last_day(one.due_at))
        yield f"  {one.number}, hạn {due}: kiemtra findings close {one.number} --by <người xác nhận>"
    yield "Đóng những kiến nghị mà không ai phải thực hiện nữa bằng lệnh ghi cạnh; còn phải thực hiện thì để nguyên."


def export_units(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        entries = [entry_of(unit) for unit in all_units(session)]
    write_register(Path(args.file), entries)
    print(f"Đã xuất {len(entries)} đơn vị ra {args.file}.")
