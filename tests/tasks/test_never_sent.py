"""A unit for which no letter has left is nowhere called silent: not in status, dossiers, letters above it, the year."""

from tasks.approval import approve, awaiting_approval
from tasks.dossier import dossier_of
from tasks.overview import cycle_lines, status_lines, totals
from tasks.year_end.gathering import gather
from tests.tasks.world import ADDRESS, CHIEF, HEADS, ONE_AFTER, THREE_AFTER, World, find_assignment, moment

UNIT, NAME = "xa-vinh-o", "Xã Vĩnh Ô"


def never_sent(world: World) -> World:
    """The unit's server puts off whatever comes; the others get theirs."""
    world.outbox.refuses_for_now = {ADDRESS[UNIT], HEADS[UNIT]}
    world.send("2025-04-08 07:35")
    return world


def words(world: World, when: str) -> dict[str, str]:
    with world.sessions() as session:
        return {line.unit: line.standing.words for line in status_lines(session, moment(when), "kiem-tra")}


def test_status_says_that_no_letter_has_been_sent(opened: World) -> None:
    world = never_sent(opened)
    assert words(world, "2025-04-08 08:00")[NAME] == "chưa đến hạn", "there is time for it to leave"
    late = words(world, "2025-05-20 08:00")
    assert (late[NAME], late["Xã Vĩnh Hà"]) == ("chưa gửi được thư", "quá hạn")
    world.lock("2025-07-01 08:00")
    locked = words(world, "2025-07-02 08:00")
    assert (locked[NAME], locked["Xã Vĩnh Hà"]) == ("chưa gửi được thư, đã khóa sổ", "không trả lời, đã khóa sổ")
    with world.sessions() as session:
        assert "1 chưa gửi được thư" in totals(status_lines(session, moment("2025-07-02 08:00"), "kiem-tra"))
        line = cycle_lines(session)[0]
        part = next(one for one in gather(session, 2025, moment("2025-07-02 08:00")).assignments if one.unit == UNIT)
    assert (line.unreachable, line.silent) == (1, line.asked - 1)
    assert part.outcome(moment("2025-07-02 08:00")) == "unreachable"


def test_the_dossier_and_the_letter_above_the_unit_say_so(opened: World) -> None:
    world = never_sent(opened)
    world.climb(ONE_AFTER)
    world.climb(THREE_AFTER)
    with world.sessions.begin() as session:
        dossier = dossier_of(session, find_assignment(session, UNIT), world.tools, moment(THREE_AFTER))
        for letter in awaiting_approval(session):
            approve(session, letter, moment(THREE_AFTER), world.tools)
    assert dossier.standing == "chưa gửi được thư cho đơn vị (quá hạn 3 ngày làm việc)"
    world.send("2025-05-21 08:00")
    text = " ".join(" ".join(one.text.split()) for one in world.outbox.to(CHIEF))
    assert f"{NAME}: chưa gửi được thư cho đơn vị, quá hạn 3 ngày làm việc" in text
    assert "Xã Vĩnh Hà: quá hạn 3 ngày làm việc" in text
