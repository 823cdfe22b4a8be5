"""The form of a unit as it goes out today, ready to be attached."""

from datetime import datetime

from sqlalchemy.orm import Session

from tasks.domain.checklist import Checklist, Form
from tasks.domain.mime import case_file_name
from tasks.domain.plan import PERIOD_NAMES, period_words
from tasks.domain.signed_copy import in_form
from tasks.domain.vietnamese import day_text
from tasks.last_year import last_year_words
from tasks.mailing.addresses import reply_address
from tasks.mailing.facts import answers_so_far
from tasks.planning import current_plan
from tasks.records import Assignment
from tasks.scheduling import cycle_round
from tasks.toolbox import Toolbox


def form_file(
    session: Session, assignment: Assignment, checklist: Checklist, tools: Toolbox, as_of: datetime
) -> tuple[str, bytes]:
    form = form_of(session, assignment, checklist, tools, as_of)
    name = case_file_name("Phieu", (assignment.cycle.round.code, assignment.unit.code), assignment.code, "xlsx")
    return name, tools.workbooks.build(form)


def form_of(session: Session, assignment: Assignment, checklist: Checklist, tools: Toolbox, as_of: datetime) -> Form:
    """The unit's form as it stands: fresh before the first reply, prefilled and marked after it."""
    plan = current_plan(session, assignment.cycle.terms["year"])
    round_ = cycle_round(assignment.cycle)
    standing = answers_so_far(session, assignment, checklist)
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
        period_name=PERIOD_NAMES[round_.kind],
        cut_off_words=day_text(round_.cut_off_on) if round_.cut_off_on else "",
        estimate_words=f"đến hết ngày {day_text(round_.estimate_to)}" if round_.estimate_to else "",
        accepted=standing.values if standing.replied else {},
        signed_copy=in_form(tools.house.signed_copy),
        last_year=last_year_words(session, assignment, checklist),
        faults=standing.faults,
        beside=standing.beside,
    )
