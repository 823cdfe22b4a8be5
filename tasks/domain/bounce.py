"""What a mail server says about a letter of ours: a table, read from top to bottom.

The words decide what it is and how bad; on which letter it is, only ids and addresses decide.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.domain.bounce_words import (
    AMAZON,
    ANSWER_SUBJECT,
    DELAYED_SUBJECT,
    DELAYED_WORDS,
    FAILED_SUBJECT,
    FAILED_WORDS,
    LETTER_BEGINS,
    MODERATED_SUBJECT,
    MODERATED_WORDS,
    NO_REPLY,
    RETURNED_BELOW,
    SMTP_ANSWER,
    SURE_SUBJECT,
)
from tasks.domain.gravity import GRAVITY, Severity, severity
from tasks.domain.notice import (
    FAILED_ACTIONS,
    MOST_WORDS,
    Bounce,
    BounceKind,
    DeliveryReport,
    Notice,
    addresses_in,
    better_status,
)
from tasks.domain.vietnamese import fold, one_line

_LONGEST_LINE = 600


@dataclass(frozen=True)
class Rule:
    kind: BounceKind
    why: str
    holds: Callable[[Notice], bool]


def _action(notice: Notice, *actions: str) -> bool:
    return any(report.action in actions for report in notice.reports)


def _status(notice: Notice, first: str) -> bool:
    return any(report.status.startswith(first) for report in notice.reports)


def _amazon(notice: Notice, kind: str) -> bool:
    found = AMAZON.search(notice.words) if notice.sender.endswith("@sns.amazonaws.com") else None
    return found is not None and found[1] == kind


def waits_for_a_moderator(subject: str, text: str) -> bool:
    """Subject and words of a list's notice: a person may write either. It also says why a list would refuse a letter,
    in the words of a failure."""
    title, words = fold(subject[:300]), fold(text[:MOST_WORDS])
    return bool(MODERATED_SUBJECT.match(title) and MODERATED_WORDS.search(words))


def _says_failed(notice: Notice) -> bool:
    return bool(FAILED_WORDS.search(notice.words) or SMTP_ANSWER.search(notice.text[:MOST_WORDS]))


def _says_delayed(notice: Notice) -> bool:
    return bool(DELAYED_SUBJECT.search(notice.title) or DELAYED_WORDS.search(notice.words))


def _machine_failed(notice: Notice) -> bool:
    """Who, and what: a machine's name or an empty return path, and words of failure in the subject or below."""
    if waits_for_a_moderator(notice.subject, notice.text):
        return False
    if FAILED_SUBJECT.search(notice.title):
        return notice.by_machine or (notice.null_path and not notice.of_a_person)
    return notice.by_machine and _says_failed(notice) and _returns(notice)


def _stranger_failed(notice: Notice) -> bool:
    """An ordinary name over a server's own subject: then the text must say so too, and give the server's answer."""
    if notice.of_a_person or waits_for_a_moderator(notice.subject, notice.text):
        return False
    no_reply = NO_REPLY.match(notice.sender) and FAILED_SUBJECT.search(notice.title)
    sure = SURE_SUBJECT.match(notice.title) or no_reply or (notice.null_path and _names_somebody(notice))
    return bool(sure) and _says_failed(notice) and _returns(notice)


def _names_somebody(notice: Notice) -> bool:
    """Document systems leave the return path of people's mail empty, too: “Dự toán 550 triệu” is no server's answer."""
    return notice.returns_a_letter or bool(_named(notice))


def _returns(notice: Notice) -> bool:
    """The letter itself, whole or in part, or the answer that the next server gave."""
    text = notice.text[:MOST_WORDS]
    return notice.returns_a_letter or bool(SMTP_ANSWER.search(text) or RETURNED_BELOW.search(notice.words))


# The first line that holds decides. Reports in the machine's own form stand before words, delay before failure:
# a notice of delay repeats the words of failure.
RULES: Sequence[Rule] = (
    # Someone pressed "this is spam" (RFC 5965): the letter arrived.
    Rule(
        BounceKind.COMPLAINT,
        "báo cáo khiếu nại thư rác",
        lambda n: n.report_type == "feedback-report" or "message/feedback-report" in n.kinds,
    ),
    # RFC 8098. Also where a gateway lost report-type.
    Rule(
        BounceKind.READ,
        "biên nhận đã đọc",
        lambda n: n.report_type == "disposition-notification" or "message/disposition-notification" in n.kinds,
    ),
    # Hotmail's complaints are no report, only the letter under this subject.
    Rule(
        BounceKind.COMPLAINT,
        "báo cáo khiếu nại của Hotmail",
        lambda n: n.returns_a_letter and n.title.startswith("complaint about message from"),
    ),
    # Amazon SES tells by way of its queue, in JSON.
    Rule(BounceKind.FAILED, "báo cáo của Amazon: thất bại", lambda n: _amazon(n, "bounce")),
    Rule(BounceKind.DELIVERED, "báo cáo của Amazon: đã đến", lambda n: _amazon(n, "delivery")),
    Rule(BounceKind.COMPLAINT, "báo cáo của Amazon: khiếu nại", lambda n: _amazon(n, "complaint")),
    # RFC 3464, one recipient given up is a failure whatever the others are.
    Rule(BounceKind.FAILED, "báo cáo chuyển thư: thất bại", lambda n: _action(n, *FAILED_ACTIONS)),
    Rule(BounceKind.DELAYED, "báo cáo chuyển thư: bị chậm", lambda n: _action(n, "delayed", "delay")),
    Rule(BounceKind.DELIVERED, "báo cáo chuyển thư: đã đến", lambda n: _action(n, "delivered", "relayed", "expanded")),
    # Reports without an action, or with one of a program's own invention.
    Rule(BounceKind.FAILED, "báo cáo chuyển thư: mã lỗi 5", lambda n: _status(n, "5")),
    Rule(BounceKind.DELAYED, "báo cáo chuyển thư: mã lỗi 4", lambda n: _status(n, "4")),
    Rule(BounceKind.DELIVERED, "báo cáo chuyển thư: mã 2", lambda n: _status(n, "2")),
    # Exim's delay notices name the recipient in this header too.
    Rule(
        BounceKind.DELAYED,
        "máy chủ hẹn chuyển lại",
        lambda n: _may_be_a_server(n) and _delay_in_words(n),
    ),
    # Exim, Gmail: the header says it in so many words.
    Rule(BounceKind.FAILED, "tiêu đề X-Failed-Recipients", lambda n: bool(n.failed_recipients)),
    # A report in form whose inside a gateway has emptied.
    Rule(
        BounceKind.FAILED,
        "báo cáo chuyển thư không đầy đủ",
        lambda n: n.report_type == "delivery-status" and _says_failed(n),
    ),
    # qmail, old sendmail, Exchange 2003, IMail, MailEnable, and what else writes plain words.
    Rule(BounceKind.FAILED, "thư của máy chủ báo không chuyển được", _machine_failed),
    # The same from an address that looks like anybody's (a helpdesk's relay, a hosting panel).
    Rule(BounceKind.FAILED, "thư có lời báo không chuyển được", _stranger_failed),
)


