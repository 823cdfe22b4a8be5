"""Who owes what today: every unit on its line, and the sums agree."""

from datetime import date

from sqlalchemy import update

from tasks.domain.assignment import Light
from tasks.overview import cycle_lines, office_tasks, status_lines, totals
from tasks.records import Contact
from tests.tasks.world import ADDRESS, FIVE_BEFORE, UNITS, World, moment


def test_every_unit_stands_on_its_line_in_official_order_with_its_light(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    begun.answer("xa-vinh-ha", "2025-04-22 09:00", {"DX01": "Có"})
    with begun.sessions() as session:
        lines = status_lines(session, moment("2025-04-23 08:00"))
        late = status_lines(session, moment("2025-05-17 00:00"))
    assert [line.unit for line in lines] == [unit.name for unit in UNITS]
    assert [line.standing.light for line in lines[:3]] == [Light.GREEN, Light.YELLOW, Light.GREEN]
    assert [line.standing.light for line in late[:3]] == [Light.GREEN, Light.RED, Light.RED]
    assert lines[0].contact == "Hồ Thị Mận 0233"
    assert {line.last_letter_at for line in lines} == {moment("2025-04-08 07:35")}


def test_the_counts_of_a_cycle_add_up_whatever_happened(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    begun.answer("xa-vinh-ha", "2025-04-22 09:00", {"DX01": "Có"})
    for number in range(2):
        begun.climb(FIVE_BEFORE)
        begun.send(FIVE_BEFORE)
        begun.bounce(begun.letters_of("tt-ho-xa")[number].id, "2025-05-09 08:00")
    for when in ("2025-05-10 08:00", "2025-07-01 08:00"):
        begun.lock(when)
        with begun.sessions() as session:
            line = cycle_lines(session)[0]
        assert (line.asked, line.answered, line.partial, line.unreachable, line.silent) == (6, 1, 1, 1, 3)


def test_a_locked_round_leaves_today_s_list_but_can_be_asked_for(begun: World) -> None:
    begun.lock("2025-07-01 08:00")
    with begun.sessions() as session:
        assert status_lines(session, moment("2025-07-02 08:00")) == []
        assert len(status_lines(session, moment("2025-07-02 08:00"), "kiem-tra")) == len(UNITS)


def test_the_day_that_a_unit_has_promised_stands_beside_it_until_it_answers(begun: World) -> None:
    begun.mail("xa-vinh-o", "2025-05-12 09:00", text="HẸN: ngày 20/05")
    begun.collect("2025-05-12 09:00")
    assert words_of(begun, "2025-05-19 08:00")["Xã Vĩnh Ô"] == "quá hạn, hẹn 20/05/2025"
    begun.answer("xa-vinh-o", "2025-05-20 09:00")
    assert words_of(begun, "2025-05-20 10:00")["Xã Vĩnh Ô"] == "đã trả lời đủ"


def words_of(world: World, when: str) -> dict[str, str]:
    with world.sessions() as session:
        return {line.unit: line.standing.words for line in status_lines(session, moment(when))}


def test_what_waits_for_a_person_is_listed(begun: World) -> None:
    with begun.sessions() as session:
        quiet = office_tasks(session, moment("2025-04-08 12:00"))
    assert (quiet.approvals, quiet.desk, quiet.failed_letters, quiet.uncertain_letters) == (0, 0, 0, 0)
    begun.bounce(begun.letters_of("xa-vinh-o")[0].id, "2025-04-08 13:00")
    begun.mail("xa-vinh-ha", "2025-04-08 13:05", to="dancho@vinhlinh.example", subject="Hỏi", thread=False)
    begun.collect("2025-04-08 13:05")
    begun.climb("2025-05-21 07:30")
    begun.outbox.dies_after_content.add(ADDRESS["xa-vinh-ha"])
    begun.send("2025-05-21 07:30")
    begun.raise_finding("ptp", date(2025, 7, 18))
    with begun.sessions.begin() as session:
        session.execute(
            update(Contact).where(Contact.address == ADDRESS["tt-ho-xa"]).values(unreachable_at=begun.clock.now)
        )
    with begun.sessions() as session:
        tasks = office_tasks(session, moment("2025-07-19 08:00"))
    asked = len(UNITS) - 1  # the clerk of the sixth has written: her words are to be read before that rung
    assert (tasks.approvals, tasks.desk, tasks.failed_letters, tasks.uncertain_letters) == (asked, 1, 1, 1)
    assert tasks.unreachable == ["Thị trấn Hồ Xá (dao@hoxa.example)"]
    assert tasks.findings == ["KN-2025-001 Phòng Tư pháp: chưa khắc phục — quá hạn"]


def test_a_contact_whose_machine_says_that_he_has_left_is_asked_after_until_somebody_answers(begun: World) -> None:
    """T79."""
    head = {"Auto-Submitted": "auto-replied"}
    begun.mail("xa-vinh-o", "2025-05-05 09:00", text="Tôi đã chuyển công tác từ 01/5.", headers=head)
    begun.collect("2025-05-05 09:05")
    assert begun.assignment("xa-vinh-o").first_reply_at is None
    with begun.sessions() as session:
        assert office_tasks(session, moment("2025-05-05 10:00")).moved_away == [
            "Xã Vĩnh Ô: Hồ Thị Mận (man@vinho.example)"
        ]
    begun.answer("xa-vinh-o", "2025-05-06 09:00")
    with begun.sessions() as session:
        assert office_tasks(session, moment("2025-05-06 10:00")).moved_away == []


def test_whoever_answered_in_part_is_not_called_silent_after_the_lock(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-22 09:00")
    begun.answer("xa-vinh-ha", "2025-04-22 09:00", {"DX01": "Có"})
    begun.lock("2025-07-01 08:00")
    with begun.sessions() as session:
        lines = status_lines(session, moment("2025-07-02 08:00"), "kiem-tra")
    said = {line.unit: line.standing.words for line in lines}
    assert said["Xã Vĩnh Hà"] == "trả lời thiếu, đã khóa sổ"
    assert said["Phòng Tư pháp"] == "không trả lời, đã khóa sổ"
    assert totals(lines) == "6 phiếu: 1 đã trả lời đủ, 1 trả lời thiếu, đã khóa sổ, 4 không trả lời, đã khóa sổ"
