"""Several cells of one cause, named once: 'E12, E13, E14 và 9 ô khác'."""

from collections.abc import Sequence

MOST_CELLS = 4


def cells_words(names: Sequence[str]) -> str:
    """The sheet is said where it changes: 'Bảng II!G7, G8'."""
    words, sheet = [], ""
    names = list(dict.fromkeys(names))
    for name in names[:MOST_CELLS]:
        own, mark, address = name.rpartition("!")
        words.append(address if mark and own == sheet else name)
        sheet = own
    more = len(names) - MOST_CELLS
    return ", ".join(words) + (f" và {more} ô khác" if more > 0 else "")
