"""More time: what left stays sent, what had not left moves; the first day is kept; a promise quiets reminders."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from tasks.domain.calendar import house_day
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import ExtensionState, Wish, last_day
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason, Verdict
from tasks.escalation import overdue
from tasks.extension import all_extensions, count_undecided, extend, grant, owed_by, refuse, settled, tell, undecided
from tasks.records import Extension
from tests.tasks.world import (
    ADDRESS,
    CHIEF,
    FIVE_BEFORE,
    HEADS,
    ONE_AFTER,
    ONE_BEFORE,
    PLAN,
    SEVEN_AFTER,
    THREE_AFTER,
    UNITS,
    World,
    moment,
)

UNIT = "xa-vinh-o"


def generous(world: World, days: int, **policy: int) -> World:
    """The same office, whose plan grants so many days by itself; its round opens under that plan."""
    keys = "".join(f"{key} = {value}\n" for key, value in {"extension_days": days, **policy}.items())
    world.take_in_plan(PLAN.replace('name = "mac-dinh"\n', f'name = "mac-dinh"\n{keys}', 1))
    world.open()
    world.send("2025-04-08 07:35")
    return world


def write(world: World, text: str, when: str, unit: str = UNIT, **how: object) -> None:
    world.mail(unit, when, text=text, **how)  # type: ignore[arg-type]
    world.collect(when)


def asked(world: World) -> list[Extension]:
    with world.sessions() as session:
        return list(all_extensions(session))


def waiting(world: World) -> int:
    with world.sessions() as session:
        found = undecided(session)
        assert len(found) == count_undecided(session)
        assert not any(settled(one) for one in found), "what SQL finds is what the words say"
        return len(found)


def due(world: World, unit: str = UNIT) -> str:
    return last_day(world.assignment(unit).due_at).strftime("%d/%m/%Y")


def decide(world: World, when: str, wish: Wish | None = None, why_not: str = "") -> None:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        (one,) = undecided(session)
        if why_not:
            refuse(session, one, moment(when), "Hà", why_not)
        else:
            grant(session, one, world.tools, moment(when), "Hà", wish)
        tell(session, one, world.tools, moment(when))


# --- by a reply ----------------------------------------------------------------------------------------------------


def test_without_a_policy_a_request_waits_for_a_person_and_the_unit_is_told_so(begun: World) -> None:
    write(begun, "GIA HAN: 5 ngay, ly do mat dien", "2025-05-12 09:00")
    (one,) = asked(begun)
    assert (one.state, one.days, one.why, one.asked_by) == (ExtensionState.ASKED, 5, "mat dien", ADDRESS[UNIT])
    assert due(begun) == "16/05/2025"
    begun.send("2025-05-12 09:05")
    (letter,) = begun.outbox.to(ADDRESS[UNIT])
    assert "Đã nhận đề nghị gia hạn" in letter.subject
    assert "thêm 5 ngày làm việc" in letter.text
    assert "16/05/2025" in letter.text
    assert begun.incoming()[0].verdict is Verdict.EXTENSION


def test_a_request_may_stand_in_the_subject_of_an_empty_mail(begun: World) -> None:
    write(begun, "", "2025-05-12 09:00", subject="GIA HẠN: 5 ngày")
    assert [(one.state, one.days) for one in asked(begun)] == [(ExtensionState.ASKED, 5)]
    begun.send("2025-05-12 09:05")
    (letter,) = begun.outbox.to(ADDRESS[UNIT])
    assert "thêm 5 ngày làm việc" in letter.text


def test_a_granted_request_moves_the_due_day_and_keeps_the_first_one(begun: World) -> None:
    write(begun, "GIA HẠN: đến 23/05", "2025-05-12 09:00")
    decide(begun, "2025-05-12 10:00")
    one = begun.assignment(UNIT)
    assert due(begun) == "23/05/2025"
    assert last_day(one.original_due_at).strftime("%d/%m/%Y") == "16/05/2025"
    begun.send("2025-05-12 10:05")
    begun.send("2025-05-13 07:35")
    told = begun.outbox.to(ADDRESS[UNIT])[-1]
    assert "Đã gia hạn" in told.subject
    assert "đến hết thứ Sáu, ngày 23/05/2025 (đã được gia hạn)" in told.text


def test_a_refused_request_changes_no_day_and_says_why(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày", "2025-05-12 09:00")
    begun.send("2025-05-12 09:05")
    decide(begun, "2025-05-12 10:00", why_not="Số liệu phải gửi tỉnh đúng hạn.")
    begun.send("2025-05-12 10:05")
    assert due(begun) == "16/05/2025"
    assert "Số liệu phải gửi tỉnh đúng hạn." in begun.outbox.to(ADDRESS[UNIT])[-1].text
    begun.climb(ONE_BEFORE)
    assert [letter.rung for letter in begun.letters_of(UNIT) if letter.rung], "the ladder goes on"


@pytest.mark.parametrize(("why_not", "subject"), [("", "Đã gia hạn"), ("Số liệu phải gửi tỉnh.", "Không gia hạn")])
def test_a_decision_takes_the_place_of_the_note_that_still_waits_to_say_it_was_asked(
    begun: World, why_not: str, subject: str
) -> None:
    begun.answer(UNIT, "2025-05-12 08:00", {"DX01": "Có"})
    begun.send("2025-05-12 08:05")  # one automatic letter a day: the next one waits for tomorrow
    write(begun, "GIA HẠN: 3 ngày", "2025-05-12 09:00")
    decide(begun, "2025-05-12 10:00", why_not=why_not)
    for when in ("2025-05-12 10:05", "2025-05-13 07:35", "2025-05-14 07:35"):
        begun.send(when)
    told = [one.subject for one in begun.outbox.to(ADDRESS[UNIT]) if "gia hạn" in one.subject]
    assert len(told) == 1
    assert subject in told[0]


def test_two_decisions_of_one_evening_are_told_once_with_the_last_day(begun: World) -> None:
    give(begun, "2025-05-12 18:00", days=3)
    give(begun, "2025-05-12 18:05", days=5)
    begun.send("2025-05-13 07:35")
    (told,) = [one for one in begun.outbox.to(ADDRESS[UNIT]) if "Đã gia hạn" in one.subject]
    assert "28/05/2025" in told.text


def test_a_person_may_give_less_than_was_asked(begun: World) -> None:
    write(begun, "GIA HẠN: 10 ngày", "2025-05-12 09:00")
    decide(begun, "2025-05-12 10:00", Wish(days=2))
    assert due(begun) == "20/05/2025"


@pytest.mark.parametrize(
    "text",
    [
        "xin gia hạn",
        "Xin gia hạn 5 ngày vì mất điện",
        "Đã nhận, sẽ trả lời ngày 14/05",
        "GIA HẠN: vài ngày",
        "HẸN: tuần sau",
        "> GIA HẠN: 5 ngày",
        "Vâng ạ.\n\nVào 08:00, 20/04/2025, Phòng Nội vụ đã viết:\nGIA HẠN: … ngày, lý do …\nHẸN: ngày …",
    ],
)
def test_other_words_change_nothing_and_wait_for_a_person(world: World, text: str) -> None:
    generous(world, 5)
    write(world, text, "2025-05-12 09:00")
    assert asked(world) == []
    assert due(world) == "16/05/2025"
    assert (world.assignment(UNIT).promised_on, world.assignment(UNIT).quiet_until) == (None, None)
    assert world.incoming()[-1].verdict is Verdict.NO_WORKBOOK


def test_a_request_and_a_promise_in_one_mail_are_both_heard(world: World) -> None:
    generous(world, 5)
    write(world, "GIA HẠN: 5 ngày, lý do mất điện\nHẸN: ngày 20/05/2025", "2025-05-12 09:00")
    assert due(world) == "23/05/2025"
    assert world.assignment(UNIT).promised_on == house_day(moment("2025-05-20 09:00"))


def test_the_head_asks_and_the_contact_hears_of_it(begun: World) -> None:
    write(begun, "GIA HẠN: 3 ngày", "2025-05-12 09:00", sender=HEADS[UNIT])
    assert [one.asked_by for one in asked(begun)] == [HEADS[UNIT]]
    begun.send("2025-05-12 09:05")
    (told,) = begun.outbox.to(ADDRESS[UNIT])
    assert f"Người đề nghị: {HEADS[UNIT]}" in told.text


def test_the_policy_grants_up_to_its_days_by_itself(world: World) -> None:
    generous(world, 5)
    write(world, "GIA HAN: 5 ngay", "2025-05-12 09:00")
    assert asked(world)[0].state is ExtensionState.GRANTED
    assert due(world) == "23/05/2025"
    write(world, "GIA HAN: 1 ngay", "2025-05-20 09:00")
    assert asked(world)[1].state is ExtensionState.ASKED, "all extensions together stay within the policy"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("GIA HAN: 6 ngay", "2025-05-12 09:00"),
        ("GIA HAN: 2 ngay", "2025-05-19 09:00"),  # too late to ask
    ],
)
def test_beyond_the_policy_a_person_decides(world: World, text: str, when: str) -> None:
    generous(world, 5)
    write(world, text, when)
    assert asked(world)[0].state is ExtensionState.ASKED
    assert due(world) == "16/05/2025"


@pytest.mark.parametrize("text", ["GIA HẠN: đến 15/05", "GIA HẠN: đến 16/05/2025"])
def test_a_request_for_what_holds_already_is_answered_and_waits_for_nobody(begun: World, text: str) -> None:
    write(begun, text, "2025-05-12 09:00")
    assert waiting(begun) == 0
    begun.send("2025-05-12 09:05")
    (letter,) = begun.outbox.to(ADDRESS[UNIT])
    text = " ".join(letter.text.split())
    assert "không cần xét thêm (hạn hiện nay đã là hết ngày 16/05/2025)." in text
    assert "sẽ trả lời" not in text
    assert "không cần quyết định" in begun.incoming()[0].why


def test_two_requests_for_five_days_come_to_five_days_and_one_decision(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày", "2025-05-12 09:00")
    write(begun, "GIA HẠN: 5 ngày\nEm gửi lại vì chưa thấy trả lời.", "2025-05-12 15:00")
    with begun.sessions.begin() as session:
        first, _ = undecided(session)
        grant(session, first, begun.tools, moment("2025-05-12 16:00"), "Hà")
    assert due(begun) == "23/05/2025"
    assert waiting(begun) == 0
    with begun.sessions() as session:
        assert settled(all_extensions(session)[1]) == "hạn hiện nay đã là hết ngày 23/05/2025"


def test_a_larger_request_counts_from_the_day_that_held_when_it_was_made(begun: World) -> None:
    write(begun, "GIA HẠN: 2 ngày", "2025-05-12 09:00")
    write(begun, "GIA HẠN: 5 ngày", "2025-05-12 15:00")
    with begun.sessions.begin() as session:
        for one in undecided(session):
            grant(session, one, begun.tools, moment("2025-05-12 16:00"), "Hà")
    assert due(begun) == "23/05/2025"


def test_a_request_of_who_has_answered_meanwhile_waits_for_nobody(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày", "2025-05-12 09:00")
    assert waiting(begun) == 1
    begun.answer(UNIT, "2025-05-13 09:00")
    assert waiting(begun) == 0
    with begun.sessions() as session:
        assert settled(all_extensions(session)[0]) == "phiếu này: đã trả lời đủ"


def test_a_stranger_asks_for_nobody(world: World) -> None:
    """Whoever knows the code of a case may ask the office, which sees it at the desk; the unit's day is the unit's."""
    generous(world, 5)
    write(world, "GIA HẠN: 2 ngày", "2025-05-12 09:00", sender="ke.toan@noikhac.example")
    assert asked(world) == []
    assert world.incoming()[-1].verdict is Verdict.NOT_THEIRS
    world.send("2025-05-12 10:05")
    assert world.outbox.to("ke.toan@noikhac.example") == []
    assert due(world) == "16/05/2025"


def test_no_extension_goes_past_the_lock(begun: World) -> None:
    write(begun, "GIA HẠN: đến 15/07/2025", "2025-05-12 09:00")
    with pytest.raises(KiemtraError, match="đợt khóa sổ ngày 30/06/2025"):
        decide(begun, "2025-05-12 10:00")


def test_the_same_mail_asks_once_however_often_it_is_read(begun: World) -> None:
    write(begun, "GIA HẠN: 5 ngày", "2025-05-12 09:00")
    before = begun.rows()
    begun.collect("2025-05-12 09:10")
    assert begun.rows() == before


def test_a_partial_answer_may_ask_for_more_time_in_the_same_mail(begun: World) -> None:
    begun.mail(UNIT, "2025-05-12 09:00", begun.filled(UNIT, {"DX01": "Có"}), text="Gửi trước một mục.\nGIA HẠN: 3 ngày")
    begun.collect("2025-05-12 09:00")
    assert begun.replies(UNIT)
    assert asked(begun)[0].days == 3
    assert begun.incoming()[0].verdict is Verdict.REPLY


def with_line(data: bytes, line: str) -> bytes:
    """The form with one of the two lines below its table filled in, as a clerk does: over the print."""
    book = load_workbook(io.BytesIO(data))
    sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
    mark = line.partition(":")[0]
    (cell,) = [one for row in sheet.iter_rows() for one in row if str(one.value or "").startswith(f"{mark}:")]
    assert not cell.protection.locked
    cell.value = line
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_lines_of_the_form_act_like_those_of_the_letter_and_once(world: World) -> None:
    generous(world, 5)
    data = with_line(world.filled(UNIT, {"DX01": "Có"}), "GIA HẠN: 3 ngày, lý do mất điện")
    for when in ("2025-05-12 09:00", "2025-05-12 15:00"):
        world.mail(UNIT, when, data)
        world.collect(when)
    assert [(one.state, one.days, one.why) for one in asked(world)] == [(ExtensionState.GRANTED, 3, "mất điện")]
    assert due(world) == "21/05/2025"
    assert not any("GIA HẠN" in remark for reply in world.replies(UNIT) for remark in reply.remarks)


def test_a_form_with_nothing_but_its_line_is_heard_too(begun: World) -> None:
    begun.mail(UNIT, "2025-05-12 09:00", with_line(begun.form(UNIT), "HẸN: ngày 14/05/2025"))
    begun.collect("2025-05-12 09:00")
    assert begun.assignment(UNIT).promised_on == house_day(moment("2025-05-14 09:00"))


def test_the_lines_of_a_form_that_a_stranger_sends_do_nothing(world: World) -> None:
    generous(world, 5)
    data = with_line(world.filled(UNIT, {"DX01": "Có"}), "GIA HẠN: 3 ngày")
    world.mail(UNIT, "2025-05-12 09:00", data, sender="nguoi.la@thudientu.example")
    world.collect("2025-05-12 09:00")
    assert len(world.replies(UNIT)) == 1
    assert asked(world) == []
    assert due(world) == "16/05/2025"


def test_a_finding_may_be_extended_and_a_request_is_no_report(begun: World) -> None:
    number = begun.raise_finding(UNIT)
    code = begun.finding().code
    begun.mail(
        UNIT,
        "2025-07-10 09:00",
        text="GIA HẠN: đến 31/07",
        thread=False,
        subject=f"Re: [{code}]",
        to=f"dancho+{code.lower()}@vinhlinh.example",
    )
    begun.collect("2025-07-10 09:00")
    assert begun.finding().reported_at is None
    decide(begun, "2025-07-10 10:00")
    one = begun.finding()
    assert last_day(one.due_at).strftime("%d/%m") == "31/07"
    assert last_day(one.first_due_at).strftime("%d/%m") == "18/07"
    with begun.sessions() as session:
        assert owed_by(session, number, None).id == one.id


# --- by the office, and what it does to the ladder -----------------------------------------------------------------


def give(world: World, when: str, **wish: object) -> None:
    world.clock.now = moment(when)
    with world.sessions.begin() as session:
        obligation = owed_by(session, UNIT, "kiem-tra")
        extend(session, obligation, Wish(**wish, why="bão"), world.tools, moment(when), "Hà")  # type: ignore[arg-type]


def test_fired_rungs_stay_fired_and_later_ones_move(begun: World) -> None:
    """T21."""
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    give(begun, "2025-05-14 09:00", days=5)
    assert begun.assignment(UNIT).next_rung_at == moment("2025-05-22 07:30"), "one day before the new day"
    for when in (ONE_BEFORE, ONE_AFTER, "2025-05-22 07:30", "2025-05-26 07:30"):
        begun.climb(when)
        begun.send(when)
    rungs = [(one.rung, one.role) for one in begun.letters_of(UNIT) if one.rung]
    assert rungs == [
        ("truoc-5", Role.DAU_MOI),
        ("truoc-1", Role.DAU_MOI),
        ("qua-1", Role.DAU_MOI),
        ("qua-1", Role.LANH_DAO),
    ]


def test_an_escalation_that_waits_for_its_signature_is_taken_back_and_comes_again_in_its_new_time(begun: World) -> None:
    begun.climb(THREE_AFTER)
    give(begun, "2025-05-21 09:00", until=house_day(moment("2025-05-28 00:00")))
    taken = [one for one in begun.letters_of(UNIT) if one.rung == "qua-3"]
    assert [(one.state, one.reason) for one in taken] == [(LetterState.CANCELLED, Reason.EXTENDED)]
    begun.climb("2025-05-30 07:30")
    assert [one.rung for one in begun.letters_of(UNIT)].count("qua-3") == 1, "not before three days after the new day"
    begun.climb("2025-06-02 07:30")
    again = [one for one in begun.letters_of(UNIT) if one.rung == "qua-3"]
    assert [one.reason for one in again] == [Reason.EXTENDED, Reason.APPROVAL]
    assert begun.outbox.to(CHIEF) == []


def test_an_answer_within_the_extension_is_on_time_and_the_statistics_know_the_first_day(begun: World) -> None:
    from tasks.year_end.gathering import gather

    give(begun, "2025-05-14 09:00", days=5)
    begun.answer(UNIT, "2025-05-20 09:00")
    with begun.sessions() as session:
        results = gather(session, 2025, moment("2025-11-03 08:00"))
    part = results.part(UNIT, "kiem-tra")
    assert part is not None
    assert (results.outcome(part), part.extended, part.by_first_day(results.as_of)) == ("on_time", True, "late")
    assert begun.replies(UNIT)[0].late is False
    workbook = begun.tools.documents.year_workbook(results)
    import io

    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(workbook))["Gia hạn"]
    assert any("Xã Vĩnh Ô" in [cell.value for cell in row] for row in sheet.iter_rows())


def test_days_given_to_a_unit_that_is_late_already_count_from_the_day_of_asking(begun: World) -> None:
    give(begun, "2025-05-22 09:00", days=3)
    assert due(begun) == "27/05/2025"


def test_a_request_that_was_left_lying_too_long_needs_a_day_of_the_offices_own(begun: World) -> None:
    write(begun, "GIA HẠN: 2 ngày", "2025-05-20 09:00")
    with pytest.raises(KiemtraError, match="ngày 22/05/2025 đã qua"):
        decide(begun, "2025-05-26 09:00")
    decide(begun, "2025-05-26 09:00", Wish(until=house_day(moment("2025-05-29 00:00"))))
    assert due(begun) == "29/05/2025"


def test_what_is_not_owed_or_not_later_cannot_be_extended(begun: World) -> None:
    begun.answer("xa-vinh-ha", "2025-05-12 09:00")
    with begun.sessions() as session, pytest.raises(KiemtraError, match="không còn nợ phiếu"):
        owed_by(session, "xa-vinh-ha", None)
    with begun.sessions() as session, pytest.raises(KiemtraError, match="mã “khong-co”"):
        owed_by(session, "khong-co", None)
    with pytest.raises(KiemtraError, match="hạn hiện nay đã là hết ngày 16/05/2025"):
        give(begun, "2025-05-12 09:00", until=house_day(moment("2025-05-16 00:00")))


# --- a promise -----------------------------------------------------------------------------------------------------


def test_a_promise_quiets_the_reminders_to_its_day_and_then_they_come(begun: World) -> None:
    """T53, T36."""
    write(begun, "HẸN: ngày 13/05", "2025-05-08 09:00")
    begun.climb(FIVE_BEFORE)
    begun.climb("2025-05-13 16:00")
    assert not [one for one in begun.letters_of(UNIT) if one.rung]
    assert begun.letters_of("xa-vinh-ha", LetterKind.REMINDER), "the others are reminded"
    assert begun.assignment(UNIT).next_rung_at == moment("2025-05-14 07:30")
    begun.climb("2025-05-14 07:45")
    assert [one.rung for one in begun.letters_of(UNIT, LetterKind.REMINDER)] == ["truoc-5"]
    assert begun.incoming()[0].verdict is Verdict.PROMISE


def test_a_promise_expires_after_the_plans_days(begun: World) -> None:
    """T36: five working days, whatever the unit has promised."""
    write(begun, "HẸN: ngày 20/06", "2025-05-08 09:00")
    assert begun.assignment(UNIT).quiet_until == moment("2025-05-16 07:30")


def test_a_promise_within_the_due_time_holds_to_its_day_however_early_it_was_given(begun: World) -> None:
    write(begun, "HẸN: ngày 15/05", "2025-04-21 09:00")
    assert begun.assignment(UNIT).quiet_until == moment("2025-05-16 07:30")


def test_whoever_stands_above_the_clerk_hears_in_time_all_the_same(begun: World) -> None:
    write(begun, "HẸN: ngày 22/05", "2025-05-16 16:00")
    begun.climb(ONE_AFTER)
    begun.send(ONE_AFTER)
    assert len(begun.outbox.to(HEADS[UNIT])) == 1
    assert begun.outbox.to(ADDRESS[UNIT]) == []
    begun.climb("2025-05-23 07:30")
    assert [one.rung for one in begun.letters_of(UNIT, LetterKind.REMINDER)][-1] == "qua-1"


def test_a_reminder_that_waits_when_the_promise_comes_is_taken_back(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    write(begun, "HẸN: ngày 13/05", "2025-05-09 07:31")
    begun.send("2025-05-09 07:35")
    assert begun.outbox.to(ADDRESS[UNIT]) == []
    begun.climb("2025-05-14 07:30")
    begun.send("2025-05-14 07:35")
    assert len(begun.outbox.to(ADDRESS[UNIT])) == 1


def test_a_plan_without_promises_does_not_listen_to_them(world: World) -> None:
    generous(world, 0, promise_days=0)
    write(world, "HẸN: ngày 13/05", "2025-05-08 09:00")
    assert world.assignment(UNIT).quiet_until is None
    with world.sessions() as session:
        assert len(overdue(session, moment(FIVE_BEFORE))) == 6


def test_after_an_extension_nobody_hears_of_the_old_day(begun: World) -> None:
    give(begun, "2025-05-08 09:00", until=house_day(moment("2025-06-20 00:00")))
    for when in (FIVE_BEFORE, ONE_BEFORE, ONE_AFTER, THREE_AFTER, SEVEN_AFTER):
        begun.climb(when)
    assert not [one for one in begun.letters_of(UNIT) if one.rung]


def test_the_decision_goes_to_whoever_is_the_contact_when_it_leaves(begun: World) -> None:
    with begun.sessions.begin() as session:
        obligation = owed_by(session, UNIT, "kiem-tra")
        extend(session, obligation, Wish(days=3, why="bão"), begun.tools, moment("2025-05-12 20:00"), "Hà")
    begun.take_in((replace(UNITS[0], contact="Hồ Văn Mới", addresses=("moi@vinho.example",)),), "2025-05-13 07:00")
    begun.outbox.sent.clear()
    begun.send("2025-05-13 08:00")
    (sent,) = [one for one in begun.outbox.sent if "gia hạn" in one.subject.lower()]
    assert sent.recipient == "moi@vinho.example"
    assert "Hồ Văn Mới" in sent.text
