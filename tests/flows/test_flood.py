"""A flood that comes in at the door is a line for each kind at the desk, opened, put aside and taken back as one."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flows.__main__ import main
from flows.demo.year import new_world
from tasks.domain.calendar import ZONE
from tasks.domain.ladder import Role
from tasks.records import Assignment
from tests.flows.siege import OFFICE, Siege, letter
from tests.flows.test_attacks import run
from tests.flows.test_desk import worthless
from tests.tasks.world import delivery_report

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
MORNING = datetime(2025, 1, 20, 7, 5, tzinfo=ZONE)
NOW = MORNING + timedelta(hours=2)
OF_ONE, OF_MANY, FORGED = 500, 20, 12
WORDS = OF_ONE + OF_MANY + FORGED
QUESTION = "Xã hỏi: mục 3 ghi số hộ hay số người ạ?"


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory, prefect_harness: None) -> Iterator[Siege]:
    """Each names a case: 500 of one sender, 20 of each kind under a name each, 12 forged ones; and one of a clerk."""
    with (
        pytest.MonkeyPatch.context() as patch,
        new_world(tmp_path_factory.mktemp("lu") / "nha", lambda *_: "") as world,
    ):
        patch.setenv("KIEMTRA_SETTINGS", str(world.settings.file))
        run("open-cycles", MORNING)
        siege = Siege(world)
        with world.tools.sessions() as session:
            cases = session.scalars(select(Assignment).order_by(Assignment.id)).all()
            codes = [one.code for one in cases]
            found = [(case.unit.contact(Role.DAU_MOI), case.code) for case in cases]
            clerks = {one.address: code for one, code in found if one is not None and one.address}
        price_list = worthless(1)
        mails = [spam(number, codes, "rac@thurac.example") for number in range(OF_ONE)]
        for number in range(OF_MANY):
            mails += [spam(number, codes, f"ten{number}@thurac{number}.example")]
            mails += [spam(number, codes, f"bang{number}@thurac.example", price_list)]
            mails += [backscatter(number, codes)]
        mails += [forged(address, code) for address, code in list(clerks.items())[:FORGED]]
        clerk = list(clerks)[-1]
        siege.hand_over([*mails, letter(OFFICE, sender=clerk, subject="Hỏi", text=QUESTION)], NOW)
        run("collect-replies", NOW)
        yield siege


def spam(number: int, codes: list[str], sender: str, *files: bytes) -> bytes:
    code = codes[number % len(codes)]
    subject = f"Khuyến mãi {number} {code}"
    return letter(OFFICE, *files, sender=sender, subject=subject, text=f"Giảm giá {number}%")


def forged(address: str, code: str) -> bytes:
    """Under a clerk's own address, which our server denies."""
    denial = f"mx.vinhlinh.example; dmarc=fail header.from={address.rpartition('@')[2]}"
    return letter(OFFICE, sender=address, subject=f"Khuyến mãi {code}", Authentication_Results=denial)


def backscatter(number: int, codes: list[str]) -> bytes:
    """A bounce of a mail that somebody else sent under our address, with a subject that looks like ours."""
    to = f"ten{number}@noikhac{number}.example"
    raw = delivery_report(f"<la-{number}@may{number}.example>", to, number, "5.1.1", f"550 5.1.1 <{to}> unknown")
    code = codes[number % len(codes)]
    raw = raw.replace(b"Message-ID: <la", f"Subject: [{code}] phieu\r\nMessage-ID: <la".encode())
    return raw.replace(b"MAILER-DAEMON@vinhlinh.example", f"MAILER-DAEMON@noikhac{number}.example".encode())


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["desk", *words]) == 0
    return capsys.readouterr().out


def heads(said: str) -> list[str]:
    """The first line of each entry."""
    return [one.strip() for one in said.splitlines() if re.match(r" {1,6}\d+  ", one)]


def test_five_hundred_and_more_are_a_line_for_each_kind(flooded: Siege, capsys: pytest.CaptureFixture[str]) -> None:
    said = typed(capsys)
    lines = heads(said)
    assert len(lines) == 4, said
    (words,) = [one for one in lines if "không kèm tệp bảng tính" in one]
    assert f"{WORDS} thư cùng loại" in words
    for kind in ("báo thư không đến nơi", "có kèm tệp bảng tính"):
        assert sum(f"{OF_MANY} thư cùng loại ({kind})" in one for one in lines) == 1
    (own,) = [one for one in lines if "cùng loại" not in one]
    assert QUESTION in typed(capsys, "show", own.split()[0]), "what a clerk asks stands for itself"
    assert len(said.splitlines()) < 80, "and a screen or two hold it all"
    assert "phiếu khác" in said, "whose they may be is told, and not endlessly"


def test_a_line_is_opened_put_aside_and_taken_back_as_one(flooded: Siege, capsys: pytest.CaptureFixture[str]) -> None:
    before = typed(capsys)
    for kind, size in (("báo thư không đến nơi", OF_MANY), ("không kèm tệp bảng tính", WORDS)):
        (line,) = [one for one in heads(typed(capsys)) if kind in one]
        number = line.split()[0]
        assert f"kiemtra desk show {number} --like" in before
        opened = typed(capsys, "show", number, "--like")
        assert len(heads(opened)) == size
        assert opened.count("kiemtra desk ignore") >= size, "each with a command of its own"
        assert f"Đã bỏ qua {size} thư" in typed(capsys, "ignore", number, "--like", "--why", "thư rác")
        assert kind not in "".join(heads(typed(capsys)))
        typed(capsys, "undo", number, "--like")
    assert typed(capsys) == before
