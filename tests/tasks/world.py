"""A small office for the tests of the verbs: its register, its plan, its clerks, and the verbs by short names."""

import asyncio
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from infra.database import session_maker
from infra.definitions import FileDefinitions
from infra.document import OfficeDocuments
from infra.invitation import CalendarFiles
from infra.rendering import LetterRenderer
from infra.settings import TEMPLATES
from infra.workbook import ExcelWorkbooks
from tasks.collection.filing import fetch_replies, file_replies, put_away
from tasks.domain.calendar import ZONE, Calendar
from tasks.domain.checklist import Checklist, Form, UnitKind
from tasks.domain.letterbox import LetterKind
from tasks.domain.register import UnitEntry
from tasks.domain.vietnamese import fold
from tasks.escalation import climb_overdue
from tasks.identities import bounce_tag
from tasks.inspection import NewFinding, raise_finding
from tasks.mailing.forms import form_of
from tasks.mailing.sending import send_letters
from tasks.planning import current_plan, read_plan, store_plan
from tasks.records import Assignment, Base, Cycle, Finding, Incoming, Letter, Reply, Round, Unit
from tasks.register import store
from tasks.report import Report
from tasks.scheduling import asked_of, fill_rosters, lock_past_cycles, open_due_rounds
from tasks.toolbox import House, Limits, Toolbox
from tests.fakes import Clock, FakeMailbox, FakeOutbox, Sent

T = TypeVar("T")
OFFICE = "dancho@vinhlinh.example"
CHIEF = "truongphong@vinhlinh.example"
VICE = "phochutich@vinhlinh.example"
ADMIN = "quantri@vinhlinh.example"
SHARED = "vanthu@coquan.example"

UNITS = (
    UnitEntry(
        "xa-vinh-o",
        "Xã Vĩnh Ô",
        UnitKind.XA,
        1,
        "Hồ Thị Mận",
        ("man@vinho.example",),
        "0233",
        "Hồ Văn Lâm",
        ("lam@vinho.example",),
    ),
    UnitEntry(
        "xa-vinh-ha",
        "Xã Vĩnh Hà",
        UnitKind.XA,
        2,
        "Lê Văn Tư",
        ("tu@vinhha.example",),
        "",
        "Lê Thị Năm",
        ("nam@vinhha.example",),
    ),
    UnitEntry(
        "tt-ho-xa",
        "Thị trấn Hồ Xá",
        UnitKind.THI_TRAN,
        3,
        "Trần Thị Đào",
        ("dao@hoxa.example",),
        "",
        "Trần Văn Sáu",
        ("sau@hoxa.example",),
    ),
    UnitEntry("tt-ben-quan", "Thị trấn Bến Quan", UnitKind.THI_TRAN, 4, "Ngô Văn Bảy", ("bay@benquan.example",)),
    UnitEntry("pnn-mt", "Phòng Nông nghiệp và Môi trường", UnitKind.CO_QUAN, 5, "Phan Thị Tám", (SHARED,)),
    UnitEntry("ptp", "Phòng Tư pháp", UnitKind.CO_QUAN, 6, "Bùi Văn Chín", (SHARED,)),
)
ADDRESS = {unit.code: unit.addresses[0] for unit in UNITS}
HEADS = {unit.code: unit.head_addresses[0] for unit in UNITS if unit.head_addresses}

