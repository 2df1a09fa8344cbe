"""Which executor: this machine's processes, or a cluster."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from restoration.errors import OutOfRange
from restoration.executors import (
    MOST_WORKERS,
    Executor,
    Result,
    Task,
    core_count,
    threads_each,
)
from restoration.local_executor import LocalExecutor


class Engine(Enum):
    """Where tasks run."""

    LOCAL = "local"
    RAY = "ray"


ENGINES = tuple(engine.value for engine in Engine)


class Staffing:
    """How many workers of how many threads; on a cluster, one thread each unless told."""

    def __init__(self, engine: Engine, workers: int | None, on_accelerator: bool) -> None:
        """`workers`: None takes one for each core, or one in all where there is an accelerator.

        Raises OutOfRange for fewer than one.
        """
        if workers is not None and workers < 1:
            raise OutOfRange(
                "The number of workers is out of range",
                actual=str(workers),
                expected="1 or more",
            )
        self.engine = engine
        self.gpus = int(on_accelerator and engine is Engine.RAY)
        if engine is Engine.RAY:
            self.workers, self.threads = workers, 1
        else:
            most = 1 if on_accelerator else min(core_count(), MOST_WORKERS)
            self.workers = workers or most
            self.threads = threads_each(self.workers)

    def executor(self, prepare: Callable[[], Callable[[Task], Result]]) -> Executor[Task, Result]:
        """An executor for a `with` statement; raises UsageError where a cluster is not there."""
        if self.engine is Engine.RAY:
            from restoration.ray_executor import RayExecutor

            return RayExecutor(prepare, self.workers, self.threads, self.gpus)
        assert self.workers is not None, "a local number of workers is always known"
        return LocalExecutor(prepare, self.workers, self.threads)
