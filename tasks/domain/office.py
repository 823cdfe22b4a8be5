"""Which offices and kinds of unit exist on a day: the district tier and the township ended on 30/6/2025."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tasks.domain.checklist import UnitKind
from tasks.domain.definition import Table
from tasks.domain.plan import Plan
from tasks.domain.vietnamese import day_text


@dataclass(frozen=True)
class Office:
    """From, to: the first and the last day; `kind` where it is a kind of unit of the register."""

    code: str
    name: str
    from_: date | None
    to: date | None
    instead: str
    by: str
    verified: bool
    kind: UnitKind | None = None

    def standing(self, on: date) -> str:
        """Why there is none that day; '' when there is."""
        if self.from_ and on < self.from_:
            return f"{self.name} chỉ có từ ngày {day_text(self.from_)}"
        if self.to and on > self.to:
            instead = f", nay là {self.instead}" if self.instead else ""
            return f"{self.name} không còn sau ngày {day_text(self.to)}{instead}"
        return ""

    def words(self, on: date) -> str:
        days = [f"từ {day_text(self.from_)}"] if self.from_ else []
        days += [f"đến hết {day_text(self.to)}"] if self.to else []
        mark = "" if self.verified else " (chưa đối chiếu)"
        state = self.standing(on) or f"{self.name} đang có"
        return f"{self.code}: {state}; {' '.join(days)} theo {self.by}{mark}"


def parse_offices(table: Table) -> tuple[Office, ...]:
    """The [[office]] of templates/laws.toml; raises DefinitionError with all mistakes."""
    offices = tuple(_office(one) for one in table.tables("office"))
    table.raise_if_wrong()
    return offices


def _office(table: Table) -> Office:
    office = Office(
        code=table.text("code"),
        name=table.text("name"),
        from_=table.day("from", None),
        to=table.day("to", None),
        instead=table.text("instead", ""),
        by=table.text("by"),
        verified=table.flag("verified"),
        kind=table.choice("kind", UnitKind) if "kind" in table else None,
    )
    table.finish()
    return office


def kinds_gone(plan: Plan, offices: Iterable[Office]) -> Iterator[str]:
    """Rounds that ask kinds of unit which there are none of on the day they open."""
    known = [office for office in offices if office.kind]
    for round_ in plan.rounds:
        for office in known:
            if office.kind in round_.selection.kinds and (why := office.standing(round_.opens_on)):
                yield f"đợt “{round_.code}” mở ngày {day_text(round_.opens_on)} hỏi loại hình “{office.kind}”, mà {why}"
