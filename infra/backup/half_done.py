"""A restore that died between its two renames: the data folder is missing, and lies whole beside where it was."""

import os
import shutil
from pathlib import Path

from tasks.domain.errors import KiemtraError

PREPARED = ".khoi-phuc-"
"""Followed by the process that prepares; it is gone at the end of a restore, unless that was killed."""
MARK = "dang-doi-cho"
"""Within it, from just before the renames on: the name of the old folder when it is aside."""
CUT_SHORT = (
    "Lần khôi phục trước bị ngắt giữa chừng: thư mục dữ liệu {folder} không có ở chỗ của nó, cái cũ còn nguyên ở "
    "{aside}. Hãy chạy lại: kiemtra restore TỆP (cái cũ được đưa về chỗ trước); hoặc tự đổi tên: mv {aside} {folder}"
)


def left_aside(folder: Path) -> Path | None:
    """Where it lies; None where no restore was cut short."""
    if folder.exists():
        return None
    marks = folder.parent.glob(f"{PREPARED}*/{MARK}")
    asides = (folder.with_name(mark.read_text(encoding="utf-8")) for mark in marks)
    return next((aside for aside in asides if aside.is_dir()), None)


def refuse_cut_short(folder: Path) -> None:
    """Before anybody makes a new, empty one. Raises KiemtraError."""
    if aside := left_aside(folder):
        raise KiemtraError(CUT_SHORT.format(folder=folder, aside=aside))


def clear_prepared(beside: Path) -> None:
    """What restores that were killed have left: it holds secrets."""
    for folder in beside.glob(f"{PREPARED}*"):
        pid = folder.name.removeprefix(PREPARED)
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
