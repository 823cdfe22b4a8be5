"""Có, Không, Không áp dụng, Đạt… in the spellings of people and programs; never the nearest, only a known one."""

from collections.abc import Mapping

from tasks.domain.cell import Raw, Refusal, Taken, listed, quoted
from tasks.domain.checklist import CHOICES, AnswerType, Item
from tasks.domain.old_letters import OldLetters, encoded
from tasks.domain.vietnamese import clean, fold, one_line

# Spellings without tones and capitals, by the place of their choice in the list; taken, but shown back.
YES, NO, NOT_APPLICABLE = 0, 1, -1
SPELLINGS: Mapping[str, int] = {
    # a tick of any kind
    **dict.fromkeys(("x", "v", "✓", "✔", "☑", "☒", "√", "✅", "[x]", "(x)"), YES),
    # a yes in words, polite or not, in English, as a program or a computer says it
    **dict.fromkeys(
        ("c", "y", "yes", "ok", "true", "1", "dung", "da", "roi", "da co", "co roi", "vang", "da roi"), YES
    ),
    # a no
    **dict.fromkeys(("k", "n", "no", "false", "0", "sai", "ko", "kh", "khg", "hong", "✗", "✘", "❌"), NO),
}
NOT_APPLICABLES = frozenset({"kad", "k.a.d", "khong ap dung", "n/a", "na", "khong thuoc dien ap dung"})
_POLITE = (" a", " nhe")
_LAST = ".!;,"


def read_choice(item: Item, raw: Raw) -> Taken:
    """One of the item's choices and a flag; raises Refusal."""
    choices = CHOICES[item.type]
    if isinstance(raw, bool):
        return _choice_of_program(item, raw)
    text = one_line(f"{raw:g}" if isinstance(raw, float) else str(raw))
    exact = next((choice for choice in choices if text.casefold() == choice.casefold()), "")
    if exact:
        return exact, ""
    found = _by_spelling(item, _plain(text))
    if found is None:
        raise Refusal(f"cần chọn {listed(choices)}, đang là “{quoted(text)}”")
    return choices[found], f"“{text}” được hiểu là “{choices[found]}”"


def _choice_of_program(item: Item, raw: bool) -> Taken:
    choices = CHOICES[item.type]
    if item.type is AnswerType.CO_KHONG:
        return choices[YES if raw else NO], ""
    choice = choices[0 if raw else 2]
    return choice, f"giá trị {'đúng' if raw else 'sai'} được hiểu là “{choice}”"


def _by_spelling(item: Item, spelling: str) -> int | None:
    choices = CHOICES[item.type]
    for place, choice in enumerate(choices):
        if spelling == fold(choice):
            return place
    if spelling in NOT_APPLICABLES:
        return NOT_APPLICABLE
    return SPELLINGS.get(spelling) if item.type is AnswerType.CO_KHONG else None


def _plain(text: str) -> str:
    """'Có ạ.' -> 'co'"""
    spelling = fold(text).rstrip(_LAST).strip()
    for ending in _POLITE:
        spelling = spelling.removesuffix(ending)
    return spelling


def _in_old_letters() -> Mapping[str, str]:
    """'Cã', 'Kh«ng ¸p dông', 'Ñaït': short words are recognised whole, for letter by letter they may be others."""
    words = {word for choices in CHOICES.values() for word in choices}
    spelt = [(made, word) for word in words for made in (word, word.upper(), word.lower())]
    return {encoded(made, old): word for made, word in spelt for old in OldLetters if not made.isascii()}


_OLD_SPELLINGS = _in_old_letters()


def from_old_letters(text: str) -> str:
    """The choice that a cell spells in the letters of an old font; '' if it spells none."""
    return _OLD_SPELLINGS.get(text.strip(), "") or _OLD_SPELLINGS.get(clean(text), "")
