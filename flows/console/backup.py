"""`kiemtra backup` and `kiemtra restore`: the whole house in one file, and back with all mail held."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.console.scribe import who
from infra.backup.restoring import Restored, put_back_cut_short, put_in_place, settings_for
from infra.backup.unpacking import unpacked
from infra.backup.writing import write_backup
from infra.folder_lock import AT_WORK, alone
from infra.settings import Settings, load_settings, read_settings, settings_file
from infra.toolbox import clock, open_toolbox
from tasks.domain.calendar import ZONE
from tasks.domain.errors import KiemtraError
from tasks.domain.letterbox import LETTER_NAMES, LetterKind, LetterState
from tasks.domain.mailing import StopCode
from tasks.domain.vietnamese import moment_text
from tasks.letters import letter_name
from tasks.mailing.departures import departed_without_row
from tasks.mailing.settling import reason_open, uncertain
from tasks.records import Letter, MailSwitch
from tasks.recovery import Recovered, recover

SHOWN = 20
SECRET = (
    "Tệp này là bí mật: trong đó có khóa niêm phong phiếu, địa chỉ thư và mọi câu trả lời (không có mật khẩu nào, và "
    "không có dữ liệu của Prefect). Chỉ người dùng này đọc được (0600); hãy giữ như vậy ở nơi cất."
)
NEXT = (
    "MỌI THƯ ĐANG ĐƯỢC GIỮ. Xem những gì sẽ đi và những gì còn ngờ: kiemtra restore --status. Khi đã yên tâm: "
    "kiemtra mail start"
)
RUNNING = "kiemtra serve đang chạy trên thư mục {folder} (tiến trình {{pid}}). Hãy dừng dịch vụ ấy rồi chạy lại."

WORKING = (
    "Một lượt gửi thư, hoặc một lượt chạy hay lệnh kiemtra khác, đang làm việc trên thư mục {folder}: khôi phục lúc "
    "này thì thư có thể đi hai lần. Chưa có gì thay đổi; hãy đợi nó xong rồi chạy lại."
)


def backup(args: argparse.Namespace) -> None:
    written = write_backup(load_settings(), Path(args.file), clock())
    size = f"{written.size / 1024 / 1024:.1f}".replace(".", ",")
    print(f"Đã sao lưu vào {written.file}: {written.parts} phần, {size} MB.")
    print(SECRET)


def restore(args: argparse.Namespace) -> None:
    if args.status:
        status()
    elif args.read_back:
        read_back(args)
    elif args.file:
        _put_back(args, Path(args.file))
    else:
        raise KiemtraError("Hãy ghi tệp cần khôi phục: kiemtra restore TỆP (hoặc --status, --read-back)")


def _put_back(args: argparse.Namespace, file: Path) -> None:
    if not file.is_file():
        raise KiemtraError(f"Không có tệp {file}.")
    now = clock()
    where = settings_file()
    beside = where.parent
    if where.is_file():
        before = read_settings(where)
        beside = before.folder.parent
        if aside := put_back_cut_short(before):
            print(f"Lần khôi phục trước bị ngắt giữa chừng: đã đưa {aside} về lại {before.folder}.")
    with unpacked(file, beside) as found:
        made_at = moment_text(datetime.fromisoformat(found.manifest.made_at).astimezone(ZONE))
        print(f"{file}: nguyên vẹn, {len(found.manifest.files)} phần, sao lưu lúc {made_at}.")
        settings = settings_for(found, where)
        with _nobody_at_work(settings):
            if not args.yes and not _agreed(settings):
                raise KiemtraError("Không khôi phục, chưa có gì thay đổi.")
            done = put_in_place(found, settings, now, by=who(args))
    _say(done, settings)
    read_back(args)


@contextmanager
def _nobody_at_work(settings: Settings) -> Iterator[None]:
    """The locks of `serve`, and of every run and command, which may outlive it; without a folder there are none."""
    folder = settings.folder
    if not folder.exists():
        yield
        return
    with (
        alone(folder / "prefect" / "serve.lock", RUNNING.format(folder=folder)),
        alone(folder / AT_WORK, WORKING.format(folder=folder)),
    ):
        yield


def _agreed(settings: Settings) -> bool:
    there = f"thay {settings.folder}" if settings.folder.exists() else f"vào {settings.folder}"
    try:
        said = input(f"Khôi phục, {there} (cái cũ được chuyển sang bên cạnh)? [c/K] ")
    except EOFError:
        return False
    return said.strip().lower() in {"c", "co", "có"}


def _say(done: Restored, settings: Settings) -> None:
    print(f"Đã khôi phục vào {settings.folder}.")
    for where in done.aside:
        print(f"  Cái cũ còn nguyên: {where}")
    for note in done.notes:
        print(f"  {note}")


# --- what left since ---------------------------------------------------------------------------------------------


def read_back(args: argparse.Namespace) -> None:
    """Repeatable: a mailbox that was not to be reached is read when it is."""
    as_of: datetime = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            held = session.get_one(MailSwitch, 1).stopped_for is StopCode.OLDER
        found = recover(tools, as_of)
        with tools.sessions() as session:
            held = held or session.get_one(MailSwitch, 1).stopped_for is StopCode.OLDER
    _tell(found)
    if held:
        print(NEXT)


def _tell(found: Recovered) -> None:
    print(
        f"Đọc lại từ bên ngoài: nhật ký thư cho biết {found.tries} lượt thư đã đi mà cơ sở dữ liệu chưa biết; nơi lưu "
        f"thư đã gửi cho biết {found.sent}; {found.brought_back} thư đến được đưa trở lại để ghi nhận."
    )
    if found.reopened:
        print(f"Làm lại theo kế hoạch: {found.reopened}.")
    for trouble in found.troubles:
        print(f"✗ {trouble}. Sửa xong hãy chạy: kiemtra restore --read-back")


def status() -> None:
    with open_toolbox() as tools, tools.sessions() as session:
        switch = session.get_one(MailSwitch, 1)
        if switch.stopped_for is StopCode.OLDER:
            print(f"ĐANG GIỮ MỌI THƯ: {switch.stopped_why}.")
        else:
            print("Không có thư nào bị giữ vì khôi phục.")
        say_what_leaves(session)
        for one in uncertain(session)[:SHOWN]:
            print(f"Còn ngờ  {one.id:>6}  {letter_name(one)} tới {one.recipient}: {reason_open(one)}")
        departed = departed_without_row(session)
        if departed:
            print(f"Đã đi trước khi khôi phục, ở đây chưa lập lại ({len(departed)} thư; lập lại thì coi là đã gửi):")
        for gone in departed[:SHOWN]:
            when = moment_text(gone.left_at.astimezone(ZONE)) if gone.left_at else "?"
            print(f"  {when}  {_kind_of(gone.what)} {gone.case_code} tới {gone.recipient or '?'} ({gone.source})")


def _kind_of(what: str) -> str:
    """'reminder:nhac-1' -> 'nhắc (nhac-1)'."""
    kind, _, rung = what.partition(":")
    name = LETTER_NAMES[LetterKind(kind)] if kind in set(LetterKind) else kind
    return f"{name} ({rung})" if rung else name


def say_what_leaves(session: Session) -> int:
    """What would leave when mail is started: neither the journal nor anything else outside knows of it."""
    waiting: Sequence[Letter] = session.scalars(
        select(Letter).where(Letter.state.in_((LetterState.HELD, LetterState.QUEUED))).order_by(Letter.not_before)
    ).all()
    if waiting:
        print(f"Sẽ đi khi mở lại, hoặc khi đến giờ hay được duyệt ({len(waiting)} thư, chưa thấy dấu hiệu đã đi):")
    for one in waiting[:SHOWN]:
        print(f"  {one.id:>6}  {letter_name(one)} tới {one.recipient}, {moment_text(one.not_before.astimezone(ZONE))}")
    if len(waiting) > SHOWN:
        print(f"  … và {len(waiting) - SHOWN} thư nữa")
    return len(waiting)
