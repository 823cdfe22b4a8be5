"""What the template of each kind of letter is told, and the workbook that goes along."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.answers import AnswersSoFar, standing_of, unanswered
from tasks.domain.calendar import ZONE, Calendar, house_day
from tasks.domain.checklist import Checklist, Form
from tasks.domain.extension import ExtensionState, Wish
from tasks.domain.ladder import ROLE_NAMES, UNIT_ROLES
from tasks.domain.letterbox import LETTER_NAMES, LetterKind, LetterState
from tasks.domain.plan import ROUND_KIND_NAMES, Plan, calendar_name, period_words
from tasks.domain.vietnamese import day_text, moment_text
from tasks.last_year import last_year_words
from tasks.mailing.addresses import reply_address
from tasks.mailing.due_days import due_file
from tasks.mailing.visits import visit_file, visit_words
from tasks.planning import current_plan
from tasks.records import Assignment, Extension, Finding, Letter, Reply
from tasks.scheduling import cycle_checklist, cycle_round
from tasks.toolbox import Rendered, Toolbox

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST = 10
"""How many faults and missing items a letter names; the form itself shows all."""
Files = tuple[tuple[str, bytes, str], ...]


def render_letter(
    session: Session, letter: Letter, followers: list[Letter], tools: Toolbox, as_of: datetime
) -> tuple[Rendered, Files, Plan | None]:
    """Subject, text and HTML, the files that go along, and the plan that the letter speaks for."""
    if letter.kind is LetterKind.ALERT:
        return _alert(letter, tools, house_day(as_of)), (), None
    plan = _plan_of(session, letter)
    common = _common(letter, plan, house_day(as_of))
    if followers:
        lines = _digest([letter, *followers], tools, as_of)
        return tools.render("digest", common | {"case_code": ""} | lines), (), plan
    words, files = _WRITERS[letter.kind](session, letter, tools, as_of)
    return tools.render(letter.kind.value, common | words), files, plan


def _common(letter: Letter, plan: Plan, today: date) -> dict[str, Any]:
    obligation = letter.assignment or letter.finding
    return {
        "authority": plan.authority.name,
        "office": plan.authority.office,
        "superior": plan.authority.superior,
        "contact": plan.authority.contact,
        "today": today,
        "recipient_name": letter.recipient_name,
        "case_code": obligation.code if obligation else "",
    }


def _request(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    assignment = _assignment(letter)
    round_ = cycle_round(assignment.cycle)
    checklist = cycle_checklist(assignment.cycle, assignment.checklist)
    plan = _plan_of(session, letter)
    file_name, data = _form_file(session, assignment, checklist, tools, as_of)
    words = {
        "unit_name": assignment.unit.name,
        "title": round_.title,
        "round_kind": ROUND_KIND_NAMES[round_.kind],
        "period_words": period_words(round_),
        "due_words": assignment.due_words,
        "cut_off_words": day_text(round_.cut_off_on) if round_.cut_off_on else "",
        "estimate_words": f"đến hết ngày {day_text(round_.estimate_to)}" if round_.estimate_to else "",
        "working_days_left": _days_left(assignment.due_at, as_of, _calendar(assignment, tools)),
        "checklist_title": checklist.title,
        "item_count": len(checklist.items),
        "file_name": file_name,
        "legal_bases": [basis.words() for basis in plan.legal_bases],
        "urgent": round_.urgent,
    }
    return words, ((file_name, data, XLSX), _due_file(session, letter, words, tools, as_of))


def _reminder(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    words = _obligation_words(letter, tools, as_of)
    files: Files = ()
    if letter.assignment is not None:
        checklist = cycle_checklist(letter.assignment.cycle, letter.assignment.checklist)
        words |= _gaps(session, letter.assignment, checklist)
        file_name, data = _form_file(session, letter.assignment, checklist, tools, as_of)
        words["file_name"] = file_name
        files = ((file_name, data, XLSX),)
    return words, files


def _escalation(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    words, _ = _reminder(session, letter, tools, as_of)
    assert letter.role is not None
    words |= {
        "role_words": ROLE_NAMES[letter.role],
        "unit_is_recipient": letter.role in UNIT_ROLES,
        "history": _history(session, letter),
        "file_name": "",
    }
    return words, ()


def _receipt(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    assignment, reply = _assignment(letter), _reply(session, letter)
    checklist = cycle_checklist(assignment.cycle, assignment.checklist)
    standing = _standing(session, assignment, checklist)
    flags = [
        {"code": value.item, "question": checklist.item(value.item).question, "sentence": value.flag}
        for value in standing.values.values()
        if value.flag
    ]
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "received_words": moment_text(reply.received_at.astimezone(ZONE)),
        "accepted_count": len(standing.values),
        "total_count": len(checklist.items),
        "late": reply.late,
        "flags": flags,
        "remarks": reply.remarks,
        "file_name": reply.file_name,
        "known_sender": reply.known_sender,
    }, ()


def _returned(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    """The same form again: what was accepted stands in it, what was not is coloured."""
    assignment = _assignment(letter)
    checklist = cycle_checklist(assignment.cycle, assignment.checklist)
    gaps = _gaps(session, assignment, checklist)
    standing = _standing(session, assignment, checklist)
    file_name, data = _form_file(session, assignment, checklist, tools, as_of)
    received = letter.words.get("received_at")
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "due_words": assignment.due_words,
        "received_words": moment_text(datetime.fromisoformat(received).astimezone(ZONE)) if received else "",
        "accepted_count": len(standing.values),
        "total_count": len(checklist.items),
        "faults": gaps["faults"],
        "more_faults": gaps["faults_count"] - len(gaps["faults"]),
        "missing": gaps["missing"],
        "more_missing": gaps["missing_count"] - len(gaps["missing"]),
        "reason": letter.words.get("reason", ""),
        "file_name": file_name,
    }, ((file_name, data, XLSX),)


def _finding(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    finding = letter.finding
    assert finding is not None
    words = {
        "unit_name": finding.unit.name,
        "number": finding.number,
        "what": finding.what,
        "basis": finding.basis,
        "remedy": finding.remedy,
        "raised_words": day_text(finding.raised_on),
        "due_words": _finding_due_words(finding),
        "title": "",
    }
    return words, (_due_file(session, letter, words, tools, as_of),)


def _extension(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    extension = session.get_one(Extension, letter.words["extension"])
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    words = _finding_words(obligation) if isinstance(obligation, Finding) else _assignment_words(obligation)
    granted = extension.state is ExtensionState.GRANTED
    return {
        "unit_name": obligation.unit.name,
        "title": words["title"],
        "number": words["number"],
        "due_words": words["due_words"],
        "asked_words": Wish(extension.days, extension.until).words,
        "why": extension.why,
        "decision": extension.state.value,
        "decided_why": extension.decided_why,
    }, (_due_file(session, letter, words, tools, as_of),) if granted else ()


def _moved(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    words = _finding_words(obligation) if isinstance(obligation, Finding) else _assignment_words(obligation)
    return {
        "unit_name": obligation.unit.name,
        "title": words["title"],
        "number": words["number"],
        "due_words": words["due_words"],
        "old_words": letter.words["old_words"],
        "why": letter.words["why"],
        "working_days_left": _days_left(obligation.due_at, as_of, _calendar(obligation, tools)),
    }, (_due_file(session, letter, words, tools, as_of),)


def _visit(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    office = _plan_of(session, letter).authority.office
    return visit_words(session, letter, tools), (visit_file(session, letter, office, tools, as_of),)


def _due_file(
    session: Session, letter: Letter, words: dict[str, Any], tools: Toolbox, as_of: datetime
) -> tuple[str, bytes, str]:
    return due_file(session, letter, words["due_words"], _plan_of(session, letter).authority.office, tools, as_of)


_WRITERS = {
    LetterKind.REQUEST: _request,
    LetterKind.REMINDER: _reminder,
    LetterKind.ESCALATION: _escalation,
    LetterKind.RECEIPT: _receipt,
    LetterKind.RETURNED: _returned,
    LetterKind.FINDING: _finding,
    LetterKind.EXTENSION: _extension,
    LetterKind.MOVED: _moved,
    LetterKind.VISIT: _visit,
}


def _alert(letter: Letter, tools: Toolbox, today: date) -> Rendered:
    house = tools.house
    common = {"authority": "", "office": house.sender_name, "superior": "", "contact": house.sender_address}
    return tools.render("alert", common | {"today": today, "recipient_name": "", "case_code": ""} | letter.words)


def _digest(letters: list[Letter], tools: Toolbox, as_of: datetime) -> dict[str, Any]:
    lines = []
    for letter in letters:
        words = _obligation_words(letter, tools, as_of)
        obligation = letter.assignment or letter.finding
        assert obligation is not None
        lines.append(
            {
                "unit_name": words["unit_name"],
                "title": words["title"],
                "due_words": words["due_words"],
                "words": _lateness(words["working_days_left"]) + _moved_from(letter),
                "case_code": obligation.code,
            }
        )
    own = all(letter.role in UNIT_ROLES for letter in letters)
    return {"lines": lines, "lines_count": len(lines), "unit_is_recipient": own}


def _moved_from(letter: Letter) -> str:
    return f"; hạn cũ {letter.words['old_words']}, dời do {letter.words['why']}" if "old_words" in letter.words else ""


def _lateness(days_left: int) -> str:
    if days_left > 0:
        return f"còn {days_left} ngày làm việc"
    return "đến hạn hôm nay" if days_left == 0 else f"quá hạn {-days_left} ngày làm việc"


def _obligation_words(letter: Letter, tools: Toolbox, as_of: datetime) -> dict[str, Any]:
    """What a reminder says of an assignment or a finding, with its days counted now, when it is sent."""
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    own = _finding_words(obligation) if isinstance(obligation, Finding) else _assignment_words(obligation)
    return own | {
        "unit_name": obligation.unit.name,
        "working_days_left": _days_left(obligation.due_at, as_of, _calendar(obligation, tools)),
        "overdue": as_of >= obligation.due_at,
        "missing": [],
        "missing_count": 0,
        "faults": [],
        "faults_count": 0,
        "rung_title": letter.words.get("rung_title", ""),
        "file_name": "",
    }


def _assignment_words(assignment: Assignment) -> dict[str, Any]:
    return {
        "obligation": "assignment",
        "title": assignment.cycle.round.title,
        "due_words": assignment.due_words,
        "partial": assignment.first_reply_at is not None,
        "number": "",
        "what": "",
    }


def _finding_words(finding: Finding) -> dict[str, Any]:
    return {
        "obligation": "finding",
        "title": "Khắc phục kiến nghị sau kiểm tra",
        "due_words": _finding_due_words(finding),
        "partial": False,
        "number": finding.number,
        "what": finding.what,
    }


def _gaps(session: Session, assignment: Assignment, checklist: Checklist) -> dict[str, Any]:
    standing = _standing(session, assignment, checklist)
    missing = [{"code": code, "question": checklist.item(code).question} for code in standing.missing]
    faults = [{"cell": fault.cell, "sentence": fault.sentence} for fault in standing.faults]
    return {
        "missing": missing[:FIRST] if standing.replied else [],
        "missing_count": len(missing),
        "faults": faults[:FIRST],
        "faults_count": len(faults),
    }


def _standing(session: Session, assignment: Assignment, checklist: Checklist) -> AnswersSoFar:
    """Most letters go to units that have not answered yet: nothing has to be looked up for them."""
    return standing_of(session, assignment, checklist) if assignment.first_reply_at else unanswered(checklist)


def _history(session: Session, letter: Letter) -> list[str]:
    """What the unit was sent before, and what the mail server said: an officer must not accuse without proof."""
    own = (
        Letter.assignment_id == letter.assignment_id if letter.assignment_id else Letter.finding_id == letter.finding_id
    )
    sent = (
        select(Letter)
        .where(own, Letter.state == LetterState.SENT, Letter.role.in_(UNIT_ROLES))
        .order_by(Letter.sent_at)
    )
    return [
        f"{day_text(house_day(one.sent_at))}: {LETTER_NAMES[one.kind]} tới {one.recipient}; máy chủ thư đã nhận"
        for one in session.scalars(sent)
        if one.sent_at
    ]


def _form_file(
    session: Session, assignment: Assignment, checklist: Checklist, tools: Toolbox, as_of: datetime
) -> tuple[str, bytes]:
    form = form_of(session, assignment, checklist, tools, as_of)
    name = f"Phieu-{assignment.cycle.round.code}-{assignment.unit.code}-{assignment.code}.xlsx"
    return name, tools.workbooks.build(form)


def form_of(session: Session, assignment: Assignment, checklist: Checklist, tools: Toolbox, as_of: datetime) -> Form:
    """The unit's form as it stands: fresh before the first reply, prefilled and marked after it."""
    plan = current_plan(session, assignment.cycle.terms["year"])
    round_ = cycle_round(assignment.cycle)
    standing = _standing(session, assignment, checklist)
    return Form(
        authority=plan.authority.name,
        superior=plan.authority.superior,
        title=round_.title,
        unit_code=assignment.unit.code,
        unit_name=assignment.unit.name,
        case_code=assignment.code,
        token=assignment.token,
        due_words=assignment.due_words,
        period_words=period_words(round_),
        reply_to=reply_address(tools.house, assignment.code),
        contact_words=plan.authority.contact,
        as_of=assignment.cycle.opened_on,
        checklist=checklist,
        cut_off_words=day_text(round_.cut_off_on) if round_.cut_off_on else "",
        estimate_words=f"đến hết ngày {day_text(round_.estimate_to)}" if round_.estimate_to else "",
        accepted=standing.values if standing.replied else {},
        last_year=last_year_words(session, assignment, checklist),
        faults=standing.faults,
    )


def _plan_of(session: Session, letter: Letter) -> Plan:
    if letter.assignment is not None:
        return current_plan(session, letter.assignment.cycle.terms["year"])
    assert letter.finding is not None
    return current_plan(session, letter.finding.year)


def _assignment(letter: Letter) -> Assignment:
    assert letter.assignment is not None, f"letter {letter.key} has no assignment"
    return letter.assignment


def _reply(session: Session, letter: Letter) -> Reply:
    assert letter.reply_id is not None, f"letter {letter.key} has no reply"
    return session.get_one(Reply, letter.reply_id)


def _calendar(obligation: Assignment | Finding, tools: Toolbox) -> Calendar:
    terms = obligation.cycle.terms if isinstance(obligation, Assignment) else obligation.terms
    return tools.definitions.calendar(calendar_name(terms, obligation.unit.kind))


def _days_left(due_at: datetime, as_of: datetime, calendar: Calendar) -> int:
    """Working days from today to the last day; 0 on the last day itself, negative after it."""
    last = house_day(due_at - timedelta(seconds=1))
    return calendar.working_days_between(house_day(as_of), last)


def _finding_due_words(finding: Finding) -> str:
    return f"đến hết ngày {day_text(house_day(finding.due_at - timedelta(seconds=1)))}"
