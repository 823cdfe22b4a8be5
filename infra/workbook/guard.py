"""A cheap look at a stranger's file before any spreadsheet parser sees it: what it is, and how big it would grow."""

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl.utils import column_index_from_string

from tasks.domain.errors import UnreadableWorkbook

MIB = 1 << 20
LARGEST_FILE = 5 * MIB
MOST_MEMBERS = 400
LARGEST_MEMBER = 32 * MIB
LARGEST_TOTAL = 64 * MIB
STEEPEST_RATIO = 300
# A form has about 3,000 tags. The cap bounds the parser's time whatever the tags are: rows, formats, names, rules.
MOST_TAGS = 100_000
# openpyxl makes one object for every cell of a merged or linked range, however few bytes the range took.
MOST_RANGED_CELLS = 20_000
# openpyxl rewrites a shared formula for each cell that shares it: cells times letters.
MOST_FORMULA_LETTERS = 2_000_000

_SAVE_AS = "Hãy mở tệp, chọn Lưu dưới dạng (Save As), kiểu “Excel Workbook (.xlsx)”, rồi gửi lại."
_FILL_OURS = "Hãy điền vào tệp Excel (.xlsx) kèm thư giao phiếu rồi gửi lại tệp đó."

REASONS: Mapping[str, str] = {
    "empty": f"Tệp rỗng, không có nội dung. {_FILL_OURS}",
    "too_big": "Tệp lớn hơn 5 MB. Hãy bỏ ảnh và tệp nhúng ra khỏi phiếu (gửi minh chứng thành tệp riêng), rồi gửi lại.",
    "xls": f"Tệp là Excel đời cũ (.xls), chương trình không đọc được. {_SAVE_AS}",
    "xlsb": f"Tệp là Excel nhị phân (.xlsb), chương trình không đọc được. {_SAVE_AS}",
    "ods": f"Tệp là bảng tính OpenDocument (.ods), chương trình không đọc được. {_SAVE_AS}",
    "strict": f"Tệp được lưu theo kiểu “Strict Open XML”, chương trình không đọc được. {_SAVE_AS}",
    "encrypted": "Tệp có mật khẩu nên chương trình không mở được. Hãy bỏ mật khẩu (Tệp > Thông tin) rồi gửi lại.",
    "doc": f"Tệp là văn bản Word, không phải phiếu Excel. {_FILL_OURS}",
    "ppt": f"Tệp là bản trình chiếu, không phải phiếu Excel. {_FILL_OURS}",
    "pdf": f"Tệp là PDF, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "image": f"Tệp là ảnh, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "html": f"Tệp là trang web (HTML) mang đuôi Excel. {_SAVE_AS}",
    "xml": f"Tệp là XML, không phải sổ tính Excel (.xlsx). {_SAVE_AS}",
    "csv": f"Tệp là văn bản thuần (CSV), không còn đủ các cột của phiếu. {_FILL_OURS}",
    "archive": "Tệp là tệp nén, bên trong không phải sổ tính Excel. Hãy giải nén và gửi chính tệp phiếu (.xlsx).",
    "truncated": "Tệp bị cắt cụt, có lẽ do gửi hoặc tải về chưa xong. Hãy gửi lại.",
    "corrupt": f"Tệp bị hỏng, không mở được. {_SAVE_AS}",
    "unknown": f"Chương trình không nhận ra kiểu tệp này. {_FILL_OURS}",
    "bomb": f"Tệp phình ra quá lớn khi giải nén nên bị từ chối. {_FILL_OURS}",
    "entities": f"Tệp chứa khai báo XML không an toàn (DOCTYPE, ENTITY) nên bị từ chối. {_FILL_OURS}",
    "encoding": f"Tệp chứa phần XML có kiểu mã hóa chữ không đọc được. {_SAVE_AS}",
    "complex": f"Bảng trong tệp lớn bất thường (quá nhiều ô, định dạng hoặc vùng gộp ô). {_FILL_OURS}",
}

# Read top to bottom; the first that fits names the file.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "doc"),
)
_ZIP, _ZIP_START, _ZIP_END = b"PK\x03\x04", b"PK", b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Stream names in the directory of an OLE file, which is how Word, old Excel and every locked workbook are stored.
OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
CONTENT_TYPES: tuple[tuple[bytes, str], ...] = (
    (b"ms-excel.sheet.binary", "xlsb"),
    (b"spreadsheetml.sheet.main+xml", ""),
    (b"ms-excel.sheet.macroEnabled.main+xml", ""),
    (b"spreadsheetml.template.main+xml", ""),
    (b"wordprocessingml", "doc"),
    (b"presentationml", "ppt"),
)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<body")
_XML_NAMES = (".xml", ".rels", ".vml")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b([^>]*)>")
_RANGED = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\b([^>]*)>")
_RANGE = re.compile(rb"\bref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?[\"']")


def open_parts(data: bytes) -> Mapping[str, bytes]:
    """The parts of a workbook that is safe to parse; raises UnreadableWorkbook with what its sender should do."""
    _check_signature(data)
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_members(archive)
            parts = {member.filename: archive.read(member) for member in archive.infolist()}
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        _refuse("corrupt")
    _check_kind(parts)
    for name, part in parts.items():
        _check_text(name, part)
    _check_size(parts)
    return parts


