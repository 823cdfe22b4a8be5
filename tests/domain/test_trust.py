"""The table of trust, line by line; and whose word about a sender counts."""

import pytest

from tasks.domain.inbox.authentication import OwnServer, Standing, standing_of
from tasks.domain.inbox.trust import OWN, How, Trust, What, Who, how_shown, trust_in, who_writes
from tasks.domain.ladder import Role

OUTSIDERS = (Who.COLLECTOR, Who.OTHER_UNIT, Who.FORGED, Who.STRANGER)


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("what", What)
def test_the_registered_contact_is_the_unit(how: How, what: What) -> None:
    assert trust_in(Who.CONTACT, how, what) is Trust.TAKE


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("what", What)
def test_the_head_speaks_for_the_unit_and_the_clerk_hears_of_it(how: How, what: What) -> None:
    told = {What.FIRST_ANSWER, What.CHANGE, What.MORE_TIME}
    assert trust_in(Who.HEAD, how, what) is (Trust.TELL if what in told else Trust.TAKE)


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("what", sorted(set(What) - {What.FIRST_ANSWER}))
def test_nobody_else_changes_asks_promises_reports_or_is_sent_a_form(who: Who, how: How, what: What) -> None:
    assert trust_in(who, how, what) is Trust.DESK


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("how", [How.THREAD, How.CODE])
def test_without_the_sealed_form_nobody_else_answers_either(who: Who, how: How) -> None:
    assert trust_in(who, how, What.FIRST_ANSWER) is Trust.DESK


@pytest.mark.parametrize("who", [Who.COLLECTOR, Who.FORGED, Who.STRANGER])
@pytest.mark.parametrize("how", [How.SEALED, How.SEALED_IN_THREAD])
def test_the_sealed_form_is_taken_once_and_the_contact_told(who: Who, how: How) -> None:
    assert trust_in(who, how, What.FIRST_ANSWER) is Trust.TELL


def test_a_neighbour_is_believed_only_in_the_thread_of_the_unit() -> None:
    assert trust_in(Who.OTHER_UNIT, How.SEALED_IN_THREAD, What.FIRST_ANSWER) is Trust.TELL
    assert trust_in(Who.OTHER_UNIT, How.SEALED, What.FIRST_ANSWER) is Trust.DESK


def test_no_line_takes_from_an_outsider_without_telling() -> None:
    assert Trust.TAKE not in {trust_in(who, how, what) for who in OUTSIDERS for how in How for what in What}
    assert frozenset(Who) - set(OUTSIDERS) == OWN


@pytest.mark.parametrize(
    ("role", "doubtful", "collects", "elsewhere", "who"),
    [
        (Role.DAU_MOI, False, False, False, Who.CONTACT),
        (Role.DAU_MOI, False, True, True, Who.CONTACT),
        (Role.LANH_DAO, False, False, False, Who.HEAD),
        (Role.DAU_MOI, True, False, False, Who.FORGED),
        (Role.LANH_DAO, True, True, True, Who.FORGED),
        (None, True, True, True, Who.STRANGER),
        (None, False, True, True, Who.COLLECTOR),
        (None, False, False, True, Who.OTHER_UNIT),
        (None, False, False, False, Who.STRANGER),
    ],
)
def test_as_whom_somebody_writes(role: Role | None, doubtful: bool, collects: bool, elsewhere: bool, who: Who) -> None:
    assert who_writes(role, doubtful=doubtful, collects=collects, is_contact_elsewhere=elsewhere) is who


def test_the_seal_weighs_more_than_the_thread() -> None:
    assert how_shown(sealed=True, in_thread=True) is How.SEALED_IN_THREAD
    assert how_shown(sealed=True, in_thread=False) is How.SEALED
    assert how_shown(sealed=False, in_thread=True) is How.THREAD
    assert how_shown(sealed=False, in_thread=False) is How.CODE


# --- what our server says ------------------------------------------------------------------------------------------

OURS = OwnServer(("imap.vinhlinh.example", "vinhlinh.example"))
MAN = "man@vinho.example"


