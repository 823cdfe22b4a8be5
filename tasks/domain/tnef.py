"""What Outlook packs into winmail.dat (MS-OXTNEF): the files and the plain text; formatting is left behind."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.domain.mail_text import decoded

_SIGNATURE = b"\x78\x9f\x3e\x22"
_DEEPEST = 3
_MOST_PROPERTIES = 10_000

# attributes
_BODY, _CODEPAGE, _MESSAGE_PROPERTIES = 0x0002800C, 0x00069007, 0x00069003
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# MAPI properties
_TEXT, _CONTENT = 0x1000, 0x3701
_NAMES = (0x3707, 0x3704, 0x3001)  # long name, short name, display name: the first that is there
_INTERFACE_ID = 16  # stands before the content of an embedded message
# MAPI types: how many bytes a single value takes
_FIXED = {0x0: 0, 0x1: 0, 0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _WIDE_STRING, _OBJECT, _BINARY = 0x1E, 0x1F, 0xD, 0x102


@dataclass
class Package:
    """Names and contents of files, and the letter's text."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    text: str = ""


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def unpack(data: bytes, depth: int = 0) -> Package:
    """As much as can be read: a package cut short gives the files before the cut."""
    package, charset = Package(), "cp1252"
    names: dict[int, str] = {}
    content = b""
    for attribute, value in (*_attributes(data), (_NEW_FILE, b"")):
        if attribute == _NEW_FILE:
            _keep(package, names, content, depth)
            names, content = {}, b""
        elif attribute == _CODEPAGE and len(value) >= 2:
            charset = f"cp{int.from_bytes(value[:2], 'little')}"
        elif attribute == _FILE_TITLE:
            names[0] = _text(value, charset)
        elif attribute == _FILE_DATA:
            content = value
        elif attribute == _FILE_PROPERTIES:
            found = dict(_properties(value))
            names |= {one: _string(*found[one], charset) for one in _NAMES if one in found}
            content = _content(*found[_CONTENT]) if _CONTENT in found else content
        elif attribute == _BODY:
            package.text = package.text or _text(value, charset)
        elif attribute == _MESSAGE_PROPERTIES:
            found = dict(_properties(value))
            package.text = _string(*found[_TEXT], charset) if _TEXT in found else package.text
    return package


def _keep(package: Package, names: dict[int, str], content: bytes, depth: int) -> None:
    """A letter inside the letter is another package: its files are ours."""
    if is_tnef(content) and depth < _DEEPEST:
        inner = unpack(content, depth + 1)
        package.files += inner.files
        package.text = package.text or inner.text
    elif content:
        name = next((names[one] for one in (*_NAMES[:2], 0, _NAMES[2]) if names.get(one)), "")
        package.files.append((name, content))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(_SIGNATURE) + 2
    while at + 9 <= len(data):
        _, attribute, length = struct.unpack_from("<BII", data, at)
        start = at + 9
        if start + length > len(data):
            return
        yield attribute, data[start : start + length]
        at = start + length + 2  # the checksum is not looked at: programs that get it wrong are read too


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Number of each property, its type and its (last) value; ends where the bytes make no sense."""
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if number >= 0x8000 else at + 4
            value, at = _value(data, at, kind)
            yield number, (kind & 0xFFF, value)
    except (struct.error, KeyError):
        return


def _after_name(data: bytes, at: int) -> int:
    """A named property carries its name: a number, or a text in UTF-16."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    several, base = kind & 0x1000, kind & 0xFFF
    if base not in {_STRING, _WIDE_STRING, _OBJECT, _BINARY}:
        count = 1
        if several:
            (count,) = struct.unpack_from("<I", data, at)
            at += 4
        size = _FIXED[base] * count
        if at + size > len(data):
            raise struct.error
        return data[at : at + size], at + size
    (count,) = struct.unpack_from("<I", data, at)
    at, value = at + 4, b""
    for _ in range(min(count, _MOST_PROPERTIES)):
        (length,) = struct.unpack_from("<I", data, at)
        value = data[at + 4 : at + 4 + length]
        if len(value) < length:
            raise struct.error
        at += 4 + _padded(length)
    return value, at


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4


def _content(kind: int, value: bytes) -> bytes:
    return value[_INTERFACE_ID:] if kind == _OBJECT else value


def _string(kind: int, value: bytes, charset: str) -> str:
    return decoded(value, "utf-16-le").split("\0")[0] if kind == _WIDE_STRING else _text(value, charset)


def _text(value: bytes, charset: str) -> str:
    return decoded(value.split(b"\0")[0], charset)
