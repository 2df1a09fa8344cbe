"""Waiting for the worker without holding a thread: the whole site answers with forty of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from restoration.errors import RestorationError, WorkerLost
from restoration.job import State, Work
from restoration.jobs import LocalPool

Result = TypeVar("Result")

PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.1


async def result_of(
    pool: LocalPool,
    work: Work,
    *arguments: Any,  # noqa: ANN401
    patience: float = PATIENCE_SECONDS,
) -> Any:  # noqa: ANN401
    """What the worker makes of `work`, as soon as it has.

    Raises what the work raises, TooLarge for a full queue, WorkerLost where the worker has not
    come to the end of it within `patience` seconds.
    """
    job = pool.submit(work, *arguments)
    deadline = time.monotonic() + patience
    is_late = False
    while not job.ended.is_set():
        await asyncio.sleep(LOOK_SECONDS)
        if not is_late and time.monotonic() > deadline:
            is_late = True
            pool.cancel(job.id)
    pool.forget(job.id)
    if job.state is State.DONE:
        return job.result
    too_busy = WorkerLost("The worker is busy with other jobs", remedy="Try again in a few minutes")
    raise too_busy if is_late or job.error is None else job.error


async def settled(waiting: Awaitable[Result]) -> Callable[[], Result]:
    """Wait, then give the outcome as a function: it gives the result or raises the refusal.

    So that a route which waits answers by the same functions as one that does not.
    """
    try:
        result = await waiting
    except RestorationError as error:
        refusal = error

        def refuse() -> Result:
            raise refusal

        return refuse
    return lambda: result
