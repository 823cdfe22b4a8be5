"""A backup on this disk again: read whole, and checked before anything of it is used."""

import errno
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from alembic.script import ScriptDirectory

from infra.backup.database import NAMES
from infra.backup.half_done import PREPARED, clear_prepared
from infra.backup.manifest import MANIFEST, SETTINGS, Manifest, parse_manifest
from infra.database import MIGRATIONS
from tasks.domain.errors import KiemtraError

DAMAGED = "Bản sao lưu {file} đã hỏng hoặc bị sửa ({what}); chưa có gì thay đổi. Hãy dùng một bản khác."
CHUNK = 1024 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Unpacked:
    """A backup on this disk, every part of it as it was written."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        return self.folder / NAMES[self.manifest.database]


@contextmanager
def unpacked(file: Path, beside: Path) -> Iterator[Unpacked]:
    """Raises KiemtraError where it is not whole, or of a newer program; it is gone at the end."""
    folder = beside / f"{PREPARED}{os.getpid()}"
    clear_prepared(beside)
    try:
        folder.mkdir(mode=0o700, parents=True)
        yield Unpacked(folder, _unpack(file, folder))
    except tarfile.TarError as error:
        raise KiemtraError(DAMAGED.format(file=file, what="không mở được")) from error
    except (EOFError, zlib.error) as error:
        raise KiemtraError(DAMAGED.format(file=file, what="bị cắt ngắn")) from error
    except OSError as error:
        raise KiemtraError(
            f"Không đọc hoặc không giải được bản sao lưu {file}: {why_not(error)}. Chưa có gì thay đổi."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(file: Path, folder: Path) -> Manifest:
    found: dict[str, dict[str, object]] = {}
    manifest = None
    with tarfile.open(file, mode="r:gz") as tar:
        for entry in tar:
            path = _place(file, folder, entry)
            content = tar.extractfile(entry)
            if manifest is not None or entry.name in found or content is None:
                raise KiemtraError(DAMAGED.format(file=file, what=f"có phần lạ “{entry.name}”"))
            if entry.name == MANIFEST:
                manifest = parse_manifest(content.read(64 * CHUNK))
            else:
                found[entry.name] = {"sha256": _copy(content, path), "size": entry.size}
    if manifest is None:
        raise KiemtraError(DAMAGED.format(file=file, what="thiếu bảng kê"))
    if wrong := sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name)):
        raise KiemtraError(DAMAGED.format(file=file, what=f"phần “{wrong[0]}” không đúng với bảng kê"))
    for part, what in ((NAMES.get(manifest.database), "cơ sở dữ liệu"), (SETTINGS, SETTINGS)):
        if part not in found:
            raise KiemtraError(DAMAGED.format(file=file, what=f"thiếu {what}"))
    _check_version(manifest)
    return manifest


def _place(file: Path, folder: Path, entry: tarfile.TarInfo) -> Path:
    """Plain files under the folder, and nothing else: a backup may have passed through strangers' hands."""
    name = PurePosixPath(entry.name)
    if not entry.isreg() or name.is_absolute() or ".." in name.parts or "\\" in entry.name or "\0" in entry.name:
        raise KiemtraError(DAMAGED.format(file=file, what=f"có phần lạ “{entry.name}”"))
    return folder / name


def _copy(source: IO[bytes], target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while data := source.read(CHUNK):
            digest.update(data)
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _check_version(manifest: Manifest) -> None:
    known = {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if manifest.revision not in known:
        raise KiemtraError(
            f"Bản sao lưu do chương trình mới hơn ghi ra (kiemtra {manifest.program}, cơ sở dữ liệu phiên bản "
            f"{manifest.revision}). Hãy cài bản mới ấy rồi khôi phục; chưa có gì thay đổi."
        )


def why_not(error: OSError) -> str:
    """Copying a tree fails with a list of what failed, each with its reason."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        reasons = [str(one[-1]) for one in error.args[0]]
        full = any(os.strerror(errno.ENOSPC) in one or os.strerror(errno.EFBIG) in one for one in reasons)
        return "ổ đĩa đã đầy" if full else f"{len(reasons)} tệp không chép được, như {error.args[0][0][0]}"
    return "ổ đĩa đã đầy" if error.errno in FULL else f"{error.strerror or error}"
