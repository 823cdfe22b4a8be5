"""Mails that break the standard, each in the way some program does."""

import unicodedata

from tests.corpus.case import CODE, HOA, Case
from tests.corpus.shaping import FORM, XLSX, group, letter, mixed, named, parts, q, raw, text

UTF8 = "Content-Type: text/plain; charset=utf-8"


def read(name: str, raw_: bytes, says: str = "", **more: object) -> Case:
    return Case(name, raw_, says=says, **more)  # type: ignore[arg-type]


def form(name: str, raw_: bytes, *names: str) -> Case:
    return Case(name, raw_, files=names or ("phieu.xlsx",), forms=len(names) or 1)


PHIEU = named("phieu.xlsx", FORM)
UNENDED = mixed(text(), PHIEU, end=False)
BODY = parts(text(), PHIEU)

CUT = [
    form("no-final-boundary", UNENDED),
    Case(
        "nested-attachments-cut-short",
        mixed(text(), raw("Content-Type: message/rfc822", body=UNENDED[:-200]), end=False),
        files=("phieu.xlsx",),
    ),
    form(
        "space-in-boundary",
        letter('Content-Type: multipart/mixed; boundary="b c"', body=parts(text(), PHIEU, boundary="b c")),
    ),
    form(
        "boundary-with-blanks-behind",
        letter('Content-Type: multipart/mixed; boundary="b"', body=BODY.replace(b"--b\r\n", b"--b  \r\n")),
    ),
    form("boundary-unquoted-with-comment", letter("Content-Type: multipart/mixed; boundary=b; (x)", body=BODY)),
    form("boundary-a-gateway-changed", letter('Content-Type: multipart/mixed; boundary="khac"', body=BODY)),
    form("boundary-not-declared", letter("Content-Type: multipart/mixed", body=BODY)),
    form(
        "one-boundary-used-twice",
        letter(
            'Content-Type: multipart/mixed; boundary="b"',
            body=parts(group(text(), kind="alternative", boundary="b"), PHIEU),
        ),
    ),
    form(
        "boundary-that-begins-another",
        letter(
            'Content-Type: multipart/mixed; boundary="b"', body=parts(group(text(), PHIEU, kind="mixed", boundary="bb"))
        ),
    ),
    form("line-ends-of-unix", mixed(text(), PHIEU).replace(b"\r\n", b"\n")),
    form("line-ends-of-old-macs", mixed(text(), PHIEU).replace(b"\r\n", b"\r")),
    form(
        "head-that-begins-with-an-mbox-line",
        b"From hoa@vinhthuy.example Thu Oct 30 08:00:00 2025\n" + mixed(text(), PHIEU),
    ),
    form("head-that-begins-with-blank-lines", b"\r\n\r\n" + mixed(text(), PHIEU)),
    form("base64-with-strangers", mixed(text(), PHIEU.replace(b"UEsD", b"U\x00E!s\r\n D", 1))),
    form("no-mime-version", mixed(text(), PHIEU).replace(b"MIME-Version: 1.0\r\n", b"")),
    form("type-that-makes-no-sense", mixed(text(), PHIEU.replace(XLSX.encode(), b"excel"))),
    read(
        "no-blank-line-before-the-body",
        raw(f"From: {HOA}", "Subject: x").rstrip() + b"\r\nKinh gui Phong\r\n",
        "Kinh gui",
    ),
    read(
        "field-folded-without-a-blank",
        raw(f"From: {HOA}", "Subject: mot", "hai ba", "To: dccs@vinhlinh.example", body="Kinh gui"),
        "Kinh gui",
    ),
    Case("nothing-at-all", b"", sender=""),
    Case("noise", b"\x00\xff\xfe" * 50, sender=""),
]

