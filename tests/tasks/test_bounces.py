"""Who may say that a letter did not arrive: a report with its own key that names its recipient, or a person."""

from datetime import date

import pytest

from tasks.collection.confirming import confirm_bounce
from tasks.collection.desk import DeskRefusal, advice_for, file_message, waiting_messages
from tasks.collection.undoing import undo_decision
from tasks.domain.assignment import AssignmentState
from tasks.domain.letterbox import LetterKind, LetterState, Verdict
from tasks.mailing.pausing import paused_domains
from tasks.mailing.settling import send_again
from tasks.records import Letter
from tests.tasks.relays import NO_HEADERS, RELAYS, SES, Relay, bounced
from tests.tasks.world import ADDRESS, FIVE_BEFORE, ONE_BEFORE, World, delivery_report, moment, tag_of

UNIT = "xa-vinh-o"
STRANGER = "canbo.nghiviec@thudientu.example"
DAY = "2025-04-08 09:00"
WHO = "Nguyễn Thị Hà"
INVENTED = "0123456789abcdef0123456789abcdef"


def put(world: World, raw: bytes, when: str = DAY) -> int:
    world.mailbox.put(raw, moment(when))
    world.collect(when)
    return world.incoming()[-1].id


def request(world: World, unit: str = UNIT) -> Letter:
    return world.letters_of(unit)[0]


def reminded(world: World, when: str = FIVE_BEFORE, unit: str = UNIT) -> Letter:
    world.climb(when)
    world.send(when)
    return world.letters_of(unit, LetterKind.REMINDER)[-1]


def about(letter: Letter, number: int, names: str, status: str = "5.1.1", words: str = "550 5.1.1 unknown") -> bytes:
    """Brings our letter's head back, and says that `names` did not get it."""
    tag = tag_of(letter.message_id)
    report = delivery_report(letter.message_id, letter.recipient, number, status, words, tag=tag)
    return report.replace(b"rfc822; " + letter.recipient.encode(), b"rfc822; " + names.encode())


def in_copy(letter: Letter) -> bytes:
    """What somebody makes up who was in copy of an answer, and has its References."""
    return about(letter, 1, letter.recipient).replace(tag_of(letter.message_id).encode(), INVENTED.encode())


def verdict(world: World, message: int) -> tuple[Verdict | None, str]:
    row = next(one for one in world.incoming() if one.id == message)
    return row.verdict, row.why


def confirm(world: World, message: int, unit: str = UNIT) -> str:
    with world.sessions.begin() as session:
        return confirm_bounce(session, message, unit, WHO, world.tools)


def undo(world: World, message: int) -> list[str]:
    with world.sessions.begin() as session:
        return undo_decision(session, message, WHO, world.tools)


def advised(world: World, message: int) -> str:
    with world.sessions() as session:
        row = next(one for one in waiting_messages(session) if one.id == message)
        return "\n".join(advice_for(session, row, world.tools))


def without_history(world: World) -> dict[str, list[tuple[object, ...]]]:
    rows = world.rows()
    rows.pop("desk_decision")
    return rows


# --- what a stranger writes ----------------------------------------------------------------------------------------


def test_two_reports_that_name_another_recipient_make_nobody_unreachable(begun: World) -> None:
    first = put(begun, about(request(begun), 1, STRANGER))
    second = put(begun, about(reminded(begun), 2, STRANGER), "2025-05-09 08:00")
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    assert begun.unit(UNIT).contacts[0].bounces == 0
    assert request(begun).state is LetterState.SENT
    for message in (first, second):
        assert verdict(begun, message)[0] is Verdict.UNMATCHED
        assert STRANGER in verdict(begun, message)[1]
        assert f"--bounce-of {UNIT}" in advised(begun, message), (
            "it may be a mailbox that the unit sends its mail on to"
        )


def test_a_report_for_policy_pauses_no_domain_and_blames_no_address(begun: World) -> None:
    for number, letter in enumerate((request(begun), request(begun, "xa-vinh-ha"), reminded(begun)), 1):
        put(begun, about(letter, number, letter.recipient, "5.7.1", "550 5.7.1 rejected due to policy"))
    with begun.sessions() as session:
        assert paused_domains(session, moment("2025-05-09 09:01")) == []
    assert begun.unit(UNIT).contacts[0].bounces == 0
    begun.climb(ONE_BEFORE)
    begun.send(ONE_BEFORE)
    assert begun.letters_of(UNIT, LetterKind.REMINDER)[-1].state is LetterState.SENT


