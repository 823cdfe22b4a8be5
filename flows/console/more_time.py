"""`kiemtra extend` and `kiemtra extensions …`: more time for a unit, asked for or given."""

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from flows.console.scribe import Scribe, scribe
from flows.console.together import DID, act_on, once
from infra.toolbox import clock, open_toolbox
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import house_day
from tasks.domain.errors import CalendarUnknown, KiemtraError
from tasks.domain.extension import EXTENSION_NAMES, ExtensionState, Wish, deadline_text, last_day
from tasks.domain.vietnamese import day_text, day_words, one_line
from tasks.escalation import Obligation, terms_of
from tasks.extension import (
    all_extensions,
    asked_from_within,
    extension_words,
    given_today,
    obligation_of,
    owed_by,
    settled,
    tell,
    uncounted,
    undecided,
    wish_of,
)
from tasks.extension import extend as give
from tasks.extension import grant as let
from tasks.extension import refuse as turn_down
from tasks.naming import find_unit
from tasks.records import Assignment, Extension
from tasks.telling import decision_notice
from tasks.toolbox import Toolbox


def extend(args: argparse.Namespace) -> int:
    as_of = _moment(args)
    wish = _wish(args, one_line(args.why))
    if wish is None:
        raise KiemtraError("Hãy ghi gia hạn đến ngày nào (--to) hoặc thêm mấy ngày làm việc (--days).")
    typed = once(args.units)
    with open_toolbox(as_of=as_of) as tools:
        twice = args.yes and len(typed) == 1
        by = _by(args, tools)
        acts = [
            (one, partial(_extended, one, args.cycle, wish, tools, as_of, by, scribe(args), twice=twice))
            for one in typed
        ]
        return act_on(tools, acts, f"Gia hạn cho {len(acts)} đơn vị, kiến nghị này?", yes=args.yes)


def _extended(
    typed: str,
    cycle: str | None,
    wish: Wish,
    tools: Toolbox,
    as_of: datetime,
    by: str,
    author: Scribe,
    session: Session,
    *,
    twice: bool,
) -> list[str]:
    """`twice`: on purpose, though as much was given today."""
    obligation = owed_by(session, _code(session, typed), cycle)
    if not twice and (same := given_today(session, obligation, wish, as_of)):
        raise KiemtraError(
            f"{obligation.unit.name}: hôm nay đã gia hạn {wish.words}, đến hết ngày "
            f"{day_text(last_day(obligation.due_at))} (người quyết định: {same.decided_by}); chưa gia hạn thêm. "
            "Nếu đúng là cho thêm lần nữa, hãy chạy lại riêng cho đơn vị này với --yes."
        )
    before = deadline_text(obligation.due_at)
    done = give(session, obligation, wish, tools, as_of, by)
    _note(session, author, AuditAct.EXTENDED, done, before, wish.why)
    words = extension_words(done).replace(EXTENSION_NAMES[ExtensionState.GRANTED], f"{DID} cho gia hạn")
    return [f"{_about(done)} — {words}. {decision_notice(session, done)}{_day_off(done, tools)}"]


def _note(session: Session, author: Scribe, act: AuditAct, one: Extension, before: str, why: str = "") -> None:
    obligation = obligation_of(one)
    author.note(
        session, act, obligation, old=f"hạn {before}", new=f"hạn {deadline_text(obligation.due_at)}", reason=why
    )


def _code(session: Session, typed: str) -> str:
    """Of a unit that is named by its name, too; a finding by its number."""
    found = find_unit(session, typed)
    if found.several:
        raise KiemtraError(f"{found.why('đơn vị', typed)}.")
    return found.one.code if found.one else typed


def list_extensions(args: argparse.Namespace) -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        found = all_extensions(session) if args.all else undecided(session)
        for one in found:
            print(f"{one.id:>6}  {_about(one)}\n        {extension_words(one)}\n        người đề nghị: {_who(one)}")
            if why := uncounted(one, tools):
                print(f"        {why}")
    if not found:
        print("Không có đề nghị gia hạn nào." if args.all else "Không có đề nghị gia hạn nào chờ quyết định.")
    elif not args.all:
        print("\nCho: kiemtra extensions grant <số …>. Không cho: kiemtra extensions refuse <số …> --why “lý do”.")


