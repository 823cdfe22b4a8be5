"""The question that stands beside a code: where it is another item's, nobody knows which of the two was answered.

Sorting some columns without the others does that. Words that are no question of the checklist prove nothing: programs
wrap them anew, clerks go on behind them, other editions put them differently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from infra.workbook.layout import Column
from infra.workbook.tables import Place
from tasks.domain.checklist import Item
from tasks.domain.vietnamese import fold

# A shorter one ("Ưu điểm") may begin any sentence of a clerk's: it counts where it stands alone in its line.
LEAST_LETTERS = 30


@dataclass(frozen=True)
class Questions:
    items: Sequence[Item]

    @cached_property
    def _folded(self) -> Mapping[str, Item]:
        return {fold(item.question): item for item in self.items}

    def other(self, item: Item, place: Place) -> Item | None:
        """The item whose question stands in this row instead of its own."""
        words = place.words(Column.QUESTION)
        whole, first = fold(words), fold(words.partition("\n")[0])
        if not whole or whole.startswith(fold(item.question)):
            return None
        return self._folded.get(first) or next(
            (
                one
                for question, one in self._folded.items()
                if len(question) >= LEAST_LETTERS and whole.startswith(question)
            ),
            None,
        )


def exchanged(item: Item, other: Item, place: Place) -> str:
    return (
        f"dòng {place.row} có mã {item.code} nhưng câu hỏi của mục {other.code} (ô {place.name(Column.QUESTION)}) nên "
        "không rõ là câu trả lời của mục nào; hãy sửa mã hoặc xếp lại dòng cho khớp rồi gửi lại"
    )
