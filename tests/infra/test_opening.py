"""Files of strangers: each kind has its own sentence, and none of them stalls or ends the program."""

import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.opening.refusals import LINKED, MACROS, REASONS
from tasks.domain.errors import UnreadableWorkbook
from tests.infra.test_workbook import BOOKS, FORM, VALUES, filled, read, values

# --- strangers' files --------------------------------------------------------------------------------------------


def saved(book: Any) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def patched(data: bytes, name: str, old: bytes, new: bytes, *, must: bool = False) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            part = source.read(member)
            if member == name:
                assert old in part or not must
                part = part.replace(old, new)
            target.writestr(member, part)
    return buffer.getvalue()


def archive(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name.replace("__", "/"), part)
    return buffer.getvalue()


def added(name: str, part: bytes) -> bytes:
    buffer = BytesIO(filled().save())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, part)
    return buffer.getvalue()


def in_sheet(extra: bytes) -> bytes:
    return patched(filled().save(), "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetData>" + extra, must=True)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + f"{stream}\0".encode("utf-16-le")


def many_members() -> bytes:
    return archive(**{f"x{number}.xml": b"<x/>" for number in range(500)})


def flipped() -> bytes:
    data = bytearray(BOOKS.build(FORM))
    with zipfile.ZipFile(BytesIO(bytes(data))) as source:
        start = source.getinfo("xl/worksheets/sheet1.xml").header_offset
    data[start + 200] ^= 0xFF
    return bytes(data)


def before_sheet(declaration: bytes) -> bytes:
    return patched(filled().save(), "xl/worksheets/sheet1.xml", b"<worksheet", declaration + b"<worksheet", must=True)


LAUGHS = b"<!DOCTYPE x [<!ENTITY a '" + b"ha" * 100 + b"'>" + b"".join(
    b"<!ENTITY %c '%b'>" % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9)
) + b"]>"  # fmt: skip


def overlapping() -> bytes:
    """A directory whose two entries lead to one and the same member."""
    data = archive(**{"a.xml": b"<x/>", "b.xml": b"<x/>"})
    with zipfile.ZipFile(BytesIO(data)) as source:
        second = source.getinfo("b.xml").header_offset
    entry = data.rindex(b"PK\x01\x02")
    return data[: entry + 42] + (second - second).to_bytes(4, "little") + data[entry + 46 :]


def locked_document() -> bytes:
    manifest = b'<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    spreadsheet = b"application/vnd.oasis.opendocument.spreadsheet"
    return archive(mimetype=spreadsheet, **{"META-INF/manifest.xml": manifest, "content.xml": b"\x8a\x01"})


def package(kind: str, main: str, part: bytes = b"<x/>", relation: str = "") -> bytes:
    """As the standard has it: the root relation names the main part, and the list of types says what that is."""
    declared = f'<Types><Override PartName="/{main}" ContentType="application/vnd.{kind}"/></Types>'
    root = f'<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="{relation or main}"/></Relationships>'
    return archive(**{"[Content_Types].xml": declared.encode(), "_rels/.rels": root.encode(), main: part})


