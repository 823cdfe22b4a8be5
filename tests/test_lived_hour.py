"""The service does a year alone: `kiemtra serve` is started as a process, and nobody calls anything.

Every other test starts its runs by hand; with them all green, a scheduler that failed each minute went unseen.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import ZONE
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind, LetterState, Reason
from tasks.records import Assignment, Contact, Incoming, Letter, Unit, YearReport
from tests.flows.conftest import PLAN
from tests.lived import ENDED, WAYS, BadDays, Clerk, LivedHouse, letters_of, moment, wait_for

pytestmark = pytest.mark.prefect

HEAD = PLAN.read_text(encoding="utf-8").partition("# Các bước đôn đốc")[0]
SHORT_PLAN = (
    HEAD
    + """\
[[ladder]]
name = "khan"

[[ladder.rung]]
name = "khan-truoc-2-gio"
title = "Nhắc trước hạn 2 giờ"
hours = -2
audience = ["dau_moi"]

[[ladder.rung]]
name = "khan-sau-1-gio"
title = "Quá hạn 1 giờ: nhắc đầu mối và lãnh đạo đơn vị"
hours = 1
audience = ["dau_moi", "lanh_dao"]

[[ladder.rung]]
name = "khan-sau-3-gio"
title = "Quá hạn 3 giờ: báo Trưởng phòng Nội vụ"
hours = 3
audience = ["truong_phong"]
approval = true

[[ladder]]
name = "mac-dinh"

[[ladder.rung]]
name = "nhac-truoc-1"
title = "Nhắc trước hạn 1 ngày làm việc"
days = -1
audience = ["dau_moi"]

[[round]]
code = "dot-xuat-gpmb"
kind = "dot_xuat"
title = "Báo cáo đột xuất về dân chủ trong bồi thường, giải phóng mặt bằng"
opens_on = 2025-07-22
due = 2025-07-22
due_clock = 11:00:00
period_from = 2025-01-01
period_to = 2025-07-20
lock_on = 2025-07-31
units = ["tt-ho-xa", "xa-vinh-long", "tt-cua-tung"]
checklist = "dot-xuat"
ladder = "khan"

[[round]]
code = "giam-sat"
kind = "giam_sat"
title = "Giám sát việc thực hiện dân chủ ở cơ sở"
opens_on = 2025-07-22
due = 2025-08-15
period_from = 2024-12-15
period_to = 2025-06-14
lock_on = 2025-09-30
units = ["pyt"]
checklist = "giam-sat"
ladder = "mac-dinh"
"""
)
PLAYED = "starts_at = 2025-07-22T07:00:00\nspeed = 120\nevery_seconds = 50"
ASKED, ANSWERING, SILENT = ("tt-ho-xa", "xa-vinh-long", "tt-cua-tung", "pyt"), ("tt-ho-xa", "pyt"), "tt-cua-tung"
TOO_EARLY = "chưa có đợt nào được mở"
"""On a busy machine the year's clock may come before the one that opens rounds, and is rightly red."""
CLOCKS = ("open-cycles", "escalate-overdue", "send-letters", "collect-replies", "compile-year", "watch")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[LivedHouse]:
    made = LivedHouse(tmp_path)
    yield made
    made.close()


# --- a day of a year, 120 times as fast -------------------------------------------------------------------------------


def test_a_year_goes_by_and_nobody_has_called_anything(house: LivedHouse) -> None:
    house.found(SHORT_PLAN, PLAYED)
    address = _addresses(house)
    clerks = [Clerk(house, address[unit]) for unit in ANSWERING]
    serving = house.start()

    def all_has_happened() -> bool:
        assert serving.poll() is None, house.said()
        for clerk in clerks:
            clerk.look()
        return not _missing(house, address)

    wait_for(all_has_happened, lambda: f"not everything has come by itself: {_missing(house, address)}")
    _look_at_the_runs(house)
    _look_at_the_letters(house, address)
    serving.terminate()
    assert serving.wait(90) == 0, house.said()
    _look_at_the_edition(house)


def _addresses(house: LivedHouse) -> dict[str, str]:
    with house.rows() as session:
        contacts = session.scalars(select(Contact).where(Contact.role == Role.DAU_MOI, Contact.position == 0))
        return {contact.unit.code: contact.address for contact in contacts}


