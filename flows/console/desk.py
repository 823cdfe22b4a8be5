"""`kiemtra desk`: what only a person can place — looked at, filed, left aside, and taken back."""

import argparse
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session, undefer

from flows.console.scribe import Scribe, scribe
from infra.toolbox import open_toolbox
from tasks.collection.confirming import confirm_bounce
from tasks.collection.desk import (
    advice_for,
    brought,
    decided_with,
    decisions,
    file_message,
    ignore_heap,
    ignore_message,
    in_one_line_with,
    standing_decision,
    waiting_heaps,
    waiting_messages,
)
from tasks.collection.noting import note_line
from tasks.collection.others import answered_by_others
from tasks.collection.undoing import undo_decision
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import ZONE
from tasks.domain.desk import DESK_ACT_NAMES, DeskAct
from tasks.domain.errors import KiemtraError
from tasks.domain.inbox.heaps import BRINGS_NAMES
from tasks.domain.inbox.trust import WHO_WORDS
from tasks.domain.letterbox import VERDICT_NAMES
from tasks.domain.message import Attachment, Message, read_message
from tasks.domain.vietnamese import fold, moment_text, one_line
from tasks.records import Assignment, DeskDecision, Incoming
from tasks.toolbox import Toolbox

LONGEST_TEXT = 4_000
MOST_SUBJECTS = 8
MOST_GUESSES = 5
MOST_OTHERS = 10


def waiting(args: argparse.Namespace) -> None:
    if getattr(args, "all", False):
        history(args)
        return
    with open_toolbox() as tools, tools.sessions() as session:
        lines = _lines(session, args)
        for rows, brings in lines:
            _say(session, rows, brings, tools)
        theirs = _others(session)
    if not lines:
        print("Không có thư nào cần người xem.")
    print("\n".join(theirs), end="\n" if theirs else "")
    if lines:
        print("\nXem: kiemtra desk show <số>. Bỏ qua: kiemtra desk ignore <số>. Làm lại: kiemtra desk undo <số>.")


def _others(session: Session) -> list[str]:
    """What nobody need decide, but should know: who else than its contact has answered for a unit."""
    found = answered_by_others(session)
    lines = [
        f"  {moment_text(one.received_at.astimezone(ZONE))}  {one.assignment.unit.name}: do {one.said_by} gửi, thư số "
        f"{one.incoming_id}. Xem: kiemtra proof {one.assignment.unit.code}"
        for one in found[-MOST_OTHERS:]
        if one.assignment is not None
    ]
    more = [f"  và {len(found) - MOST_OTHERS} phiếu nữa: kiemtra status"] if len(found) > MOST_OTHERS else []
    title = "\nĐã ghi nhận, do người khác gửi thay đầu mối (đầu mối được báo và có thể phản đối):"
    return [title, *lines, *more] if lines else []


def _lines(session: Session, args: argparse.Namespace) -> list[tuple[list[Incoming], str]]:
    """The messages of each line, and what they bring where they are many."""
    if getattr(args, "each", False):
        return [([row], "") for row in waiting_messages(session)]
    return [(rows, BRINGS_NAMES[heap.brings]) for heap, rows in waiting_heaps(session)]


def _say(session: Session, rows: Sequence[Incoming], brings: str, tools: Toolbox) -> None:
    """One line of the desk: the newest of its messages stands for all."""
    row = rows[-1]
    assert row.verdict is not None
    sender = row.sender or "(không rõ người gửi)"
    if len(rows) > 1:
        senders = len({one.sender for one in rows})
        of_whom = f"{senders} người lạ" if senders > 1 else sender
        sender = f"{len(rows)} thư cùng loại ({brings}) của {of_whom} (từ số {rows[0].id} đến số {row.id})"
    print(f"{row.id:>6}  {moment_text(row.received_at.astimezone(ZONE))}  {sender}")
    print(f"        {_subjects(rows)}")
    print(f"        {VERDICT_NAMES[row.verdict]}: {row.why}")
    if len(rows) == 1 and (files := brought(row, tools)):
        print(f"        Kèm theo: {'; '.join(files)}")
    guesses = _guesses(session, rows)
    for line in (*guesses, *(advice_for(session, row, tools) if len(guesses) < 2 else ())):
        print(f"        {line}")
    if len(rows) > 1:
        print(f"        Xem từng thư, mỗi thư có sẵn lệnh: kiemtra desk show {row.id} --like")
        print(f'        Bỏ qua cả {len(rows)} thư: kiemtra desk ignore {row.id} --like --why "đã xem"')


