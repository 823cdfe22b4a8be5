"""What in a plan seems to be left of the year, or the office, that it was copied from: asked, never mended."""

import re
from collections.abc import Iterator
from datetime import date

from tasks.domain.paper import FILED, is_filing
from tasks.domain.plan import Plan, Round
from tasks.domain.vietnamese import day_text

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def left_over(plan: Plan, today: date) -> list[str]:
    """Sentences to be asked before the plan is taken."""
    return [
        *_of_another_year(f"tên kế hoạch “{plan.title}”", plan.title, plan.year),
        *(said for round_ in plan.rounds for said in _of_round(round_, plan.year)),
        *_of_authority(plan),
        *_of_bases(plan),
        *_not_issued_yet(plan, today),
    ]


def without_authority(plan: Plan, last: date) -> str:
    """That the office in whose name the year runs ends before it does; '' when it does not."""
    ends = plan.authority.valid_to
    if ends is None or ends >= last:
        return ""
    after = [round_.code for round_ in plan.rounds if round_.due.named > ends]
    rounds = f"; đến hạn sau ngày ấy: {', '.join(after)}" if after else ""
    return f"{plan.authority.name} chỉ có hiệu lực đến ngày {day_text(ends)} (valid_to){rounds}"


def without_filing(plan: Plan) -> str:
    """That nơi nhận does not say where a paper is filed; '' when it does."""
    if any(map(is_filing, plan.authority.recipients)):
        return ""
    return f"nơi nhận (recipients) chưa có dòng “Lưu: …”; báo cáo năm sẽ ghi “{FILED}.”"


def _of_another_year(what: str, text: str, year: int) -> Iterator[str]:
    years = {int(found) for found in _YEAR.findall(text)}
    if years and year not in years:
        yield f"{what} ghi năm {', '.join(map(str, sorted(years)))}, kế hoạch là năm {year}"


def _of_round(round_: Round, year: int) -> Iterator[str]:
    yield from _of_another_year(f"tên đợt “{round_.code}”", round_.title, year)
    for name, day, years in (
        ("mở ngày", round_.opens_on, (year,)),
        ("hạn là ngày", round_.due.named, (year, year + 1)),
        ("thời kỳ đến ngày", round_.period_to, (year - 1, year, year + 1)),
    ):
        if day.year not in years:
            yield f"đợt “{round_.code}” {name} {day_text(day)}, kế hoạch là năm {year}"


def _of_authority(plan: Plan) -> Iterator[str]:
    authority = plan.authority
    if authority.valid_to and authority.valid_to.year < plan.year:
        yield f"{authority.name} chỉ có hiệu lực đến ngày {day_text(authority.valid_to)} (valid_to)"
    if authority.valid_from and authority.valid_from.year > plan.year:
        yield f"{authority.name} có hiệu lực từ ngày {day_text(authority.valid_from)} (valid_from)"


def _not_issued_yet(plan: Plan, today: date) -> Iterator[str]:
    for basis in plan.legal_bases:
        if basis.on and basis.on > today:
            yield f"căn cứ “{basis.document}” ghi ngày ban hành {day_text(basis.on)}, chưa đến ngày ấy"


def _of_bases(plan: Plan) -> Iterator[str]:
    """A yearly plan of a superior is one of that year; laws and decrees are older by nature."""
    for basis in plan.legal_bases:
        text = f"{basis.document} {basis.subject}"
        if basis.document.startswith("Kế hoạch"):
            yield from _of_another_year(f"căn cứ “{basis.document}”", text, plan.year)