def _missing(house: LivedHouse, address: dict[str, str]) -> list[str]:
    """What a round brings of its own accord, and has not brought yet."""
    with house.rows() as session:
        letters = list(session.scalars(select(Letter)))
        answered = select(Unit.code).join(Assignment).where(Assignment.state == AssignmentState.ANSWERED)
        filed_at = session.scalar(select(func.max(Incoming.handled_at)))
        edition = session.scalars(select(YearReport).order_by(YearReport.edition.desc())).first()
        seen = {
            "a form for every unit asked": all(letters_of(house, address[unit]) for unit in ASKED),
            "the answers filed": set(session.scalars(answered)) == set(ANSWERING),
            "a receipt for whoever answered": _gone(letters, LetterKind.RECEIPT) == len(ANSWERING),
            "a reminder to the silent unit": _gone(letters, LetterKind.REMINDER) > 0,
            "an escalation that waits for approval": any(
                one.kind is LetterKind.ESCALATION and one.reason is Reason.APPROVAL for one in letters
            ),
            "an edition that knows the answers": edition and filed_at and edition.as_of > filed_at,
        }
    seen["every clock has come"] = all(house.ended(name) for name in CLOCKS)
    seen["twenty runs are over"] = len(house.ended()) >= 20
    return [what for what, happened in seen.items() if not happened]


def _gone(letters: list[Letter], kind: LetterKind) -> int:
    return sum(one.kind is kind and one.state is LetterState.SENT for one in letters)


def _look_at_the_runs(house: LivedHouse) -> None:
    over = [run for run in house.runs() if run["state_type"] in ENDED]
    assert [run["name"] for run in house.runs() if not run["auto_scheduled"]] == []
    failed = [(run["name"], run["state"]["message"]) for run in over if run["state_type"] != "COMPLETED"]
    assert [(name, why) for name, why in failed if TOO_EARLY not in why] == []
    assert all("22/07/2025" in run["name"] or "23/07/2025" in run["name"] for run in over), "by the house's own clock"


def _look_at_the_letters(house: LivedHouse, address: dict[str, str]) -> None:
    """In the mailboxes, where the people of the units look."""
    for unit in ASKED:
        forms = [
            one for one in letters_of(house, address[unit]) if list(one.iter_attachments()) and not one["In-Reply-To"]
        ]
        asked = [one for one in forms if "nhắc" not in str(one["Subject"]).lower()]
        assert len(asked) == 1, (unit, [str(one["Subject"]) for one in forms])
    chief = letters_of(house, "truongphong.noivu@vinhlinh.example")
    assert chief == [], "nobody has approved it"


def _look_at_the_edition(house: LivedHouse) -> None:
    newest = max(
        house.settings.house.results_folder.rglob("Tong-hop-2025-*.xlsx"), key=lambda file: file.stat().st_mtime
    )
    book = load_workbook(newest, read_only=True)
    told = {str(cell) for row in book["Theo đơn vị"].iter_rows(values_only=True) for cell in row}
    assert {"Thị trấn Hồ Xá", "Thị trấn Cửa Tùng"} <= told
    assert newest.with_name(newest.name.replace("Tong-hop", "Bao-cao")).with_suffix(".docx").is_file()


# --- the clocks as they are -------------------------------------------------------------------------------------------

MOMENTS: dict[str, Callable[[datetime], bool]] = {
    "open-cycles": lambda at: 7 <= at.hour <= 16 and at.minute == 5,
    "escalate-overdue": lambda at: at.minute in {15, 45},
    "send-letters": lambda at: at.minute % 5 == 0,
    "collect-replies": lambda at: at.minute % 5 == 0,
    "compile-year": lambda at: (at.month, at.day, at.hour, at.minute) == (11, 3, 8, 0),
    "watch": lambda at: at.minute % 15 == 0,
}


def test_each_clock_is_planned_at_its_moments_in_the_house_s_zone_and_comes_by_itself(house: LivedHouse) -> None:
    house.found(SHORT_PLAN)
    serving = house.start()
    begun = datetime.now(ZONE)

    def planned() -> bool:
        assert serving.poll() is None, house.said()
        return all(house.runs(name) for name in CLOCKS)

    wait_for(planned, lambda: f"not all is planned\n{house.said()}")
    for name in CLOCKS:
        runs = house.runs(name)
        times = [moment(run["expected_start_time"]) for run in runs]
        assert begun <= times[0] <= next(_moments(name, moment(runs[0]["created"]))), name
        assert times == list(islice(_moments(name, times[0]), len(times))), name
    wait_for(
        lambda: [run for run in house.ended("send-letters") if run["state_type"] == "COMPLETED"],
        lambda: f"no run of a five-minute clock has come\n{house.said()}",
    )
    assert [run["name"] for run in house.runs() if not run["auto_scheduled"]] == []


def _moments(name: str, since: datetime) -> Iterator[datetime]:
    minute = since.astimezone(ZONE).replace(second=0, microsecond=0)
    while True:
        if minute >= since and MOMENTS[name](minute):
            yield minute
        minute += timedelta(minutes=1)


# --- bad days ---------------------------------------------------------------------------------------------------------


def test_whatever_is_killed_the_clock_goes_on(house: LivedHouse) -> None:
    house.found(SHORT_PLAN, "every_seconds = 60")
    days = BadDays(house, random.Random(20261130), house.start())
    days.goes_on(datetime.now(ZONE))
    for way in random.Random().sample(WAYS, 3):
        days.goes_on(days.strike(way))
    wait_for(lambda: days.serving.poll() is None, lambda: house.said())