def _guesses(session: Session, rows: Sequence[Incoming]) -> list[str]:
    """Whose they may be, the most frequent first: one line for each case."""
    counted = Counter(row.guess_id for row in rows if row.guess_id)
    found = [(session.get_one(Assignment, id_), number) for id_, number in counted.most_common()]
    lines = [
        f"Có lẽ của {one.unit.name}, đợt “{one.cycle.round.title}”{f': {number} thư' if len(found) > 1 else '.'}"
        for one, number in found[:MOST_GUESSES]
    ]
    more = len(found) - MOST_GUESSES
    return [*lines, f"và {more} phiếu khác."] if more > 0 else lines


def _subjects(rows: Sequence[Incoming]) -> str:
    """Each once, the newest first; figures in them make no other subject."""
    different = {re.sub(r"\d+", "", fold(one.subject)): one.subject for one in rows}
    found = [one or "(không có chủ đề)" for one in reversed(different.values())]
    more = f"; và {len(found) - MOST_SUBJECTS} chủ đề khác" if len(found) > MOST_SUBJECTS else ""
    return "; ".join(found[:MOST_SUBJECTS]) + more


def history(args: argparse.Namespace) -> None:
    """Every decision, also those that were taken back."""
    with open_toolbox() as tools, tools.sessions() as session:
        found = decisions(session)
        for one in found:
            print(_line(one))
    if not found:
        print("Chưa có quyết định nào ở bàn.")


def _line(decision: DeskDecision) -> str:
    at = moment_text(decision.at.astimezone(ZONE))
    about = f" của {decision.assignment.unit.name}" if decision.assignment else ""
    why = f" ({decision.why})" if decision.why else ""
    undone = ""
    if decision.undone_at is not None:
        undone = f" — {decision.undone_by} hoàn tác {moment_text(decision.undone_at.astimezone(ZONE))}"
    return f"{decision.incoming_id:>6}  {at}  {decision.by}: {DESK_ACT_NAMES[decision.act]}{about}{why}{undone}"


# --- one message -----------------------------------------------------------------------------------------------


