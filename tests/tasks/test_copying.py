"""A copy of each letter that left, in the office's folder of sent mail: once, and never in the way of a letter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from tasks.domain.errors import MailboxUnreachable
from tasks.toolbox import Copy
from tests.tasks.world import ADDRESS, FIVE_BEFORE, OPENING, UNITS, World


@dataclass
class Folder:
    """Of sent mail; as many copies as it has room for."""

    name: str = "thư mục “Sent”"
    room: int = 1000
    filed: list[Copy] = field(default_factory=list)

    def file(self, copies: Iterable[Copy]) -> Iterator[Copy]:
        for copy in copies:
            if len(self.filed) >= self.room:
                raise MailboxUnreachable("hộp thư đầy")
            self.filed.append(copy)
            yield copy


@pytest.fixture
def folder(opened: World) -> Folder:
    folder = Folder()
    opened.tools = replace(opened.tools, sent_copies=folder)
    return folder


def test_each_letter_that_left_is_filed_once_as_it_was(opened: World, folder: Folder) -> None:
    opened.send(OPENING)
    opened.send("2025-04-08 07:40")
    assert sorted(copy.raw for copy in folder.filed) == sorted(sent.raw for sent in opened.outbox.sent)
    assert len(folder.filed) == len(UNITS)


def test_a_digest_is_filed_as_the_one_message_it_was(opened: World, folder: Folder) -> None:
    opened.send(OPENING)
    opened.climb(FIVE_BEFORE)
    opened.send(FIVE_BEFORE)
    assert sorted(copy.message_id for copy in folder.filed) == sorted(one.message_id for one in opened.outbox.sent)


def test_what_was_refused_or_may_not_have_left_is_not_filed(opened: World, folder: Folder) -> None:
    opened.outbox.refuses_for_good[ADDRESS["xa-vinh-o"]] = "550 5.1.1 user unknown"
    opened.outbox.dies_after_content.add(ADDRESS["xa-vinh-ha"])
    opened.send(OPENING)
    assert len(folder.filed) == len(UNITS) - 2


def test_a_folder_that_is_full_holds_no_letter_up_and_gets_the_rest_later(opened: World, folder: Folder) -> None:
    folder.room = 2
    report = opened.send(OPENING)
    assert opened.states() == {"sent": len(UNITS)}
    assert report.failures == []
    assert "hộp thư đầy" in " ".join(report.lines)
    folder.room = 1000
    opened.send("2025-04-08 07:40")
    assert len({copy.message_id for copy in folder.filed}) == len(folder.filed) == len(UNITS)
