"""A raw message -> what triage and matching need to know; never raises on what people's mail programs send."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tasks.domain.bounce import read_bounce, without_answer_marks, writes_about_a_bounce
from tasks.domain.case_code import CASE_CODE as CASE_CODE
from tasks.domain.case_code import named_codes
from tasks.domain.cloud_link import CloudLink, cloud_links
from tasks.domain.delivery_report import envelope_ids, reports_of
from tasks.domain.mail_files import Attachment as Attachment
from tasks.domain.mail_files import Unopened, Unpacking, is_body
from tasks.domain.mail_head import Head
from tasks.domain.mail_parts import REPORTS, Part, parts_of
from tasks.domain.mail_text import LONGEST_TEXT
from tasks.domain.mime import BOUNCE_TAG
from tasks.domain.notice import Bounce, DeliveryReport, Notice
from tasks.domain.vietnamese import clean, one_line, straight

# The id of the letter that a server or a person quotes in plain text.
_QUOTED_ID = re.compile(
    r"^[>|\s]{0,20}(?:(?:Original-)?Message-ID|In-Reply-To|Mã thư):\s{0,9}(<[^<>\s]{1,900}>)", re.I | re.M
)
_BOUNCE_TAG = re.compile(r"\+b-([0-9a-f]{32})@", re.I)
_TAG_ALONE = re.compile(r"[0-9a-f]{32}")
_TAG_LINE = re.compile(rf"^[>|\s]{{0,20}}{BOUNCE_TAG}:\s{{0,9}}([0-9a-f]{{32}})\b", re.I | re.M)
_LETTER_IDS = ("message-id", "original-message-id", "x-original-message-id", "x-google-original-message-id")
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to", "cc")
_MOST_FOUND = 500


@dataclass(frozen=True)
class Message:
    """The facts of one message; addresses are lower case, text is NFC, ids keep their angle brackets.

    `reports` and `bounce` are what a server says about a letter of ours; those inside a forwarded message are not.
    """

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
    bounce: Bounce | None = None
    bounce_tags: tuple[str, ...] = ()
    """The 32 hex digits of a bounce address `name+b-…@domain`, of the envelope's id or of the letter's own field,
    wherever the server wrote them."""
    cloud_links: tuple[CloudLink, ...] = ()
    unopened: tuple[Unopened, ...] = ()
    """Files and bodies that came and could not be read, each with what the sender should do."""
    hops: int = 0
    loops: tuple[str, ...] = ()
    """Addresses in X-Loop: whoever finds its own there has sent this message before."""
    machine_signs: tuple[str, ...] = ()
    """Values of headers by which machines say that they write by themselves, in lower case."""
    part_types: frozenset[str] = frozenset()
    authentication: tuple[str, ...] = ()
    """What mail servers noted of the sender (Authentication-Results), topmost first; anybody may have written it."""
    one_author: bool = True
    """Whether From names one address and no other, be it dressed up as a name."""
    written_at: datetime | None = None
    """What the sender's clock said."""
    returned_codes: tuple[str, ...] = ()
    """Case codes in the subject and the answer address of a letter that came back: its relay left it these."""
    carried_bounce: Bounce | None = None
    """What a server said in a mail that a person, or a rule of theirs, sent on to us."""
    own_text: str = ""
    """Of `text`, the body of the mail itself: no message that it carries, no file, nothing quoted or struck out."""
    hides_text: bool = False
    """Its own body may hold text that a reader does not see."""


def read_message(raw: bytes) -> Message:
    unpacking = Unpacking()
    tree = parts_of(raw)
    unpacking.take(tree)
    parts = unpacking.parts
    head = parts[0].head
    sender_name, sender = head.party("from")
    sender_name, subject = straight(sender_name), straight(one_line(head.words("subject")))
    recipients = head.addresses(*_RECIPIENTS)
    text = _text(parts, unpacking.texts)
    notice = _notice(head, parts, (sender, sender_name), subject)
    bounce = read_bounce(notice)
    return Message(
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        message_id=next(iter(head.ids("message-id")), ""),
        recipients=recipients,
        references=head.ids("in-reply-to", "references"),
        return_path=_return_path(head),
        auto_submitted=head.token("auto-submitted"),
        precedence=head.token("precedence") or head.token("preference"),
        headers=frozenset(head.fields),
        content_type=head.kind,
        report_type=notice.report_type,
        text=text,
        attachments=tuple(unpacking.files),
        reports=notice.reports,
        returned_ids=_returned_ids(parts, text),
        codes=named_codes(recipients, subject, text),
        bounce=bounce,
        bounce_tags=_bounce_tags(recipients, parts, text, bounce),
        cloud_links=cloud_links(part.text for part in parts if _is_shown(part)),
        unopened=tuple(unpacking.unopened),
        hops=len(head.all("received")),
        loops=head.addresses("x-loop"),
        machine_signs=tuple(f"{name}: {one_line(head.words(name)).lower()}" for name in _MACHINE_SIGNS if name in head),
        part_types=frozenset(part.kind for part in parts),
        authentication=tuple(head.all("authentication-results")),
        one_author=len(head.every_address("from")) <= 1,
        written_at=_written_at(head),
        returned_codes=_returned_codes(parts),
        carried_bounce=None if bounce else _carried_bounce(parts, subject, text),
        hides_text=any(part.hides_text for part in _own_parts(parts)),
        own_text=_own_text(tree) or _own_text(parts) or "\n".join(map(clean, unpacking.own_texts))[:LONGEST_TEXT],
    )