def show(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        row = session.get(Incoming, args.message, options=[undefer(Incoming.raw)])
        if row is None:
            raise KiemtraError(f"Không có thư nào mang số {args.message}. Xem: kiemtra desk")
        if args.like and len(rows := in_one_line_with(session, row.id)) > 1:
            _show_each(session, rows, args.save, tools)
            return
        message = read_message(row.raw)
        _say_message(row, message)
        if args.save:
            _save(Path(args.save), row, message)


def _show_each(session: Session, rows: Sequence[Incoming], folder: str | None, tools: Toolbox) -> None:
    """The messages of one line, each with its own reason and its own commands."""
    for row in rows:
        _say(session, [row], "", tools)
        if folder:
            _save(Path(folder), row, read_message(row.raw))


def _save(folder: Path, row: Incoming, message: Message) -> None:
    for path in save(folder, row, message):
        print(f"Đã lưu {path}")


def _say_message(row: Incoming, message: Message) -> None:
    verdict = f"{VERDICT_NAMES[row.verdict]}: {row.why}" if row.verdict else "chưa đọc"
    for name, value in (
        ("Thư số", str(row.id)),
        ("Nhận lúc", moment_text(row.received_at.astimezone(ZONE))),
        ("Người gửi", f"{message.sender_name} <{message.sender}>".strip()),
        *([("Là", WHO_WORDS[row.who])] if row.who else []),
        ("Gửi tới", ", ".join(message.recipients)),
        ("Chủ đề", message.subject),
        ("Nhận ra là", verdict),
    ):
        print(f"{name:<11} {value}")
    for number, file in enumerate(message.attachments, 1):
        print(f"Tệp kèm {number:<3} {file.name or '(không tên)'} ({len(file.data):,} byte)".replace(",", "."))
    text = message.text.strip()
    print(f"\n{text[:LONGEST_TEXT] or '(không có nội dung chữ)'}{' …' if len(text) > LONGEST_TEXT else ''}\n")


def save(folder: Path, row: Incoming, message: Message) -> list[Path]:
    """The message word for word and its attachments; a second time writes the same files over."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"thu-{row.id}.eml"]
        paths[0].write_bytes(row.raw)
        for number, file in enumerate(message.attachments, 1):
            paths.append(folder / _file_name(row.id, number, file))
            paths[-1].write_bytes(file.data)
    except OSError as error:
        raise KiemtraError(f"Không lưu được vào {folder}: {error.strerror or error}") from error
    return paths


def _file_name(message_id: int, number: int, file: Attachment) -> str:
    """A name that stays inside the folder, whatever a stranger called the file."""
    name = one_line(file.name).replace("\\", "/").rpartition("/")[2].strip(". ")
    return f"thu-{message_id}-tep-{number}-{name[-120:] or 'khong-ten'}"


# --- deciding --------------------------------------------------------------------------------------------------


def file(args: argparse.Namespace) -> None:
    author = scribe(args)
    with open_toolbox() as tools, tools.sessions.begin() as session:
        if args.line and not args.unit:
            raise KiemtraError("--line cần --unit: mã đơn vị, hoặc số kiến nghị.")
        before = standing_decision(session, args.message)
        if args.line:
            done = note_line(session, args.message, args.unit, args.cycle, args.line, author.by, tools)
        elif args.bounce_of:
            done = confirm_bounce(session, args.message, args.bounce_of, author.by, tools)
        else:
            done = file_message(session, args.message, args.unit, args.cycle, author.by, tools)
        _note_decision(session, author, args.message, before, done)
        print(done)


def ignore(args: argparse.Namespace) -> None:
    author = scribe(args)
    with open_toolbox() as tools, tools.sessions.begin() as session:
        before = standing_decision(session, args.message)
        put_aside = ignore_heap if args.like else ignore_message
        done = put_aside(session, args.message, one_line(args.why), author.by, tools)
        _note_decision(session, author, args.message, before, done)
        print(done)


def undo(args: argparse.Namespace) -> None:
    author = scribe(args)
    with open_toolbox() as tools, tools.sessions.begin() as session:
        numbers = decided_with(session, args.message) if args.like else [args.message]
        for number in numbers:
            last = standing_decision(session, number)
            said = undo_decision(session, number, author.by, tools)
            if last is not None:
                words = f"thư đến số {number}, {DESK_ACT_NAMES[last.act]} ({last.by})"
                author.note(session, AuditAct.DESK_UNDONE, last.assignment, new=words)
            print("\n".join(said))


AUDITED: Mapping[DeskAct, AuditAct] = {
    DeskAct.FILED: AuditAct.DESK_FILED,
    DeskAct.BOUNCED: AuditAct.DESK_BOUNCE,
    DeskAct.NOTED: AuditAct.DESK_NOTED,
    DeskAct.IGNORED: AuditAct.DESK_IGNORED,
}


def _note_decision(session: Session, author: Scribe, number: int, before: DeskDecision | None, done: str) -> None:
    """What was decided already is no second act."""
    session.flush()
    one = standing_decision(session, number)
    if one is None or one is before:
        return
    session.refresh(one)
    what = done.partition(". Lấy lại")[0].rstrip(".")
    author.note(session, AUDITED[one.act], one.assignment, new=f"thư đến số {number}: {what}", reason=one.why)
