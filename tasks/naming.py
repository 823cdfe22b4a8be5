"""The unit or the round that a person means by a code or a name. Raises KiemtraError that suggests what is near."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.domain.errors import KiemtraError, Problem
from tasks.domain.naming import Found, Named, find
from tasks.records import Assignment, Cycle, Round, Unit


def unit_named(session: Session, typed: str) -> Unit:
    units, found = _units(session), find_unit(session, typed)
    if found.one is None:
        raise KiemtraError(_sentence(found.why("đơn vị", typed), "kiemtra units list"))
    return units[found.one.code]


def units_named(session: Session, typed: Sequence[str]) -> tuple[list[Unit], list[Problem]]:
    """Each once, in the order in which they were typed; and what could not be told."""
    known = _units(session)
    names = [Named(one.code, one.name) for one in known.values()]
    units: list[Unit] = []
    problems: list[Problem] = []
    for words in typed:
        found = find(words, names)
        if found.one is None:
            problems.append(Problem("đơn vị", found.why("đơn vị", words)))
        elif known[found.one.code] not in units:
            units.append(known[found.one.code])
    return units, problems


def find_unit(session: Session, typed: str) -> Found:
    return find(typed, [Named(one.code, one.name) for one in _units(session).values()])


def _units(session: Session) -> dict[str, Unit]:
    return {one.code: one for one in session.scalars(select(Unit).order_by(Unit.official_order, Unit.id))}


def unit_or_round(session: Session, typed: str, year: int | None = None) -> Unit | Cycle:
    """A code of either, else a name of a unit, else the title of a round."""
    rounds = _rounds(session)
    of_round = find(typed, rounds)
    of_unit = find_unit(session, typed)
    if of_unit.one is not None and of_unit.one.code == typed:
        return unit_named(session, typed)
    if of_round.one is not None:
        return opened(session, of_round.one.code, year)
    if of_unit.one is not None:
        return unit_named(session, typed)
    several = (*of_unit.several, *of_round.several)
    either = Found(several=several, near=() if several else (*of_unit.near, *of_round.near))
    raise KiemtraError(_sentence(either.why("đơn vị hay đợt", typed), "kiemtra units list, kiemtra plan show"))


def _rounds(session: Session) -> list[Named]:
    """Each code once, under its newest title."""
    rows = session.execute(select(Round.code, Round.title).order_by(Round.year))
    titles: dict[str, str] = {}
    for code, title in rows:
        titles[code] = title
    return [Named(code, title) for code, title in titles.items()]


def round_named(session: Session, typed: str) -> str:
    """The code of a round of any year."""
    found = find(typed, _rounds(session))
    if found.one is None:
        raise KiemtraError(_sentence(found.why("đợt", typed), "kiemtra plan show"))
    return found.one.code


def opened(session: Session, code: str, year: int | None = None) -> Cycle:
    """The opening of that round; in several years the year has to be told."""
    rounds = list(session.scalars(select(Round).where(Round.code == code).order_by(Round.year)))
    years = [one.year for one in rounds]
    if year is not None and year not in years:
        raise KiemtraError(f"Năm {year} không có đợt “{code}”; có ở năm {_listed(years)}.")
    cycles = [one.cycles[0] for one in rounds if one.cycles and year in (None, one.year)]
    if len(cycles) == 1:
        return cycles[0]
    if cycles:
        years = [one.round.year for one in cycles]
        raise KiemtraError(f"Đợt “{code}” có ở nhiều năm: {_listed(years)}; hãy thêm --year <năm>.")
    raise KiemtraError(_not_open([one for one in rounds if year in (None, one.year)]))


def _not_open(rounds: Sequence[Round]) -> str:
    last = rounds[-1]
    if last.missed_at is not None:
        return f"Đợt “{last.code}” năm {last.year} bị bỏ lỡ, không mở: {last.missed_why.rstrip('.')}."
    return f"Đợt “{last.code}” chưa mở (mở ngày {last.opens_on:%d/%m/%Y}); chưa giao phiếu cho đơn vị nào."


def part_of(session: Session, unit: Unit, round_typed: str | None, year: int | None = None) -> Assignment:
    """The unit's part in the round that is named; else its only one, else the only one of a round that still runs."""
    chosen = select(Assignment).join(Cycle).join(Round).where(Assignment.unit_id == unit.id)
    parts = list(session.scalars(chosen.order_by(Cycle.opened_on, Assignment.id)))
    if not parts:
        raise KiemtraError(f"{unit.name} chưa được giao phiếu nào. Giao phiếu của một đợt đang chạy: kiemtra units ask")
    codes = _listed(dict.fromkeys(one.cycle.round.code for one in parts))
    if round_typed:
        code = round_named(session, round_typed)
        of_code = [one for one in parts if one.cycle.round.code == code]
        mine = [one for one in of_code if year in (None, one.cycle.round.year)]
        if not of_code:
            raise KiemtraError(f"{unit.name} không được giao phiếu trong đợt “{code}”; các đợt của đơn vị: {codes}.")
        for some in (mine, [one for one in mine if one.cycle.locked_at is None]):
            if len(some) == 1:
                return some[0]
        years = _listed(one.cycle.round.year for one in of_code)
        raise KiemtraError(f"{unit.name} có phiếu đợt “{code}” ở năm {years}; hãy thêm --year <năm>.")
    running = [one for one in parts if one.cycle.locked_at is None]
    for some in (parts, running):
        if len(some) == 1:
            return some[0]
    raise KiemtraError(f"{unit.name} có nhiều phiếu ({codes}); hãy thêm --round <mã đợt>.")


def _listed(some: Iterable[object]) -> str:
    return ", ".join(map(str, some))


def _sentence(why: str, look: str) -> str:
    return f"{why[:1].upper()}{why[1:]}. Xem: {look}"
