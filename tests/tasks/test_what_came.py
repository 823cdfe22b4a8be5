"""What comes instead of the form, or as the form by another program: the unit hears what it was and what to do."""

import gzip
import struct
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pytest
from docx import Document

from tasks.collection.desk import advice_for, brought
from tasks.domain.file_kind import LEAST_SIDE_OF_PHOTO
from tasks.domain.letterbox import FOR_THE_DESK, LetterKind, Verdict
from tests.tasks.world import ADDRESS, ANSWERS, World, moment

WHEN = "2025-04-22 09:00"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def zipped(**members: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def photo(side: int = 1200, size: int = 60_000) -> bytes:
    """A JPEG as far as its head, which is all that is looked at."""
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9
    return head + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", side, side) + b"\x03" + b"x" * size


def word() -> bytes:
    buffer = BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


def declaring_binary(data: bytes) -> bytes:
    """As SheetJS saves every .xlsx: the list of types names one of binary workbooks that no part has."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "[Content_Types].xml":
                also = f'<Default Extension="bin" ContentType="{BINARY}"/><Override '.encode()
                part = part.replace(b"<Override ", also, 1)
                assert also in part
            target.writestr(name, part)
    return buffer.getvalue()


def put(world: World, *files: tuple[str, str, bytes], shown: bool = False, picture_id: str = "") -> None:
    """The unit's clerk answers with these files: (name, type, bytes), among the words where they are shown."""
    mail = message_from_bytes(world.mail("xa-vinh-o", WHEN, put=False), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    for name, kind, data in files:
        maintype, subtype = kind.split("/")
        mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
        part = list(mail.iter_attachments())[-1]
        if shown:
            part.replace_header("Content-Disposition", f'inline; filename="{name}"')
        if picture_id:
            part["Content-ID"] = picture_id
    world.mailbox.put(mail.as_bytes(), moment(WHEN))
    world.collect(WHEN)
    world.send(WHEN)


def told(world: World) -> str:
    return " ".join(world.outbox.to(ADDRESS["xa-vinh-o"])[-1].text.split())


def at_desk(world: World) -> tuple[list[str], str]:
    with world.sessions() as session:
        row = session.merge(world.incoming()[-1])
        assert row.verdict in FOR_THE_DESK
        return brought(row, world.tools), "\n".join(advice_for(session, row, world.tools))


def test_a_form_that_sheetjs_has_saved_is_an_answer(begun: World) -> None:
    begun.mail("xa-vinh-o", WHEN, declaring_binary(begun.filled("xa-vinh-o", ANSWERS)))
    begun.collect(WHEN)
    begun.send(WHEN)
    assert begun.letters_of("xa-vinh-o")[-1].kind is LetterKind.RECEIPT
    assert "4/4 mục" in told(begun)


INSTEAD: dict[str, tuple[str, str, bytes, str, str]] = {
    "a photo": ("IMG_0042.jpg", "image/jpeg", photo(), "Tệp là ảnh", "ảnh"),
    "a photo of 6 MB": ("IMG_0043.jpg", "image/jpeg", photo(size=6_000_000), "Tệp là ảnh", "ảnh"),
    "a photo by Zalo without a true type": (
        "z59876543210.jpg",
        "application/octet-stream",
        photo(),
        "Tệp là ảnh",
        "ảnh",
    ),
    "a photo of an iPhone": (
        "IMG_0044.HEIC",
        "image/heic",
        b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + b"x" * 9_000,
        "ảnh (HEIC) của điện thoại",
        "ảnh HEIC của điện thoại",
    ),
    "a picture for the web": ("a.webp", "image/webp", b"RIFF\0\0\0\0WEBPVP8 " + b"x" * 99, "Tệp là ảnh", "ảnh"),
    "a scan": ("phieu.pdf", "application/pdf", b"%PDF-1.7\n%\xe2\xe3\n" + b"x" * 99, "Tệp là PDF", "tệp PDF"),
    "a film": ("quay.mp4", "video/mp4", b"\0\0\0\x20ftypisom" + b"x" * 99, "Tệp là phim", "phim"),
    "a voice": ("ghi.m4a", "audio/mp4", b"\0\0\0\x20ftypM4A " + b"x" * 99, "Tệp là ghi âm", "ghi âm"),
    "lines of text": (
        "phieu.csv",
        "text/csv",
        "Mã,Kết quả\nDX01,Có\n".encode(),
        "văn bản thuần (CSV)",
        "văn bản thuần, CSV",
    ),
    "a web page": ("phieu.html", "text/html", b"<html><table><tr><td>M</td></tr></table>", "trang web", "trang web"),
    "a web page as .xls": ("phieu.xls", "application/vnd.ms-excel", b"<table><tr><td>1", "trang web", "trang web"),
    "an empty file": ("phieu.xlsx", "application/octet-stream", b"", "Tệp rỗng", "tệp rỗng"),
    "an empty archive": ("phieu.zip", "application/zip", b"PK\x05\x06" + b"\0" * 18, "Tệp nén rỗng", "tệp nén rỗng"),
    "a mail of Outlook": (
        "FW phieu.msg",
        "application/vnd.ms-outlook",
        OLE + "__properties_version1.0\0".encode("utf-16-le") + "Workbook\0".encode("utf-16-le"),
        "thư lưu của Outlook",
        "thư lưu của Outlook",
    ),
    "rar": ("phieu.rar", "application/vnd.rar", b"Rar!\x1a\x07\x01\x00" + b"x" * 99, "không nén", "tệp nén"),
    "7z": ("phieu.7z", "application/x-7z-compressed", b"7z\xbc\xaf\x27\x1c" + b"x" * 99, "không nén", "tệp nén"),
    "half a .gz": ("phieu.xlsx.gz", "application/gzip", gzip.compress(b"x" * 999)[:-9], "bị hỏng", "tệp nén"),
    "Word": ("phieu.docx", "application/octet-stream", word(), "văn bản Word", "văn bản Word"),
    "Word that is called a workbook": (
        "phieu.xlsx",
        "application/octet-stream",
        word(),
        "văn bản Word",
        "văn bản Word",
    ),
    "old Word": (
        "phieu.doc",
        "application/msword",
        OLE + "WordDocument\0".encode("utf-16-le"),
        "văn bản Word",
        "văn bản Word",
    ),
    "nothing that is known": ("phieu.bin", "application/octet-stream", bytes(range(256)), "không nhận ra", ""),
}


@pytest.mark.parametrize("what", INSTEAD)
def test_a_file_that_is_no_form_is_named_to_the_unit_and_at_the_desk(begun: World, what: str) -> None:
    name, kind, data, sentence, short = INSTEAD[what]
    put(begun, (name, kind, data))
    assert f"Tệp “{name}”: " in told(begun)
    assert sentence in told(begun)
    assert "Làm trên điện thoại: 1. Mở tệp phiếu" in told(begun)
    assert begun.outbox.to(ADDRESS["xa-vinh-o"])[-1].workbook
    named, _ = at_desk(begun)
    assert named == [f"{name} ({short})" if short else name]


@pytest.mark.parametrize("what", ["a photo", "lines of text", "a web page"])
def test_so_is_one_that_a_program_shows_among_the_words(begun: World, what: str) -> None:
    name, kind, data, _, _ = INSTEAD[what]
    put(begun, (name, kind, data), shown=True, picture_id="<anh@dien.thoai>" if what == "a photo" else "")
    assert f"Tệp “{name}”: " in told(begun)


def test_the_logo_of_a_signature_is_not(begun: World) -> None:
    logo = photo(LEAST_SIDE_OF_PHOTO - 1, size=9_000)
    put(begun, ("logo.jpg", "image/jpeg", logo), shown=True, picture_id="<logo@xa>")
    assert "Thư trả lời không kèm tệp phiếu đã điền." in told(begun)
    assert at_desk(begun)[0] == []


def test_several_photos_are_named_in_one_sentence_and_a_person_is_told_how_to_see_them(begun: World) -> None:
    put(begun, *((f"IMG_{number}.jpg", "image/jpeg", photo() + bytes([number])) for number in range(7)))
    assert told(begun).count("Tệp là ảnh") == 1
    assert "Tệp “IMG_0.jpg”, “IMG_1.jpg”, “IMG_2.jpg”, “IMG_3.jpg”, “IMG_4.jpg” và 2 tệp khác: " in told(begun)
    assert "Thư kèm ảnh hoặc PDF, có thể là phiếu đã điền" in at_desk(begun)[1]
    assert "--save" in at_desk(begun)[1]


@pytest.mark.parametrize("pack", [gzip.compress, lambda form: zipped(phieu__xlsx=form)], ids=["gz", "zip"])
def test_a_form_in_an_archive_that_can_be_opened_is_an_answer(begun: World, pack: Callable[[bytes], bytes]) -> None:
    put(begun, ("phieu.xlsx.gz", "application/octet-stream", pack(begun.filled("xa-vinh-o", ANSWERS))))
    assert "4/4 mục" in told(begun)


def test_files_beside_a_form_are_named_in_its_receipt(begun: World) -> None:
    form = ("phieu.xlsx", "application/octet-stream", begun.filled("xa-vinh-o", ANSWERS))
    put(begun, form, ("anh-niem-yet.jpg", "image/jpeg", photo()), ("bien-ban.pdf", "application/pdf", b""))
    assert begun.incoming()[-1].verdict is Verdict.REPLY
    assert "Tệp gửi kèm anh-niem-yet.jpg (ảnh) đã được lưu cùng thư; chương trình không đọc nội dung." in told(begun)
    assert "Tệp gửi kèm bien-ban.pdf (tệp rỗng) không có nội dung; hãy gửi lại tệp đó." in told(begun)


def test_a_form_beside_a_photo_is_never_named_a_stranger(begun: World) -> None:
    put(begun, ("phieu.xlsx", "application/octet-stream", begun.filled("xa-vinh-o", ANSWERS)))
    assert "Tệp gửi kèm" not in told(begun)


def test_a_unit_that_has_answered_hears_of_a_photo_that_it_sends_later(begun: World) -> None:
    begun.answer("xa-vinh-o", "2025-04-21 09:00", ANSWERS)
    put(begun, ("anh-niem-yet.jpg", "image/jpeg", photo()))
    assert begun.letters_of("xa-vinh-o")[-1].kind is LetterKind.NOTED
    assert "Tệp gửi kèm anh-niem-yet.jpg (ảnh) đã được lưu cùng thư" in told(begun)
    assert "Đơn vị đã trả lời đủ phiếu của đợt này." in told(begun)
    assert at_desk(begun)[0] == ["anh-niem-yet.jpg (ảnh)"]
