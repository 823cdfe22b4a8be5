"""Whose a message is: the strongest key decides, two that disagree wait for a person, and a guess is only a guess."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from infra.workbook import ExcelWorkbooks
from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import LetterKind, Verdict
from tasks.mailing.forms import form_of
from tasks.records import Assignment, Incoming
from tasks.scheduling import cycle_checklist
from tests.tasks.test_collection import HALF, REST, WHEN, WRONG, automatic, values
from tests.tasks.test_desk import anonymous
from tests.tasks.world import ADDRESS, ANSWERS, OFFICE, UNITS, World, fill, find_assignment, moment

STRANGER = "nguoi.la@thudientu.example"


def tagged(world: World, unit: str) -> str:
    return f"dancho+{world.case(unit)[0].lower()}@vinhlinh.example"


def last(world: World) -> Incoming:
    return world.incoming()[-1]


def guessed(world: World, unit: str) -> bool:
    return last(world).guess_id == world.assignment(unit).id


# --- every key by itself -------------------------------------------------------------------------------------------


KEYS = ["workbook", "address", "thread", "references", "nested", "subject", "text"]


@pytest.mark.parametrize("key", KEYS)
def test_each_key_alone_leads_to_the_unit(begun: World, key: str) -> None:
    send_under(begun, key, ADDRESS["xa-vinh-o"])
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED, last(begun).why
    assert begun.replies("xa-vinh-o")[0].known_sender


@pytest.mark.parametrize("key", KEYS)
def test_of_a_stranger_only_the_form_that_was_sent_is_taken(begun: World, key: str) -> None:
    """All keys say whose it is; only that form was in the unit's hands."""
    send_under(begun, key, STRANGER)
    if key == "workbook":
        assert not begun.replies("xa-vinh-o")[0].known_sender
        return
    assert last(begun).verdict is Verdict.NOT_THEIRS
    assert guessed(begun, "xa-vinh-o")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN


def send_under(begun: World, key: str, sender: str) -> None:
    code, request = begun.case("xa-vinh-o")
    data = begun.filled("xa-vinh-o") if key == "workbook" else anonymous(begun, "xa-vinh-o")
    headers: dict[str, str] = {"In-Reply-To": request} if key == "thread" else {}
    if key == "references":
        headers = {"References": f"<la@khac.example> {request}"}
    raw = begun.mail(
        "xa-vinh-o",
        WHEN,
        data,
        sender=sender,
        to=tagged(begun, "xa-vinh-o") if key == "address" else OFFICE,
        subject=f"Fwd: [{code}] phiếu" if key == "subject" else "Gửi phiếu",
        text=f"Mã phiếu của xã là {code.lower()}." if key == "text" else "Gửi phiếu.",
        thread=False,
        headers=headers,
        put=key != "nested",
    )
    if key == "nested":
        begun.mailbox.put(quoting(raw, request), moment(WHEN))
    begun.collect(WHEN)


def quoting(raw: bytes, message_id: str) -> bytes:
    """The mail with our request attached whole, as some programs forward it."""
    boundary = raw.partition(b'boundary="')[2].partition(b'"')[0]
    inner = f"From: {OFFICE}\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nKính gửi\r\n".encode()
    part = b"--" + boundary + b"\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    head, _, tail = raw.rpartition(b"--" + boundary + b"--")
    return head + part + b"\r\n--" + boundary + b"--" + tail


# --- keys that disagree --------------------------------------------------------------------------------------------


def put_together(world: World, unit: str) -> bytes:
    """A form with the unit's case code on it that we have not made: its maker had neither token nor key."""
    with world.sessions() as session:
        one = find_assignment(session, unit)
        form = form_of(session, one, cycle_checklist(one.cycle, one.checklist), world.tools, world.clock.now)
    return fill(ExcelWorkbooks(b"khoa khac").build(replace(form, token="doan-mo")), ANSWERS)


