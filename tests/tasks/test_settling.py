"""A letter of which nobody knows whether it arrived: settled by proof, sent once more, or left to a person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pytest

from tasks.approval import approve, awaiting_approval
from tasks.attempts import happenings_of
from tasks.domain.deeds import Deed
from tasks.domain.errors import KiemtraError
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.domain.mailing import EventKind
from tasks.mailing.settling import arrived, note, send_again, uncertain
from tasks.records import Letter
from tests.tasks.world import (
    ADDRESS,
    CHIEF,
    FIVE_BEFORE,
    HEADS,
    ONE_AFTER,
    OPENING,
    SHARED,
    THREE_AFTER,
    UNITS,
    World,
    moment,
)

UNIT = "xa-vinh-ha"


@dataclass
class FakeSentMail:
    """A folder of sent mail that holds what it is told to hold."""

    holds: set[str] = field(default_factory=set)
    name: str = "thư mục “Sent”"
    broken: bool = False

    def find(self, message_ids: Collection[str]) -> Mapping[str, str]:
        if self.broken:
            raise KiemtraError("không mở được thư mục “Sent”")
        return {one: "có bản lưu" for one in message_ids if one in self.holds}


def doubtful(world: World, when: str = OPENING) -> Letter:
    """One request whose connection died after the content; the line is well again afterwards."""
    world.outbox.dies_after_content.add(ADDRESS[UNIT])
    world.send(when)
    world.outbox.dies_after_content.clear()
    return world.letters_of(UNIT)[0]


def events(world: World, letter: Letter) -> list[EventKind]:
    with world.sessions() as session:
        return [one.kind for one in happenings_of(session, letter.id)]


# --- once more -----------------------------------------------------------------------------------------------------


def test_a_request_goes_once_more_after_a_quarter_of_an_hour_with_the_same_bytes(opened: World) -> None:
    """T11: a lost request is worse than a double."""
    letter = doubtful(opened)
    opened.send("2025-04-08 07:49")
    assert len(opened.outbox.to(ADDRESS[UNIT])) == 1
    report = opened.send("2025-04-08 07:50")
    first, second = opened.outbox.to(ADDRESS[UNIT])
    assert first.raw == second.raw
    assert report.counts[Deed.REPEATED] == 1
    letter = opened.letters_of(UNIT)[0]
    assert (letter.state, letter.repeated_at) == (LetterState.SENT, moment("2025-04-08 07:50"))
    assert events(opened, letter) == [EventKind.UNCERTAIN, EventKind.REPEATED, EventKind.SENT]


def test_a_letter_that_is_uncertain_twice_is_never_sent_a_third_time_by_itself(opened: World) -> None:
    doubtful(opened)
    opened.outbox.dies_after_content.add(ADDRESS[UNIT])
    for when in ("2025-04-08 08:00", "2025-04-08 09:00", "2025-04-09 09:00", "2025-04-14 09:00"):
        opened.send(when)
    assert len(opened.outbox.to(ADDRESS[UNIT])) == 2
    assert opened.letters_of(UNIT)[0].state is LetterState.UNCERTAIN


def test_a_request_that_was_answered_meanwhile_is_not_repeated(opened: World) -> None:
    letter = doubtful(opened)
    opened.answer(UNIT, "2025-04-08 07:45", thread=False)
    opened.send("2025-04-08 09:00")
    to_unit = [sent for sent in opened.outbox.to(ADDRESS[UNIT]) if sent.message_id == letter.message_id]
    assert len(to_unit) == 1


def test_an_interrupted_escalation_is_never_repeated_by_itself(begun: World) -> None:
    """A double to a chairman is worse than a letter that a person sends again."""
    begun.climb(THREE_AFTER)
    with begun.sessions.begin() as session:
        for letter in awaiting_approval(session):
            approve(session, letter, moment("2025-05-21 09:00"), begun.tools)
    begun.outbox.dies_after_content.add(CHIEF)
    begun.send("2025-05-21 09:00")
    begun.outbox.dies_after_content.clear()
    for when in ("2025-05-21 10:00", "2025-05-22 09:00", "2025-05-26 09:00"):
        begun.send(when)
    assert len(begun.outbox.to(CHIEF)) == 1
    with begun.sessions.begin() as session:
        open_ = uncertain(session)
        assert len(open_) == 1, "one digest is one question to the person, not six"
        send_again(session, open_[0], begun.tools, moment("2025-05-26 10:00"), "Nguyễn Thị Hà")
    begun.send("2025-05-26 10:00")
    first, second = begun.outbox.to(CHIEF)
    assert first.raw == second.raw
    assert begun.states(role="truong_phong") == {"sent": len(UNITS)}


def test_a_letter_to_a_unit_s_head_waits_for_a_person_too(begun: World) -> None:
    head = HEADS[UNIT]
    begun.outbox.dies_after_content.add(head)
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    begun.send("2025-05-19 10:00")
    assert len(begun.outbox.to(head)) == 1


def test_a_person_who_asked_says_that_it_arrived(begun: World) -> None:
    head = HEADS[UNIT]
    begun.outbox.dies_after_content.add(head)
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    with begun.sessions.begin() as session:
        arrived(session, uncertain(session)[0], begun.tools, "Nguyễn Thị Hà")
    begun.send("2025-05-20 09:00")
    assert len(begun.outbox.to(head)) == 1
    letter = begun.letters(recipient=head)[0]
    assert letter.state is LetterState.SENT
    assert events(begun, letter)[-1] is EventKind.DECIDED


def test_an_uncertain_digest_is_repeated_whole_and_says_the_same(begun: World) -> None:
    begun.outbox.dies_after_content.add(SHARED)
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    begun.outbox.dies_after_content.clear()
    begun.send("2025-05-09 08:00")
    first, second = begun.outbox.to(SHARED)
    assert first.raw == second.raw
    for unit in ("pnn-mt", "ptp"):
        assert begun.letters_of(unit, LetterKind.REMINDER)[0].state is LetterState.SENT


# --- proof ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [EventKind.REPLIED, EventKind.DELIVERED, EventKind.DELAYED, EventKind.AUTO_REPLIED])
def test_whoever_answers_or_delays_a_letter_has_it(opened: World, kind: EventKind) -> None:
    letter = doubtful(opened)
    with opened.sessions.begin() as session:
        note(session, session.get_one(Letter, letter.id), kind, moment("2025-04-08 07:40"), "hộp thư")
    opened.send("2025-04-08 09:00")
    assert len(opened.outbox.to(ADDRESS[UNIT])) == 1
    assert opened.letters_of(UNIT)[0].state is LetterState.SENT


def test_a_copy_in_the_folder_of_sent_mail_settles_the_letter(opened: World) -> None:
    letter = doubtful(opened)
    opened.tools = replace(opened.tools, sent_mail=FakeSentMail({letter.message_id}))
    report = opened.send("2025-04-08 07:40")
    assert report.counts[Deed.PROVEN] == 1
    opened.send("2025-04-08 09:00")
    assert len(opened.outbox.to(ADDRESS[UNIT])) == 1
    assert events(opened, letter) == [EventKind.UNCERTAIN, EventKind.FOUND]


def test_what_is_not_in_the_folder_proves_nothing(opened: World) -> None:
    doubtful(opened)
    opened.tools = replace(opened.tools, sent_mail=FakeSentMail())
    opened.send("2025-04-08 07:40")
    assert opened.letters_of(UNIT)[0].state is LetterState.UNCERTAIN
    opened.send("2025-04-08 07:55")
    assert len(opened.outbox.to(ADDRESS[UNIT])) == 2


def test_a_folder_that_cannot_be_read_stops_no_letter(opened: World) -> None:
    doubtful(opened)
    opened.tools = replace(opened.tools, sent_mail=FakeSentMail(broken=True))
    report = opened.send("2025-04-08 07:55")
    assert "không mở được thư mục “Sent”" in report.lines[0]
    assert opened.letters_of(UNIT)[0].state is LetterState.SENT


# --- a person sends again ------------------------------------------------------------------------------------------


def test_a_letter_that_the_unit_has_lost_goes_again_on_purpose_and_moves_no_rung(begun: World) -> None:
    """T27."""
    before = begun.assignment(UNIT).next_rung_at
    letter = begun.letters_of(UNIT)[0]
    begun.clock.now = moment("2025-04-10 08:59")
    with begun.sessions.begin() as session:
        send_again(session, session.get_one(Letter, letter.id), begun.tools, moment("2025-04-10 09:00"), "Hà")
    begun.send("2025-04-10 09:00")
    assert [sent.message_id for sent in begun.outbox.to(ADDRESS[UNIT])] == [letter.message_id]
    assert begun.assignment(UNIT).next_rung_at == before
    assert events(begun, letter) == [EventKind.SENT, EventKind.DECIDED, EventKind.SENT]


def test_a_refused_letter_sent_again_is_written_to_the_address_of_today(opened: World) -> None:
    opened.outbox.refuses_for_good[ADDRESS[UNIT]] = "550 5.1.1 user unknown"
    opened.send(OPENING)
    letter = opened.letters_of(UNIT)[0]
    opened.take_in((replace(UNITS[1], addresses=("moi@vinhha.example",)),))
    with opened.sessions.begin() as session:
        send_again(session, session.get_one(Letter, letter.id), opened.tools, moment("2025-04-08 09:00"), "Hà")
    opened.send("2025-04-08 09:00")
    assert len(opened.outbox.to("moi@vinhha.example")) == 1
