"""`kiemtra catch-up`: what an outage left behind, and what a person decides about it."""

import argparse
from collections import Counter
from collections.abc import Sequence

from flows.console.scribe import scribe
from infra.toolbox import clock, open_toolbox
from tasks.approval import send_missed
from tasks.catch_up import CatchUp, picture, skip
from tasks.domain.audit import AuditAct
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import deadline_text
from tasks.domain.ladder import ROLE_NAMES
from tasks.dossier import about
from tasks.records import Letter


def catch_up(args: argparse.Namespace) -> None:
    as_of = args.as_of or clock()
    with open_toolbox(as_of=as_of) as tools, tools.sessions.begin() as session:
        found = picture(session, as_of)
        author = scribe(args)
        if args.skip:
            for one in found.letters:
                author.note_letter(session, AuditAct.MISSED_SKIPPED, one)
            print(f"Đã bỏ qua {skip(session, found.letters, 'bỏ qua sau khi hệ thống ngừng')} thư.")
        elif args.send or args.choose:
            chosen = found.letters if args.send else _chosen(found, args.choose)
            counts: Counter[str] = Counter()
            for one in chosen:
                author.note_letter(session, AuditAct.MISSED_SENT, one)
                counts[send_missed(session, one, as_of, tools)] += 1
            print("; ".join(f"{words}: {count} thư" for words, count in counts.items()) or "Không có thư nào.")
        else:
            _show(found)


def _chosen(found: CatchUp, numbers: Sequence[int]) -> list[Letter]:
    waiting = {one.id: one for one in found.letters}
    if unknown := [number for number in numbers if number not in waiting]:
        raise KiemtraError(f"Không có thư bị lỡ nào mang số {', '.join(map(str, unknown))}; chưa gửi gì.")
    return [waiting[number] for number in numbers]


def _show(found: CatchUp) -> None:
    for opening in found.openings:
        print(f"Mở đợt: {opening}")
    for letter in found.letters:
        print(_line(letter))
    print(
        f"Thư nhắc bị lỡ: {found.reminders}; thư báo cấp trên bị lỡ: {found.escalations}; "
        f"gửi tới {found.people} người. Đã trả lời trong khi chờ: {found.answered}."
    )
    if found.letters:
        print("Gửi bù gộp: kiemtra catch-up --send merged. Bỏ qua: kiemtra catch-up --skip. Chọn: --choose <số …>.")


def _line(letter: Letter) -> str:
    obligation = letter.assignment or letter.finding
    assert obligation is not None
    assert letter.role is not None
    due = deadline_text(obligation.due_at)
    what = letter.words.get("rung_title", letter.rung)
    to = f"{ROLE_NAMES[letter.role]} {letter.recipient_name}"
    return f"{letter.id:>6}  {obligation.unit.name} — {about(obligation)}, hạn {due}: {what} → {to}"
