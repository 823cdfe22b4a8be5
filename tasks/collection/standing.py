"""Who may answer for a unit: its contacts, and whoever was plainly given its form or its letter."""

import hmac
from collections.abc import Sequence

from tasks.collection.matching import Match
from tasks.collection.workbooks import Workbook
from tasks.domain.message import Message
from tasks.records import Assignment


def doubt_of_stranger(message: Message, match: Match, workbooks: Sequence[Workbook]) -> str:
    """Why a person must look before these workbooks are filed; '' where nothing speaks against it.

    A stranger's answer is filed and flagged; but a form whose token is not that of the case it names was put together
    by somebody, and only a contact, or an answer to a letter of ours to this unit, can stand for it.
    """
    for workbook in workbooks:
        assignment = match.assignment_of(workbook.code)
        if assignment is None or _is_contact(message, assignment) or _answers_us(match, assignment):
            continue
        token = workbook.identity.token
        if token and not hmac.compare_digest(token.encode(), assignment.token.encode()):
            return (
                f"mã xác nhận trong phiếu không phải của phiếu {assignment.code}, và {message.sender} không có trong "
                f"danh sách của {assignment.unit.name}"
            )
    return ""


def _is_contact(message: Message, assignment: Assignment) -> bool:
    return message.sender in {contact.address.lower() for contact in assignment.unit.contacts}


def _answers_us(match: Match, assignment: Assignment) -> bool:
    letter = match.letter
    return letter is not None and letter.assignment is not None and letter.assignment.unit_id == assignment.unit_id
