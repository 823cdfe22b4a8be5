"""A raw message -> what triage and matching need to know; never raises on what people's mail programs send."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import collapse_rfc2231_value, getaddresses, parseaddr

from tasks.domain.vietnamese import nfc, one_line

CASE_CODE = re.compile(r"\b(DCCS-\d{4}-\d{4,}-[0-9A-Z]{4})\b", re.I)
_REPLY_TAG = re.compile(r"\+(dccs-\d{4}-\d{4,}-[0-9a-z]{4})@", re.I)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
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
    sender_name, sender = parseaddr(_header(mime, "From"))
    subject = one_line(_header(mime, "Subject"))
    recipients = _addresses(mime, "Delivered-To", "X-Original-To", "To", "Cc")
    text = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain" and not _file_name(part))
    return Message(
        sender=sender.lower(),
        sender_name=one_line(sender_name),
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
    tags = [match[1] for address in recipients if (match := _REPLY_TAG.search(address))]
    found = [*tags, *CASE_CODE.findall(subject), *CASE_CODE.findall(text)]
    return tuple(dict.fromkeys(code.upper() for code in found))


def _parts(mime: Mime, depth: int) -> Iterator[Mime]:
    yield mime
    payload = mime.get_payload()
    if depth < _DEEPEST and isinstance(payload, list):
        for part in payload:
            if isinstance(part, Mime):
                yield from _parts(part, depth + 1)


def _header(mime: Mime, name: str) -> str:
    value = mime.get(name)
    if value is None:
        return ""
    try:
        return nfc(str(make_header(decode_header(value))))
    except (ValueError, LookupError, UnicodeError):
        return nfc(str(value))


def _addresses(mime: Mime, *names: str) -> tuple[str, ...]:
    values = [str(value) for name in names for value in mime.get_all(name, [])]
    return tuple(dict.fromkeys(address.lower() for _, address in getaddresses(values) if address))


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
    data = _bytes(part)
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1258"):
        try:
            return nfc(data.decode(charset))
        except (LookupError, UnicodeError):
            continue
    return nfc(data.decode("utf-8", "replace"))


def _file_name(part: Mime) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        parameter_value = part.get_param(parameter, header=header)
        if parameter_value is None:
            continue
        value = collapse_rfc2231_value(parameter_value)
        if value:
            try:
                return one_line(str(make_header(decode_header(str(value)))))
            except (ValueError, LookupError, UnicodeError):
                return one_line(str(value))
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
                    action=str(block.get("Action") or "").strip().lower(),
                    status=str(block.get("Status") or "").strip().split(" ")[0],
                    diagnostic=one_line(str(block.get("Diagnostic-Code") or "")),
                )


def _after_semicolon(value: object) -> str:
    return str(value or "").rpartition(";")[2].strip().strip("<>").lower()
