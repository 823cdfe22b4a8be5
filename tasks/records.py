"""The tables; a status in them changes by tasks/moves.py alone."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    and_,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from tasks.columns import UtcMoment, Word
from tasks.domain.assignment import OWING, AssignmentState
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import ZONE
from tasks.domain.channel import ENTERED, Channel
from tasks.domain.checklist import UnitKind
from tasks.domain.desk import DeskAct, Place
from tasks.domain.extension import ExtensionState, last_day
from tasks.domain.finding import FindingState
from tasks.domain.inbox.trust import WHO_WORDS, Who
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason, Verdict
from tasks.domain.mailing import PRIORITY, EventKind, Outcome, StopCode
from tasks.domain.register import form_of_address
from tasks.domain.vietnamese import clock_text, day_words
from tasks.domain.visit import VisitState


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcMoment,
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
        UnitKind: Word(UnitKind),
        Role: Word(Role),
        AssignmentState: Word(AssignmentState),
        FindingState: Word(FindingState),
        LetterKind: Word(LetterKind),
        LetterState: Word(LetterState),
        Reason: Word(Reason),
        Verdict: Word(Verdict),
        EventKind: Word(EventKind),
        Outcome: Word(Outcome),
        StopCode: Word(StopCode),
        Place: Word(Place),
        DeskAct: Word(DeskAct),
        ExtensionState: Word(ExtensionState),
        VisitState: Word(VisitState),
        Who: Word(Who),
        AuditAct: Word(AuditAct),
    }


class Unit(Base):
    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    kind: Mapped[UnitKind]
    official_order: Mapped[int]
    addressee: Mapped[str] = mapped_column(default="")
    """After “Kính gửi”, where the list says so; else `form_of_address`."""
    parent_code: Mapped[str | None] = mapped_column(String(40))
    predecessors: Mapped[list[str]] = mapped_column(default=list)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="unit", order_by="Contact.position", cascade="all, delete-orphan"
    )

    def contact(self, role: Role) -> "Contact | None":
        """The first contact of that role that can be reached by mail, else the first with an address, else nobody."""
        of_role = [one for one in self.contacts if one.role is role and one.address]
        return next((one for one in of_role if one.unreachable_at is None), next(iter(of_role), None))

    @property
    def form_of_address(self) -> str:
        return form_of_address(self.name, self.kind, self.addressee)

    @property
    def reachable(self) -> bool:
        contact = self.contact(Role.DAU_MOI)
        return contact is not None and contact.unreachable_at is None

    def knows(self, address: str) -> bool:
        """Whether an address, in lower case, is one of the unit's own."""
        return address in {contact.address.lower() for contact in self.contacts if contact.address}

    def exists_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


NO_ADDRESS = ""
"""Of a person whom no mail reaches: name and telephone stay."""


class Contact(Base):
    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("unit_id", "role", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role]
    name: Mapped[str]
    address: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    bounces: Mapped[int] = mapped_column(default=0)
    unreachable_at: Mapped[datetime | None]
    unit: Mapped[Unit] = relationship(back_populates="contacts")

    @classmethod
    def is_at(cls, address: str) -> ColumnElement[bool]:
        """A mail without a sender is nobody's, also where a person has no address."""
        return and_(cls.address == address, cls.address != NO_ADDRESS)


class Plan(Base):
    """The plan as it was imported, word for word: it is parsed again whenever it is needed."""

    __tablename__ = "plan"

    year: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]


