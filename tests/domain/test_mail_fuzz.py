"""Nothing that arrives raises, and what is read of it can be stored: ten thousand spoiled mails, always the same."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.message import Message, read_message
from tasks.domain.triage import Facts, Verdict, may_answer_automatically, triage
from tests.corpus import CORPUS
from tests.corpus.case import Case
from tests.corpus.shaping import FORM, NAME, b, file, group, letter, mixed, named, p7m, percent, raw, text, zipped

CASES = int(os.environ.get("KIEMTRA_FUZZ", "10000"))
ROUNDS = 20
SMALL = [case.raw for case in CORPUS if len(case.raw) < 20_000]

PIECES = [
    b"\x00", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\xff\xfe", b"\xc3", b"\xe2\x80\xa8", b'"', b"'", b";", b"<", b">",
    b",", b":", b"(", b"--b", b"--b--", b"=?utf-8?b?", b"?=", b"=?utf-8?q?=E1?=", b"*0*=", b"*1=", b"''", b"%E1%BA",
    b"\r\nFrom: ", b"charset=hex", b"charset=idna", b"charset=utf-7", b'charset="utf\x008"', b"filename*=",
    b"\r\nContent-Transfer-Encoding: base64\r\n", b"\r\nContent-Transfer-Encoding: x-uuencode\r\n",
    b"\r\nContent-Type: multipart/mixed; boundary=b\r\n", b"\r\nContent-Type: message/rfc822\r\n",
    b"\r\nContent-Type: message/delivery-status\r\n", b"\r\nContent-Type: text/html\r\n", b"<!--", b"&#55296;",
    b"\x78\x9f\x3e\x22\x01\x00", b"PK\x03\x04", b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x02", b"begin 644 x\n",
    b"https://drive.google.com/x", b"DCCS-2025-004217-K7QX", b"Final-Recipient: rfc822;", b"\r\nStatus: 5.1.1\r\n",
]  # fmt: skip


def spoiled(mail: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, cut, doubled, or something nasty set in."""
    for _ in range(dice.randint(1, 6)):
        start = dice.randint(0, len(mail))
        end = min(len(mail), start + dice.randint(0, 40))
        match dice.randint(0, 5):
            case 0:
                mail = mail[:start] + dice.choice(PIECES) + mail[start:]
            case 1:
                mail = mail[:start] + mail[end:]
            case 2:
                mail = mail[:start] + mail[start:end] * 2 + mail[end:]
            case 3:
                mail = mail[:start] + dice.randbytes(end - start) + mail[end:]
            case 4:
                mail = mail[:start] + dice.choice(SMALL)[-200:] + mail[end:]
            case _:
                mail = mail[:start] + dice.choice(PIECES) + mail[end:]
    return mail


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, frozenset)):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts(getattr(value, one.name))


def is_sound(message: Message) -> bool:
    """Every text fits into a UTF-8 database, which knows no NUL; a name is one line; and it is something."""
    found = list(texts(message))
    assert all("\x00" not in text and text.encode() is not None for text in found)
    assert all("\n" not in name for name in (message.sender, message.subject, *(a.name for a in message.attachments)))
    assert all("/" not in file.name and "\\" not in file.name for file in message.attachments)
    verdict = triage(Facts(message, from_ourselves=False)).verdict
    assert not (message.bounce and may_answer_automatically(message))
    return verdict in set(Verdict)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_no_spoiled_mail_raises_or_gives_what_cannot_be_stored(round_: int) -> None:
    for number in range(round_, CASES, ROUNDS):
        dice = random.Random(number)
        mail = spoiled(dice.choice(SMALL), dice)
        assert is_sound(read_message(mail)), number


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=30).map(b"".join))
def test_no_noise_raises(mail: bytes) -> None:
    assert is_sound(read_message(mail))


@pytest.mark.parametrize("case", CORPUS, ids=[case.name for case in CORPUS])
def test_every_nasty_mail_can_be_stored_whole_and_cut_anywhere(case: Case) -> None:
    assert is_sound(read_message(case.raw))
    for number in range(1, 8):
        assert is_sound(read_message(case.raw[: len(case.raw) * number // 8]))


# --- a form is found however it is wrapped ---------------------------------------------------------------------------

Wrap = Callable[[bytes], bytes]
SIGNATURE = named("smime.p7s", b"0x", "application/pkcs7-signature")
WRAPS: dict[str, Wrap] = {
    "mixed": lambda part: group(text(), part, kind="mixed", boundary=f"m{len(part)}"),
    "related": lambda part: group(text("<p>x</p>", "html"), part, kind="related", boundary=f"r{len(part)}"),
    "alternative": lambda part: group(text(), part, kind="alternative", boundary=f"a{len(part)}"),
    "signed": lambda part: group(part, SIGNATURE, kind="signed", boundary=f"s{len(part)}"),
    "forward": lambda part: raw("Content-Type: message/rfc822", body=mixed(text(), part)),
    "forward in base64": lambda part: file("Content-Type: message/rfc822", data=mixed(part)),
    "opaque": lambda part: file("Content-Type: application/pkcs7-mime; name=smime.p7m", data=p7m(part, (5,))),
    "eml": lambda part: named("thu.eml", mixed(text(), part), "application/octet-stream"),
}  # fmt: skip
PACKED = ("opaque", "eml")  # files to be opened, of which three may stand in each other with the zip
SHAPES: dict[str, bytes] = {
    "2231": file(f"Content-Disposition: attachment; filename*=utf-8''{percent(NAME)}", data=FORM),
    "2047": file(f'Content-Type: application/x; name="{b(NAME)}"', data=FORM),
    "raw": named(NAME, FORM),
    "zip": named("a.zip", zipped((NAME, FORM))),
}
ENDS: dict[str, Callable[[bytes], bytes]] = {
    "crlf": lambda mail: mail,
    "lf": lambda mail: mail.replace(b"\r\n", b"\n"),
    "cut": lambda mail: mail[:-6],
}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(SHAPES)),
    st.lists(st.sampled_from(sorted(WRAPS)), max_size=6).filter(
        lambda ways: sum(w in {"opaque", "eml"} for w in ways) < 3
    ),
    st.sampled_from(sorted(ENDS)),
)
def test_a_form_is_found_however_often_it_was_wrapped(shape: str, ways: list[str], end: str) -> None:
    part = SHAPES[shape]
    for way in ways:
        part = WRAPS[way](part)
    mail = letter(body=b"")[:-2] + part if not ways else mixed(text(), part)
    whole = (end == "lf" and "opaque" in ways) or (end == "cut" and not ways)  # there the end is the form's own
    found = read_message(mail if whole else ENDS[end](mail)).attachments
    assert [(one.name, one.data == FORM) for one in found if one.is_workbook] == [(NAME, True)]
