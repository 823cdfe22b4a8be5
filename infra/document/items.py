"""One item over all its units, as a sentence: a question turned into a statement with its figure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from tasks.domain.assignment import AssignmentState
from tasks.domain.checklist import CHOICES, NOT_APPLICABLE, AnswerType, Checklist
from tasks.domain.results.facts import AssignmentFact
from tasks.domain.results.items import ItemTally, Share
from tasks.domain.rounding import rounded
from tasks.domain.vietnamese import number_text, one_line, percent_text

# Adding up durations or shares says nothing; those are given as a mean.
NOT_SUMMED = frozenset({"%", "ngày", "ngày làm việc", "giờ", "tháng", "năm"})
_EXPLANATION = re.compile(r"\s*\([^()]*\)\?$")
_WHICH_LEVEL = re.compile(r"\s+(?:ở|đạt) mức nào\b")
_YES_OR_NO = re.compile(r"\s+không\?$")
_HOW_MANY = re.compile(r"bao nhiêu(?: phần trăm)?", re.IGNORECASE)


@dataclass(frozen=True)
class ChoiceWords:
    """A yes/no or level item: how many units said the good word, of those it applies to."""

    code: str
    statement: str
    basis: str
    word: str
    yes: int
    applicable: int
    not_applicable: int
    flagged: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.yes, self.applicable)

    @property
    def share(self) -> str:
        return percent_text(self.yes, self.applicable)


@dataclass(frozen=True)
class NumberWords:
    code: str
    statement: str
    basis: str
    units: int
    lowest: str
    highest: str
    not_applicable: int
    flagged: int
    is_mean: bool
    is_percent: bool
    share: str
    """Of all units together, where they gave what it is a share of; a mean of their shares is none."""
    estimate: str


def using(checklist: Checklist, parts: Iterable[AssignmentFact]) -> list[AssignmentFact]:
    """The parts that owed an answer to exactly this checklist."""
    key = (checklist.code, checklist.version)
    asked = (part for part in parts if part.state is not AssignmentState.EXEMPT)
    return [part for part in asked if (part.checklist.code, part.checklist.version) == key]


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def summed(item: ItemTally) -> bool:
    return item.type in (AnswerType.SO, AnswerType.SO_THAP_PHAN) and item.unit not in NOT_SUMMED


def positive(item: ItemTally) -> tuple[int, int]:
    """How many said the best word of the scale, and to how many the item applies."""
    good = CHOICES[item.type][0]
    return item.choices[good], sum(item.choices.values()) - item.choices[NOT_APPLICABLE]


def choice_words(tallies: Iterable[ItemTally]) -> Iterator[ChoiceWords]:
    for item in tallies:
        if item.type in CHOICES and positive(item)[1]:
            yes, applicable = positive(item)
            yield ChoiceWords(
                code=item.code,
                statement=asserted(item.question),
                basis=item.basis,
                word=CHOICES[item.type][0],
                yes=yes,
                applicable=applicable,
                not_applicable=item.choices[NOT_APPLICABLE],
                flagged=item.flagged,
            )


def number_words(tallies: Iterable[ItemTally]) -> Iterator[NumberWords]:
    for item in tallies:
        if item.total is None or item.lowest is None or item.highest is None or item.mean is None:
            continue
        figure = number_text(item.total) if summed(item) else f"bình quân {number_text(rounded(item.mean, 1))}"
        yield NumberWords(
            code=item.code,
            statement=_told_number(item, figure),
            basis=item.basis,
            units=item.numbers,
            lowest=number_text(item.lowest),
            highest=number_text(item.highest),
            not_applicable=item.not_applicable,
            flagged=item.flagged,
            is_mean=not summed(item),
            is_percent=item.type is AnswerType.TY_LE,
            share=_share_words(item.share),
            estimate=_estimate_words(item),
        )


def estimate(item: ItemTally) -> Fraction | None:
    """What is not added up (days, shares) is estimated as a mean, like its figure so far."""
    if item.estimated is None or summed(item):
        return item.estimated
    return item.estimated / item.estimates


def _estimate_words(item: ItemTally) -> str:
    figure = estimate(item)
    if figure is None:
        return ""
    mean = "" if summed(item) else "bình quân "
    return f"{mean}{number_text(rounded(figure, 1))} {item.unit} (theo {item.estimates} đơn vị có ước)"


def _share_words(share: Share | None) -> str:
    if share is None:
        return ""
    of = f"{number_text(share.part)}/{number_text(share.whole)}"
    return f"{of} ({number_text(100 * share.part / share.whole, 1)}%) theo số liệu của {share.units} đơn vị"


def asserted(question: str) -> str:
    """'A có làm B không?' -> 'A có làm B'; 'Việc C ở mức nào?' -> 'Việc C'."""
    bare = _EXPLANATION.sub("?", one_line(question))
    return _YES_OR_NO.sub("", _WHICH_LEVEL.sub("", bare)).rstrip("? ")


def _told_number(item: ItemTally, figure: str) -> str:
    """'… đã tổ chức bao nhiêu cuộc?' -> '… đã tổ chức 123 cuộc'; other questions stand before their figure."""
    bare = _EXPLANATION.sub("?", one_line(item.question)).rstrip("? ")
    percent = "%" if item.type is AnswerType.TY_LE else ""
    told, times = _HOW_MANY.subn(figure + percent, bare, count=1)
    if times:
        return sentence_case(told)
    return f"{bare}: {figure}{percent}" + ("" if percent else f" {item.unit}")
