"""More time: asked for by a reply or given by the office, decided, and told."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from tasks.domain.assignment import ASSIGNMENT_NAMES, OWING
from tasks.domain.calendar import Calendar, end_of, house_day
from tasks.domain.counting import WhenOff, moved
from tasks.domain.errors import CalendarUnknown, KiemtraError
from tasks.domain.extension import EXTENSION_NAMES, ExtensionState, Wish, last_day
from tasks.domain.finding import FINDING_NAMES, FindingState
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason, may_answer_automatically
from tasks.domain.message import Message
from tasks.domain.vietnamese import day_text, one_line
from tasks.escalation import Obligation, come_again, honour_promise, is_urgent, reschedule, take_back, terms_of
from tasks.identities import came_as, message_id
from tasks.letters import NOBODY, WAITING, addressed, owe, timed
from tasks.moves import move
from tasks.records import Assignment, Extension, Finding, Incoming, Letter, Unit, owned_by
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

# --- asking and deciding ---------------------------------------------------------------------------------------


def ask(
    session: Session,
    obligation: Obligation,
    wish: Wish,
    tools: Toolbox,
    asked_at: datetime,
    by: str,
    incoming_id: int | None = None,
) -> Extension:
    calendar = terms_of(obligation, tools)[1]
    extension = Extension(
        assignment_id=obligation.id if isinstance(obligation, Assignment) else None,
        finding_id=obligation.id if isinstance(obligation, Finding) else None,
        incoming_id=incoming_id,
        asked_at=asked_at,
        asked_by=by[:254],
        days=wish.days,
        until=wish.until,
        why=wish.why,
        old_due_at=obligation.due_at,
        wanted_at=_countable(wish, obligation.due_at, calendar, asked_at),
        state=ExtensionState.ASKED,
    )
    session.add(extension)
    session.flush()
    return extension


def _countable(wish: Wish, due_at: datetime, calendar: Calendar, asked_at: datetime) -> datetime | None:
    """None, too, where days lead into a year that nobody has entered: carrying that year over gives it its day."""
    try:
        return wish.due_at(due_at, calendar, house_day(asked_at))
    except CalendarUnknown:
        return None


def wish_of(extension: Extension) -> Wish:
    return Wish(extension.days, extension.until, extension.why)


def obligation_of(extension: Extension) -> Obligation:
    obligation = extension.assignment or extension.finding
    assert obligation is not None
    return obligation


def original_due_at(obligation: Obligation) -> datetime:
    """The due moment before any extension: what the statistics go by."""
    return obligation.original_due_at if isinstance(obligation, Assignment) else obligation.first_due_at


def own_due_at(obligation: Obligation, tools: Toolbox) -> datetime:
    """The due moment without any extension, where the calendar has moved it to by now."""
    if isinstance(obligation, Assignment):
        return max(obligation.cycle.due_at, obligation.original_due_at)  # one that was asked later has its own
    due = obligation.terms.get("due")
    if due is None:
        return obligation.first_due_at
    calendar = tools.definitions.calendar(obligation.terms["calendar"])
    return end_of(moved(date.fromisoformat(due["named"]), WhenOff(due["when_off"]), calendar))


def wanted(extension: Extension, tools: Toolbox) -> datetime | None:
    """What was asked, by the calendar of now; from the day that held then, so that two requests do not add up."""
    calendar = terms_of(obligation_of(extension), tools)[1]
    return wish_of(extension).due_at(extension.old_due_at, calendar, house_day(extension.asked_at))


def uncounted(extension: Extension, tools: Toolbox) -> str:
    """Why nobody can say yet to which day a request that waits would come; empty where somebody can."""
    if extension.state is not ExtensionState.ASKED:
        return ""
    try:
        wanted(extension, tools)
    except CalendarUnknown as unknown:
        return f"chưa tính được đến ngày nào: {unknown}"
    return ""


def past_lock(obligation: Obligation, new_due_at: datetime) -> bool:
    if isinstance(obligation, Finding) or obligation.cycle.lock_on is None:
        return False
    return new_due_at > end_of(obligation.cycle.lock_on)


def grant(
    session: Session, extension: Extension, tools: Toolbox, as_of: datetime, by: str, wish: Wish | None = None
) -> None:
    """Move the due day. What was sent stays sent; rungs that have not left move with it.

    `wish`: what is really given, where it is not what was asked. Raises KiemtraError when it cannot be given.
    What was asked counts from the day that held then: two requests for five days come to five days.
    """
    obligation = obligation_of(extension)
    calendar = terms_of(obligation, tools)[1]
    new = wish.due_at(obligation.due_at, calendar, house_day(extension.asked_at)) if wish else wanted(extension, tools)
    if why := _why_not(obligation, new, as_of):
        raise KiemtraError(f"Chưa gia hạn được cho {obligation.unit.name}: {why}.")
    decided = {"decided_at": as_of, "decided_by": by, "new_due_at": new, "old_due_at": obligation.due_at}
    if not move(session, extension, ExtensionState.GRANTED, **decided):
        return
    take_back(session, obligation, Reason.EXTENDED)
    assert new is not None
    obligation.original_due_at = original_due_at(obligation)
    obligation.due_at = new
    session.flush()
    come_again(session, obligation, Reason.EXTENDED, tools, as_of)
    honour_promise(obligation, tools)
    reschedule(obligation, tools)


def _why_not(obligation: Obligation, new_due_at: datetime | None, as_of: datetime) -> str:
    if new_due_at is None:
        return "đơn vị chưa nói rõ đến ngày nào; hãy ghi --to hoặc --days"
    if not obligation.owing:
        return _no_longer_owed(obligation)
    if new_due_at <= obligation.due_at:
        return _stands(obligation)
    if new_due_at <= as_of:
        return f"ngày {day_text(last_day(new_due_at))} đã qua; hãy ghi --to một ngày sau hôm nay"
    if past_lock(obligation, new_due_at):
        assert isinstance(obligation, Assignment)
        assert obligation.cycle.lock_on is not None
        return f"đợt khóa sổ ngày {day_text(obligation.cycle.lock_on)}; hãy chọn ngày sớm hơn"
    return ""


def _stands(obligation: Obligation) -> str:
    return f"hạn hiện nay đã là hết ngày {day_text(last_day(obligation.due_at))}"


def refuse(session: Session, extension: Extension, as_of: datetime, by: str, why: str) -> None:
    move(session, extension, ExtensionState.REFUSED, decided_at=as_of, decided_by=by, decided_why=one_line(why))


def extend(session: Session, obligation: Obligation, wish: Wish, tools: Toolbox, as_of: datetime, by: str) -> Extension:
    """The office gives more time by itself; the unit is told."""
    extension = ask(session, obligation, wish, tools, as_of, by)
    grant(session, extension, tools, as_of, by)
    tell(session, extension, tools, as_of)
    return extension


def given_today(session: Session, obligation: Obligation, wish: Wish, as_of: datetime) -> Extension | None:
    """The same days given on the same day already: most often one who is not sure that the first time went through."""
    today = house_day(as_of)
    for one in extensions_of(session, obligation):
        is_today = one.decided_at is not None and house_day(one.decided_at) == today
        if one.state is ExtensionState.GRANTED and is_today and wish.days is not None and one.days == wish.days:
            return one
    return None


# --- telling the unit ------------------------------------------------------------------------------------------


def answer_letter(
    session: Session, extension: Extension, obligation: Obligation, tools: Toolbox, message: Message
) -> Letter:
    """The answer to a request: to whoever wrote, where a person wrote, else to the unit's registered contact."""
    letter = _letter(session, extension, obligation, tools, f"extension:{extension.id}", decided=False)
    contact = obligation.unit.contact(Role.DAU_MOI)
    letter.in_reply_to = message.message_id
    if may_answer_automatically(message) or contact is None:
        letter.recipient, letter.recipient_name = message.sender[:254], message.sender_name
    else:
        letter.recipient, letter.recipient_name = contact.address, contact.name
    letter.role = next((one.role for one in obligation.unit.contacts if one.address == letter.recipient), None)
    return letter


