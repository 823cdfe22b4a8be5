"""A year of a small office at random: who is asked, who answers what and when, who gets more time, who goes.

Everything goes in by the office's verbs and the units' mails; what should come out of it is reckoned in recomputed.py.
"""

import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from infra.definitions import FileDefinitions
from infra.settings import TEMPLATES
from tasks.approval import approve, awaiting_approval
from tasks.domain.checklist import UnitKind
from tasks.domain.errors import KiemtraError
from tasks.domain.extension import Wish
from tasks.domain.register import UnitEntry
from tasks.domain.vietnamese import fold
from tasks.exemption import exempt
from tasks.extension import extend
from tasks.planning import read_plan, store_plan
from tests.tasks.world import PLAN, ZONE, World, find_assignment

COMMUNES, OFFICES = "xa-thu", "co-quan-thu"
COMMUNE_LIST = """\
code = "xa-thu"
version = "{version}"
title = "Bảng kiểm xã"
applies_to = ["xa", "thi_tran"]
effective_from = 2025-01-01
[[section]]
code = "A"
title = "Chung"
[[item]]
code = "N1"
section = "A"
question = "Xã có ban hành kế hoạch không?"
type = "co_khong"
points = 2
[[item]]
code = "N2"
section = "A"
question = "Việc công khai ngân sách ở mức nào?"
type = "muc"
[[item]]
code = "N3"
section = "A"
question = "Ban Thanh tra nhân dân có bao nhiêu thành viên?"
type = "so"
unit = "thành viên"
[[item]]
code = "N4"
section = "A"
question = "Bao nhiêu phần trăm thôn đã tổ chức hội nghị?"
type = "ty_le"
unit = "%"
condition = "Xã có thôn."
numerator = ["N6"]
denominator = ["N7"]
[[item]]
code = "N5"
section = "A"
question = "Hội nghị đối thoại được tổ chức vào ngày nào?"
type = "ngay"
condition = "Có tổ chức hội nghị."
[[item]]
code = "N6"
section = "A"
question = "Đã có bao nhiêu thôn tổ chức hội nghị?"
type = "so"
unit = "thôn"
[[item]]
code = "N7"
section = "A"
question = "Xã có tất cả bao nhiêu thôn?"
type = "so"
unit = "thôn"
[[item]]
code = "N8"
section = "A"
question = "Cách làm hay của xã là gì?"
type = "van_ban"
required = false
use = "cach_lam_hay"
"""
NEW_ITEM = """\
[[item]]
code = "N9"
section = "A"
question = "Kinh phí đã chi là bao nhiêu triệu đồng?"
type = "so_thap_phan"
unit = "triệu đồng"
"""
OFFICE_LIST = """\
code = "co-quan-thu"
version = "1"
title = "Bảng kiểm cơ quan"
applies_to = ["co_quan", "truong_hoc"]
effective_from = 2025-01-01
[[section]]
code = "A"
title = "Chung"
[[item]]
code = "C1"
section = "A"
question = "Cơ quan có báo cáo trước ngày 31/10 không?"
type = "co_khong"
use = "gui_dung_han"
[[item]]
code = "C2"
section = "A"
question = "Niêm yết trong bao nhiêu ngày?"
type = "so"
unit = "ngày"
[[item]]
code = "C3"
section = "A"
question = "Cơ quan có công khai tài chính không?"
type = "co_khong"
knock_out = true
"""
_ROUND_LISTS = (
    '[round.checklists]\nxa = "xa-thu"\nthi_tran = "xa-thu"\nco_quan = "co-quan-thu"\ntruong_hoc = "co-quan-thu"\n'
)
KINDS = (UnitKind.XA, UnitKind.XA, UnitKind.THI_TRAN, UnitKind.CO_QUAN, UnitKind.TRUONG_HOC)
KIND_WORDS = {
    UnitKind.XA: "Xã",
    UnitKind.THI_TRAN: "Thị trấn",
    UnitKind.CO_QUAN: "Phòng",
    UnitKind.TRUONG_HOC: "Trường",
}
INSPECTION, REPORT = "kiem-tra", "bao-cao-nam"