PLAN = """\
year = 2025
title = "Kế hoạch thực hiện dân chủ ở cơ sở năm 2025"
calendar = "cong-chuc"

[authority]
code = "vinh-linh"
name = "Ủy ban nhân dân huyện Vĩnh Linh"
office = "Phòng Nội vụ"
superior = "Ủy ban nhân dân tỉnh Quảng Trị"
symbol = "UBND"
place = "Vĩnh Linh"
signer_title = "CHỦ TỊCH"
signer_name = "Thái Văn Thành"
contact = "Phòng Nội vụ"
recipients = ["Sở Nội vụ", "Lưu: VT, NV"]

[references]
trien-khai = "mục III.1"
bao-cao = "mục III.1"

[[officer]]
role = "truong_phong"
title = "Trưởng phòng Nội vụ"
name = "Lê Thị Minh Châu"
address = "truongphong@vinhlinh.example"

[[officer]]
role = "pho_chu_tich"
title = "Phó Chủ tịch UBND huyện"
name = "Trần Quốc Bảo"
address = "phochutich@vinhlinh.example"

[[ladder]]
name = "mac-dinh"
[[ladder.rung]]
name = "truoc-5"
title = "Nhắc trước hạn 5 ngày"
days = -5
audience = ["dau_moi"]
[[ladder.rung]]
name = "truoc-1"
title = "Nhắc trước hạn 1 ngày"
days = -1
audience = ["dau_moi"]
[[ladder.rung]]
name = "qua-1"
title = "Quá hạn 1 ngày"
days = 1
audience = ["dau_moi", "lanh_dao"]
[[ladder.rung]]
name = "qua-3"
title = "Quá hạn 3 ngày"
days = 3
audience = ["truong_phong"]
approval = true
[[ladder.rung]]
name = "qua-7"
title = "Quá hạn 7 ngày"
days = 7
audience = ["pho_chu_tich"]
approval = true

[[ladder]]
name = "khan"
[[ladder.rung]]
name = "khan-truoc-2"
title = "Trước hạn 2 giờ"
hours = -2
audience = ["dau_moi"]

[[round]]
code = "kiem-tra"
kind = "kiem_tra"
title = "Kiểm tra đợt 1 năm 2025"
opens_on = 2025-04-08
due = 2025-05-16
period_from = 2024-01-01
period_to = 2025-03-31
lock_on = 2025-06-30
kinds = ["xa", "thi_tran", "co_quan"]
units = ["xa-vinh-o", "ptp"]
checklist = "dot-xuat"
ladder = "mac-dinh"

[[round]]
code = "bao-cao-nam"
kind = "bao_cao_nam"
title = "Báo cáo năm 2025"
opens_on = 2025-10-01
due = 2025-10-31
due_rule = "truoc_ngay"
due_is_fixed = true
cut_off_on = 2025-10-15
period_from = 2024-12-15
period_to = 2025-10-15
lock_on = 2025-11-14
kinds = ["xa", "thi_tran", "co_quan"]
checklist = "dot-xuat"
ladder = "mac-dinh"
"""

# What a diligent clerk types into the small checklist.
ANSWERS: Mapping[str, object] = {
    "DX01": "Có",
    "DX02": "3",
    "DX03": "05/03/2025",
    "DX04": "Đã đối thoại, dân đồng thuận.",
}
OPENING = "2025-04-08 07:35"
SEAL_KEY = b"khoa cua nha trong cac phep thu  "
DUE = "2025-05-17 00:00"
"""End of Friday 16 May."""
FIVE_BEFORE, ONE_BEFORE = "2025-05-09 07:30", "2025-05-15 07:30"
ONE_AFTER, THREE_AFTER, SEVEN_AFTER = "2025-05-19 07:30", "2025-05-21 07:30", "2025-05-27 07:30"


def moment(text: str) -> datetime:
    """'2025-04-08 07:35' on the office's clock; seconds may follow."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def office_clock(when: str | datetime) -> datetime:
    return moment(when) if isinstance(when, str) else when


@cache
def definitions() -> FileDefinitions:
    return FileDefinitions(TEMPLATES)


@dataclass
class ChangingCalendar:
    """The office's definitions, to whose calendar days are added."""

    days: dict[date, str] = field(default_factory=dict)

    def checklist(self, code: str) -> Checklist:
        return definitions().checklist(code)

    def calendar(self, name: str) -> Calendar:
        known = definitions().calendar(name)
        return replace(known, days_off={**known.days_off, **self.days})


@cache
def renderer() -> LetterRenderer:
    return LetterRenderer(TEMPLATES)


@cache
def _remembered() -> dict[str, bytes]:
    return {}


class RememberingWorkbooks(ExcelWorkbooks):
    """The real ones; a form that was built before is not built again, which halves the time of these tests."""

    def build(self, form: Form) -> bytes:
        known, key = _remembered(), repr(form)
        if key not in known:
            known[key] = super().build(form)
        return known[key]


