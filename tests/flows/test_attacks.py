"""What strangers, neighbours and forgers try by mail, told from the outside: handed over by LMTP, taken in by the flow.

Every story has a unit of its own; whatever it tries, the unit stands afterwards as it stood before.
"""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from flows.demo.year import new_world
from flows.timetable import BY_NAME
from tasks.domain.calendar import ZONE
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tests.flows.siege import ANSWERS, HALF, OFFICE, OTHER, STRANGER, Siege, Target, letter
from tests.tasks.world import fill

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
Story = Callable[[Target, Target], list[bytes]]
MORE = "GIA HẠN: 5 ngày, lý do mất điện"
DENIED = "mx.vinhlinh.example; spf=fail smtp.mailfrom={0}; dmarc=fail header.from={0}"


def denied(unit: Target) -> str:
    return DENIED.format(unit.address.rpartition("@")[2])


# Of units that have not answered yet: the unit, and a neighbour whose clerk or whose form the attack uses.
OPEN: dict[str, Story] = {
    "code in the subject and a form typed anew": lambda u, o: [letter(OFFICE, u.typed_anew(), subject=u.case)],
    "tag in the address and a form typed anew": lambda u, o: [letter(u.tag, u.typed_anew())],
    "code typed into the form": lambda u, o: [letter(OFFICE, u.typed_anew(case=u.case))],
    "our thread quoted and a form typed anew": lambda u, o: [letter(u.tag, u.typed_anew(), In_Reply_To=u.request)],
    "code only, asking for the form": lambda u, o: [letter(u.tag, subject=u.case, text="Cho xin lại phiếu.")],
    "forged contact that our server denies, asking for the form": lambda u, o: [
        letter(u.tag, sender=u.address, text="Cho em xin lại phiếu.", Authentication_Results=denied(u))
    ],
    "forged contact that our server denies, form typed anew": lambda u, o: [
        letter(u.tag, u.typed_anew(), sender=u.address, Authentication_Results=denied(u))
    ],
    "forged contact with a pass of its own below our server's word": lambda u, o: [
        b"Authentication-Results: "
        + denied(u).encode()
        + b"\r\n"
        + letter(
            u.tag,
            u.typed_anew(),
            sender=u.address,
            Authentication_Results=f"mx.vinhlinh.example; dmarc=pass header.from={u.address.rpartition('@')[2]}",
        )
    ],
    "forged contact, our server stands for another domain": lambda u, o: [
        letter(
            u.tag,
            u.typed_anew(),
            sender=u.address,
            Authentication_Results="mx.vinhlinh.example; spf=pass smtp.mailfrom=evil.example; dkim=none",
        )
    ],
    "the contact's address as display name": lambda u, o: [
        letter(u.tag, u.typed_anew(), sender=f'"{u.address}" <{STRANGER}>')
    ],
    "the contact's address as display name without quotes": lambda u, o: [
        letter(u.tag, u.typed_anew(), sender=f"{u.address} <{STRANGER}>")
    ],
    "two addresses in From, the contact's first": lambda u, o: [
        letter(u.tag, u.typed_anew(), sender=f"{u.address}, {STRANGER}")
    ],
    "two From fields, the contact's first": lambda u, o: [
        b"From: " + u.address.encode() + b"\r\n" + letter(u.tag, u.typed_anew())
    ],
    "the contact in Sender and Reply-To": lambda u, o: [
        letter(u.tag, u.typed_anew(), Sender=u.address, Reply_To=u.address)
    ],
    "the contact in copy": lambda u, o: [letter(u.tag, u.typed_anew(), Cc=u.address)],
    "an address that only looks like the contact's": lambda u, o: [
        letter(u.tag, u.typed_anew(), sender=u.address.replace("@", "@x-"))
    ],
    "a marked line of a stranger": lambda u, o: [letter(u.tag, text=MORE)],
    "a marked promise of a stranger": lambda u, o: [letter(u.tag, text="HẸN: ngày 20/02/2025")],
    "a marked line of a stranger in our thread": lambda u, o: [letter(u.tag, text=MORE, In_Reply_To=u.request)],
    "a marked line of a forged contact": lambda u, o: [
        letter(u.tag, sender=u.address, text=MORE, Authentication_Results=denied(u))
    ],
    "a plain request of a stranger": lambda u, o: [
        letter(u.tag, text="Kính gửi Phòng, xin gia hạn thêm 1 ngày do mất điện.")
    ],
    "a plain promise of a stranger": lambda u, o: [letter(u.tag, text="Đơn vị sẽ gửi phiếu ngày 20/02/2025.")],
    "a neighbour's clerk with a form typed anew": lambda u, o: [letter(u.tag, u.typed_anew(), sender=o.address)],
    "a neighbour's clerk with this unit's form in a fresh mail": lambda u, o: [
        letter(OFFICE, u.filled(OTHER), sender=o.address)
    ],
    "a neighbour's clerk asks for more time": lambda u, o: [letter(u.tag, sender=o.address, text=MORE)],
    "a neighbour's clerk asks for the form": lambda u, o: [letter(u.tag, sender=o.address, text="Cho xin phiếu.")],
    "a neighbour's head promises": lambda u, o: [
        letter(u.tag, sender=o.head or o.address, text="HẸN: ngày 20/02/2025")
    ],
    "a broken file of a stranger": lambda u, o: [letter(u.tag, b"PK\x03\x04 hong")],
    "another unit's sealed form under this unit's tag": lambda u, o: [letter(u.tag, o.filled(OTHER))],
    "another unit's sealed form in this unit's thread": lambda u, o: [
        letter(u.tag, o.filled(OTHER), In_Reply_To=u.request)
    ],
    "a form typed anew under an automatic header": lambda u, o: [
        letter(u.tag, u.typed_anew(), Auto_Submitted="auto-replied")
    ],
    "a forged contact's form under an automatic header": lambda u, o: [
        letter(
            u.tag, u.filled(OTHER), sender=u.address, Auto_Submitted="auto-replied", Authentication_Results=denied(u)
        )
    ],
    "a stranger's words as bulk": lambda u, o: [letter(u.tag, text=MORE, Precedence="bulk")],
    "the office itself in From": lambda u, o: [letter(u.tag, u.typed_anew(), sender=OFFICE)],
}
# Of units that have answered: nobody else changes it, whatever form they have.
ANSWERED: dict[str, Story] = {
    "a sealed form of a stranger after the unit's own": lambda u, o: [letter(u.tag, u.filled(OTHER))],
    "a form typed anew after the unit's own": lambda u, o: [letter(u.tag, u.typed_anew())],
    "a sealed form of a forged contact after the unit's own": lambda u, o: [
        letter(u.tag, u.filled(OTHER), sender=u.address, Authentication_Results=denied(u))
    ],
    "a sealed form of a neighbour in our thread after the unit's own": lambda u, o: [
        letter(u.tag, u.filled(OTHER), sender=o.address, In_Reply_To=u.request)
    ],
    "a collector with her own form and an old one of the unit": lambda u, o: [
        letter(OFFICE, o.filled(), u.filled(OTHER), sender=o.address)
    ],
    "asking for the form of a unit that has answered": lambda u, o: [letter(u.tag, text="Cho xin phiếu.")],
}
# Of units that have answered in part: what is missing is not given by anybody else, and nobody else reads the rest.
PARTLY: dict[str, Story] = {
    "asking for a half-filled form": lambda u, o: [letter(u.tag, text="Cho xin lại phiếu đang điền dở.")],
    "a sealed form that only adds": lambda u, o: [letter(u.tag, u.filled({**ANSWERS, **HALF}))],
    "a form typed anew that only adds": lambda u, o: [letter(u.tag, u.typed_anew(ANSWERS))],
}
STORIES = {**OPEN, **ANSWERED, **PARTLY}
UNITS = 52
MORNING = datetime(2025, 1, 20, 7, 5, tzinfo=ZONE)


