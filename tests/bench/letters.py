"""Letters out, all the way: form, words, bytes and two commits each, by the real flow with its Prefect server.

Held against two references that take turns with it, each in a process of its own, over as many connections, into a mail
server that is a third process: a *plain* script that builds the same letters with openpyxl, Jinja2 and EmailMessage and
sends them with aiosmtplib, keeping no record of anything; and a *bare* loop that hands over bytes that are ready. Three
servers: one that does nothing, the strictest measure, because all time is the sender's; aiosmtpd, which minds the
protocol; and Postfix, where it is installed, which is what an office sends through.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from statistics import median
from typing import Any

import aiosmtplib
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import create_engine, insert, select, update

from infra.settings import TEMPLATES
from infra.workbook.copies import Sealing
from tasks.domain.calendar import ZONE
from tasks.domain.checklist import Form
from tasks.domain.mime import Draft
from tasks.domain.vietnamese import day_text, number_text
from tasks.mailing.words import XLSX
from tasks.toolbox import Rendered, Toolbox
from tests.bench.measure import compare_in_turns, in_turns, own_peak_mb, seconds
from tests.infra.slow_form import slow_form
from tests.real.mail_servers import DiscardingPostfix, running, short_folder, what_is_missing

MOMENT = datetime(2025, 1, 20, 8, tzinfo=ZONE)
ROUNDS = 3
PLAIN_LETTERS = 150  # a plain script is slow and steady: a few letters tell its rate
SINKS = ("nothing", "aiosmtpd", "postfix")


def bench(size: int) -> None:
    for server in SINKS:
        if server == "postfix" and (why := what_is_missing("postfix")):
            print(f"-- not into Postfix: {why}")
            continue
        print(f"-- into {server}", flush=True)
        _bench(size, server)


def _bench(size: int, server: str) -> None:
    with tempfile.TemporaryDirectory() as name, sink(server) as port:
        folder = Path(name)
        prepare(folder, size, port)
        found = in_turns({side: lambda side=side: _turn(side, folder) for side in ("send", "plain", "bare")}, ROUNDS)
    for side in found.values():
        assert all(turn["letters"] for turn in side)
    a_letter = {side: [turn["seconds"] / turn["letters"] for turn in turns] for side, turns in found.items()}
    connections = found["send"][0]["connections"]
    compare_in_turns(f"letters, {connections} connections, against a plain script", a_letter["send"], a_letter["plain"])
    compare_in_turns(f"letters, {connections} connections, against bare bytes", a_letter["send"], a_letter["bare"])
    for side, words in (("send", "written and sent"), ("plain", "plain script"), ("bare", "bare bytes")):
        cpu = median(1000 * turn["cpu"] / turn["letters"] for turn in found[side])
        print(f"  processor time a letter, {words:<18} {cpu:>6.2f} ms")
    letters, peak = found["send"][0]["letters"], max(turn["peak_mb"] for turn in found["send"])
    print(f"peak memory of the sender {peak:.0f} MB, {letters:.0f} letters; two commits a letter, Prefect included")


def _turn(side: str, folder: Path) -> dict[str, Any]:
    if side == "send":
        _again(folder)
    return _child(side, folder)


@contextmanager
def sink(server: str = SINKS[0]) -> Iterator[int]:
    """A mail server that takes everything and keeps nothing."""
    if server == "postfix":
        with short_folder() as folder:
            postfix = DiscardingPostfix(folder)
            with running(postfix):
                yield postfix.plain
        return
    command = [sys.executable, "-m", "tests.bench.sink", server]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def prepare(folder: Path, size: int, port: int) -> None:
    """A house in `folder` whose first round is open for so many more communes."""
    from flows.demo.year import new_world
    from tasks.scheduling import fill_rosters, open_due_rounds

    with new_world(folder, lambda name, as_of: "") as world:
        more_units(world.tools, size)
        open_due_rounds.fn(world.tools, MOMENT)
        fill_rosters.fn(world.tools, MOMENT)
    file = folder / "kiemtra.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"port = {port}" if line.startswith("port = ") else line for line in lines]
    file.write_text("\n".join(lines).replace("per_day = 5000", "per_day = 1000000"), encoding="utf-8")


def more_units(tools: Any, size: int) -> None:
    """All with one insert each table: ten thousand objects are no part of what is measured."""
    from tasks.domain.checklist import UnitKind
    from tasks.domain.ladder import Role
    from tasks.records import Contact, Unit

    units = [
        {
            "code": f"them-{number}",
            "name": f"Xã thêm {number}",
            "kind": UnitKind.XA,
            "official_order": 1000 + number,
            "predecessors": [],
            "note": "",
        }
        for number in range(size)
    ]
    with tools.sessions.begin() as session:
        session.execute(insert(Unit), units)
        ids = session.execute(select(Unit.id, Unit.code).where(Unit.code.like("them-%"))).all()
        contacts = [
            {"unit_id": id_, "role": Role.DAU_MOI, "name": "Đầu mối", "address": f"{code}@bench.example"}
            for id_, code in ids
        ]
        session.execute(insert(Contact), contacts)


def _child(what: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.letters", what, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _again(folder: Path) -> None:
    """The same letters wait once more; they are written anew."""
    from tasks.domain.letterbox import LetterState
    from tasks.records import Letter

    engine = create_engine(f"sqlite:///{folder / 'kiemtra.db'}")
    with engine.begin() as connection:
        connection.execute(update(Letter).values(state=LetterState.QUEUED, sent_at=None, not_before=MOMENT))
    engine.dispose()


# --- the two sides -------------------------------------------------------------------------------------------------


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Seconds by the clock and of the processor; on a busy machine the second is the truer one."""
    found: dict[str, float] = {}
    cpu = time.process_time()
    with seconds() as spent:
        yield found
    found |= {"seconds": spent.value, "cpu": time.process_time() - cpu}


