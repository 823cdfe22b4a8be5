"""How a filled form travels: 50 shapes in which it must be found under its name."""

import unicodedata

from tasks.domain.triage import Verdict
from tests.corpus.case import CODE, LETTER, Case
from tests.corpus.shaping import (
    FORM,
    NAME,
    ODS,
    OID,
    XLS,
    XLSX,
    Line,
    b,
    der,
    file,
    group,
    letter,
    mixed,
    named,
    p7m,
    percent,
    q,
    raw,
    text,
    tnef,
    tnef_file,
    under_password,
    uuencoded,
    winmail,
    zipped,
)

NFD = unicodedata.normalize("NFD", NAME)
HTML = text("<p>Kính gửi</p>", "html")


def found(name: str, raw_: bytes, *files: str, **more: object) -> Case:
    return Case(name, raw_, files=files or (NAME,), forms=len(files) or 1, **more)  # type: ignore[arg-type]


def by_head(name: str, *lines: Line, as_: str = NAME) -> Case:
    return found(name, mixed(text(), file(*lines, data=FORM)), as_)


TYPE = f"Content-Type: {XLSX}"
IN_NAMES = [
    by_head("name-2231", TYPE, f"Content-Disposition: attachment; filename*=utf-8''{percent(NAME)}"),
    by_head(
        "name-2231-in-pieces",
        TYPE,
        f"Content-Disposition: attachment; filename*0*=utf-8''{percent(NAME[:9])};\r\n filename*1*={percent(NAME[9:])}",
    ),
    by_head(
        "name-2231-beside-an-ascii-stopgap",
        TYPE,
        f"Content-Disposition: attachment; filename=\"Phi_u.xlsx\"; filename*=utf-8''{percent(NAME)}",
    ),
    by_head(
        "name-2231-cp1258",
        TYPE,
        f"Content-Disposition: attachment; filename*=windows-1258''{percent('xá', 'cp1258')}.xlsx",
        as_="xá.xlsx",
    ),
    by_head("name-2047-quoted", TYPE, f'Content-Disposition: attachment; filename="{q(NAME)}"'),
    by_head("name-2047-bare", TYPE, f"Content-Disposition: attachment; filename={b(NAME)}"),
    by_head(
        "name-2047-folded", TYPE, f'Content-Disposition: attachment;\r\n filename="{b(NAME[:9])}\r\n {b(NAME[9:])}"'
    ),
    by_head("name-5987-in-quotes", TYPE, f"Content-Disposition: attachment; filename=\"UTF-8''{percent(NAME)}\""),
    by_head("name-percent-encoded", TYPE, f'Content-Disposition: attachment; filename="{percent(NAME)}"'),
    by_head("name-raw-utf8", TYPE, f'Content-Disposition: attachment; filename="{NAME}"'),
    by_head("name-raw-in-type-only", f'Content-Type: {XLSX}; name="{NAME}"'),
    by_head("name-2231-in-type-only", f"Content-Type: {XLSX}; name*=UTF-8'vi'{percent(NAME)}"),
    by_head("name-nfd-2231", TYPE, f"Content-Disposition: attachment; filename*=utf-8''{percent(NFD)}"),
    by_head("name-nfd-raw", TYPE, f'Content-Disposition: attachment; filename="{NFD}"'),
    by_head(
        "non-utf8-filename",
        TYPE,
        'Content-Disposition: attachment; filename="B\u1ea3o.xlsx"'.encode("cp1258", "ignore").replace(
            b"Bo", b"B\xe1o"
        ),
        as_="Báo.xlsx",
    ),
    by_head(
        "name-with-a-path",
        TYPE,
        'Content-Disposition: attachment; filename="C:\\\\Users\\\\Hoa\\\\../phieu.xlsx"',
        as_="phieu.xlsx",
    ),
    by_head(
        "name-with-direction-marks",
        TYPE,
        'Content-Disposition: attachment; filename="phieu\u202excod.xlsx"',
        as_="phieuxcod.xlsx",
    ),
    by_head(
        "name-with-control-characters",
        TYPE,
        'Content-Disposition: attachment; filename="phi\x07eu\x7f.xlsx"',
        as_="phieu.xlsx",
    ),
    by_head(
        "name-with-semicolon", TYPE, 'Content-Disposition: attachment; filename="phieu; xa.xlsx"', as_="phieu; xa.xlsx"
    ),
    by_head(
        "name-unquoted-with-blanks",
        TYPE,
        "Content-Disposition: attachment; filename=phieu xa.xlsx",
        as_="phieu xa.xlsx",
    ),
]

