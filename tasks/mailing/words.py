"""What the template of each kind of letter is told, and the files that go along."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tasks.domain.calendar import ZONE, house_day
from tasks.domain.extension import ExtensionState, Wish
from tasks.domain.ladder import ROLE_NAMES, UNIT_ROLES
from tasks.domain.letterbox import LetterKind
from tasks.domain.plan import ROUND_KIND_NAMES, Plan, period_words
from tasks.domain.vietnamese import day_text, moment_text
from tasks.extension import settled
from tasks.letters import written_to
from tasks.mailing.by_others import beside, corrected_words, entered_words, noted_words, told_words
from tasks.mailing.due_days import due_file
from tasks.mailing.facts import (
    answers_so_far,
    answers_with,
    calendar_of,
    came_later,
    days_left,
    finding_due_words,
    first_of,
    gaps,
    history,
    lateness,
    obligation_words,
    recorded,
    title_words,
)
from tasks.mailing.forms import form_file
from tasks.mailing.visits import visit_file, visit_words
from tasks.planning import current_plan
from tasks.records import Assignment, Extension, Letter, Reply
from tasks.scheduling import asked_of, cycle_round
from tasks.toolbox import House, Render, Rendered, Toolbox

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Files = tuple[tuple[str, bytes, str], ...]


def render_letter(
    session: Session, letter: Letter, followers: list[Letter], tools: Toolbox, as_of: datetime
) -> tuple[Rendered, Files, Plan | None]:
    """Subject, text and HTML, the files that go along, and the plan that the letter speaks for."""
    if letter.kind is LetterKind.ALERT:
        return alert(letter.words, tools.render, tools.house, house_day(as_of)), (), None
    plan = _plan_of(session, letter)
    common = _common(letter, plan, house_day(as_of))
    if followers:
        told = written_to(session, [one.assignment_id for one in (letter, *followers)])
        lines = _digest([letter, *followers], told, tools, as_of)
        return tools.render("digest", common | {"case_code": ""} | lines), (), plan
    words, files = _WRITERS[letter.kind](session, letter, tools, as_of)
    return tools.render(letter.kind.value, common | words), files, plan


def _common(letter: Letter, plan: Plan, today: date) -> dict[str, Any]:
    obligation = letter.assignment or letter.finding
    officer = plan.officer(letter.role) if letter.role else None
    return {
        "authority": plan.authority.name,
        "office": plan.authority.office,
        "superior": plan.authority.superior,
        "contact": plan.authority.contact,
        "today": today,
        "recipient_name": letter.recipient_name,
        "recipient_title": officer.title if officer else "",
        "addressee": obligation.unit.form_of_address if obligation else "",
        "case_code": obligation.code if obligation else "",
    }


def _request(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    assignment = _assignment(letter)
    round_ = cycle_round(assignment.cycle)
    checklist = asked_of(assignment)
    plan = _plan_of(session, letter)
    file_name, data = form_file(session, assignment, checklist, tools, as_of)
    words = {
        "unit_name": assignment.unit.name,
        "title": round_.title,
        "round_kind": ROUND_KIND_NAMES[round_.kind],
        "period_words": period_words(round_),
        "due_words": assignment.due_words,
        "cut_off_words": day_text(round_.cut_off_on) if round_.cut_off_on else "",
        "estimate_words": f"đến hết ngày {day_text(round_.estimate_to)}" if round_.estimate_to else "",
        "working_days_left": days_left(assignment.due_at, as_of, calendar_of(assignment, tools)),
        "checklist_title": checklist.title,
        "item_count": len(checklist.items),
        "file_name": file_name,
        "legal_bases": [basis.words() for basis in plan.legal_bases],
        "urgent": round_.urgent,
    }
    return words, ((file_name, data, XLSX), _due_file(session, letter, words, tools, as_of))


def _reminder(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    words = obligation_words(letter, tools, as_of)
    files: Files = ()
    if letter.assignment is not None:
        checklist = asked_of(letter.assignment)
        words |= gaps(answers_so_far(session, letter.assignment, checklist), checklist)
        file_name, data = form_file(session, letter.assignment, checklist, tools, as_of)
        words["file_name"] = file_name
        files = ((file_name, data, XLSX),)
    return words, files


def _escalation(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    words, _ = _reminder(session, letter, tools, as_of)
    assert letter.role is not None
    words |= {
        "role_words": ROLE_NAMES[letter.role],
        "unit_is_recipient": letter.role in UNIT_ROLES,
        "history": history(session, letter),
        "file_name": "",
    }
    return words, ()


def _receipt(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    assignment, reply = _assignment(letter), _reply(session, letter)
    checklist = asked_of(assignment)
    standing = answers_with(session, reply, checklist)
    flags = [
        {"code": value.item, "question": checklist.item(value.item).question, "sentence": value.flag}
        for value in standing.values.values()
        if value.flag
    ]
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "received_words": moment_text(reply.received_at.astimezone(ZONE)),
        **recorded(standing, checklist),
        "late": reply.late,
        "flags": flags,
        **_remarks(session, reply),
        "file_name": reply.file_name,
        "known_sender": reply.known_sender,
        "came": beside(letter),
    }, ()


def _returned(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    """The same form again: what was accepted stands in it, what was not is coloured."""
    assignment = _assignment(letter)
    checklist = asked_of(assignment)
    reply = _reply(session, letter) if letter.reply_id else None
    standing = answers_with(session, reply, checklist) if reply else answers_so_far(session, assignment, checklist)
    open_items = gaps(standing, checklist)
    file_name, data = form_file(session, assignment, checklist, tools, as_of)
    received = letter.words.get("received_at")
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "due_words": assignment.due_words,
        "received_words": moment_text(datetime.fromisoformat(received).astimezone(ZONE)) if received else "",
        **recorded(standing, checklist),
        "faults": open_items["faults"],
        "more_faults": open_items["more_faults"],
        "missing": open_items["missing"],
        "more_missing": open_items["missing_count"] - len(open_items["missing"]),
        "reason": letter.words.get("reason", ""),
        "came": beside(letter),
        **_remarks(session, reply, standing.doubts),
        "file_name": file_name,
    }, ((file_name, data, XLSX),)


def _told(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    words, form = told_words(session, _assignment(letter), _reply(session, letter), tools, as_of)
    return words, ((*form, XLSX),)


def _corrected(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    words, form = corrected_words(session, letter, _assignment(letter), tools, as_of)
    return words, ((*form, XLSX),)


def _entered(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    assignment, reply = _assignment(letter), _reply(session, letter)
    words, form = entered_words(session, assignment, reply, asked_of(assignment), tools, as_of)
    return words, ((*form, XLSX),)


def _noted(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    return noted_words(letter), ()


def _remarks(session: Session, reply: Reply | None, doubts: Sequence[str] = ()) -> dict[str, Any]:
    """What was seen in the file beside its answers: the first of it in the letter, all of it in the proof."""
    return first_of([*doubts, *([*came_later(session, reply), *reply.remarks] if reply else [])])


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
        "due_words": finding_due_words(finding),
        "title": "",
    }
    return words, (_due_file(session, letter, words, tools, as_of),)


def _extension(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    extension = session.get_one(Extension, letter.words["extension"])
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    words = title_words(obligation)
    granted = extension.state is ExtensionState.GRANTED
    why_settled = settled(extension)
    wish = Wish(extension.days, extension.until)
    locked = isinstance(obligation, Assignment) and obligation.cycle.locked_at is not None
    past = obligation.due_at <= as_of
    return {
        "unit_name": obligation.unit.name,
        "title": words["title"],
        "number": words["number"],
        "due_words": words["due_words"],
        "asked_words": wish.words,
        "day_is_known": wish.days is not None or wish.until is not None,
        "why": extension.why,
        "decision": "settled" if why_settled else extension.state.value,
        "settled_words": why_settled,
        "owing": obligation.owing,
        "asked_by": extension.asked_by if extension.incoming_id and extension.asked_by != letter.recipient else "",
        "decided_why": extension.decided_why,
        "lines": letter.words.get("lines", []),
        "requested": extension.incoming_id is not None,
        "past": past,
        "locked": locked,
    }, (_due_file(session, letter, words, tools, as_of),) if granted and not past and not locked else ()


def _moved(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    words = title_words(obligation)
    return {
        "unit_name": obligation.unit.name,
        "title": words["title"],
        "number": words["number"],
        "due_words": words["due_words"],
        "old_words": letter.words["old_words"],
        "why": letter.words["why"],
        "working_days_left": days_left(obligation.due_at, as_of, calendar_of(obligation, tools)),
    }, (_due_file(session, letter, words, tools, as_of),)


def _visit(session: Session, letter: Letter, tools: Toolbox, as_of: datetime) -> tuple[dict[str, Any], Files]:
    office = _plan_of(session, letter).authority.office
    words, day = visit_words(session, letter, tools, as_of), visit_file(session, letter, office, tools, as_of)
    if words["cancelled"]:
        return words, (day,)
    assignment = _assignment(letter)
    file_name, data = form_file(session, assignment, asked_of(assignment), tools, as_of)
    return words | {"file_name": file_name}, ((file_name, data, XLSX), day)


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
    LetterKind.TOLD: _told,
    LetterKind.NOTED: _noted,
    LetterKind.CORRECTED: _corrected,
    LetterKind.ENTERED: _entered,
}


def alert(words: Mapping[str, Any], render: Render, house: House, today: date) -> Rendered:
    """A letter of the house to its own administrators: no plan speaks in it."""
    common = {"authority": "", "office": house.sender_name, "superior": "", "contact": house.sender_address}
    return render("alert", {**common, "today": today, "recipient_name": "", "case_code": "", **words})


def _digest(letters: list[Letter], told: Collection[int], tools: Toolbox, as_of: datetime) -> dict[str, Any]:
    """Line by line under what they are asked and by when: forty units of one round have one due day."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    addressees: list[str] = []
    left: list[int] = []
    for letter in letters:
        words = obligation_words(letter, tools, as_of)
        obligation = letter.assignment or letter.finding
        assert obligation is not None
        line = {
            "unit_name": words["unit_name"],
            "words": _unsent(letter, told) + lateness(words["working_days_left"]) + _moved_from(letter),
            "case_code": obligation.code,
        }
        addressees.append(obligation.unit.form_of_address)
        left.append(words["working_days_left"])
        groups.setdefault((words["title"], words["due_words"]), []).append(line)
    return {
        "groups": [{"title": title, "due_words": due, "lines": lines} for (title, due), lines in groups.items()],
        "lines_count": len(letters),
        "most_urgent": lateness(min(left)).capitalize() if min(left) < 0 else "",
        "addressee": "; ".join(dict.fromkeys(addressees)),
        "several_units": len(set(addressees)) > 1,
        "unit_is_recipient": all(letter.role in UNIT_ROLES for letter in letters),
    }


def _unsent(letter: Letter, told: Collection[int]) -> str:
    """To somebody above a unit that has got nothing: it is not the unit that is silent."""
    part = letter.assignment
    if part is None or letter.role in UNIT_ROLES or part.first_reply_at is not None or part.id in told:
        return ""
    return "chưa gửi được thư cho đơn vị, "


def _moved_from(letter: Letter) -> str:
    return f"; hạn cũ {letter.words['old_words']}, dời do {letter.words['why']}" if "old_words" in letter.words else ""


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
