"""What stands beside an item that has no answer yet: it is kept, and printed again where it stood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

MOST_COLUMNS_NAMED = 4


@dataclass(frozen=True)
class Beside:
    """`elsewhere`: where it stood -> words in columns that ask for nothing."""

    item: str
    evidence: str = ""
    note: str = ""
    estimate: float | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> list[str]:
        named = {"Minh chứng": self.evidence, "Ghi chú": self.note, "Ước cả năm": self.estimate is not None}
        return [place for place, filled in named.items() if filled] + list(self.elsewhere)

    def after(self, older: "Beside | None") -> "Beside":
        """Field by field the newest, as with answers: what is left out now is not taken back."""
        if older is None:
            return self
        return replace(
            self,
            evidence=self.evidence or older.evidence,
            note=self.note or older.note,
            estimate=older.estimate if self.estimate is None else self.estimate,
            elsewhere={**older.elsewhere, **self.elsewhere},
        )


class _Kept(Protocol):
    """An answer, or the fault of one."""

    @property
    def item(self) -> str: ...
    @property
    def evidence(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def estimate(self) -> float | None: ...


def beside(one: _Kept) -> Beside:
    return Beside(one.item, one.evidence, one.note, one.estimate)


def only_beside(found: Iterable[Beside], answer_column: str) -> str:
    """What a unit is told whose words stand everywhere but in the column of the answers; '' where there are none."""
    counts: dict[str, int] = {}
    for place in (place for one in found for place in one.places):
        counts[place] = counts.get(place, 0) + 1
    if not counts:
        return ""
    most = sorted(counts.items(), key=lambda one: -one[1])[:MOST_COLUMNS_NAMED]
    named = ", ".join(f"cột “{place}” của {count} mục" for place, count in most)
    return (
        f"Có chữ ở {named} nhưng cột “{answer_column}” trống; hãy ghi câu trả lời vào cột “{answer_column}” rồi "
        "gửi lại. Chữ đã ghi được giữ trong phiếu gửi kèm."
    )
