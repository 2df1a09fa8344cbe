"""Tasks on a Ray cluster, with the promises of every executor.

Ray is an extra (requirements-ray.txt) and imported when it is asked for. Each worker is an actor
that prepares once and keeps what it loaded; tasks that come model by model are answered so, and
an actor loads each model once. Every node must have this project, the images and the weights at
the same paths, as a shared file system gives. A node may be lost: its tasks go to other actors.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic

from restoration.closing import ClosedAfterUse
from restoration.errors import RestorationError, UsageError, WorkerLost
from restoration.executors import (
    IN_HAND,
    THREAD_SETTINGS,
    Outcome,
    Result,
    Task,
    Waiting,
    answer_or_error,
)

PROJECT = Path(__file__).parents[1]
MOST_LOSSES = 3
"""A task whose worker was lost so often is taken to be the cause."""
INSTALL = "pip install -r requirements-ray.txt"


class RayExecutor(ClosedAfterUse, Generic[Task, Result]):
    """Actors on the cluster of RAY_ADDRESS, or on one of this machine that ends with the process.

    `prepare` is called once in every actor. Use it in a `with` statement.
    """

    def __init__(
        self,
        prepare: Callable[[], Callable[[Task], Result]],
        workers: int | None = None,
        threads: int = 1,
        gpus: int = 0,
    ) -> None:
        """`workers`: actors; None takes as many as there is room for at the start.

        threads, gpus: of each. Raises UsageError where Ray is not installed, cannot be reached,
        or has no room for a single actor.
        """
        self._ray = _connected()
        room = _room(self._ray, threads, gpus)
        self.workers = room if workers is None else workers
        self._prepare = prepare
        self._threads = threads
        self._gpus = gpus
        self._staff: list[_Hired[Task]] = []

    def start(self) -> None:
        """Let the actors load and prepare now."""
        while len(self._staff) < self.workers:
            self._staff.append(self._hire())

    def submit(self, tasks: Iterable[Task]) -> Generator[Outcome[Task, Result], None, None]:
        """See `Executor.submit`. A task whose node is lost is done again elsewhere."""
        waiting = Waiting(_Held(task) for task in tasks)
        self.start()
        try:
            while self._hand_out(waiting):
                for hired in self._that_spoke():
                    outcome = self._heard(hired, waiting)
                    if outcome is not None:
                        yield outcome
        finally:
            self._dismiss([hired for hired in self._staff if hired.in_hand])

    def close(self) -> None:
        """End the actors; the cluster stays."""
        self._dismiss(list(self._staff))

    def _hire(self) -> _Hired[Task]:
        environment = dict.fromkeys(THREAD_SETTINGS, str(self._threads))
        paths = (str(PROJECT), os.environ.get("PYTHONPATH", ""))
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        actor = (
            self._ray.remote(_Actor)
            .options(
                num_cpus=self._threads,
                num_gpus=self._gpus,
                scheduling_strategy="SPREAD",
                runtime_env={"env_vars": environment},
            )
            .remote(self._prepare)
        )
        return _Hired(actor, actor.prepare.remote())

    def _hand_out(self, waiting: Waiting[_Held[Task]]) -> bool:
        """Give every prepared actor what it can hold; False once nothing is left to wait for."""
        for depth in range(1, IN_HAND + 1):
            for hired in self._staff:
                if hired.preparing is None and len(hired.in_hand) < depth:
                    held = waiting.next()
                    if held is None:
                        return any(each.in_hand for each in self._staff)
                    reference = hired.actor.answer.remote(held[0].task)
                    hired.in_hand.append((held[0], reference))
        return True

    def _that_spoke(self) -> list[_Hired[Task]]:
        listening = {hired.reference(): hired for hired in self._staff if hired.is_busy}
        ready, _ = self._ray.wait(list(listening), num_returns=1)
        return [listening[reference] for reference in ready]

    def _heard(
        self, hired: _Hired[Task], waiting: Waiting[_Held[Task]]
    ) -> Outcome[Task, Result] | None:
        try:
            said = self._ray.get(hired.reference())
        except self._ray.exceptions.RayError as lost:
            return self._lost(hired, waiting, lost)
        if hired.preparing is not None:
            hired.preparing = None
            if isinstance(said, RestorationError):
                raise said
            return None
        result, error = said
        return Outcome(hired.in_hand.popleft()[0].task, result, error)

    def _lost(
        self, hired: _Hired[Task], waiting: Waiting[_Held[Task]], error: Exception
    ) -> Outcome[Task, Result] | None:
        """Hand a lost actor's tasks to others, and hire another where there is room for one."""
        self._dismiss([hired])
        told = WorkerLost(
            "The worker on the cluster was lost before the task was done",
            actual=str(error).splitlines()[0][:200],
            remedy="If memory was short, use fewer workers or a lighter model",
        )
        if hired.preparing is not None and not self._staff:
            raise told
        self._staff.append(self._hire())
        if not hired.in_hand:
            return None
        begun, *untouched = [held for held, _ in hired.in_hand]
        waiting.put_back(untouched)
        begun.losses += 1
        if begun.losses < MOST_LOSSES:
            waiting.put_back([begun])
            return None
        return Outcome(begun.task, error=told)

    def _dismiss(self, leaving: list[_Hired[Task]]) -> None:
        for hired in leaving:
            self._staff.remove(hired)
            self._ray.kill(hired.actor)


