"""Words of the unit that nobody has read hold the rungs above it: three working days, once a rung; nothing else."""

import pytest

from tasks.approval import awaiting_approval, settle_unread
from tasks.collection.desk import ignore_message
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.dossier import dossier_of
from tasks.records import Letter
from tests.corpus.ordinary_sentences import SENTENCES
from tests.tasks.world import ADDRESS, CHIEF, HEADS, ONE_AFTER, PLAN, THREE_AFTER, World, moment

UNIT = "xa-vinh-o"
STRANGER = "nguoi.la@thudientu.example"
WORDS = "Xã đang tập trung chống hạn, nhân lực mỏng, mong Phòng thông cảm."
PATIENCE_OVER = "2025-05-26 07:45"
"""Three working days after Wednesday 21 May."""


def at_the_rung(world: World, text: str = WORDS, when: str = "2025-05-20 09:00", sender: str = "") -> Letter:
    """Somebody has written, and the rung of the head of the office has come; the other units are silent too."""
    if text:
        world.mail(UNIT, when, text=text, sender=sender)
        world.collect(when)
    world.climb(THREE_AFTER)
    return chief(world)


def chief(world: World) -> Letter:
    (letter,) = [one for one in world.letters_of(UNIT) if one.rung == "qua-3" and one.reason is not Reason.SUPERSEDED]
    return letter


def settle(world: World, when: str) -> None:
    world.clock.now = moment(when)
    settle_unread.fn(world.tools, moment(when))


@pytest.fixture
def at_once(world: World) -> World:
    """An office whose rung above the units needs no signature."""
    plan = PLAN.replace(
        'days = 3\naudience = ["truong_phong"]\napproval = true\n', 'days = 3\naudience = ["truong_phong"]\n'
    )
    world.take_in_plan(plan)
    world.open()
    world.send("2025-04-08 07:35")
    return world


def test_words_of_the_contact_hold_the_rung_above_and_not_the_reminders(begun: World) -> None:
    letter = at_the_rung(begun, when="2025-05-16 09:00")
    assert (letter.state, letter.reason) == (LetterState.HELD, Reason.UNREAD)
    rungs = {one.rung: one.state for one in begun.letters_of(UNIT) if one.rung == "qua-1"}
    assert set(rungs.values()) != {LetterState.CANCELLED}
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    begun.send("2025-05-21 08:00")
    assert begun.outbox.to(HEADS[UNIT]), "the unit's own head hears as ever"


def test_without_words_the_rung_waits_for_its_signature_at_once(begun: World) -> None:
    letter = at_the_rung(begun, text="")
    assert (letter.state, letter.reason) == (LetterState.HELD, Reason.APPROVAL)


@pytest.mark.parametrize("sender", [STRANGER, ADDRESS["xa-vinh-ha"]])
def test_words_of_anybody_else_hold_nothing(begun: World, sender: str) -> None:
    assert at_the_rung(begun, sender=sender).reason is Reason.APPROVAL


def test_three_working_days_and_then_it_is_for_a_person_with_the_words_beside_it(at_once: World) -> None:
    assert at_the_rung(at_once).reason is Reason.UNREAD
    settle(at_once, "2025-05-23 16:55")
    assert chief(at_once).reason is Reason.UNREAD
    settle(at_once, PATIENCE_OVER)
    assert (chief(at_once).state, chief(at_once).reason) == (LetterState.HELD, Reason.APPROVAL), "though it needs none"
    waiting = chief(at_once).id
    with at_once.sessions() as session:
        assert waiting in [one.id for one in awaiting_approval(session)]
        obligation = session.get_one(Letter, waiting).assignment
        assert obligation is not None
        (quoted,) = dossier_of(session, obligation, at_once.tools, at_once.clock.now).unread
    assert WORDS in quoted


def test_once_somebody_has_read_them_the_rung_goes_its_way(at_once: World) -> None:
    at_the_rung(at_once)
    with at_once.sessions.begin() as session:
        ignore_message(session, 1, "đã đọc", "Hà", at_once.tools)
    settle(at_once, "2025-05-21 10:00")
    assert (chief(at_once).state, chief(at_once).reason) == (LetterState.QUEUED, None)
    at_once.send("2025-05-21 10:05")
    assert at_once.outbox.to(CHIEF)


def test_a_rung_is_held_once_however_often_the_unit_writes(at_once: World) -> None:
    at_the_rung(at_once)
    with at_once.sessions.begin() as session:
        ignore_message(session, 1, "đã đọc", "Hà", at_once.tools)
    settle(at_once, "2025-05-21 18:00")
    at_once.mail(UNIT, "2025-05-21 18:05", text="Mong Phòng thông cảm thêm.")
    at_once.collect("2025-05-21 18:05")
    assert chief(at_once).state is LetterState.QUEUED


def test_words_that_come_while_the_rung_waits_for_its_hour_hold_it_too(at_once: World) -> None:
    at_once.climb(THREE_AFTER)
    at_once.mail(UNIT, "2025-05-21 07:31", text=WORDS)
    at_once.collect("2025-05-21 07:31")
    assert chief(at_once).reason is Reason.UNREAD
    at_once.send("2025-05-21 07:35")
    assert not any("Xã Vĩnh Ô" in one.text for one in at_once.outbox.to(CHIEF))


def test_an_answer_ends_it_all(at_once: World) -> None:
    at_the_rung(at_once)
    at_once.answer(UNIT, "2025-05-21 09:00")
    assert (chief(at_once).state, chief(at_once).reason) == (LetterState.CANCELLED, Reason.ANSWERED)


def test_two_hundred_ordinary_sentences_change_nothing_and_each_can_be_read(begun: World) -> None:
    """One unit's clerk writes them all: no state, no day, no rung is another than before, and all are at the desk."""
    before, rung = begun.assignment(UNIT), [one.id for one in begun.letters_of(UNIT) if one.rung]
    for number, sentence in enumerate(SENTENCES):
        begun.mail(UNIT, f"2025-04-22 {8 + number // 60:02d}:{number % 60:02d}", text=sentence)
    begun.collect("2025-04-22 16:00")
    after = begun.assignment(UNIT)
    for name in ("state", "due_at", "promised_on", "quiet_until", "next_rung_at", "first_reply_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert [one.id for one in begun.letters_of(UNIT) if one.rung] == rung
    assert begun.letters(kind=LetterKind.EXTENSION) == []
    rows = begun.incoming()
    assert len(rows) == len(SENTENCES)
    assert [row.words for row in rows if not row.words or row.key not in begun.mailbox.desk] == []
