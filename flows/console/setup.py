"""`kiemtra init` and `kiemtra check`: from nothing to a house that is known to be in order."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from flows.console.mail_check import addresses, incoming, outgoing, there_and_back
from infra.prefect_secret import secret_of
from infra.settings import DEFAULT_FILE, SAMPLE, TEMPLATES, Settings, load_settings
from tasks.domain.errors import DefinitionError, KiemtraError

Check = Callable[[Settings], str]


def init(args: argparse.Namespace) -> None:
    """Never overwrites a settings file; a second run brings the database to this program's version."""
    from infra.database import open_engine, revisions, upgrade
    from infra.file_modes import close_to_others

    named = os.environ.get("KIEMTRA_SETTINGS")  # --settings sets it too
    file = Path(named) if named else Path(args.folder) / DEFAULT_FILE
    if file.exists():
        print(f"Đã có tệp cấu hình {file}, giữ nguyên.")
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SAMPLE, encoding="utf-8")
        print(f"Đã tạo tệp cấu hình {file}. Hãy mở ra, đọc ghi chú và sửa cho đúng.")
    settings = load_settings(file)
    secret_of(settings.folder / "prefect")
    engine = open_engine(settings.database)
    before, _ = revisions(engine)
    upgrade(engine)
    after, _ = revisions(engine)
    words = "đã tạo" if before is None else "đã ở đúng phiên bản" if before == after else f"đã nâng cấp từ {before}"
    print(f"Cơ sở dữ liệu {engine.url.render_as_string(hide_password=True)}: {words} ({after}).")
    if mended := close_to_others(settings):
        print(f"Đã đóng lại {mended} tệp, thư mục mà người khác trên máy này mở được.")
    print("Việc tiếp theo: kiemtra check; kiemtra units import <danh-sach.xlsx>; kiemtra plan import <ke-hoach.toml>")


def check(args: argparse.Namespace) -> int:
    """Says each thing in a line; the exit code is 1 when one is wrong."""
    try:
        settings = load_settings()
    except KiemtraError as error:
        print(f"✗ cấu hình: {error}")
        return 1
    print(f"✓ cấu hình: {settings.file}")
    wrong: dict[str, str] = {}
    for name, look in CHECKS if args.offline else (*CHECKS, *_online(args.wait)):
        if what := _say(name, look, settings, wrong):
            wrong.setdefault(what, name)
    return 1 if wrong else 0


def _say(name: str, look: Check, settings: Settings, before: Mapping[str, str]) -> str:
    """What is wrong, '' where nothing is; what a line above has said is not said in full again."""
    from infra.trouble import place_of, sentence

    try:
        print(f"✓ {name}: {look(settings)}", flush=True)
        return ""
    except Exception as error:
        wrong = str(error) if isinstance(error, KiemtraError) else sentence(error, place_of(settings.database))
        if not wrong:
            raise
    print(f"✗ {name}: {f'xem “{before[wrong]}” ở trên' if wrong in before else wrong}", flush=True)
    return wrong


def _database(settings: Settings) -> str:
    from infra.database import assert_current, look_through, open_engine, revisions
    from infra.trouble import place_of

    engine = open_engine(settings.database)
    try:
        assert_current(engine)
        seen = look_through(engine)
        return f"{place_of(engine.url)}, phiên bản {revisions(engine)[0]}{seen and f'; {seen}'}"
    finally:
        engine.dispose()


def _files(settings: Settings) -> str:
    from infra.file_modes import open_to_others

    if found := open_to_others(settings):
        rest = f" và {len(found) - 1} tệp, thư mục khác" if len(found) > 1 else ""
        raise KiemtraError(
            f"người khác trên máy này vào được {found[0]}{rest}. Hãy chạy: kiemtra init (hoặc chmod -R go= "
            f"{settings.folder})"
        )
    return f"{settings.folder} chỉ người dùng này mở được"


def _checklists(settings: Settings) -> str:
    from infra.definitions import FileDefinitions

    checklists = FileDefinitions(TEMPLATES, settings.folder).checklists
    unverified = sum(
        not all(basis.verified for basis in item.basis) for one in checklists.values() for item in one.items
    )
    items = sum(len(one.items) for one in checklists.values())
    return (
        f"{len(checklists)} bảng kiểm, {items} mục (xem: kiemtra checklist list); "
        f"{unverified} mục có căn cứ chưa được đối chiếu văn bản gốc"
    )