@dataclass
class World:
    tools: Toolbox
    clock: Clock
    outbox: FakeOutbox
    mailbox: FakeMailbox
    engine: Engine
    _mails: int = field(default=0)

    @property
    def sessions(self) -> sessionmaker[Session]:
        return self.tools.sessions

    @property
    def hands(self) -> int:
        """How many work at once in the tests of racing."""
        return 4 if self.engine.dialect.name == "postgresql" else 2

    # --- the verbs, each at its own time ---------------------------------------------------------------------------

    def open(self, when: str | datetime = OPENING) -> Report:
        as_of = self._at(when)
        report = open_due_rounds.fn(self.tools, as_of)
        report += fill_rosters.fn(self.tools, as_of)
        return report

    def send(self, when: str | datetime) -> Report:
        as_of = self._at(when)
        return asyncio.run(send_letters.fn(self.tools, as_of))

    def climb(self, when: str | datetime) -> Report:
        return climb_overdue.fn(self.tools, self._at(when))

    def collect(self, when: str | datetime | None = None) -> Report:
        if when is not None:
            self._at(when)
        report = fetch_replies.fn(self.tools)
        report += file_replies.fn(self.tools)
        report += put_away.fn(self.tools)
        return report

    def lock(self, when: str | datetime) -> Report:
        return lock_past_cycles.fn(self.tools, self._at(when))

    def _at(self, when: str | datetime) -> datetime:
        self.clock.now = office_clock(when)
        return self.clock.now

    def found(self) -> None:
        self.take_in(UNITS)
        self.take_in_plan()

    def limited(self, **limits: int) -> None:
        house = replace(self.tools.house, limits=replace(self.tools.house.limits, **limits))
        self.tools = replace(self.tools, house=house)

    def take_in(self, units: tuple[UnitEntry, ...], when: str | datetime = "2025-01-13 08:00") -> None:
        with self.sessions.begin() as session:
            store(session, units, self.tools, office_clock(when))

    def take_in_plan(self, source: str = PLAN, when: str | datetime = "2025-01-13 08:00") -> None:
        known = definitions()
        with self.sessions.begin() as session:
            plan = read_plan(session, source, "ke-hoach.toml", known.checklists, known.calendars)
            store_plan(session, source, plan, office_clock(when))

    def raise_finding(
        self, unit: str = "xa-vinh-o", due: date = date(2025, 7, 18), when: str = "2025-06-18 09:00"
    ) -> str:
        as_of = self._at(when)
        with self.sessions.begin() as session:
            new = NewFinding(unit, "Chưa công khai quyết toán.", due, "Điều 11", "Niêm yết trong 10 ngày.")
            return raise_finding(session, new, current_plan(session, 2025), self.tools, as_of).number

    # --- the clerks ------------------------------------------------------------------------------------------------

    def form(self, unit: str, round_: str = "kiem-tra") -> bytes:
        """The unit's workbook as it would be sent now."""
        with self.sessions() as session:
            one = find_assignment(session, unit, round_)
            checklist = asked_of(one)
            return self.tools.workbooks.build(form_of(session, one, checklist, self.tools, self.clock.now))

    def filled(self, unit: str, answers: Mapping[str, object] = ANSWERS, round_: str = "kiem-tra") -> bytes:
        return fill(self.form(unit, round_), answers)

    def mail(
        self,
        unit: str,
        when: str | datetime,
        *files: bytes,
        text: str = "Gửi phiếu trả lời.",
        sender: str = "",
        to: str = "",
        subject: str | None = None,
        thread: bool = True,
        headers: Mapping[str, str] | None = None,
        round_: str = "kiem-tra",
        put: bool = True,
    ) -> bytes:
        """A mail of the unit's clerk in the office's mailbox; by default an ordinary reply to the request."""
        self._mails += 1
        code, request = self.case(unit, round_)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender or ADDRESS[unit]
        mail["To"] = to or f"dancho+{code.lower()}@vinhlinh.example"
        mail["Subject"] = f"Re: [{code}] phiếu" if subject is None else subject
        mail["Date"] = format_datetime(office_clock(when))
        mail["Message-ID"] = f"<thu-{self._mails}@donvi.example>"
        if thread:
            mail["In-Reply-To"] = request
        for name, value in (headers or {}).items():
            del mail[name]
            mail[name] = value
        mail.set_content(text)
        for number, file in enumerate(files):
            attach(mail, file, f"Phiếu đã điền ({number}).xlsx")
        if put:
            self.mailbox.put(mail.as_bytes(), office_clock(when))
        return mail.as_bytes()

    def answer(self, unit: str, when: str | datetime, answers: Mapping[str, object] = ANSWERS, **how: Any) -> Report:
        """The unit answers, and the office takes it in at once."""
        self.mail(unit, when, self.filled(unit, answers), **how)
        return self.collect(when)

    def case(self, unit: str, round_: str = "kiem-tra") -> tuple[str, str]:
        """Case code and Message-ID of the request."""
        with self.sessions() as session:
            one = find_assignment(session, unit, round_)
            requests = [letter for letter in one.letters if letter.kind is LetterKind.REQUEST]
            return one.code, requests[0].message_id if requests else "<none@vinhlinh.example>"

    def bounce(self, letter_id: int, when: str | datetime, status: str = "5.1.1", diagnostic: str = "") -> None:
        """A delivery report about a letter that was sent."""
        with self.sessions() as session:
            letter = session.get_one(Letter, letter_id)
            message_id, recipient = letter.message_id, letter.recipient
        self._mails += 1
        tag = tag_of(message_id)
        report = delivery_report(message_id, recipient, self._mails, status, diagnostic, tag=tag)
        self.mailbox.put(report, office_clock(when))
        self.collect(when)

    # --- looking ---------------------------------------------------------------------------------------------------

    def letters(self, **where: Any) -> list[Letter]:
        with self.sessions() as session:
            return list(session.scalars(select(Letter).filter_by(**where).order_by(Letter.id)))

    def letters_of(self, unit: str, kind: LetterKind | None = None, round_: str = "kiem-tra") -> list[Letter]:
        with self.sessions() as session:
            letters = find_assignment(session, unit, round_).letters
            return sorted((one for one in letters if kind in (None, one.kind)), key=lambda one: one.id)

    def assignment(self, unit: str, round_: str = "kiem-tra") -> Assignment:
        with self.sessions() as session:
            return find_assignment(session, unit, round_)

    def finding(self) -> Finding:
        with self.sessions() as session:
            return session.scalars(select(Finding)).one()

    def incoming(self) -> list[Incoming]:
        with self.sessions() as session:
            return list(session.scalars(select(Incoming).order_by(Incoming.id)))

    def replies(self, unit: str) -> list[Reply]:
        with self.sessions() as session:
            one = find_assignment(session, unit, "kiem-tra")
            return list(session.scalars(select(Reply).filter_by(assignment_id=one.id).order_by(Reply.id)))

    def unit(self, code: str) -> Unit:
        with self.sessions() as session:
            unit = session.scalars(select(Unit).filter_by(code=code)).one()
            assert unit.contacts is not None
            return unit

    def states(self, **where: Any) -> dict[str, int]:
        """How many letters stand in which state."""
        found: dict[str, int] = {}
        for letter in self.letters(**where):
            found[letter.state.value] = found.get(letter.state.value, 0) + 1
        return found

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table: two pictures that are equal mean that nothing has changed."""
        with self.engine.connect() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
                ]
                for table in Base.metadata.sorted_tables
            }

    def spoil_terms(self, unit: str, **broken: Any) -> None:
        """What the cycle keeps for this unit's round cannot be read any more: a copy of the cycle, for it alone."""
        broken = broken or {"calendar": "lịch đã bỏ"}
        with self.sessions.begin() as session:
            one = find_assignment(session, unit, "kiem-tra")
            cycle = one.cycle
            columns = {
                column.key: getattr(cycle, column.key)
                for column in Cycle.__table__.columns
                if column.key not in {"id", "opened_on", "terms"}
            }
            spoilt = Cycle(**columns, opened_on=date(2025, 4, 7), terms=cycle.terms | broken)
            session.add(spoilt)
            session.flush()
            one.cycle = spoilt


