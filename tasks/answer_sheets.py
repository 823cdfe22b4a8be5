"""What was answered, for people: every item of every round with its value, whence it came, and what it was before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.answers import AnswersSoFar, counted, merge, sent_at
from tasks.domain.answer_sheet import AnswerSheet, Earlier, ItemStanding, Line, Source
from tasks.domain.assignment import ASSIGNMENT_NAMES
from tasks.domain.calendar import ZONE
from tasks.domain.channel import ENTERED
from tasks.domain.checklist import Checklist, Item, Value, value_text
from tasks.domain.inbox.trust import WHO_WORDS, Who
from tasks.records import Answer, Assignment, Cycle, Reply, Unit
from tasks.scheduling import asked_of


def sheets_of_round(session: Session, cycle: Cycle) -> list[AnswerSheet]:
    parts = select(Assignment).join(Unit).where(Assignment.cycle_id == cycle.id)
    return [sheet_of(session, one) for one in session.scalars(parts.order_by(Unit.official_order, Unit.id))]


def sheets_of_unit(session: Session, unit: Unit) -> list[AnswerSheet]:
    """Every round that it was ever asked in, the oldest first."""
    parts = select(Assignment).join(Cycle).where(Assignment.unit_id == unit.id)
    return [sheet_of(session, one) for one in session.scalars(parts.order_by(Cycle.opened_on, Assignment.id))]


def sheet_of(session: Session, assignment: Assignment) -> AnswerSheet:
    checklist = asked_of(assignment)
    replies = _replies(session, assignment)
    standing = merge([one for one in replies if one.taken_back_at is None], checklist)
    sources = {reply.id: _source(number, reply) for number, reply in enumerate(replies, start=1)}
    lines = tuple(_lines(checklist, replies, standing, sources))
    return AnswerSheet(
        unit_code=assignment.unit.code,
        unit_name=assignment.unit.name,
        round_code=assignment.cycle.round.code,
        title=assignment.cycle.round.title,
        case_code=assignment.code,
        state_words=ASSIGNMENT_NAMES[assignment.state],
        due_words=assignment.due_words,
        sources=tuple(sources.values()),
        lines=lines,
        asked=(found := counted(standing, checklist)).asked,
        answered=found.items,
        answered_at=assignment.answered_at.astimezone(ZONE) if assignment.answered_at else None,
    )


def _replies(session: Session, assignment: Assignment) -> Sequence[Reply]:
    """What was taken back, too: it is history."""
    own = select(Reply).where(Reply.assignment_id == assignment.id).options(selectinload(Reply.answers))
    return session.scalars(own.order_by(Reply.received_at, Reply.id).execution_options(populate_existing=True)).all()


def _source(number: int, reply: Reply) -> Source:
    at = sent_at(reply).astimezone(ZONE)
    if reply.is_correction:
        words = f"{reply.noted_by} sửa: {reply.why} [số {reply.incoming_id}]"
        return Source(number, at, words + _back(reply), f"{reply.noted_by} (cơ quan sửa)")
    late = ", sau hạn" if reply.late else ""
    if reply.came_by in ENTERED:
        words = f"{reply.noted_by} nhập theo {reply.why}, tệp “{reply.file_name}” [số {reply.incoming_id}]"
        return Source(number, at, words + late + _back(reply), f"{reply.noted_by} (cơ quan nhập)")
    who = WHO_WORDS[reply.who or (Who.CONTACT if reply.known_sender else Who.STRANGER)]
    file = f", tệp “{reply.file_name}”" if reply.file_name else ""
    words = f"thư số {reply.incoming_id} của {reply.sender} ({who}){file}"
    return Source(number, at, words + late + _back(reply), f"{reply.sender} ({who})")


def _back(reply: Reply) -> str:
    return " — đã lấy lại, không tính" if reply.taken_back_at is not None else ""


# --- the lines ------------------------------------------------------------------------------------------------------


def _lines(
    checklist: Checklist, replies: Sequence[Reply], standing: AnswersSoFar, sources: Mapping[int, Source]
) -> Iterator[Line]:
    versions = _versions(replies)
    for part, item in _asked(checklist, {*versions, *(fault.item for fault in standing.faults)}):
        yield _line(part, item, standing, versions.get(item.code, []), sources)


def _asked(checklist: Checklist, written: Iterable[str]) -> Iterator[tuple[str, Item]]:
    """All items and headings; of the tables, which have thousands of cells, what was written into."""
    for section, items in (*checklist.by_section(), *checklist.by_heading()):
        yield from ((section.title, item) for item in items)
    tables = {table.code: f"Bảng {table.number}. {table.title}" for table in checklist.tables}
    for code in sorted(written, key=checklist.place):
        if (title := tables.get(code.partition(".")[0])) and checklist.has(code):
            yield title, checklist.item(code)


def _versions(replies: Sequence[Reply]) -> dict[str, list[tuple[Reply, Answer]]]:
    found: dict[str, list[tuple[Reply, Answer]]] = {}
    for reply in replies:
        for answer in reply.answers:
            found.setdefault(answer.item, []).append((reply, answer))
    return found


def _line(
    part: str,
    item: Item,
    standing: AnswersSoFar,
    versions: Sequence[tuple[Reply, Answer]],
    sources: Mapping[int, Source],
) -> Line:
    value = standing.values.get(item.code)
    fault = "; ".join(_fault(one.sentence, one.found) for one in standing.faults if one.item == item.code)
    counts = standing.said_in.get(item.code)
    beside = standing.beside.get(item.code)
    return Line(
        code=item.code,
        part=part,
        question=item.question,
        standing=_standing(item, value, fault),
        text=value_text(item, value.value) if value else "",
        estimate=_estimate(item, value),
        evidence=value.evidence if value else beside.evidence if beside else "",
        note=value.note if value else beside.note if beside else "",
        flag=value.flag if value else "",
        fault=fault,
        cell=value.cell if value else "",
        source=sources[counts] if counts is not None else None,
        earlier=tuple(_earlier(item, value, versions, counts, sources)),
    )


def _fault(sentence: str, found: str) -> str:
    return f"{sentence} (đã ghi: “{found}”)" if found else sentence


def _standing(item: Item, value: Value | None, fault: str) -> ItemStanding:
    if fault:
        return ItemStanding.FAULTY
    if value is not None:
        return ItemStanding.ANSWERED
    return ItemStanding.MISSING if item.required and "." not in item.code else ItemStanding.LEFT_OUT


def _estimate(item: Item, value: Value | None) -> str:
    return value_text(item, value.estimate) if value is not None and value.estimate is not None else ""


def _earlier(
    item: Item,
    value: Value | None,
    versions: Sequence[tuple[Reply, Answer]],
    counts: int | None,
    sources: Mapping[int, Source],
) -> Iterator[Earlier]:
    """Each other value once, the newest first."""
    told = {value.value} if value is not None else set()
    for reply, answer in reversed(versions):
        if reply.id != counts and answer.value not in told:
            told.add(answer.value)
            yield Earlier(value_text(item, answer.value), sources[reply.id], reply.taken_back_at is not None)
