"""Every figure of a year under a code that stays, with its words: what two editions are compared by."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from tasks.domain.calendar import house_day
from tasks.domain.checklist import value_text
from tasks.domain.finding import FINDING_NAMES
from tasks.domain.results.facts import OUTCOMES, YearResults, checklists_of
from tasks.domain.results.items import item_tallies
from tasks.domain.results.tallies import Climb, reminders_and_chases, tally
from tasks.domain.rounding import rounded
from tasks.domain.vietnamese import moment_text, number_text

Ledger = Mapping[str, tuple[str, str]]
"""Code -> words and value."""


@dataclass(frozen=True)
class Moved:
    code: str
    words: str
    before: str
    after: str


def figures(results: YearResults) -> Ledger:
    """Outcomes, counts, sums and means, each once."""
    return {code: (words, value) for code, words, value in (*_rounds(results), *_items(results), *_findings(results))}


def answers(results: YearResults) -> Ledger:
    """What the figures were counted from."""
    return {
        f"{part.round}/{part.unit}/{code}": (
            f"{results.unit(part.unit).name}, đợt {part.round}, mục {code}",
            value_text(part.checklist.item(code), value.value),
        )
        for part in results.assignments
        for code, value in part.values.items()
    }


def moved(before: Ledger, after: Ledger) -> list[Moved]:
    """In the order of their codes; what one of the two does not have is a dash there."""
    found = []
    for code in sorted({*before, *after}):
        words = (after.get(code) or before[code])[0]
        old, new = (side[code][1] if code in side else "–" for side in (before, after))
        if old != new:
            found.append(Moved(code, words, old, new))
    return found


def _rounds(results: YearResults) -> Iterator[tuple[str, str, str]]:
    names = {"asked": "Được giao", **OUTCOMES}
    for round_ in results.rounds:
        parts = results.of_round(round_.code)
        for name, count in asdict(tally(parts, results.as_of)).items():
            yield f"dot/{round_.code}/{name}", f"Đợt {round_.code}: {names[name]}", str(count)
        for part in parts:
            words = f"{results.unit(part.unit).name}, đợt {round_.code}"
            yield f"don-vi/{round_.code}/{part.unit}", f"{words}: kết quả", OUTCOMES[results.outcome(part)]
            if part.answered_at:
                at = moment_text(part.answered_at.astimezone(results.as_of.tzinfo))
                yield f"don-vi/{round_.code}/{part.unit}/luc", f"{words}: lúc trả lời đủ", at
    called = {"nhac": "Nhắc trước hạn", "don-doc": "Đôn đốc sau hạn"}
    for (code, words), rungs in zip(called.items(), reminders_and_chases(results), strict=True):
        climb = Climb.of(results.assignments, rungs)
        yield f"{code}/luot", f"{words}: lượt đơn vị", str(climb.units)
        yield f"{code}/thu", f"{words}: thư", str(climb.mails)


def _items(results: YearResults) -> Iterator[tuple[str, str, str]]:
    day = house_day(results.as_of)
    for checklist in checklists_of(results.assignments):
        list_ = f"{checklist.code} {checklist.version}"
        for round_ in results.rounds:
            parts = [one for one in results.of_round(round_.code) if one.checklist == checklist]
            for item in item_tallies(checklist, parts, day) if parts else ():
                code = f"muc/{round_.code}/{list_}/{item.code}"
                words = f"Đợt {round_.code}, {checklist.code}, {item.code}"
                counts: dict[str, int] = {"đã trả lời": item.answered, "cần xem lại": item.flagged, **item.choices}
                for name, count in counts.items():
                    yield f"{code}/{name}", f"{words}: {name}", str(count)
                if item.total is not None and item.mean is not None:
                    yield f"{code}/tong", f"{words}: tổng", number_text(item.total)
                    yield f"{code}/binh-quan", f"{words}: bình quân", number_text(rounded(item.mean, 2))


def _findings(results: YearResults) -> Iterator[tuple[str, str, str]]:
    day = house_day(results.as_of)
    for one in results.findings:
        state = FINDING_NAMES[one.state] + (" (quá hạn)" if one.overdue(day) else "")
        yield f"kien-nghi/{one.number}", f"Kiến nghị {one.number}", state