class Round(Base):
    """A round of the year. Whoever sets opened_at where it was NULL has opened it; nobody else will."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("year", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("plan.year"))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    opens_on: Mapped[date]
    terms: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    missed_why: Mapped[str] = mapped_column(default="")
    cycles: Mapped[list["Cycle"]] = relationship(back_populates="round")


class Cycle(Base):
    """One dated opening of a round, with the terms as they stood that day."""

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("round_id", "opened_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    opened_on: Mapped[date]
    planned_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    due_words: Mapped[str]
    cut_off_on: Mapped[date | None]
    lock_on: Mapped[date | None]
    terms: Mapped[dict[str, Any]]
    roster_complete: Mapped[bool] = mapped_column(default=False)
    locked_at: Mapped[datetime | None]
    round: Mapped[Round] = relationship(back_populates="cycles")
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="cycle")


class Assignment(Base):
    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("cycle_id", "unit_id"),
        Index("ix_assignment_next_rung_at", "state", "next_rung_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    checklist: Mapped[str] = mapped_column(String(40))
    state: Mapped[AssignmentState] = mapped_column(default=AssignmentState.OPEN)
    due_at: Mapped[datetime]
    original_due_at: Mapped[datetime]
    next_rung_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]
    """The unit has promised a day: until then its clerk is not reminded."""
    promised_on: Mapped[date | None]
    promised_at: Mapped[datetime | None]
    """When that was said, or at the latest."""
    first_reply_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    exempt_why: Mapped[str] = mapped_column(default="")
    exempt_at: Mapped[datetime | None]
    """None also where it was let off before this was kept."""
    cycle: Mapped[Cycle] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()
    letters: Mapped[list["Letter"]] = relationship(back_populates="assignment")
    replies: Mapped[list["Reply"]] = relationship(back_populates="assignment", order_by="Reply.received_at, Reply.id")

    @property
    def owing(self) -> bool:
        return self.state in OWING

    @property
    def terms(self) -> dict[str, Any]:
        """The policy under which it was asked: one for the whole cycle."""
        return self.cycle.terms

    @property
    def due_words(self) -> str:
        """The cycle's own words, unless the unit was asked later, or an extension gives it a day of its own."""
        if self.due_at == self.cycle.due_at:
            return self.cycle.due_words
        due = self.due_at.astimezone(ZONE)
        if self.due_at == self.original_due_at and due.time() != time(0):
            return f"chậm nhất {clock_text(due.time())} {day_words(due.date())}"
        extended = " (đã được gia hạn)" if self.due_at != self.original_due_at else ""
        return f"đến hết {day_words(last_day(self.due_at))}{extended}"


class Finding(Base):
    """A tồn tại/kiến nghị: an obligation with a due day, on the same ladder as an assignment."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_next_rung_at", "state", "next_rung_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    what: Mapped[str]
    basis: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default="")
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN)
    raised_on: Mapped[date]
    due_at: Mapped[datetime]
    original_due_at: Mapped[datetime | None]
    """Before its first extension; None when it never had one."""
    terms: Mapped[dict[str, Any]]
    next_rung_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    promised_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    report: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")
    unit: Mapped[Unit] = relationship()
    letters: Mapped[list["Letter"]] = relationship(back_populates="finding")

    @property
    def owing(self) -> bool:
        return self.state is FindingState.OPEN

    @property
    def first_due_at(self) -> datetime:
        return self.original_due_at or self.due_at


def _usual_priority(context: Any) -> int:
    return PRIORITY[context.get_current_parameters()["kind"]]


class Letter(Base):
    """One mail we owe. Its key says what it is for: writing the row is the claim, so nothing is owed twice."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_ready", "state", "priority", "not_before"),
        Index("ix_letter_recipient", "recipient", "sent_at"),
        Index("ix_letter_sent_at", "sent_at", "bundled_into_id"),  # counts the messages of a day by itself
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[LetterKind]
    rung: Mapped[str] = mapped_column(String(60), default="")
    role: Mapped[Role | None]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id"), index=True)
    in_reply_to: Mapped[str] = mapped_column(default="")
    recipient: Mapped[str] = mapped_column(String(254))
    recipient_name: Mapped[str] = mapped_column(default="")
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[LetterState] = mapped_column(default=LetterState.QUEUED)
    reason: Mapped[Reason | None]
    detail: Mapped[str] = mapped_column(default="")
    bundled_into_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(default="")
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    first_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    """When its content left; when the server said 250 stands in its chain."""
    repeated_at: Mapped[datetime | None]
    """When the same bytes went out once more because nobody knew: this letter was possibly sent twice."""
    priority: Mapped[int] = mapped_column(default=_usual_priority)
    server_answer: Mapped[str] = mapped_column(default="")
    assignment: Mapped[Assignment | None] = relationship(back_populates="letters")
    finding: Mapped[Finding | None] = relationship(back_populates="letters")


class LetterBytes(Base):
    """The message of a letter as it was written, kept for every try. Apart from the letter, whose row is written at
    each change of status: with the bytes in it a database would write them anew each time."""

    __tablename__ = "letter_bytes"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    raw: Mapped[bytes]


class Attempt(Base):
    """One try to hand a letter over, from the moment its content may leave; a refusal before that is one too.

    Written in the commits that change the letter (tasks/attempts.py). Letters that travel as one message have a row
    each, all with the same answer.
    """

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    worker: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(254))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Outcome]
    answer: Mapped[str] = mapped_column(default="")
    filed_at: Mapped[datetime | None]
    """When its copy was put into the folder of sent mail."""


class LetterEvent(Base):
    """Something that happened to a letter, with its time and its source: one link of the proof chain."""

    __tablename__ = "letter_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[EventKind]
    source: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str] = mapped_column(default="")
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming.id"), index=True)


