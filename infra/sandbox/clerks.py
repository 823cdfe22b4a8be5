"""Simulated units: they open what is in their mailbox, fill the workbook like people, and answer by SMTP.

A clerk knows only what came by mail: the letter and the workbook.
"""

import asyncio
import email
import email.policy
import email.utils
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiosmtplib

from infra.receiver import HOST
from infra.sandbox.form_filling import filled
from infra.sandbox.post_office import PostOffice
from infra.sandbox.script import FINDINGS, ROUNDS, Habit, answer_moment, habit_of, seed
from tasks.domain.calendar import ZONE, Calendar, at

ANSWERED_BY_HAND = (Habit.TWO_PARTS, Habit.MISTAKES, Habit.NO_FILE_FIRST)


@dataclass
class Letter:
    """A letter with a form, as it lies in a unit's mailbox."""

    unit: str
    round: str
    code: str
    sender: str
    reply_to: str
    subject: str
    message_id: str
    workbook: bytes
    is_returned: bool


@dataclass(order=True)
class Plan:
    """What a clerk means to do, and when."""

    at: datetime
    number: int
    action: str = field(compare=False)
    letter: Letter | None = field(compare=False)
    unit: str = field(compare=False, default="")


@dataclass(frozen=True)
class Typed:
    """What a clerk typed into one form, for whoever wants to compare: item -> value as written."""

    unit: str
    round: str
    sent_at: datetime
    values: Mapping[str, str]


class Clerks:
    """All units at once. `addresses`: mailbox address -> unit code; `set_clock` tells the post office the time."""

    def __init__(self, office: PostOffice, addresses: Mapping[str, str], calendar: Calendar, reply_to: str) -> None:
        self._office, self._addresses, self._calendar = office, addresses, calendar
        self._reply_to = reply_to
        self._seen: set[str] = set()
        self._plans: list[Plan] = []
        self._serial = 0
        self._answered: set[str] = set()
        self._findings: dict[str, tuple[str, str]] = {}
        self.typed: list[Typed] = []
        self.deeds: dict[str, int] = defaultdict(int)

    def read_mail(self, now: datetime) -> None:
        """Look at what is new in every mailbox and make up one's mind."""
        for address, unit in self._addresses.items():
            folder = self._office.mailbox(address) / "new"
            for path in sorted(folder.glob("*")) if folder.is_dir() else []:
                if path.name not in self._seen:
                    self._seen.add(path.name)
                    self._consider(unit, path, now)

    def _consider(self, unit: str, path: Path, now: datetime) -> None:
        mime = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        letter = _letter(unit, mime)
        if letter is None:
            self._note_finding(unit, mime)
            return
        if letter.is_returned:
            if habit_of(unit, letter.round) in ANSWERED_BY_HAND:
                self._intend(self._next_morning(now), "complete", letter)
            return
        if letter.code in self._answered:
            return
        self._answered.add(letter.code)
        habit = habit_of(unit, letter.round)
        if habit is Habit.OUT_OF_OFFICE:
            self._intend(now + timedelta(minutes=1), "out_of_office", letter)
        moment = answer_moment(unit, letter.round, now, self._calendar)
        if moment is not None:
            self._intend(moment, _FIRST_ACTION.get(habit, "answer"), letter)

    def _note_finding(self, unit: str, mime: Any) -> None:
        """A notice of a finding has no form; the unit answers it in words on its own day."""
        subject, code = str(mime["Subject"] or ""), _code(str(mime["Subject"] or ""))
        for finding in FINDINGS:
            known = self._findings.get(unit)
            if finding.unit == unit and finding.reported_at and code and known is None and "KN-" in subject:
                self._findings[unit] = (str(mime["Reply-To"]), str(mime["Message-ID"]))
                self._serial += 1
                self._plans.append(Plan(finding.reported_at, self._serial, "report_finding", None, unit))

    def _intend(self, moment: datetime, action: str, letter: Letter) -> None:
        self._serial += 1
        self._plans.append(Plan(moment, self._serial, action, letter, letter.unit))

    def next_moment(self) -> datetime | None:
        return min((plan.at for plan in self._plans), default=None)

    def act(self, until: datetime) -> list[datetime]:
        """Do everything meant for `until` or before; returns the moments, for whoever keeps the clock."""
        due = sorted(plan for plan in self._plans if plan.at <= until)
        self._plans = [plan for plan in self._plans if plan.at > until]
        for plan in due:
            self._office.clock = plan.at
            asyncio.run(self._do(plan))
            self.deeds[plan.action] += 1
        return [plan.at for plan in due]

    async def _do(self, plan: Plan) -> None:
        await getattr(self, f"_{plan.action}")(plan)

    # --- deeds -------------------------------------------------------------------------------------------------

    async def _answer(self, plan: Plan) -> None:
        await self._send_form(plan)

    async def _answer_half(self, plan: Plan) -> None:
        await self._send_form(plan, only_half=True, text="Đơn vị gửi trước phần đã có số liệu, phần còn lại gửi sau.")

    async def _answer_with_mistakes(self, plan: Plan) -> None:
        await self._send_form(plan, mistakes=True)

    async def _complete(self, plan: Plan) -> None:
        await self._send_form(plan, text="Đơn vị gửi lại phiếu đã bổ sung.")

    async def _forward_and_answer(self, plan: Plan) -> None:
        """A colleague answers from another address, with a new subject and without the thread."""
        letter = _of(plan)
        data = self._fill(letter, plan.at)
        mail = self._mail(plan, f"chuyenvien.{letter.unit}@thudientu.example", self._reply_to)
        mail["Subject"] = "TL: Fw: phiếu trả lời của đơn vị"
        mail.set_content("Tôi được giao trả lời thay. Gửi kèm phiếu đã điền.")
        _attach(mail, data, "Phiếu trả lời đã điền (1).xlsx")
        await self._post(mail, self._reply_to)

    async def _answer_without_file(self, plan: Plan) -> None:
        letter = _of(plan)
        mail = self._reply(plan, letter)
        mail.set_content("Đơn vị đã thực hiện đầy đủ, kính báo cáo Phòng Nội vụ.\n\n> " + letter.subject)
        await self._post(mail, letter.reply_to)

    async def _out_of_office(self, plan: Plan) -> None:
        letter = _of(plan)
        mail = self._reply(plan, letter)
        del mail["Subject"]
        mail["Subject"] = f"Trả lời tự động: {letter.subject}"
        mail["Auto-Submitted"] = "auto-replied"
        mail.set_content("Tôi đi công tác, sẽ trả lời sau.")
        await self._post(mail, letter.reply_to)

    async def _report_finding(self, plan: Plan) -> None:
        reply_to, message_id = self._findings[plan.unit]
        mail = self._mail(plan, self._address(plan.unit), reply_to)
        mail["Subject"] = "Re: báo cáo kết quả khắc phục"
        mail["In-Reply-To"] = message_id
        mail.set_content("KHẮC PHỤC: đã xong theo kiến nghị, có biên bản và ảnh lưu tại đơn vị.")
        await self._post(mail, reply_to)

    async def _send_form(
        self, plan: Plan, *, only_half: bool = False, mistakes: bool = False, text: str = "Gửi phiếu trả lời."
    ) -> None:
        letter = _of(plan)
        data = self._fill(letter, plan.at, only_half=only_half, mistakes=mistakes)
        mail = self._reply(plan, letter)
        mail.set_content(text)
        _attach(mail, data, "Phieu-da-dien.xlsx")
        await self._post(mail, letter.reply_to)

    def _fill(self, letter: Letter, now: datetime, *, only_half: bool = False, mistakes: bool = False) -> bytes:
        chance = random.Random(seed(letter.unit, letter.round))
        today, address = now.astimezone(ZONE).date(), self._address(letter.unit)
        form = filled(letter.workbook, chance, today, address, only_half=only_half, mistakes=mistakes)
        self.typed.append(Typed(letter.unit, letter.round, now, form.values))
        return form.data

    # --- the post ----------------------------------------------------------------------------------------------

    def _reply(self, plan: Plan, letter: Letter) -> EmailMessage:
        mail = self._mail(plan, self._address(letter.unit), letter.reply_to)
        mail["Subject"] = f"Re: {letter.subject}"
        mail["In-Reply-To"] = letter.message_id
        mail["References"] = letter.message_id
        return mail

    def _mail(self, plan: Plan, sender: str, recipient: str) -> EmailMessage:
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"] = sender, recipient
        mail["Date"] = format_datetime(plan.at.astimezone(ZONE))
        mail["Message-ID"] = f"<{seed(plan.unit, str(plan.number))}.{plan.number}@donvi.example>"
        return mail

    def _address(self, unit: str) -> str:
        return next(address for address, code in self._addresses.items() if code == unit)

    async def _post(self, mail: EmailMessage, recipient: str) -> None:
        address = email.utils.parseaddr(recipient)[1]
        await aiosmtplib.send(
            mail.as_bytes(),
            sender=str(mail["From"]),
            recipients=[address],
            hostname=HOST,
            port=self._office.outgoing.port,
            start_tls=False,
            use_tls=False,
        )

    def _next_morning(self, now: datetime) -> datetime:
        return at(self._calendar.add_working_days(now.astimezone(ZONE).date(), 1), time(10, 5))


