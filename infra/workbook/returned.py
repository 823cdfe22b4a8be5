"""What a returned form points at: the cells to correct, the items still unanswered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.domain.checklist import Fault, Form

_LETTERS = re.compile(r"([A-Z]+)\d+$")


@dataclass(frozen=True)
class Marks:
    answers: Mapping[str, Fault]
    estimates: Mapping[str, Fault]
    missing: frozenset[str]
    summary: str = ""

    def faults(self, code: str) -> list[Fault]:
        return [place[code] for place in (self.answers, self.estimates) if code in place]


NOTHING_MARKED = Marks({}, {}, frozenset())


def marks(form: Form, estimate_letter: str) -> Marks:
    """A form that was never answered points at nothing."""
    if not form.accepted and not form.faults and not form.beside:
        return NOTHING_MARKED
    asked = {item.code for item in form.checklist.items}
    answers: dict[str, Fault] = {}
    estimates: dict[str, Fault] = {}
    for fault in form.faults:
        beside = fault.item in asked and _is_on_estimate(form, fault, estimate_letter)
        place = estimates if beside else answers
        place.setdefault(fault.item, fault)
    required = {item.code for item in form.checklist.items if item.required}
    missing = frozenset(required - form.accepted.keys() - answers.keys())
    return Marks(answers, estimates, missing, _summary(len(answers) + len(estimates), len(missing)))


def _is_on_estimate(form: Form, fault: Fault, estimate_letter: str) -> bool:
    letters = _LETTERS.search(fault.cell)
    return fault.of_estimate or (form.asks_estimate and bool(letters and letters[1] == estimate_letter))


def _summary(wrong: int, missing: int) -> str:
    parts = [f"{wrong} ô cần sửa (ô màu đỏ)"] if wrong else []
    parts += [f"{missing} mục chưa trả lời (ô màu vàng)"] if missing else []
    return "Phiếu gửi lại: " + (f"còn {', '.join(parts)}" if parts else "đã đủ, không còn ô nào cần sửa")