def _may_be_a_server(notice: Notice) -> bool:
    by_subject = SURE_SUBJECT.match(notice.title) and _returns(notice)
    return notice.by_machine or notice.null_path or bool(notice.failed_recipients or by_subject)


def _delay_in_words(notice: Notice) -> bool:
    return _says_delayed(notice) and not re.search(
        r"giv(ing|en) up|gave up|permanent|will not be retried", notice.words
    )


def writes_about_a_bounce(subject: str) -> bool:
    """A person's 'Fwd: Undelivered Mail Returned to Sender'."""
    title = fold(subject[:500])
    return title != without_answer_marks(title) and bool(SURE_SUBJECT.match(without_answer_marks(title)))


def without_answer_marks(subject: str) -> str:
    """'TL: Re: failure notice' -> 'failure notice', folded."""
    title = fold(subject[:500])
    answer = ANSWER_SUBJECT.match(title)
    return title[answer.end() :].strip() if answer else title


def read_bounce(notice: Notice) -> Bounce | None:
    """None for what is no server's notice."""
    rule = next((rule for rule in RULES if rule.holds(notice)), None)
    if rule is None:
        return None
    status, diagnostic = _reason(notice, rule.kind)
    recipients = tuple(one.recipient for one in notice.reports if one.recipient) or notice.failed_recipients
    return Bounce(
        kind=rule.kind,
        why=rule.why,
        recipients=tuple(dict.fromkeys(recipients or _named(notice) or notice.returned_to)),
        status=status,
        diagnostic=diagnostic,
        severity=_severity(rule.kind, status, diagnostic),
        envelope_ids=notice.envelope_ids,
        reports=notice.reports,
        named=_all_named(notice),
    )


def _severity(kind: BounceKind, status: str, diagnostic: str) -> Severity | None:
    if kind is BounceKind.FAILED:
        return severity(status, diagnostic)
    return {BounceKind.DELAYED: Severity.DELAY, BounceKind.COMPLAINT: Severity.POLICY}.get(kind)


def _reason(notice: Notice, kind: BounceKind) -> tuple[str, str]:
    """The report on the recipient it went worst with; where it says nothing, the line of the text that does."""
    wanted = [one for one in notice.reports if one.action == kind.value] or list(notice.reports)
    report = wanted[0] if wanted else DeliveryReport("", "", "", "")
    diagnostic = report.diagnostic or (_telling_line(notice) if kind is not BounceKind.READ else "")
    return better_status(report.status, diagnostic), diagnostic


def _telling_line(notice: Notice) -> str:
    """The line with the server's answer, else one in words; above the returned letter where that is possible."""
    text = notice.text[:MOST_WORDS]
    above = [one_line(line)[:_LONGEST_LINE] for line in LETTER_BEGINS.split(text, maxsplit=1)[0].split("\n")]
    whole = [one_line(line)[:_LONGEST_LINE] for line in text.split("\n")]
    for test, lines in ((SMTP_ANSWER.search, above), (SMTP_ANSWER.search, whole), (_gives_a_reason, above)):
        if found := next((n for n, line in enumerate(lines) if line and test(line)), None):
            return " ".join(lines[found : found + 2])[:_LONGEST_LINE].strip()
    return next((line for line in above if line and FAILED_WORDS.search(fold(line))), "")


def _gives_a_reason(line: str) -> bool:
    said = fold(line)
    return any(one.words.pattern and one.words.search(said) for one in GRAVITY)


def _named(notice: Notice) -> tuple[str, ...]:
    """The first address in the text that is not the machine's own."""
    return tuple(one for one in addresses_in(notice.text) if one != notice.sender)[:1]


def _all_named(notice: Notice) -> tuple[str, ...]:
    """Above the letter that comes back: it names its own recipient, and a machine's notice may be about another."""
    in_form = (name for one in notice.reports for name in one.names)
    above = LETTER_BEGINS.split(notice.text[:MOST_WORDS], maxsplit=1)[0]
    return tuple(dict.fromkeys((*in_form, *notice.failed_recipients, *addresses_in(above))))
