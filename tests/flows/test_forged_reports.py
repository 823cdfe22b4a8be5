"""Reports that mail did not arrive, made up or turned about: over the door, none of them silences a unit or a domain.

As in the other attacks, all is handed over by LMTP and taken in by the flow, and every story has a unit of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flows.demo.year import new_world
from tasks.collection.answering import OWN_A_DAY
from tasks.collection.desk import advice_for
from tasks.domain.letterbox import Verdict
from tasks.mailing.pausing import paused_domains
from tasks.records import Contact, Letter
from tests.flows.siege import OFFICE, STRANGER, Siege, Target, letter
from tests.flows.test_attacks import MORNING, reachable, run, send
from tests.tasks.relays import IN_WORDS, RELAYS, SENT_ON, Relay, bounced
from tests.tasks.world import delivery_report

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
LATER = MORNING.replace(day=21, hour=9)
Story = Callable[[Target], list[bytes]]
_numbers = iter(range(5_000, 9_000))


def report(
    key: str, names: str, status: str = "5.1.1", words: str = "", when: datetime | None = None, tag: str = ""
) -> bytes:
    """Under a Message-ID of its own; `when`: its Date."""
    raw = delivery_report(key, names, next(_numbers), status, words, tag=tag)
    date = f"Date: {when:%a, %d %b %Y %H:%M:%S +0700}\r\n".encode() if when else b""
    return date + raw


def to_tag(raw: bytes, tag: str) -> bytes:
    return raw.replace(b"To: dancho@", f"Delivered-To: dancho+b-{tag}@vinhlinh.example\r\nTo: dancho@".encode(), 1)


def mixed(raw: bytes) -> bytes:
    """As gateways make it that take a report for an ordinary mail."""
    return raw.replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;")


def with_lines(raw: bytes, *lines: str) -> bytes:
    """In the headers of our letter that it brings back."""
    return raw.replace(b"Message-ID: <1@", "\r\n".join([*lines, "Message-ID: <1@"]).encode())


BOUNCES: Mapping[str, tuple[Relay, bool]] = {
    f"{relay.name}, {'with its tag' if tagged else 'of a letter that had none'}": (relay, tagged)
    for relay in RELAYS
    for tagged in (True, False)
}
NO_KEY = "<1@noikhac.example>"
STORIES: Mapping[str, Story] = {
    "policy, again and again": lambda u: [
        report(u.request, u.address, "5.7.1", "550 5.7.1 rejected due to policy", tag=u.bounce_tag) for _ in range(5)
    ],
    "another recipient, again and again": lambda u: [report(u.request, STRANGER) for _ in range(5)],
    "one letter, under ever new names and days": lambda u: [
        report(u.request, u.address, when=LATER + timedelta(hours=n), tag=u.bounce_tag) for n in range(-30, 30, 4)
    ],
    "our Message-ID, as whoever was in copy of an answer knows it": lambda u: [
        report(u.request, u.address, when=LATER + timedelta(hours=n)) for n in range(3)
    ],
    "our Message-ID as the tag of an old letter": lambda u: [
        to_tag(report(u.request, u.address), u.request[1:33]) for _ in range(3)
    ],
    "our Message-ID, as parts of a mail of no kind": lambda u: [mixed(report(u.request, u.address)) for _ in range(3)],
    "the address alone": lambda u: [report(NO_KEY, u.address) for _ in range(5)],
    "the code, the tag and the address": lambda u: [
        with_lines(report(NO_KEY, u.address), f"Subject: [{u.case}] phieu", f"Reply-To: {u.tag}") for _ in range(5)
    ],
    "a bounce tag that nobody made": lambda u: [
        to_tag(report(NO_KEY, u.address), "0123456789abcdef" * 2) for _ in range(5)
    ],
    "a domain that is said not to be": lambda u: [
        report(NO_KEY, u.address, "5.4.4", "Host not found: NXDOMAIN") for _ in range(5)
    ],
}
BY_PEOPLE = (SENT_ON, IN_WORDS)
FLOOD = 200


def relayed(unit: Target, relay: Relay, tagged: bool) -> bytes:
    """Of the unit's request, which did not arrive."""
    request = Letter(recipient=unit.address, subject=f"Phiếu [{unit.case}]", message_id=unit.request)
    raw = bounced(relay, request, unit.case, unit.bounce_tag if tagged else "")
    return f"Message-ID: <tra-{next(_numbers)}@relay.example>\r\n".encode() + raw


