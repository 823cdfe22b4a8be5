"""Words that are not their sender's, keys that are not his, and what only looks like a machine: told from the outside.

As in the other attacks, all is handed over by LMTP and taken in by the flow, and every story has a unit of its own.
"""

import email
import email.policy
import itertools
import re
from collections.abc import Iterator

import pytest

from flows.demo.year import new_world
from tasks.collection.desk import advice_for
from tasks.domain.inbox.marked_line import BY_MACHINE, ELSEWHERE
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tests.flows.borrowed import (
    IN_CELLS,
    LIST,
    MORE_BY_MACHINES,
    MORE_HEARD,
    PROMISE,
    PROMISED,
    QUOTED,
    Story,
    below,
    headed,
    page,
    written,
)
from tests.flows.siege import ANSWERS, OFFICE, OTHER, STRANGER, Siege, Target, letter
from tests.flows.test_attacks import MORNING, denied, reachable, run, send
from tests.tasks.world import delivery_report

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
LOGO = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (120).to_bytes(4, "big") + (40).to_bytes(4, "big") + b"logo" * 500


def carrying(unit: Target) -> bytes:
    mail = written(unit, "Em chuyển thư của xã bạn.")
    mail.add_attachment(email.message_from_bytes(letter(OFFICE, text=PROMISE), policy=email.policy.SMTP))
    return mail.as_bytes()


def judged(results: str) -> Story:
    """A forged contact's promise, with what our own server noted of it; below that, what the forger wrote himself."""

    def story(unit: Target) -> bytes:
        domain = unit.address.rpartition("@")[2]
        own = f"Authentication-Results: {results.format(domain)}\r\n".encode()
        passed = f"mx.vinhlinh.example; dmarc=pass header.from={domain}"
        return own + letter(unit.tag, sender=unit.address, text=PROMISE, Authentication_Results=passed)

    return story


