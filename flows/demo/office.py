"""What the people of the office do in the played year: sign escalations, plan visits, write findings and close them."""

from datetime import datetime, time

from sqlalchemy import select

from infra.sandbox.script import FINDINGS, TEAM, VISITS
from tasks.approval import approve, awaiting_approval
from tasks.domain.calendar import ZONE, Calendar, at, house_day
from tasks.domain.finding import FindingState
from tasks.domain.visit import read_team
from tasks.inspection import NewFinding, close_finding, raise_finding
from tasks.planning import current_plan
from tasks.records import Finding, Unit
from tasks.toolbox import Toolbox
from tasks.visiting import NewVisit, assignment_to_visit, plan_visit

SIGNING = time(9, 0)
CLOSED_BY = "Nguyễn Thị Hà (Phòng Nội vụ)"


class OfficePeople:
    """They sign what waits on the next working morning, and follow the script's visits and findings."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._raised = [(finding.raised_at, finding) for finding in FINDINGS]
        self._to_close = [(finding.closed_at, finding) for finding in FINDINGS if finding.closed_at]
        self._visits = list(VISITS)
        self._signing: datetime | None = None

    def next_moment(self) -> datetime | None:
        moments = [moment for moment, _ in self._raised] + [moment for moment, _ in self._to_close if moment]
        moments += [visit.planned_at for visit in self._visits]
        return min([*moments, *([self._signing] if self._signing else [])], default=None)

    def act(self, tools: Toolbox, now: datetime) -> None:
        self._plan_visits(tools, now)
        self._raise_findings(tools, now)
        self._close_findings(tools, now)
        self._sign(tools, now)

    def _plan_visits(self, tools: Toolbox, now: datetime) -> None:
        due = [visit for visit in self._visits if visit.planned_at <= now]
        self._visits = [visit for visit in self._visits if visit.planned_at > now]
        team, _ = read_team(TEAM)
        for one in due:
            new = NewVisit(one.day, one.opens, one.closes, "", team)
            with tools.sessions.begin() as session:
                plan_visit(session, assignment_to_visit(session, one.unit, one.round), new, tools, now)

    def _raise_findings(self, tools: Toolbox, now: datetime) -> None:
        due = [finding for moment, finding in self._raised if moment <= now]
        self._raised = [(moment, finding) for moment, finding in self._raised if moment > now]
        for one in due:
            new = NewFinding(one.unit, one.what, one.due_on, one.basis, one.remedy)
            with tools.sessions.begin() as session:
                raise_finding(session, new, current_plan(session, house_day(now).year), tools, now)

    def _close_findings(self, tools: Toolbox, now: datetime) -> None:
        due = [finding for moment, finding in self._to_close if moment and moment <= now]
        self._to_close = [(moment, finding) for moment, finding in self._to_close if moment and moment > now]
        for one in due:
            with tools.sessions.begin() as session:
                reported = (
                    select(Finding.number)
                    .join(Unit)
                    .where(Unit.code == one.unit, Finding.state == FindingState.REPORTED)
                )
                for number in session.scalars(reported).all():
                    close_finding(session, number, CLOSED_BY, tools)

    def _sign(self, tools: Toolbox, now: datetime) -> None:
        with tools.sessions.begin() as session:
            waiting = awaiting_approval(session)
            if not waiting:
                self._signing = None
            elif self._signing is None:
                day = now.astimezone(ZONE).date()
                self._signing = at(self._calendar.add_working_days(day, 1), SIGNING)
            elif self._signing <= now:
                for letter in waiting:
                    approve(session, letter, now, tools)
                self._signing = None