class Reported:
    def __init__(self, siege: Siege) -> None:
        codes = reachable(siege)
        self.siege = siege
        self.targets = {name: siege.target(code) for name, code in zip(STORIES, codes, strict=False)}
        self.flooded = siege.target(codes[len(STORIES)])
        self.before = {name: siege.stands(one.code) for name, one in self.targets.items()}
        self.mails = {name: story(self.targets[name]) for name, story in STORIES.items()}
        self.bounced = {
            name: siege.target(code) for name, code in zip(BOUNCES, codes[len(STORIES) + 1 :], strict=False)
        }
        self.bounces = {name: relayed(one, *BOUNCES[name]) for name, one in self.bounced.items()}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory, prefect_harness: None) -> Iterator[Reported]:
    with (
        pytest.MonkeyPatch.context() as patch,
        new_world(tmp_path_factory.mktemp("tra") / "nha", lambda *_: "") as world,
    ):
        patch.setenv("KIEMTRA_SETTINGS", str(world.settings.file))
        run("open-cycles", MORNING)
        send(world, MORNING.replace(hour=8))
        made = Reported(Siege(world))
        made.siege.hand_over([raw for mails in made.mails.values() for raw in mails], LATER, envelope="")
        by_people = [raw for name, raw in made.bounces.items() if BOUNCES[name][0] in BY_PEOPLE]
        by_servers = [raw for raw in made.bounces.values() if raw not in by_people]
        made.siege.hand_over(by_servers, LATER, envelope="")
        made.siege.hand_over(by_people, LATER, envelope="truongphong@vinhlinh.example")
        one, tag = made.flooded, made.flooded.tag
        forged = [letter(tag, sender=f"ten{n}@thurac{n}.example", text="Cho xin phiếu.") for n in range(FLOOD)]
        made.siege.hand_over([*forged, letter(OFFICE, one.filled(), sender=one.address)], LATER)
        run("collect-replies", LATER.replace(minute=5))
        send(world, LATER.replace(minute=10))
        yield made


@pytest.mark.parametrize("name", STORIES)
def test_the_unit_stands_as_it_stood(reported: Reported, name: str) -> None:
    assert reported.siege.stands(reported.targets[name].code) == reported.before[name]


@pytest.mark.parametrize("name", STORIES)
def test_what_has_no_key_waits_for_a_person_with_the_address(reported: Reported, name: str) -> None:
    rows = [reported.siege.incoming(raw) for raw in reported.mails[name]]
    kinds = {row.verdict for row in rows}
    if name.startswith(("policy", "one letter")):
        assert kinds == {Verdict.BOUNCE}, "the key is ours, and who is named is its recipient"
    else:
        assert kinds == {Verdict.UNMATCHED}
        assert all("Địa chỉ không nhận được thư: " in row.why for row in rows)


@pytest.mark.parametrize("name", BOUNCES)
def test_what_servers_of_other_kinds_report_is_matched_or_waits_with_the_right_guess(
    reported: Reported, name: str
) -> None:
    relay, tagged = BOUNCES[name]
    unit, row = reported.bounced[name], reported.siege.incoming(reported.bounces[name])
    with reported.siege.world.tools.sessions() as session:
        (contact,) = session.scalars(select(Contact).where(Contact.is_at(unit.address))).all()
        advice = "\n".join(advice_for(session, session.merge(row, load=False), reported.siege.world.tools))
    if relay.brings_head and tagged:
        assert (row.verdict, contact.bounces) == (Verdict.BOUNCE, 1)
    else:
        assert (row.verdict, contact.bounces) == (Verdict.UNMATCHED, 0)
        assert f"--bounce-of {unit.code}" in advice
        assert unit.address in row.why


def test_no_domain_is_paused(reported: Reported) -> None:
    with reported.siege.world.tools.sessions() as session:
        assert paused_domains(session, LATER.replace(minute=11)) == []


def test_one_letter_counts_once_against_its_address_whatever_the_reports_call_themselves(reported: Reported) -> None:
    unit = reported.targets["one letter, under ever new names and days"]
    with reported.siege.world.tools.sessions() as session:
        contacts = session.scalars(select(Contact).where(Contact.is_at(unit.address))).all()
        assert [one.bounces for one in contacts] == [1]


def test_two_hundred_strangers_on_one_tag_get_nothing_and_the_unit_its_receipt_at_once(reported: Reported) -> None:
    """The request, and then the receipt: what strangers write takes nothing of it."""
    siege, unit = reported.siege, reported.flooded
    assert [siege.received(f"ten{n}@thurac{n}.example") for n in range(FLOOD)] == [[]] * FLOOD
    _, receipt = siege.received(unit.address)
    assert "Đã nhận phiếu" in receipt.subject


# --- how often we answer ---------------------------------------------------------------------------------------------


def test_a_day_holds_ten_answers_for_a_unit_and_the_next_one_for_all_the_rest(reported: Reported) -> None:
    """Of fourteen questions; a stranger who sends two forms of two units hears of one that day."""
    siege, world = reported.siege, reported.siege.world
    unit, *others = (siege.target(code) for code in reachable(siege)[-3:])
    texts = [f"Cho xin phiếu lần {n}." for n in (*range(13), 0)]
    asking = [letter(unit.tag, sender=unit.address, text=text, In_Reply_To=unit.request) for text in texts]
    private = "hoa.ca.nhan@thudientu.example"
    before = len(siege.received(unit.address))
    afternoon = LATER.replace(hour=14)
    siege.hand_over([*asking, *(letter(OFFICE, one.filled(), sender=private) for one in others)], afternoon)
    run("collect-replies", afternoon.replace(minute=5))
    send(world, afternoon.replace(minute=10))
    assert len(siege.received(unit.address)) - before == OWN_A_DAY
    assert len(siege.received(private)) == 1
    send(world, LATER + timedelta(days=1))
    assert len(siege.received(unit.address)) - before == OWN_A_DAY + 1, "the rest, as one"
    assert len(siege.received(private)) == 2