def test_a_report_with_an_invented_key_is_nobody_s(begun: World) -> None:
    message = put(begun, delivery_report("<0123@vinhlinh.example>", "ai@do.example", 1, "5.1.1", ""))
    assert verdict(begun, message)[0] is Verdict.UNMATCHED
    assert request(begun).state is LetterState.SENT
    assert "--bounce-of <mã đơn vị>" in advised(begun, message)


def test_two_reports_on_one_letter_count_once_though_it_was_sent_again_in_between(begun: World) -> None:
    letter = request(begun)
    put(begun, about(letter, 1, letter.recipient))
    with begun.sessions.begin() as session:
        again = session.get_one(Letter, letter.id)
        send_again(session, again, begun.tools, moment("2025-04-08 10:00"), WHO)
    begun.send("2025-04-08 10:00")
    assert request(begun).state is LetterState.SENT
    begun.mailbox.put(about(letter, 2, letter.recipient), moment("2025-04-08 09:30"))  # of the first try
    begun.collect("2025-04-08 11:00")
    assert (begun.unit(UNIT).contacts[0].bounces, request(begun).state) == (1, LetterState.SENT)
    put(begun, about(letter, 3, letter.recipient), "2025-04-08 12:00")
    assert (begun.unit(UNIT).contacts[0].bounces, request(begun).state) == (2, LetterState.FAILED)


def of_the_try(letter: Letter, number: int, date: str) -> bytes:
    head, _, rest = about(letter, number, letter.recipient).partition(b"Subject:")
    return head + f"Date: {date}\r\n".encode() + b"Subject:" + rest


@pytest.mark.parametrize(
    ("number", "date"),
    [(1, "Tue, 08 Apr 2025 09:00:00 +0700"), (2, "Tue, 08 Apr 2025 09:00:00 +0700")],
    ids=["the same report", "another report of the first try"],
)
def test_a_report_that_comes_again_after_the_letter_was_sent_again_counts_once(
    begun: World, number: int, date: str
) -> None:
    letter = request(begun)
    put(begun, of_the_try(letter, 1, "Tue, 08 Apr 2025 09:00:00 +0700"))
    with begun.sessions.begin() as session:
        send_again(session, session.get_one(Letter, letter.id), begun.tools, moment("2025-04-08 10:00"), WHO)
    begun.send("2025-04-08 10:00")
    put(begun, b"X-Relay: again\r\n" + of_the_try(letter, number, date), "2025-04-08 11:00")
    assert (begun.unit(UNIT).contacts[0].bounces, request(begun).state) == (1, LetterState.SENT)
    put(begun, of_the_try(letter, 3, "Tue, 08 Apr 2025 10:00:01 +0700"), "2025-04-08 11:00")
    assert (begun.unit(UNIT).contacts[0].bounces, request(begun).state) == (2, LetterState.FAILED)


def test_whoever_holds_a_letter_s_key_gets_one_count_for_each_try_whatever_the_reports_call_themselves(
    begun: World,
) -> None:
    """Its recipient may make up as many reports as they like, of any name and day: a try bounces once."""
    letter, numbers = request(begun), iter(range(1, 99))
    for tries, (sent, days) in enumerate((("2025-04-08 07:35", (8, 9, 20)), ("2025-04-08 10:00", (8, 9, 25))), 1):
        for day in days * 3:
            put(begun, of_the_try(letter, next(numbers), f"{day} Apr 2025 23:00:00 +0700"), f"{sent[:11]}12:00")
        assert begun.unit(UNIT).contacts[0].bounces <= tries
        if tries == 1:
            with begun.sessions.begin() as session:
                send_again(session, session.get_one(Letter, letter.id), begun.tools, moment("2025-04-08 10:00"), WHO)
            begun.send("2025-04-08 10:00")
    assert begun.unit(UNIT).contacts[0].bounces == 2


def test_an_address_alone_lets_nobody_be_called_unreachable(begun: World) -> None:
    """A stranger knows the addresses of the units from their web pages."""
    for number in range(3):
        put(begun, delivery_report(f"<{number}@noikhac.example>", ADDRESS[UNIT], number, "5.1.1", ""))
    assert (begun.unit(UNIT).contacts[0].bounces, request(begun).state) == (0, LetterState.SENT)