def tell(session: Session, extension: Extension, tools: Toolbox, as_of: datetime) -> None:
    """What a person decided, in the office's hours: to whoever asked, and to the unit's contact if that is not he."""
    obligation = obligation_of(extension)
    key = f"extension:{extension.id}:{extension.state}"
    incoming = session.get(Incoming, extension.incoming_id) if extension.incoming_id else None
    letters = []
    if incoming is not None and incoming.sender:
        letter = _letter(session, extension, obligation, tools, key)
        letter.recipient, letter.in_reply_to = incoming.sender, incoming.message_id
        letter.role = next((one.role for one in obligation.unit.contacts if one.address == incoming.sender), None)
        letters.append(letter)
    if not _asked_by_contact(extension):
        letters.append(
            addressed(_letter(session, extension, obligation, tools, f"{key}:unit"), obligation.unit, Role.DAU_MOI)
        )
    calendar = terms_of(obligation, tools)[1]
    for letter in letters:
        if letter.recipient != NOBODY:
            _replace_waiting(session, extension, letter.recipient)
            owe(session, timed(letter, as_of, calendar, HOURS, urgent=is_urgent(obligation)))


def _replace_waiting(session: Session, extension: Extension, recipient: str) -> None:
    """What waits says less: that this request was received, or that a day was given which is no longer the last."""
    obligation = obligation_of(extension)
    granted = {one.id for one in extensions_of(session, obligation) if one.state is ExtensionState.GRANTED}
    outdated = granted | {extension.id} if extension.state is ExtensionState.GRANTED else {extension.id}
    waiting = select(Letter).where(
        owned_by(Letter, obligation), Letter.kind == LetterKind.EXTENSION, Letter.state.in_(WAITING)
    )
    for letter in session.scalars(waiting.where(Letter.recipient == recipient)):
        if letter.words["extension"] in outdated:
            move(session, letter, LetterState.CANCELLED, reason=Reason.SUPERSEDED)


