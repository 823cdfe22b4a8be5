"""The file behind each escalation that waits for a signature, and the official letters drafted from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.attempts import happenings_of
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.dossier import Chase, Dossier, Proof, in_order, signer_title, symbol_of
from tasks.domain.extension import deadline_text, last_day
from tasks.domain.finding import FINDINGS
from tasks.domain.ladder import UNIT_ROLES, Role
from tasks.domain.letterbox import (
    CHASING,
    LETTER_STATE_NAMES,
    REASON_NAMES,
    LetterState,
    Reason,
)
from tasks.domain.vietnamese import day_text, moment_text, one_line, slug
from tasks.escalation import Obligation, officers_of, terms_of
from tasks.extension import extension_words, extensions_of
from tasks.letters import letter_name
from tasks.planning import current_plan
from tasks.proof import TELLING, event_words
from tasks.records import Assignment, Letter, Reply, owned_by
from tasks.toolbox import Toolbox
from tasks.unread import unread_words


def dossier_of(session: Session, obligation: Obligation, tools: Toolbox, as_of: datetime) -> Dossier:
    _, calendar = terms_of(obligation, tools)
    return Dossier(
        unit=obligation.unit.name,
        addressee=obligation.unit.form_of_address,
        order=obligation.unit.official_order,
        about=about(obligation),
        due_words=deadline_text(obligation.due_at),
        days_late=calendar.working_days_between(last_day(obligation.due_at), house_day(as_of)),
        proofs=tuple(_proof(session, one) for one in _letters_to_the_unit(session, obligation)),
        replies=tuple(_replies(session, obligation)),
        extensions=tuple(extension_words(one) for one in extensions_of(session, obligation)),
        unread=tuple(f"{one.sender}: “{one_line(one.words)[:500]}”" for one in unread_words(session, obligation)),
        promised=f"đơn vị đã hẹn trả lời ngày {day_text(obligation.promised_on)}" if obligation.promised_on else "",
    )


def about(obligation: Obligation) -> str:
    return obligation.cycle.round.title if isinstance(obligation, Assignment) else f"kiến nghị {obligation.number}"


def _letters_to_the_unit(session: Session, obligation: Obligation) -> Sequence[Letter]:
    chasing = select(Letter).where(owned_by(Letter, obligation), Letter.kind.in_(CHASING), Letter.role.in_(UNIT_ROLES))
    merged = Letter.reason.is_distinct_from(Reason.SUPERSEDED)
    return session.scalars(chasing.where(merged).order_by(Letter.created_at, Letter.id)).all()


def _proof(session: Session, letter: Letter) -> Proof:
    """What the proof chain tells of it; where it ended badly, that first."""
    arrived = letter.state is LetterState.SENT
    told = "; ".join(event_words(one) for one in happenings_of(session, letter.id) if one.kind in TELLING)
    why = REASON_NAMES[letter.reason] if letter.reason else ""
    standing = ", ".join(part for part in (LETTER_STATE_NAMES[letter.state], why) if part)
    outcome = told if arrived and told else "; ".join(part for part in (standing, told) if part)
    return Proof(
        at=(letter.sent_at or letter.not_before).astimezone(ZONE),
        what=letter_name(letter),
        recipient=letter.recipient,
        outcome=outcome,
        arrived=arrived,
    )


def _replies(session: Session, obligation: Obligation) -> list[str]:
    own = owned_by(Reply, obligation)
    found = session.scalars(select(Reply).where(own).order_by(Reply.received_at, Reply.id))
    return [
        f"{moment_text(one.received_at.astimezone(ZONE))}: {one.sender} gửi {one.file_name or 'thư'}, "
        f"còn thiếu {len(one.missing)} mục, {len(one.faults)} ô cần sửa"
        for one in found
    ]


# --- the official letters --------------------------------------------------------------------------------------


def chases(session: Session, letters: Sequence[Letter], tools: Toolbox, as_of: datetime) -> list[Chase]:
    """One official letter for each officer and round of the waiting letters; whoever has answered is not named."""
    groups: dict[tuple[Role, str, str], list[Obligation]] = {}
    for letter in letters:
        obligation = letter.assignment or letter.finding
        if obligation is not None and obligation.owing and letter.role is not None:
            groups.setdefault((letter.role, letter.recipient, _round_code(obligation)), []).append(obligation)
    return [_chase(session, role, code, obligations, tools, as_of) for (role, _, code), obligations in groups.items()]


def _round_code(obligation: Obligation) -> str:
    return obligation.cycle.round.code if isinstance(obligation, Assignment) else FINDINGS


def _chase(
    session: Session, role: Role, code: str, obligations: Sequence[Obligation], tools: Toolbox, as_of: datetime
) -> Chase:
    first = obligations[0]
    plan = current_plan(session, first.cycle.terms["year"] if isinstance(first, Assignment) else first.year)
    officer: dict[str, Any] = officers_of(first).get(role.value, {"title": "", "name": ""})
    is_round = isinstance(first, Assignment)
    return Chase(
        authority=plan.authority.name,
        superior=plan.authority.superior,
        authority_in_head=plan.authority.name_in_head,
        superior_in_head=plan.authority.superior_in_head,
        office=plan.authority.office,
        place=plan.authority.place,
        symbol=symbol_of(plan.authority.symbol, plan.authority.office),
        signer_title=signer_title(role, officer["title"]),
        signer_name=officer["name"],
        plan_title=plan.title,
        title=about(first) if is_round else "khắc phục tồn tại, kiến nghị sau kiểm tra",
        due_words=first.cycle.due_words if isinstance(first, Assignment) else "",
        as_of=as_of.astimezone(ZONE),
        units=in_order([dossier_of(session, one, tools, as_of) for one in obligations]),
        file_name=f"Cong-van-don-doc-{code}-{slug(role.value)}-{day_text(house_day(as_of)).replace('/', '')}.docx",
    )
