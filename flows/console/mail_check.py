"""`kiemtra check`, what concerns mail: addresses, the server that sends, the mailbox, and a letter to ourselves."""

import asyncio
import socket
import time
from dataclasses import replace

from infra.own_letter import OwnLetter, Search, own_letter, post, searching, wait_for, would_be_taken
from infra.sandbox.post_office import mailbox_folder
from infra.settings import InboundKind, MailMode, Settings
from infra.smtp import SmtpOutbox, check_login
from infra.toolbox import clock, incoming_mailbox
from tasks.domain.errors import KiemtraError, MailError, MailServerUnavailable
from tasks.domain.own_letter import (
    PROVIDER_NAMES,
    Allowance,
    Arrival,
    Provider,
    authentication,
    envelope_doubt,
    faults,
    is_made_up,
    provider_of,
    reply_doubt,
    too_much,
    wont_work,
)
from tasks.mailing.addresses import envelope_sender, reply_address

SANDBOX = 'chế độ thử (sandbox): thư KHÔNG rời máy này. Đổi [mail] mode = "real" khi dùng thật'
ANYBODY = "0" * 32
"""As long as any Message-ID of ours: whether the server takes a sender with its tag is asked, nothing is sent."""
PLUS_OFF = "Hãy nhờ quản trị máy chủ bật địa chỉ có dấu +, hoặc đặt plus_addressing = false trong [mail]"
TAG_OFF = "Hãy đặt bounce_tags = false trong [mail]"
SECOND_WAIT = 20.0


def addresses(settings: Settings) -> str:
    """Needs no network: what the settings alone tell of whose letters these seem to be."""
    house = settings.house
    if settings.mode is MailMode.SANDBOX or settings.outgoing is None:
        box = mailbox_folder(settings.mail_folder, house.reply_address)
        return f"gửi từ {house.sender_address}; chế độ thử (sandbox), chưa dùng [mail.out], [mail.in]" + _notes(
            [f"thư trả lời thử đặt vào {box / 'new'}; thư gửi đi nằm ở các thư mục bên cạnh"]
        )
    named = [house.sender_address, house.reply_address, *house.administrators, f"@{settings.outgoing.host}"]
    if settings.inbound is not None and settings.inbound.kind is InboundKind.IMAP:
        named.append(f"@{settings.inbound.host}")
    if made_up := sorted({one.removeprefix("@") for one in named if is_made_up(one)}):
        raise KiemtraError(
            f"{', '.join(made_up)}: địa chỉ mẫu (.example), không có thật. Hãy ghi địa chỉ của cơ quan vào [mail]"
        )
    doubts = [reply_doubt(house.sender_address, house.reply_address)]
    doubts.append(envelope_doubt(house.sender_address, envelope_sender(house, ANYBODY)))
    return f"gửi từ {house.sender_address}, nhận trả lời ở {house.reply_address}" + _notes(doubts)


def _notes(said: list[str]) -> str:
    return "".join(f"\n    Lưu ý, {one}." for one in said if one)


# --- the server that sends -----------------------------------------------------------------------------------------


def outgoing(settings: Settings) -> str:
    """Login, and whether the sender with its tag is taken; whose server it is, and what will not work there."""
    if settings.mode is MailMode.SANDBOX or settings.outgoing is None:
        return SANDBOX
    out, house = settings.outgoing, settings.house
    outbox = SmtpOutbox(out)
    try:
        asyncio.run(check_login(outbox, envelope_sender(house, ANYBODY)))
    except MailServerUnavailable as error:
        raise KiemtraError(_why_refused(settings, outbox, error)) from error
    provider = _provider(settings, outbox)
    name = PROVIDER_NAMES[provider]
    limits = house.limits
    planned = Allowance(limits.per_day, limits.per_minute, limits.connections)
    notes = [wont_work(provider), *too_much(provider, out.user or house.sender_address, planned)]
    opened = "đăng nhập được" if out.user else "kết nối được"
    return f"{out.host}:{out.port} ({out.security}), {opened}{name and f'; máy chủ: {name}'}{_notes(notes)}"


def _provider(settings: Settings, outbox: SmtpOutbox) -> Provider:
    inbound = settings.inbound.host if settings.inbound else ""
    out = settings.outgoing.host if settings.outgoing else ""
    return provider_of([out, inbound, outbox.greeting])


def _why_refused(settings: Settings, outbox: SmtpOutbox, error: MailError) -> str:
    """The server's words, and what to do: the tag given up where the bare sender is taken, or the provider's ways."""
    bare = settings.house.sender_address
    if settings.house.bounce_tags:
        try:
            asyncio.run(check_login(outbox, bare))
        except MailServerUnavailable:
            pass
        else:
            return f"{error}. Người gửi không có mã thư ({bare}) thì máy chủ nhận. {TAG_OFF}"
    advice = wont_work(_provider(settings, outbox))
    return f"{error}.{advice and f' {advice}.'}"


