"""Whether what came may be taken: for every form, and for a mail without one, by the table of trust."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tasks.collection.matching import Case, Match, still_owed
from tasks.collection.senders import Said, said, units_of, writer
from tasks.collection.workbooks import Workbook, is_kept
from tasks.domain.assignment import OWING, AssignmentState
from tasks.domain.inbox.trust import OWN, WHO_WORDS, How, Trust, What, Who, how_shown
from tasks.domain.message import Message
from tasks.records import Assignment, Incoming
from tasks.toolbox import Toolbox

UNTOLD = (
    "phiếu đã ghi nhận, nhưng không báo được cho đầu mối của {unit} vì địa chỉ đã đăng ký không nhận được thư; "
    "{sender} có thể là đầu mối mới, hãy hỏi lại đơn vị rồi sửa danh sách (kiemtra units export, import; mã {code})"
)


@dataclass(frozen=True)
class Weighed:
    """As whom the sender speaks for each case whose form came; `why`: why a person must look before any is filed."""

    of_case: Mapping[int, Said] = field(default_factory=dict)
    why: str = ""
    guess: Assignment | None = None


def weigh(
    session: Session, row: Incoming, message: Message, match: Match, workbooks: Sequence[Workbook], tools: Toolbox
) -> Weighed:
    """Every form by itself; one that a person must look at keeps the whole mail."""
    sent = [(workbook, case) for workbook in workbooks if (case := match.assignment_of(workbook.code))]
    brings_own = any(case.unit.knows(message.sender) for _, case in sent)
    spoken: dict[int, Said] = {}
    for workbook, case in sent:
        who = writer(session, message, case.unit, tools, brings_own=brings_own)
        how = how_shown(sealed=_is_ours(workbook, case), in_thread=_answers_us(match, case))
        one = said(who, how, _what(case))
        if one.trust is Trust.DESK and not is_kept(session, row, case, workbook.file):
            return Weighed(why=_why_form(session, message, workbook, case, who, how), guess=case)
        spoken[case.id] = one
    return Weighed(spoken)


def speaks(session: Session, message: Message, case: Case, match: Match, what: What, tools: Toolbox) -> Said:
    """On what the text of a mail asks; no form stands for it."""
    who = writer(session, message, case.unit, tools)
    return said(who, how_shown(sealed=False, in_thread=_answers_us(match, case)), what)


def why_not(session: Session, message: Message, case: Case, who: Who) -> str:
    words = WHO_WORDS[who]
    if who in {Who.OTHER_UNIT, Who.COLLECTOR}:
        words += f": {', '.join(unit.name for unit in units_of(session, message.sender))}"
    return f"{message.sender or 'người gửi'} ({words}) không nói thay được cho {case.unit.name} ({case.code})"


def _what(case: Assignment) -> What:
    return What.FIRST_ANSWER if case.first_reply_at is None else What.CHANGE


def _is_ours(workbook: Workbook, case: Assignment) -> bool:
    """Whether it carries the token that only the forms of this case have."""
    return hmac.compare_digest(workbook.identity.token.encode(), case.token.encode())


def _why_form(session: Session, message: Message, workbook: Workbook, case: Assignment, who: Who, how: How) -> str:
    why = why_not(session, message, case, who)
    if how in {How.CODE, How.THREAD} and workbook.identity.token:
        return f"mã xác nhận trong phiếu không phải của phiếu {case.code}; {why}"
    if how in {How.CODE, How.THREAD}:
        return f"tệp “{workbook.file.name}” không phải tệp phiếu đã gửi; {why}"
    return f"đơn vị đã có câu trả lời; {why}" if _what(case) is What.CHANGE else why


def why_nobody_was_told(message: Message, weighed: Weighed, filed: Sequence[Assignment]) -> str:
    """Somebody else has answered for a unit whose own contact no letter reaches: then the office is to hear of it."""
    for case in filed:
        said_by = weighed.of_case[case.id]
        if said_by.trust is Trust.TELL and said_by.who not in OWN and not case.unit.reachable:
            return UNTOLD.format(unit=case.unit.name, code=case.unit.code, sender=message.sender)
    return ""


def form_meant(session: Session, match: Match, workbooks: Sequence[Workbook]) -> Assignment | None:
    """The form still owed in whose place one of a closed round was sent; None where that one is meant.

    Either the letter names the one that is owed, or the closed round has its answer already.
    """
    sent = {one.id: one for workbook in workbooks if (one := match.assignment_of(workbook.code))}
    if len(sent) != 1:
        return None
    (closed,), around = sent.values(), match.around
    if closed.cycle.locked_at is None:
        return None
    if isinstance(around, Assignment):
        is_owed = around.unit_id == closed.unit_id and around.state in OWING and around.cycle.locked_at is None
        return around if is_owed else None
    if around is not None or closed.state is not AssignmentState.ANSWERED:
        return None
    same = Assignment.checklist == closed.checklist, Assignment.cycle_id != closed.cycle_id
    owed = list(session.scalars(still_owed(closed.unit).where(*same).limit(2)))
    return owed[0] if len(owed) == 1 else None


def _answers_us(match: Match, case: Case) -> bool:
    letter = match.letter
    owner = (letter.assignment or letter.finding) if letter is not None else None
    return owner is not None and owner.unit_id == case.unit_id
