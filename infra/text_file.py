"""A text file that a person has saved with whatever Windows offered."""

import codecs
from pathlib import Path

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class NotText(ValueError):
    """What to do about it, in words that follow the file's name."""


def read_text(path: Path) -> str:
    """UTF-8, with Notepad's mark or without, or what Notepad calls Unicode (UTF-16). Raises NotText for anything else:
    of an ANSI file nobody can tell which letters were meant."""
    try:
        raw = path.read_bytes()
        encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
        return raw.decode(encoding).replace("\r\n", "\n")
    except OSError as error:
        raise NotText(f"không đọc được ({error.strerror or error})") from error
    except UnicodeError as error:
        raise NotText(
            "không đọc được: tệp không lưu ở dạng UTF-8. Mở bằng Notepad, chọn Save As (Lưu dưới dạng), mục Encoding "
            "(Mã hóa) chọn UTF-8, lưu lại"
        ) from error
