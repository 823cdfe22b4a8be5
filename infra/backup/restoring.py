"""`kiemtra restore`: the backup is read whole and checked before anything is touched; what is there is moved aside."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from infra.backup.database import SQLITE, kind_of, load, others_at, sqlite_file, unload
from infra.backup.half_done import MARK, left_aside
from infra.backup.journal import FOLDER as JOURNAL
from infra.backup.journal import carry_over
from infra.backup.manifest import DATA, SETTINGS, TEMPLATES_PART
from infra.backup.unpacking import Unpacked, why_not
from infra.backup.writing import database_files, password_files, without_password
from infra.database import open_engine, session_maker, upgrade
from infra.settings import TEMPLATES, Settings, read_settings
from tasks.audit import note_act
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import ZONE
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import moment_text
from tasks.mailing.pausing import hold_as_older
from tasks.records import Base

MAILBOXES = ("thu", "thu-den")
"""Mail that lies in the data folder: newer than the backup, and not to be read back from anywhere else."""
UNFIT = (
    "Cơ sở dữ liệu trong bản sao lưu không dùng được ({what}). Thư mục dữ liệu vẫn như trước; hãy dùng một bản khác."
)
BESIDE = "tu-ban-sao-luu"


@dataclass
class Restored:
    made_at: datetime
    aside: list[str] = field(default_factory=list)
    """Where what was there before lies now."""
    notes: list[str] = field(default_factory=list)


def settings_for(found: Unpacked, file: Path) -> Settings:
    """Those of this machine where there are any; else the ones of the backup are written there."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found.folder / SETTINGS, file)
    settings = read_settings(file)
    if kind_of(settings.database) != found.manifest.database:
        raise KiemtraError(
            f"Bản sao lưu chứa cơ sở dữ liệu {found.manifest.database}, còn cấu hình {file} dùng "
            f"{kind_of(settings.database)}. Hãy sửa [data] database cho cùng loại; chưa có gì thay đổi."
        )
    return settings