@pytest.mark.parametrize("thread", [False, True])
def test_a_form_that_somebody_has_put_together_counts_only_from_a_contact(begun: World, thread: bool) -> None:
    forged = put_together(begun, "xa-vinh-o")
    begun.mail("xa-vinh-o", WHEN, forged, sender=STRANGER, thread=thread)
    begun.collect(WHEN)
    assert last(begun).verdict is Verdict.NOT_THEIRS
    assert "mã xác nhận trong phiếu không phải của phiếu" in last(begun).why
    assert STRANGER in last(begun).why
    assert guessed(begun, "xa-vinh-o")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    begun.mail("xa-vinh-o", "2025-04-22 09:30", forged, thread=False)
    begun.collect("2025-04-22 09:30")
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_a_stranger_s_workbook_in_another_unit_s_thread_waits_with_both_named(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-ha"), sender=STRANGER)
    begun.collect(WHEN)
    row = last(begun)
    assert row.verdict is Verdict.UNMATCHED
    assert "Xã Vĩnh Hà" in row.why
    assert "Xã Vĩnh Ô" in row.why
    assert guessed(begun, "xa-vinh-ha")
    assert begun.assignment("xa-vinh-ha").state is begun.assignment("xa-vinh-o").state is AssignmentState.OPEN
    assert automatic(begun) == []


def test_a_clerk_of_the_workbook_s_unit_who_answers_in_a_wrong_thread_is_understood(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-ha"), sender=ADDRESS["xa-vinh-ha"])
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-ha").state is AssignmentState.ANSWERED


def test_a_neighbour_s_form_in_a_fresh_mail_waits_for_a_person_who_is_told_both_names(begun: World) -> None:
    data = begun.filled("xa-vinh-ha")
    begun.mail("xa-vinh-o", WHEN, data, to=OFFICE, subject="Gửi phiếu", thread=False)
    begun.collect(WHEN)
    assert last(begun).verdict is Verdict.NOT_THEIRS
    assert "Xã Vĩnh Hà" in last(begun).why
    assert "Xã Vĩnh Ô" in last(begun).why
    assert guessed(begun, "xa-vinh-ha")
    assert begun.assignment("xa-vinh-ha").state is AssignmentState.OPEN


def test_the_unit_above_may_send_the_form_of_one_below(world: World) -> None:
    below = {one.code: one for one in UNITS}["xa-vinh-ha"]
    world.take_in([replace(below, parent="ptp") if one is below else one for one in UNITS], "2025-01-06 08:00")
    world.open()
    world.mail("ptp", WHEN, world.filled("xa-vinh-ha"), to=OFFICE, subject="Gửi phiếu", thread=False)
    world.collect(WHEN)
    assert world.assignment("xa-vinh-ha").state is AssignmentState.ANSWERED


# --- the form of a round that is closed ------------------------------------------------------------------------------

AUTUMN = "2025-10-02 09:00"


@pytest.fixture
def in_autumn(begun: World) -> World:
    """The inspection of spring is locked, the yearly report with the same checklist is open."""
    begun.lock("2025-07-01 08:00")
    begun.open("2025-10-01 07:35")
    begun.send("2025-10-01 07:40")
    return begun


def fresh(world: World, unit: str) -> None:
    world.mail(unit, AUTUMN, world.filled(unit), to=OFFICE, subject="Gửi phiếu", thread=False)
    world.collect(AUTUMN)


def this_round(world: World, unit: str) -> Assignment:
    return world.assignment(unit, "bao-cao-nam")


def test_the_form_of_a_closed_round_in_the_thread_of_this_one_is_answered_with_this_round_s_form(
    in_autumn: World,
) -> None:
    in_autumn.mail("xa-vinh-o", AUTUMN, in_autumn.filled("xa-vinh-o"), round_="bao-cao-nam")
    in_autumn.collect(AUTUMN)
    case = this_round(in_autumn, "xa-vinh-o")
    assert last(in_autumn).verdict is Verdict.NO_WORKBOOK
    assert last(in_autumn).guess_id == case.id
    assert in_autumn.replies("xa-vinh-o") == []
    in_autumn.send("2025-10-02 09:05")
    letter = in_autumn.outbox.to(ADDRESS["xa-vinh-o"])[-1]
    assert "phiếu của một đợt đã khóa" in letter.text
    assert case.code in letter.text
    assert in_autumn.tools.workbooks.identity(letter.workbook).case_code == case.code


def test_in_a_fresh_mail_it_is_a_late_answer_until_that_round_has_its_answer(in_autumn: World) -> None:
    fresh(in_autumn, "xa-vinh-o")
    assert last(in_autumn).verdict is Verdict.REPLY
    (reply,) = in_autumn.replies("xa-vinh-o")
    assert reply.late
    assert this_round(in_autumn, "xa-vinh-o").state is AssignmentState.OPEN


def test_once_that_round_has_its_answer_this_round_s_form_is_sent(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))
    begun.collect(WHEN)
    begun.lock("2025-07-01 08:00")
    begun.open("2025-10-01 07:35")
    fresh(begun, "xa-vinh-o")
    assert last(begun).verdict is Verdict.NO_WORKBOOK
    assert last(begun).guess_id == this_round(begun, "xa-vinh-o").id
    assert len(begun.replies("xa-vinh-o")) == 1


def test_in_the_thread_of_the_closed_round_it_is_meant(in_autumn: World) -> None:
    in_autumn.mail("xa-vinh-o", AUTUMN, in_autumn.filled("xa-vinh-o"))
    in_autumn.collect(AUTUMN)
    assert last(in_autumn).verdict is Verdict.REPLY
    assert len(in_autumn.replies("xa-vinh-o")) == 1


def test_an_address_and_a_subject_that_disagree_wait_with_both_named(begun: World) -> None:
    code = begun.case("xa-vinh-ha")[0]
    data = anonymous(begun, "xa-vinh-o")
    begun.mail("xa-vinh-o", WHEN, data, to=tagged(begun, "xa-vinh-o"), subject=f"[{code}]", thread=False)
    begun.collect(WHEN)
    row = last(begun)
    assert row.verdict is Verdict.UNMATCHED
    for word in ("Xã Vĩnh Ô", "Xã Vĩnh Hà", "địa chỉ nhận trả lời", "chủ đề thư"):
        assert word in row.why


def test_a_code_quoted_in_the_text_does_not_weigh_against_the_address(begun: World) -> None:
    begun.mail(
        "xa-vinh-o",
        WHEN,
        anonymous(begun, "xa-vinh-o"),
        text=f"Xã Vĩnh Hà ({begun.case('xa-vinh-ha')[0]}) gửi sau.",
        thread=False,
        subject="Gửi phiếu",
    )
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED


def test_a_form_of_another_house_or_year_is_not_filed_for_whoever_sent_it(begun: World) -> None:
    from dataclasses import replace

    with begun.sessions() as session:
        from tasks.scheduling import cycle_checklist
        from tests.tasks.world import find_assignment

        one = find_assignment(session, "xa-vinh-o")
        checklist = cycle_checklist(one.cycle, one.checklist)
        form = form_of(session, one, checklist, begun.tools, begun.clock.now)
        data = fill(begun.tools.workbooks.build(replace(form, case_code="DCCS-2019-000001-AAAA")), ANSWERS)
    begun.mail("xa-vinh-o", WHEN, data)
    begun.collect(WHEN)
    assert last(begun).verdict is Verdict.UNMATCHED
    assert "DCCS-2019-000001-AAAA" in last(begun).why
    assert guessed(begun, "xa-vinh-o")


# --- guesses -------------------------------------------------------------------------------------------------------


def test_a_code_that_was_retyped_a_little_wrong_is_a_guess_for_a_person(begun: World) -> None:
    code = begun.case("xa-vinh-o")[0]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    begun.mail(
        "xa-vinh-o", WHEN, anonymous(begun, "xa-vinh-o"), sender=STRANGER, to=OFFICE, subject=wrong, thread=False
    )
    begun.collect(WHEN)
    assert last(begun).verdict is Verdict.UNMATCHED
    assert code in last(begun).why
    assert guessed(begun, "xa-vinh-o")


def test_a_known_clerk_whose_unit_owes_one_form_is_a_guess_and_one_of_two_units_is_none(begun: World) -> None:
    for unit, is_clear in (("xa-vinh-o", True), ("pnn-mt", False)):
        begun.mail(unit, WHEN, anonymous(begun, unit), to=OFFICE, subject="Gửi phiếu", thread=False)
        begun.collect(WHEN)
        assert last(begun).verdict is Verdict.UNMATCHED
        assert guessed(begun, unit) is is_clear


# --- what comes instead of a workbook ------------------------------------------------------------------------------


def test_a_link_instead_of_a_file_is_answered_with_what_to_do(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, text="Phiếu ở đây: https://drive.google.com/file/d/1aBc/view?usp=sharing")
    begun.collect(WHEN)
    (letter,) = begun.letters_of("xa-vinh-o", LetterKind.RETURNED)
    assert "drive.google.com" in letter.words["reason"]
    assert "đính kèm" in letter.words["reason"]
    begun.send("2025-04-22 09:05")
    assert "drive.google.com" in begun.outbox.to(ADDRESS["xa-vinh-o"])[0].text


def test_an_encrypted_mail_is_answered_with_what_to_do(begun: World) -> None:
    code, request = begun.case("xa-vinh-o")
    raw = (
        f"From: {ADDRESS['xa-vinh-o']}\r\nTo: {tagged(begun, 'xa-vinh-o')}\r\nSubject: Re: [{code}]\r\n"
        f"In-Reply-To: {request}\r\nMessage-ID: <ma-hoa@donvi.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nMIIBBgYJKoZIhvcNAQcDoIH4MIH1AgEAMYHA\r\n"
    )
    begun.mailbox.put(raw.encode(), moment(WHEN))
    begun.collect(WHEN)
    assert last(begun).verdict is Verdict.UNREADABLE
    (letter,) = begun.letters_of("xa-vinh-o", LetterKind.RETURNED)
    assert letter.words["reason"] == last(begun).why


# --- several workbooks ---------------------------------------------------------------------------------------------


def test_one_mail_with_the_workbooks_of_three_units_answers_for_each(begun: World) -> None:
    units = ("xa-vinh-o", "xa-vinh-ha", "tt-ho-xa")
    begun.mail("xa-vinh-o", WHEN, *(begun.filled(unit) for unit in units))
    begun.collect(WHEN)
    for unit in units:
        assert begun.assignment(unit).state is AssignmentState.ANSWERED
        assert len(begun.replies(unit)) == 1


@pytest.mark.parametrize("order", [(HALF, ANSWERS), (ANSWERS, HALF)])
def test_of_two_files_of_one_unit_the_more_complete_counts_and_one_letter_answers_both(
    begun: World, order: tuple[Mapping[str, object], ...]
) -> None:
    newer = [{**one, "DX02": "5"} if one is HALF else one for one in order]
    begun.mail("xa-vinh-o", WHEN, *(begun.filled("xa-vinh-o", one) for one in newer))
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert values(begun, "xa-vinh-o")["DX02"] == 3
    assert len(automatic(begun)) == 1


def test_two_halves_in_one_mail_make_a_whole(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o", HALF), begun.filled("xa-vinh-o", REST))
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert len(automatic(begun)) == 1


def test_the_same_file_twice_in_one_mail_is_one_reply(begun: World) -> None:
    data = begun.filled("xa-vinh-o")
    begun.mail("xa-vinh-o", WHEN, data, data)
    begun.collect(WHEN)
    assert len(begun.replies("xa-vinh-o")) == 1


def test_a_broken_file_beside_a_good_one_does_no_harm(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, b"PK\x03\x04 broken", begun.filled("xa-vinh-o"))
    begun.collect(WHEN)
    assert begun.assignment("xa-vinh-o").state is AssignmentState.ANSWERED
    assert [one.kind for one in automatic(begun)] == [LetterKind.RECEIPT]


def test_the_same_message_by_two_routes_is_one_answer(begun: World) -> None:
    """T78: one more Received header makes other bytes, and no other answer."""
    raw = begun.mail("xa-vinh-o", WHEN, begun.filled("xa-vinh-o"))
    begun.mailbox.put(b"Received: by mx.example; Tue, 22 Apr 2025 09:00:01 +0700\r\n" + raw, moment(WHEN))
    begun.collect(WHEN)
    assert len(begun.incoming()) == 2, "both are kept word for word"
    assert len(begun.replies("xa-vinh-o")) == 1
    assert len(automatic(begun)) == 1


def test_the_same_file_sent_again_later_counts_as_the_newest(begun: World) -> None:
    first, second = begun.filled("xa-vinh-o"), begun.filled("xa-vinh-o", {**ANSWERS, "DX02": "5"})
    for day, data in ((22, first), (23, second), (24, first)):
        begun.mail("xa-vinh-o", f"2025-04-{day} 09:00", data)
        begun.collect(f"2025-04-{day} 09:00")
    assert values(begun, "xa-vinh-o")["DX02"] == 3


# --- no loops ------------------------------------------------------------------------------------------------------


def test_a_case_is_not_answered_under_ever_new_names(begun: World) -> None:
    """A list, or a machine, that writes under another address each time: the first is taken, the rest waits unseen."""
    data = begun.filled("xa-vinh-o", WRONG)
    for number in range(8):
        begun.mail("xa-vinh-o", f"2025-04-22 09:{number:02d}", data, sender=f"may{number}@vong.example")
        begun.collect(f"2025-04-22 09:{number:02d}")
    begun.send("2025-04-22 10:00")
    assert len([one for one in begun.outbox.sent if one.recipient.endswith("@vong.example")]) == 1
    assert len(begun.replies("xa-vinh-o")) == 1
