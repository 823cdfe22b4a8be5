"""Templates that an office rewords lie in its data folder, under their own path, and win over the shipped ones.

What each was copied from lies beside it, so that an upgrade can say what the program changed and what the office did.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff
from pathlib import Path

from tasks.domain.errors import KiemtraError

OWN, ORIGIN = "mau", "goc"
KINDS = ("letters", "documents", "annexes")


def own_templates(folder: Path) -> Path:
    return folder / OWN


def chosen(name: str, templates: Path, own: Path | None) -> Path:
    """'letters/request/body.txt' -> the office's file where it has one, else the shipped one."""
    mine = own / name if own else None
    return mine if mine and mine.is_file() else templates / name


def own_names(own: Path) -> list[str]:
    found = (path.relative_to(own).as_posix() for kind in KINDS for path in (own / kind).rglob("*") if path.is_file())
    return sorted(name for name in found if not name.endswith("~"))


def take(name: str, templates: Path, own: Path) -> Path:
    """A copy to edit, and what it was copied from; raises KiemtraError."""
    source = templates / name
    if not name.startswith(tuple(f"{kind}/" for kind in KINDS)) or ".." in name or not source.is_file():
        raise KiemtraError(f"Không có mẫu “{name}”. Xem tên các mẫu: kiemtra templates list")
    if (own / name).exists():
        raise KiemtraError(f"Cơ quan đã có mẫu {own / name}; hãy sửa tệp ấy.")
    for target in (own / ORIGIN / name, own / name):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    return own / name


def shipped_has_changed(name: str, templates: Path, own: Path) -> bool:
    return _text(own / ORIGIN / name) != _text(templates / name)


def changes(name: str, templates: Path, own: Path) -> tuple[list[str], list[str], list[int]]:
    """What the program changed since the copy, what the office did (unified diffs), and lines of the origin that both
    touched (counted from 1)."""
    origin, shipped, mine = (_text(file) for file in (own / ORIGIN / name, templates / name, own / name))
    both = sorted(set(_touched(origin, shipped)) & set(_touched(origin, mine)))
    return _diff(origin, shipped), _diff(origin, mine), both


def _text(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8-sig").splitlines() if file.is_file() else []


def _diff(old: list[str], new: list[str]) -> list[str]:
    return [line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++"))]


def _touched(old: list[str], new: list[str]) -> Iterator[int]:
    for tag, start, end, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from range(start + 1, max(end, start + 1) + 1)
