"""`kiemtra rehearse <year>`: the year on a virtual clock, printed and saved; no letter leaves, no row is touched."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from infra.definitions import FileDefinitions, read_table
from infra.document.rehearsal_workbook import rehearsal_workbook
from infra.register_file import raise_if_wrong, read_rows
from infra.settings import TEMPLATES, load_settings
from infra.toolbox import clock, open_toolbox
from tasks.domain.calendar import ZONE
from tasks.domain.errors import KiemtraError
from tasks.domain.letterbox import LETTER_NAMES
from tasks.domain.plan import Plan
from tasks.domain.plan_file import checked_plan
from tasks.domain.posting import DayLoad, Pace
from tasks.domain.register import read_register
from tasks.domain.register_match import match
from tasks.domain.rehearsal import Member
from tasks.domain.vietnamese import day_words, number_text
from tasks.planning import current_plan
from tasks.records import Unit
from tasks.rehearsal import Played, members_of_register, members_of_units, play
from tasks.scheduling import HOURS

BUSIEST = 12


def rehearse(args: argparse.Namespace) -> None:
    if not 0 <= args.answered <= 100:
        raise KiemtraError("--answered là số phần trăm, từ 0 đến 100.")
    settings = load_settings()
    definitions = FileDefinitions(TEMPLATES, settings.folder)
    members = _register_file(args.register) if args.register else _stored_register()
    if not members:
        raise KiemtraError("Chưa có đơn vị nào. Hãy ghi --register <tệp .xlsx> hoặc: kiemtra units import <tệp .xlsx>")
    plan = _plan_file(args.plan, definitions, members) if args.plan else _stored_plan(args.year)
    if plan.year != args.year:
        raise KiemtraError(f"Kế hoạch này là của năm {plan.year}, không phải năm {args.year}.")
    limits = settings.house.limits
    pace = Pace(args.per_day or limits.per_day, limits.per_minute)
    own = {kind: definitions.calendar(name) for kind, name in plan.calendars.items()}
    played = play(plan, members, definitions.calendar(plan.calendar), HOURS, pace, args.answered, own)
    lines = list(words(played, args.answered))
    print("\n".join(lines))
    folder = Path(args.folder) if args.folder else settings.house.results_folder / "dien-tap"
    folder.mkdir(parents=True, exist_ok=True)
    text, book = folder / f"Dien-tap-{plan.year}.txt", folder / f"Dien-tap-{plan.year}.xlsx"
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    book.write_bytes(rehearsal_workbook(played, clock()))
    print(f"\nĐã lưu: {book}\n        {text}")


def _register_file(file: str) -> list[Member]:
    entries, problems, _ = read_register(read_rows(Path(file)))
    matched = match(entries, ())
    raise_if_wrong([*problems, *matched.problems])
    return members_of_register([entry for entry, _ in matched.pairs])


def _stored_register() -> list[Member]:
    with open_toolbox() as tools, tools.sessions() as session:
        return members_of_units(session.scalars(select(Unit).options(selectinload(Unit.contacts))).all())


def _plan_file(file: str, definitions: FileDefinitions, members: Sequence[Member]) -> Plan:
    path = Path(file)
    if not path.is_file():
        raise KiemtraError(f"Không thấy tệp {path}.")
    kinds = {one.code: one.kind for one in members}
    table = read_table(path, path.name)
    return checked_plan(table, definitions.checklists, definitions.calendars, kinds)


def _stored_plan(year: int) -> Plan:
    with open_toolbox() as tools, tools.sessions() as session:
        return current_plan(session, year)


# --- in words --------------------------------------------------------------------------------------------------


def words(played: Played, answered: int) -> Iterator[str]:
    yield f"Diễn tập năm {played.plan.year}: {played.plan.title}"
    yield f"{number_text(played.units)} đơn vị. {_assumption(answered)} Không gửi thư nào."
    yield (
        f"Cả năm: {number_text(len(played.rehearsal.letters))} lượt thư, đi thành {number_text(played.messages)} thư "
        f"trong {len(played.days)} ngày; riêng việc gửi mất {_hours(played.sending_minutes)}."
    )
    yield ""
    yield f"Những ngày nhiều thư nhất (hạn mức {number_text(played.pace.per_day)} thư một ngày):"
    for load in sorted(played.days, key=lambda one: (-one.messages, one.day))[:BUSIEST]:
        yield f"  {_day(load, played.pace)}"
    yield ""
    yield "Cần xem lại:" if played.notes else "Không có điều gì cần xem lại."
    for note in played.notes:
        yield f"  - {note}."


def _assumption(answered: int) -> str:
    if not answered:
        return "Giả định xấu nhất: không đơn vị nào trả lời, thư chờ phê duyệt được duyệt ngay."
    return f"Giả định {answered}% đơn vị trả lời trước hạn, thư chờ phê duyệt được duyệt ngay."


def _hours(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} giờ {rest:02d} phút" if hours else f"{rest} phút"


def _day(load: DayLoad, pace: Pace) -> str:
    kinds = ", ".join(f"{LETTER_NAMES[kind]} {number_text(count)}" for kind, count in load.letters.items())
    put_off = f", dồn sang ngày sau {number_text(load.put_off)}" if load.put_off else ""
    assert load.first is not None
    assert load.last is not None
    span = f"{load.first.astimezone(ZONE):%H:%M}–{load.last.astimezone(ZONE):%H:%M}"
    return f"{day_words(load.day)}: {number_text(load.messages)} thư ({kinds}), {span}{put_off}"