@dataclass(frozen=True)
class Span:
    """When a round opens, is due and is locked."""

    opens: datetime
    due: datetime
    lock: datetime


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


SPANS: Mapping[str, Span] = {
    INSPECTION: Span(at("2025-04-08 07:35"), at("2025-05-17 00:00"), at("2025-07-01 00:00")),
    REPORT: Span(at("2025-10-01 07:35"), at("2025-10-31 00:00"), at("2025-11-15 00:00")),
}


def random_plan() -> str:
    head, *rounds = PLAN.split("[[round]]")
    inspection, report = rounds
    inspection = inspection.replace('kinds = ["xa", "thi_tran", "co_quan"]\nunits = ["xa-vinh-o", "ptp"]\n', "")
    told = [
        one.replace('checklist = "dot-xuat"\n', "").replace('kinds = ["xa", "thi_tran", "co_quan"]\n', "")
        for one in (inspection, report + "estimate_to = 2025-12-31\n")
    ]
    kinds = 'kinds = ["xa", "thi_tran", "co_quan", "truong_hoc"]\n'
    return head + "".join(f"[[round]]\n{kinds}{one.strip()}\n{_ROUND_LISTS}" for one in told)


Event = tuple[datetime, Callable[[], object]]


class RandomYear:
    """One year out of one seed; `play` lives it up to a moment."""

    def __init__(self, world: World, folder: Path, seed: int) -> None:
        self.world, self.folder, self.dice = world, folder, random.Random(seed)
        self.units: list[UnitEntry] = []
        self.typed: dict[tuple[str, str], dict[str, object]] = {}
        """What each clerk has typed so far into the unit's form of a round."""
        self.estimates: dict[tuple[str, str], dict[str, object]] = {}

    def play(self) -> datetime:
        """Lives until a random moment; says as of which its results are asked, sometimes one long past."""
        self._found()
        events: list[Event] = [(span.opens, self._opening(code)) for code, span in SPANS.items()]
        for unit in self.units:
            for code, span in SPANS.items():
                events += self._lot(unit, code, span)
        events += self._mornings() + self._merger()
        until = self._end()
        for moment, act in sorted(events, key=lambda one: one[0]):
            if moment <= until:
                self.world.clock.now = moment
                act()
        is_asked_later = self.dice.random() < 0.3
        return self._moment(SPANS[INSPECTION].opens, until) if is_asked_later else until

    def _end(self) -> datetime:
        """A day of the year, a day on which a round is under way, or a moment around a due one."""
        span = self.dice.choice(list(SPANS.values()))
        anywhere = self._moment(at("2025-04-20 08:00"), at("2025-12-20 08:00"))
        under_way = self._moment(span.opens + timedelta(days=3), span.lock)
        around = span.due + timedelta(seconds=self.dice.choice((-1, 0, 60)))
        return self.dice.choice((anywhere, under_way, around))

    # --- the office ----------------------------------------------------------------------------------------------

    def _found(self) -> None:
        self._write_lists("1")
        self.units = [self._unit(number) for number in range(1, self.dice.randint(4, 12) + 1)]
        self.world.take_in(tuple(self.units))
        known = self.world.tools.definitions
        assert isinstance(known, FileDefinitions)
        with self.world.sessions.begin() as session:
            plan = read_plan(session, random_plan(), "ke-hoach.toml", known.checklists, known.calendars)
            store_plan(session, random_plan(), plan, at("2025-01-13 08:00"))

    def _unit(self, number: int, kind: UnitKind | None = None) -> UnitEntry:
        kind = kind or self.dice.choice(KINDS)
        name = f"{KIND_WORDS[kind]} Thử {number}"
        return UnitEntry(f"dv-{number}", name, kind, number, f"Lê Văn {number}", (f"dm{number}@donvi.example",))

    def _write_lists(self, version: str) -> None:
        """The office's own lists; a newer one counts for the rounds that open from then on."""
        own = self.folder / "cua-co-quan"
        (own / "bang-kiem").mkdir(parents=True, exist_ok=True)
        commune = COMMUNE_LIST.format(version=version) + (NEW_ITEM if version == "2" else "")
        (own / "bang-kiem" / f"{COMMUNES}.toml").write_text(commune, encoding="utf-8")
        (own / "bang-kiem" / f"{OFFICES}.toml").write_text(OFFICE_LIST, encoding="utf-8")
        self.world.tools = replace(self.world.tools, definitions=FileDefinitions(TEMPLATES, own))

    def _opening(self, code: str) -> Callable[[], object]:
        def act() -> None:
            if code == REPORT and self.dice.random() < 0.5:
                self._write_lists("2")
            now = self.world.clock.now
            self.world.open(now)
            self.world.send(now)

        return act

    def _mornings(self) -> list[Event]:
        """Days on which the steps are climbed and what waits for a signature is signed or not."""

        def act() -> None:
            now = self.world.clock.now
            self.world.climb(now)
            with self.world.sessions.begin() as session:
                for letter in awaiting_approval(session):
                    if self.dice.random() < 0.7:
                        approve(session, letter, now, self.world.tools)
            self.world.send(now)

        days = [span.due.date() + timedelta(days=days) for span in SPANS.values() for days in (-6, -2, 3, 6, 12)]
        return [(datetime(day.year, day.month, day.day, 7, 30, tzinfo=ZONE), act) for day in days]

    def _merger(self) -> list[Event]:
        """Sometimes two communes become one in July: the old ones are asked no more."""
        gone = [unit for unit in self.units if unit.kind is UnitKind.XA][:2]
        if len(gone) < 2 or self.dice.random() < 0.6:
            return []

        def act() -> None:
            heir = self._unit(len(self.units) + 1, UnitKind.XA)
            heir = replace(heir, valid_from=date(2025, 7, 2), predecessors=tuple(unit.code for unit in gone))
            ended = tuple(replace(unit, valid_to=date(2025, 7, 1)) for unit in gone)
            self.world.take_in((*ended, heir), self.world.clock.now)
            self.units.append(heir)

        events: list[Event] = [(at("2025-07-02 08:00"), act)]
        heir_code = f"dv-{len(self.units) + 1}"
        span = SPANS[REPORT]
        when = self._moment(span.opens + timedelta(hours=2), span.lock)
        return [*events, (when, lambda: self._answer(heir_code, REPORT, whole=True))]

    # --- the units -----------------------------------------------------------------------------------------------

    def _lot(self, unit: UnitEntry, code: str, span: Span) -> Iterator[Event]:
        """What one unit does in one round."""
        lot = self.dice.choices(
            ("silent", "whole", "part", "two", "exempt", "bounce"), weights=(2, 6, 2, 2, 1, 1), k=1
        )[0]
        begin, end = span.opens + timedelta(hours=1), span.lock + timedelta(days=10)
        first, second = sorted(self._moment(begin, end) for _ in range(2))
        if self.dice.random() < 0.4:
            yield self._moment(begin, span.due - timedelta(days=1)), lambda: self._more_time(unit.code, code)
        if lot == "whole":
            yield first, lambda: self._answer(unit.code, code, whole=True)
        if lot in ("part", "two"):
            yield first, lambda: self._answer(unit.code, code, whole=False)
        if lot == "two":
            yield second, lambda: self._answer(unit.code, code, whole=True)
        if lot == "exempt":
            yield self._moment(begin, span.due), lambda: self._exempt(unit.code, code)
        if lot == "bounce":
            yield span.opens + timedelta(minutes=30), lambda: self._bounce(unit.code, code)

    def _moment(self, begin: datetime, end: datetime) -> datetime:
        seconds = self.dice.randrange(int((end - begin).total_seconds()))
        return (begin + timedelta(seconds=seconds)).replace(microsecond=0)

    def _is_asked(self, unit: str, code: str) -> bool:
        with self.world.sessions() as session:
            try:
                find_assignment(session, unit, code)
            except Exception:
                return False
            return True

    def _more_time(self, unit: str, code: str) -> None:
        if not self._is_asked(unit, code):
            return
        now, span = self.world.clock.now, SPANS[code]
        wanted = (span.due + timedelta(days=self.dice.randint(1, 12))).date()
        try:
            with self.world.sessions.begin() as session:
                extend(session, find_assignment(session, unit, code), Wish(until=wanted), self.world.tools, now, "A")
        except KiemtraError:
            return  # a day off, or past the lock: the office hears it, and nothing happens

    def _exempt(self, unit: str, code: str) -> None:
        try:
            with self.world.sessions.begin() as session:
                exempt(session, unit, code, "Đang sắp xếp đơn vị", self.world.clock.now)
        except KiemtraError:
            return

    def _bounce(self, unit: str, code: str) -> None:
        if not self._is_asked(unit, code):
            return
        sent = [one for one in self.world.letters_of(unit, round_=code) if one.sent_at]
        if sent:
            self.world.bounce(sent[0].id, self.world.clock.now)

    def _answer(self, unit: str, code: str, *, whole: bool) -> None:
        if not self._is_asked(unit, code):
            return
        form = self.world.form(unit, code)
        book = load_workbook(io.BytesIO(form))
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        answer, estimate, rows = columns(sheet)
        typed = self.typed.setdefault((unit, code), {})
        expected = self.estimates.setdefault((unit, code), {})
        left = [item for item in rows if item not in typed]
        chosen = left if whole else self.dice.sample(left, max(1, len(left) // 2)) if left else []
        for item in chosen:
            typed[item] = self._word(item)
            sheet.cell(rows[item], answer).value = typed[item]
            if estimate and item in ("N3", "C2", "N9") and self.dice.random() < 0.5:
                expected[item] = self.dice.randint(3, 40)
                sheet.cell(rows[item], estimate).value = expected[item]
        out = io.BytesIO()
        book.save(out)
        now = self.world.clock.now
        sender = f"dm{unit.removeprefix('dv-')}@donvi.example"
        self.world.mail(unit, now, out.getvalue(), sender=sender, round_=code)
        self.world.collect(now)

    def _word(self, item: str) -> object:
        dice = self.dice
        number = dice.randint(1, 40)
        words: dict[str, Callable[[], object]] = {
            "N1": lambda: dice.choice(("Có", "Có", "Có", "Không")),
            "N2": lambda: dice.choice(("Đạt", "Đạt một phần", "Không đạt")),
            "N3": lambda: dice.choice((number, f"{number} thành viên")),
            "N4": lambda: dice.choice((dice.randint(0, 1000) / 10, "Không áp dụng")),
            "N5": lambda: dice.choice(("05/03/2025", "28/02/2025", "Không áp dụng")),
            "N6": lambda: dice.randint(0, 9),
            "N7": lambda: dice.randint(9, 16),
            "N8": lambda: f"Tổ chức đối thoại lưu động lần {number} tại thôn.",
            "N9": lambda: dice.randint(1, 9999) / 100,
            "C1": lambda: dice.choice(("Có", "Không")),
            "C2": lambda: dice.randint(0, 60),
            "C3": lambda: dice.choice(("Có", "Không")),
        }
        return words[item]()


def columns(sheet: object) -> tuple[int, int, dict[str, int]]:
    """Of a form: the column of answers, that of estimates (0 where there is none), and each item's row."""
    answer = estimate = 0
    rows: dict[str, int] = {}
    codes = {f"N{number}" for number in range(1, 10)} | {"C1", "C2", "C3"}
    for cells in sheet.iter_rows():  # type: ignore[attr-defined]
        captions = {fold(str(cell.value)): cell.column for cell in cells if cell.value}
        if "ma" in captions:
            answer = next((at for caption, at in captions.items() if caption.startswith("ket qua")), answer)
            estimate = next((at for caption, at in captions.items() if caption.startswith("uoc")), estimate)
        rows |= {cell.value: cell.row for cell in cells if cell.value in codes}
    return answer, estimate, rows
