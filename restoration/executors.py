"""Many independent tasks on many processes, with one interface wherever they run.

An executor holds workers that each prepare once, for instance load a model, and then answer task
after task. `local_executor` has the one for this machine; one on a cluster keeps the same
promises:

* every task handed in gets exactly one outcome, in any order;
* a task that raises, or whose worker is lost, has an outcome with an error, and costs no other;
* tasks are drawn only as workers need them, so that there may be more than memory could hold.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from restoration.errors import RestorationError, WorkerLost

log = logging.getLogger(__name__)

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_WORKERS = 8
"""By default; each holds a model and what it computes with, one to two gigabytes."""
IN_HAND = 2
"""Tasks given to a worker at a time: one that runs, one so that it need not wait for the next."""
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RR_THREADS")
"""Read by torch, NumPy and the classical filters when a process starts."""


@dataclass(frozen=True)
class Outcome(Generic[Task, Result]):
    """What became of one task: a result, or the error in its place."""

    task: Task
    result: Result | None = None
    error: RestorationError | None = None


class Waiting(Generic[Task]):
    """Tasks that no worker has yet."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._returned: deque[Task] = deque()
        self._tasks = iter(tasks)

    def next(self) -> tuple[Task] | None:
        """The next task, wrapped since a task may be None; None when there are no more."""
        if self._returned:
            return (self._returned.popleft(),)
        for task in self._tasks:
            return (task,)
        return None

    def put_back(self, tasks: Iterable[Task]) -> None:
        """Let other workers have them, before any new one."""
        self._returned.extend(tasks)


class Executor(Protocol[Task, Result]):
    """Something that works off tasks."""

    @property
    def workers(self) -> int:
        """How many tasks run at one time."""
        ...

    def start(self) -> None:
        """Let the workers load and prepare now, while this process still does something else."""
        ...

    def submit(self, tasks: Iterable[Task]) -> Generator[Outcome[Task, Result], None, None]:
        """Work off `tasks`; outcomes come as they are ready. Closing the generator stops the work.

        Raises what preparing a worker raises, and WorkerLost when one ends while it prepares.
        """
        ...

    def close(self) -> None:
        """End the workers."""
        ...

    def __enter__(self) -> Self:
        """Use it in a `with` statement, so that it is closed."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        ...


def core_count() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_each(workers: int) -> int:
    """Threads for each of `workers` processes, so that all of them just fill the cores."""
    return max(1, core_count() // workers)


def answer_or_error(work: Callable[[Any], Any], task: Any) -> tuple[Any, RestorationError | None]:  # noqa: ANN401
    """What `work` makes of a task; an error in its place, logged if it was not foreseen."""
    try:
        return work(task), None
    except RestorationError as error:
        return None, error
    except MemoryError:
        return None, WorkerLost(
            "There is not enough memory for this task", remedy="Use fewer workers"
        )
    except Exception as error:
        log.exception("A task failed")
        return None, RestorationError(
            "The task failed for a reason that was not foreseen",
            actual=f"{type(error).__name__}: {error}",
        )