def _refuse(reason: str) -> NoReturn:
    raise UnreadableWorkbook(REASONS[reason])


def _check_signature(data: bytes) -> None:
    if not data:
        _refuse("empty")
    if len(data) > LARGEST_FILE:
        _refuse("too_big")
    if not data.startswith(_ZIP):
        _refuse(_kind_of_stranger(data))
    end = data.rfind(_ZIP_END)
    if end < 0:
        _refuse("truncated")
    # Counted before zipfile lists them: a list of 100,000 empty members is a bomb of its own.
    if int.from_bytes(data[end + 10 : end + 12], "little") > MOST_MEMBERS:
        _refuse("bomb")


def _kind_of_stranger(data: bytes) -> str:
    if data.startswith(_OLE):
        return next((kind for name, kind in OLE_STREAMS if name.encode("utf-16-le") in data), "unknown")
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(_ZIP_START):
        return "corrupt"
    start = data[:2048].lstrip(_BLANK).lower()
    if start.startswith(_HTML_STARTS):
        return "html"
    if start.startswith(b"<"):
        return "html" if b"<html" in start else "xml"
    return "csv" if _is_plain_text(data[:4096]) else "unknown"


def _is_plain_text(start: bytes) -> bool:
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = start.decode(encoding, "ignore")  # the cut may fall inside a letter
    return len(text) > len(start) // 4 and all(one.isprintable() or one in "\r\n\t\ufeff" for one in text)


def _check_members(archive: ZipFile) -> None:
    members = archive.infolist()
    names = [member.filename.lower() for member in members]
    if any(member.flag_bits & 1 for member in members):
        _refuse("encrypted")
    # With two members of one name, two parsers may read two different workbooks.
    if len(set(names)) != len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        _refuse("corrupt")
    if len(members) > MOST_MEMBERS or any(map(_is_bomb, members)):
        _refuse("bomb")
    if sum(member.file_size for member in members) > LARGEST_TOTAL:
        _refuse("bomb")


def _is_bomb(member: ZipInfo) -> bool:
    """By its declared size, which is safe to trust: zipfile never inflates a member beyond it."""
    steep = member.file_size > MIB and member.file_size > STEEPEST_RATIO * max(member.compress_size, 1)
    return steep or member.file_size > LARGEST_MEMBER


def _check_kind(parts: Mapping[str, bytes]) -> None:
    if b"opendocument.spreadsheet" in parts.get("mimetype", b""):
        _refuse("ods")
    types = parts.get("[Content_Types].xml", b"")
    kind = next((kind for marker, kind in CONTENT_TYPES if marker in types), "archive")
    if kind:
        _refuse(kind)
    if b"purl.oclc.org/ooxml" in parts.get("xl/workbook.xml", b""):
        _refuse("strict")


def _check_text(name: str, part: bytes) -> None:
    # UTF-16 would hide the words that are looked for below, in a part of any name: a sheet may be called x.png.
    if part[:2] in _UTF16_STARTS:
        _refuse("encoding")
    if name.lower().endswith(_XML_NAMES) and (not part.lstrip(_BLANK).startswith(b"<") or b"\0" in part):
        _refuse("encoding")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        _refuse("entities")


def _check_size(parts: Mapping[str, bytes]) -> None:
    if sum(part.count(b"<") for part in parts.values()) > MOST_TAGS:
        _refuse("complex")
    ranged = sum(_area(tag[1]) for part in parts.values() for tag in _RANGED.finditer(part))
    if ranged > MOST_RANGED_CELLS or sum(map(_formula_letters, parts.values())) > MOST_FORMULA_LETTERS:
        _refuse("complex")


def _area(attributes: bytes) -> int:
    """Cells in a merged or linked range; a range that is not spelt plainly counts as too many."""
    found = _RANGE.search(attributes)
    if not found:
        return MOST_RANGED_CELLS + 1
    left, top, right, bottom = found.groups()
    if right is None:
        return 1
    width = abs(_column(right) - _column(left)) + 1
    return width * (abs(int(bottom) - int(top)) + 1)


def _formula_letters(part: bytes) -> int:
    """Letters that rewriting the shared formulas of a sheet would cost, at most."""
    tags = list(_FORMULA.finditer(part))
    shared = sum(b"shared" in tag[1] or b"&" in tag[1] for tag in tags)
    if not shared:
        return 0
    if b"<!" in part:  # a comment or CDATA could hide where a formula ends; no spreadsheet program writes them
        return MOST_FORMULA_LETTERS + 1
    nexts = [*(tag.start() for tag in tags[1:]), len(part)]
    return shared * max(_text_length(part, tag.end(), after) for tag, after in zip(tags, nexts, strict=True))


def _text_length(part: bytes, start: int, after: int) -> int:
    end = part.find(b"</", start, after)
    return (after if end < 0 else end) - start


def _column(letters: bytes) -> int:
    return int(column_index_from_string(letters.decode()))
