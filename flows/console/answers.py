"""`kiemtra answers …`: what was answered, on the screen and as a workbook; put right, and taken back."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from textwrap import wrap

from rich.console import Console
from rich.table import Table as Grid
from sqlalchemy.orm import Session

from flows.console.scribe import who
from infra.toolbox import clock, open_toolbox
from tasks.answer_sheets import sheet_of, sheets_of_round, sheets_of_unit
from tasks.by_hand import Enclosed
from tasks.correcting import correct as put_right
from tasks.correcting import undo_by_hand
from tasks.domain.answer_sheet import ITEM_STANDING_NAMES, Answered, AnswerSheet, ItemStanding, Line
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.channel import Channel
from tasks.domain.correcting import Typed
from tasks.domain.errors import KiemtraError
from tasks.domain.naming import Named, find
from tasks.domain.signed_copy import of_entry
from tasks.domain.told_change import Change
from tasks.domain.vietnamese import day_text, moment_text, one_line
from tasks.entering import Entered, HandedIn, enter_form
from tasks.naming import part_of, unit_named, unit_or_round
from tasks.records import Assignment, Unit
from tasks.telling import change_notice

WIDTH = 80
INDENT = 2 * " "
MOST_CHANGES = 5
"""That are printed of what comes back; a whole form has fifty."""


def show(args: argparse.Namespace) -> None:
    as_of: datetime = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools, tools.sessions() as session:
        is_unit, sheets = _chosen(session, args)
        item = _item(sheets, args.item) if args.item else ""
        if args.xlsx:
            title = sheets[0].unit_name if is_unit else sheets[0].title
            answered = Answered(title, tools.house.sender_name, as_of.astimezone(ZONE), sheets)
            print(f"Đã ghi {_saved(args.xlsx, tools.documents.answers_workbook(answered))}")
            return
    if is_unit:
        for sheet in sheets:
            print("\n".join(_sheet(sheet, item)))
    elif item:
        print("\n".join(_of_item(sheets, item)))
    else:
        _print_round(sheets)


def correct(args: argparse.Namespace) -> None:
    as_of: datetime = args.as_of or clock()
    typed = [Typed(args.item, args.value), *(Typed(item, value) for item, value in args.more)]
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions.begin() as session:
            part = part_of(session, unit_named(session, args.unit), args.cycle, args.year)
            done = put_right(session, part, typed, args.why, who(args), tools, as_of)
            where = f"{part.unit.name} — {part.cycle.round.title}"
            same = [f"{INDENT}Không đổi: mục {one}" for one in done.unchanged]
            lines = [f"{where}: đã sửa.", *_changed(done.changes), *same]
            lines += [f"{INDENT}Lưu ý, mục {item}: {flag}" for item, flag in done.flags.items()]
            lines += [f"{INDENT}Mục {item}: lưu ý cũ không còn đúng nên đã bỏ" for item in done.unflagged]
            lines += [f"{INDENT}Vẫn cần sửa, mục {one.item}: {one.sentence}" for one in done.asked_back]
            lines += [change_notice(session, done.letter_key), *_after_lock(part)]
            lines.append(f'Lấy lại: kiemtra answers undo {part.unit.code} --round {part.cycle.round.code} --why "…"')
            if not done.changes:
                lines = [f"{where}: không có gì thay đổi.", *(f"{INDENT}Mục {one}." for one in done.unchanged)]
        print("\n".join(lines))


def undo(args: argparse.Namespace) -> None:
    as_of: datetime = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions.begin() as session:
            part = part_of(session, unit_named(session, args.unit), args.cycle, args.year)
            item = _item([sheet_of(session, part)], args.item) if args.item else ""
            done = undo_by_hand(session, part, item, args.why, who(args), tools, as_of)
            what = "lần nhập" if done.was_entry else "lần sửa"
            when = f"{what} của {done.by} lúc {moment_text(done.at.astimezone(ZONE))}"
            most = None if args.all else MOST_CHANGES
            lines = [f"{part.unit.name} — {part.cycle.round.title}: đã lấy lại {when}.", *_changed(done.changes[:most])]
            if more := len(done.changes) - len(done.changes[:most]):
                see = f"kiemtra answers {part.unit.code} --round {part.cycle.round.code}"
                lines.append(f"{INDENT}… và {more} mục nữa (thêm --all thì in hết); xem lại: {see}")
            lines += [change_notice(session, done.letter_key), *_after_lock(part)]
        print("\n".join(lines))


def enter(args: argparse.Namespace) -> None:
    as_of: datetime = args.as_of or clock()
    came_on = house_day(args.day or as_of)
    form, scan = _enclosed(args.file), _enclosed(args.scan) if args.scan else None
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions.begin() as session:
            part = part_of(session, unit_named(session, args.unit), args.cycle, args.year)
            given = HandedIn(Channel(args.source), came_on, form, scan)
            done = enter_form(session, part, given, who(args), tools, as_of)
            where = f"{part.unit.name} — {part.cycle.round.title}"
            lines = [f"{where}: đã nhập phiếu theo {given.words}, người nhập {done.reply.noted_by}."]
            lines += [f"{INDENT}{one}" for one in _entered(done)]
            number = done.reply.incoming_id
            kept = f", bản chụp “{scan.name}”" if scan else ""
            lines.append(f"Tệp phiếu{kept} lưu ở số {number}; xem: kiemtra desk show {number} --save <thư mục>")
            lines += [change_notice(session, done.letter_key), of_entry(tools.house.signed_copy, given.channel)]
            lines += _after_lock(part)
            lines.append(f'Lấy lại: kiemtra answers undo {part.unit.code} --round {part.cycle.round.code} --why "…"')
        print("\n".join(lines))


def _enclosed(name: str) -> Enclosed:
    try:
        return Enclosed(Path(name).name, Path(name).read_bytes())
    except OSError as error:
        why = "không có tệp này" if isinstance(error, FileNotFoundError) else "không mở ra đọc được"
        raise KiemtraError(f"Không đọc được tệp {name}: {why}. Chưa ghi gì.") from error


def _entered(done: Entered) -> Iterator[str]:
    late = " (sau hạn)" if done.reply.late else ""
    yield f"Đã ghi nhận {done.answered}/{done.asked} mục{late}."
    yield from (f"Cần sửa, ô {fault.cell} (mục {fault.item}): {fault.sentence}" for fault in done.standing.faults)
    if done.standing.missing:
        yield f"Chưa trả lời: {', '.join(done.standing.missing)}"
    yield from (f"Lưu ý, mục {one.item}: {one.flag}" for one in done.standing.values.values() if one.flag)
    yield from (f"Lưu ý: {remark}" for remark in done.reading.remarks)
    if done.overruled:
        yield f"Giữ giá trị đã nhận sau ngày ấy: {', '.join(done.overruled)}"


def _changed(changes: Sequence[Change]) -> Iterator[str]:
    for one in changes:
        yield f"{INDENT}{one.item}: “{one.old or '(chưa trả lời)'}” → “{one.new or '(chưa trả lời)'}”"


def _after_lock(part: Assignment) -> Iterator[str]:
    if part.cycle.locked_at is not None:
        day = day_text(house_day(part.cycle.locked_at))
        yield f"Lưu ý: đợt đã khóa sổ ngày {day}; số liệu năm đổi ở bản tổng hợp sau: kiemtra run compile-year"


def _chosen(session: Session, args: argparse.Namespace) -> tuple[bool, Sequence[AnswerSheet]]:
    """Whether it is one unit's, and the sheets, at least one."""
    meant = unit_or_round(session, args.name, args.year)
    if not isinstance(meant, Unit):
        sheets = sheets_of_round(session, meant)
        if not sheets:
            raise KiemtraError(f"Đợt “{meant.round.code}” chưa giao phiếu cho đơn vị nào.")
        return False, sheets
    if args.cycle:
        return True, [sheet_of(session, part_of(session, meant, args.cycle, args.year))]
    sheets = sheets_of_unit(session, meant)
    if not sheets:
        raise KiemtraError(f"{meant.name} chưa được giao phiếu nào.")
    return True, sheets


