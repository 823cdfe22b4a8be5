"""One nasty message and what it must be read as."""

from dataclasses import dataclass

from tasks.domain.bounce import BounceKind
from tasks.domain.gravity import Severity
from tasks.domain.triage import Verdict

HOA = "hoa@vinhthuy.example"
CODE = "DCCS-2025-004217-K7QX"
TAG = "0123456789abcdef0123456789abcdef"
LETTER = "<goc.2025@vinhlinh.example>"


@dataclass(frozen=True)
class Case:
    """`forms` of the files are the workbook, byte for byte; `unopened` is a word of the reason given."""

    name: str
    raw: bytes
    verdict: Verdict = Verdict.REPLY
    sender: str = HOA
    files: tuple[str, ...] = ()
    forms: int = 0
    codes: tuple[str, ...] = ()
    bounce: BounceKind | None = None
    severity: Severity | None = None
    status: str = ""
    recipients: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    unopened: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()
    says: str = ""
