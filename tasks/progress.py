"""A progress bar in Prefect's window for work that takes long; nothing at all for work that does not."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T")
LONG = 50
STEPS = 20


def _is_in_a_task_run() -> bool:
    """Whoever has not imported Prefect is in none, and need not import it to know."""
    if "prefect.context" not in sys.modules:
        return False
    from prefect.context import TaskRunContext

    return TaskRunContext.get() is not None


class Progress:
    """Counts items; shows itself from `LONG` items on, every twentieth part, and only inside a task run."""

    def __init__(self, words: str, total: int) -> None:
        self._words, self._total, self._done = words, total, 0
        self._shown = total >= LONG and _is_in_a_task_run()
        self._step = max(1, total // STEPS)
        self._artifact: UUID | None = None

    def _due(self, count: int) -> bool:
        before, self._done = self._done, min(self._done + count, self._total)
        return self._shown and (before // self._step != self._done // self._step or self._done == self._total)

    @property
    def _percent(self) -> float:
        return 100 * self._done / self._total

    def advance(self, count: int = 1) -> None:
        if not self._due(count):
            return
        from prefect.artifacts import create_progress_artifact, update_progress_artifact

        if self._artifact is None:
            made: Any = create_progress_artifact(self._percent, description=self._description)
            self._artifact = made  # outside an event loop it is the id, and no coroutine
        else:
            update_progress_artifact(self._artifact, self._percent, description=self._description)

    async def aadvance(self, count: int = 1) -> None:
        if not self._due(count):
            return
        from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

        if self._artifact is None:
            self._artifact = await acreate_progress_artifact(self._percent, description=self._description)
        else:
            await aupdate_progress_artifact(self._artifact, self._percent, description=self._description)

    @property
    def _description(self) -> str:
        return f"{self._words}: {self._done}/{self._total}"


def watched(words: str, items: Sequence[T]) -> Iterable[T]:
    """The items, with their progress shown as they are taken."""

    def walk() -> Iterator[T]:
        progress = Progress(words, len(items))
        for item in items:
            yield item
            progress.advance()

    return walk()
