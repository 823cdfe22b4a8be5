"""`kiemtra audit`: who of the office did what, when, on what and why."""

import argparse
from datetime import time, timedelta
from textwrap import wrap

from infra.toolbox import open_toolbox
from tasks.audit import Noted, Wanted, acts_of
from tasks.domain.audit import AUDIT_NAMES, AuditAct
from tasks.domain.calendar import ZONE, at, house_day
from tasks.domain.errors import KiemtraError
from tasks.domain.vietnamese import fold, moment_text, one_line
from tasks.naming import unit_named

WIDTH = 80


def show(args: argparse.Namespace) -> None:
    since = at(house_day(args.since), time(0)) if args.since else None
    before = at(house_day(args.until) + timedelta(days=1), time(0)) if args.until else None
    acts = _acts(args.act)
    with open_toolbox() as tools, tools.sessions() as session:
        unit = unit_named(session, args.unit) if args.unit else None
        found = acts_of(session, Wanted(unit, one_line(args.by), acts, since, before))
        for one in found:
            print("\n".join(_lines(one)))
    if not found:
        is_part = unit or args.by or acts or since or before
        print("Không có việc nào như vậy trong nhật ký." if is_part else "Chưa có việc nào được ghi vào nhật ký.")


def _acts(typed: str) -> frozenset[AuditAct]:
    """Those whose words have these in them: 'gia hạn' is granted, refused and given."""
    words = fold(typed)
    found = frozenset(act for act, name in AUDIT_NAMES.items() if words and words in fold(name))
    if words and not found:
        raise KiemtraError(f"Không có việc nào tên “{typed}”; có: {'; '.join(AUDIT_NAMES.values())}.")
    return found


def _lines(noted: Noted) -> list[str]:
    one = noted.entry
    head = f"{moment_text(one.at.astimezone(ZONE))}  {one.who}: {AUDIT_NAMES[one.act]}"
    words = ": ".join(filter(None, (noted.about, _values(one.act, one_line(one.old), one_line(one.new)))))
    why = f"Lý do: {one_line(one.reason)}" if one.reason else ""
    body = ". ".join(part.rstrip(".") for part in (words, why) if part)
    return [head, *(wrap(body, WIDTH, initial_indent="  ", subsequent_indent="    ") if body else [])]


_OF_ANSWERS = frozenset({AuditAct.CORRECTED, AuditAct.CORRECTION_UNDONE})


def _values(act: AuditAct, old: str, new: str) -> str:
    """Of a value that was changed both; of an act that has only an outcome, that."""
    if old or (new and act is AuditAct.CORRECTED):
        none = "(chưa trả lời)" if act in _OF_ANSWERS else "(trống)"
        return f"“{old or none}” → “{new or none}”"
    return new
