"""Letters out and replies in, against bare loops that move the same bytes through the same server."""

import asyncio
import email
import email.policy
import tempfile
from datetime import datetime
from pathlib import Path

import aiosmtplib
from sqlalchemy import select

from flows.demo.year import new_world
from infra.maildir import deliver
from infra.receiver import HOST
from tasks.collection.filing import file_all
from tasks.collection.storing import store_mail
from tasks.domain.calendar import ZONE
from tasks.domain.ladder import Role
from tasks.mailing.sending import send_ready
from tasks.records import Contact, Letter, Unit
from tasks.scheduling import fill_rosters, open_due_rounds
from tasks.toolbox import Toolbox
from tests.bench.measure import compare, own_peak_mb, seconds

MOMENT = datetime(2025, 1, 20, 8, tzinfo=ZONE)


def bench(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, new_world(Path(folder), lambda name, as_of: "") as world:
        tools = world.tools
        _more_units(tools, size)
        world.office.clock = MOMENT
        open_due_rounds.fn(tools, MOMENT)
        fill_rosters.fn(tools, MOMENT)
        connections = tools.house.limits.connections
        with seconds() as ours:
            report = asyncio.run(send_ready(tools, MOMENT))
        sent = report.counts["thư đã gửi"]
        letters = _sent(tools)
        with seconds() as bare:
            asyncio.run(_bare_send(letters, world.office.outgoing.port, tools.house.sender_address, connections))
        compare(f"letters written and sent, {connections} connections", sent, ours.value, bare.value)
        print("  (ours builds each workbook and commits before DATA and after 250; the bare loop only sends)")
        mailbox = world.office.mailbox(tools.house.reply_address)
        replies = [_reply(raw, number) for number, (_, raw) in enumerate(letters)]
        for number, raw in enumerate(replies):
            deliver(mailbox, f"{number}.bench", raw, MOMENT)
        with seconds() as ours:
            store_mail(tools)
            file_all(tools)
        with seconds() as bare:
            for raw in replies:
                for part in email.message_from_bytes(raw, policy=email.policy.compat32).walk():
                    part.get_payload(decode=True)
        compare("replies stored and filed", len(replies), ours.value, bare.value)
        print(f"peak memory {own_peak_mb():.0f} MB")


def _more_units(tools: Toolbox, size: int) -> None:
    with tools.sessions.begin() as session:
        kind = session.scalars(select(Unit)).first()
        assert kind is not None
        for number in range(size):
            unit = Unit(code=f"them-{number}", name=f"Xã thêm {number}", kind=kind.kind, official_order=1000 + number)
            unit.predecessors = []
            unit.contacts = [Contact(role=Role.DAU_MOI, name="Đầu mối", address=f"them{number}@bench.example")]
            session.add(unit)


def _sent(tools: Toolbox) -> list[tuple[str, bytes]]:
    with tools.sessions() as session:
        rows = session.execute(select(Letter.recipient, Letter.raw).where(Letter.raw.is_not(None)))
        return [(recipient, bytes(raw or b"")) for recipient, raw in rows]


async def _bare_send(letters: list[tuple[str, bytes]], port: int, sender: str, connections: int) -> None:
    async def one(share: list[tuple[str, bytes]]) -> None:
        async with aiosmtplib.SMTP(hostname=HOST, port=port, start_tls=False) as client:
            for recipient, raw in share:
                await client.sendmail(sender, [recipient], raw)

    await asyncio.gather(*(one(letters[start::connections]) for start in range(connections)))


def _reply(raw: bytes, number: int) -> bytes:
    """The letter sent back with its empty form: stored, matched and read like any other."""
    text = raw.replace(b"\r\nAuto-Submitted: auto-generated", b"").replace(
        b"\r\nMessage-ID: <", b"\r\nMessage-ID: <re.", 1
    )
    return f"Return-Path: <them{number}@bench.example>\r\nX-Number: {number}\r\n".encode() + text.replace(
        b"From: ", f"From: <them{number}@bench.example>\r\nX-From: ".encode(), 1
    )
