"""Clocks and scales: seconds of a block, peak memory of a family of processes, a line with a ratio."""

import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")


class Seconds:
    value = 0.0


@contextmanager
def seconds() -> Iterator[Seconds]:
    spent = Seconds()
    start = time.perf_counter()
    try:
        yield spent
    finally:
        spent.value = time.perf_counter() - start


def own_peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(what: str, count: int, ours: float, bare: float) -> None:
    """Rates of ours and of the bare reference, and how much of the bare rate ours reaches."""
    print(f"{what:<42} {count / ours:>9.1f}/s   bare {count / bare:>9.1f}/s   ratio {bare / ours:>6.2f}", flush=True)


def in_turns(sides: Mapping[str, Callable[[], T]], rounds: int) -> Mapping[str, list[T]]:
    """What each side says it took, round by round: whatever slows the machine for a while slows all of them."""
    found: dict[str, list[T]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measured in sides.items():
            found[name].append(measured())
    return found


def compare_in_turns(what: str, ours: Sequence[float], bare: Sequence[float]) -> None:
    """Seconds a piece, round by round -> rates and ratio of the medians, and between what the ratio of a round lay."""
    ratios = [theirs / mine for mine, theirs in zip(ours, bare, strict=True)]
    mine, theirs = median(ours), median(bare)
    rates = f"{1 / mine:>9.1f}/s   bare {1 / theirs:>9.1f}/s   ratio {theirs / mine:>6.2f}"
    print(f"{what:<42} {rates} ({min(ratios):.1f} to {max(ratios):.1f})", flush=True)


def family_memory_mb(root: int) -> dict[str, float]:
    """Resident memory now of a process and its descendants, by what they are."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    memory: dict[str, float] = {}
    todo = [root]
    while todo:
        pid = todo.pop()
        todo += parents.get(pid, [])
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
        name = "prefect server" if "prefect_app" in words else "kiemtra" if "flows" in words else "other"
        memory[name] = memory.get(name, 0.0) + pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
    return memory