class MailSwitch(Base):
    """One row: the stop button, and until when the sending rate is spoken for. Its lock makes claims one at a time."""

    __tablename__ = "mail_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str] = mapped_column(default="")
    stopped_why: Mapped[str] = mapped_column(default="")
    stopped_for: Mapped[StopCode | None]
    spoken_for_until: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When the server last took nothing of ours, and its words."""
    failed_why: Mapped[str] = mapped_column(default="")


class Departure(Base):
    """A letter that has left, or may have, without this database knowing: it is older than that. Its row here may be
    written later, when its round opens again; then it is settled by this one, and never leaves."""

    __tablename__ = "departure"

    message_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254), default="")
    what: Mapped[str] = mapped_column(default="")
    case_code: Mapped[str] = mapped_column(String(40), default="")
    left_at: Mapped[datetime | None]
    is_certain: Mapped[bool]
    """Whether it was taken; else it was on its way when its sender was cut off."""
    detail: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(String(120))
    settled_at: Mapped[datetime | None]


class JournalMark(Base):
    """How far a journal of letters is known here. A database that was put back knows an earlier place."""

    __tablename__ = "journal_mark"

    journal: Mapped[str] = mapped_column(String(64), primary_key=True)
    read_to: Mapped[int] = mapped_column(BigInteger)


class DomainPause(Base):
    """A domain whose server refuses us by policy: nothing is sent there until the moment has passed."""

    __tablename__ = "domain_pause"

    domain: Mapped[str] = mapped_column(String(254), primary_key=True)
    until: Mapped[datetime]
    times: Mapped[int]
    why: Mapped[str]


class Incoming(Base):
    """A message word for word, stored before anybody tries to read it."""

    __tablename__ = "incoming"
    __table_args__ = (UniqueConstraint("mailbox", "key"), UniqueConstraint("mailbox", "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(250))
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    raw: Mapped[bytes] = mapped_column(deferred=True)
    verdict: Mapped[Verdict | None] = mapped_column(index=True)
    why: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(String(250), default="", index=True)
    # The letter that a bounce is about. No foreign key: letters already lead to replies, and those back to here.
    letter_id: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    place: Mapped[Place] = mapped_column(default=Place.INBOX, index=True)
    # The assignment that a person at the desk is shown as our guess; a hint, so no foreign key.
    guess_id: Mapped[int | None]
    # Of a person's mail: the case it is about, as whom they write, and what they say in their own words.
    case_code: Mapped[str] = mapped_column(String(40), default="", index=True)
    who: Mapped[Who | None]
    words: Mapped[str] = mapped_column(default="")


class Reply(Base):
    """One reading of one workbook, or one report on a finding, that came in one message."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20), default="mail")
    sender: Mapped[str] = mapped_column(String(254))
    known_sender: Mapped[bool]
    # As whom they wrote; None before it was told apart.
    who: Mapped[Who | None]
    received_at: Mapped[datetime]
    # By the sender's clock; None where nobody can tell.
    sent_at: Mapped[datetime | None]
    late: Mapped[bool]
    file_name: Mapped[str] = mapped_column(default="")
    faults: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    missing: Mapped[list[str]] = mapped_column(default=list)
    remarks: Mapped[list[str]] = mapped_column(default=list)
    # Evidence, notes and estimates of items that have no answer in this reply.
    beside: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    # Of a correction: what flags of other items said of the figures before it.
    unflagged: Mapped[list[dict[str, Any]] | None]
    # Of the workbook: the same file in a second copy of the same message is no second answer.
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    # Filed by a person at the desk, who may take it back: then it is history and counts no more. No foreign key:
    # SQLite would have to build the table anew.
    decision_id: Mapped[int | None] = mapped_column(index=True)
    # Of what came by no mail: who of the office wrote it down, when, and why.
    noted_by: Mapped[str] = mapped_column(String(120), default="")
    noted_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(default="")
    taken_back_at: Mapped[datetime | None]
    assignment: Mapped[Assignment | None] = relationship(back_populates="replies")
    answers: Mapped[list["Answer"]] = relationship(back_populates="reply", cascade="all, delete-orphan")

    @property
    def came_by(self) -> Channel:
        return Channel(self.channel or Channel.MAIL)  # none is set before it is stored

    @property
    def is_correction(self) -> bool:
        return self.came_by is Channel.CORRECTION

    @property
    def is_by_others(self) -> bool:
        """Not by the unit's registered contact: shown wherever the answer is."""
        return self.came_by is not Channel.MAIL or not self.known_sender or self.who is Who.HEAD

    @property
    def said_by(self) -> str:
        if self.is_correction:
            return f"{self.noted_by} (cơ quan sửa: {self.why})"
        if self.came_by is not Channel.MAIL:
            return f"{self.noted_by} (cơ quan nhập theo {ENTERED[self.came_by]})"
        if not self.is_by_others:
            return self.sender
        return f"{self.sender} ({WHO_WORDS[self.who or Who.STRANGER]})"