@dataclass
class _Held(Generic[Task]):
    """A task, and how many workers were lost over it."""

    task: Task
    losses: int = 0


@dataclass
class _Hired(Generic[Task]):
    """An actor, and the tasks it was given, in the order in which it answers."""

    actor: Any
    preparing: Any
    """What to wait for until it is prepared; then None."""
    in_hand: deque[tuple[_Held[Task], Any]] = field(default_factory=deque)

    @property
    def is_busy(self) -> bool:
        return self.preparing is not None or bool(self.in_hand)

    def reference(self) -> Any:  # noqa: ANN401
        """The answer that comes next."""
        return self.in_hand[0][1] if self.preparing is None else self.preparing


class _Actor:
    """A worker's life on a node."""

    def __init__(self, prepare: Callable[[], Callable[[Any], Any]]) -> None:
        self._prepare = prepare
        self._work: Callable[[Any], Any] | None = None

    def prepare(self) -> RestorationError | None:
        """Load what tasks need; the error in place of raising it, so that it arrives whole."""
        try:
            self._work = self._prepare()
        except RestorationError as error:
            return error
        return None

    def answer(self, task: Any) -> tuple[Any, RestorationError | None]:  # noqa: ANN401
        """One task."""
        assert self._work is not None, "a worker prepares before it is given tasks"
        return answer_or_error(self._work, task)


def _connected() -> Any:  # noqa: ANN401
    """The module, connected to a cluster; nothing is reported to its makers."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError:
        raise UsageError(
            "Ray is not installed", expected="the extra for clusters", remedy=f"Run: {INSTALL}"
        ) from None
    if not ray.is_initialized():
        try:
            ray.init(
                address=os.environ.get("RAY_ADDRESS"),
                include_dashboard=None if os.environ.get("RAY_ADDRESS") else False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise UsageError(
                "The Ray cluster cannot be reached",
                actual=f"{os.environ.get('RAY_ADDRESS', 'on this machine')}: {error}"[:300],
                expected="the address of a running cluster in RAY_ADDRESS, or none",
            ) from error
    return ray


def _room(ray: Any, threads: int, gpus: int) -> int:  # noqa: ANN401
    """How many actors fit."""
    there = ray.cluster_resources()
    fits = [int(there.get("CPU", 0) // threads)]
    if gpus:
        fits.append(int(there.get("GPU", 0) // gpus))
    if min(fits) < 1:
        raise UsageError(
            "The Ray cluster has no room for a worker",
            actual=f"{there.get('CPU', 0):g} CPUs, {there.get('GPU', 0):g} GPUs",
            expected=f"{threads} CPUs and {gpus} GPUs or more",
        )
    return min(fits)
