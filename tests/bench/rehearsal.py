"""A year rehearsed for many units: seconds of playing it and of writing its workbook."""

from datetime import datetime

from infra.definitions import FileDefinitions
from infra.document.rehearsal_workbook import rehearsal_workbook
from infra.settings import TEMPLATES
from tasks.domain.calendar import ZONE
from tasks.domain.checklist import UnitKind
from tasks.domain.definition import Table
from tasks.domain.plan_file import parse_plan
from tasks.domain.posting import Pace
from tasks.domain.register import UnitEntry
from tasks.rehearsal import members_of_register, play
from tasks.scheduling import HOURS
from tests.bench.measure import own_peak_mb, seconds

PLAN = TEMPLATES / "plans" / "vinh-linh-2025.toml"
KINDS = (UnitKind.XA, UnitKind.CO_QUAN, UnitKind.TRUONG_HOC, UnitKind.DOANH_NGHIEP)


def bench(size: int) -> None:
    plan = parse_plan(Table.of_toml(PLAN.read_text(encoding="utf-8"), PLAN.name))
    calendar = FileDefinitions(TEMPLATES).calendar(plan.calendar)
    members = members_of_register([_entry(number) for number in range(size)])
    with seconds() as playing:
        played = play(plan, members, calendar, HOURS, Pace(2_000, 30))
    with seconds() as writing:
        book = rehearsal_workbook(played, datetime(2025, 1, 13, 8, tzinfo=ZONE))
    print(
        f"{size} units, {len(played.rehearsal.letters)} letters in {played.messages} messages, {len(played.days)} days"
    )
    print(f"  played in {playing.value:.1f} s, workbook of {len(book) / 1024**2:.1f} MB in {writing.value:.1f} s")
    print(f"peak memory {own_peak_mb():.0f} MB")


def _entry(number: int) -> UnitEntry:
    contact, head = (f"dau-moi-{number}@bench.example",), (f"lanh-dao-{number}@bench.example",)
    return UnitEntry(
        f"don-vi-{number}",
        f"Đơn vị {number}",
        KINDS[number % 4],
        number,
        contact=f"Đầu mối {number}",
        addresses=contact,
        head=f"Lãnh đạo {number}",
        head_addresses=head,
    )
