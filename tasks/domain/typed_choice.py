"""Có, Không, Không áp dụng, Đạt… in the spellings of people and programs; never the nearest, only a known one."""

from collections.abc import Mapping
from functools import lru_cache

from tasks.domain.cell import Raw, Refusal, Taken, listed, quoted
from tasks.domain.checklist import CHOICES, AnswerType, Item, choices_of
from tasks.domain.old_letters import OldLetters, encoded
from tasks.domain.vietnamese import fold, narrowed, one_line

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
    **dict.fromkeys(
        ("k", "n", "no", "false", "0", "sai", "ko", "kh", "khg", "hong", "khong co", "ko co", "✗", "✘", "❌"), NO
    ),
}
# How far an item is met, in other words than those of the list.
LEVELS: Mapping[str, int] = {
    "dat yeu cau": 0,
    **dict.fromkeys(("dat 1 phan", "dat (mot phan)", "mot phan", "1 phan"), 1),
    **dict.fromkeys(("chua dat", "ko dat", "k dat", "khong dat yeu cau", "chua dat yeu cau"), 2),
}
_NUMERALS: Mapping[str, str] = {"mot": "1", "hai": "2", "ba": "3", "bon": "4", "nam": "5"}
NOT_APPLICABLES = frozenset({"kad", "k.a.d", "khong ap dung", "n/a", "na", "khong thuoc dien ap dung"})
# Of an item that is asked where something has come about: nothing has.
_NOT_COME_ABOUT = frozenset({"khong phat sinh", "khong co phat sinh", "chua phat sinh"})
FITS_EVERYBODY = "mục này áp dụng cho mọi đơn vị nên không có “Không áp dụng”"
_POLITE = (" a", " nhe")
_LAST = ".!;,"


def read_choice(item: Item, raw: Raw) -> Taken:
    """One of the item's choices and a flag; raises Refusal."""
    choices = choices_of(item)
    if isinstance(raw, bool) and item.type in CHOICES:
        return _choice_of_program(item, raw)
    text = one_line(f"{raw:g}" if isinstance(raw, float) else str(raw))
    exact = next((choice for choice in choices if text.casefold() == choice.casefold()), "")
    if exact:
        return exact, ""
    found = _by_spelling(item, _plain(item, text))
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
    for place, choice in enumerate(choices_of(item)):
        if spelling == fold(choice):
            return place
    if spelling in NOT_APPLICABLES and item.type in CHOICES:
        if not item.condition:
            raise Refusal(f"{FITS_EVERYBODY}; hãy chọn {listed(choices_of(item))}")
        return NOT_APPLICABLE
    if item.condition and spelling in _NOT_COME_ABOUT and item.type in CHOICES:
        return NOT_APPLICABLE
    if item.type is AnswerType.CHON:
        return _by_numeral_or_initials(item, spelling)
    return _SPELLINGS_OF.get(item.type, {}).get(spelling)


def _by_numeral_or_initials(item: Item, spelling: str) -> int | None:
    """'1 nơi', 'TB': where no other choice could be written so."""
    choices = [fold(choice) for choice in choices_of(item)]
    spelt = [{_with_numerals(choice), *([_initials(choice)] if " " in choice else [])} for choice in choices]
    fitting = [place for place, forms in enumerate(spelt) if _with_numerals(spelling) in forms]
    return fitting[0] if len(fitting) == 1 else None


def _with_numerals(spelling: str) -> str:
    return " ".join(_NUMERALS.get(word, word) for word in spelling.split())


def _initials(spelling: str) -> str:
    return "".join(word[0] for word in spelling.split())


def _plain(item: Item, text: str) -> str:
    """'Có ạ.' -> 'co'"""
    spelling = fold(narrowed(text)).rstrip(_LAST).strip()
    for ending in _POLITE if item.type in CHOICES else ():
        spelling = spelling.removesuffix(ending)
    return spelling


_SPELLINGS_OF: Mapping[AnswerType, Mapping[str, int]] = {AnswerType.CO_KHONG: SPELLINGS, AnswerType.MUC: LEVELS}


def from_old_letters(text: str, choices: tuple[str, ...]) -> str:
    """'Cã', 'Kh«ng ¸p dông', 'Ñaït': short words are recognised whole, for letter by letter they may be others."""
    if text.isascii() or text in choices:
        return ""
    return _old_spellings(choices).get(text.strip(), "")


@lru_cache(maxsize=256)
def _old_spellings(choices: tuple[str, ...]) -> Mapping[str, str]:
    spelt = [(made, choice) for choice in choices for made in (choice, choice.upper(), choice.lower())]
    return {encoded(made, old): choice for made, choice in spelt for old in OldLetters if not made.isascii()}
