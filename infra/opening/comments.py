"""What lies over the cells of an Excel sheet: notes as ever, the threads of newer programs, pictures and boxes."""

import re
from collections.abc import Mapping

from infra.opening.book import Sheet, column_number
from infra.opening.guard import Parts
from infra.opening.xml import Element, attribute, local, named, root_of, unescaped

LONGEST_WORDS = 200
_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def read_comments(parts: Parts, targets: Mapping[str, tuple[str, str]], sheet: Sheet) -> None:
    """`targets`: the parts that belong to the sheet. Under a thread stands a note that says it is one: not read."""
    read = {"threadedComment": dict[str, list[str]](), "comments": dict[str, list[str]]()}
    for kind, name in targets.values():
        if kind in read and name in parts.names:
            for one in named(root_of(parts.xml(name)), "comment", "threadedComment"):
                read[kind].setdefault(attribute(one, "ref"), []).append(_words(one))
    for reference, words in {**read["comments"], **read["threadedComment"]}.items():
        if found := _REFERENCE.fullmatch(reference):
            sheet.comment(int(found[2]), column_number(found[1]), "\n".join(words))


def picture_words(parts: Parts, targets: Mapping[str, tuple[str, str]]) -> str | None:
    """The words in what is drawn over the cells; None where nothing is, for programs leave empty drawings behind."""
    drawn = [root_of(parts.xml(name)) for kind, name in targets.values() if kind == "drawing" and name in parts.names]
    if not any(_ANCHORS.intersection(map(local, root)) for root in drawn):
        return None
    return " ".join(one.text or "" for root in drawn for one in named(root, "t"))[:LONGEST_WORDS].strip()


def _words(comment: Element) -> str:
    """A note has runs of text, a thread one text; without the reading aids of East Asian scripts (rPh)."""
    text = next((child for child in comment if local(child) == "text"), None)
    if text is None:
        return ""
    runs = [one.text or "" for one in named(text, "t") if local(one.getparent()) != "rPh"]
    return unescaped("".join(runs) or (text.text or "").strip())
