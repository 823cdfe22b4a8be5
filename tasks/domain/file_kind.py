"""What a file is that is no spreadsheet, by its own bytes: names and types of attachments lie."""

from collections.abc import Mapping

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Short, for lists: "IMG_0042.HEIC (ảnh HEIC của điện thoại)". The keys are the reasons why a file is not read.
KIND_NAMES: Mapping[str, str] = {
    "empty": "tệp rỗng",
    "pdf": "tệp PDF",
    "image": "ảnh",
    "heic": "ảnh HEIC của điện thoại",
    "video": "phim",
    "audio": "ghi âm",
    "doc": "văn bản Word",
    "ppt": "bản trình chiếu",
    "html": "trang web",
    "xml": "tệp XML",
    "csv": "văn bản thuần, CSV",
    "msg": "thư lưu của Outlook",
    "archive": "tệp nén",
    "empty_archive": "tệp nén rỗng",
    "calendar": "lịch hẹn",
    "card": "danh thiếp",
    "xlsb": "Excel nhị phân",
    "encrypted": "tệp có mật khẩu",
    "numbers": "tệp Numbers của Apple",
}
PICTURES = frozenset({"image", "heic", "pdf"})
# Programs put them beside the words of a mail; nobody means one as an answer.
BESIDE_WORDS = frozenset({"calendar", "card"})

# Read top to bottom; the first that fits names the file.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"PK\x05\x06", "empty_archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"BZh", "archive"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"{\\rtf", "doc"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"#!AMR", "audio"),
    (b"\x1aE\xdf\xa3", "video"),
)
_IN_RIFF: Mapping[bytes, str] = {b"AVI ": "video", b"WAVE": "audio"}
# The brand of an ISO media file (ISO/IEC 14496-12): pictures of telephones, sound, and the rest is moving.
_PICTURE_BRANDS = (b"hei", b"hev", b"mif1", b"msf1", b"avif")
# Streams in the directory of an OLE file, which is how a mail of Outlook, old Word and Excel and every locked workbook
# are stored. "" is a workbook; before Word, for it may hold a document, and the other way round is found out later.
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("__properties_version1.0", "msg"),  # before all others: a mail may carry them
    ("EncryptedPackage", "encrypted"),
    ("Workbook\0", ""),
    ("Book\0", ""),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<body", b"<style")


def kind_of_ole(data: bytes) -> str:
    """Empty for an old workbook."""
    return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data), "unknown")


def kind_of_stranger(data: bytes) -> str:
    """Of a file that is neither an archive of our kind nor OLE: a key of KIND_NAMES, 'corrupt' or 'unknown'."""
    if not data:
        return "empty"
    if kind := next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), ""):
        return kind
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "heic" if brand.startswith(_PICTURE_BRANDS) else "audio" if brand == b"M4A " else "video"
    if data.startswith(b"RIFF"):
        return _IN_RIFF.get(data[8:12], "image")
    if data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data):
        return "image"
    if data[257:262] == b"ustar":
        return "archive"
    return "corrupt" if data.startswith(ZIP[:2]) else _kind_of_text(data)


def _kind_of_text(data: bytes) -> str:
    start = data[:2048].lstrip(_BLANK).lower()
    if start.startswith((b"begin:vcalendar", b"begin:vcard")):
        return "calendar" if start.startswith(b"begin:vcal") else "card"
    if start.startswith(_HTML_STARTS):
        return "html"
    if start.startswith(b"<"):
        return "html" if b"<html" in start else "xml"
    if b"%PDF-" in data[:1024]:  # a scanner may put something before it (ISO 32000-1, note to 7.5.2)
        return "pdf"
    return "csv" if _is_plain_text(data[:4096]) else "unknown"


def _is_plain_text(start: bytes) -> bool:
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = start.decode(encoding, "ignore")  # the cut may fall inside a letter
    return len(text) > len(start) // 4 and all(one.isprintable() or one in "\r\n\t\ufeff" for one in text)


# --- pictures --------------------------------------------------------------------------------------------------------

LEAST_SIDE_OF_PHOTO = 400
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def may_show_a_page(data: bytes) -> bool:
    """Whether a picture is large enough both ways to show a form: no logo, and no banner of a signature."""
    width, height = _size_of_picture(data)
    return min(width, height) >= LEAST_SIDE_OF_PHOTO


def _size_of_picture(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"GIF8"):
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _size_of_jpeg(data) if data.startswith(b"\xff\xd8") else (0, 0)


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _JPEG_SIZES:
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(
                data[place + 5 : place + 7], "big"
            )
        place += 2 if marker in _JPEG_ALONE else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return 0, 0