def asked_from_within(extension: Extension) -> bool:
    """Whether one of the unit's own addresses asked; else the unit has not heard of it yet."""
    return obligation_of(extension).unit.knows(extension.asked_by.lower())


def _asked_by_contact(extension: Extension) -> bool:
    contacts = obligation_of(extension).unit.contacts
    return extension.asked_by.lower() in {one.address.lower() for one in contacts if one.role is Role.DAU_MOI}


def tell_contact(session: Session, extension: Extension, tools: Toolbox, as_of: datetime) -> None:
    """Somebody else has asked for the unit, and may: its contact hears of it in the same hour."""
    if _asked_by_contact(extension):
        return
    obligation = obligation_of(extension)
    key = f"extension:{extension.id}:unit"
    letter = _letter(session, extension, obligation, tools, key, decided=False)
    addressed(letter, obligation.unit, Role.DAU_MOI)
    if letter.recipient != NOBODY:
        owe(session, timed(letter, as_of, terms_of(obligation, tools)[1], HOURS, urgent=is_urgent(obligation)))


def _letter(
    session: Session, extension: Extension, obligation: Obligation, tools: Toolbox, key: str, *, decided: bool = True
) -> Letter:
    """`decided`: by a person, and not by the ladder's policy in the moment of asking."""
    asked = "extension", obligation.code, came_as(session, extension.incoming_id)
    told = (extension.state, extension.new_due_at) if decided else ()
    return Letter(
        key=key,
        kind=LetterKind.EXTENSION,
        assignment_id=obligation.id if isinstance(obligation, Assignment) else None,
        finding_id=obligation.id if isinstance(obligation, Finding) else None,
        words={"extension": extension.id, "decided": decided},
        message_id=message_id(session, tools, *asked, *told, key.endswith(":unit")),
        recipient=NOBODY,
        state=LetterState.QUEUED,
        created_at=tools.now(),
    )


# --- looking ---------------------------------------------------------------------------------------------------


