"""Text as Excel takes it: counted in units of UTF-16, of which a smiley takes two; and text that shall stay text."""

from typing import Any

# What begins so is made something else as soon as somebody presses F2 and Enter in its cell: a formula, a number, a
# day; of an apostrophe nothing is left.
_BEGINS_ANEW = frozenset("=+-@'\t\r\n＝＋－＠")
LONGEST_IN_TEXT_FORMAT = 255  # beyond it Excel shows ##### in a cell of this format


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int) -> str:
    """At most so many characters, and none halved."""
    if len(text) * 2 <= most:
        return text
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def begins_anew(text: str) -> bool:
    return bool(text) and (text[0] in _BEGINS_ANEW or text[0].isdigit())


def keep_as_text(cell: Any, text: str = "") -> None:
    """As Excel marks what was typed behind an apostrophe (ECMA-376, 18.8.45); its value is the text and nothing else.

    Programs that do not know the mark know the format.
    """
    cell.data_type = "s"
    cell.quotePrefix = True
    if len(text) <= LONGEST_IN_TEXT_FORMAT:
        cell.number_format = "@"
