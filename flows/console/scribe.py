"""Who types a command, and when: what a command does is noted in the audit log by this one."""

import argparse
import getpass
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infra.toolbox import clock
from tasks.audit import About, note_act
from tasks.domain.audit import AuditAct
from tasks.domain.letterbox import LetterKind
from tasks.domain.vietnamese import one_line
from tasks.letters import letter_name
from tasks.records import Letter


@dataclass(frozen=True)
class Scribe:
    by: str
    at: datetime

    def note(
        self,
        session: Session,
        act: AuditAct,
        about: About = None,
        *,
        what: str = "",
        old: str = "",
        new: str = "",
        reason: str = "",
    ) -> None:
        """In the transaction of the act itself: a preview leaves nothing."""
        note_act(session, act, about, self.by, self.at, what=what, old=old, new=new, reason=reason)

    def note_letter(self, session: Session, act: AuditAct, letter: Letter, reason: str = "") -> None:
        obligation = letter.assignment or letter.finding
        to = letter.recipient if letter.kind is not LetterKind.ESCALATION else letter.recipient_name or letter.recipient
        self.note(session, act, obligation, new=f"thư {letter.id}: {letter_name(letter)}, gửi {to}", reason=reason)


def scribe(args: argparse.Namespace) -> Scribe:
    moment: datetime = getattr(args, "as_of", None) or clock()
    return Scribe(who(args), moment)


def who(args: argparse.Namespace) -> str:
    """As --by says, else the login name of the machine."""
    return one_line(getattr(args, "by", "") or "") or getpass.getuser()
