"""Whether a unit will read of what the office has just decided; where no letter goes, a person has to tell it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import Reason
from tasks.letters import WAITING
from tasks.records import Assignment, Extension, Finding, Letter, Unit, Visit

QUEUED = "Thư báo chờ gửi."
# An answer to a request is not even written where nobody has an address: no letter is the same as one without address.
NOT_TOLD: Mapping[Reason | None, str] = {
    None: "đơn vị chưa có địa chỉ thư",
    Reason.NO_ADDRESS: "đơn vị chưa có địa chỉ thư",
    Reason.UNREACHABLE: "thư gửi tới địa chỉ của đơn vị bị trả lại",
}


def finding_notice(session: Session, finding: Finding) -> str:
    return _words(session, f"finding:{finding.id}")


def decision_notice(session: Session, extension: Extension) -> str:
    return _words(session, f"extension:{extension.id}:{extension.state}")


def change_notice(session: Session, key: str) -> str:
    """Of answers that the office has changed; '' is no letter, because the unit has heard of nothing."""
    return _words(session, key) if key else "Thư báo lần trước chưa đi đã được rút lại; không có gì phải báo."


def visit_notice(session: Session, visit: Visit) -> str:
    return _words(session, f"visit:{visit.id}:{visit.moves}")


def cancellation_notice(session: Session, visit: Visit) -> str:
    """Who has not heard of a visit needs not hear that it is off."""
    if not _letters(session, f"visit:{visit.id}:{visit.moves}"):
        return "Không có thư báo hủy: chưa thư nào về lịch này đến đơn vị."
    return visit_notice(session, visit)


def without_request(session: Session, cycle_id: int) -> list[str]:
    """The units of an open round to which no request goes."""
    unreached = select(Assignment).join(Assignment.unit).where(Assignment.cycle_id == cycle_id)
    unreached = unreached.where(Assignment.state == AssignmentState.UNREACHABLE).order_by(Unit.official_order, Unit.id)
    return [
        f"Chưa có thư giao phiếu cho {one.unit.name}: {_why_none(one.letters)}; hãy báo bằng cách khác."
        for one in session.scalars(unreached)
    ]


def _words(session: Session, key: str) -> str:
    letters = _letters(session, key)
    if any(letter.state in WAITING for letter in letters):
        return QUEUED
    return f"Chưa có thư báo: {_why_none(letters)}; hãy báo bằng cách khác."


def _why_none(letters: Sequence[Letter]) -> str:
    return NOT_TOLD.get(letters[0].reason if letters else None, NOT_TOLD[None])


def _letters(session: Session, key: str) -> list[Letter]:
    """Written for one decision: under its key, or its key and a reader's role."""
    own = (Letter.key == key) | Letter.key.startswith(f"{key}:", autoescape=True)
    return list(session.scalars(select(Letter).where(own).order_by(Letter.id)))