def run(name: str, as_of: datetime) -> None:
    result: Any = BY_NAME[name](as_of=as_of, return_state=True)
    state = asyncio.run(result) if inspect.iscoroutine(result) else result
    assert state.is_completed(), state.message


class Played:
    """All stories at once: how each unit stood before, what was sent for it, how it stands after."""

    def __init__(self, siege: Siege) -> None:
        self.siege = siege
        self.before: dict[str, dict[str, Any]] = {}
        self.mails: dict[str, list[bytes]] = {}
        self.targets: dict[str, Target] = {}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, prefect_harness: None) -> Iterator[Played]:
    with (
        pytest.MonkeyPatch.context() as patch,
        new_world(tmp_path_factory.mktemp("vay") / "nha", lambda *_: "") as world,
    ):
        patch.setenv("KIEMTRA_SETTINGS", str(world.settings.file))
        run("open-cycles", MORNING)
        send(world, MORNING.replace(hour=8))
        siege = Siege(world)
        made = Played(siege)
        codes = reachable(siege)
        neighbour = siege.target(codes.pop())
        made.targets = {name: siege.target(code) for name, code in zip(STORIES, codes, strict=False)}
        assert len(made.targets) == len(STORIES)
        first = [
            letter(made.targets[one].tag, made.targets[one].filled(), sender=made.targets[one].address)
            for one in ANSWERED
        ]
        first += [
            letter(made.targets[one].tag, made.targets[one].filled(HALF), sender=made.targets[one].address)
            for one in PARTLY
        ]
        siege.hand_over(first, MORNING.replace(hour=9))
        run("collect-replies", MORNING.replace(hour=9, minute=5))
        send(world, MORNING.replace(hour=9, minute=10))
        made.before = {name: siege.stands(one.code) for name, one in made.targets.items()}
        made.mails = {name: story(made.targets[name], neighbour) for name, story in STORIES.items()}
        later = MORNING.replace(day=21, hour=9)
        siege.hand_over([raw for mails in made.mails.values() for raw in mails], later)
        run("collect-replies", later.replace(minute=5))
        send(world, later.replace(minute=10))
        yield made


