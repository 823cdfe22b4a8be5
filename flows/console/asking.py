"""`kiemtra units ask`: units that were added or forgotten, asked in a round that runs."""

import argparse
from collections.abc import Iterator
from datetime import datetime

from flows.console.agreeing import agreed
from flows.console.scribe import who
from infra.toolbox import clock, open_toolbox
from tasks.asking import ToAsk, ask_in_round, who_to_ask
from tasks.domain.calendar import house_day
from tasks.domain.extension import deadline_text
from tasks.domain.ladder import Role
from tasks.letters import WAITING
from tasks.naming import opened, round_named
from tasks.telling import without_request


def ask(args: argparse.Namespace) -> int:
    as_of: datetime = args.as_of or clock()
    wanted = house_day(args.due) if args.due else None
    with open_toolbox(as_of=as_of) as tools:
        with tools.sessions() as session:
            cycle = opened(session, round_named(session, args.cycle), args.year)
            print("\n".join(_preview(who_to_ask(session, cycle, args.units, wanted, tools, as_of))))
        if not agreed("Giao phiếu cho các đơn vị này?", yes=args.yes):
            return 1
        with tools.sessions.begin() as session:
            parts = ask_in_round(session, cycle, args.units, wanted, args.why, who(args), tools, as_of)
            asked = {part.unit.name for part in parts}
            waiting = sum(letter.state in WAITING for part in parts for letter in part.letters)
            unreached = [one for one in without_request(session, cycle.id) if any(name in one for name in asked)]
    print(f"Đã giao phiếu cho {len(asked)} đơn vị; {waiting} thư giao phiếu chờ gửi.")
    for sentence in unreached:
        print(sentence)
    return 0


def _preview(found: ToAsk) -> Iterator[str]:
    round_ = found.cycle.round
    others = deadline_text(found.cycle.due_at)
    due = deadline_text(found.due.due_at)
    yield f"{round_.title} ({round_.code}), hạn của các đơn vị khác: {others}"
    yield f"Giao thêm {len(found.units)} phiếu, hạn {due} (còn {found.due.working_days} ngày làm việc):"
    for unit in found.units:
        contact = unit.contact(Role.DAU_MOI)
        to = f"{contact.name} <{contact.address}>" if contact else "CHƯA CÓ ĐỊA CHỈ THƯ, hãy báo bằng cách khác"
        yield f"  + {unit.code}: {unit.name} → {to}"
    if found.due.is_short:
        yield f"Lưu ý: ít hơn {found.due.usual} ngày làm việc mà các đơn vị khác có."
