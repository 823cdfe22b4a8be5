"""Who may say what. Identification is not permission: a code says which case is meant, not who speaks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.ladder import Role


class Who(StrEnum):
    """As which of these somebody writes about a unit."""

    CONTACT = "contact"
    HEAD = "head"
    COLLECTOR = "collector"
    """A contact of the unit above, or a clerk who sends her own form along with those of her neighbours."""
    OTHER_UNIT = "other_unit"
    FORGED = "forged"
    """An address of the unit, but our own mail server says that it did not write this, or there are two of them."""
    STRANGER = "stranger"


class How(StrEnum):
    """What the message has of ours; the strongest of them."""

    SEALED_IN_THREAD = "sealed_in_thread"
    SEALED = "sealed"
    """The unit's form with the token that only forms of ours carry."""
    THREAD = "thread"
    """It answers a letter of ours to the unit."""
    CODE = "code"
    """It names the case: in the address, in the subject, in the text, in a form typed anew."""


class What(StrEnum):
    FIRST_ANSWER = "first_answer"
    CHANGE = "change"
    """Of anything once answered, also where it only adds."""
    FORM = "form"
    """Whatever is answered with the form, and with what stands in it."""
    MORE_TIME = "more_time"
    PROMISE = "promise"
    REMEDY = "remedy"
    """The report that a finding has been mended."""


class Trust(StrEnum):
    TAKE = "take"
    TELL = "tell"
    """Take it, and tell the registered contact who said it and how to object."""
    DESK = "desk"


@dataclass(frozen=True)
class Line:
    who: frozenset[Who]
    how: frozenset[How]
    what: frozenset[What]
    trust: Trust

    def holds(self, who: Who, how: How, what: What) -> bool:
        return who in self.who and how in self.how and what in self.what


ANY_HOW, ANYTHING = frozenset(How), frozenset(What)
WITH_FORM = frozenset({How.SEALED, How.SEALED_IN_THREAD})
FIRST = frozenset({What.FIRST_ANSWER})


def _only(*who: Who) -> frozenset[Who]:
    return frozenset(who)


# The first line that holds decides. Nobody but the unit's own people changes what was answered, asks for time,
# promises, or is sent what holds answers; and a code alone opens nothing to anybody else.
TRUST: Sequence[Line] = (
    # Registered, and our server does not deny it: this is the unit, by whatever thread or form.
    Line(_only(Who.CONTACT), ANY_HOW, ANYTHING, Trust.TAKE),
    # The head may see what the unit holds and give his word; what he answers and asks for it his clerk hears of.
    Line(_only(Who.HEAD), ANY_HOW, frozenset({What.FORM, What.PROMISE, What.REMEDY}), Trust.TAKE),
    Line(_only(Who.HEAD), ANY_HOW, ANYTHING, Trust.TELL),
    # Whoever gathers forms has been given them; what the unit has answered itself is not theirs to change.
    Line(_only(Who.COLLECTOR), WITH_FORM, FIRST, Trust.TELL),
    # A clerk of another unit who answers our letter to this one with its form was asked to; in a fresh mail it is more
    # likely the wrong file.
    Line(_only(Who.OTHER_UNIT), frozenset({How.SEALED_IN_THREAD}), FIRST, Trust.TELL),
    # The clerk who answers from a private mailbox, or whose server is set up wrong: the form was in the unit's hands.
    Line(_only(Who.STRANGER, Who.FORGED), WITH_FORM, FIRST, Trust.TELL),
    # Everything else waits for a person.
    Line(frozenset(Who), ANY_HOW, ANYTHING, Trust.DESK),
)


def trust_in(who: Who, how: How, what: What) -> Trust:
    return next(line.trust for line in TRUST if line.holds(who, how, what))


OWN = frozenset({Who.CONTACT, Who.HEAD})
"""Who may read what the unit has answered."""

WHO_WORDS: Mapping[Who, str] = {
    Who.CONTACT: "đầu mối",
    Who.HEAD: "lãnh đạo đơn vị",
    Who.COLLECTOR: "người của đơn vị khác gửi hộ",
    Who.OTHER_UNIT: "đầu mối của đơn vị khác",
    Who.FORGED: "địa chỉ của đơn vị nhưng máy chủ thư không xác thực được",
    Who.STRANGER: "địa chỉ không có trong danh sách",
}


def who_writes(role: Role | None, *, doubtful: bool, collects: bool, is_contact_elsewhere: bool) -> Who:
    """`role`: of the address within the unit; `doubtful`: our server or the message itself speaks against it."""
    if doubtful:
        return Who.FORGED if role is not None else Who.STRANGER
    if role is not None:
        return Who.CONTACT if role is Role.DAU_MOI else Who.HEAD
    if collects:
        return Who.COLLECTOR
    return Who.OTHER_UNIT if is_contact_elsewhere else Who.STRANGER


def how_shown(*, sealed: bool, in_thread: bool) -> How:
    if sealed:
        return How.SEALED_IN_THREAD if in_thread else How.SEALED
    return How.THREAD if in_thread else How.CODE