def all_extensions(session: Session) -> Sequence[Extension]:
    return session.scalars(select(Extension).order_by(Extension.asked_at, Extension.id)).all()


def extensions_of(session: Session, obligation: Obligation) -> Sequence[Extension]:
    own = owned_by(Extension, obligation)
    asked = select(Extension).where(own).order_by(Extension.asked_at, Extension.id)
    return session.scalars(asked).all()


def undecided(session: Session) -> Sequence[Extension]:
    """The requests that wait for a person, oldest first."""
    return session.scalars(_undecided().order_by(Extension.asked_at, Extension.id)).all()


def count_undecided(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(_undecided().subquery())) or 0


def _undecided() -> Select[Extension]:
    """What `settled` says nothing of, as SQL sees it."""
    asked = select(Extension).outerjoin(Assignment).outerjoin(Finding).where(Extension.state == ExtensionState.ASKED)
    is_owed = or_(Assignment.state.in_(OWING), Finding.state == FindingState.OPEN)
    later = Extension.wanted_at > func.coalesce(Assignment.due_at, Finding.due_at)
    return asked.where(is_owed, or_(Extension.wanted_at.is_(None), later))


def settled(extension: Extension) -> str:
    """Why nobody needs to decide a request any more: it is met, or nothing is owed; empty while it waits.

    Nothing is stored for that: where an answer is taken back, the request waits again.
    """
    obligation = obligation_of(extension)
    if extension.state is not ExtensionState.ASKED:
        return ""
    if not obligation.owing:
        return _no_longer_owed(obligation)
    if extension.wanted_at is not None and extension.wanted_at <= obligation.due_at:
        return _stands(obligation)
    return ""


def _no_longer_owed(obligation: Obligation) -> str:
    if isinstance(obligation, Assignment):
        return f"phiếu này: {ASSIGNMENT_NAMES[obligation.state]}"
    return f"kiến nghị này: {FINDING_NAMES[obligation.state]}"


def standing_words(extension: Extension) -> str:
    why = settled(extension)
    return f"không cần quyết định ({why})" if why else EXTENSION_NAMES[extension.state]


def extension_words(extension: Extension) -> str:
    """One line of a dossier: what was asked, and what became of it."""
    why = f" ({extension.why})" if extension.why else ""
    new = f" đến hết ngày {day_text(last_day(extension.new_due_at))}" if extension.new_due_at else ""
    verb = "xin" if extension.incoming_id else "cơ quan cho"
    asked = f"{day_text(house_day(extension.asked_at))}: {verb} {wish_of(extension).words}{why}"
    return f"{asked}; {standing_words(extension)}{new}"


def owed_by(session: Session, unit_or_number: str, round_code: str | None) -> Obligation:
    """The one obligation that a unit's code (and round) or a finding's number names. Raises KiemtraError."""
    finding = session.scalar(select(Finding).where(Finding.number == unit_or_number))
    if finding is not None:
        return finding
    unit = session.scalar(select(Unit).where(Unit.code == unit_or_number))
    if unit is None:
        raise KiemtraError(f"Không có đơn vị hoặc kiến nghị nào mang mã “{unit_or_number}”.")
    owing = [one for one in session.scalars(select(Assignment).where(Assignment.unit_id == unit.id)) if one.owing]
    chosen = [one for one in owing if round_code in (None, one.cycle.round.code)]
    if len(chosen) == 1:
        return chosen[0]
    rounds = ", ".join(one.cycle.round.code for one in owing) or "không đợt nào"
    if not chosen and not unit.reachable:
        raise KiemtraError(
            f"{unit.name} đang được ghi là không gửi được thư đến nên chưa gia hạn được; sửa địa chỉ rồi chạy "
            f"kiemtra units import, hoặc kiemtra units reached {unit.code}."
        )
    if not chosen:
        raise KiemtraError(f"{unit.name} không còn nợ phiếu của đợt này; đang nợ: {rounds}.")
    raise KiemtraError(f"{unit.name} đang nợ nhiều phiếu ({rounds}); hãy ghi thêm --cycle <mã đợt>.")
