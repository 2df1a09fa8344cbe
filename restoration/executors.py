"""Many independent tasks on many processes, with one interface wherever they run.

An executor holds workers that each prepare once, for instance load a model, and then answer task
after task. `local_executor` has the one for this machine; one on a cluster keeps the same
promises:

* every task handed in gets exactly one outcome, in any order;
* a task that raises, or whose worker is lost, has an outcome with an error, and costs no other;
* tasks are drawn only as workers need them, so that there may be more than memory could hold.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from restoration.errors import RestorationError

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_WORKERS = 8
"""By default; each holds a model and what it computes with, one to two gigabytes."""


@dataclass(frozen=True)
class Outcome(Generic[Task, Result]):
    """What became of one task: a result, or the error in its place."""

    task: Task
    result: Result | None = None
    error: RestorationError | None = None


class Executor(Protocol[Task, Result]):
    """Something that works off tasks."""

    @property
    def workers(self) -> int:
        """How many tasks run at one time."""
        ...

    def submit(self, tasks: Iterable[Task]) -> Generator[Outcome[Task, Result], None, None]:
        """Work off `tasks`; outcomes come as they are ready. Closing the generator stops the work.

        Raises what preparing a worker raises, and WorkerLost when one ends while it prepares.
        """
        ...

    def close(self) -> None:
        """End the workers."""
        ...


def core_count() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_each(workers: int) -> int:
    """Threads for each of `workers` processes, so that all of them just fill the cores."""
    return max(1, core_count() // workers)