# --- the mailbox ---------------------------------------------------------------------------------------------------


def incoming(settings: Settings) -> str:
    mailbox = incoming_mailbox(settings)
    with mailbox.open() as opened:
        return f"{mailbox.name}, {len(opened.waiting())} thư đang chờ{_door(settings)}"


def _door(settings: Settings) -> str:
    """Whether somebody listens where the mail server is to deliver; the door opens with `serve` or `door`."""
    inbound = settings.inbound
    if inbound is None or inbound.kind is not InboundKind.DOOR:
        return ""
    try:
        with socket.create_connection((inbound.host, inbound.port), timeout=5):
            return f"; cửa nhận thư {inbound.host}:{inbound.port} đang mở"
    except OSError as error:
        raise KiemtraError(
            f"cửa nhận thư {inbound.host}:{inbound.port} chưa mở. Hãy chạy: kiemtra serve (hoặc kiemtra door)"
        ) from error


# --- there and back ------------------------------------------------------------------------------------------------


def there_and_back(settings: Settings, wait: float) -> str:
    """A letter to ourselves as every letter leaves, by tagged envelope to tagged address; then it is put away."""
    if settings.mode is MailMode.SANDBOX or settings.outgoing is None:
        return "chế độ thử (sandbox): không gửi thư thử"
    addresses(settings)
    house, outbox = settings.house, SmtpOutbox(settings.outgoing)
    letter = own_letter(house, reply_address(house, "thu-nghiem"), clock(), tagged=True)
    with searching(settings, time.time()) as search:
        begun = time.monotonic()
        try:
            asyncio.run(post(outbox, letter))
        except MailError as error:
            raise KiemtraError(_why_not_taken(settings, outbox, letter, error)) from error
        print(f"… thư thử: đã đi tới {letter.recipient}, đợi thư về, nhiều nhất {wait:.0f} giây", flush=True)
        found = wait_for(search, letter, wait)
        if found is None:
            raise KiemtraError(_why_not_back(settings, outbox, search, letter, wait))
        seen = authentication(found.verdict)
        arrival = Arrival(found.folder, found.is_where_we_read, time.monotonic() - begun, seen, found.is_junk)
    if wrong := faults(arrival, envelope_doubt(house.sender_address, letter.sender)):
        raise KiemtraError("; ".join(wrong))
    said = ", ".join(f"{method}={result}" for method, result in seen.items())
    return (
        f"tới {letter.recipient}, về “{arrival.folder}” sau {arrival.seconds:.0f} giây"
        f"{said and f'; máy chủ chứng thực: {said}'}"
    )


def _why_not_taken(settings: Settings, outbox: SmtpOutbox, letter: OwnLetter, error: MailError) -> str:
    """Which of the two tags the server does not take, told by asking once more without each."""
    house = settings.house
    bare_recipient = replace(letter, recipient=house.reply_address)
    if letter.recipient != house.reply_address and asyncio.run(would_be_taken(outbox, bare_recipient)):
        return f"máy chủ không nhận địa chỉ có dấu + ({letter.recipient}): {error}. {PLUS_OFF}"
    bare_sender = replace(letter, sender=house.sender_address)
    if letter.sender != house.sender_address and asyncio.run(would_be_taken(outbox, bare_sender)):
        return f"máy chủ không nhận người gửi có mã thư ({letter.sender}): {error}. {TAG_OFF}"
    return f"máy chủ không nhận thư thử: {error}"


def _why_not_back(settings: Settings, outbox: SmtpOutbox, search: Search, letter: OwnLetter, wait: float) -> str:
    """Whether it was sent back, whether the bare address works, or nothing is known yet."""
    house = settings.house
    if said := search.bounced(letter.message_id):
        return f"thư thử tới {letter.recipient} bị trả lại: {said}. {PLUS_OFF if house.plus_addressing else ''}".strip()
    if house.plus_addressing:
        bare = own_letter(house, house.reply_address, clock(), tagged=False)
        try:
            asyncio.run(post(outbox, bare))
        except MailError as error:
            return f"máy chủ không nhận thư thử tới {bare.recipient}: {error}"
        if wait_for(search, bare, min(wait, SECOND_WAIT)) is not None:
            return f"thư tới {bare.recipient} thì về, thư tới {letter.recipient} thì không. {PLUS_OFF}"
    return (
        f"sau {wait:.0f} giây chưa thấy thư thử trong hộp thư đến. Hãy xem nhật ký máy chủ thư, và [mail.in] có đúng "
        f"hộp thư của {house.reply_address} không; máy chủ chậm thì thử lại: kiemtra check --wait 600"
    )