NO_ENVELOPE = "of the null sender"
BY_MACHINES: dict[str, Story] = {
    NO_ENVELOPE: headed(),
    **{
        f"of an absence: {subject}": headed(f"{subject} [{{}}] phiếu", X_Auto_Response_Suppress="All")
        for subject in ("Automatic reply:", "Trả lời tự động:", "Out of office:", "Vắng mặt", "Nghỉ phép")
    },
    "of an absence that only its subject tells": headed("Trả lời tự động: [{}] phiếu"),
    "through a list": headed("Re: [{}] phiếu", **LIST),
    "through a list that can be left": headed("Re: [{}] phiếu", **LIST, List_Unsubscribe="<mailto:roi@ds.example>"),
    "under a mark of bulk": headed("Re: [{}] phiếu", Precedence="bulk"),
    "sent on by a rule": headed("Fwd: [{}] phiếu", Auto_Submitted="auto-forwarded"),
    **MORE_BY_MACHINES,
}
SILENT: dict[str, Story] = {
    **BY_MACHINES,
    **QUOTED,
    "below an attribution without a day": below("Phòng Nội vụ viết:"),
    "in Gmail's quote without an attribution": page(f"<div class='gmail_quote'><p>{PROMISE}</p></div>"),
    "below Outlook's own mark": page(
        f"<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'></div><p>{PROMISE}</p>"
    ),
    "hidden by a style class": page(f"<style>.x{{display:none}}</style><p class='x'>{PROMISE}</p>"),
    "in letters of no size": page(f"<style>.x{{font-size:0}}</style><p class='x'>{PROMISE}</p>"),
    "in letters of no size where they stand": page(f"<p style='font-size:0pt'>{PROMISE}</p>"),
    "white on white": page(f"<p><font color='white'>{PROMISE}</font></p>"),
    "in a comment": page(f"<!-- <p>{PROMISE}</p> -->"),
    "in a hidden element": page(f"<div hidden><p>{PROMISE}</p></div>"),
    "in a quote": page(f"<blockquote><p>{PROMISE}</p></blockquote>"),
    "in Gmail's quote": page(
        "<div class='gmail_quote'><div class='gmail_attr'>Vào Th 2, 20 thg 1, 2025 Phòng Nội vụ &lt;dancho@vinhlinh"
        f".example&gt; đã viết:<br></div><blockquote class='gmail_quote'><p>{PROMISE}</p></blockquote></div>"
    ),
    "below Outlook's line": page(
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Phòng Nội vụ<br><b>Sent:</b> Monday, "
        f"January 20, 2025<br><b>To:</b> xã<br><b>Subject:</b> phiếu</p></div><p>{PROMISE}</p>"
    ),
    "in a mail that is attached": carrying,
    "in a mail that is sent on as text": lambda u: written(
        u, f"Chị xem giúp.\n\n---------- Thư đã chuyển tiếp ----------\nTừ: ai đó\n\n{PROMISE}"
    ).as_bytes(),
    "of a forged contact, our server's comments in the way": judged(
        "mx.vinhlinh.example; spf=fail (mx: no; spf=pass) smtp.mailfrom={0}; dmarc=fail (p=NONE) header.from={0}"
    ),
    "of a forged contact, a pass in a quoted string": judged(
        'mx.vinhlinh.example; dmarc=fail reason="x; dmarc=pass header.from={0}" header.from={0}'
    ),
    "of a forged contact, one of several fields denies": lambda u: (
        b"Authentication-Results: mx.vinhlinh.example; dkim=none\r\n"
        + judged(denied(u).replace("{", "{{").replace("}", "}}"))(u)
    ),
    "of a forged contact, a field that is cut off": judged('mx.vinhlinh.example; dmarc=fail reason="x header.from={0}'),
}
# What must not be lost for all that: the clerk's own line acts.
HEARD: dict[str, Story] = {
    # Softfail and no policy: whose domain it is does not deny it, and many a commune's mail is sent so.
    "her own line, of which our server only doubts": judged(
        "mx.vinhlinh.example; spf=softfail smtp.mailfrom={0}; dmarc=none header.from={0}"
    ),
    **MORE_HEARD,
    "her own line in a mail that asks for no automatic answers": headed(X_Auto_Response_Suppress="DR, OOF, AutoReply"),
    "her own line above Gmail's quote": page(f"<p>{PROMISE}</p><div class='gmail_quote'><p>HẸN: ngày 1/3</p></div>"),
    "her own line above Outlook's own mark": page(f"<p>{PROMISE}</p><div id='divRplyFwdMsg'></div>HẸN: ngày 1/3"),
    "her own line below a name": lambda u: written(u, f"Gửi anh Việt:\n{PROMISE}").as_bytes(),
    "her own line under the subject of a leave": lambda u: written(
        u, f"Em chào chị.\n{PROMISE}", subject="Nghỉ phép năm và việc gửi phiếu"
    ).as_bytes(),
    "her own line under the subject of a recall": lambda u: written(
        u, PROMISE, subject="Thu hồi: công văn số 12"
    ).as_bytes(),
    "her own line far below": lambda u: written(u, "Chữ của em.\n" * 400 + PROMISE).as_bytes(),
    "her own line in HTML as Outlook writes it": page(f"<p style='color:windowtext;font-size:11.0pt'>{PROMISE}</p>"),
    "her own line above a quote": page(f"<p>{PROMISE}</p><blockquote><p>HẸN: ngày …</p></blockquote>"),
    "her own line above a logo": lambda u: with_logo(u),
}


def with_logo(unit: Target) -> bytes:
    mail = written(unit, f"{PROMISE}\n\nTrân trọng.")
    mail.add_attachment(LOGO, maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<l@x>")
    return mail.as_bytes()


def with_scan(unit: Target) -> bytes:
    mail = written(unit, PROMISE)
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="cong-van.pdf")
    return mail.as_bytes()


# Two mails of one clerk, the second of which may be the older one: it comes a day later.
FIRST: dict[str, Story] = {
    "a form of an impossible day": lambda u: letter(u.tag, u.filled(), sender=u.address),
    "a form in another mail": lambda u: letter(u.tag, u.filled(), sender=u.address),
    "a promise that was delayed": headed(),
}