def renamed_main(name: str) -> bytes:
    """The form with its main part elsewhere, as the root relation and the list of types say."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(filled().save())) as source, zipfile.ZipFile(buffer, "w") as target:
        for member in source.namelist():
            part = source.read(member)
            if member in {"[Content_Types].xml", "_rels/.rels"}:
                part = part.replace(b"xl/workbook.xml", name.encode())
            target.writestr(
                member.replace("xl/workbook.xml", name).replace("workbook.xml.rels", f"{name[3:]}.rels"), part
            )
    return buffer.getvalue()


def declaring(*defaults: str) -> bytes:
    """The form, with types of parts that it has not."""
    also = "".join(f'<Default Extension="{one.split()[0]}" ContentType="{one.split()[1]}"/>' for one in defaults)
    return patched(filled().save(), "[Content_Types].xml", b"<Override ", also.encode() + b"<Override ", must=True)


def with_embedded(name: str, kind: str) -> bytes:
    own = f'<Override PartName="/{name}" ContentType="application/vnd.{kind}"/>'.encode()
    return patched(added(name, b"PK"), "[Content_Types].xml", b"<Override ", own + b"<Override ", must=True)


def without_member(name: str, data: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
    return buffer.getvalue()


WORD = "openxmlformats-officedocument.wordprocessingml.document.main+xml"
BINARY = "ms-excel.sheet.binary.macroEnabled.main"


STRANGERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "six megabytes": ("too_big", lambda: b"PK\x03\x04" + b"x" * (6 << 20)),
    "half an old Excel file": ("corrupt", lambda: ole("Workbook")),
    "locked Excel": ("encrypted", lambda: ole("EncryptionInfo EncryptedPackage")),
    "old Word": ("doc", lambda: ole("WordDocument")),
    "Word": ("doc", lambda: package(WORD, "word/document.xml")),
    "Word with macros": ("doc", lambda: package("ms-word.document.macroEnabled.main+xml", "word/document.xml")),
    "Word, named by an absolute relation": (
        "doc",
        lambda: package(WORD, "word/document.xml", b"<x/>", "/word/document.xml"),
    ),
    "Word of an undeclared type": ("doc", lambda: package("x", "word/document.xml", b'<w:document xmlns:w="w"/>')),
    "slides": (
        "ppt",
        lambda: package("openxmlformats-officedocument.presentationml.presentation.main+xml", "ppt/presentation.xml"),
    ),
    "binary Excel": ("xlsb", lambda: package(BINARY, "xl/workbook.bin", b"\x83\x01\x00")),
    "binary Excel, named by an absolute relation": (
        "xlsb",
        lambda: package(BINARY, "xl/workbook.bin", b"\x83\x01\x00", "/xl/workbook.bin"),
    ),
    "a drawing of Visio": ("archive", lambda: package("ms-visio.drawing.main+xml", "visio/document.xml", b"<Visio/>")),
    "an OpenDocument text": ("doc", lambda: archive(mimetype=b"application/vnd.oasis.opendocument.text")),
    "an empty OpenDocument": ("corrupt", lambda: archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")),
    "a locked OpenDocument": ("encrypted", locked_document),
    "a zipped form": ("archive", lambda: archive(**{"phieu.xlsx": BOOKS.build(FORM)})),
    "Apple Numbers": ("numbers", lambda: archive(**{"Index/Document.iwa": b"x"})),
    "a forged kind": ("archive", lambda: package("oasis.unknown", "x/y.xml")),
    "rar": ("archive", lambda: b"Rar!\x1a\x07\x00"),
    "web page": ("html", lambda: "\ufeff <html><table><tr><td>Mã</td></tr></table>".encode()),
    "Excel 2003 XML": ("xml", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com"/>'),
    "csv": ("csv", lambda: "Mã;Kết quả\nM01;Có\n".encode()),
    "csv in UTF-16": ("csv", lambda: "Mã\tKết quả\nM01\tCó\n".encode("utf-16")),
    "PDF": ("pdf", lambda: b"%PDF-1.7\n%\xe2\xe3"),
    "photo": ("image", lambda: b"\xff\xd8\xff\xe0JFIF"),
    "noise": ("unknown", lambda: bytes(range(256))),
    "half a form": ("truncated", lambda: BOOKS.build(FORM)[:8000]),
    "a flipped bit": ("corrupt", flipped),
    "500 members": ("bomb", many_members),
    "40 MiB of blanks": ("bomb", lambda: added("xl/x.xml", b"<x>" + b" " * (40 << 20))),
    "steep ratio": ("bomb", lambda: added("xl/media/a.png", b"\0" * (5 << 20))),
    "climbing names": ("corrupt", lambda: added("../x.xml", b"<x/>")),
    "entities": ("entities", lambda: before_sheet(b'<!DOCTYPE x [<!ENTITY a "b">]>')),
    "a billion laughs": ("entities", lambda: before_sheet(LAUGHS)),
    "an entity that reads a file": (
        "entities",
        lambda: before_sheet(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
    ),
    "UTF-16 part": ("encoding", lambda: patched(filled().save(), "xl/styles.xml", b"<", b"\0<")),
    "220,000 tags": ("complex", lambda: in_sheet(b"<x>" + b"<y/>" * 220_000 + b"</x>")),
    "members that share their bytes": ("bomb", overlapping),
    "a sheet nested without end": ("corrupt", lambda: in_sheet(b"<x>" * 5_000 + b"</x>" * 5_000)),
    "a merge of all cells": ("complex", lambda: in_sheet(b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    "a spelt-out merge": (
        "complex",
        lambda: in_sheet(b'<mergeCells><mergeCell ref="A1:&#88;FD1048576"/></mergeCells>'),
    ),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_file_that_is_no_form_is_refused_with_its_own_sentence(name: str) -> None:
    reason, sample = STRANGERS[name]
    data = sample()
    for look in (BOOKS.identity, read):
        with pytest.raises(UnreadableWorkbook) as refused:
            look(data)
        assert str(refused.value) == REASONS[reason]


def strict() -> bytes:
    data = filled().save()
    for old, new in (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
            data = patched(data, name, old, new)
    return data


def prefixed() -> bytes:
    """As the Open XML SDK writes: every name of the sheet behind x:."""
    data = filled().save()
    with zipfile.ZipFile(BytesIO(data)) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    named = re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", sheet).replace(b"xmlns=", b"xmlns:x=", 1)
    return patched(data, "xl/worksheets/sheet1.xml", sheet, named, must=True)


def re_sheet(old: bytes, new: bytes) -> bytes:
    data = filled().save()
    with zipfile.ZipFile(BytesIO(data)) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    changed = re.sub(old, new, sheet)
    assert changed != sheet
    return patched(data, "xl/worksheets/sheet1.xml", sheet, changed)


# What other programs write, and what openpyxl stumbles over or drowns in: it is read like any other form.
ODD: dict[str, Callable[[], bytes]] = {
    "strict Open XML": strict,
    "prefixed names": prefixed,
    "no dimension, as Google writes": lambda: re_sheet(rb"<dimension [^>]*/>", b""),
    "a dimension of one cell": lambda: re_sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"'),
    "rows without numbers": lambda: re_sheet(rb'<row r="\d+"', b"<row"),
    "an empty fill": lambda: patched(filled().save(), "xl/styles.xml", b"<fill><patternFill /></fill>", b"<fill/>"),
    "a picture that is none": lambda: added("xl/media/image1.png", b"no picture"),
    "a link on all cells": lambda: in_sheet(b"<hyperlinks><hyperlink ref='A1:XFD1048576'/></hyperlinks>"),
    "a formula shared 2,000 times": lambda: patched(
        filled().save(), "xl/worksheets/sheet1.xml", b"</sheetData>", FORMULA + FOLLOWERS + b"</row></sheetData>"
    ),
    "a type of binary workbooks that no part has, as SheetJS writes": lambda: declaring(
        f"bin application/vnd.{BINARY}", "vml application/vnd.openxmlformats-officedocument.vmlDrawing"
    ),
    "types of Word and slides that no part has": lambda: declaring(
        f"docx application/vnd.{WORD}", "pptx application/vnd.openxmlformats-officedocument.presentationml.x"
    ),
    "a Word document inside": lambda: with_embedded("xl/embeddings/Bao-cao.docx", WORD),
    "a binary workbook inside": lambda: with_embedded("xl/embeddings/So-lieu.xlsb", BINARY),
    "a main part of another name": lambda: renamed_main("xl/workbook1.xml"),
    "names of parts in capitals": lambda: patched(
        filled().save(), "[Content_Types].xml", b"/xl/workbook.xml", b"/XL/Workbook.XML", must=True
    ),
    "no type for its main part": lambda: patched(
        filled().save(), "[Content_Types].xml", b"spreadsheetml.sheet.main+xml", b"unknown", must=True
    ),
    "no root relation": lambda: without_member("_rels/.rels", filled().save()),
    "entities in a part that nobody reads": lambda: added("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
}
FORMULA = b'<row r="3000"><c r="A3000"><f t="shared" si="0">' + b"A1+" * 2_000 + b"1</f></c>"
FOLLOWERS = b"".join(b'<c r="A%d"><f t="shared" si="0"/></c>' % row for row in range(3001, 5001))


@pytest.mark.parametrize("name", ODD)
def test_a_form_that_some_program_has_written_oddly_is_read(name: str) -> None:
    assert values(read(ODD[name]())) == VALUES


def test_macros_are_not_run_and_that_is_said() -> None:
    data = patched(
        added("xl/vbaProject.bin", b"macro"),
        "[Content_Types].xml",
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        must=True,
    )
    reading = read(data)
    assert values(reading) == VALUES
    assert reading.remarks == (MACROS,)


def test_other_files_are_not_opened_and_that_is_said() -> None:
    reading = read(added("xl/externalLinks/externalLink1.xml", b"<externalLink/>"))
    assert values(reading) == VALUES
    assert reading.remarks == (LINKED,)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.tuples(st.integers(0, 12_000), st.integers(1, 255)))
def test_no_bytes_raise_anything_but_a_sentence(noise: bytes | tuple[int, int]) -> None:
    if isinstance(noise, bytes):
        data = b"PK\x03\x04" + noise
    else:
        place, change = noise
        whole = bytearray(BOOKS.build(FORM))
        whole[place % len(whole)] ^= change
        data = bytes(whole)
    with suppress(UnreadableWorkbook):
        read(data)
