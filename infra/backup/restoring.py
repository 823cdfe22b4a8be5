"""`kiemtra restore`: the backup is read whole and checked before anything is touched; what is there is moved aside."""

import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from alembic.script import ScriptDirectory

from infra.backup.database import NAMES, SQLITE, kind_of, load, others_at, sqlite_file
from infra.backup.journal import FOLDER as JOURNAL
from infra.backup.journal import carry_over
from infra.backup.manifest import DATA, MANIFEST, SETTINGS, TEMPLATES_PART, Manifest, parse_manifest
from infra.backup.writing import database_files, password_files, without_password
from infra.database import MIGRATIONS, open_engine, session_maker, upgrade
from infra.settings import TEMPLATES, Settings, load_settings
from tasks.domain.calendar import ZONE
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import moment_text
from tasks.mailing.pausing import hold_as_older

DAMAGED = "Bản sao lưu {file} đã hỏng hoặc bị sửa ({what}); chưa có gì thay đổi. Hãy dùng một bản khác."
MAILBOXES = ("thu", "thu-den")
"""Mail that lies in the data folder: newer than the backup, and not to be read back from anywhere else."""
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Unpacked:
    """A backup on this disk, every part of it as it was written."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        return self.folder / NAMES[self.manifest.database]


@dataclass
class Restored:
    made_at: datetime
    aside: list[str] = field(default_factory=list)
    """Where what was there before lies now."""
    notes: list[str] = field(default_factory=list)


@contextmanager
def unpacked(file: Path, beside: Path) -> Iterator[Unpacked]:
    """Raises KiemtraError where it is not whole, or of a newer program; it is gone at the end."""
    folder = beside / f".khoi-phuc-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True)
        yield Unpacked(folder, _unpack(file, folder))
    except tarfile.TarError as error:
        raise KiemtraError(DAMAGED.format(file=file, what="không mở được")) from error
    except (EOFError, zlib.error) as error:
        raise KiemtraError(DAMAGED.format(file=file, what="bị cắt ngắn")) from error
    except OSError as error:
        raise KiemtraError(f"Không đọc hoặc không giải được bản sao lưu {file}: {error.strerror or error}.") from error
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
    if NAMES.get(manifest.database) not in found:
        raise KiemtraError(DAMAGED.format(file=file, what="thiếu cơ sở dữ liệu"))
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


# --- into its place ----------------------------------------------------------------------------------------------


def settings_for(found: Unpacked, file: Path) -> Settings:
    """Those of this machine where there are any; else the ones of the backup are written there."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found.folder / SETTINGS, file)
    settings = load_settings(file)
    if kind_of(settings.database) != found.manifest.database:
        raise KiemtraError(
            f"Bản sao lưu chứa cơ sở dữ liệu {found.manifest.database}, còn cấu hình {file} dùng "
            f"{kind_of(settings.database)}. Hãy sửa [data] database cho cùng loại; chưa có gì thay đổi."
        )
    return settings


def put_in_place(found: Unpacked, settings: Settings, now: datetime) -> Restored:
    """With all mail held. Raises KiemtraError; what was there is then where it was, or named in the sentence."""
    made_at = datetime.fromisoformat(found.manifest.made_at)
    stamp = f"truoc-khoi-phuc-{now.astimezone(ZONE):%Y%m%d-%H%M%S}"
    done = Restored(made_at)
    why = f"khôi phục từ bản sao lưu lúc {moment_text(made_at.astimezone(ZONE))}"
    if found.manifest.database == SQLITE:
        _hold(f"sqlite:///{found.database}", why, now)  # before it can be opened by anybody
    elif others := others_at(settings.database):
        raise KiemtraError(
            f"Còn {others} kết nối khác tới cơ sở dữ liệu. Hãy dừng kiemtra serve trên mọi máy (và psql) rồi chạy lại."
        )
    try:
        _swap(found, settings, stamp, done)
    except OSError as error:
        where = f" Những gì có trước nay ở: {', '.join(done.aside)}." if done.aside else ""
        raise KiemtraError(f"Không đặt được bản khôi phục vào chỗ: {error.strerror or error}.{where}") from error
    if found.manifest.database != SQLITE:
        schema = stamp.replace("-", "_")
        load(settings.database, found.database, schema)
        done.aside.append(f"lược đồ “{schema}” trong cơ sở dữ liệu")
        _hold(settings.database, why, now)
    return done


def _hold(url: str, why: str, now: datetime) -> None:
    engine = open_engine(url)
    try:
        upgrade(engine)
        with session_maker(engine).begin() as session:
            hold_as_older(session, now, why)
        if kind_of(url) == SQLITE:  # it is moved as one file
            with engine.connect() as connection:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA journal_mode=DELETE")  # type: ignore[union-attr]
    finally:
        engine.dispose()


def _swap(found: Unpacked, settings: Settings, stamp: str, done: Restored) -> None:
    """The old folder aside whole: a database put under a newer log would be what the log says."""
    folder = settings.folder
    aside = folder.with_name(f"{folder.name}.{stamp}")
    own = {path for path in database_files(settings) if path.exists()}
    if folder.exists():
        folder.rename(aside)
        done.aside.append(str(aside))
    for path in own:
        if path.exists():  # it lies elsewhere
            path.rename(path.with_name(f"{path.name}.{stamp}"))
            done.aside.append(str(path.with_name(f"{path.name}.{stamp}")))
    new = found.folder / DATA
    new.mkdir(mode=0o700, exist_ok=True)
    new.rename(folder)
    if found.manifest.database == SQLITE:
        target = sqlite_file(settings.database)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(found.database, target)
    _carry_over(aside, settings)
    _compare(found, settings, done)


def _carry_over(aside: Path, settings: Settings) -> None:
    """What is newer than any backup: the mail that lies here, and the journal of what left."""
    folder = settings.folder
    for name in MAILBOXES:
        if (aside / name).is_dir():
            shutil.rmtree(folder / name, ignore_errors=True)
            shutil.copytree(aside / name, folder / name)
    carry_over(aside / JOURNAL, folder / JOURNAL)
    for path in password_files(settings):
        old = aside / path.relative_to(folder) if path.is_relative_to(folder) else path
        if old != path and old.is_file():
            shutil.copy(old, path)


def _compare(found: Unpacked, settings: Settings, done: Restored) -> None:
    """What lies outside the data folder is not written over: it is laid beside, and named."""
    beside = settings.folder / "tu-ban-sao-luu"
    differing = [
        path
        for path in sorted((found.folder / TEMPLATES_PART).rglob("*"))
        if path.is_file() and not _is_same(path, TEMPLATES / path.relative_to(found.folder / TEMPLATES_PART))
    ]
    if (found.folder / SETTINGS).read_bytes() != without_password(settings.file):
        differing.append(found.folder / SETTINGS)
    for path in differing:
        target = beside / path.relative_to(found.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    if differing:
        names = ", ".join(str(path.relative_to(found.folder)) for path in differing[:5])
        more = f" và {len(differing) - 5} tệp nữa" if len(differing) > 5 else ""
        done.notes.append(
            f"Khác với bản đang dùng nên để ở {beside}, chưa thay: {names}{more}. Xem lại, cần thì chép vào chỗ."
        )


def _is_same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