def with_date(raw: bytes, date: str) -> bytes:
    return re.sub(rb"\r\nDate: [^\r]*", f"\r\nDate: {date}".encode(), raw, count=1)


def in_a_mail(unit: Target) -> bytes:
    mail = written(unit, "Em gửi lại.")
    old = letter(unit.tag, unit.filled(OTHER), sender=unit.address)
    mail.add_attachment(email.message_from_bytes(old, policy=email.policy.SMTP))
    return mail.as_bytes()


SECOND: dict[str, Story] = {
    "a form of an impossible day": lambda u: with_date(
        letter(u.tag, u.filled(OTHER), sender=u.address), "Mon, 01 Jan 2001 00:00:00 +0700"
    ),
    "a form in another mail": in_a_mail,
    "a promise that was delayed": lambda u: with_date(
        written(u, "HẸN: ngày 25/02/2025").as_bytes(), "Tue, 21 Jan 2025 07:00:00 +0700"
    ),
}


class Told:
    def __init__(self, siege: Siege, targets: dict[str, Target], mails: dict[str, bytes]) -> None:
        self.siege, self.targets, self.mails = siege, targets, mails
        self.before = {name: siege.stands(one.code) for name, one in targets.items()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, prefect_harness: None) -> Iterator[Told]:
    with (
        pytest.MonkeyPatch.context() as patch,
        new_world(tmp_path_factory.mktemp("loi") / "nha", lambda *_: "") as world,
    ):
        patch.setenv("KIEMTRA_SETTINGS", str(world.settings.file))
        run("open-cycles", MORNING)
        send(world, MORNING.replace(hour=8))
        siege = Siege(world)
        stories = {**SILENT, **HEARD, "a scan": with_scan, "receipt": lambda u: letter(OFFICE, u.filled())}
        stories |= FIRST
        stories |= IN_CELLS
        stories["a form through a list"] = headed("Re: [{}] phiếu", form=True, **LIST)
        # What is to change nothing shares its unit with others of its kind; a line said before is no news in a quote.
        alone = [one for one in stories if one not in SILENT or one in QUOTED]
        units = [siege.target(code) for code in reachable(siege)]
        targets = dict(zip(alone, units, strict=False))
        rest = [one for one in stories if one not in targets]
        targets |= dict(zip(rest, itertools.cycle(units[len(alone) :]), strict=False))
        assert len(targets) == len(stories)
        made = Told(siege, targets, {name: story(targets[name]) for name, story in stories.items()})
        later = MORNING.replace(day=21, hour=9)
        siege.hand_over([raw for name, raw in made.mails.items() if name != NO_ENVELOPE], later)
        siege.hand_over([made.mails[NO_ENVELOPE]], later, envelope="")
        run("collect-replies", later.replace(minute=5))
        send(world, later.replace(minute=10))
        yield made


@pytest.mark.parametrize("name", SILENT)
def test_words_that_are_not_the_sender_s_do_nothing_and_wait_for_a_reader(told: Told, name: str) -> None:
    assert told.siege.stands(told.targets[name].code) == told.before[name]
    row = told.siege.incoming(told.mails[name])
    assert row.verdict in FOR_THE_DESK, (row.verdict, row.why)


@pytest.mark.parametrize("name", BY_MACHINES)
def test_a_line_under_a_machine_s_mark_waits_with_why_and_with_its_ready_command(told: Told, name: str) -> None:
    row = told.siege.incoming(told.mails[name])
    assert BY_MACHINE in row.why
    with told.siege.world.tools.sessions() as session:
        advice = advice_for(session, session.merge(row, load=False), told.siege.world.tools)
    case = f"--unit {told.targets[name].code} --cycle "
    assert [one for one in advice if case in one and one.endswith(f'--line "{PROMISE}"')], advice