def _item(sheets: Sequence[AnswerSheet], typed: str) -> str:
    """The code of an item of one of these sheets."""
    known = {line.code: Named(line.code, line.question) for sheet in sheets for line in sheet.lines}
    found = find(typed, known.values(), by_name=False)
    if found.one is None:
        why = found.why("mục", typed)
        raise KiemtraError(f"{why[:1].upper()}{why[1:]}.")
    return found.one.code


def _saved(name: str, data: bytes) -> Path:
    path = Path(name)
    if path.suffix.lower() != ".xlsx":
        raise KiemtraError(f"Tên tệp “{name}” phải kết thúc bằng .xlsx. Chưa ghi gì.")
    try:
        path.write_bytes(data)
    except OSError as error:
        raise KiemtraError(f"Không ghi được {name}: {error.strerror or error}.") from error
    return path


# --- one unit -------------------------------------------------------------------------------------------------------


def _sheet(sheet: AnswerSheet, item: str = "") -> Iterator[str]:
    lines = [line for line in sheet.lines if item in ("", line.code)]
    if item and not lines:
        return
    yield from _wrapped(f"{sheet.unit_name} — {sheet.title} ({sheet.round_code}, {sheet.case_code})", "")
    yield from _wrapped(f"{sheet.state_words[:1].upper()}{sheet.state_words[1:]}; hạn {sheet.due_words}")
    yield f"{INDENT}{_counts(sheet)}"
    for source in sheet.sources:
        yield from _wrapped(f"[{source.number}] {moment_text(source.at)}: {source.words}")
    if not sheet.sources:
        yield f"{INDENT}Chưa có trả lời nào."
    part = ""
    for line in lines:
        if line.part != part:
            part = line.part
            yield ""
            yield from _wrapped(part.upper(), "")
        yield from _line(line)
    yield ""


