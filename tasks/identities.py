"""What a case and a letter are called in the world, derived from what they are about.

A round that is opened again after a restore has the same codes, and a letter that is written again the same Message-ID:
so a reply to the first letter finds its case, and whoever has a list of what left knows that it has left. Derived with
the seal key of the house, so nobody outside can guess them.
"""

import hashlib
import hmac
import itertools
import secrets
from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.mailing import random_part
from tasks.records import Assignment, Finding, Incoming, Letter
from tasks.toolbox import Toolbox

# Crockford's alphabet: no I, L, O, U, so that a code can be read out over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALF = 16  # hex digits of a bounce tag: by the first half its letter is found, by the other it is proved


def of_assignment(year: int, round_code: str, planned_on: date, unit_code: str) -> tuple[str, ...]:
    """The same however often the round is opened, and whenever: its planned day counts, not the day of opening."""
    return str(year), round_code, planned_on.isoformat(), unit_code


def case_code(session: Session, tools: Toolbox, year: int, *what: object) -> str:
    """'DCCS-2025-004217-K7QX': short enough for a subject line, survives every 'TL:' and 'Fwd:'."""

    def is_taken(code: str) -> bool:
        cases = select(Assignment.id).where(Assignment.code == code)
        return session.scalar(cases.union(select(Finding.id).where(Finding.code == code))) is not None

    return _first_free(lambda n: _code(year, _digest(tools, "case", *what, n)), is_taken)


def token(tools: Toolbox, *what: object) -> str:
    """26 letters of 5 bits: 130 bits that nobody can guess; it identifies an assignment, it authorises nothing."""
    return "".join(ALPHABET[byte & 31] for byte in _digest(tools, "token", *what)[:26])


def message_id(session: Session, tools: Toolbox, *cause: object) -> str:
    """`cause`: the case, the kind or rung, whom it is for, and what called for it; a further one of the same cause (a
    reply that is filed anew) has a further name."""
    domain = tools.house.sender_address.rpartition("@")[2] or "localhost"

    def is_taken(name: str) -> bool:
        return session.scalar(select(Letter.id).where(Letter.message_id == name)) is not None

    return _first_free(lambda n: f"<{_digest(tools, 'letter', *cause, n).hex()[:32]}@{domain}>", is_taken)


def bounce_tag(tools: Toolbox, message_id: str) -> str:
    """What a bounce of this letter comes back with. From its Message-ID, which others come to know, nobody derives it;
    '' where that is none of ours."""
    name = random_part(message_id)
    return name[:_HALF] + _digest(tools, "bounce", name).hex()[:_HALF] if name else ""


def letter_of_tag(session: Session, tools: Toolbox, tag: str) -> Letter | None:
    alike = select(Letter).where(Letter.message_id.startswith(f"<{tag[:_HALF]}", autoescape=True))
    made = ((one, bounce_tag(tools, one.message_id)) for one in session.scalars(alike))
    return next((one for one, its in made if hmac.compare_digest(its.encode(), tag.encode())), None)


def came_as(session: Session, incoming_id: int | None) -> str:
    """The same for the same message whenever it is collected; '' where nothing came."""
    found = select(Incoming.sha256).where(Incoming.id == incoming_id)
    return (session.scalar(found) or "") if incoming_id is not None else ""


def freed(letter: Letter) -> dict[str, str]:
    """Key and Message-ID of a letter that has not left and leaves them to the one which may come in its place."""
    tag, at, domain = letter.message_id.rpartition("@")
    return {"key": f"{letter.key}:{letter.id}", "message_id": f"{tag}.{letter.id}{at}{domain}"}


def _first_free(make: Callable[[int], str], is_taken: Callable[[str], bool]) -> str:
    return next(name for n in itertools.count() if not is_taken(name := make(n)))


def _code(year: int, digest: bytes) -> str:
    check = "".join(ALPHABET[byte & 31] for byte in digest[8:12])
    return f"DCCS-{year}-{int.from_bytes(digest[:8]) % 10**6:06d}-{check}"


def _digest(tools: Toolbox, *what: object) -> bytes:
    """Without a seal key a name is made up: nothing could be derived that others could not derive too."""
    key = tools.seal_key or secrets.token_bytes(32)
    return hmac.new(key, "\x1f".join(map(str, what)).encode(), hashlib.sha256).digest()
