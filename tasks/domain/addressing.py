"""Lists in the name of the office that asks: they name no office themselves, and cite its plan by what it says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from tasks.domain.checklist import Basis, Checklist, Item
from tasks.domain.plan import DueRule, Plan, RoundKind

REFERENCES: Mapping[str, str] = {
    "trien-khai": "đơn vị xây dựng kế hoạch của mình và triển khai",
    "bao-cao": "báo cáo năm và báo cáo đột xuất",
    "theo-doi": "theo dõi, đôn đốc",
    "tuyen-truyen": "tuyên truyền, quán triệt",
    "du-an": "dân chủ trong dự án đầu tư, bồi thường, giải phóng mặt bằng",
    "tiep-dan": "tiếp dân, đối thoại, giải quyết đơn thư, kiến nghị",
    "kiem-tra": "kiểm tra, giám sát",
    "quy-che": "quy chế dân chủ ở từng loại hình",
}
"""What lists cite of an office's plan: keys of the plan's `[references]` and of a list's `basis = [{ plan = "…" }]`."""

PLACES = ("chu_tri", "dau_moi", "han_bao_cao")
_PLACE = re.compile(r"\{([^{}]*)\}")
_UBND = re.compile(r"^[ỦU](?:ỷ|y) ban nhân dân\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asking:
    """Who asks: 'UBND xã Vĩnh Thủy', 'Phòng Văn hóa - Xã hội', 'trước ngày 31/10', and where its plan says what."""

    chu_tri: str
    dau_moi: str
    han_bao_cao: str
    plan: str
    references: Mapping[str, str]


SOMEBODY = Asking(
    "cơ quan chủ trì", "bộ phận theo dõi", "đúng hạn", "Kế hoạch của cơ quan chủ trì", dict.fromkeys(REFERENCES, "")
)
"""Where a list is looked at by itself, and no plan asks it yet."""


def asking_of(plan: Plan) -> Asking:
    office = _UBND.sub("UBND", plan.authority.name)
    return Asking(
        office, plan.authority.office, _report_due(plan), f"Kế hoạch năm {plan.year} của {office}", plan.references
    )


def _report_due(plan: Plan) -> str:
    """As the plan words it; where it counts days or asks no yearly report, no day can be named before the time."""
    due = next((round_.due for round_ in plan.rounds if round_.kind is RoundKind.BAO_CAO_NAM), None)
    if due is None or due.is_counted:
        return "đúng hạn"
    day = due.named.strftime("%d/%m" if due.named.year == plan.year else "%d/%m/%Y")
    return f"{'trước' if due.rule is DueRule.TRUOC_NGAY else 'chậm nhất'} ngày {day}"


class _Resting(Protocol):
    @property
    def basis(self) -> tuple[Basis, ...]: ...


def addressed(checklist: Checklist, asking: Asking) -> Checklist:
    """The list as this office asks it. What its plan does not speak of is not cited from it."""
    return replace(
        checklist,
        items=tuple(_item(item, asking) for item in checklist.items),
        narrative=tuple(_item(item, asking) for item in checklist.narrative),
        tables=tuple(replace(table, basis=_basis(table, asking)) for table in checklist.tables),
        checks=tuple(replace(check, basis=_basis(check, asking)) for check in checklist.checks),
    )


def unknown_places(words: str) -> list[str]:
    """What stands in braces and nothing fills."""
    return [place for place in _PLACE.findall(words) if place not in PLACES]


def _item(item: Item, asking: Asking) -> Item:
    return replace(
        item,
        question=_filled(item.question, asking),
        evidence=_filled(item.evidence, asking),
        why=_filled(item.why, asking),
        condition=_filled(item.condition, asking),
        basis=_basis(item, asking),
    )


def _filled(words: str, asking: Asking) -> str:
    if "{" not in words:
        return words
    filled = _PLACE.sub(lambda place: getattr(asking, place[1]), words)
    return filled[:1].upper() + filled[1:]


def _basis(resting: _Resting, asking: Asking) -> tuple[Basis, ...]:
    return tuple(dict.fromkeys(_cited(resting.basis, asking)))


def _cited(bases: Iterable[Basis], asking: Asking) -> Iterable[Basis]:
    for basis in bases:
        if not basis.plan:
            yield basis
        elif basis.plan in asking.references:
            yield Basis(asking.plan, verified=True, article=asking.references[basis.plan])