_MACHINE_SIGNS = (
    "x-auto-response-suppress",
    "x-autogenerated",
    "x-post-messageclass",
    "x-ms-exchange-generated-message-source",
)


def _return_path(head: Head) -> str | None:
    return head.party("return-path")[1] if "return-path" in head else None


def _written_at(head: Head) -> datetime | None:
    try:
        written = parsedate_to_datetime(one_line(head.get("date"))[:100])
    except (ValueError, TypeError, OverflowError):
        return None
    # Without a zone it says UTC (RFC 5322 section 3.3).
    return written if written.tzinfo else written.replace(tzinfo=UTC)


# --- what it says ------------------------------------------------------------------------------------------------


def _is_shown(part: Part) -> bool:
    return part.kind in {"text/plain", "text/html"} and is_body(part)


def _text(parts: list[Part], more: list[str]) -> str:
    """Everything a reader would see, also inside forwarded messages; HTML only where it has no plain twin."""
    shown = [part.shown for part in parts if _is_shown(part) and not part.shadow]
    return "\n".join(one for one in (*shown, *map(clean, more)) if one)[:LONGEST_TEXT]


def _own_parts(parts: list[Part]) -> list[Part]:
    return [one for one in parts if _is_shown(one) and not (one.shadow or one.nested or one.head.file_name)]


def _own_text(parts: list[Part]) -> str:
    return "\n".join(text for one in _own_parts(parts) if (text := one.own.strip()))[:LONGEST_TEXT]


def _notice(head: Head, parts: list[Part], sender: tuple[str, str], subject: str) -> Notice:
    own = [part for part in parts if not part.nested]
    inside = [part for part in parts if part.nested and part.root]
    return Notice(
        sender=sender[0],
        sender_name=sender[1],
        subject=subject,
        null_path=_return_path(head) == "",
        report_type=one_line(head.parameter("content-type", "report-type")).lower(),
        kinds=frozenset(part.kind for part in own),
        reports=reports_of(own),
        failed_recipients=head.addresses("x-failed-recipients"),
        text="\n".join(part.shown for part in own if _is_shown(part) and not part.shadow),
        returns_a_letter=bool(inside),
        returned_to=next((to for part in inside if (to := part.head.addresses("to"))), ()),
        envelope_ids=envelope_ids(own),
    )


# --- whom and what it names --------------------------------------------------------------------------------------


def _returned_ids(parts: list[Part], text: str) -> tuple[str, ...]:
    """Of the messages inside, whole or their headers alone; then those quoted in the text."""
    inside = [one for part in parts[1:] if part.root for one in part.head.ids(*_LETTER_IDS)]
    return tuple(dict.fromkeys([*inside, *_QUOTED_ID.findall(text)]))[:_MOST_FOUND]


def _returned_codes(parts: list[Part]) -> tuple[str, ...]:
    found = [
        named_codes(one.head.addresses("reply-to"), one.head.words("subject"), "") for one in parts[1:] if one.root
    ]
    return tuple(dict.fromkeys(code for codes in found for code in codes))


def _carried_bounce(parts: list[Part], subject: str, text: str) -> Bounce | None:
    """Read as if it had come to us by itself; by its subject, where it was sent on as text."""
    reports = reports_of([part for part in parts if part.nested or part.kind in REPORTS])
    about = without_answer_marks(subject)
    if not reports and not writes_about_a_bounce(subject):
        return None
    by_server = Notice("", "", about, True, "", frozenset(), reports, (), text, True)
    return read_bounce(by_server)


def _bounce_tags(recipients: tuple[str, ...], parts: list[Part], text: str, bounce: Bounce | None) -> tuple[str, ...]:
    """In the address that the notice came to; a server's notice also brings it back with the letter or its envelope."""
    places, alone = [*recipients], []
    if bounce:
        returned = [part.head for part in parts[1:] if part.root]
        places += [*(head.get("return-path") for head in returned), *bounce.envelope_ids, text]
        alone = [*bounce.envelope_ids, *(head.get(BOUNCE_TAG.lower()).strip() for head in returned)]
    found = [tag for place in places for tag in _BOUNCE_TAG.findall(place)]
    found += [*filter(_TAG_ALONE.fullmatch, alone), *(_TAG_LINE.findall(text) if bounce else ())]
    return tuple(dict.fromkeys(tag.lower() for tag in found))[:_MOST_FOUND]
