"""What goes wrong with the database and the disk, said in one sentence that tells what to do; the answers by code.

Only at the end of a command: what a flow meets on its way is put back into the queue by those who know the item.
"""

import errno
import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

SAID = 160


class Trouble(StrEnum):
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    READ_ONLY = "read_only"
    FULL = "full"
    FORBIDDEN = "forbidden"
    CLOSED = "closed"
    BUSY = "busy"
    DISK = "disk"
    OTHER = "other"


WHAT_TO_DO: Mapping[Trouble, str] = {
    Trouble.DAMAGED: (
        "Tệp cơ sở dữ liệu {place} bị hỏng, hoặc không phải là cơ sở dữ liệu. Đừng sửa tại chỗ: hãy dừng dịch vụ, khôi "
        "phục bản sao lưu gần nhất (kiemtra restore TỆP), rồi chạy: kiemtra check"
    ),
    Trouble.INCOMPLETE: (
        "Cơ sở dữ liệu {place} thiếu bảng hoặc cột mà chương trình cần. Hãy khôi phục bản sao lưu gần "
        "nhất (kiemtra restore TỆP), rồi chạy: kiemtra check"
    ),
    Trouble.READ_ONLY: (
        "Không mở được cơ sở dữ liệu {place} để ghi: tệp hoặc thư mục chứa nó chỉ cho đọc. Hãy trao "
        "thư mục dữ liệu cho người dùng chạy chương trình (chown -R), cho quyền ghi (chmod -R u+rwX), và xem ổ "
        "đĩa có bị gắn chỉ đọc không"
    ),
    Trouble.FULL: (
        "Ổ đĩa chứa cơ sở dữ liệu {place} đã đầy. Hãy giải phóng chỗ trống rồi chạy lại; việc dở dang được làm "
        "lại, không mất gì"
    ),
    Trouble.FORBIDDEN: (
        "Người dùng của cơ sở dữ liệu {place} không đủ quyền. Hãy cho người ấy làm chủ cơ sở dữ liệu (ALTER DATABASE … "
        "OWNER TO …), hoặc cấp quyền trên các bảng"
    ),
    Trouble.CLOSED: (
        "Không mở được cơ sở dữ liệu {place}. Hãy xem địa chỉ, tên và mật khẩu ở database trong tệp cấu hình, và máy "
        "chủ có chạy không"
    ),
    Trouble.BUSY: (
        "Cơ sở dữ liệu {place} đang bị một chương trình khác giữ quá lâu. Hãy chạy lại sau; nếu vẫn vậy thì xem chương "
        "trình nào đang mở nó (lsof, fuser)"
    ),
    Trouble.DISK: (
        "Ổ đĩa không đọc hoặc không ghi được cơ sở dữ liệu {place}. Hãy xem ổ đĩa còn chỗ trống không, có hỏng không "
        "(dmesg), rồi chạy lại"
    ),
    Trouble.OTHER: "Cơ sở dữ liệu {place} không làm được việc vừa yêu cầu. Hãy chạy: kiemtra check",
}

_SQLITE: Mapping[str, Trouble] = {
    "SQLITE_NOTADB": Trouble.DAMAGED,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_FORMAT": Trouble.DAMAGED,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_PERM": Trouble.READ_ONLY,
    "SQLITE_CANTOPEN": Trouble.READ_ONLY,
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_IOERR": Trouble.DISK,
}
# PostgreSQL's table of SQLSTATE: five letters, or the two of a class.
_POSTGRES: Mapping[str, Trouble] = {
    "42501": Trouble.FORBIDDEN,
    "42P01": Trouble.INCOMPLETE,
    "42703": Trouble.INCOMPLETE,
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "55P03": Trouble.BUSY,
    "08": Trouble.CLOSED,
    "28": Trouble.CLOSED,
    "3D": Trouble.CLOSED,
    "53": Trouble.CLOSED,
    "57": Trouble.CLOSED,
    "XX": Trouble.DAMAGED,
}

_OF_FILES: Mapping[int, str] = {
    errno.ENOSPC: "ổ đĩa đã đầy. Hãy giải phóng chỗ trống rồi chạy lại",
    errno.EDQUOT: "đã hết hạn mức ổ đĩa. Hãy giải phóng chỗ trống rồi chạy lại",
    errno.EFBIG: "tệp vượt cỡ mà máy cho phép. Hãy giải phóng chỗ trống hoặc nới giới hạn (ulimit -f) rồi chạy lại",
    errno.EROFS: "ổ đĩa chỉ cho đọc. Hãy gắn lại cho ghi, hoặc (với systemd) thêm thư mục vào ReadWritePaths",
    errno.EACCES: "không đủ quyền. Hãy xem chủ và quyền của tệp, thư mục (chown, chmod)",
    errno.EPERM: "không đủ quyền. Hãy xem chủ và quyền của tệp, thư mục (chown, chmod)",
    errno.EIO: "ổ đĩa không đọc hoặc không ghi được. Hãy xem ổ đĩa có hỏng không (dmesg)",
}


def sentence(error: BaseException, place: str = "") -> str:
    """What to tell of an error of the database, of files, or of a number that nothing can hold; '' of any other, which
    is a mistake of ours."""
    if isinstance(error, SQLAlchemyError | sqlite3.Error):
        return database_sentence(error, place)
    if isinstance(error, OSError) and error.errno is not None:
        where = f" {error.filename}" if error.filename else ""
        why = _OF_FILES.get(error.errno, f"{error.strerror}. Hãy xem lại đường dẫn và quyền")
        return f"Không đọc hoặc không ghi được{where}: {why}."
    if isinstance(error, OverflowError):
        return "Một con số hoặc một ngày vượt khoảng dùng được. Hãy xem lại những số đã ghi trong lệnh."
    return ""


def database_sentence(error: BaseException, place: str = "") -> str:
    """'' where it is no answer of a database: a mistake in how it was asked."""
    said: BaseException | None = getattr(error, "orig", error)
    if said is None or isinstance(said, SQLAlchemyError):
        return ""
    words = str(said).strip().splitlines() or [type(said).__name__]
    told = words[0] if len(words[0]) <= SAID else f"{words[0][:SAID]}…"
    return f"{words_of(trouble_of(said), place)}. Máy chủ nói: {told}"


def words_of(trouble: Trouble, place: str) -> str:
    return WHAT_TO_DO[trouble].format(place=place) if place else WHAT_TO_DO[trouble].replace(" {place}", "")


def trouble_of(said: BaseException) -> Trouble:
    """By the code of the driver; where SQLite gives none of its own, by its one message for what is missing."""
    name = getattr(said, "sqlite_errorname", None)
    if name is not None:
        if name == "SQLITE_ERROR" and str(said).startswith(("no such table", "no such column")):
            return Trouble.INCOMPLETE
        return next((each for start, each in _SQLITE.items() if str(name).startswith(start)), Trouble.OTHER)
    state = getattr(said, "sqlstate", "")
    if state is None:  # psycopg: the line broke, or was never made
        return Trouble.CLOSED
    return _POSTGRES.get(state) or _POSTGRES.get(state[:2], Trouble.OTHER)


def place_of(url: URL | str) -> str:
    """What a person knows the database by, without its password; '' where it is no address."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return ""


def file_of(address: URL | str) -> Path | None:
    """The file of an SQLite database; None of any other, of one in memory, and of what is no address."""
    try:
        url = make_url(address)
    except ArgumentError:
        return None
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)
