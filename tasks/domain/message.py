"""A raw message -> what triage and matching need to know; never raises on what people's mail programs send."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import collapse_rfc2231_value, getaddresses, parseaddr

from tasks.domain.vietnamese import clean, nfc, one_line

CASE_CODE = re.compile(r"\b(DCCS-\d{4}-\d{4,}-[0-9A-Z]{4})\b", re.I)
REPLY_TAG = re.compile(r"\+(dccs-\d{4}-\d{4,}-[0-9a-z]{4})@", re.I)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_ANGLE_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_DEEPEST = 6


@dataclass(frozen=True)
class Attachment:
    name: str
    data: bytes


@dataclass(frozen=True)
class DeliveryReport:
    """One recipient's part of a delivery status notification (RFC 3464)."""

    recipient: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True)
class Message:
    """The facts of one message; addresses are lower case, text is NFC, ids keep their angle brackets."""

    sender: str
    sender_name: str
    subject: str
    message_id: str
    recipients: tuple[str, ...]
    references: tuple[str, ...]
    return_path: str | None
    auto_submitted: str
    precedence: str
    headers: frozenset[str]
    content_type: str
    report_type: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    returned_ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = field(default=())


def read_message(raw: bytes) -> Message:
    """Parse with the lenient policy: the strict one raises on one real message in thirty (reference: mail)."""
    mime = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = list(_parts(mime, 0))
    sender_name, sender = _sender(mime)
    subject = one_line(_header(mime, "Subject"))
    recipients = _addresses(mime, "Delivered-To", "X-Original-To", "To", "Cc")
    text = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain" and not _file_name(part))
    return Message(
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        message_id=_first_id(mime, "Message-ID"),
        recipients=recipients,
        references=_ids(mime, "In-Reply-To", "References"),
        return_path=_return_path(mime),
        auto_submitted=_header(mime, "Auto-Submitted").split(";")[0].strip().lower(),
        precedence=_header(mime, "Precedence").strip().lower(),
        headers=frozenset(name.lower() for name in mime.keys()),  # noqa: SIM118 - iterating a Message is not its names
        content_type=mime.get_content_type(),
        report_type=str(mime.get_param("report-type") or "").lower(),
        text=text,
        attachments=tuple(_attachments(parts)),
        reports=tuple(_reports(parts)),
        returned_ids=tuple(dict.fromkeys(one for part in _returned(parts) for one in _ids(part, "Message-ID"))),
        codes=_codes(recipients, subject, text),
    )


def _returned(parts: list[Mime]) -> Iterator[Mime]:
    """Messages inside this one: whole (message/rfc822), or their headers alone as text (RFC 3462 section 2)."""
    for part in parts[1:]:
        if part.get_content_type() == "text/rfc822-headers":
            yield email.message_from_bytes(_bytes(part).lstrip(), policy=email.policy.compat32)
        else:
            yield part


def _codes(recipients: tuple[str, ...], subject: str, text: str) -> tuple[str, ...]:
    """Case codes the message itself names, strongest first: reply address tag, subject, quoted text."""
    tags = [match[1] for address in recipients if (match := REPLY_TAG.search(address))]
    found = [*tags, *CASE_CODE.findall(subject), *CASE_CODE.findall(text)]
    return tuple(dict.fromkeys(code.upper() for code in found))


def _parts(mime: Mime, depth: int) -> Iterator[Mime]:
    _mend_headers(mime)
    yield mime
    if depth < _DEEPEST and mime.is_multipart():  # asked first: get_payload() decodes text, and may raise over it
        for part in mime.get_payload():
            if isinstance(part, Mime):
                yield from _parts(part, depth + 1)


def _mend_headers(mime: Mime) -> None:
    """Letters that a program wrote as plain bytes, against the standard; the parser would show each as a '?'."""
    raw = [(name, value.encode("utf-8", "surrogateescape").replace(b"\0", b"")) for name, value in mime.raw_items()]
    items = [(name, _decoded(value, "utf-8")) for name, value in raw]
    for name, _ in items:
        del mime[name]
    for name, value in items:
        mime[name] = value


def _header(mime: Mime, name: str) -> str:
    return _words(str(mime.get(name) or ""))


def _words(value: str) -> str:
    try:
        return nfc(str(make_header(decode_header(value))))
    except (ValueError, LookupError, MessageError):
        return nfc(value)


def _sender(mime: Mime) -> tuple[str, str]:
    """Name and address, told apart before the name is decoded: 'UBND xã, huyện' may hold commas and more."""
    value = str(mime.get("From") or "")
    name, address = parseaddr(value)
    if "@" not in address and (found := _ANGLE_ADDRESS.search(_words(value))):
        name, address = _words(value)[: found.start()], found[1]
    return one_line(_words(name)), one_line(address).lower()


def _addresses(mime: Mime, *names: str) -> tuple[str, ...]:
    """Each header for itself, so that one misshapen line hides no other."""
    values = [str(value) for name in names for value in mime.get_all(name, [])]
    return tuple(dict.fromkeys(address.lower() for value in values for _, address in getaddresses([value]) if address))


def _ids(mime: Mime, *names: str) -> tuple[str, ...]:
    found = [one for name in names for value in mime.get_all(name, []) for one in _MESSAGE_ID.findall(str(value))]
    return tuple(dict.fromkeys(found))


def _first_id(mime: Mime, name: str) -> str:
    return next(iter(_ids(mime, name)), "")


def _return_path(mime: Mime) -> str | None:
    value = mime.get("Return-Path")
    return None if value is None else parseaddr(str(value))[1].lower()


def _bytes(part: Mime) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Mime) -> str:
    return clean(_decoded(_bytes(part), part.get_content_charset() or "utf-8"))


def _decoded(data: bytes, declared: str) -> str:
    for charset in (declared, "utf-8", "cp1258"):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _file_name(part: Mime) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        parameter_value = part.get_param(parameter, header=header)
        if parameter_value is None:
            continue
        value = collapse_rfc2231_value(parameter_value)
        if value:
            return one_line(_words(str(value)))
    return ""


def _attachments(parts: list[Mime]) -> Iterator[Attachment]:
    """Everything that is neither a container nor body text; what it is, its content says, never its name or type."""
    for part in parts:
        if part.is_multipart() or part.get_content_maintype() in {"multipart", "message"}:
            continue
        name = _file_name(part)
        if name or part.get_content_maintype() not in {"text"}:
            data = _bytes(part)
            if data:
                yield Attachment(name, data)


def _reports(parts: list[Mime]) -> Iterator[DeliveryReport]:
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        for block in payload if isinstance(payload, list) else [part]:
            if isinstance(block, Mime) and block.get("Final-Recipient"):
                yield DeliveryReport(
                    recipient=_after_semicolon(block.get("Final-Recipient")),
                    action=one_line(str(block.get("Action") or "")).lower(),
                    status=one_line(str(block.get("Status") or "")).split(" ")[0],
                    diagnostic=one_line(str(block.get("Diagnostic-Code") or "")),
                )


def _after_semicolon(value: object) -> str:
    return str(value or "").rpartition(";")[2].strip().strip("<>").lower()
