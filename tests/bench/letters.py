"""Letters out, by the real flow with its Prefect server, against a bare loop that hands over the same bytes.

Each side runs in a process of its own, over as many connections, into a mail server that is a third process. Three
servers: one that does nothing, the strictest measure, because all time is the sender's; aiosmtpd, which minds the
protocol; and Postfix, where it is installed, which is what an office sends through.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosmtplib
from sqlalchemy import create_engine, insert, select, update

from tasks.domain.calendar import ZONE
from tests.bench.measure import compare, own_peak_mb, seconds
from tests.real.mail_servers import DiscardingPostfix, running, short_folder, what_is_missing

MOMENT = datetime(2025, 1, 20, 8, tzinfo=ZONE)
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
        written = _child("send", folder)
        letters = written["letters"]
        _again(folder)
        kept = _child("send", folder)
        bare = _child("bare", folder)
    what = f"{bare['connections']} connections"
    compare(f"letters written and sent, {what}", letters, written["seconds"], bare["seconds"])
    compare(f"letters sent, bytes written before, {what}", letters, kept["seconds"], bare["seconds"])
    for what, side in (("written and sent", written), ("sent", kept), ("bare", bare)):
        print(f"  processor time a letter, {what:<18} {1000 * side['cpu'] / letters:>6.2f} ms")
    print(f"peak memory of the sender {written['peak_mb']:.0f} MB; two commits a letter, Prefect included")


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
    """The same letters wait once more, with their bytes."""
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

        with measured() as spent:
            words = asyncio.run(send_letters(as_of=MOMENT))
    print(words, file=sys.stderr)
    return {"connections": settings.house.limits.connections, "letters": int(words.rpartition(" ")[2]), **spent}


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


if __name__ == "__main__":
    result = {"send": send, "bare": bare}[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(result | {"peak_mb": own_peak_mb()}))