IN_PARTS = [
    found("inline-disposition", mixed(text(), named(NAME, FORM, way="inline"))),
    found("called-a-text", mixed(text(), named(NAME, FORM, "text/plain"))),
    found("called-a-text-and-inline", mixed(text(), file(f'Content-Type: text/plain; name="{NAME}"', data=FORM))),
    found("called-a-picture", mixed(text(), named("anh.png", FORM, "image/png")), "anh.png"),
    found("two-same-name", mixed(text(), named("a.xlsx", FORM), named("a.xlsx", FORM)), "a.xlsx", "a.xlsx"),
    found("several-workbooks", mixed(text(), named("a.xlsx", FORM), named("b.xlsx", FORM)), "a.xlsx", "b.xlsx"),
    Case("old-excel", mixed(text(), named("phieu.xls", XLS)), files=("phieu.xls",)),
    Case("libreoffice", mixed(text(), named("phieu.ods", ODS)), files=("phieu.ods",)),
    found(
        "apple-mail-alternative",
        mixed(text(), group(HTML, named(NAME, FORM), kind="mixed", boundary="c"), kind="alternative"),
        says="Kính gửi Phòng",
    ),
    found("related-inside-mixed", mixed(group(HTML, named(NAME, FORM), kind="related", boundary="bb"))),
    found(
        "nothing-but-a-file",
        letter(
            f'Content-Type: {XLSX}; name="{NAME}"',
            "Content-Transfer-Encoding: base64",
            body=file(data=FORM).split(b"\r\n\r\n", 1)[1],
        ),
    ),
    found(
        "clear-signed",
        mixed(
            group(text(), named(NAME, FORM), kind="mixed", boundary="c"),
            named("smime.p7s", b"0\x80sig", "application/pkcs7-signature"),
            kind="signed",
        ),
    ),
    found(
        "opaque-signed",
        mixed(
            named(
                "smime.p7m",
                p7m(
                    raw(
                        'Content-Type: multipart/mixed; boundary="c"',
                        body=b"--c\r\n" + named(NAME, FORM) + b"\r\n--c--",
                    )
                ),
                "application/pkcs7-mime; smime-type=signed-data",
            )
        ),
    ),
    found(
        "opaque-signed-in-pieces",
        mixed(named("smime.p7m", p7m(named(NAME, FORM), (10, 300)) + b"\r\n", "application/octet-stream")),
    ),
    Case(
        "encrypted",
        mixed(named("smime.p7m", der(0x30, OID["enveloped"], der(0xA0)), "application/pkcs7-mime")),
        files=("smime.p7m",),
        unopened=("mã hóa",),
    ),
    Case(
        "certificate-beside-text",
        mixed(text(), named("hoa.p7c", der(0x30, OID["signed"], der(0xA0)), "application/pkcs7-mime")),
        files=("hoa.p7c",),
    ),
    Case(
        "encrypted-pgp",
        mixed(raw("Content-Type: application/pgp-encrypted", body="Version: 1"), kind="encrypted"),
        unopened=("mã hóa",),
    ),
    found(
        "message-rfc822-attached",
        mixed(
            text(),
            raw(
                "Content-Type: message/rfc822",
                body=mixed(text(CODE), named(NAME, FORM), head=(f"Message-ID: {LETTER}",)),
            ),
        ),
        codes=(CODE,),
        ids=(LETTER,),
    ),
    found(
        "message-rfc822-in-base64",
        mixed(
            text(),
            file(
                "Content-Type: message/rfc822", data=mixed(text(), named(NAME, FORM), head=(f"Message-ID: {LETTER}",))
            ),
        ),
        ids=(LETTER,),
    ),
    found(
        "forward-in-forward-in-forward",
        mixed(
            raw(
                "Content-Type: message/rfc822",
                body=mixed(
                    raw(
                        "Content-Type: message/rfc822",
                        body=mixed(raw("Content-Type: message/rfc822", body=mixed(named(NAME, FORM)))),
                    )
                ),
            )
        ),
    ),
    found("a-digest-of-forwards", mixed(raw("", body=mixed(named(NAME, FORM))), kind="digest")),
    found(
        "mail-as-a-mere-file",
        mixed(text(), named("thu.eml", mixed(text(), named(NAME, FORM)), "application/octet-stream")),
    ),
    found(
        "inline-uuencode",
        letter("Content-Type: text/plain", body="Kính gửi\n" + uuencoded("phieu.xlsx", FORM)),
        "phieu.xlsx",
    ),
    found(
        "uuencode-as-encoding",
        mixed(
            raw(
                f"Content-Type: {XLSX}; name=phieu.xlsx",
                "Content-Transfer-Encoding: x-uuencode",
                body=uuencoded("x", FORM),
            )
        ),
        "phieu.xlsx",
    ),
    found(
        "quoted-printable-file",
        mixed(
            raw(
                f"Content-Type: {XLSX}; name=phieu.xlsx",
                "Content-Transfer-Encoding: quoted-printable",
                body="".join(f"={byte:02X}" for byte in FORM),
            )
        ),
        "phieu.xlsx",
    ),
    found(
        "binary-file",
        mixed(raw(f"Content-Type: {XLSX}; name=phieu.xlsx", "Content-Transfer-Encoding: binary", body=FORM)),
        "phieu.xlsx",
    ),
]