def put_in_place(found: Unpacked, settings: Settings, now: datetime, *, by: str) -> Restored:
    """With all mail held. Raises KiemtraError; what was there is then where it was, or named in the sentence."""
    made_at = datetime.fromisoformat(found.manifest.made_at)
    stamp = f"truoc-khoi-phuc-{now.astimezone(ZONE):%Y%m%d-%H%M%S}"
    done = Restored(made_at)
    why = f"khôi phục từ bản sao lưu lúc {moment_text(made_at.astimezone(ZONE))}"
    if found.manifest.database == SQLITE:
        _hold(f"sqlite:///{found.database}", why, now, by)  # before it can be opened by anybody
    elif others := others_at(settings.database):
        raise KiemtraError(
            f"Còn {others} kết nối khác tới cơ sở dữ liệu. Hãy dừng kiemtra serve trên mọi máy (và psql) rồi chạy lại."
        )
    with _said_plainly():
        _carry_over(settings, found.folder / DATA)
        _compare(found, settings, done)
        if found.manifest.database == SQLITE:
            _lay_ready(found, settings)
    if found.manifest.database != SQLITE:
        schema = stamp.replace("-", "_")
        load(settings.database, found.database, schema)
        done.aside.append(f"lược đồ “{schema}” trong cơ sở dữ liệu")
        try:
            _hold(settings.database, why, now, by)
            with _said_plainly():
                _swap(found, settings, stamp, done)
        except KiemtraError:
            unload(settings.database, schema)
            raise
        return done
    with _said_plainly():
        _swap(found, settings, stamp, done)
    return done


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Everything is laid ready first: whatever fails, what was there stands where it stood."""
    try:
        yield
    except OSError as error:
        raise KiemtraError(
            f"Không đặt được bản khôi phục vào chỗ: {why_not(error)}. Thư mục dữ liệu vẫn như trước khi khôi phục; hãy "
            "dọn chỗ trống (hoặc sửa quyền ghi) rồi chạy lại lệnh này."
        ) from error


def _hold(url: str, why: str, now: datetime, by: str) -> None:
    engine = open_engine(url)
    try:
        upgrade(engine)
        if missing := sorted(set(Base.metadata.tables) - set(inspect(engine).get_table_names())):
            raise KiemtraError(UNFIT.format(what=f"thiếu bảng {missing[0]}"))
        with session_maker(engine).begin() as session:
            hold_as_older(session, now, why)
            note_act(session, AuditAct.RESTORED, None, by, now, new=why)
        if kind_of(url) == SQLITE:  # it is moved as one file
            with engine.connect() as connection:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA journal_mode=DELETE")  # type: ignore[union-attr]
    except (SQLAlchemyError, CommandError) as error:
        raise KiemtraError(UNFIT.format(what=str(error).partition("\n")[0])) from error
    finally:
        engine.dispose()


def _carry_over(settings: Settings, new: Path) -> None:
    """What is newer than any backup, before anything is moved: the journal of what left, and the mail here."""
    old = settings.folder
    new.mkdir(mode=0o700, exist_ok=True)
    carry_over(old / JOURNAL, new / JOURNAL)
    for name in MAILBOXES:
        if (old / name).is_dir():
            shutil.rmtree(new / name, ignore_errors=True)
            shutil.copytree(old / name, new / name)
    for path in password_files(settings):
        if path.is_relative_to(old) and path.is_file():
            target = new / path.relative_to(old)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy(path, target)


def _lay_ready(found: Unpacked, settings: Settings) -> None:
    """The database to where one rename brings it into its place: with the folder, or beside its own file."""
    target, folder = sqlite_file(settings.database).resolve(), settings.folder.resolve()
    inside = target.is_relative_to(folder)
    ready = found.folder / DATA / target.relative_to(folder) if inside else _beside(target)
    ready.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        shutil.move(found.database, ready)
    except OSError:
        ready.unlink(missing_ok=True)
        raise


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.dang-khoi-phuc")


def _swap(found: Unpacked, settings: Settings, stamp: str, done: Restored) -> None:
    """The old folder aside whole: a database put under a newer log would be what the log says. Nothing is copied."""
    folder = settings.folder
    moves = [(folder, folder.with_name(f"{folder.name}.{stamp}"))]
    for path in sorted(database_files(settings)):
        if not path.is_relative_to(folder.resolve()):  # it lies elsewhere
            moves.append((path, path.with_name(f"{path.name}.{stamp}")))
    moved = [(here, aside) for here, aside in moves if here.exists()]
    puts = [(found.folder / DATA, folder)]
    if found.manifest.database == SQLITE:
        database = sqlite_file(settings.database).resolve()
        puts += [(ready, database)] if (ready := _beside(database)).exists() else []
    (found.folder / MARK).write_text(moves[0][1].name, encoding="utf-8")
    renamed: list[tuple[Path, Path]] = []
    try:
        for old, new in (*moved, *puts):
            old.rename(new)
            renamed.append((old, new))
    except OSError:
        for old, new in reversed(renamed):
            new.rename(old)
        raise
    done.aside += [str(aside) for _, aside in moved]


def put_back_cut_short(settings: Settings) -> Path | None:
    """What a restore that died between its renames has moved aside, in its place again; where it was meanwhile."""
    aside = left_aside(settings.folder)
    if aside is None:
        return None
    stamp = aside.name.removeprefix(f"{settings.folder.name}.")
    for path in database_files(settings):
        old = path.with_name(f"{path.name}.{stamp}")
        if old.exists() and not path.exists():
            old.rename(path)
    aside.rename(settings.folder)
    return aside


def _compare(found: Unpacked, settings: Settings, done: Restored) -> None:
    """What lies outside the data folder is not written over: it is laid beside, and named."""
    beside = found.folder / DATA / BESIDE
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
            f"Khác với bản đang dùng nên để ở {settings.folder / BESIDE}, chưa thay: {names}{more}. "
            "Xem lại, cần thì chép vào chỗ."
        )


def _is_same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
