"""What the office sees of letters that were not delivered and of a server that takes none, and how they go again."""

from sqlalchemy import select, update

from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.mailing.blaming import note_server_failure
from tasks.mailing.settling import send_again
from tasks.overview import failed_letters, office_tasks
from tasks.records import Letter
from tests.tasks.test_watch import look
from tests.tasks.world import ADDRESS, OPENING, World, moment


def fail(world: World, kind: LetterKind, number: int) -> int:
    """A letter of this kind that could not be written."""
    with world.sessions.begin() as session:
        letter = Letter(
            key=f"{kind}:{number}",
            kind=kind,
            recipient="ai@do.example",
            state=LetterState.FAILED,
            reason=Reason.BROKEN,
            created_at=moment(OPENING),
            not_before=moment(OPENING),
            message_id=f"<{number:032x}@vinhlinh.example>",
        )
        session.add(letter)
        session.flush()
        return letter.id


def test_a_failed_letter_of_any_kind_is_counted_and_told(begun: World) -> None:
    fail(begun, LetterKind.RECEIPT, 1)
    fail(begun, LetterKind.VISIT, 2)
    with begun.sessions() as session:
        assert office_tasks(session, moment(OPENING)).failed_letters == 2
    told = " ".join(look(begun, "2025-04-08 08:00"))
    assert "2 thư không gửi được" in told
    assert "1 thư biên nhận (không soạn được thư)" in told
    assert "1 thư báo lịch kiểm tra" in told


def test_a_server_that_takes_nothing_is_told_until_a_letter_has_left(begun: World) -> None:
    with begun.sessions.begin() as session:
        note_server_failure(session, "550 5.1.8 bad outbound sender", moment("2025-04-08 08:00"))
    assert "550 5.1.8 bad outbound sender" in " ".join(look(begun, "2025-04-08 08:05"))
    with begun.sessions() as session:
        assert "550 5.1.8 bad outbound sender" in office_tasks(session, moment("2025-04-08 08:05")).server
    begun.send("2025-04-08 08:10")  # the alarm itself leaves
    assert look(begun, "2025-04-08 08:15") == []


def test_failed_letters_go_again_together(begun: World) -> None:
    with begun.sessions.begin() as session:
        numbers = list(session.scalars(select(Letter.id).order_by(Letter.id).limit(2)))
        failed = update(Letter).where(Letter.id.in_(numbers))
        session.execute(failed.values(state=LetterState.FAILED, reason=Reason.REFUSED))
    with begun.sessions.begin() as session:
        chosen = failed_letters(session)
        assert [one.id for one in chosen] == numbers
        for one in chosen:
            send_again(session, one, begun.tools, moment("2025-04-08 09:00"), "Hà")
    begun.send("2025-04-08 09:00")
    assert begun.states() == {"sent": len(ADDRESS)}
    with begun.sessions() as session:
        assert failed_letters(session) == []
