"""What can go wrong, named by the decision that follows."""

from collections.abc import Sequence
from dataclasses import dataclass


class KiemtraError(Exception):
    """A sentence in Vietnamese that a user of the program can act on."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in something a person wrote: where it stands, and what to do."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class DefinitionError(KiemtraError):
    """All the mistakes of a settings, plan, checklist, calendar or register file together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"Có {len(self.problems)} chỗ cần sửa, chưa ghi gì:\n{lines}")


class CalendarUnknown(KiemtraError):
    """A day was asked for in a year whose days off nobody has entered yet."""


class WrongMove(KiemtraError):
    """A status was to change in a way the table of moves does not allow."""


class MailError(KiemtraError):
    """A letter was not handed over; the subclass says what to do about it."""


class MailRefusedForGood(MailError):
    """The server refuses this recipient or this message (5xx): trying again is pointless."""


class MailRefusedForNow(MailError):
    """The server asks to come back later (4xx), or could not be reached before the content went out."""


class MailConnectionLost(MailRefusedForNow):
    """The connection ended before the content went out: nothing has left."""


class MailDomainRefuses(MailRefusedForNow):
    """The server refuses us by policy, not this address: its whole domain is left alone for a while."""


class MailServerUnavailable(MailError):
    """No connection, no login, or a quota: nothing is wrong with the letter; the run stops and a person is told."""


class MailRefusesUs(MailServerUnavailable):
    """The server takes no letters of ours: our sender, our quota, our mail taken for spam. The run stops."""

    def __init__(self, said: str, otherwise: "type[MailRefusedForGood | MailRefusedForNow] | None" = None) -> None:
        super().__init__(said)
        self.otherwise = otherwise
        """What the refusal was where letters to others have passed since; None: it is about us still."""


class MailUncertain(MailError):
    """The connection died after the content: only a bounce, a reply or a look-up can tell."""


class MailboxUnreachable(KiemtraError):
    """The incoming mailbox could not be read; nothing was lost, the next run reads on."""


class UnreadableWorkbook(KiemtraError):
    """An attachment that should hold answers cannot be opened; the sentence goes back to the unit.

    `kind`: what the file is instead (`tasks.domain.file_kind`), where it is something else.
    """

    def __init__(self, sentence: str, kind: str = "") -> None:
        super().__init__(sentence)
        self.kind = kind
