"""A sweep of the ladder over many open forms of which few are due, against the bare SQL that finds them."""

import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, func, insert, select

from flows.demo.year import new_world
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import ZONE, end_of
from tasks.domain.checklist import UnitKind
from tasks.domain.ladder import Role, next_moment
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.escalation import climb_overdue, overdue
from tasks.records import Assignment, Contact, Cycle, Letter, Unit
from tasks.scheduling import HOURS, cycle_ladder, open_due_rounds
from tasks.toolbox import Toolbox
from tests.bench.measure import compare, own_peak_mb, seconds

OPENED = datetime(2025, 4, 8, 7, 5, tzinfo=ZONE)
DUE_SOON, DUE_LATER = date(2025, 5, 16), date(2025, 6, 20)
SWEEP_AT = datetime(2025, 5, 9, 7, 45, tzinfo=ZONE)
ONE_IN = 20


def bench(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, new_world(Path(folder), lambda name, as_of: "") as world:
        tools = world.tools
        open_due_rounds.fn(tools, OPENED)
        due = _many_open(tools, size)
        statements = _counting(tools)
        cpu = time.process_time()
        with seconds() as ours:
            report = climb_overdue.fn(tools, SWEEP_AT)
        cpu = time.process_time() - cpu
        assert not report.failures, report.failures[:3]
        written = statements[0]
        with seconds() as again:
            assert climb_overdue.fn(tools, SWEEP_AT).counts.total() == 0
        with tools.sessions() as session:
            letters = session.scalar(select(func.count()).where(Letter.rung != "")) or 0
            assert letters == due, (letters, due)
        _look_again(tools, size)
        with tools.sessions() as session, seconds() as bare:
            assert len(overdue(session, SWEEP_AT)) == due
        compare(f"rungs written, {due} due of {size} open", due, ours.value, bare.value)
        print(f"  sweep {ours.value:.2f} s ({cpu:.2f} s of processor), {written / due:.1f} statements a letter")
        print(f"  the bare SQL {bare.value:.4f} s")
        print(f"  a second sweep, which finds nothing: {again.value:.4f} s")
        print(f"peak memory {own_peak_mb():.0f} MB")


def _many_open(tools: Toolbox, size: int) -> int:
    """Units with clerk and head, their forms and their sent requests; one form in twenty is due for its first rung."""
    with tools.sessions.begin() as session:
        cycle = session.scalars(select(Cycle).order_by(Cycle.id.desc())).first()
        assert cycle is not None
        ladder, calendar = cycle_ladder(cycle), tools.definitions.calendar("cong-chuc")
        first = 100_000
        ids = range(first, first + size)
        session.execute(insert(Unit), [_unit(id_) for id_ in ids])
        session.execute(insert(Contact), [_contact(id_, role) for id_ in ids for role in (Role.DAU_MOI, Role.LANH_DAO)])
        moments = {}
        for day in (DUE_SOON, DUE_LATER):
            moments[day] = next_moment(ladder, end_of(day), calendar, HOURS, fired=())
        forms = []
        for id_ in ids:
            day = DUE_LATER if id_ % ONE_IN else DUE_SOON
            forms.append(_form(id_, cycle.id, end_of(day)) | {"next_rung_at": moments[day]})
        session.execute(insert(Assignment), forms)
        session.execute(insert(Letter), [_request(id_) for id_ in ids])
    return len([id_ for id_ in ids if not id_ % ONE_IN])


def _unit(id_: int) -> dict[str, object]:
    return {
        "id": id_,
        "code": f"bench-{id_}",
        "name": f"Xã {id_}",
        "kind": UnitKind.XA,
        "official_order": id_,
        "predecessors": [],
        "note": "",
    }


def _contact(id_: int, role: Role) -> dict[str, object]:
    return {"unit_id": id_, "role": role, "name": "Người nhận", "address": f"{role}-{id_}@bench.example"}


def _form(id_: int, cycle_id: int, due_at: datetime) -> dict[str, object]:
    return {
        "id": id_,
        "cycle_id": cycle_id,
        "unit_id": id_,
        "code": f"DCCS-2025-{id_}-BENC",
        "token": f"{id_:026d}",
        "checklist": "dot-xuat",
        "state": AssignmentState.OPEN,
        "due_at": due_at,
        "original_due_at": due_at,
    }


def _request(id_: int) -> dict[str, object]:
    return {
        "key": f"request:{id_}",
        "kind": LetterKind.REQUEST,
        "role": Role.DAU_MOI,
        "assignment_id": id_,
        "recipient": f"dau_moi-{id_}@bench.example",
        "state": LetterState.SENT,
        "created_at": OPENED,
        "not_before": OPENED,
        "sent_at": OPENED + timedelta(minutes=30),
        "message_id": f"<{id_}@bench.example>",
        "words": {},
    }


def _counting(tools: Toolbox) -> list[int]:
    count = [0]

    def one_more(*_: object) -> None:
        count[0] += 1

    event.listen(tools.sessions.kw["bind"], "before_cursor_execute", one_more)
    return count


def _look_again(tools: Toolbox, size: int) -> None:
    """The same forms due once more, for the bare query."""
    with tools.sessions.begin() as session:
        for one in session.scalars(select(Assignment).where(Assignment.due_at == end_of(DUE_SOON))):
            if one.id >= 100_000:
                one.next_rung_at = SWEEP_AT
