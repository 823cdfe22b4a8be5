"""Words that are not their sender's, keys that are not his, and what only looks like a machine: told from the outside.

As in the other attacks, all is handed over by LMTP and taken in by the flow, and every story has a unit of its own.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from flows.demo.year import new_world
from tasks.collection.desk import advice_for
from tasks.domain.inbox.marked_line import BY_MACHINE
from tasks.domain.letterbox import FOR_THE_DESK, Verdict
from tests.flows.siege import ANSWERS, HALF, OFFICE, STRANGER, Siege, Target, letter
from tests.flows.test_attacks import MORNING, denied, reachable, run, send
from tests.tasks.world import delivery_report

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]
PROMISE, PROMISED = "HẸN: ngày 20/02/2025", date(2025, 2, 20)
LOGO = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (120).to_bytes(4, "big") + (40).to_bytes(4, "big") + b"logo" * 500
Story = Callable[[Target], bytes]
_numbers = iter(range(1, 1_000))


def written(unit: Target, text: str = "Em chào chị.", *, html: str = "", subject: str = "") -> EmailMessage:
    """A mail of the unit's own clerk, who may say what she likes: by HTML alone where `html` is given."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = unit.address, unit.tag, subject or "Re: phiếu"
    mail["Message-ID"], mail["In-Reply-To"] = f"<loi-{next(_numbers)}@donvi.example>", unit.request
    mail["Date"] = format_datetime(datetime.fromisoformat("2025-01-21T08:59:00+07:00"))
    if html:
        mail.set_content(f"<html><body>{html}</body></html>", subtype="html")
    else:
        mail.set_content(text)
    return mail


def page(html: str) -> Story:
    return lambda unit: written(unit, html=f"<p>Em chào chị.</p>{html}").as_bytes()


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


def headed(subject: str = "", form: bool = False, **head: str) -> Story:
    """The contact's promise, in words of her own, under what programs put into a head."""

    def story(unit: Target) -> bytes:
        mail = written(unit, f"Em chào chị.\n{PROMISE}", subject=subject.format(unit.case))
        for name, value in head.items():
            mail[name.replace("_", "-")] = value
        if form:
            mail.add_attachment(
                unit.filled(HALF), maintype="application", subtype="octet-stream", filename="phieu.xlsx"
            )
        return mail.as_bytes()

    return story


def below(quote: str) -> Story:
    return lambda unit: written(unit, f"Đã nhận.\n{quote}\n\n{PROMISE}").as_bytes()


LIST = {"List_Id": "<vanphong.vinho.example>", "Precedence": "list"}
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
}
SILENT: dict[str, Story] = {
    **BY_MACHINES,
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
        stories["a form through a list"] = headed("Re: [{}] phiếu", form=True, **LIST)
        targets = {name: siege.target(code) for name, code in zip(stories, reachable(siege), strict=False)}
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


def test_a_form_under_a_machine_s_mark_is_read_and_the_line_beside_it_waits(told: Told) -> None:
    stands = told.siege.stands(told.targets["a form through a list"].code)
    row = told.siege.incoming(told.mails["a form through a list"])
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
