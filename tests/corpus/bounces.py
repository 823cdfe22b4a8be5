"""What mail servers of many makes say about a letter of ours; the words are theirs, the names invented."""

from tasks.domain.bounce import BounceKind
from tasks.domain.gravity import Severity
from tasks.domain.triage import Verdict
from tests.corpus.case import HOA, LETTER, TAG, Case
from tests.corpus.shaping import b, file, mixed, named, raw, text

FAILED, DELAYED, DELIVERED, COMPLAINT = (
    BounceKind.FAILED,
    BounceKind.DELAYED,
    BounceKind.DELIVERED,
    BounceKind.COMPLAINT,
)
HARD, SOFT, POLICY, DELAY = Severity.HARD, Severity.SOFT, Severity.POLICY, Severity.DELAY
DAEMON = "mailer-daemon@mx.example"
PATH = f"dccs+b-{TAG}@vinhlinh.example"
ORIGINAL = (
    f"Return-Path: <{PATH}>\r\nReceived: from a by b\r\nFrom: dccs@vinhlinh.example\r\nTo: {HOA}\r\n"
    f"Message-ID: {LETTER}\r\nSubject: {b('Báo cáo năm 2025')}\r\n"
)
HEADERS = raw("Content-Type: text/rfc822-headers", body=ORIGINAL)
FIELDS = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {HOA}\nAction: failed\nStatus: 5.1.1\n"
WHOLE = raw("Content-Type: message/rfc822", body=f"{ORIGINAL}\r\nKính gửi")


