"""A unit reports that it has mended a finding: by the line that its letters print, and nothing less."""

from sqlalchemy.orm import Session

from tasks.collection.senders import Said
from tasks.domain.finding import FindingState
from tasks.domain.inbox.marked_line import Marked
from tasks.domain.inbox.trust import OWN
from tasks.domain.letterbox import Reason, Verdict
from tasks.domain.message import Message
from tasks.letters import cancel_waiting
from tasks.moves import move
from tasks.records import Finding, Incoming, Reply
from tasks.toolbox import Toolbox


def settle_finding(
    session: Session,
    row: Incoming,
    message: Message,
    finding: Finding,
    marked: Marked,
    speaker: Said,
    tools: Toolbox,
) -> None:
    if marked.remedy:
        report_finding(session, row, message, finding, speaker, tools)
    else:
        row.verdict = Verdict.WORDS
        row.why = f"thư về kiến nghị {finding.number}, không có dòng “KHẮC PHỤC: …” được điền"


def report_finding(
    session: Session, row: Incoming, message: Message, finding: Finding, speaker: Said, tools: Toolbox
) -> Reply:
    """The unit says it has mended a finding: the ladder rests until the office has looked again."""
    row.why = f"báo cáo khắc phục kiến nghị {finding.number}"
    reply = Reply(
        incoming_id=row.id,
        finding_id=finding.id,
        sender=message.sender[:254],
        known_sender=speaker.who in OWN,
        who=speaker.who,
        received_at=row.received_at,
        late=row.received_at >= finding.due_at,
        file_name=next((file.name for file in message.attachments if not file.decorates), ""),
    )
    session.add(reply)
    if finding.state is FindingState.OPEN:
        cancel_waiting(session, finding, Reason.ANSWERED)
        text = message.text.strip()[:4_000]
        move(session, finding, FindingState.REPORTED, reported_at=row.received_at, report=text, next_rung_at=None)
    return reply