def test_a_code_alone_lets_nobody_be_called_unreachable(begun: World) -> None:
    code, _ = begun.case(UNIT)
    for number in range(3):
        report = delivery_report(f"<{number}@noikhac.example>", ADDRESS[UNIT], number, "5.1.1", "")
        put(begun, report.replace(b"Message-ID: <0", f"Subject: [{code}] phieu\r\nMessage-ID: <0".encode()))
    assert (begun.unit(UNIT).contacts[0].bounces, request(begun).state) == (0, LetterState.SENT)


def test_the_bad_news_of_another_recipient_in_one_report_is_not_the_unit_s(begun: World) -> None:
    letter = request(begun)
    other = b"Final-Recipient: rfc822; nguoi.khac@noikhac.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    full = about(letter, 1, letter.recipient, "5.2.2", "552 5.2.2 mailbox full")
    put(begun, full.replace(b"Final-Recipient", other + b"Final-Recipient", 1))
    assert request(begun).state is LetterState.FAILED
    assert begun.unit(UNIT).contacts[0].bounces == 0, "its own box is full, and that passes"


def in_words(subject: str, text: str, *head: str) -> bytes:
    lines = ["From: MAILER-DAEMON@noikhac.example", "To: dancho@vinhlinh.example", f"Subject: {subject}", *head]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text, ""]).encode()


def no_key(letter: Letter) -> bytes:
    return delivery_report("<1@noikhac.example>", letter.recipient, 1, "5.1.1", "550 5.1.1 User unknown")


def with_lines(letter: Letter, *lines: str) -> bytes:
    """What a relay would leave of our letter, as somebody makes it up who has seen one."""
    return no_key(letter).replace(b"Message-ID: <1", "\r\n".join([*lines, "Message-ID: <1"]).encode())


