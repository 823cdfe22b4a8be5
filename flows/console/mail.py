"""`kiemtra mail …` and `kiemtra proof`: the stop button, what waits and why, letters in doubt, what became of each."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from rich.console import Console
from rich.table import Table as Grid
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.console.backup import say_what_leaves
from flows.console.scribe import Scribe, scribe, who
from flows.console.together import act_on
from infra.toolbox import clock, open_toolbox
from tasks.domain.assignment import ASSIGNMENT_NAMES
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.errors import DefinitionError, KiemtraError, Problem
from tasks.domain.extension import deadline_text
from tasks.domain.finding import FINDING_NAMES
from tasks.domain.letterbox import LETTER_STATE_NAMES, REASON_NAMES, LetterState
from tasks.domain.mailing import StopCode
from tasks.domain.vietnamese import day_text, moment_text, one_line
from tasks.letters import letter_name
from tasks.mailing.blaming import ServerFailure, last_server_failure
from tasks.mailing.pausing import paused_domains, start_mail, stop_mail
from tasks.mailing.reading_back import looked_back
from tasks.mailing.settling import SENDABLE_AGAIN, reason_open, send_again, uncertain
from tasks.mailing.settling import arrived as settle_arrived
from tasks.overview import failed_letters, mail_today, waiting_mail
from tasks.proof import chain, summary
from tasks.records import Assignment, Cycle, Finding, Letter, MailSwitch, Round, Unit
from tasks.toolbox import Toolbox


def stop(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions.begin() as session:
        stopped = stop_mail(session, tools.now(), who(args), one_line(args.why))
        if stopped:
            scribe(args).note(session, AuditAct.MAIL_STOPPED, reason=one_line(args.why))
    print("Đã dừng gửi thư. Mở lại: kiemtra mail start" if stopped else "Gửi thư đang dừng từ trước, không đổi gì.")


def start(args: argparse.Namespace) -> None:
    with open_toolbox() as tools:
        with tools.sessions() as session:
            asks = session.get_one(MailSwitch, 1).stopped_for is StopCode.OLDER and say_what_leaves(session)
        if asks and not args.yes and not _agreed():
            raise KiemtraError("Vẫn dừng gửi thư. Xem kỹ hơn: kiemtra restore --status")
        with tools.sessions.begin() as session:
            started = start_mail(session)
            if started:
                scribe(args).note(session, AuditAct.MAIL_STARTED)
    print("Đã mở lại. Thư đang chờ sẽ đi ở lượt gửi kế tiếp." if started else "Gửi thư không dừng, không đổi gì.")


def _agreed() -> bool:
    """After a restore nothing leaves that a person has not agreed to."""
    try:
        return input("Cho các thư này đi? [c/K] ").strip().lower() in {"c", "co", "có"}
    except EOFError:
        return False


def status(args: argparse.Namespace) -> None:
    now: datetime = args.as_of or clock()
    with open_toolbox(as_of=now) as tools, looked_back(tools) as session:
        switch = session.get_one(MailSwitch, 1)
        if switch.stopped_at:
            why = f": {switch.stopped_why}" if switch.stopped_why else ""
            print(f"ĐANG DỪNG GỬI THƯ từ {_words(switch.stopped_at)}, {switch.stopped_by}{why}")
        if switch.stopped_for is StopCode.OLDER:
            print("Cần làm: kiemtra restore --read-back, rồi kiemtra restore --status")
        print(f"{_day(args)} gửi được {mail_today(session, now)}/{tools.house.limits.per_day} thư.")
        for state, reason, count in waiting_mail(session):
            print(f"{count:>6}  {LETTER_STATE_NAMES[state]}" + (f": {REASON_NAMES[reason]}" if reason else ""))
        _say_server(last_server_failure(session))
        for pause in paused_domains(session, now):
            print(f"Tạm ngừng gửi tới {pause.domain} đến {_words(pause.until)}: {pause.why}")
        _say_failed(failed_letters(session))
        _say_uncertain(uncertain(session))


def _say_server(failure: ServerFailure | None) -> None:
    if failure is not None:
        since = "sau đó đã gửi được thư" if failure.is_over else "từ đó chưa gửi được thư nào"
        print(f"Máy chủ thư đi không nhận thư lần gần nhất lúc {_words(failure.at)}, {since}: {failure.why}")


SHOWN = 20


def _say_failed(letters: Sequence[Letter]) -> None:
    for letter in letters[-SHOWN:]:
        why = REASON_NAMES[letter.reason] if letter.reason else ""
        said = ": ".join(part for part in (why, letter.detail) if part)
        print(f"Không gửi được  {letter.id:>6}  {letter_name(letter)} tới {letter.recipient}: {said}")
    if len(letters) > SHOWN:
        print(f"… và {len(letters) - SHOWN} thư trước đó.")
    if letters:
        print("Sửa địa chỉ hoặc nguyên nhân rồi chạy: kiemtra mail resend <số> …, hoặc kiemtra mail resend --failed")


def _day(args: argparse.Namespace) -> str:
    return f"Ngày {day_text(house_day(args.as_of))}" if args.as_of else "Hôm nay"


def _say_uncertain(letters: Sequence[Letter]) -> None:
    for letter in letters:
        when = _words(letter.sent_at) if letter.sent_at else "?"
        what = f"{letter_name(letter)} tới {letter.recipient}, {when}"
        print(f"Chưa rõ  {letter.id:>6}  {what}: {reason_open(letter)}")
    if letters:
        print("Hỏi người nhận rồi chạy: kiemtra mail arrived <số> (đã nhận được) hoặc kiemtra mail resend <số>")


def arrived(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions.begin() as session:
        letter = _letter(session, args.letter)
        if letter.state is not LetterState.UNCERTAIN:
            raise KiemtraError(f"Thư {letter.id} {LETTER_STATE_NAMES[letter.state]}, không cần xác nhận.")
        settle_arrived(session, letter, tools, who(args))
        scribe(args).note_letter(session, AuditAct.ARRIVED, letter)
    print(f"Đã ghi: thư {args.letter} đã đến {letter.recipient}.")


def resend(args: argparse.Namespace) -> int:
    """All of them or none: what cannot go again is said before anything is written."""
    as_of: datetime = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            letters = list({letter.id: letter for letter in _chosen(session, args)}.values())
        again = args.yes or len(letters) > 1
        acts = [(f"thư {one.id}", partial(_resent, one.id, tools, scribe(args), again=again)) for one in letters]
        if acts and (code := act_on(tools, acts, f"Gửi lại {len(acts)} thư này?", yes=args.yes)):
            return code
        with tools.sessions() as session:
            stopped = session.get_one(MailSwitch, 1).stopped_at is not None
    when = "khi mở lại việc gửi thư (đang dừng: kiemtra mail start)" if stopped else "ở lượt gửi kế tiếp"
    print(
        f"{len(letters)} thư đi {when}. Các bước đôn đốc không đổi." if letters else "Không có thư nào không gửi được."
    )
    return 0


def _resent(id_: int, tools: Toolbox, author: Scribe, session: Session, *, again: bool) -> list[str]:
    letter = _letter(session, id_)
    as_of = author.at
    _assert_may_go_again(letter, as_of, again=again)
    left = f" (đã gửi lúc {_words(letter.sent_at or as_of)}, đây là bản gửi thêm)" * (letter.state is LetterState.SENT)
    send_again(session, letter, tools, as_of, author.by)
    author.note_letter(session, AuditAct.RESENT, letter)
    return [f"Thư {letter.id} ({letter_name(letter)}) sẽ được gửi lại tới {letter.recipient}{left}."]


def _chosen(session: Session, args: argparse.Namespace) -> list[Letter]:
    if bool(args.letter) == bool(args.failed):
        raise KiemtraError("Hãy ghi số các thư cần gửi lại, hoặc --failed để gửi lại mọi thư không gửi được.")
    if args.failed:
        return failed_letters(session)
    found, problems = list[Letter](), list[Problem]()
    for number in args.letter:
        try:
            found.append(_letter(session, number))
        except KiemtraError as error:
            if len(args.letter) == 1:
                raise
            problems.append(Problem(f"thư {number}", str(error)))
    if problems:
        raise DefinitionError(problems)
    return found


def _assert_may_go_again(letter: Letter, as_of: datetime, *, again: bool) -> None:
    if letter.state not in SENDABLE_AGAIN:
        raise KiemtraError(f"Thư {letter.id} {LETTER_STATE_NAMES[letter.state]}, không có gì để gửi lại.")
    if letter.state is LetterState.SENT and not again:
        raise KiemtraError(
            f"Thư {letter.id} đã gửi tới {letter.recipient} lúc {_words(letter.sent_at or as_of)}. "
            "Nếu vẫn muốn gửi thêm một bản, thêm --yes."
        )


def _letter(session: Session, number: int) -> Letter:
    letter = session.get(Letter, number)
    if letter is None:
        raise KiemtraError(f"Không có thư số {number}; xem: kiemtra mail status, kiemtra proof <mã đơn vị>")
    leader = session.get(Letter, letter.bundled_into_id) if letter.bundled_into_id else None
    return leader or letter


def proof(args: argparse.Namespace) -> int:
    console = Console(highlight=False)
    with open_toolbox() as tools, tools.sessions() as session:
        unit = session.scalar(select(Unit).where(Unit.code == args.unit))
        if unit is None:
            raise KiemtraError(f"Không có đơn vị mã “{args.unit}”; xem: kiemtra units list")
        chosen = select(Assignment).join(Cycle).join(Round).where(Assignment.unit_id == unit.id)
        if args.cycle:
            chosen = chosen.where(Round.code == args.cycle)
        obligations: list[Assignment | Finding] = list(session.scalars(chosen.order_by(Cycle.opened_on, Assignment.id)))
        if not args.cycle:
            obligations += session.scalars(select(Finding).where(Finding.unit_id == unit.id).order_by(Finding.number))
        for obligation in obligations:
            _prove(console, session, obligation)
    if not obligations:
        print(f"{unit.name} chưa được giao phiếu nào" + (f" trong đợt “{args.cycle}”." if args.cycle else "."))
    return 0


def _prove(console: Console, session: Session, obligation: Assignment | Finding) -> None:
    if isinstance(obligation, Assignment):
        title, state = obligation.cycle.round.title, ASSIGNMENT_NAMES[obligation.state]
    else:
        title, state = f"Kiến nghị {obligation.number}", FINDING_NAMES[obligation.state]
    due = deadline_text(obligation.due_at)
    console.print(f"\n{obligation.unit.name} — {title} [{obligation.code}], hạn {due}: {state}", markup=False)
    found = summary(session, obligation)
    for words, at in (
        ("lập thư", found.planned_at),
        ("máy chủ thư nhận", found.handed_over_at),
        ("bị trả lại", found.bounced_at),
        ("dấu hiệu đã đến", found.arrived_at),
        ("trả lời", found.answered_at),
    ):
        console.print(f"  {words:<18} {_words(at) if at else 'chưa có'}")
    grid = Grid(padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for heading in ("Lúc", "Thư", "Việc", "Nguồn"):
        grid.add_column(heading)
    for link in chain(session, obligation):
        grid.add_row(_words(link.at), str(link.letter or "–"), link.what.replace("[", "\\["), link.source)
    console.print(grid)


def _words(at: datetime) -> str:
    return moment_text(at.astimezone(ZONE))