@pytest.mark.parametrize("name", QUOTED)
def test_a_line_that_may_be_another_s_waits_with_why_and_with_its_ready_command(told: Told, name: str) -> None:
    row = told.siege.incoming(told.mails[name])
    assert ELSEWHERE in row.why
    with told.siege.world.tools.sessions() as session:
        advice = advice_for(session, session.merge(row, load=False), told.siege.world.tools)
    assert [one for one in advice if one.endswith(f'--line "{PROMISE}"')], advice


@pytest.mark.parametrize("name", ["a form through a list", *IN_CELLS])
def test_a_form_under_a_machine_s_mark_is_read_and_the_line_in_it_or_beside_it_waits(told: Told, name: str) -> None:
    stands = told.siege.stands(told.targets[name].code)
    row = told.siege.incoming(told.mails[name])
    assert (stands["values"]["KH01"], stands["promised"], row.verdict) == (ANSWERS["KH01"], None, Verdict.WORDS)


@pytest.mark.parametrize("name", HEARD)
def test_the_clerk_s_own_line_acts_all_the_same(told: Told, name: str) -> None:
    row = told.siege.incoming(told.mails[name])
    assert (told.siege.stands(told.targets[name].code)["promised"], row.verdict) == (PROMISED, Verdict.PROMISE)


def test_a_file_beside_a_line_that_acts_waits_for_a_reader(told: Told) -> None:
    row = told.siege.incoming(told.mails["a scan"])
    assert (told.siege.stands(told.targets["a scan"].code)["promised"], row.verdict) == (PROMISED, Verdict.WORDS)


def test_the_receipt_of_a_stranger_gives_no_key_that_makes_a_unit_unreachable(told: Told) -> None:
    """He answers once, is told so, and says with all that stands in this letter that the unit's mail came back."""
    unit = told.targets["receipt"]
    assert told.siege.stands(unit.code)["values"]["KH01"] == ANSWERS["KH01"]
    (receipt,) = told.siege.received(STRANGER)
    raw = receipt.mail.as_bytes().decode("utf-8", "replace")
    keys = {
        *re.findall(r"<[^<>\s]+@[^<>\s]+>", raw),
        *(f"<{one}@vinhlinh.example>" for one in re.findall(r"b-(\w{32})", raw)),
    }
    assert keys, "at least its own Message-ID"
    before = told.siege.stands(unit.code)
    reports = [delivery_report(key, unit.address, 900 + n, "5.1.1", "") for n, key in enumerate(sorted(keys) * 2)]
    now = MORNING.replace(day=22, hour=9)
    told.siege.hand_over(reports, now)
    run("collect-replies", now.replace(minute=5))
    assert told.siege.stands(unit.code) == before
    assert {told.siege.incoming(one).verdict for one in reports} <= FOR_THE_DESK


def test_one_report_that_is_handed_over_again_and_again_makes_nobody_unreachable(told: Told) -> None:
    unit = told.targets["in a comment"]
    report = delivery_report(unit.request, unit.address, 950, "5.1.1", "")
    now = MORNING.replace(day=23, hour=9)
    told.siege.hand_over([f"X-Relay: {n}\r\n".encode() + report for n in range(5)], now)
    run("collect-replies", now.replace(minute=5))
    assert told.siege.stands(unit.code) == told.before["in a comment"]


def test_where_nobody_can_tell_which_word_is_newer_the_unit_is_asked(told: Told) -> None:
    mails = {name: story(told.targets[name]) for name, story in SECOND.items()}
    now = MORNING.replace(day=22, hour=10)
    told.siege.hand_over(list(mails.values()), now)
    run("collect-replies", now.replace(minute=5))
    send(told.siege.world, now.replace(minute=10))
    for name in ("a form of an impossible day", "a form in another mail"):
        said = " ".join(told.siege.received(told.targets[name].address)[-1].text.split())
        for words in (str(ANSWERS["KH01"]), str(OTHER["KH01"]), "không rõ gửi trước hay sau"):
            assert words in said, name
    name = "a promise that was delayed"
    row = told.siege.incoming(mails[name])
    assert told.siege.stands(told.targets[name].code)["promised"] == PROMISED
    assert row.verdict in FOR_THE_DESK
    assert "đang tính ngày ấy" in row.why
