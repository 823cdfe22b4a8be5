"""What a person decides at the desk, and where a message lies in the mailbox meanwhile."""

from collections.abc import Mapping
from enum import StrEnum

from tasks.domain.letterbox import FOR_THE_DESK, Verdict


class Place(StrEnum):
    """The folder in which a message belongs: in the inbox until it is told apart, then by its verdict."""

    INBOX = "inbox"
    DESK = "desk"
    DONE = "done"


def place_of(verdict: Verdict | None) -> Place:
    if verdict is None:
        return Place.INBOX
    return Place.DESK if verdict in FOR_THE_DESK else Place.DONE


class DeskAct(StrEnum):
    FILED = "filed"
    IGNORED = "ignored"


DESK_ACT_NAMES: Mapping[DeskAct, str] = {DeskAct.FILED: "xếp vào phiếu", DeskAct.IGNORED: "bỏ qua"}
