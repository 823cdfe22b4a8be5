"""`kiemtra backup`: the whole house into one file, while it works; there whole or not at all."""

import hashlib
import io
import os
import re
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from infra.backup.database import NAMES, dump, kind_of, sqlite_file
from infra.backup.manifest import DATA, FORMAT, MANIFEST, SETTINGS, TEMPLATES_PART, Manifest, program_version
from infra.database import open_engine, revisions
from infra.folder_lock import AT_WORK
from infra.settings import TEMPLATES, Settings
from infra.text_file import read_text
from tasks.domain.errors import KiemtraError

LEFT_OUT = frozenset({"prefect", AT_WORK})
"""Its runs are a window, no facts; and its secret stays on its machine."""
PASSWORD = re.compile(r"(://[^:/@\s\"]+):[^@\s\"]+@")
HIDDEN = r"\1:MAT-KHAU@"


@dataclass(frozen=True)
class Written:
    file: Path
    size: int
    parts: int


def write_backup(settings: Settings, file: Path, made_at: datetime) -> Written:
    """Raises KiemtraError; then nothing of it is left behind."""
    if file.exists():
        raise KiemtraError(f"Đã có {file}; bản sao lưu không ghi đè lên tệp nào. Hãy đặt tên khác.")
    if file.resolve().is_relative_to(settings.folder.resolve()):
        raise KiemtraError(f"Hãy để bản sao lưu ngoài thư mục dữ liệu {settings.folder}, tốt nhất ở một ổ đĩa khác.")
    if not file.resolve().parent.is_dir():
        raise KiemtraError(f"Chưa có thư mục {file.resolve().parent}. Hãy tạo thư mục ấy rồi chạy lại.")
    current, _ = _revisions(settings)
    whole = Manifest(FORMAT, program_version(), current, kind_of(settings.database), made_at.isoformat(), {})
    with _said_plainly(file), tempfile.TemporaryDirectory(prefix=".sao-luu-", dir=file.parent) as work:
        _write(settings, Path(work) / "tep", Path(work), whole)
        os.link(Path(work) / "tep", file)  # fails where somebody has made one of that name meanwhile
    return Written(file, file.stat().st_size, len(whole.files))


def _revisions(settings: Settings) -> tuple[str, str | None]:
    engine = open_engine(settings.database)
    try:
        current, head = revisions(engine)
    finally:
        engine.dispose()
    if current is None:
        raise KiemtraError("Cơ sở dữ liệu chưa được tạo, chưa có gì để sao lưu. Hãy chạy: kiemtra init")
    return current, head


@contextmanager
def _said_plainly(file: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise KiemtraError(f"Đã có {file}; bản sao lưu không ghi đè lên tệp nào. Hãy đặt tên khác.") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise KiemtraError(
            f"Không ghi được bản sao lưu {file}: {why}. Chưa có gì được giữ lại; hãy dọn chỗ trống, hoặc chọn nơi "
            "khác, rồi chạy lại."
        ) from error


def _write(settings: Settings, target: Path, work: Path, whole: Manifest) -> None:
    """The database first: what the journal says beyond it is found out again, what it does not say is not."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
            database = dump(settings.database, work)
            _add(tar, whole, NAMES[whole.database], database)
            database.unlink()
            _add_bytes(tar, whole, SETTINGS, without_password(settings.file))
            for name, path in sorted(parts(settings)):
                with suppress(FileNotFoundError):  # moved or removed meanwhile
                    _add(tar, whole, name, path)
            _add_bytes(tar, whole, MANIFEST, whole.text.encode())
        out.flush()
        os.fsync(out.fileno())


def parts(settings: Settings) -> Iterator[tuple[str, Path]]:
    """All that a person of the office may have changed, but the database: the data folder, and templates."""
    secret = {path.resolve() for path in password_files(settings)} | database_files(settings)
    for path in _files(settings.folder):
        inside = path.relative_to(settings.folder)
        if inside.parts[0] not in LEFT_OUT and path.resolve() not in secret:
            yield f"{DATA}/{inside.as_posix()}", path
    for path in _files(TEMPLATES):
        yield f"{TEMPLATES_PART}/{path.relative_to(TEMPLATES).as_posix()}", path


def _files(folder: Path) -> Iterator[Path]:
    """What a link leads to lies elsewhere, and is left there."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts:
            yield path


def database_files(settings: Settings) -> set[Path]:
    if kind_of(settings.database) != "sqlite":
        return set()
    file = sqlite_file(settings.database).resolve()
    return {file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))}


def password_files(settings: Settings) -> list[Path]:
    """Wherever the settings say that one lies."""
    mail = tomllib.loads(read_text(settings.file)).get("mail", {})
    named = [mail.get(part, {}).get("password_file") for part in ("out", "in")]
    return [settings.file.parent / name for name in named if name]


def without_password(file: Path) -> bytes:
    return PASSWORD.sub(HIDDEN, read_text(file)).encode()


def _add(tar: tarfile.TarFile, whole: Manifest, name: str, path: Path) -> None:
    """As much as it held when it was opened: a file that grows meanwhile (the journal) has whole lines up to there."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        counted = _Counted(file, size)
        tar.addfile(_entry(name, size, path.stat().st_mtime), counted)
    whole.files[name] = {"sha256": counted.hash.hexdigest(), "size": size}


def _add_bytes(tar: tarfile.TarFile, whole: Manifest, name: str, data: bytes) -> None:
    if name != MANIFEST:
        whole.files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    tar.addfile(_entry(name, len(data), datetime.fromisoformat(whole.made_at).timestamp()), io.BytesIO(data))


def _entry(name: str, size: int, changed: float) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(changed)
    return entry


class _Counted(io.RawIOBase):
    """The first bytes of a file, hashed as they pass; what has become shorter meanwhile is filled up."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left, self.hash = file, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted).ljust(wanted, b"\0")
        self._left -= wanted
        self.hash.update(data)
        return data