@pytest.mark.parametrize(
    ("header", "standing"),
    [
        ("mx.vinhlinh.example; dmarc=pass (p=none) header.from=vinho.example", Standing.PASSED),
        ("mx.vinhlinh.example; spf=fail smtp.mailfrom=vinho.example; dmarc=fail header.from=vinho.example", "failed"),
        ("vinhlinh.example 1; dkim=pass header.d=vinho.example header.s=a", Standing.PASSED),
        ("mx.vinhlinh.example; spf=pass smtp.mailfrom=man@vinho.example", Standing.PASSED),
        ("mx.vinhlinh.example; spf=fail smtp.mailfrom=man@vinho.example; dkim=pass header.i=@vinho.example", "passed"),
        ("mx.vinhlinh.example; dkim=fail (bad signature) header.d=vinho.example", Standing.FAILED),
        # Another domain stands for the message, and nobody for that of From.
        ("mx.vinhlinh.example; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example", Standing.FAILED),
        ("mx.vinhlinh.example; dmarc=pass header.from=evil.example", Standing.FAILED),
        ("mx.vinhlinh.example; dkim=pass header.d=example", Standing.FAILED),
        ("mx.vinhlinh.example; auth=pass smtp.auth=man@vinho.example", Standing.PASSED),
        ("mx.vinhlinh.example; dkim=pass header.d=mail.vinho.example", Standing.PASSED),
        # What the sender chose, in quotes and comments, is nobody's verdict.
        ('mx.vinhlinh.example; spf=pass smtp.mailfrom="a; dmarc=pass header.from=vinho.example; b"@evil.com', "failed"),
        (
            "mx.vinhlinh.example; spf=fail (a (b) ; dmarc=pass header.from=vinho.example) smtp.mailfrom=x.example",
            "failed",
        ),
        (r'mx.vinhlinh.example; spf=pass smtp.mailfrom="a\"; dmarc=pass; b"@evil.com', Standing.FAILED),
        ("mx.vinhlinh.example (v (1)); dmarc = (yes) pass (p=none) header.from = vinho.example", Standing.PASSED),
        ('mx.vinhlinh.example; dkim=pass header.d=vinho.example header.b="a/b=="; dmarc=none', Standing.PASSED),
        ("mx.vinhlinh.example; dkim=pass header.b=a/b== header.d=vinho.example reason=100", Standing.PASSED),
        ('mx.vinhlinh.example; spf=pass smtp.mailfrom="man@vinho.example"', Standing.PASSED),
        ("mx.vinhlinh.example; dkim=pass header.d=evil.example header.from=vinho.example", Standing.FAILED),
        ("mx.vinhlinh.example; dmarc=pass header.from=evil.example header.from=vinho.example", Standing.FAILED),
        # Somebody else of the same domain has logged in.
        ("mx.vinhlinh.example; auth=pass smtp.auth=hoa@vinho.example", Standing.FAILED),
        ("mx.vinhlinh.example; auth=pass smtp.auth=MAN@vinho.example", Standing.PASSED),
        # Malformed: no pass.
        ('mx.vinhlinh.example; dmarc=pass header.from=vinho.example; spf=pass smtp.mailfrom="a', Standing.FAILED),
        ("mx.vinhlinh.example; dmarc=pass header.from=vinho.example; spf=pass (a", Standing.FAILED),
        ("mx.vinhlinh.example; dmarc=pass header.from=vinho.example) x", Standing.FAILED),
        ("mx.vinhlinh.example; dmarc=pass evil header.from=vinho.example", Standing.FAILED),
        ("mx.vinhlinh.example; spf=pass smtp.mailfrom=<>; dkim=pass header.d=vinho.example", Standing.PASSED),
        # It leaves it open.
        ("mx.vinhlinh.example; spf=softfail smtp.mailfrom=man@vinho.example", Standing.UNKNOWN),
        ("mx.vinhlinh.example; spf=none; dkim=none; dmarc=none", Standing.UNKNOWN),
        ("mx.vinhlinh.example; dmarc=temperror", Standing.UNKNOWN),
        ("mx.vinhlinh.example; none", Standing.UNKNOWN),
        ("", Standing.UNKNOWN),
        (";;;=;dmarc", Standing.UNKNOWN),
        # Not our server.
        ("mx.evil.example; dmarc=fail header.from=vinho.example", Standing.UNKNOWN),
        ("mx.evil-vinhlinh.example; dmarc=fail", Standing.UNKNOWN),
        ("(mx.vinhlinh.example) evil.example; dmarc=fail", Standing.UNKNOWN),
    ],
)
def test_what_one_field_says(header: str, standing: str) -> None:
    assert standing_of(MAN, [header], OURS) == standing


def test_a_pass_below_the_topmost_field_of_our_server_may_have_come_with_the_message() -> None:
    told, forged = "mx.vinhlinh.example; dmarc=fail", "mx.vinhlinh.example; dmarc=pass header.from=vinho.example"
    assert standing_of(MAN, [told, forged], OURS) is Standing.FAILED
    quiet = "mx.vinhlinh.example; spf=pass smtp.mailfrom=evil.example"
    assert standing_of(MAN, [quiet, "mx.vinhlinh.example; dkim=pass header.d=vinho.example"], OURS) is Standing.FAILED


def test_several_filters_of_our_server_write_a_field_each() -> None:
    fields = ["mx.vinhlinh.example; dkim=none", "mx.vinhlinh.example; dmarc=fail header.from=vinho.example"]
    assert standing_of(MAN, fields, OURS) is Standing.FAILED


def test_a_server_that_the_settings_name_is_meant_exactly() -> None:
    named = OwnServer(("mx.google.example",), exact=True)
    assert standing_of(MAN, ["mx.google.example; dmarc=fail"], named) is Standing.FAILED
    assert standing_of(MAN, ["a.mx.google.example; dmarc=fail"], named) is Standing.UNKNOWN
