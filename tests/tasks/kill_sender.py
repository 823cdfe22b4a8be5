"""The sender as a worker that may be killed: each commit and each word to or from the mail server is a step.

Statements are none: until the commit nobody but the worker knows of them. Deaths at random moments hit them too.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aiosmtplib.protocol import SMTPProtocol
from sqlalchemy import event

import tasks.mailing.sending as _imported_before_the_first_fork  # noqa: F401
from infra.database import open_engine
from infra.maildir import MaildirMailbox
from infra.sandbox.post_office import at_port
from infra.smtp import SmtpOutbox
from tests.tasks.world import definitions, new_world, renderer

CONTENT = 1000
"""Bytes: what is longer is no command."""
definitions().checklist("dot-xuat")
renderer().check()


def send(job: dict[str, Any], step: Callable[[], None]) -> None:
    """One run of the sender over a real connection; `job`: database, port, now, connections."""
    engine = open_engine(job["database"])
    world = new_world(engine, Path(job["folder"]))
    world.tools = replace(world.tools, outbox=SmtpOutbox(at_port(job["port"])))
    world.limited(connections=job["connections"])
    event.listen(engine, "commit", lambda *_: step())
    event.listen(world.sessions, "after_commit", lambda *_: step())
    _step_at_every_write(step)
    world.clock.now = datetime.fromisoformat(job["now"])
    asyncio.run(_send(world.tools, world.clock.now))


def send_or_collect(job: dict[str, Any], step: Callable[[], None]) -> None:
    """One run of the sender, or, where the job names a Maildir, of the collector."""
    if "maildir" not in job:
        send(job, step)
        return
    world = new_world(open_engine(job["database"]), Path(job["folder"]))
    world.tools = replace(world.tools, mailbox=MaildirMailbox(Path(job["maildir"])))
    world.collect(datetime.fromisoformat(job["now"]))


async def _send(tools: Any, as_of: datetime) -> None:
    from tasks.mailing.sending import send_ready

    await send_ready(tools, as_of)


def _step_at_every_write(step: Callable[[], None]) -> None:
    """Before and after each word to the server, in the middle of a content, and after each answer."""
    write, read = SMTPProtocol.write, SMTPProtocol.read_response

    def halves(self: SMTPProtocol, data: bytes) -> None:
        step()
        half = len(data) // 2 if len(data) > CONTENT else 0
        if half:
            write(self, data[:half])
            step()
        write(self, data[half:])
        step()

    async def answer(self: SMTPProtocol, *args: Any, **kwargs: Any) -> Any:
        found = await read(self, *args, **kwargs)
        step()
        return found

    SMTPProtocol.write = halves  # type: ignore[method-assign]
    SMTPProtocol.read_response = answer  # type: ignore[method-assign]
