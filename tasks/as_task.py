"""A verb as a Prefect task. Prefect is imported when a flow calls the first one: it takes as long to import as most
commands take for all they do, and a command that only reads or writes rows needs none of it."""

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Verb(Generic[P, R]):
    """Called by a flow, a task run; `fn` is the plain function."""

    def __init__(self, fn: Callable[P, R], options: dict[str, Any]) -> None:
        self.fn, self._options = fn, options
        update_wrapper(self, fn)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._task(*args, **kwargs)

    @cached_property
    def _task(self) -> Callable[P, R]:
        from prefect import task
        from prefect.cache_policies import NO_CACHE

        made: Callable[P, R] = task(cache_policy=NO_CACHE, **self._options)(self.fn)
        return made


def task(**options: Any) -> Callable[[Callable[P, R]], Verb[P, R]]:
    """`options` of Prefect's own decorator; what a task returns is never cached."""
    return lambda fn: Verb(fn, options)
