"""Whose a message is: every key it carries, strongest first, and why a person must look where they disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from tasks.domain.assignment import OWING
from tasks.domain.case_code import CASE_CODE, REPLY_TAG, near_codes
from tasks.domain.message import Message
from tasks.records import Assignment, Contact, Cycle, Finding, Letter, Unit

Case = Assignment | Finding
MOST_REFERENCES = 50


class Source(StrEnum):
    """Where a message says whose it is; the order is the order of trust."""

    WORKBOOK = "phiếu đính kèm"
    ADDRESS = "địa chỉ nhận trả lời"
    THREAD = "chuỗi thư"
    SUBJECT = "chủ đề thư"
    TEXT = "nội dung thư"


@dataclass(frozen=True)
class Key:
    source: Source
    case: Case

    @property
    def words(self) -> str:
        return f"{self.source} là của {self.case.unit.name} ({self.case.code})"


@dataclass(frozen=True)
class Match:
    """What the message itself names, what each workbook in it names, and what a person should be told."""

    case: Case | None
    of_code: Mapping[str, Assignment]
    doubt: str = ""
    guess: Assignment | None = None
    letter: Letter | None = None
    """The letter of ours that is answered, where the message leads to one."""
    around: Case | None = None
    """What the message names beside the workbook in it: by its address, its thread or its subject."""

    @property
    def named(self) -> Assignment | None:
        return self.case if isinstance(self.case, Assignment) else None

    def assignment_of(self, code: str) -> Assignment | None:
        """For a workbook with this code; one that carries none belongs to whom the message names."""
        if code:
            return self.of_code.get(code)
        return self.named


def find_match(session: Session, message: Message, workbook_codes: Sequence[str]) -> Match:
    in_files = list(dict.fromkeys(code.upper() for code in workbook_codes if code))
    letters, is_digest = _thread(session, message)
    # An answer to a digest quotes every case of it: none of them is meant.
    said = {} if is_digest else _said(message)
    cases = _cases(session, [*in_files, *(code for codes in said.values() for code in codes)], letters)
    of_code = {code: case for code in in_files if isinstance(case := cases.get(code), Assignment)}
    keys = [Key(Source.WORKBOOK, case) for case in of_code.values()]
    keys += [Key(source, case) for source, codes in said.items() for code in codes if (case := cases.get(code))]
    if not is_digest:
        keys += [Key(Source.THREAD, case) for letter in letters if (case := letter.assignment or letter.finding)]
    keys.sort(key=lambda key: list(Source).index(key.source))
    strange = [code for code in in_files if code not in of_code]
    match = _weigh(session, message, keys, of_code, strange)
    return replace(match, letter=next(iter(letters), None))


def _weigh(
    session: Session, message: Message, keys: Sequence[Key], of_code: Mapping[str, Assignment], strange: list[str]
) -> Match:
    in_files = [key for key in keys if key.source is Source.WORKBOOK]
    strong = [key for key in keys if key.source not in {Source.WORKBOOK, Source.TEXT}]
    weak = [key for key in keys if key.source is Source.TEXT]
    owners = {key.case.unit_id for key in in_files}
    named = next((key.case for key in [*strong, *weak] if isinstance(key.case, Assignment)), None)
    if strange and not in_files:
        why = f"phiếu mang mã {', '.join(strange)} không có trong sổ: phiếu của cơ quan khác, hoặc mã đã bị sửa"
        return Match(None, of_code, why, named, around=named)
    if in_files:
        others = [key for key in strong if key.case.unit_id not in owners]
        if others and len(others) == len(strong) and not _writes_for(session, message.sender, owners):
            why, theirs = _disagreement([in_files[0], others[0]]), of_code[in_files[0].case.code]
            return Match(None, of_code, why, theirs, around=others[0].case)
        return Match(in_files[0].case, of_code, around=strong[0].case if strong else None)
    decisive = strong or weak
    if len({key.case.unit_id for key in decisive}) > 1:
        return Match(None, of_code, _disagreement(decisive), named)
    if decisive:
        return Match(decisive[0].case, of_code)
    return _guess(session, message, of_code)


def _disagreement(keys: Sequence[Key]) -> str:
    first = keys[0]
    other = next(key for key in keys if key.case.unit_id != first.case.unit_id)
    return f"hai dấu hiệu trái nhau: {first.words}, nhưng {other.words}"


def _writes_for(session: Session, sender: str, unit_ids: set[int]) -> bool:
    """A clerk who writes for two units mixes up their threads, and no harm is done: the workbook says whose it is."""
    known = select(Contact.id).where(Contact.is_at(sender), Contact.unit_id.in_(unit_ids)).limit(1)
    return session.scalar(known) is not None


# --- what the message says -------------------------------------------------------------------------------------


def _said(message: Message) -> dict[Source, list[str]]:
    tags = [match[1] for address in message.recipients if (match := REPLY_TAG.search(address))]
    found = {
        Source.ADDRESS: tags,
        Source.SUBJECT: CASE_CODE.findall(message.subject),
        Source.TEXT: CASE_CODE.findall(message.text),
    }
    return {source: list(dict.fromkeys(code.upper() for code in codes)) for source, codes in found.items()}


def _thread(session: Session, message: Message) -> tuple[list[Letter], bool]:
    """Our letter that is answered (the nearest one), also where it is quoted whole; and whether it was a digest."""
    ids = list(dict.fromkeys((*message.references, *message.returned_ids)))[:MOST_REFERENCES]
    letter = letter_of(session, ids)
    if letter is None:
        return [], False
    is_digest = session.scalar(select(Letter.id).where(Letter.bundled_into_id == letter.id).limit(1)) is not None
    return [letter], is_digest


def letter_of(session: Session, ids: Sequence[str]) -> Letter | None:
    """The first of these identifiers that is a letter of ours."""
    if not ids:
        return None
    ours = {one.message_id: one for one in session.scalars(select(Letter).where(Letter.message_id.in_(ids)))}
    return next((ours[id_] for id_ in ids if id_ in ours), None)


def _cases(session: Session, codes: Sequence[str], letters: Sequence[Letter]) -> dict[str, Case]:
    """All of them at once and always in one order, so that two collectors never wait for each other in a ring."""
    wanted = set(codes)
    threads = [letter.assignment_id for letter in letters if letter.assignment_id]
    if not wanted and not threads:
        return {}
    assignments = (
        select(Assignment)
        .where(or_(Assignment.code.in_(wanted), Assignment.id.in_(threads)))
        .order_by(Assignment.id)
        .options(joinedload(Assignment.unit, innerjoin=True), joinedload(Assignment.cycle, innerjoin=True))
        .with_for_update(of=Assignment)
    )
    found: dict[str, Case] = {one.code: one for one in session.scalars(assignments)}
    if rest := wanted - set(found):
        findings = select(Finding).where(Finding.code.in_(rest)).order_by(Finding.id).with_for_update()
        found |= {one.code: one for one in session.scalars(findings)}
    return found


# --- a guess for the person at the desk ------------------------------------------------------------------------


def _guess(session: Session, message: Message, of_code: Mapping[str, Assignment]) -> Match:
    writing = select(Contact.unit_id).where(Contact.is_at(message.sender))
    if near := _near(session, message, of_code):
        return near
    units = session.scalars(select(Unit).where(Unit.id.in_(writing)).order_by(Unit.official_order)).all()
    if not units:
        return Match(None, of_code, "không có mã phiếu; người gửi không có trong danh sách")
    contact = next(one for one in units[0].contacts if one.address == message.sender)
    names = ", ".join(unit.name for unit in units)
    doubt = f"không có mã phiếu; người gửi là {contact.name} ({names})"
    owing = _owing(session, units[0]) if len(units) == 1 else []
    if len(owing) != 1:
        return Match(None, of_code, doubt)
    title = owing[0].cycle.round.title
    return Match(None, of_code, f"{doubt}, đơn vị chỉ còn nợ phiếu “{title}”", owing[0])


def _near(session: Session, message: Message, of_code: Mapping[str, Assignment]) -> Match | None:
    """A code that somebody typed again, a little wrong: only where it can mean one case of those still open."""
    still_open = select(Assignment.code).join(Cycle).where(Cycle.locked_at.is_(None))
    near = near_codes(f"{message.subject}\n{message.text}", session.scalars(still_open))
    nearest = [one for one in near if one.mistakes == near[0].mistakes]
    if len(nearest) != 1:
        return None
    guess = session.scalars(select(Assignment).where(Assignment.code == nearest[0].code)).one()
    doubt = f"mã “{nearest[0].written}” gần giống mã {guess.code} của {guess.unit.name}"
    return Match(None, of_code, doubt, guess)


def still_owed(unit: Unit) -> Select[Assignment]:
    owing = select(Assignment).join(Cycle).where(Assignment.unit_id == unit.id, Assignment.state.in_(OWING))
    return owing.where(Cycle.locked_at.is_(None))


def _owing(session: Session, unit: Unit) -> list[Assignment]:
    return list(session.scalars(still_owed(unit).limit(2)))