CHARSETS = [
    read(
        "mislabelled-charset",
        letter("Content-Type: text/plain; charset=iso-8859-1", body="Kính gửi Phòng Nội vụ"),
        "Kính gửi Phòng",
    ),
    read("called-ascii", letter("Content-Type: text/plain; charset=us-ascii", body="Kính gửi"), "Kính gửi"),
    read("called-utf8-but-cp1258", letter(UTF8, body=b"B\xe1o c\xe1o n\xe3m"), "Báo cáo"),
    read("charset-nobody-knows", letter("Content-Type: text/plain; charset=tieng-viet", body="Kính gửi"), "Kính gửi"),
    read("charset-of-python-only", letter("Content-Type: text/plain; charset=punycode", body="Kính gửi"), "Kính gửi"),
    read("no-part-charset", letter("Content-Type: text/plain", body="Kính gửi"), "Kính gửi"),
    read("composed-apart", letter(UTF8, body=unicodedata.normalize("NFD", "Kính gửi")), "Kính gửi"),
    read(
        "html-only",
        letter(
            "Content-Type: text/html; charset=utf-8",
            body=f"<style>p{{}}</style><p>K&iacute;nh <b>gửi</b></p><!-- x --><div>Mã: {CODE}</div>",
        ),
        f"Kính gửi\nMã: {CODE}",
        codes=(CODE,),
    ),
    read(
        "html-beside-an-empty-text", mixed(text(" "), text("<p>Kính gửi</p>", "html"), kind="alternative"), "Kính gửi"
    ),
    read("code-parted-by-invisible-letters", letter(UTF8, body="DCCS-2025-\u200b004217-K7QX"), CODE, codes=(CODE,)),
    read("bad-base64-subject", letter(subject="=?utf-8?b?abcde?=")),
    read("bad-quoted-printable-subject", letter(subject="=?utf-8?q?=FF=FE?=")),
    read("subject-raw-in-cp1258", letter("X: y", subject="Re").replace(b"Subject: Re", b"Subject: B\xe1o c\xe1o")),
]

PEOPLE = [
    read(
        "malformed-to-and-cc",
        raw(
            f"From: {HOA}",
            "To: Nguyễn, Hoa (cũ) <a@x.example, b@y.example",
            "Cc: <<<>>, ;;;",
            f"Delivered-To: dccs+{CODE.lower()}@vinhlinh.example",
        ),
        codes=(CODE,),
    ),
    read("from-without-quotes", raw(f"From: UBND xã, huyện <{HOA}>")),
    read("from-with-another-address-in-its-name", raw(f"From: {q('Sếp <boss@x.example>')} <{HOA}>")),
    read("from-in-brackets-in-brackets", raw("From: " + "(" * 5_000 + f" <{HOA}>")),
    read(
        "lotus-quoting",
        letter(UTF8, body=f"Đã gửi.\n\n|--------->\n| {CODE} |\n|---------|\nMã phiếu: {CODE}"),
        CODE,
        codes=(CODE,),
    ),
    read(
        "reply-above-a-quoted-letter",
        letter(UTF8, body=f"Đã xem.\n> Message-ID: <goc@vinhlinh.example>\n> [{CODE}]"),
        codes=(CODE,),
        ids=("<goc@vinhlinh.example>",),
    ),
    read("subject-of-a-hundred-thousand-letters", letter(subject="x" * 100_000)),
    read("subject-of-opened-words", letter(subject="=?utf-8?q?" * 9_000)),
    read("head-of-parameters", letter("Content-Type: text/plain" + ';a="' * 20_000)),
    read("text-of-brackets", letter("Content-Type: text/html", body="<" * 300_000)),
    read("text-of-opened-comments", letter("Content-Type: text/html", body="<!--" * 100_000)),
    read("text-of-heaped-accents", letter(UTF8, body="a" + "\u0301\u0323" * 100_000)),
    read("head-of-stray-lines", raw(f"From: {HOA}", *["x"] * 100_000, "To: dccs@vinhlinh.example")),
    read("thousands-of-boundaries-half-written", mixed(raw("Content-Type: text/plain", body="--bx" * 100_000))),
    read("text-of-begins", letter(body="begin 644 x\n" * 30_000 + "\nend")),
]


def forwarded(times: int) -> bytes:
    message = mixed(text(), PHIEU)
    for _ in range(times):
        message = letter("Content-Type: message/rfc822", body=message)
    return message


def nested(times: int) -> bytes:
    inner = text("x")
    for number in range(times):
        inner = group(inner, kind="mixed", boundary=f"n{number}")
    return f"From: {HOA}\r\n".encode() + inner


DEEP = [
    form("nine-forwards-deep", forwarded(9)),
    read("three-hundred-forwards-deep", forwarded(300)),
    read("two-thousand-containers-deep", nested(2_000)),
    Case("a-thousand-parts", mixed(*(text("x") for _ in range(3_000))), says="x"),
]

BROKEN = [*CUT, *CHARSETS, *PEOPLE, *DEEP]
