"""A copy of each letter that was sent, for the office's own folder; after the letters, and never in their way."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks.domain.errors import KiemtraError
from tasks.domain.mailing import Outcome
from tasks.records import Attempt, Letter, LetterBytes
from tasks.report import Report, log
from tasks.toolbox import Copy, Toolbox

MOST = 200
"""In one run; the next one goes on."""
OLDEST = timedelta(days=3)
"""What left long before the folder was named is not filed any more."""


def file_copies(tools: Toolbox, report: Report) -> None:
    """Only what the server has taken; a folder that cannot be reached costs no letter anything."""
    if tools.sent_copies is None:
        return
    with tools.sessions() as session:
        waiting = _waiting(session, tools)
    try:
        for copy in tools.sent_copies.file(waiting) if waiting else ():
            with tools.sessions.begin() as session:
                session.execute(update(Attempt).where(Attempt.id == copy.attempt).values(filed_at=tools.now()))
    except KiemtraError as error:
        log.warning("copies cannot be filed: %s", error)
        report.lines.append(f"Chưa lưu được bản sao thư đã gửi, lượt sau lưu tiếp: {error}")


def _waiting(session: Session, tools: Toolbox) -> list[Copy]:
    sent = (
        select(Attempt.id, Letter.message_id, LetterBytes.raw, Letter.sent_at)
        .join(Letter, Letter.id == Attempt.letter_id)
        .join(LetterBytes, LetterBytes.letter_id == Letter.id)
        .where(Letter.sent_at > tools.now() - OLDEST, Letter.bundled_into_id.is_(None))
        .where(Attempt.outcome == Outcome.SENT, Attempt.filed_at.is_(None))
    )
    rows = session.execute(sent.order_by(Attempt.id).limit(MOST)).all()
    return [Copy(id_, message_id, raw, at) for id_, message_id, raw, at in rows if at]