def send(folder: Path) -> dict[str, float]:
    """One run of the flow, its Prefect server already up."""
    from infra.prefect_server import prefect_api, prepare_environment
    from infra.settings import load_settings

    settings = load_settings(folder / "kiemtra.toml", {})
    prepare_environment(settings.file, folder / "prefect")
    with prefect_api(settings):
        from flows.mailing import send_letters
        from tasks.domain.deeds import Deed

        with measured() as spent:
            report = asyncio.run(send_letters(as_of=MOMENT))
    print(report.words, file=sys.stderr)
    return {"connections": settings.house.limits.connections, "letters": report.counts[Deed.SENT], **spent}


def _raws(folder: Path) -> list[tuple[str, bytes]]:
    from tasks.domain.letterbox import LetterState
    from tasks.records import Letter, LetterBytes

    engine = create_engine(f"sqlite:///{folder / 'kiemtra.db'}")
    with engine.connect() as connection:
        sent = select(Letter.recipient, LetterBytes.raw).join(LetterBytes).where(Letter.state == LetterState.SENT)
        rows = [(recipient, raw) for recipient, raw in connection.execute(sent)]
    engine.dispose()
    return rows


def bare(folder: Path) -> dict[str, float]:
    from infra.settings import load_settings

    settings = load_settings(folder / "kiemtra.toml", {})
    letters, connections = _raws(folder), settings.house.limits.connections

    async def one(share: list[tuple[str, bytes]]) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=settings.sandbox.port, start_tls=False) as client:
            for recipient, raw in share:
                await client.sendmail(settings.house.sender_address, [recipient], raw)

    async def everything() -> None:
        await asyncio.gather(*(one(letters[start::connections]) for start in range(connections)))

    with measured() as spent:
        asyncio.run(everything())
    return {"connections": connections, "letters": len(letters), **spent}


@dataclass(frozen=True)
class Noted:
    """All that a letter is made from, noted down before the clock starts: the plain script looks nothing up."""

    draft: Draft
    kind: str
    context: dict[str, Any]
    form: Form
    due: bytes


def noted(folder: Path, most: int) -> list[Noted]:
    from infra.settings import load_settings
    from infra.toolbox import open_toolbox
    from tasks.mailing.writing import draft_of
    from tasks.records import Letter

    found = []
    settings = load_settings(folder / "kiemtra.toml", {})
    with open_toolbox(settings, as_of=MOMENT) as tools, tools.sessions() as session:
        ears = _Ears(tools)
        hearing = replace(tools, render=ears.render, workbooks=ears)
        for letter in session.scalars(select(Letter).order_by(Letter.id).limit(most)):
            draft = draft_of(session, letter, [], hearing, MOMENT)
            due = next(data for name, data, _ in draft.attachments if name.endswith(".ics"))
            assert ears.form is not None
            found.append(Noted(draft, ears.kind, ears.context, ears.form, due))
    return found


class _Ears:
    """Stands where letters are rendered and forms are built, and remembers what they were built from."""

    def __init__(self, tools: Toolbox) -> None:
        self._render = tools.render
        self.kind, self.context, self.form = "", dict[str, Any](), None

    def render(self, kind: str, context: Mapping[str, Any]) -> Rendered:
        self.kind, self.context = kind, dict(context)
        return self._render(kind, context)

    def build(self, form: Form) -> bytes:
        self.form = form
        return b""


def plain(folder: Path) -> dict[str, float]:
    from infra.settings import load_settings

    settings = load_settings(folder / "kiemtra.toml", {})
    letters, connections = noted(folder, PLAIN_LETTERS), settings.house.limits.connections
    jinja = Environment(loader=FileSystemLoader(TEMPLATES / "letters"), trim_blocks=True, lstrip_blocks=True)
    jinja.filters |= {"day": day_text, "number": number_text, "br": str}

    async def one(share: list[Noted]) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=settings.sandbox.port, start_tls=False) as client:
            for letter in share:
                await client.send_message(_plain_message(letter, jinja))

    async def everything() -> None:
        await asyncio.gather(*(one(letters[start::connections]) for start in range(connections)))

    with measured() as spent:
        asyncio.run(everything())
    return {"connections": connections, "letters": len(letters), **spent}


def _plain_message(letter: Noted, jinja: Environment) -> EmailMessage:
    draft, message = letter.draft, EmailMessage()
    subject, text, html = (
        jinja.get_template(f"{letter.kind}/{file}").render(letter.context)
        for file in ("subject.txt", "body.txt", "body.html")
    )
    for name, value in (
        ("From", formataddr(draft.sender)),
        ("To", formataddr(draft.recipient)),
        ("Reply-To", formataddr((draft.sender[0], draft.reply_to))),
        ("Subject", " ".join(subject.split())),
        ("Date", format_datetime(draft.date)),
        ("Message-ID", draft.message_id),
    ):
        message[name] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    book = slow_form(letter.form, Sealing(b"khoa"))
    kind, _, subtype = XLSX.partition("/")
    message.add_attachment(book, maintype=kind, subtype=subtype, filename=letter.context["file_name"])
    message.add_attachment(letter.due, maintype="text", subtype="calendar", filename="Thoi-han.ics")
    return message


if __name__ == "__main__":
    result = {"send": send, "plain": plain, "bare": bare}[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(result | {"peak_mb": own_peak_mb()}))