IN_PACKAGES = [
    found(
        "tnef-only",
        letter(
            "Content-Type: application/ms-tnef; name=winmail.dat",
            "Content-Transfer-Encoding: base64",
            body=winmail(tnef(tnef_file("PHIEU~1.XLS", NAME, FORM))).split(b"\r\n\r\n", 1)[1],
        ),
    ),
    found(
        "tnef-beside-text",
        mixed(text(), winmail(tnef(tnef_file("PHIEU~1.XLS", NAME, FORM), tnef_file("B.XLS", "b.xlsx", FORM)))),
        NAME,
        "b.xlsx",
    ),
    found("tnef-short-name-only", mixed(text(), winmail(tnef(tnef_file("A.XLS", "", FORM)))), "A.XLS"),
    found(
        "tnef-text-inside",
        mixed(winmail(tnef(tnef_file("A.XLS", "a.xlsx", FORM), body=f"Ma phieu {CODE}"))),
        "a.xlsx",
        codes=(CODE,),
        says=CODE,
    ),
    found(
        "tnef-truncated",
        mixed(text(), winmail(tnef(tnef_file("A.XLS", "a.xlsx", FORM), tnef_file("B.XLS", "b.xlsx", FORM))[:-200])),
        "a.xlsx",
    ),
    Case("tnef-empty", mixed(text(), winmail(tnef())), files=("winmail.dat",)),
    Case("rtf-encoded-outlook", mixed(text(), winmail(b"{\\rtf1 khong phai tnef}")), files=("winmail.dat",)),
    Case(
        "zip",
        mixed(text(), named("phieu.zip", zipped((NAME, FORM), ("doc/anh.txt", b"x")), "application/zip")),
        files=(NAME, "anh.txt"),
        forms=1,
    ),
    found("zip-in-zip", mixed(text(), named("a.zip", zipped(("b.zip", zipped((NAME, FORM)))), "application/zip"))),
    found(
        "zip-with-litter-of-a-mac",
        mixed(
            text(),
            named(
                "a.zip", zipped((NAME, FORM), (f"__MACOSX/._{NAME}", b"x"), (".DS_Store", b"x"), (f"~${NAME}", b"x"))
            ),
        ),
    ),
    Case(
        "zip-under-password",
        mixed(text(), named("a.zip", under_password(zipped((NAME, FORM))))),
        files=("a.zip",),
        unopened=("mật khẩu",),
    ),
    Case(
        "zip-bomb",
        mixed(text(), named("a.zip", zipped(("to.xlsx", bytes(31_000_000))))),
        files=("a.zip",),
        unopened=("bung ra",),
    ),
    Case(
        "zip-of-too-many",
        mixed(text(), named("a.zip", zipped(*((f"{n}.txt", b"x") for n in range(300))))),
        files=("a.zip",),
        unopened=("quá nhiều",),
    ),
    Case(
        "zip-cut-short", mixed(text(), named("a.zip", zipped((NAME, FORM))[:-40])), files=("a.zip",), unopened=("hỏng",)
    ),
    Case(
        "rar", mixed(text(), named("a.rar", b"Rar!\x1a\x07\x00" + bytes(50))), files=("a.rar",), unopened=("không nén",)
    ),
    Case(
        "7z", mixed(text(), named("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50))), files=("a.7z",), unopened=("không nén",)
    ),
    Case(
        "numbers-of-apple",
        mixed(text(), named("a.numbers", zipped(("Index/Document.iwa", b"x")))),
        files=("a.numbers",),
        unopened=("Numbers",),
    ),
    Case(
        "word-document",
        mixed(text(), named("a.docx", zipped(("[Content_Types].xml", b"x"), ("word/document.xml", b"x")))),
        files=("a.docx",),
    ),
]

IN_CLOUDS = [
    Case(
        "google-drive-link",
        mixed(text("Tệp ở đây: https://drive.google.com/file/d/1AbC/view?usp=sharing.")),
        clouds=("drive.google.com",),
    ),
    Case(
        "onedrive-link-in-html",
        mixed(text('<a href="https://1drv.ms/x/s!Ab?e=1&amp;x=2">phiếu</a>', "html")),
        clouds=("1drv.ms",),
        says="phiếu",
    ),
    Case(
        "sharepoint-behind-safelinks",
        mixed(
            text(
                "https://apc01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fubnd-my.sharepoint.com%2F%3Ax%3A%2Fg%2Fhoa&data=05"
            )
        ),
        clouds=("ubnd-my.sharepoint.com",),
    ),
    Case("zalo-number-is-no-file", mixed(text("Zalo: https://zalo.me/0912345678")), clouds=()),
]

LISTED = [
    found(
        "through-a-group-address",
        mixed(text(), named(NAME, FORM), head=("List-Id: <vanphong.vinhthuy.example>", "Precedence: list")),
    ),
    found("scanner-with-a-null-path", mixed(text(), named(NAME, FORM), head=("Return-Path: <>",))),
    Case(
        "document-system",
        mixed(text(), named(NAME, FORM), head=("Auto-Submitted: auto-generated",)),
        verdict=Verdict.UNMATCHED,
        files=(NAME,),
        forms=1,
    ),
]

SHAPES = [*IN_NAMES, *IN_PARTS, *IN_PACKAGES, *IN_CLOUDS, *LISTED]
