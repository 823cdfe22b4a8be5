"""The files of a message, out of whatever they travel in; what a file is, its content says, never its name or type."""

import binascii
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

from tasks.domain import tnef
from tasks.domain.file_kind import OLE as _OLE
from tasks.domain.file_kind import ZIP as _ZIP
from tasks.domain.file_kind import kind_of_ole, may_show_a_page
from tasks.domain.mail_parts import Part, of_uuencode, parts_of
from tasks.domain.mail_text import decoded, file_name
from tasks.domain.signed_data import is_encrypted, is_enveloped, signed_content

MOST_FILES = 200
LARGEST_LOGO = 100_000
"""Bytes: a form that somebody photographed has more, or is as large as a page."""
MOST_BYTES = 100_000_000
_LARGEST_MEMBER = 30_000_000
_DEEPEST = 3

_RAR, _SEVEN, _GZIP = b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"
_WITH_GZIP_HEAD = zlib.MAX_WBITS | 16
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_WORKBOOK_PART = re.compile(rb"xl[/\\]workbook\d{0,3}\.", re.I)
_MAIL = re.compile(rb"\s{0,9}(?:Return-Path|Received|Delivered-To|From|Message-ID|MIME-Version|X-[\w-]{1,40}):", re.I)
_MAIL_ALSO = re.compile(rb"^(?:Subject|Date|To):", re.I | re.M)
_UUENCODED = re.compile(r"^begin(?:-base64)? [0-7]{3,4} (\S[^\r\n]{0,200})\r?\n", re.M)
_SHOWN = frozenset({"text/plain", "text/html"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
# What our own readers and the standard library undo; others (LZMA) ask for any amount of memory.
_KNOWN_PACKING = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, LookupError)
_LITTER = ("__MACOSX/", ".DS_Store", "~$", "Thumbs.db")

_SEND_PLAIN = "hãy gửi thẳng tệp Excel, không nén"
DAMAGED = f"tệp nén bị hỏng; {_SEND_PLAIN}"
FOREIGN_PACKING = f"tệp nén loại này không mở được; {_SEND_PLAIN}"
LOCKED = f"tệp nén có mật khẩu; {_SEND_PLAIN}, không đặt mật khẩu"
TOO_LARGE = f"tệp nén bung ra lớn hơn mức cho phép; {_SEND_PLAIN}"
TOO_MANY = "thư có quá nhiều tệp; hãy gửi riêng tệp phiếu"
ENCRYPTED = "thư đã mã hóa nên không đọc được; hãy gửi lại thư không mã hóa"
OF_APPLE = "tệp của ứng dụng Numbers; hãy xuất ra tệp Excel (.xlsx) rồi gửi lại"


@dataclass(frozen=True)
class Attachment:
    """`nested`: it came inside a message or a returned letter that this one carries.

    `decorates`: the logo of a signature, and its like; it says nothing.
    """

    name: str
    data: bytes
    nested: bool = field(default=False, compare=False)
    decorates: bool = field(default=False, compare=False)

    @property
    def is_workbook(self) -> bool:
        return looks_like_workbook(self.data)


@dataclass(frozen=True)
class Unopened:
    """A file or a body that came and could not be read, and what the sender should do, in words for him."""

    name: str
    why: str


def looks_like_workbook(data: bytes) -> bool:
    if data.startswith(_ZIP):
        return _is_packed_workbook(data)
    return data.startswith(_OLE) and kind_of_ole(data) in {"", "encrypted"}


def _is_packed_workbook(data: bytes) -> bool:
    """By the archive's own list: a form that lies unpacked inside a .zip must not speak for the .zip."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except _BROKEN:  # cut off: the reader of workbooks says so better
        return bool(_WORKBOOK_PART.search(data)) or _ODS in data[:200]
    if any(_WORKBOOK_PART.match(name.encode("utf-8", "replace")) for name in names):
        return True
    return names[:1] == ["mimetype"] and _ODS in data[:200]


@dataclass
class Unpacking:
    """What has been found so far, and how much more a single message may hold."""

    files: list[Attachment] = field(default_factory=list)
    unopened: list[Unopened] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    own_texts: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    left: int = MOST_BYTES

    def take(self, parts: Iterable[Part], depth: int = 0) -> None:
        """Everything that is neither a container nor body text."""
        for part in parts:
            self.parts.append(part)
            if part.kind == "application/pgp-encrypted":
                self._refuse(part.head.file_name, ENCRYPTED)
            elif not part.is_container:
                self._take_leaf(part, depth)

    def _take_leaf(self, part: Part, depth: int) -> None:
        if is_body(part):
            for name, data in _uuencoded(part):
                self.open(name, data, part.nested, depth)
            if part.head.file_name:  # an .txt or .html that a program shows among the words is a file all the same
                self.open(part.head.file_name, part.data, part.nested, depth)
        elif part.is_picture_in_text and _is_logo(part.data) and len(self.files) < MOST_FILES:
            self.files.append(Attachment(part.head.file_name, part.data, part.nested, decorates=True))
        elif _is_file(part):
            self.open(part.head.file_name, part.data, part.nested, depth)

    def open(self, name: str, data: bytes, nested: bool, depth: int) -> None:
        if len(self.files) >= MOST_FILES or len(data) > self.left:
            self._refuse(name, TOO_MANY if len(self.files) >= MOST_FILES else TOO_LARGE)
            return
        self.left -= len(data)
        if depth < _DEEPEST and self._opened(name, data, nested, depth):
            return
        self.files.append(Attachment(name, data, nested))

    def _opened(self, name: str, data: bytes, nested: bool, depth: int) -> bool:
        """Whether something else stands in its place now."""
        if data.startswith(_ZIP):
            return not looks_like_workbook(data) and self._unzip(name, data, nested, depth + 1)
        if data.startswith(_GZIP):
            return self._gunzip(name, data, nested, depth + 1)
        if data.startswith((_RAR, _SEVEN)):
            self._refuse(name, FOREIGN_PACKING)
        elif tnef.is_tnef(data):
            package = tnef.unpack(data)
            self.texts.append(package.text)
            self.own_texts += [] if nested else [package.text]
            for inner_name, inner in package.files:
                self.open(file_name(inner_name), inner, nested, depth + 1)
            return bool(package.files)
        elif is_enveloped(data):
            return self._open_signed(name, data, nested, depth)
        elif _MAIL.match(data) and _MAIL_ALSO.search(data[:20_000]):
            self.take(parts_of(data, nested=True), depth + 1)
            return True
        return False

    def _open_signed(self, name: str, data: bytes, nested: bool, depth: int) -> bool:
        content = signed_content(data)
        if not content:
            if is_encrypted(data):
                self._refuse(name, ENCRYPTED)
            return False
        self.take(parts_of(content, nested=nested), depth + 1)
        return True

    def _refuse(self, name: str, why: str) -> None:
        if len(self.unopened) < MOST_FILES:
            self.unopened.append(Unopened(name, why))

    def _gunzip(self, name: str, data: bytes, nested: bool, depth: int) -> bool:
        unpacked = zlib.decompressobj(wbits=_WITH_GZIP_HEAD)
        try:
            content = unpacked.decompress(data, min(self.left, _LARGEST_MEMBER))
        except zlib.error:
            self._refuse(name, DAMAGED)
            return False
        if not unpacked.eof:
            self._refuse(name, TOO_LARGE if unpacked.unconsumed_tail else DAMAGED)
            return False
        self.open(name.removesuffix(".gz"), content, nested, depth)
        return True

    def _unzip(self, name: str, data: bytes, nested: bool, depth: int) -> bool:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                return self._unzip_members(name, archive, nested, depth)
        except _BROKEN:
            self._refuse(name, DAMAGED)
            return False

    def _unzip_members(self, name: str, archive: zipfile.ZipFile, nested: bool, depth: int) -> bool:
        members = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
        names = {one.filename for one in members}
        if "[Content_Types].xml" in names or "mimetype" in names:  # a document of Word, a presentation: one file
            return False
        if why := _why_not(members, self.left):
            self._refuse(name, why)
            return False
        for member in members:
            with archive.open(member) as stream:
                content = stream.read(_LARGEST_MEMBER + 1)
            if len(content) <= _LARGEST_MEMBER:
                self.open(_member_name(member), content, nested, depth)
        return bool(members)


def _why_not(members: list[zipfile.ZipInfo], left: int) -> str:
    if any(one.filename.endswith(".iwa") for one in members):
        return OF_APPLE
    if any(one.flag_bits & 0x1 for one in members):
        return LOCKED
    if any(one.compress_type not in _KNOWN_PACKING for one in members):
        return FOREIGN_PACKING
    if len(members) > MOST_FILES:
        return TOO_MANY
    if sum(one.file_size for one in members) > left or any(one.file_size > _LARGEST_MEMBER for one in members):
        return TOO_LARGE
    return ""


def _is_litter(name: str) -> bool:
    return name.startswith(_LITTER) or name.rpartition("/")[2].startswith(_LITTER)


def _member_name(member: zipfile.ZipInfo) -> str:
    """Without the flag for UTF-8 the library decodes as cp437, which no Vietnamese program meant."""
    if member.flag_bits & 0x800:
        return file_name(member.filename)
    return file_name(decoded(member.filename.encode("cp437", "replace"), "utf-8"))


def _is_logo(data: bytes) -> bool:
    return len(data) <= LARGEST_LOGO and not may_show_a_page(data)


def _is_file(part: Part) -> bool:
    """Also one of no bytes, if somebody has attached it or given it a name: whoever sent it thinks it has come."""
    if part.kind in _SIGNATURES:
        return looks_like_workbook(part.data)
    return bool(part.data or part.head.attached or part.head.file_name)


def is_body(part: Part) -> bool:
    """Text that is shown, not a file that somebody called a text."""
    shown = part.kind in _SHOWN or (part.kind.startswith("text/") and not part.head.file_name)
    shown = shown and part.kind != "text/calendar"
    shown = shown and not part.head.attached and not part.is_container
    return shown and not part.data.startswith((_ZIP, _OLE, _RAR, _SEVEN))


def _uuencoded(part: Part) -> Iterator[tuple[str, bytes]]:
    if part.kind != "text/plain" or "\nend" not in part.text:
        return
    text, end = part.text, 0
    for found in _UUENCODED.finditer(text):
        if found.start() < end:
            continue
        end = text.find("\nend", found.end() - 1)
        if end < 0:
            return
        lines = text[found.end() : end].encode("ascii", "ignore").splitlines()
        data = of_uuencode(lines) if not found[0].startswith("begin-base64") else _base64(b"".join(lines))
        if data:
            yield file_name(found[1]), data


def _base64(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except ValueError:
        return b""