class Answer(Base):
    """One accepted value with its source; the newest one of an item counts, every one is kept."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("reply_id", "item"), Index("ix_answer_assignment", "assignment_id", "item"))

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    item: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    cell: Mapped[str] = mapped_column(String(20), default="")
    evidence: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    estimate: Mapped[float | None]
    flag: Mapped[str] = mapped_column(default="")
    reply: Mapped[Reply] = relationship(back_populates="answers")


class DeskDecision(Base):
    """What a person decided about a message at the desk, with all that is needed to take it back."""

    __tablename__ = "desk_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming.id"), index=True)
    act: Mapped[DeskAct]
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(default="")
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    state_before: Mapped[AssignmentState | None]
    verdict_before: Mapped[Verdict]
    why_before: Mapped[str] = mapped_column(default="")
    # Letters that the filing took back before they had left, each as it stood.
    withdrawn: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="")
    incoming: Mapped[Incoming] = relationship()
    assignment: Mapped[Assignment | None] = relationship()


class Visit(Base):
    """The đoàn kiểm tra at a unit on a day of a round; `moves` counts how often its letter was written anew."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("assignment_id"), Index("ix_visit_day", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    state: Mapped[VisitState]
    day: Mapped[date]
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))
    place: Mapped[str]
    team: Mapped[list[dict[str, Any]]]
    moves: Mapped[int]
    why: Mapped[str] = mapped_column(default="")
    assignment: Mapped[Assignment] = relationship()


class Audit(Base):
    """Who of the office did what, when, on what and why; written by the verb, in the transaction of what it does."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(120))
    act: Mapped[AuditAct]
    subject: Mapped[str] = mapped_column(String(200))
    """In codes: 2025/kiem-tra-1/xa-vinh-o/XA07."""
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(index=True)
    """No foreign key: SQLite would have to build the table anew."""
    old: Mapped[str] = mapped_column(default="")
    new: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")


class YearReport(Base):
    """An edition of a year: what went in and the files that came out, both with their hashes."""

    __tablename__ = "year_report"
    __table_args__ = (UniqueConstraint("year", "edition"), UniqueConstraint("year", "inputs_sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    edition: Mapped[int]
    as_of: Mapped[datetime]
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[bytes | None] = mapped_column(deferred=True)
    """Its figures and answers, packed JSON; None where it was made before they were kept."""
    files: Mapped[dict[str, Any]]


class YearFile(Base):
    """The bytes of a file of an edition, packed: deleted from the folder, it comes back the same."""

    __tablename__ = "year_file"

    year_report_id: Mapped[int] = mapped_column(ForeignKey("year_report.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    packed: Mapped[bytes]


class SealKey(Base):
    """One row: the key that the forms of this house are sealed with, made with the table and never shown."""

    __tablename__ = "seal_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes]


class Lease(Base):
    """A verb that must not run beside itself holds its row until `until`; a dead holder's row expires."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]


FORGETTABLE: Mapping[str, Any] = {"forgettable": True}
"""Execution options of a transaction whose commit a power failure may undo, because what it says is found out again."""


class Extension(Base):
    """A request for more time, by a reply or by the office itself, and what was decided."""

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("incoming_id", "assignment_id"),
        UniqueConstraint("incoming_id", "finding_id"),
        Index("ix_extension_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(default="")
    days: Mapped[int | None]
    until: Mapped[date | None]
    why: Mapped[str] = mapped_column(default="")
    old_due_at: Mapped[datetime]
    wanted_at: Mapped[datetime | None]
    """The due moment that the words come to; None where they do not say."""
    new_due_at: Mapped[datetime | None]
    state: Mapped[ExtensionState] = mapped_column(default=ExtensionState.ASKED)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_why: Mapped[str] = mapped_column(default="")
    assignment: Mapped[Assignment | None] = relationship()
    finding: Mapped[Finding | None] = relationship()


def owned_by(
    kind: type[Letter] | type[Reply] | type[Extension], obligation: Assignment | Finding
) -> ColumnElement[bool]:
    """Which letters, replies or requests for more time are those of this obligation."""
    key = kind.assignment_id if isinstance(obligation, Assignment) else kind.finding_id
    return key == obligation.id