_FIRST_ACTION = {
    Habit.TWO_PARTS: "answer_half",
    Habit.HALF: "answer_half",
    Habit.MISTAKES: "answer_with_mistakes",
    Habit.FORWARDED: "forward_and_answer",
    Habit.NO_FILE_FIRST: "answer_without_file",
}


def _of(plan: Plan) -> Letter:
    assert plan.letter is not None
    return plan.letter


def _letter(unit: str, mime: Any) -> Letter | None:
    """The letter when it carries a form, else None."""
    for part in mime.iter_attachments():
        name = part.get_filename() or ""
        if name.endswith(".xlsx"):
            subject = str(mime["Subject"])
            return Letter(
                unit=unit,
                round=_round_of(name, unit),
                code=_code(subject),
                sender=str(mime["From"]),
                reply_to=str(mime["Reply-To"]),
                subject=subject,
                message_id=str(mime["Message-ID"]),
                workbook=part.get_payload(decode=True),
                is_returned=bool(mime["In-Reply-To"]) and str(mime["Auto-Submitted"]) == "auto-replied",
            )
    return None


def _round_of(file_name: str, unit: str) -> str:
    """'Phieu-bao-cao-nam-xa-vinh-o.xlsx' -> 'bao-cao-nam'."""
    return next(code for code in ROUNDS if file_name.lower().startswith(f"phieu-{code}-"))


def _code(subject: str) -> str:
    return subject.partition("[")[2].partition("]")[0]


def _attach(mail: EmailMessage, data: bytes, name: str) -> None:
    mail.add_attachment(
        data, maintype="application", subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename=name
    )
