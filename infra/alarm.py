"""A letter to the administrators without queue or database: when the clocks stand, nothing else goes."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from infra.own_files import own_templates
from infra.rendering import LetterRenderer
from infra.settings import TEMPLATES, Settings
from infra.smtp import Patience, SmtpOutbox
from infra.toolbox import outgoing_of
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.errors import KiemtraError
from tasks.domain.mime import Draft, compose
from tasks.domain.vietnamese import moment_text
from tasks.mailing.addresses import envelope_sender
from tasks.mailing.words import alert

PATIENCE = Patience(connect=10, command=15, content=30)
MOST_SECONDS = 60.0


def alarm(settings: Settings, cause: str, what: str, do: str, now: datetime) -> str:
    """One letter a cause and day to each administrator; says in words what became of it, and raises nothing."""
    try:
        told = _told(settings)
        if told.get(cause) == str(house_day(now)):
            return "hôm nay đã báo quản trị việc này rồi"
        if not settings.house.administrators:
            return "không báo được ai: [mail] administrators đang trống"
        _post(settings, what, do, now)
        _note(settings, {**told, cause: str(house_day(now))})
    except (KiemtraError, OSError, TimeoutError) as error:
        return f"chưa báo được quản trị qua thư ({error})"
    return f"đã báo {', '.join(settings.house.administrators)}"


def _post(settings: Settings, what: str, do: str, now: datetime) -> None:
    house = settings.house
    words = {"as_of_words": moment_text(now.astimezone(ZONE)), "problems": [{"what": what, "do": do}]}
    rendered = alert(words, LetterRenderer(TEMPLATES, own_templates(settings.folder)), house, house_day(now))
    letters = []
    for address in house.administrators:
        message_id = f"<{secrets.token_hex(16)}@{house.sender_address.rpartition('@')[2]}>"
        draft = Draft(
            sender=(house.sender_name, house.sender_address),
            recipient=("", address),
            reply_to=house.reply_address,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=message_id,
            date=now,
        )
        letters.append((envelope_sender(house, secrets.token_hex(16)), address, compose(draft)))
    with ExitStack() as stack:
        outbox = SmtpOutbox(outgoing_of(stack, settings, lambda: now), PATIENCE)
        asyncio.run(asyncio.wait_for(_send(outbox, letters), MOST_SECONDS))


async def _send(outbox: SmtpOutbox, letters: Sequence[tuple[str, str, bytes]]) -> None:
    """Whoever is refused does not keep it from the others; told is who was reached."""
    failed: list[KiemtraError] = []
    async with outbox.connect() as connection:
        for sender, recipient, raw in letters:
            try:
                await connection.post(sender, recipient, raw, _nothing)
            except KiemtraError as error:
                failed.append(error)
    if len(failed) == len(letters):
        raise failed[0]


def _nothing() -> None:
    """No row waits for this letter."""


def _file(settings: Settings) -> Path:
    return settings.folder / "prefect" / "alarms.json"


def _told(settings: Settings) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _note(settings: Settings, told: dict[str, str]) -> None:
    _file(settings).parent.mkdir(parents=True, exist_ok=True)
    _file(settings).write_text(json.dumps(told), encoding="utf-8")
