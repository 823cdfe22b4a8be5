"""What is written where somebody else than its contact has answered for a unit: to the contact all, to them nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tasks.domain.calendar import ZONE
from tasks.domain.checklist import Checklist
from tasks.domain.inbox.trust import WHO_WORDS
from tasks.domain.signed_copy import of_entry
from tasks.domain.told_change import Told, told_in
from tasks.domain.vietnamese import moment_text
from tasks.mailing.facts import answers_so_far, answers_with, came_later, first_of, gaps, recorded
from tasks.mailing.forms import form_file
from tasks.records import Assignment, Letter, Reply
from tasks.scheduling import asked_of
from tasks.toolbox import Toolbox

MOST_CHANGES = 30


def told_words(
    session: Session, assignment: Assignment, reply: Reply, tools: Toolbox, as_of: datetime
) -> tuple[dict[str, Any], tuple[str, bytes]]:
    """Who has answered in the unit's name and what counted then, with the form as it stands now."""
    checklist = asked_of(assignment)
    standing = answers_with(session, reply, checklist)
    form = form_file(session, assignment, checklist, tools, as_of)
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "received_words": moment_text(reply.received_at.astimezone(ZONE)),
        "sender": reply.sender,
        "who_words": WHO_WORDS[reply.who] if reply.who else "",
        **recorded(standing, checklist),
        **first_of([*standing.doubts, *came_later(session, reply)]),
        "due_words": "" if standing.complete else assignment.due_words,
        "file_name": form[0],
    }, form


def entered_words(
    session: Session, assignment: Assignment, reply: Reply, checklist: Checklist, tools: Toolbox, as_of: datetime
) -> tuple[dict[str, Any], tuple[str, bytes]]:
    """What the office has typed in for the unit and what was missing then, with the form as it stands now."""
    standing = answers_with(session, reply, checklist)
    form = form_file(session, assignment, checklist, tools, as_of)
    open_items = gaps(standing, checklist)
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "how_words": reply.why,
        "by": reply.noted_by,
        "at_words": moment_text((reply.noted_at or reply.received_at).astimezone(ZONE)),
        **recorded(standing, checklist),
        "late": reply.late,
        "faults": open_items["faults"],
        "more_faults": open_items["more_faults"],
        "missing": open_items["missing"],
        "more_missing": open_items["missing_count"] - len(open_items["missing"]),
        **first_of([*standing.doubts, *came_later(session, reply)]),
        "signed_copy": of_entry(tools.house.signed_copy, reply.came_by),
        "due_words": "" if standing.complete else assignment.due_words,
        "file_name": form[0],
    }, form


def corrected_words(
    session: Session, letter: Letter, assignment: Assignment, tools: Toolbox, as_of: datetime
) -> tuple[dict[str, Any], tuple[str, bytes]]:
    """What the office has changed on the unit's word, with the form as it stands now."""
    checklist = asked_of(assignment)
    standing = answers_so_far(session, assignment, checklist)
    form = form_file(session, assignment, checklist, tools, as_of)
    told = told_in(letter.words, letter.reply_id or 0)
    return {
        "unit_name": assignment.unit.name,
        "title": assignment.cycle.round.title,
        "acts": [_act(one) for one in told],
        "undone": all(one.undone for one in told),
        "due_words": "" if standing.complete else assignment.due_words,
        "file_name": form[0],
    }, form


def _act(told: Told) -> dict[str, Any]:
    return {
        "by": told.by,
        "at_words": moment_text(datetime.fromisoformat(told.at).astimezone(ZONE)),
        "why": told.why,
        "undone": told.undone,
        "changes": told.changes[:MOST_CHANGES],
        "more_changes": max(0, len(told.changes) - MOST_CHANGES),
    }


def noted_words(letter: Letter) -> dict[str, Any]:
    """Nothing of the unit but that it was told; to its own people, what has come."""
    received = moment_text(datetime.fromisoformat(letter.words["received_at"]).astimezone(ZONE))
    case = letter.assignment or letter.finding
    return {"received_words": received, "came": beside(letter), "owing": case is not None and case.owing}


def beside(letter: Letter) -> list[str]:
    """What a mail brought beside its form: files that nobody reads, and marked lines that could not be taken."""
    return [*letter.words.get("came", []), *letter.words.get("lines", [])]
