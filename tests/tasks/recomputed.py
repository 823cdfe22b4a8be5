"""The figures of a year reckoned a second time, out of the rows by own SQL and out of the units' own mails.

Nothing here is shared with the program but the names of tables: it says what a year's workbook and report must say.
"""

import email
import email.policy
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import Engine, text

from tests.tasks.random_year import SPANS, ZONE, columns

NOT_APPLICABLE = "Không áp dụng"
ON_TIME, LATE, PARTIAL, SILENT = "Đúng hạn", "Muộn", "Chưa đủ", "Không trả lời"
UNREACHABLE, NOT_DUE, EXEMPT = "Không gửi được thư đến", "Chưa đến hạn", "Được miễn"
OUTCOMES = (ON_TIME, LATE, PARTIAL, SILENT, UNREACHABLE, NOT_DUE, EXEMPT)
RUNGS = {
    "truoc-5": "Nhắc trước hạn 5 ngày",
    "truoc-1": "Nhắc trước hạn 1 ngày",
    "qua-1": "Quá hạn 1 ngày",
    "qua-3": "Quá hạn 3 ngày",
    "qua-7": "Quá hạn 7 ngày",
}
BEFORE = ("truoc-5", "truoc-1")
KIND_ORDER = ("xa", "thi_tran", "co_quan", "truong_hoc")
KIND_WORDS = {"xa": "Xã", "thi_tran": "Thị trấn", "co_quan": "Cơ quan chuyên môn", "truong_hoc": "Trường học"}
WHOLE = {
    "xa-thu": {"1": ("N1", "N2", "N3", "N4", "N5", "N6", "N7"), "2": ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N9")},
    "co-quan-thu": {"1": ("C1", "C2", "C3")},
}
ITEMS = {"xa-thu": ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9"), "co-quan-thu": ("C1", "C2", "C3")}
CHOICES = {"N1": ("Có",), "N2": ("Đạt",), "C1": ("Có",), "C3": ("Có",)}
SUMMED = frozenset({"N3", "N6", "N7", "N9"})
MEANT = frozenset({"N4", "C2"})
NUMBERS = SUMMED | MEANT


@dataclass
class Part:
    """One unit in one round."""

    id: int
    unit: str
    name: str
    kind: str
    order: int
    round: str
    checklist: str
    version: str
    due: datetime
    first_due: datetime
    exempt_at: datetime | None
    is_unreachable: bool
    replies: list[tuple[datetime, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    chases: list[tuple[datetime, int, str, int]] = field(default_factory=list)

    @property
    def is_exempt(self) -> bool:
        return self.exempt_at is not None

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(code for code in ITEMS[self.checklist] if code != "N9" or self.version == "2")

    @property
    def needed(self) -> frozenset[str]:
        return frozenset(WHOLE[self.checklist][self.version])

    @cached_property
    def cells(self) -> dict[str, Any]:
        """What the unit sent last, item by item: who leaves a number in its form as it was understood agrees to it."""
        return {code: cell for code, cell in self._typed.items() if not is_unclear(code, cell)}

    @cached_property
    def _typed(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _, typed, _ in self.replies:
            found |= typed
        return found

    @property
    def to_mend(self) -> int:
        return len(self._typed) - len(self.cells)

    @cached_property
    def values(self) -> dict[str, Any]:
        return {code: _value(code, cell) for code, cell in self.cells.items()}

    @cached_property
    def estimates(self) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        for _, _, typed in self.replies:
            found |= {code: exact(value) for code, value in typed.items()}
        return found

    @cached_property
    def flagged(self) -> set[str]:
        """Words beside a number, or a year that is expected to bring less than there is already."""
        assumed = {code for code, cell in self.cells.items() if isinstance(cell, str) and "thành viên" in cell}
        less = {code for code, expected in self.estimates.items() if expected < exact(self.values[code])}
        return assumed | less

    @cached_property
    def answered_at(self) -> datetime | None:
        have: set[str] = set()
        for moment, typed, _ in self.replies:
            have |= {code for code, cell in typed.items() if not is_unclear(code, cell)}
            if self.needed <= have:
                return moment
        return None

    def outcome(self, at: datetime, due: datetime | None = None) -> str:
        due = due or self.due
        if self.is_exempt:
            return EXEMPT
        if self.answered_at is not None:
            return LATE if self.answered_at >= due else ON_TIME
        if self.is_unreachable:
            return UNREACHABLE
        if at < due:
            return NOT_DUE
        return PARTIAL if self.replies else SILENT

    @property
    def rungs(self) -> list[str]:
        return list(dict.fromkeys(rung for _, _, rung, _ in sorted(self.chases)))


def is_unclear(code: str, cell: Any) -> bool:
    """0.4 in a cell of percentages is 40% to Excel and 0,4% to who typed it: the unit is asked, and nothing counts."""
    return code == "N4" and isinstance(cell, (int, float)) and 0 < cell <= 1


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def _value(code: str, cell: Any) -> Any:
    if code == "N5" and cell != NOT_APPLICABLE:
        return date(*(int(part) for part in reversed(cell.split("/")))) if isinstance(cell, str) else cell.date()
    if code in NUMBERS and isinstance(cell, str) and cell != NOT_APPLICABLE:
        number = float(cell.split()[0].rstrip("%").replace(".", "").replace(",", "."))
        return int(number) if number.is_integer() else number
    return cell


def _moment(stored: Any) -> datetime | None:
    """The rows keep UTC without saying so."""
    if stored is None:
        return None
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZONE)


def last_day(due: datetime) -> date:
    """A due moment is the first one after: midnight ends the day before."""
    return (due - timedelta(seconds=1)).date()


def half_up(value: Fraction, places: int) -> Decimal:
    exactly = Decimal(value.numerator) / Decimal(value.denominator)
    return exactly.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part: Fraction | int, whole: Fraction | int) -> str:
    return f"{half_up(100 * Fraction(part) / Fraction(whole), 1)}%".replace(".", ",") if whole else "–"


def told(value: Fraction | Decimal) -> str:
    """A number as Vietnamese writes it: a point between thousands, a comma before decimals, none that are zero."""
    whole, _, decimals = f"{Decimal(str(float(value)))}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals else "")


class Recomputed:
    def __init__(self, engine: Engine, as_of: datetime) -> None:
        self.as_of = as_of
        with engine.connect() as connection:
            self._ask: Callable[..., Sequence[Any]] = lambda sql, **named: connection.execute(text(sql), named).all()
            self.parts = [part for part in self._parts() if part.round in self.rounds]
            self._take_replies()
            self.units = self._ask("SELECT code, name, kind, predecessors, valid_from, valid_to FROM unit")

    def _parts(self) -> list[Part]:
        rows = self._ask(
            "SELECT a.id, u.code, u.name, u.kind, u.official_order, r.code, a.checklist,"
            " c.due_at, a.state, a.exempt_at, k.unreachable_at, c.terms"
            " FROM assignment a JOIN unit u ON u.id = a.unit_id JOIN cycle c ON c.id = a.cycle_id"
            " JOIN round r ON r.id = c.round_id LEFT JOIN contact k ON k.unit_id = u.id AND k.role = 'dau_moi'"
            " ORDER BY r.opens_on, u.official_order"
        )
        return [self._part(*row) for row in rows]

    def _part(
        self, id_: int, unit: str, name: str, kind: str, order: int, round_: str, checklist: str, *rest: Any
    ) -> Part:
        first_due, state, exempt_at, unreachable_at, terms = rest
        granted = self._ask(
            "SELECT new_due_at, decided_at FROM extension WHERE assignment_id = :id AND state = 'granted'"
            " ORDER BY decided_at, id",
            id=id_,
        )
        first = _moment(first_due)
        assert first is not None
        given = [_moment(new) for new, decided in granted if self._is_past(decided)]
        due = given[-1] if given else first
        assert due is not None
        letters = self._ask(
            "SELECT sent_at, id, rung, COALESCE(bundled_into_id, id) FROM letter WHERE assignment_id = :id"
            " AND rung <> '' AND state IN ('sent', 'uncertain')",
            id=id_,
        )
        return Part(
            id_,
            unit,
            name,
            kind,
            order,
            round_,
            checklist,
            "2" if checklist == "xa-thu" and "N9" in str(terms) else "1",
            due,
            min(first, due),
            _moment(exempt_at) if state == "exempt" and self._is_past(exempt_at) else None,
            state == "unreachable" and self._is_past(unreachable_at),
            chases=[
                (moment, letter, rung, mail)
                for sent, letter, rung, mail in letters
                if (moment := _moment(sent)) and moment <= self.as_of
            ],
        )

    def _is_past(self, stored: Any) -> bool:
        moment = _moment(stored)
        return moment is not None and moment <= self.as_of

    def _take_replies(self) -> None:
        cases = {code.lower(): id_ for id_, code in self._ask("SELECT id, code FROM assignment")}
        by_id = {part.id: part for part in self.parts}
        for (raw,) in self._ask("SELECT raw FROM incoming ORDER BY received_at, id"):
            mail = email.message_from_bytes(bytes(raw), policy=email.policy.default)
            files = [one.get_content() for one in mail.iter_attachments() if str(one.get_filename()).endswith(".xlsx")]
            sent = mail["Date"].datetime.astimezone(ZONE) if files else None
            if sent is None or sent > self.as_of:
                continue
            case = str(mail["To"]).partition("+")[2].partition("@")[0]
            typed, expected = _typed(files[0])
            if cases[case] in by_id:
                by_id[cases[case]].replies.append((sent, typed, expected))

    # --- over all of them ------------------------------------------------------------------------------------------

    @property
    def rounds(self) -> list[str]:
        return [code for code, span in SPANS.items() if span.opens <= self.as_of]

    def of(self, round_: str) -> list[Part]:
        return [part for part in self.parts if part.round == round_]

    def counts(self, parts: Iterable[Part]) -> dict[str, int]:
        some = list(parts)
        outcomes = [part.outcome(self.as_of) for part in some]
        found = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
        answered = found[ON_TIME] + found[LATE]
        owing = len(some) - found[EXEMPT] - found[NOT_DUE]
        return {"Được giao": len(some), "Đã trả lời": answered, **found, "owing": owing}

    @property
    def counted_units(self) -> int:
        """Who was asked; who has gone into one that was asked too counts with that one."""
        asked = {part.unit for part in self.parts}
        before = {old for code, _, _, old_ones, *_ in self.units if code in asked for old in _json(old_ones)}
        return len(asked - before)

    def climbed(self, rungs: Iterable[str]) -> tuple[int, int]:
        """Units of rounds, and mails."""
        wanted = set(rungs)
        hit = [{mail for _, _, rung, mail in part.chases if rung in wanted} for part in self.parts]
        return sum(bool(one) for one in hit), len({mail for one in hit for mail in one})


def _json(stored: Any) -> list[str]:
    import json

    return stored if isinstance(stored, list) else json.loads(stored)


def _typed(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """By own reading: what stands beside each code in the two columns of answers."""
    sheet = next(one for one in load_workbook(io.BytesIO(data)).worksheets if one.sheet_state == "visible")
    answer, estimate, rows = columns(sheet)
    found: list[dict[str, Any]] = []
    for column in (answer, estimate):
        cells = {code: sheet.cell(row, column).value for code, row in rows.items()} if column else {}
        found.append({code: value for code, value in cells.items() if value not in (None, "")})
    return found[0], found[1]


@dataclass(frozen=True)
class Figures:
    """One item over the parts that were asked it."""

    code: str
    parts: Sequence[Part]

    @cached_property
    def given(self) -> list[Any]:
        return [part.values[self.code] for part in self.parts if self.code in part.values]

    @property
    def not_applicable(self) -> int:
        return self.given.count(NOT_APPLICABLE)

    @cached_property
    def numbers(self) -> list[Fraction]:
        return [exact(value) for value in self.given if value != NOT_APPLICABLE]

    @property
    def flagged(self) -> int:
        return sum(self.code in part.flagged for part in self.parts)

    @property
    def good(self) -> int:
        return sum(value in CHOICES[self.code] for value in self.given)

    @property
    def applicable(self) -> int:
        return len(self.given) - self.not_applicable

    @property
    def figure(self) -> Fraction | None:
        """What is added up as a sum, a mean of the rest."""
        if not self.numbers:
            return None
        total = sum(self.numbers, Fraction())
        return total if self.code in SUMMED else total / len(self.numbers)

    @property
    def expected(self) -> tuple[Fraction, int] | None:
        own = [part.estimates[self.code] for part in self.parts if self.code in part.estimates]
        if not own:
            return None
        total = sum(own, Fraction())
        return (total if self.code in SUMMED else total / len(own)), len(own)

    @property
    def share(self) -> tuple[Fraction, Fraction, int] | None:
        """Of the percentage: N6 of N7 over the communes that gave both and to which it applies."""
        if self.code != "N4":
            return None
        both = [
            (exact(part.values["N6"]), exact(part.values["N7"]))
            for part in self.parts
            if part.values.get("N4") != NOT_APPLICABLE and {"N6", "N7"} <= part.values.keys()
        ]
        return (
            (sum((a for a, _ in both), Fraction()), sum((b for _, b in both), Fraction()), len(both)) if both else None
        )


def by_list(parts: Iterable[Part]) -> Mapping[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda one: one.order):
        found.setdefault(part.checklist, []).append(part)
    return found