def _calendars(settings: Settings) -> str:
    from infra.definitions import FileDefinitions
    from infra.toolbox import open_toolbox
    from tasks.domain.calendar_file import years_words
    from tasks.watch import years_to_ask_for

    calendars = FileDefinitions(TEMPLATES, settings.folder).calendars
    known = "; ".join(f"{name}: có các năm {years_words(one)}" for name, one in calendars.items())
    with open_toolbox(settings) as tools, tools.sessions() as session:
        asked = years_to_ask_for(session, tools, tools.now())
    return known + "".join(f"\n    Lưu ý, {one.what}: {one.do}." for one in asked)


def _letters(settings: Settings) -> str:
    from infra.own_files import own_templates
    from infra.rendering import KINDS, LetterRenderer

    problems = LetterRenderer(TEMPLATES, own_templates(settings.folder)).check()
    if problems:
        raise DefinitionError(problems)
    return f"{len(KINDS)} mẫu thư đều dựng được"


def _documents(settings: Settings) -> str:
    from infra.document import OfficeDocuments
    from infra.own_files import own_templates

    return ", ".join(OfficeDocuments(own=own_templates(settings.folder)).check())


def _journal(settings: Settings) -> str:
    from infra.toolbox import open_toolbox
    from tasks.watch import journal

    with open_toolbox(settings) as tools, tools.sessions() as session:
        if alarms := journal(session, tools, tools.now()):
            raise KiemtraError("; ".join(f"{one.what}. Hãy {one.do}" for one in alarms))
    return f"còn đủ ({settings.folder / 'nhat-ky-thu'})"


def _plan(settings: Settings) -> str:
    from sqlalchemy import select

    from infra.database import assert_current, open_engine, session_maker
    from infra.definitions import FileDefinitions
    from tasks.domain.definition import Table
    from tasks.domain.plan_file import checked_plan
    from tasks.planning import plan_warnings
    from tasks.records import Plan, Unit
    from tasks.scheduling import HOURS

    warned: list[str] = []
    engine, definitions = open_engine(settings.database), FileDefinitions(TEMPLATES, settings.folder)
    assert_current(engine)
    try:
        with session_maker(engine)() as session:
            units = {unit.code: unit.kind for unit in session.scalars(select(Unit))}
            plans = session.scalars(select(Plan).order_by(Plan.year)).all()
            for row in plans:
                table = Table.of_toml(row.source, f"kế hoạch {row.year}")
                plan = checked_plan(table, definitions.checklists, definitions.calendars, units)
                warned += plan_warnings(session, plan, definitions.calendars, HOURS)
    finally:
        engine.dispose()
    if not plans:
        raise KiemtraError("chưa nhận kế hoạch nào. Hãy chạy: kiemtra plan import <tệp .toml>")
    if not units:
        raise KiemtraError("chưa có đơn vị nào. Hãy chạy: kiemtra units import <tệp .xlsx>")
    said = ", ".join(f"năm {row.year}" for row in plans) + f"; {len(units)} đơn vị trong danh sách"
    return said + "".join(f"\n    Lưu ý, {warning}." for warning in warned)


def _prefect(settings: Settings) -> str:
    from flows.console.clocks import clock_lines, clock_verdict
    from infra.prefect_server import answers, serving

    url = settings.prefect_api or serving(settings)
    if not url:
        return "kiemtra serve không chạy; khi chạy, nó tự mở máy chủ Prefect"
    if not answers(url):
        raise KiemtraError(f"{url} không trả lời")
    verdict = clock_verdict(settings, url)
    told = "\n".join(f"    {line}" for line in clock_lines(settings))
    if not verdict.is_well:
        raise KiemtraError(f"{url}: {verdict.words}\n{told}")
    whose = "trả lời" if settings.prefect_api else "là máy chủ của kiemtra serve đang chạy"
    return f"{url} {whose}\n{told}"


CHECKS: Sequence[tuple[str, Check]] = (
    ("cơ sở dữ liệu", _database),
    ("quyền tệp", _files),
    ("địa chỉ thư", addresses),
    ("bảng kiểm", _checklists),
    ("lịch làm việc", _calendars),
    ("mẫu thư", _letters),
    ("mẫu văn bản", _documents),
    ("nhật ký thư", _journal),
    ("kế hoạch và danh sách", _plan),
)


def _online(wait: float) -> Sequence[tuple[str, Check]]:
    return (
        ("gửi thư", outgoing),
        ("hộp thư đến", incoming),
        ("thư thử", partial(there_and_back, wait=wait)),
        ("Prefect", _prefect),
    )
