"""`kiemtra audit`: who of the office did what, when, on what and why."""

import argparse
from datetime import time
from textwrap import wrap

from infra.toolbox import open_toolbox
from tasks.audit import acts_of
from tasks.domain.audit import AUDIT_NAMES
from tasks.domain.calendar import ZONE, at, house_day
from tasks.domain.vietnamese import moment_text, one_line
from tasks.naming import unit_named

WIDTH = 80


def show(args: argparse.Namespace) -> None:
    since = at(house_day(args.since), time(0)) if args.since else None
    with open_toolbox() as tools, tools.sessions() as session:
        unit = unit_named(session, args.unit) if args.unit else None
        acts = acts_of(session, unit, since)
        for one in acts:
            print(f"{moment_text(one.at.astimezone(ZONE))}  {one.who}: {AUDIT_NAMES[one.act]}")
            changed = f": “{one_line(one.old)}” → “{one_line(one.new)}”" if one.old or one.new else ""
            why = f" ({one.reason})" if one.reason else ""
            print("\n".join(wrap(f"{one.subject}{changed}{why}", WIDTH, initial_indent="  ", subsequent_indent="    ")))
    if not acts:
        print("Chưa có việc nào được ghi vào nhật ký.")
