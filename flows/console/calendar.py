"""`kiemtra calendar …`: the working days in, shown before they are stored; out again; and how a day was counted."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from flows.console.scribe import scribe
from infra.calendar import (
    draft,
    forgotten_holidays,
    read_calendar_file,
    save_years,
    unlike_the_rules,
    write_calendar_file,
)
from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES, Settings, load_settings
from infra.toolbox import clock, open_toolbox
from tasks.arithmetic import explain_count, explain_day, explain_obligation, explain_stretch, find_obligation
from tasks.calendar import carry_over, due_now, preview
from tasks.domain.audit import AuditAct
from tasks.domain.calendar import WEEKEND, Calendar, DecidedYear
from tasks.domain.calendar_file import Proposal, differences, month_lines
from tasks.domain.counting import Counting, count
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import last_day
from tasks.domain.vietnamese import day_text, one_line
from tasks.extension import obligation_of, wanted, wish_of
from tasks.records import Extension
from tasks.toolbox import Toolbox

SHOWN = 40
_LIKE_A_DAY = re.compile(r"\d+[/.-]\d+([/.-]\d+)?")


def import_calendar(args: argparse.Namespace) -> int:
    settings = load_settings()
    calendars = _calendars(settings)
    known = calendars.get(args.name)
    proposal = read_calendar_file(Path(args.file), known, {day.date() for day in args.take})
    return _take_in(settings, args, calendars, proposal)


def draft_year(args: argparse.Namespace) -> int:
    settings = load_settings()
    calendars = _calendars(settings)
    known = calendars.get(args.name)
    if known and args.year in known.years - known.provisional:
        raise KiemtraError(f"Lịch “{args.name}” đã có năm {args.year} theo thông báo; không tạm tính đè lên.")
    return _take_in(settings, args, calendars, Proposal((draft(args.year, known.weekend if known else WEEKEND),)))


def _take_in(
    settings: Settings, args: argparse.Namespace, calendars: Mapping[str, Calendar], proposal: Proposal
) -> int:
    known = calendars.get(args.name)
    for sentence in proposal.left_out:
        print(f"Bỏ qua: {sentence}")
    if known is None:
        print(_begun(args.name, calendars))
    calendar = known or Calendar(args.name, frozenset(), {}, weekend=WEEKEND, title=args.name)
    changed = [year for year in proposal.years if not _is_known(calendar, year)]
    _show(known, proposal)
    if not changed:
        print("Không có gì thay đổi.")
        return 0
    for year in changed:
        calendar = calendar.with_year(year)
        for warning in unlike_the_rules(calendar, year.year):
            print(f"Lưu ý, {warning}")
    _must_have_the_holidays(args, known, calendar, changed)
    if not args.yes and not _agreed("Ghi vào lịch"):
        print("Chưa ghi gì.")
        return 1
    with open_toolbox(settings) as tools, tools.sessions.begin() as session:
        new = "; ".join(map(str, differences(known, changed)[:SHOWN]))
        scribe(args).note(session, AuditAct.CALENDAR_CHANGED, what=args.name, new=new)
        file = save_years(settings.folder, calendar, changed)
    print(f"Đã ghi {file}. Hạn và ngày nhắc đã giao chưa tính lại; xem và duyệt: kiemtra calendar apply")
    return 0


def _must_have_the_holidays(
    args: argparse.Namespace, known: Calendar | None, new: Calendar, changed: Sequence[DecidedYear]
) -> None:
    """A holiday that a file has forgotten would be a working day for good: only a person who reads this lets it be."""
    missing = [one for year in changed for one in _forgotten(known, new, year.year)]
    if not missing:
        return
    said = (
        f"Tệp thiếu {len(missing)} ngày nghỉ theo luật (Bộ luật Lao động 2019, Điều 112): {'; '.join(missing)}. "
        "Hãy bổ sung vào tệp rồi nhập lại; tệp .ics thì có thể tạm tính năm ấy trước (kiemtra calendar draft <năm> "
        f"--name {args.name}), rồi nhập tệp thêm vào"
    )
    if args.yes or not sys.stdin.isatty():
        raise KiemtraError(f"{said}. Chưa ghi gì.")
    print(f"{said}; hoặc vẫn ghi, nếu các ngày đó thật sự phải đi làm.")


def _forgotten(known: Calendar | None, new: Calendar, year: int) -> list[str]:
    """What the office has decided to work on before needs not be said again."""
    is_decided = known is not None and year in known.years - known.provisional
    before = forgotten_holidays(known, year) if known is not None and is_decided else []
    return [one for one in forgotten_holidays(new, year) if one not in before]


def _begun(name: str, calendars: Mapping[str, Calendar]) -> str:
    """A name that was mistyped begins a calendar that no plan uses, and its days off reach nobody."""
    like = ", ".join(get_close_matches(name, calendars, n=1))
    meant = f"; nếu định ghi “{like}” thì sửa lại --name" if like else ""
    return f"Chưa có lịch “{name}”: bắt đầu một lịch mới. Các lịch đang có: {', '.join(sorted(calendars))}{meant}."


def _is_known(calendar: Calendar, year: DecidedYear) -> bool:
    return year.year in calendar.years and calendar.decided(year.year) == year


def _show(known: Calendar | None, proposal: Proposal) -> None:
    found = differences(known, proposal.years)
    print(f"Khác lịch hiện nay {len(found)} ngày.")
    for one in found[:SHOWN]:
        print(f"  {one}")
    if len(found) > SHOWN:
        print(f"  … và {len(found) - SHOWN} ngày nữa")


def export_calendar(args: argparse.Namespace) -> None:
    write_calendar_file(Path(args.file), _calendar(load_settings(), args.name))
    print(f"Đã xuất lịch “{args.name}” ra {args.file}.")


def show_year(args: argparse.Namespace) -> None:
    for line in month_lines(_calendar(load_settings(), args.name), args.year):
        print(line)


def explain(args: argparse.Namespace) -> None:
    """Days as people write them, or the code of an assignment or a finding."""
    days = [one for one in args.what if isinstance(one, date)]
    if days and len(days) == len(args.what):
        for line in _counted(args, days):
            print(line)
        return
    if missing := [one for one in args.what if isinstance(one, str) and _LIKE_A_DAY.fullmatch(one)]:
        raise KiemtraError(f"Không có ngày {missing[0]} trên lịch; ghi ngày/tháng/năm, ví dụ 31/10/2025.")
    if len(args.what) > 1:
        raise KiemtraError("Ghi một mã hồ sơ, hoặc một đến hai ngày như 31/10/2025.")
    with open_toolbox() as tools, tools.sessions() as session:
        for line in explain_obligation(find_obligation(session, args.what[0]), tools):
            print(line)


def _counted(args: argparse.Namespace, days: Sequence[date]) -> list[str]:
    calendar = _calendar(load_settings(), args.name)
    if len(days) > 2:
        raise KiemtraError("Ghi một đến hai ngày, ví dụ: kiemtra calendar explain 24/10/2025 31/10/2025")
    if len(days) == 2:
        return list(explain_stretch(days[0], days[1], calendar))
    if args.count or args.n:
        return list(explain_count(count(Counting(args.count or "cong_ngay_lam_viec"), days[0], args.n or 1, calendar)))
    return list(explain_day(days[0], calendar))


def apply_calendar(args: argparse.Namespace) -> int:
    as_of = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            found = preview(session, tools)
            for sentence in found.kept:
                print(f"Giữ nguyên: {sentence}")
            for one in found.moves:
                print(f"Dời: {one}")
            if found.rungs:
                at_once = due_now(found, tools, as_of)
                also = f"; trong đó {at_once} nghĩa vụ có bước đôn đốc đã đến, thư viết ngay" if at_once else ""
                print(f"{len(found.rungs)} nghĩa vụ giữ hạn, chỉ tính lại ngày nhắc{also}.")
            for wish in found.wishes:
                print(f"Đề nghị gia hạn số {wish.id} ({obligation_of(wish).unit.name}): {_recounted(wish, tools)}")
            if found.is_empty:
                print("Không có hạn nào phải dời.")
                return 0
        if not args.yes and not _agreed("Dời các hạn trên và báo các đơn vị"):
            print("Chưa ghi gì.")
            return 1
        with tools.sessions.begin() as session:
            done = carry_over(session, one_line(args.why), tools, as_of)
            new = f"dời {done.moved} hạn, tính lại ngày nhắc của {done.retimed} nghĩa vụ"
            scribe(args).note(session, AuditAct.CALENDAR_APPLIED, new=new, reason=one_line(args.why))
    print(f"Đã dời {done.moved} hạn, báo {done.told} đơn vị, tính lại ngày nhắc của {done.retimed} nghĩa vụ.")
    if done.climbed:
        print(f"Đã viết thư nhắc của {done.climbed} nghĩa vụ có bước đã đến.")
    return 0


def _recounted(wish: Extension, tools: Toolbox) -> str:
    """A request that was made under the old calendar, and what it comes to now."""
    new = wanted(wish, tools)
    days = [day_text(last_day(moment)) for moment in (wish.wanted_at, new) if moment is not None]
    return f"xin {wish_of(wish).words}, tính lại: đến hết {' → đến hết '.join(days)}"


def _calendars(settings: Settings) -> dict[str, Calendar]:
    return FileDefinitions(TEMPLATES, settings.folder).calendars


def _calendar(settings: Settings, name: str) -> Calendar:
    return FileDefinitions(TEMPLATES, settings.folder).calendar(name)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        print("Thêm --yes để ghi khi không có người trả lời.")
        return False
    return input(f"{question}? [c/K] ").strip().lower() in {"c", "co", "có", "y", "yes"}
