"""A zip archive written by hand: its bytes depend on nothing but its content, and what is constant is deflated once.

A DEFLATE stream may be joined from pieces that were deflated apart, each ended on a whole byte: so the long constant
parts of a form are kept deflated, and only what differs from unit to unit goes through the compressor.
"""

import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _DEFLATED, _MIDNIGHT = 20, 8, 0
_FIRST_OF_1980 = 1 << 5 | 1  # the oldest day of the format, for all
_LAST_BLOCK = b"\x03\x00"
# Shorter pieces go in as they are: starting a compressor would cost more than it saves.
_WORTH_DEFLATING = 400


class Piece(NamedTuple):
    raw: bytes
    deflated: bytes


class Member(NamedTuple):
    name: bytes
    checksum: int
    size: int
    packed: bytes


def piece(raw: bytes) -> Piece:
    if len(raw) < _WORTH_DEFLATING:
        return Piece(raw, b"\0" + struct.pack("<HH", len(raw), len(raw) ^ 0xFFFF) + raw if raw else b"")
    return _deflated(raw)


def constant(raw: bytes) -> Piece:
    """A piece that is made once and used for many files."""
    return _deflated(raw)


def _deflated(raw: bytes) -> Piece:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Piece(raw, compressor.compress(raw) + compressor.flush(zlib.Z_SYNC_FLUSH))


def member(name: str, *pieces: Piece) -> Member:
    checksum = size = 0
    for one in pieces:
        checksum = zlib.crc32(one.raw, checksum)
        size += len(one.raw)
    return Member(name.encode("ascii"), checksum, size, b"".join([*(one.deflated for one in pieces), _LAST_BLOCK]))


def archive(members: Iterable[Member]) -> bytes:
    local: list[bytes] = []
    central: list[bytes] = []
    offset = 0
    for name, checksum, size, packed in members:
        common = (0, _DEFLATED, _MIDNIGHT, _FIRST_OF_1980, checksum, len(packed), size, len(name))
        local += (_LOCAL.pack(b"PK\3\4", _VERSION, *common, 0), name, packed)
        central += (_CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *common, 0, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + len(packed)
    directory = b"".join(central)
    count = len(central) // 2
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)
    return b"".join([*local, directory, end])
