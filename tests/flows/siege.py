"""A house under attack: real post office, real door, the real flows; each story has a unit of its own."""

import email
import email.policy
import io
import smtplib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from flows.demo.year import World
from infra.door import Door
from infra.receiver import HOST
from tasks.answers import standing_of
from tasks.domain.ladder import Role
from tasks.records import Assignment, Incoming, Letter, Unit
from tasks.scheduling import cycle_checklist
from tests.tasks.world import fill

OFFICE = "dancho@vinhlinh.example"
STRANGER = "nguoi.la@thudientu.example"
ANSWERS: Mapping[str, object] = {
    "KH01": "12/KH-UBND",
    "KH02": "15/01/2025",
    "KH03": "Ông Hồ Văn Lâm",
    "KH04": "Có",
    "KH05": "Có",
    "KH06": "4",
}
OTHER: Mapping[str, object] = {**ANSWERS, "KH01": "999/SAI", "KH04": "Không", "KH06": "0"}
HALF: Mapping[str, object] = {"KH01": "12/KH-UBND", "KH02": "15/01/2025"}


@dataclass(frozen=True)
class Target:
    """What whoever attacks may have found out about a unit, and what its own clerk holds."""

    code: str
    name: str
    address: str
    head: str
    case: str
    request: str
    form: bytes
    bounce_tag: str
    """In the head of the request: the unit's own people hold it, and the servers on its way."""

    @property
    def tag(self) -> str:
        return OFFICE.replace("@", f"+{self.case.lower()}@")

    def filled(self, answers: Mapping[str, object] = ANSWERS) -> bytes:
        return fill(self.form, answers)

    def typed_anew(self, answers: Mapping[str, object] = OTHER, case: str = "") -> bytes:
        """The table alone, copied from any form; with the case code typed above it where one is given."""
        source = load_workbook(io.BytesIO(fill(self.form, answers)))
        sheet = next(one for one in source.worksheets if one.sheet_state == "visible")
        copy = Workbook()
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.value is not None:
                    words = cell.value
                    if isinstance(words, str) and "DCCS-" in words:
                        words = f"Mã phiếu: {case}" if case else None
                    copy.active.cell(cell.row, cell.column, words)
        out = io.BytesIO()
        copy.save(out)
        return out.getvalue()


_mails = 0


def letter(
    to: str, *files: bytes, sender: str = STRANGER, subject: str = "Gửi phiếu", text: str = "Gửi phiếu.", **head: str
) -> bytes:
    """`head`: further header fields, their hyphens as underscores; those that name a server stand on top."""
    global _mails
    _mails += 1
    mail = EmailMessage(policy=email.policy.SMTP)
    for name, value in head.items():
        mail[name.replace("_", "-")] = value
    mail["To"], mail["Subject"] = to, subject
    mail["Message-ID"] = f"<la-{_mails}@thudientu.example>"
    mail["Date"] = format_datetime(datetime.fromisoformat("2025-01-21T09:00:00+07:00"))
    mail.set_content(text)
    for number, data in enumerate(files):
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"phieu-{number}.xlsx")
    return f"From: {sender}\r\n".encode() + mail.as_bytes()


class Siege:
    def __init__(self, world: World) -> None:
        self.world = world

    def hand_over(self, mails: list[bytes], now: datetime, envelope: str = "ai-do@thudientu.example") -> None:
        """As a mail server hands them over: LMTP, into the Maildir that the house reads; '' is the null sender."""
        folder = self.world.office.mailbox(OFFICE)
        with ExitStack() as stack:
            door = stack.enter_context(Door(folder, OFFICE, lambda: now, HOST, 0, lmtp=True))
            server = stack.enter_context(smtplib.LMTP(HOST, door.port))
            for raw in mails:
                server.sendmail(envelope, [OFFICE], raw)

    def target(self, code: str) -> Target:
        with self.world.tools.sessions() as session:
            case = session.scalars(select(Assignment).join(Unit).where(Unit.code == code)).one()
            contact, head = case.unit.contact(Role.DAU_MOI), case.unit.contact(Role.LANH_DAO)
            assert contact is not None
            request = session.scalars(select(Letter).where(Letter.assignment_id == case.id).order_by(Letter.id)).first()
            assert request is not None
            first = self.received(contact.address)[0]
            form = next(data for _, data in first.files if data)
            names = case.unit.name, contact.address, head.address if head else "", case.code, request.message_id
            return Target(code, *names, form, str(first.mail["X-Bounce-Tag"]))

    def stands(self, code: str) -> dict[str, Any]:
        """All that a mail could have changed."""
        with self.world.tools.sessions() as session:
            case = session.scalars(select(Assignment).join(Unit).where(Unit.code == code)).one()
            standing = standing_of(session, case, cycle_checklist(case.cycle, case.checklist))
            return {
                "state": case.state,
                "due": case.due_at,
                "promised": case.promised_on,
                "quiet": case.quiet_until,
                "rung": case.next_rung_at,
                "values": {item: value.value for item, value in standing.values.items()},
                "contacts": [(one.address, one.unreachable_at) for one in case.unit.contacts],
            }

    def received(self, address: str) -> list["Received"]:
        folder = self.world.office.mailbox(address) / "new"
        return [Received(path) for path in sorted(folder.iterdir())] if folder.is_dir() else []

    def incoming(self, raw: bytes) -> Incoming:
        key = email.message_from_bytes(raw)["Message-ID"]
        with self.world.tools.sessions() as session:
            return session.scalars(select(Incoming).where(Incoming.message_id == key)).one()


class Received:
    """A letter in somebody's mailbox."""

    def __init__(self, path: Path) -> None:
        self.mail: Any = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)

    @property
    def text(self) -> str:
        return str(self.mail.get_body(("plain",)).get_content())

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def files(self) -> list[tuple[str, bytes]]:
        return [(part.get_filename() or "", part.get_payload(decode=True)) for part in self.mail.iter_attachments()]