def report(
    action: str, status: str, diagnostic: str = "", *, returned: bytes = HEADERS, top: str = "", says: str = ""
) -> bytes:
    lines = [f"Final-Recipient: rfc822; {HOA}"]
    lines += [f"Action: {action}"] if action else []
    lines += [f"Status: {status}"] if status else []
    lines += [f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []
    status_part = raw(
        "Content-Type: message/delivery-status",
        body=f"Reporting-MTA: dns; mx.example{top}\r\n\r\n" + "\r\n".join(lines),
    )
    return from_server(text(says or "This is the mail system."), status_part + b"\r\n", returned)


def from_server(
    *pieces: bytes,
    sender: str = DAEMON,
    subject: str = "Undelivered Mail Returned to Sender",
    kind: str = "report; report-type=delivery-status",
) -> bytes:
    head = ("Return-Path: <>", "Auto-Submitted: auto-replied", f"Delivered-To: {PATH}")
    return mixed(*pieces, kind=kind, head=head, subject=subject).replace(
        f"From: {HOA}".encode(), f"From: {sender}".encode()
    )


def told(name: str, action: str, status: str, diagnostic: str, severity: Severity, **more: object) -> Case:
    kind, verdict = (DELAYED, Verdict.DELAY) if action == "delayed" else (FAILED, Verdict.BOUNCE)
    return Case(
        name,
        report(action, status, diagnostic),
        verdict,
        DAEMON,
        bounce=kind,
        severity=severity,
        status=more.pop("means", status),  # type: ignore[arg-type]
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
        **more,  # type: ignore[arg-type]
    )


REPORTS = [
    told("postfix-user-unknown", "failed", "5.1.1", "550 5.1.1 User unknown", HARD),
    told("postfix-mailbox-full", "failed", "5.2.2", "552 5.2.2 Mailbox full", SOFT),
    told("full-mailbox-called-5.1.1", "failed", "5.1.1", "550 5.1.1 mailbox is full", SOFT),
    told("postfix-gave-up-after-days", "failed", "4.4.1", "connect to mx.example: Connection timed out", SOFT),
    told(
        "exchange-online-nobody",
        "failed",
        "5.4.1",
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
        HARD,
    ),
    told(
        "gmail-spam",
        "failed",
        "5.7.1",
        "550-5.7.1 Our system has detected that this message is likely unsolicited spam",
        POLICY,
    ),
    told("blocklist-behind-5.1.1", "failed", "5.1.1", "550 5.7.1 IP address blacklisted by recipient", POLICY),
    told(
        "our-own-address-refused", "failed", "5.1.8", "501 5.1.8 Sender address rejected: Domain does not exist", POLICY
    ),
    told("bare-5.0.0-answered-5.2.1", "failed", "5.0.0", "550 5.2.1 Mailbox disabled", HARD, means="5.2.1"),
    told("mistyped-domain", "failed", "5.4.4", "Host or domain name not found", HARD),
    told("name-server-was-silent", "failed", "4.4.3", "Host not found, try again", SOFT),
    told("postfix-delay", "delayed", "4.4.1", "connect to mx.example: Connection refused", DELAY),
    Case(
        "whole-letter-returned",
        report("Failed", "5.1.1 (bad)", "550 no", returned=WHOLE),
        Verdict.BOUNCE,
        DAEMON,
        bounce=FAILED,
        severity=HARD,
        status="5.1.1",
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
    Case(
        "no-action-but-a-status",
        report("", "5.1.1"),
        Verdict.BOUNCE,
        DAEMON,
        bounce=FAILED,
        severity=HARD,
        status="5.1.1",
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
    Case(
        "delivered",
        report("delivered", "2.0.0"),
        Verdict.NOTICE,
        DAEMON,
        bounce=DELIVERED,
        status="2.0.0",
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
    Case(
        "relayed",
        report("relayed", "2.0.0"),
        Verdict.NOTICE,
        DAEMON,
        bounce=DELIVERED,
        status="2.0.0",
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
    Case(
        "envelope-id-names-the-bounce-tag",
        report(
            "failed", "5.1.1", top=f"\r\nOriginal-Envelope-Id: dccs+2Bb-{TAG}+40vinhlinh.example", returned=text("")
        ),
        Verdict.BOUNCE,
        DAEMON,
        bounce=FAILED,
        severity=HARD,
        status="5.1.1",
        recipients=(HOA,),
        tags=(TAG,),
    ),
    Case(
        "report-in-base64",
        from_server(
            text("x"),
            file(
                "Content-Type: message/delivery-status",
                data=FIELDS.encode(),
            ),
            HEADERS,
        ),
        Verdict.BOUNCE,
        DAEMON,
        bounce=FAILED,
        severity=HARD,
        status="5.1.1",
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
    Case(
        "report-a-gateway-renamed-to-text",
        from_server(
            text("x"),
            text(FIELDS),
            HEADERS,
        ),
        Verdict.BOUNCE,
        DAEMON,
        bounce=FAILED,
        severity=HARD,
        status="5.1.1",
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
    Case(
        "spam-complaint",
        from_server(
            text("This is a spam report"),
            raw("Content-Type: message/feedback-report", body="Feedback-Type: abuse\r\nUser-Agent: x"),
            WHOLE,
            sender="fbl@mx.example",
            subject="Abuse report",
            kind="report; report-type=feedback-report",
        ),
        Verdict.COMPLAINT,
        "fbl@mx.example",
        bounce=COMPLAINT,
        severity=POLICY,
        recipients=(HOA,),
        ids=(LETTER,),
        tags=(TAG,),
    ),
]


def words(
    name: str,
    subject: str,
    body: str,
    severity: Severity | None,
    *,
    sender: str = DAEMON,
    status: str = "",
    kind: BounceKind = FAILED,
    head: tuple[str, ...] = ("Return-Path: <>",),
    tags: tuple[str, ...] = (),
    ids: tuple[str, ...] = (LETTER,),
) -> Case:
    """A bounce in plain words, the letter quoted below."""
    lines = (
        f"From: {sender}",
        "To: dccs@vinhlinh.example",
        f"Subject: {b(subject)}",
        *head,
        "Content-Type: text/plain; charset=utf-8",
    )
    verdict = Verdict.DELAY if kind is DELAYED else Verdict.BOUNCE
    quoted = f"\r\n\r\n{ORIGINAL if ids else ''}"
    return Case(
        name,
        raw(*lines, body=body + quoted),
        verdict,
        sender,
        bounce=kind,
        severity=severity,
        status=status,
        recipients=(HOA,),
        ids=ids,
        tags=(TAG,) if ids else tags,
    )


IN_WORDS = [
    words(
        "qmail",
        "failure notice",
        f"Hi. This is the qmail-send program at mx.example.\n"
        f"I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<{HOA}>:\n"
        f"Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.",
        HARD,
        status="5.1.1",
    ),
    words(
        "exim-bounce",
        "Mail delivery failed: returning message to sender",
        f"A message that you sent could not be delivered to one or more of its recipients. This is a "
        f"permanent error.\n\n"
        f"  {HOA}\n    host mx.example [192.0.2.1]: 550 unrouteable address",
        HARD,
        status="5.0.0",
        head=("Return-Path: <>", f"X-Failed-Recipients: {HOA}"),
    ),
    words(
        "exim-delay",
        "Warning: message 1x delayed 24 hours",
        f"A message that you sent has not yet been delivered.\n"
        f"The address to which it has not been delivered: {HOA}\n"
        f"No action is required on your part. Delivery attempts will continue for some time.",
        DELAY,
        kind=DELAYED,
    ),
    words(
        "microsoft-bounce",
        "Undeliverable: Báo cáo năm",
        f"Your message did not reach some or all of the intended recipients.\n\n  {HOA} on 05/11/2025\n"
        f"    The e-mail account does not exist at the organization this message was sent to.",
        HARD,
        sender="postmaster@mx.example",
    ),
    words(
        "sendmail-transcript",
        "Returned mail: see transcript for details",
        f"   ----- The following addresses had permanent fatal errors -----\n<{HOA}>\n"
        f"   ----- Transcript of session follows -----\n550 5.1.1 <{HOA}>... User unknown",
        HARD,
        status="5.1.1",
    ),
    words(
        "gmail-in-words",
        "Delivery Status Notification (Failure)",
        f"Address not found\n\n"
        f"Your message wasn't delivered to {HOA} because the address couldn't be found.\n\n"
        f"550 5.1.1 The email account that you tried to reach does not exist.",
        HARD,
        status="5.1.1",
        head=("Return-Path: <>", f"X-Failed-Recipients: {HOA}"),
    ),
    words(
        "yahoo",
        "Failure Notice",
        f"Sorry, we were unable to deliver your message to the following address.\n\n<{HOA}>:\n"
        f"554: delivery error: dd This user doesn't have a yahoo.example account",
        HARD,
        status="5.0.0",
    ),
    words(
        "old-server-in-vietnamese",
        "Không gửi được thư: Báo cáo năm",
        f"Thư của bạn không gửi được tới {HOA}: hộp thư không tồn tại.",
        HARD,
        sender="quantri@mx.example",
    ),
    words(
        "vietnamese-box-is-full", "Thư bị trả lại", f"Không chuyển được thư tới {HOA}. Hộp thư người nhận đã đầy.", SOFT
    ),
    words(
        "vietnamese-delay",
        "Thư gửi bị chậm",
        f"Thư gửi tới {HOA} tạm thời chưa gửi được. Máy chủ sẽ tiếp tục gửi lại.",
        DELAY,
        kind=DELAYED,
    ),
    words(
        "refused-as-spam-in-words",
        "Undelivered Mail Returned to Sender",
        f"<{HOA}>: host mx.example said: 554 5.7.1 Message rejected as spam",
        POLICY,
        status="5.7.1",
    ),
    words(
        "from-an-ordinary-name",
        "Undeliverable: Báo cáo năm",
        f"Your message could not be delivered to {HOA}: 550 5.1.1 no such user",
        HARD,
        sender="helpdesk@mx.example",
        status="5.1.1",
        head=(),
    ),
    words(
        "from-no-reply",
        "Mail delivery failed",
        f"The message to {HOA} was rejected: 550 5.1.1 user unknown",
        HARD,
        sender="no-reply@mx.example",
        status="5.1.1",
        head=(),
    ),
    words(
        "german-server",
        "Unzustellbar: Bericht",
        f"Ihre Nachricht konnte nicht zugestellt werden: {HOA}\n550 5.1.1 user unknown",
        HARD,
        status="5.1.1",
    ),
    words(
        "without-the-letter-below",
        "failure notice",
        f"<{HOA}>: 550 5.1.1 user unknown",
        HARD,
        status="5.1.1",
        ids=(),
        tags=(),
    ),
    words(
        "only-the-address-tag-left",
        "failure notice",
        f"<{HOA}>: 550 5.1.1 user unknown",
        HARD,
        status="5.1.1",
        ids=(),
        tags=(TAG,),
        head=("Return-Path: <>", f"X-Original-To: {PATH}"),
    ),
]


def amazon(kind: str) -> bytes:
    json = f'{{"notificationType":"{kind}","mail":{{"destination":["{HOA}"]}}}}'
    return raw("From: no-reply@sns.amazonaws.com", "Subject: AWS Notification Message", "", body=json)


def odd(name: str, raw_: bytes, verdict: Verdict, kind: BounceKind, sender: str = DAEMON, **more: object) -> Case:
    return Case(name, raw_, verdict, sender, bounce=kind, **more)  # type: ignore[arg-type]


ODD = [
    odd(
        "hotmail-complaint",
        mixed(text(), WHOLE, subject="complaint about message from 192.0.2.1"),
        Verdict.COMPLAINT,
        COMPLAINT,
        HOA,
        ids=(LETTER,),
        tags=(TAG,),
    ),
    odd("amazon-bounce", amazon("Bounce"), Verdict.BOUNCE, FAILED, "no-reply@sns.amazonaws.com"),
    odd("amazon-delivery", amazon("Delivery"), Verdict.NOTICE, DELIVERED, "no-reply@sns.amazonaws.com"),
    odd("amazon-complaint", amazon("Complaint"), Verdict.COMPLAINT, COMPLAINT, "no-reply@sns.amazonaws.com"),
    odd("no-action-status-4", report("", "4.4.1"), Verdict.DELAY, DELAYED, ids=(LETTER,), tags=(TAG,)),
    odd("no-action-status-2", report("", "2.0.0"), Verdict.NOTICE, DELIVERED, ids=(LETTER,), tags=(TAG,)),
    odd(
        "report-without-its-inside",
        from_server(text(f"550 5.1.1 <{HOA}> user unknown")),
        Verdict.BOUNCE,
        FAILED,
        tags=(TAG,),
    ),
]

PEOPLE = [
    Case("person-writes-about-a-bounce", mixed(text("Thư bị trả lại, xin gửi lại phiếu")), Verdict.REPLY),
    Case("empty-return-path", mixed(text(), head=("Return-Path: <>",)), Verdict.REPLY),
    Case(
        "person-answers-a-bounce",
        mixed(text("550 5.1.1 user unknown, xin xem giúp"), subject="Re: Undelivered Mail Returned to Sender"),
        Verdict.UNMATCHED,
    ),
    Case(
        "person-forwards-a-bounce",
        mixed(text(), raw("Content-Type: message/rfc822", body=report("failed", "5.1.1")), subject="Fwd: x"),
        Verdict.UNMATCHED,
        ids=(LETTER,),
    ),
    Case(
        "person-attaches-a-bounce-as-a-file",
        mixed(text(), named("loi.eml", report("failed", "5.1.1"), "application/octet-stream"), subject="loi"),
        Verdict.UNMATCHED,
        ids=(LETTER,),
    ),
]

BOUNCES = [*REPORTS, *IN_WORDS, *ODD, *PEOPLE]