def send(world: Any, now: datetime) -> None:
    world.office.clock = now
    run("send-letters", now)


def reachable(siege: Siege) -> list[str]:
    from sqlalchemy import select

    from tasks.domain.ladder import Role
    from tasks.records import Assignment, Contact, Unit

    with siege.world.tools.sessions() as session:
        rows = session.execute(
            select(Unit.code, Contact.address)
            .join(Contact)
            .join(Assignment, Assignment.unit_id == Unit.id)
            .where(Contact.role == Role.DAU_MOI, Contact.position == 0)
            .order_by(Unit.official_order)
        )
        return [code for code, address in rows if siege.received(address)]


def test_there_are_stories_enough() -> None:
    assert 25 <= len(STORIES) < UNITS


@pytest.mark.parametrize("name", STORIES)
def test_the_unit_stands_as_it_stood(played: Played, name: str) -> None:
    assert played.siege.stands(played.targets[name].code) == played.before[name]


@pytest.mark.parametrize("name", STORIES)
def test_a_person_can_see_it_at_the_desk(played: Played, name: str) -> None:
    rows = [played.siege.incoming(raw) for raw in played.mails[name]]
    assert {row.verdict for row in rows} <= FOR_THE_DESK, [(row.verdict, row.why) for row in rows]
    assert all(row.why for row in rows)


@pytest.mark.parametrize("address", [STRANGER])
def test_whoever_is_not_the_unit_is_sent_nothing_of_it(played: Played, address: str) -> None:
    assert played.siege.received(address) == []


# --- what is no attack ---------------------------------------------------------------------------------------------

PRIVATE = "hoa.ca.nhan@thudientu.example"


@pytest.fixture(scope="module")
def private(played: Played) -> Target:
    """A clerk answers from a private mailbox with the form that was sent to the unit."""
    siege = played.siege
    used = {one.code for one in played.targets.values()}
    target = siege.target(next(code for code in reachable(siege) if code not in used))
    now = MORNING.replace(day=22, hour=9)
    siege.hand_over([letter(OFFICE, target.filled(), sender=PRIVATE)], now)
    run("collect-replies", now.replace(minute=5))
    send(siege.world, now.replace(minute=10))
    return target


def test_the_sealed_form_from_a_private_mailbox_is_taken(played: Played, private: Target) -> None:
    assert played.siege.stands(private.code)["values"]["KH01"] == ANSWERS["KH01"]


def test_the_contact_hears_who_answered_and_how_to_object(played: Played, private: Target) -> None:
    told = played.siege.received(private.address)[-1]
    assert PRIVATE in told.text
    assert "không phải do đơn vị gửi" in " ".join(told.text.split())
    (form,) = [data for name, data in told.files if name.endswith(".xlsx")]
    assert fill(form, {"KH01": "x"})


def test_the_private_mailbox_gets_a_neutral_receipt(played: Played, private: Target) -> None:
    (receipt,) = played.siege.received(PRIVATE)
    assert receipt.files == []
    assert private.name not in receipt.text + receipt.subject
    assert str(ANSWERS["KH01"]) not in receipt.text


def test_the_contact_may_change_what_the_private_mailbox_said(played: Played, private: Target) -> None:
    now = MORNING.replace(day=23, hour=9)
    played.siege.hand_over([letter(private.tag, private.filled(OTHER), sender=private.address)], now)
    run("collect-replies", now.replace(minute=5))
    assert played.siege.stands(private.code)["values"]["KH01"] == OTHER["KH01"]
    again = letter(OFFICE, private.filled({**ANSWERS, "KH06": "7"}), sender=PRIVATE)
    played.siege.hand_over([again], now.replace(hour=10))
    run("collect-replies", now.replace(hour=10, minute=5))
    assert played.siege.stands(private.code)["values"]["KH01"] == OTHER["KH01"], "a change waits for a person"
    assert played.siege.incoming(again).verdict is Verdict.NOT_THEIRS
