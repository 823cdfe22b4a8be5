"""A cheap look at a stranger's file before any spreadsheet parser sees it: what it is, and how big it would grow."""

import zlib
from collections.abc import Iterable
from enum import StrEnum
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from infra.opening.refusals import refuse
from tasks.domain.file_kind import OLE, ZIP, kind_of_ole, kind_of_stranger

MIB = 1 << 20
LARGEST_FILE = 5 * MIB
MOST_MEMBERS = 400
LARGEST_MEMBER = 32 * MIB
LARGEST_TOTAL = 64 * MIB
STEEPEST_RATIO = 300
# A form has about 3,000 tags. The cap bounds the parser's time whatever the tags are: rows, formats, names, rules.
MOST_TAGS = 100_000


class Kind(StrEnum):
    ZIP = "zip"
    OLE = "ole"


_ZIP_END = b"PK\x05\x06"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


def kind_of(data: bytes) -> Kind:
    """Zip or OLE, by content alone: names lie. Anything else is refused by what it is."""
    is_ole = data.startswith(OLE)
    if not is_ole and not data.startswith(ZIP):
        refuse(kind_of_stranger(data))
    if is_ole and (kind := kind_of_ole(data)):
        refuse(kind)
    if len(data) > LARGEST_FILE:
        refuse("too_big")
    return Kind.OLE if is_ole else Kind.ZIP


class Parts:
    """The members of a zip that is safe to unpack. Only what a reader asks for is inflated, and looked at first."""

    def __init__(self, data: bytes) -> None:
        _check_end(data)
        try:
            self._archive = ZipFile(BytesIO(data))
        except (BadZipFile, NotImplementedError, ValueError, OSError):
            refuse("corrupt")
        _check_members(self._archive.infolist())
        self.names = frozenset(self._archive.namelist())
        self._actual = {name.lower(): name for name in self.names}
        self._tags = 0

    def actual(self, name: str) -> str:
        """The member of this name, whatever its capitals (ECMA-376 part 2, 6.2.2.3); empty where there is none."""
        return self._actual.get(name.lower(), "")

    def read(self, name: str) -> bytes:
        """Never more than the member's declared size, which was checked."""
        try:
            return self._archive.read(name)
        except (KeyError, BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            refuse("corrupt")

    def xml(self, name: str) -> bytes:
        part = self.read(name)
        _check_xml(part)
        self._tags += part.count(b"<")
        if self._tags > MOST_TAGS:
            refuse("complex")
        return part


def _check_end(data: bytes) -> None:
    end = data.rfind(_ZIP_END)
    if end < 0:
        refuse("truncated")
    # Counted before zipfile lists them: a list of 100,000 empty members is a bomb of its own.
    if int.from_bytes(data[end + 10 : end + 12], "little") > MOST_MEMBERS:
        refuse("bomb")


def _check_members(members: list[ZipInfo]) -> None:
    names = [member.filename.lower() for member in members]
    if any(member.flag_bits & 1 for member in members):
        refuse("encrypted")
    # With two members of one name, two parsers may read two different workbooks.
    if len(set(names)) != len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        refuse("corrupt")
    if len(members) > MOST_MEMBERS or any(map(_is_bomb, members)) or _overlap(members):
        refuse("bomb")
    if sum(member.file_size for member in members) > LARGEST_TOTAL:
        refuse("bomb")
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        refuse("corrupt")


def _is_bomb(member: ZipInfo) -> bool:
    """By its declared size, which is safe to trust: zipfile never inflates a member beyond it."""
    steep = member.file_size > MIB and member.file_size > STEEPEST_RATIO * max(member.compress_size, 1)
    return steep or member.file_size > LARGEST_MEMBER


def _overlap(members: Iterable[ZipInfo]) -> bool:
    """Members that share their compressed bytes multiply a small file without a nested one."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            return True
        end = member.header_offset + 30 + len(member.filename) + member.compress_size
    return False


def _check_xml(part: bytes) -> None:
    # UTF-16 would hide the words that are looked for below.
    if part[:2] in _UTF16_STARTS or b"\0" in part or not part.lstrip(_BLANK).startswith(b"<"):
        refuse("encoding")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        refuse("entities")