FORGERIES = {
    "an address in the head": lambda one: in_words(
        "Mail delivery failed", f"{one.recipient}\n550 5.1.1 user unknown", f"X-Failed-Recipients: {one.recipient}"
    ),
    "an address in the words": lambda one: in_words(
        "failure notice", f"<{one.recipient}>:\n550 5.1.1 no such user", "Return-Path: <>"
    ),
    "a note of a mail service": lambda one: in_words(
        "AWS Notification Message",
        f'{{"notificationType":"Bounce","bounce":{{"bouncedRecipients":[{{"emailAddress":"{one.recipient}"}}]}}}}',
    ).replace(b"MAILER-DAEMON@noikhac.example", b"no-reply@sns.amazonaws.com"),
    "the code, the answer address and the recipient": lambda one: with_lines(
        one, f"Subject: {one.subject}", f"Reply-To: dancho+{one.subject[-22:-1].lower()}@vinhlinh.example"
    ),
    "a tag that nobody made": lambda one: no_key(one).replace(
        b"To: dancho@", f"Delivered-To: dancho+b-{INVENTED}@vinhlinh.example\r\nTo: dancho@".encode()
    ),
    "an envelope id that nobody made": lambda one: no_key(one).replace(
        b"Reporting-MTA", f"Original-Envelope-Id: {INVENTED}\r\nReporting-MTA".encode()
    ),
    "the tag of a letter cut short": lambda one: no_key(one).replace(
        b"To: dancho@", f"To: dancho+b-{one.message_id[1:20]}@vinhlinh.example, dancho@".encode(), 1
    ),
    "another recipient whose name begins alike": lambda one: about(one, 1, f"{one.recipient}.noikhac.example"),
    "another recipient, and ours in the words": lambda one: about(one, 1, STRANGER).replace(
        b"Sorry.", f"<{one.recipient}>: 550 5.1.1 user unknown".encode()
    ),
    "a letter that arrived": lambda one: about(one, 1, one.recipient, "2.0.0", "250 ok").replace(
        b"Action: failed", b"Action: delivered"
    ),
    "a letter that is late": lambda one: about(one, 1, one.recipient, "4.4.1").replace(b": failed", b": delayed"),
    "a complaint": lambda one: about(one, 1, one.recipient).replace(b"delivery-status", b"feedback-report"),
    # Whoever stood in copy of an answer has its References, and so our Message-IDs.
    "a machine's name under our Message-ID": lambda one: in_words(
        "abc",
        f"Không gửi được tới {one.recipient}: 550 5.1.1 user unknown",
        "Return-Path: <mailer-daemon@noikhac.example>",
        f"In-Reply-To: {one.message_id}",
    ),
    "words from nobody under our Message-ID": lambda one: in_words(
        "Undelivered Mail Returned to Sender",
        f"<{one.recipient}>: 550 5.1.1 user unknown",
        "Return-Path: <>",
        f"References: {one.message_id}",
    ),
    "a report in form from nobody under our Message-ID": in_copy,
    "the same to the tag that old letters had": lambda one: in_copy(one).replace(
        b"To: dancho@", f"Delivered-To: dancho+b-{one.message_id[1:33]}@vinhlinh.example\r\nTo: dancho@".encode(), 1
    ),
    "the same with a tag half right": lambda one: in_copy(one).replace(
        INVENTED.encode(), f"{tag_of(one.message_id)[:16]}{INVENTED[:16]}".encode()
    ),
    "the same with the tag of another letter": lambda one: in_copy(one).replace(
        INVENTED.encode(), tag_of(f"<{INVENTED}@vinhlinh.example>").encode()
    ),
    "a report in form that somebody sent": lambda one: about(one, 1, one.recipient).replace(
        b"Return-Path: <>", f"Return-Path: <{STRANGER}>".encode()
    ),
    "a report in form of which nobody says whence it came": lambda one: in_copy(one).replace(
        b"Return-Path: <>\r\n", b""
    ),
    "a report in form of which our own server says who sent it": lambda one: (
        b"Authentication-Results: mx.vinhlinh.example; spf=pass smtp.mailfrom=ke.xau@noikhac.example\r\n"
        + about(one, 1, one.recipient).replace(b"MAILER-DAEMON@vinhlinh", b"MAILER-DAEMON@noikhac")
    ),
    "a report that our own server says is forged": lambda one: (
        b"Authentication-Results: mx.vinhlinh.example; spf=fail; dmarc=fail header.from=vinhlinh.example\r\n"
        + about(one, 1, one.recipient)
    ),
    "a person who quotes a bounce": lambda one: in_words(
        "Re: Undelivered Mail Returned to Sender",
        f"> <{one.recipient}>: 550 5.1.1 user unknown\n> Message-ID: {one.message_id}",
    ).replace(b"MAILER-DAEMON", b"dan"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_whatever_is_made_up_changes_nothing_by_itself(begun: World, forgery: str) -> None:
    """Twice, about two letters: two bounces would make a unit unreachable."""
    request(begun), reminded(begun)
    before = begun.rows()
    for number, letter in enumerate((request(begun), begun.letters_of(UNIT, LetterKind.REMINDER)[-1])):
        put(begun, FORGERIES[forgery](letter).replace(b"Sorry.", f"Sorry {number}.".encode()), "2025-05-09 09:00")
    after = begun.rows()
    for table in ("letter", "contact", "assignment", "domain_pause", "unit"):
        assert after[table] == before[table], table


@pytest.mark.parametrize(
    ("found", "put_there"),
    [
        (b"Return-Path: <>", b"Return-Path: <MAILER-DAEMON@noikhac.example>"),
        (b"Return-Path: <>", b"Authentication-Results: mx.vinhlinh.example; dkim=fail header.d=vinhlinh.example"),
        (b"multipart/report; report-type=delivery-status", b"multipart/mixed"),
    ],
    ids=["of a daemon by name", "of a signature that fails", "as parts of a mail of no kind"],
)
def test_a_report_in_doubt_counts_or_waits_with_the_right_guess_and_is_never_lost(
    begun: World, found: bytes, put_there: bytes
) -> None:
    message = put(begun, about(request(begun), 1, ADDRESS[UNIT]).replace(found, put_there))
    if verdict(begun, message)[0] is Verdict.UNMATCHED:
        assert f"--bounce-of {UNIT}" in advised(begun, message)
        confirm(begun, message)
    assert verdict(begun, message)[0] is Verdict.BOUNCE
    assert request(begun).state is LetterState.FAILED


# --- the unit lives --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Xin hỏi cột 3 ghi thế nào?", "Đã nhận."])
def test_a_unit_that_has_written_in_between_is_not_unreachable(begun: World, text: str) -> None:
    begun.bounce(request(begun).id, DAY)
    begun.mail(UNIT, "2025-04-15 09:00", text=text)
    begun.collect("2025-04-15 09:00")
    begun.bounce(reminded(begun).id, "2025-05-09 08:00")
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    begun.bounce(reminded(begun, ONE_BEFORE).id, "2025-05-15 08:00")
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE, "two in a row, and nothing heard between them"


def test_an_address_that_was_given_up_and_writes_itself_is_asked_anew_and_heard(begun: World) -> None:
    begun.bounce(request(begun).id, DAY)
    begun.bounce(reminded(begun).id, "2025-05-09 08:00")
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE
    begun.mail(UNIT, "2025-05-12 09:00", text="HẸN: ngày 14/05/2025")
    begun.collect("2025-05-12 09:00")
    kept = begun.assignment(UNIT)
    assert (kept.state, kept.promised_on) == (AssignmentState.OPEN, date(2025, 5, 14))
    assert begun.unit(UNIT).contacts[0].unreachable_at is None
    begun.send("2025-05-12 10:00")
    assert [one.state for one in begun.letters_of(UNIT, LetterKind.REQUEST)][-1] is LetterState.SENT


@pytest.mark.parametrize("sender", [STRANGER, ADDRESS["xa-vinh-ha"]])
def test_nobody_else_brings_an_address_back_that_was_given_up(begun: World, sender: str) -> None:
    begun.bounce(request(begun).id, DAY)
    begun.bounce(reminded(begun).id, "2025-05-09 08:00")
    begun.mail(UNIT, "2025-05-12 09:00", text="Xã vẫn nhận được thư.", sender=sender)
    begun.collect("2025-05-12 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE


def test_what_a_stranger_writes_is_no_sign_of_life(begun: World) -> None:
    begun.bounce(request(begun).id, DAY)
    begun.mail(UNIT, "2025-04-15 09:00", text="Xin chào.", sender=STRANGER)
    begun.collect("2025-04-15 09:00")
    begun.bounce(reminded(begun).id, "2025-05-09 08:00")
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE


def test_a_notice_of_delay_is_no_bounce(begun: World) -> None:
    for number, letter in enumerate((request(begun), reminded(begun)), 1):
        delayed = about(letter, number, letter.recipient, "4.4.1", "connection timed out")
        put(begun, delayed.replace(b"Action: failed", b"Action: delayed"), "2025-05-09 09:00")
    assert begun.assignment(UNIT).state is AssignmentState.OPEN
    assert request(begun).state is LetterState.SENT


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.4.4", "Host or domain name not found. Name service error for name=vinho.example type=A: Host not found"),
        ("5.1.2", "Domain not found"),
        ("5.0.0", "DNS lookup of vinho.example responded with code NXDOMAIN"),
    ],
)
def test_a_mistyped_domain_is_not_chased_for_ever(begun: World, status: str, words: str) -> None:
    begun.bounce(request(begun).id, DAY, status, words)
    begun.bounce(reminded(begun).id, "2025-05-09 08:00", status, words)
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE


def test_a_name_server_that_was_silent_makes_nobody_unreachable(begun: World) -> None:
    begun.bounce(request(begun).id, DAY, "4.4.3", "Host not found, try again")
    begun.bounce(reminded(begun).id, "2025-05-09 08:00", "4.4.3", "Host not found, try again")
    assert begun.assignment(UNIT).state is AssignmentState.OPEN


# --- four kinds of relay ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_old", [False, True], ids=["with its tag", "of a letter that had none"])
@pytest.mark.parametrize("relay", RELAYS, ids=lambda one: one.name)
def test_a_bounce_is_matched_or_waits_at_the_desk_with_the_right_guess(
    begun: World, relay: Relay, is_old: bool
) -> None:
    letter = request(begun)
    tag = "" if is_old else tag_of(letter.message_id)
    message = put(begun, bounced(relay, letter, begun.case(UNIT)[0], tag))
    if relay.brings_head and tag:
        assert verdict(begun, message)[0] is Verdict.BOUNCE
        assert request(begun).state is LetterState.FAILED
        return
    kind, why = verdict(begun, message)
    assert kind is Verdict.UNMATCHED
    assert ADDRESS[UNIT] in why
    assert "User unknown" in why
    assert f"kiemtra desk file {message} --bounce-of {UNIT}" in advised(begun, message)
    assert request(begun).state is LetterState.SENT
    assert "bị trả lại" in confirm(begun, message)
    assert request(begun).state is LetterState.FAILED
    assert begun.unit(UNIT).contacts[0].bounces == 1


@pytest.mark.parametrize("relay", RELAYS, ids=lambda one: one.name)
def test_the_case_that_a_bounce_names_is_told_apart_behind_one_address(begun: World, relay: Relay) -> None:
    """Two offices with one clerk: their address names both, the code in the subject one."""
    letter = request(begun, "ptp")
    message = put(begun, bounced(relay, letter, begun.case("ptp")[0], tag_of(letter.message_id)))
    if relay.brings_head:
        assert request(begun, "ptp").state is LetterState.FAILED
        assert request(begun, "pnn-mt").state is LetterState.SENT
    elif relay is not NO_HEADERS:
        assert "--bounce-of ptp" in advised(begun, message)


# --- a person confirms ---------------------------------------------------------------------------------------------


def no_keys(world: World, letter: Letter, when: str = DAY, relay: Relay = SES) -> int:
    return put(world, bounced(relay, letter, world.case(UNIT)[0]), when)


def test_a_confirmed_bounce_is_taken_back_as_if_it_had_never_been(begun: World) -> None:
    message = no_keys(begun, request(begun))
    before = without_history(begun)
    confirm(begun, message)
    assert without_history(begun) != before
    assert "hoàn tác" in undo(begun, message)[0]
    assert without_history(begun) == before
    confirm(begun, message)
    assert request(begun).state is LetterState.FAILED, "and it can be confirmed again"


def test_two_confirmed_bounces_stop_the_ladder_and_taking_one_back_starts_it_again(begun: World) -> None:
    confirm(begun, no_keys(begun, request(begun)))
    message = no_keys(begun, reminded(begun), "2025-05-09 08:00")
    before = without_history(begun)
    assert "không gửi được thư đến" in confirm(begun, message)
    assert begun.assignment(UNIT).state is AssignmentState.UNREACHABLE
    undo(begun, message)
    assert without_history(begun) == before
    assert begun.assignment(UNIT).next_rung_at == moment(ONE_BEFORE)
    begun.climb(ONE_BEFORE)
    begun.send(ONE_BEFORE)
    assert len(begun.outbox.to(ADDRESS[UNIT])) == 2


def test_confirming_twice_changes_nothing_and_says_so(begun: World) -> None:
    message = no_keys(begun, request(begun))
    confirm(begun, message)
    before = begun.rows()
    assert "không thay đổi gì" in confirm(begun, message)
    assert begun.rows() == before
    with pytest.raises(DeskRefusal, match=f"kiemtra desk undo {message}"):
        confirm(begun, message, "xa-vinh-ha")


def test_what_cannot_be_confirmed_is_said_and_changes_nothing(begun: World) -> None:
    begun.mail(UNIT, DAY, text="Thư của xã bị trả lại, xin hỏi vì sao?")
    begun.collect(DAY)
    report = no_keys(begun, request(begun))
    before = begun.rows()
    for message, unit, words in (
        (begun.incoming()[0].id, UNIT, "không phải là báo thư bị trả lại"),
        (report, "xa-khong-co", "xa-khong-co"),
        (999, UNIT, "999"),
    ):
        with pytest.raises(DeskRefusal, match=words):
            confirm(begun, message, unit)
    with pytest.raises(DeskRefusal), begun.sessions.begin() as session:
        file_message(session, report, UNIT, "", WHO, begun.tools)
    assert begun.rows() == before


def test_a_bounce_of_a_mailbox_that_the_unit_sends_its_mail_on_to_counts_when_a_person_says_so(begun: World) -> None:
    message = put(begun, about(request(begun), 1, STRANGER))
    confirm(begun, message)
    assert request(begun).state is LetterState.FAILED
    assert begun.unit(UNIT).contacts[0].bounces == 1


def test_a_full_mailbox_that_a_person_confirms_makes_nobody_unreachable(begun: World) -> None:
    letter = request(begun)
    full = bounced(SES, letter, begun.case(UNIT)[0])
    full = full.replace(b"5.1.1", b"5.2.2").replace(b"User unknown", b"Mailbox full")
    confirm(begun, put(begun, full))
    assert (request(begun).state, begun.unit(UNIT).contacts[0].bounces) == (LetterState.FAILED, 0)