def _counts(sheet: AnswerSheet) -> str:
    words = [f"Đã trả lời {sheet.answered}/{sheet.asked} mục"]
    for count, what in ((sheet.missing, "chưa trả lời"), (sheet.to_mend, "cần sửa"), (sheet.flags, "có lưu ý")):
        words += [f"{count} {what}"] if count else []
    return ", ".join(words)


def _line(line: Line) -> Iterator[str]:
    yield from _wrapped(f"{line.code}  {one_line(line.question)}", "", hanging=INDENT)
    source = f"  [{line.source.number}{f', ô {line.cell}' if line.cell else ''}]" if line.source else ""
    if line.text:
        yield from _wrapped(f"→ {line.text}{source}")
    if line.standing is not ItemStanding.ANSWERED:
        yield f"{INDENT}→ ({ITEM_STANDING_NAMES[line.standing]})"
    for name, words in (
        ("Cần sửa", line.fault),
        ("Ước cả năm", line.estimate),
        ("Minh chứng", line.evidence),
        ("Ghi chú", line.note),
        ("Lưu ý", line.flag),
    ):
        if words:
            yield from _wrapped(f"{name}: {one_line(words)}", 2 * INDENT)
    for old in line.earlier:
        back = ", đã lấy lại" if old.is_taken_back else ""
        yield from _wrapped(f"Giá trị khác đã nhận: {old.text}  [{old.source.number}{back}]", 2 * INDENT)


def _wrapped(text: str, indent: str = INDENT, hanging: str = "") -> list[str]:
    lines = [line for part in text.split("\n") for line in wrap(part, WIDTH - len(indent) - len(hanging)) or [""]]
    return [f"{indent}{hanging if number else ''}{line}" for number, line in enumerate(lines)]


# --- a round --------------------------------------------------------------------------------------------------------


def _print_round(sheets: Sequence[AnswerSheet]) -> None:
    console = Console(highlight=False)
    grid = Grid(
        title=f"{sheets[0].title} ({sheets[0].round_code})", title_justify="left", padding=(0, 0), pad_edge=False
    )
    for heading in ("Đơn vị", "Tình trạng", "Đáp", "Thiếu", "Sửa", "Lưu ý", "Lần cuối"):
        grid.add_column(heading, justify="right" if heading in ("Đáp", "Thiếu", "Sửa", "Lưu ý") else "left")
    for one in sheets:
        counts = (f"{one.answered}/{one.asked}", *(str(count or "") for count in (one.missing, one.to_mend, one.flags)))
        last = f"{one.sources[-1].at:%H:%M %d/%m}" if one.sources else "–"
        grid.add_row(one.unit_name, one.state_words, *counts, last)
    console.print(grid)
    console.print(
        f"Từng câu trả lời: kiemtra answers {sheets[0].unit_code} --round {sheets[0].round_code}", soft_wrap=True
    )
    console.print(f"Tất cả, ra tệp Excel: kiemtra answers {sheets[0].round_code} --xlsx tra-loi.xlsx", soft_wrap=True)


def _of_item(sheets: Sequence[AnswerSheet], item: str) -> Iterator[str]:
    """One item over all units of the round."""
    first = next(line for sheet in sheets if (line := sheet.line(item)))
    yield from _wrapped(f"{item}  {first.question} ({sheets[0].round_code})", "", hanging=INDENT)
    for sheet in sheets:
        line = sheet.line(item)
        if line is None:
            yield f"{INDENT}{sheet.unit_name}: không hỏi mục này"
            continue
        said = line.text or f"({ITEM_STANDING_NAMES[line.standing]})"
        yield from _wrapped(f"{sheet.unit_name}: {said}" + (f" — cần sửa: {line.fault}" if line.fault else ""))
        if line.flag:
            yield from _wrapped(f"Lưu ý: {line.flag}", 2 * INDENT)
