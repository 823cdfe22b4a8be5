"""Whatever should have happened and has not is told, by one letter a day and by a run that fails."""

from datetime import timedelta

from tasks.domain.deeds import Deed
from tasks.domain.letterbox import LetterKind, LetterState
from tasks.mailing.claiming import claim_batch
from tasks.watch import CHECKS, watch_house
from tests.tasks.world import ADMIN, FIVE_BEFORE, OPENING, UNITS, World, at_once, moment


def look(world: World, when: str) -> list[str]:
    world.tools.house.results_folder.mkdir(parents=True, exist_ok=True)
    world.clock.now = moment(when)
    return [failure.item for failure in watch_house.fn(world.tools, moment(when)).failures]


def test_a_house_in_order_is_not_disturbed(begun: World) -> None:
    assert look(begun, "2025-04-08 12:00") == []
    assert begun.letters(kind=LetterKind.ALERT) == []


def test_a_reminder_that_is_an_hour_late_is_told(begun: World) -> None:
    """T67."""
    assert look(begun, "2025-05-09 08:29") == []
    assert "6 nghĩa vụ" in look(begun, "2025-05-09 08:31")[0]
    begun.climb("2025-05-09 08:32")
    begun.send("2025-05-09 08:32")
    assert look(begun, "2025-05-09 08:33") == []


def test_letters_that_nobody_sends_are_told_whether_they_stand_in_the_queue_or_wait_for_an_hour_that_is_past(
    world: World,
) -> None:
    world.open("2025-04-08 00:05")
    assert look(world, "2025-04-08 08:29") == []
    assert f"{len(UNITS)} thư" in look(world, "2025-04-08 08:31")[0]


def test_an_approval_that_takes_its_time_is_no_alarm(begun: World) -> None:
    begun.climb("2025-05-21 07:30")
    begun.send("2025-05-21 07:30")
    assert look(begun, "2025-05-23 09:00") == []


def test_a_lease_that_ran_out_is_freed_and_uncertain_letters_are_told(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.clock.now = moment(FIVE_BEFORE)
    with begun.sessions.begin() as session:
        claim_batch(session, begun.tools, "máy đã chết", moment(FIVE_BEFORE))
    look(begun, "2025-05-09 07:50")
    assert {one.state for one in begun.letters(kind=LetterKind.REMINDER)} == {LetterState.QUEUED}
    begun.outbox.dies_after_content.add("man@vinho.example")
    begun.send("2025-05-09 07:51")
    assert "1 thư chưa rõ" in look(begun, "2025-05-09 07:52")[0]


def test_mail_that_nobody_reads_and_a_mailbox_that_cannot_be_read_are_told(begun: World) -> None:
    from tasks.collection.storing import store_mail

    begun.mail("xa-vinh-o", OPENING)
    begun.clock.now = moment("2025-04-08 09:00")
    store_mail(begun.tools)
    begun.mailbox.unreachable = True
    found = look(begun, "2025-04-08 10:01")
    assert len(found) == 2
    assert any("chưa được đọc" in one for one in found)
    assert any("hộp thư đến" in one for one in found)


def test_an_opening_that_was_cut_off_is_told(world: World) -> None:
    from tasks.scheduling import open_due_rounds

    open_due_rounds.fn(world.tools, moment(OPENING))
    assert any("dở dang" in one for one in look(world, "2025-04-08 08:00"))


def test_one_alarm_letter_a_day_for_each_administrator(begun: World) -> None:
    for when in ("2025-05-09 09:00", "2025-05-09 09:15", "2025-05-10 09:00"):
        look(begun, when)
    letters = begun.letters(kind=LetterKind.ALERT)
    assert [one.recipient for one in letters] == [ADMIN, ADMIN]
    begun.send("2025-05-10 09:05")
    assert "nghĩa vụ" in begun.outbox.to(ADMIN)[0].text
    assert begun.outbox.to(ADMIN)[0].subject.endswith("[DCCS]")


def test_watching_at_once_writes_one_alarm_letter(begun: World) -> None:
    begun.tools.house.results_folder.mkdir(parents=True)
    begun.clock.now = moment("2025-05-09 09:00")
    at_once(begun.hands, lambda: watch_house.fn(begun.tools, moment("2025-05-09 09:00")))
    assert len(begun.letters(kind=LetterKind.ALERT)) == 1


def test_the_report_counts_the_checks_that_passed(begun: World) -> None:
    begun.tools.house.results_folder.mkdir(parents=True)
    begun.clock.now = moment(OPENING) + timedelta(hours=1)
    assert watch_house.fn(begun.tools, begun.clock.now).counts[Deed.CHECKED] == len(CHECKS)
