"""What came by no mail, kept like mail: a memo of the office with the files, stored beside the returned forms."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.collection.desk import note_decision
from tasks.domain.calendar import ZONE
from tasks.domain.desk import DESK_ACT_NAMES, DeskAct, Place
from tasks.domain.letterbox import Verdict
from tasks.records import Assignment, DeskDecision, Incoming
from tasks.toolbox import Toolbox

OFFICE = "nguoi-cua-co-quan"
"""Where mail has the name of its mailbox."""
FILES = ("application", "octet-stream")


@dataclass(frozen=True)
class Enclosed:
    name: str
    data: bytes


def note_by_hand(
    session: Session,
    assignment: Assignment,
    act: DeskAct,
    by: str,
    why: str,
    at: datetime,
    tools: Toolbox,
    *,
    text: str,
    came_at: datetime | None = None,
    files: Sequence[Enclosed] = (),
) -> tuple[Incoming, DeskDecision]:
    """A row as mail has one, with its number, found by `kiemtra desk show`; and what is needed to take it back."""
    raw = _memo(assignment, act, by, why, at, text, files, tools)
    number = session.scalar(select(func.count()).select_from(Incoming).where(Incoming.mailbox == OFFICE)) or 0
    row = Incoming(
        mailbox=OFFICE,
        key=f"{number + 1}:{assignment.code}",
        sha256=hashlib.sha256(raw).hexdigest(),
        received_at=came_at or at,
        stored_at=at,
        handled_at=at,
        raw=raw,
        verdict=Verdict.REPLY,
        why=f"{by}: {DESK_ACT_NAMES[act]} ({why})",
        sender=by[:254],
        subject=f"[{assignment.code}] {DESK_ACT_NAMES[act]}",
        case_code=assignment.code,
        place=Place.DONE,
    )
    session.add(row)
    session.flush()
    decision = note_decision(session, row, act, by, tools)
    decision.at, decision.why = at, why
    decision.assignment_id, decision.state_before = assignment.id, assignment.state
    session.flush()
    return row, decision


def _memo(
    assignment: Assignment,
    act: DeskAct,
    by: str,
    why: str,
    at: datetime,
    text: str,
    files: Sequence[Enclosed],
    tools: Toolbox,
) -> bytes:
    memo = EmailMessage(policy=SMTP)
    memo["From"] = tools.house.sender_address
    memo["Subject"] = f"[{assignment.code}] {DESK_ACT_NAMES[act]}"
    memo["Date"] = format_datetime(at.astimezone(ZONE))
    memo.set_content(f"{assignment.unit.name}\n{assignment.cycle.round.title}\n{by}: {why}\n\n{text}\n")
    for file in files:
        memo.add_attachment(file.data, maintype=FILES[0], subtype=FILES[1], filename=file.name)
    return memo.as_bytes()
