"""How a simulated clerk answers one question of its form: by what is asked, and by the figures of its own unit."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from infra.sandbox.unit_facts import WORDS, Unit, shown, working_day, written
from tasks.domain.vietnamese import fold

NOT_APPLICABLE = "Không áp dụng"
RARELY = 0.08
SHOWN_WITH_PROOF = ("Có", "có", "Đạt", "Đạt một phần")


@dataclass(frozen=True)
class Question:
    """As it stands in the form: what is asked, under which condition, with which proof, and how to answer."""

    words: str
    how: str

    @property
    def asks(self) -> str:
        return self.words.partition("\n")[0]

    @property
    def condition(self) -> str:
        return next((line for line in self.words.splitlines() if line.startswith("Điều kiện:")), "")

    @property
    def proof(self) -> str:
        return next((line for line in self.words.splitlines() if line.startswith("Minh chứng:")), "")


@dataclass(frozen=True)
class Answer:
    value: str
    proof: str = ""
    note: str = ""


def answer(question: Question, unit: Unit, dice: random.Random, today: date) -> Answer:
    if question.condition and NOT_APPLICABLE in question.how and not _holds(question.condition, unit):
        why = _rule("condition", question.condition).get("note") or dice.choice(WORDS["notes"]["not_applicable"])
        return Answer(NOT_APPLICABLE, note=why)
    said = _said(question, unit, dice, today)
    return Answer(said.value, _proof(question, unit, dice, said.value), said.note)


def _holds(condition: str, unit: Unit) -> bool:
    """Whether the unit has such a thing at all; the same for each question of one condition."""
    rule = _rule("condition", condition)
    if "fact" in rule:
        return bool(unit.facts[rule["fact"]])
    dice = random.Random(f"{unit.facts['ten']}: {rule['asks'] or condition}")
    return dice.randrange(100) >= int(rule["chance"])


def _said(question: Question, unit: Unit, dice: random.Random, today: date) -> Answer:
    how = question.how
    if how.startswith("Chọn: Có"):
        return _yes_or_no(question, unit, dice)
    if how.startswith("Chọn"):
        weights = _rule("level", question.asks)["weights"]
        value = dice.choices(("Đạt", "Đạt một phần", "Không đạt"), weights)[0]
        return Answer(value, note="" if value == "Đạt" else dice.choice(WORDS["notes"]["partly"]))
    if how.startswith("Tỷ lệ"):
        return Answer(_of_fact_or_choice("rate", question, unit, dice))
    if how.startswith("Ngày"):
        return Answer(_day(question, unit, dice, today))
    if how.startswith("Số"):
        return _number(question, unit, dice)
    return Answer(_of_fact_or_choice("text", question, unit, dice))


def _yes_or_no(question: Question, unit: Unit, dice: random.Random) -> Answer:
    rule = next((one for one in WORDS["yes"] if fold(one["asks"]) in fold(question.asks)), None)
    if rule is not None:
        return Answer("Có" if unit.facts[rule["fact"]] else "Không")
    value = dice.choices(("Có", "có", "Không"), (84, 6, 10))[0]
    return Answer(value, note=dice.choice(WORDS["notes"]["no"]) if value == "Không" else "")


def _of_fact_or_choice(kind: str, question: Question, unit: Unit, dice: random.Random) -> str:
    rule = _rule(kind, question.asks, unit)
    if "fact" in rule:
        return shown(unit.facts[rule["fact"]])
    return unit.says(dice.choice(rule["say"] if "say" in rule else rule["kinds"][unit.kind]))


def _day(question: Question, unit: Unit, dice: random.Random, today: date) -> str:
    rule = _rule("day", question.asks, unit)
    if "fact" in rule:
        return str(unit.facts[rule["fact"]])
    if "recent" in rule:
        return written(working_day(dice, today - timedelta(rule["recent"]), today))
    first, last = (date.fromisoformat(f"{today.year}-{rule[end]}") for end in ("from", "to"))
    return written(working_day(dice, first, last))


def _number(question: Question, unit: Unit, dice: random.Random) -> Answer:
    rule = _rule("number", question.asks, unit)
    if "fact" in rule:
        return Answer(shown(unit.facts[rule["fact"]]))
    rarely = rule.get("rarely")
    if rarely and dice.random() < RARELY:
        return Answer(str(dice.randint(rarely["low"], rarely["high"])), note=rarely["note"])
    return Answer(str(dice.randint(rule["low"], rule["high"])))


def _proof(question: Question, unit: Unit, dice: random.Random, value: str) -> str:
    rule = next((one for one in WORDS["evidence"] if question.proof.startswith(one["asks"])), None)
    if rule is None or value not in SHOWN_WITH_PROOF or dice.random() < 0.3:
        return ""
    return unit.says(dice.choice(rule["say"]))


def _rule(kind: str, asked: str, unit: Unit | None = None) -> Mapping[str, Any]:
    """The first whose words stand in what is asked; one that names a figure, only for a unit that has such a figure."""
    folded = fold(asked)
    return next(
        one
        for one in WORDS[kind]
        if fold(one["asks"]) in folded and (unit is None or "fact" not in one or one["fact"] in unit.facts)
    )
