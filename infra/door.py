"""The door: a mail server on this machine hands us what comes for our reply address; we write it into a Maildir."""

import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from infra.maildir import deliver
from infra.receiver import Receiver
from infra.settings import DoorProtocol, InboundKind, Settings
from tasks.domain.errors import KiemtraError
from tasks.domain.mime import address_is_sound

NOT_OURS = "550 5.7.1 not for this house"


class Door:
    """Takes mail for one address and its tags after '+', and for nobody else: it relays nothing."""

    def __init__(
        self, folder: Path, address: str, now: Callable[[], datetime], host: str, port: int, *, lmtp: bool
    ) -> None:
        self.folder, self._address, self._now = folder, address.lower(), now
        self._place = f"{host}:{port}"
        self._receiver = Receiver(self._refusal, self._keep, host, port, lmtp=lmtp)

    def __enter__(self) -> "Door":
        try:
            self._receiver.__enter__()
        except OSError as error:
            why = error.strerror or error
            raise KiemtraError(
                f"Không mở được cửa nhận thư ở {self._place} ({why}). Hãy xem lại host, port trong [mail.in]."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.__exit__()

    @property
    def port(self) -> int:
        return self._receiver.port

    def _refusal(self, address: str) -> str:
        name, _, domain = address.lower().rpartition("@")
        ours = f"{name.partition('+')[0]}@{domain}" == self._address
        return "" if ours and address_is_sound(address) else NOT_OURS

    def _keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        head = f"Return-Path: <{sender}>\r\n" + "".join(f"Delivered-To: {one}\r\n" for one in recipients)
        now = self._now()
        name = f"{now.timestamp():.6f}.{os.getpid()}_{secrets.token_hex(8)}.kiemtra"
        deliver(self.folder, name, head.encode() + raw, now)


def door_of(settings: Settings, now: Callable[[], datetime]) -> Door | None:
    """The door that the settings ask for, not yet open; None where mail comes another way."""
    inbound = settings.inbound
    if inbound is None or inbound.kind is not InboundKind.DOOR:
        return None
    is_lmtp = inbound.protocol is DoorProtocol.LMTP
    return Door(settings.door_folder, settings.house.reply_address, now, inbound.host, inbound.port, lmtp=is_lmtp)


def open_door(stack: ExitStack, settings: Settings, now: Callable[[], datetime]) -> str:
    """Open it for as long as the stack is; returns where it is, '' where there is none."""
    door = door_of(settings, now)
    if door is None:
        return ""
    stack.enter_context(door)
    assert settings.inbound is not None
    return f"{settings.inbound.protocol.upper()} {settings.inbound.host}:{door.port}"