def grant(args: argparse.Namespace) -> None:
    as_of, wish = _moment(args), _wish(args, "")
    given: set[Obligation] = set()

    def decide(session: Session, one: Extension, tools: Toolbox) -> None:
        obligation = obligation_of(one)
        if wish and obligation in given:  # five days for each of two requests would come to ten
            raise KiemtraError("Đơn vị vừa được gia hạn theo đề nghị trước trong lệnh này; hãy cho riêng từng đề nghị.")
        before = deadline_text(obligation.due_at)
        let(session, one, tools, as_of, _by(args, tools), wish)
        _note(session, scribe(args), AuditAct.EXTENSION_GRANTED, one, before)
        given.add(obligation)

    _decide(args.numbers, as_of, decide)


def refuse(args: argparse.Namespace) -> None:
    as_of = _moment(args)

    def decide(session: Session, one: Extension, tools: Toolbox) -> None:
        turn_down(session, one, as_of, _by(args, tools), args.why)
        words = f"đề nghị số {one.id}: {wish_of(one).words}"
        scribe(args).note(session, AuditAct.EXTENSION_REFUSED, obligation_of(one), new=words, reason=args.why)

    _decide(args.numbers, as_of, decide)


Decide = Callable[[Session, Extension, Toolbox], None]


def _decide(numbers: Sequence[int], as_of: datetime, decide: Decide) -> None:
    """All or none, and nothing is said before it is stored."""
    lines: list[str] = []
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions.begin() as session:
            waiting = {one.id: one for one in undecided(session)}
            problems = [_why_not(session, number) for number in dict.fromkeys(numbers) if number not in waiting]
            for number in (one for one in dict.fromkeys(numbers) if one in waiting):
                try:
                    lines.append(_decided(session, waiting[number], tools, as_of, decide))
                except KiemtraError as error:
                    problems.append(f"đề nghị số {number}: {_inside(error)}")
            if problems:
                why = "; ".join(problems)
                raise KiemtraError(f"{why[:1].upper()}{why[1:]}; chưa quyết định gì.")
        print("\n".join(lines))


def _decided(session: Session, one: Extension, tools: Toolbox, as_of: datetime, decide: Decide) -> str:
    """What became of a request; one that an earlier decision of the same command has met needs none."""
    if why := settled(one):
        return f"{one.id}: {_about(one)} — đề nghị số {one.id} không cần quyết định nữa ({why})."
    decide(session, one, tools)
    tell(session, one, tools, as_of)
    told = decision_notice(session, one)
    return f"{one.id}: {_about(one)} — {extension_words(one)}. {told}{_day_off(one, tools)}"


def _inside(error: KiemtraError) -> str:
    """A sentence as a part of another."""
    words = str(error).rstrip(".")
    return words[:1].lower() + words[1:]


def _why_not(session: Session, number: int) -> str:
    one = session.get(Extension, number)
    if one is None:
        return f"không có đề nghị số {number}"
    standing = settled(one) or EXTENSION_NAMES[one.state]
    return f"đề nghị số {number} không chờ quyết định nữa ({standing})"


def _who(one: Extension) -> str:
    is_stranger = one.incoming_id is not None and not asked_from_within(one)
    return one.asked_by + (" (địa chỉ này không có trong danh sách của đơn vị)" if is_stranger else "")


def _day_off(one: Extension, tools: Toolbox) -> str:
    """A due day on which nobody works is allowed, but most often a slip."""
    if one.state is not ExtensionState.GRANTED or one.new_due_at is None:
        return ""
    day = last_day(one.new_due_at)
    try:
        why = terms_of(obligation_of(one), tools)[1].why_off(day)
    except CalendarUnknown as unknown:
        return f"\nLưu ý: chưa rõ {day_words(day)} có phải ngày nghỉ không. {unknown}"
    return f"\nLưu ý: {day_words(day)} là ngày nghỉ ({why})." if why else ""


def _about(one: Extension) -> str:
    obligation = obligation_of(one)
    what = obligation.cycle.round.title if isinstance(obligation, Assignment) else f"kiến nghị {obligation.number}"
    return f"{obligation.unit.name}: {what}"


def _wish(args: argparse.Namespace, why: str) -> Wish | None:
    if args.to is not None and args.days is not None:
        raise KiemtraError("Chỉ ghi một trong hai: --to hoặc --days.")
    if args.days is not None and args.days < 1:
        raise KiemtraError("--days phải là số ngày làm việc từ 1 trở lên.")
    if args.to is None and args.days is None:
        return None
    return Wish(args.days, house_day(args.to) if args.to is not None else None, why)


def _by(args: argparse.Namespace, tools: Toolbox) -> str:
    return one_line(args.by) or tools.house.sender_name


def _moment(args: argparse.Namespace) -> datetime:
    moment: datetime = args.as_of or clock()
    return moment
