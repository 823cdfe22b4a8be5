"""What came with a mail and is no form that can be read: named to whoever sent it, and to whoever looks at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.domain.file_kind import KIND_NAMES, PICTURES

MOST_NAMED = 5
NAMELESS = "(không tên)"


@dataclass(frozen=True)
class Came:
    """`why` it is not read, and what its sender should do; `kind` is a key of KIND_NAMES, or empty.

    `was_form`: it is called, or packed, like a workbook.
    """

    name: str
    why: str
    kind: str = ""
    was_form: bool = False

    @property
    def named(self) -> str:
        """'IMG_0042.HEIC (ảnh HEIC của điện thoại)'."""
        kind = KIND_NAMES.get(self.kind, "")
        return f"{self.name or NAMELESS} ({kind})" if kind else self.name or NAMELESS


def told_instead(came: Sequence[Came]) -> str:
    """To the unit, in the place of its form: every file by its name, those of one kind in one sentence."""
    names: dict[str, list[str]] = {}
    for one in came:
        names.setdefault(one.why, []).append(f"“{one.name or NAMELESS}”")
    return " ".join(_sentence(f"Tệp {_listed(of_kind)}: {why}") for why, of_kind in names.items())


def told_beside(came: Sequence[Came]) -> list[str]:
    """To the unit, beside its form: nothing of them is lost, and nothing of them is read."""
    kept = [one.named for one in came if one.kind not in _NOTHING_INSIDE]
    empty = [one.named for one in came if one.kind in _NOTHING_INSIDE]
    lines = [f"Tệp gửi kèm {_listed(kept)} đã được lưu cùng thư; chương trình không đọc nội dung"] if kept else []
    return lines + ([f"Tệp gửi kèm {_listed(empty)} không có nội dung; hãy gửi lại tệp đó"] if empty else [])


def shows_pages(came: Sequence[Came]) -> bool:
    """Whether a person sees by the eye what a program cannot read."""
    return any(one.kind in PICTURES for one in came)


_NOTHING_INSIDE = frozenset({"empty", "empty_archive"})


def _listed(names: Sequence[str]) -> str:
    more = f" và {len(names) - MOST_NAMED} tệp khác" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