def new_world(engine: Engine, folder: Path) -> World:
    clock = Clock(moment("2025-01-13 08:00"))
    outbox, mailbox = FakeOutbox(clock), FakeMailbox()
    house = House(
        sender_name="Phòng Nội vụ huyện Vĩnh Linh",
        sender_address=OFFICE,
        reply_address=OFFICE,
        administrators=(ADMIN,),
        results_folder=folder / "ket-qua",
        limits=Limits(per_minute=0),
    )
    tools = Toolbox(
        sessions=session_maker(engine),
        outbox=outbox,
        mailbox=mailbox,
        workbooks=RememberingWorkbooks(SEAL_KEY),
        documents=OfficeDocuments(),
        render=renderer(),
        invitations=CalendarFiles(),
        definitions=definitions(),
        now=clock,
        house=house,
        seal_key=SEAL_KEY,
    )
    return World(tools, clock, outbox, mailbox, engine)


def find_assignment(session: Session, unit: str, round_: str = "kiem-tra") -> Assignment:
    chosen = select(Assignment).join(Unit).join(Cycle, Assignment.cycle_id == Cycle.id).join(Round)
    return session.scalars(chosen.where(Unit.code == unit, Round.code == round_)).one()


def fill(workbook: bytes, answers: Mapping[str, object]) -> bytes:
    """Type answers into the form by item code, as a clerk does; the other cells stay as they are."""
    book = load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    places: dict[str, int] = {}
    answer_column = 0
    for cells in sheet.iter_rows():
        captions = {fold(str(cell.value)): cell.column for cell in cells if cell.value}
        if "ma" in captions and "ket qua" in captions:
            answer_column = captions["ket qua"]
        for cell in cells:
            if isinstance(cell.value, str) and cell.value in answers:
                places[cell.value] = cell.row
    for code, value in answers.items():
        sheet.cell(places[code], answer_column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shown(workbook: bytes) -> dict[str, object]:
    """What stands in the answer cells of a form, by item code."""
    book = load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    answer_column, found = 0, {}
    for cells in sheet.iter_rows():
        captions = {fold(str(cell.value)): cell.column for cell in cells if cell.value}
        if "ma" in captions and "ket qua" in captions:
            answer_column = captions["ket qua"]
        for cell in cells:
            if isinstance(cell.value, str) and cell.value in ANSWERS:
                found[cell.value] = sheet.cell(cell.row, answer_column).value
    return found


def attach(mail: EmailMessage, data: bytes, name: str) -> None:
    mail.add_attachment(
        data, maintype="application", subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename=name
    )


def tag_of(message_id: str) -> str:
    """What stands in the envelope and in the head of this letter, and nobody derives without the key of the house."""
    return bounce_tag(cast(Toolbox, SimpleNamespace(seal_key=SEAL_KEY)), message_id)


def delivery_report(
    message_id: str, recipient: str, number: int, status: str, diagnostic: str, *, tag: str = ""
) -> bytes:
    """`tag`: the letter's own, with its headers; without it, all that somebody knows who was in copy of an answer."""
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@vinhlinh.example>",
        f"To: {OFFICE}",
        f"Message-ID: <dsn-{number}@vinhlinh.example>",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"',
        "",
        "--=_b",
        "Content-Type: text/plain",
        "",
        "Sorry.",
        "",
        "--=_b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {diagnostic or '550 5.1.1 User unknown'}",
        "",
        "--=_b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        *([f"X-Bounce-Tag: {tag}"] if tag else []),
        f"To: {recipient}",
        "",
        "--=_b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def at_once(hands: int, act: Callable[[], T]) -> list[T]:
    """The same thing by several threads, started together; raises what any of them raised."""
    start = threading.Barrier(hands)
    results: list[T] = []
    errors: list[BaseException] = []

    def one() -> None:
        try:
            start.wait(timeout=20)
            results.append(act())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, daemon=True) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "a worker hangs"
    if errors:
        raise errors[0]
    return results


def letter_to(sent: list[Sent], code: str) -> Sent:
    return next(one for one in sent if one.code == code)
