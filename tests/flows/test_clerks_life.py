"""What clerks and programs write all year and mean nothing by: handed over by LMTP and taken in, it changes nothing."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from flows.demo.year import new_world
from tasks.domain.calendar import ZONE
from tasks.domain.letterbox import FOR_THE_DESK
from tasks.records import Extension, Reply
from tests.corpus.neighbours_of_bounces import NEIGHBOURS
from tests.corpus.ordinary_sentences import SENTENCES
from tests.corpus.strange_sentences import MAILS
from tests.flows.siege import OFFICE, Siege, Target, letter
from tests.flows.test_attacks import MORNING, reachable, run, send

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
LATER = datetime(2025, 1, 21, 9, tzinfo=ZONE)
TEXTS = (*SENTENCES, *MAILS)


class Lived:
    def __init__(self, siege: Siege) -> None:
        self.siege = siege
        self.units = [siege.target(code) for code in reachable(siege)]
        self.before = {one.code: siege.stands(one.code) for one in self.units}
        self.words = [said(self.units[n % len(self.units)], text) for n, text in enumerate(TEXTS)]
        self.marked = {name: make(self.units[n]) for n, (name, make) in enumerate(MARKED.items())}
        self.machines = {
            name: one.written(number, *addresses(self.units[number % len(self.units)]))
            for number, (name, one) in enumerate(NEIGHBOURS.items())
        }


def said(unit: Target, text: str) -> bytes:
    """By the unit's own contact, in answer to our letter."""
    return letter(
        unit.tag, sender=unit.address, subject=f"Re: [{unit.case}] phiếu", text=text, In_Reply_To=unit.request
    )


BULK = {"Precedence": "bulk", "List_ID": "<vanphong.vinho.example>"}
MARKED: Mapping[str, Callable[[Target], bytes]] = {
    "a clerk's words that a server calls bulk": lambda u: letter(
        u.tag, sender=u.address, text="Xã đề nghị gia hạn đến ngày 20/05/2025 vì bão.", In_Reply_To=u.request, **BULK
    ),
    "a clerk's filled form that a server calls automatic": lambda u: letter(
        u.tag, u.filled(), sender=u.address, In_Reply_To=u.request, Auto_Submitted="auto-replied"
    ),
    "a clerk's filled form that a server calls automatic and bulk": lambda u: letter(
        OFFICE, u.filled(), sender=u.address, Auto_Submitted="auto-generated", **BULK
    ),
}


def addresses(unit: Target) -> tuple[str, str, str]:
    return unit.address, unit.tag, unit.request


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, prefect_harness: None) -> Iterator[Lived]:
    with (
        pytest.MonkeyPatch.context() as patch,
        new_world(tmp_path_factory.mktemp("doi") / "nha", lambda *_: "") as world,
    ):
        patch.setenv("KIEMTRA_SETTINGS", str(world.settings.file))
        run("open-cycles", MORNING)
        send(world, MORNING.replace(hour=8))
        made = Lived(Siege(world))
        by_nobody = [raw for name, raw in made.machines.items() if NEIGHBOURS[name].by_nobody]
        made.siege.hand_over(by_nobody, LATER, envelope="")
        others = [raw for name, raw in made.machines.items() if not NEIGHBOURS[name].by_nobody]
        made.siege.hand_over([*made.words, *others, *made.marked.values()], LATER)
        run("collect-replies", LATER.replace(minute=5))
        yield made


def changed(lived: Lived) -> dict[str, Any]:
    return {code: now for code, was in lived.before.items() if (now := lived.siege.stands(code)) != was}


def test_there_are_two_hundred_sentences_and_sixty_strange_ones() -> None:
    assert len(set(SENTENCES)) >= 200
    assert len(set(MAILS)) >= 60


def test_nothing_that_was_written_changes_a_state(lived: Lived) -> None:
    with lived.siege.world.tools.sessions() as session:
        for kind in (Extension, Reply):
            assert session.scalar(select(func.count()).select_from(kind)) == 0, kind
    assert changed(lived) == {}


def test_every_sentence_can_be_read_at_the_desk(lived: Lived) -> None:
    for text, raw in zip(TEXTS, lived.words, strict=True):
        row = lived.siege.incoming(raw)
        assert row.verdict in FOR_THE_DESK, (text, row.verdict, row.why)


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_what_a_program_sends_is_neither_a_bounce_nor_an_answer(lived: Lived, name: str) -> None:
    row = lived.siege.incoming(lived.machines[name])
    assert row.verdict in NEIGHBOURS[name].verdicts, (row.verdict, row.why)


@pytest.mark.parametrize("name", MARKED)
def test_what_a_person_sent_under_a_machine_s_mark_is_seen_by_a_person(lived: Lived, name: str) -> None:
    row = lived.siege.incoming(lived.marked[name])
    assert row.verdict in FOR_THE_DESK, (row.verdict, row.why)
