"""Messages put together by hand, as they would stand on the wire; the standard library would mend what is wrong."""

import struct
import zipfile
from base64 import b64encode, encodebytes
from binascii import b2a_uu
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from zlib import crc32

from tests.corpus.case import HOA

NAME = "Phiếu kiểm tra – Xã Đông Hòa.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TNEF = b"\x78\x9f\x3e\x22\x01\x00"

Line = str | bytes


def raw(*lines: Line, body: Line = "") -> bytes:
    head = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([*head, b"", body if isinstance(body, bytes) else body.encode()])


def letter(*lines: Line, body: Line = "", sender: str = HOA, subject: str = "Re: phieu") -> bytes:
    return raw(f"From: {sender}", "To: dccs@vinhlinh.example", f"Subject: {subject}", *lines, body=body)


def parts(*pieces: bytes, boundary: str = "b", end: bool = True) -> bytes:
    edge = b"--" + boundary.encode()
    body = b"".join(edge + b"\r\n" + piece + b"\r\n" for piece in pieces)
    return body + (edge + b"--\r\n" if end else b"")


def mixed(
    *pieces: bytes, kind: str = "mixed", head: tuple[Line, ...] = (), end: bool = True, subject: str = "Re: phieu"
) -> bytes:
    """Its boundary is its own, so that one message can stand in another."""
    boundary = f"b{crc32(b''.join(pieces)):08x}"
    type_ = f'Content-Type: multipart/{kind}; boundary="{boundary}"'
    body = parts(*pieces, boundary=boundary, end=end)
    return letter(*head, "MIME-Version: 1.0", type_, body=body, subject=subject)


def group(*pieces: bytes, kind: str, boundary: str) -> bytes:
    """A multipart within a multipart."""
    return raw(f'Content-Type: multipart/{kind}; boundary="{boundary}"', body=parts(*pieces, boundary=boundary))


def text(words: str = "Kính gửi Phòng Nội vụ", kind: str = "plain") -> bytes:
    return raw(f"Content-Type: text/{kind}; charset=utf-8", body=words)


def file(*lines: Line, data: bytes) -> bytes:
    return raw(*lines, "Content-Transfer-Encoding: base64", body=encodebytes(data).replace(b"\n", b"\r\n"))


def named(name: str, data: bytes, type_: str = XLSX, way: str = "attachment") -> bytes:
    return file(f"Content-Type: {type_}", f'Content-Disposition: {way}; filename="{name}"', data=data)


def q(words: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?q?" + "".join(f"={byte:02X}" for byte in words.encode(charset)) + "?="


def b(words: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?b?{b64encode(words.encode(charset)).decode()}?="


def percent(words: str, charset: str = "utf-8") -> str:
    return "".join(f"%{byte:02X}" for byte in words.encode(charset))


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    store = BytesIO()
    with zipfile.ZipFile(store, "w", how) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return store.getvalue()


def _form() -> bytes:
    """The least that is a workbook to whoever looks at its content."""
    return zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"), ("x", bytes(range(256))))


FORM = _form()
ODS = zipped(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), how=zipfile.ZIP_STORED)
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "Workbook\0".encode("utf-16-le") + bytes(50)


def under_password(archive: bytes) -> bytes:
    """The flag of an encrypted member, in both places where a zip keeps it."""
    return archive.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


# --- winmail.dat -----------------------------------------------------------------------------------------------------


def attribute(number: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def prop(kind: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)


def tnef_file(short: str, long: str, data: bytes) -> bytes:
    """Outlook's way: a name of eight and three letters, the whole name among the properties."""
    name = prop(0x1F, 0x3707, (long + "\0").encode("utf-16-le"))
    return (
        attribute(0x00069002, bytes(14))
        + attribute(0x00018010, short.encode("cp1252", "replace") + b"\0")
        + attribute(0x0006800F, data)
        + attribute(0x00069005, struct.pack("<I", 1) + name)
    )


def tnef(*files: bytes, body: str = "") -> bytes:
    words = attribute(0x0002800C, body.encode("cp1252", "replace") + b"\0", 1) if body else b""
    return TNEF + attribute(0x00069007, struct.pack("<II", 1252, 0), 1) + words + b"".join(files)


def winmail(data: bytes) -> bytes:
    return named("winmail.dat", data, "application/ms-tnef")


# --- smime.p7m -------------------------------------------------------------------------------------------------------


def der(tag: int, *values: bytes) -> bytes:
    body = b"".join(values)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (size if len(body) < 128 else bytes([0x80 | len(size)]) + size) + body


def ber(tag: int, *values: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(values) + b"\0\0"


OID = {
    "signed": der(0x06, bytes.fromhex("2a864886f70d010702")),
    "enveloped": der(0x06, bytes.fromhex("2a864886f70d010703")),
    "data": der(0x06, bytes.fromhex("2a864886f70d010701")),
}


def p7m(content: bytes, pieces: Sequence[int] = ()) -> bytes:
    """Signed data without a signer, in one piece (DER) or in several of unknown length (BER)."""
    if not pieces:
        octets, wrap = der(0x04, content), der
    else:
        ends = [0, *pieces, len(content)]
        octets, wrap = ber(0x24, *(der(0x04, content[a:z]) for a, z in pairwise(ends))), ber
    inner = wrap(0x30, OID["data"], wrap(0xA0, octets))
    return wrap(0x30, OID["signed"], wrap(0xA0, wrap(0x30, der(0x02, b"\1"), der(0x31), inner, der(0x31))))


def uuencoded(name: str, data: bytes) -> str:
    lines = [b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"
