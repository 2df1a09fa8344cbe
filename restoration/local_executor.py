"""Tasks on processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, Generic

from restoration.closing import ClosedAfterUse
from restoration.errors import RestorationError, WorkerLost
from restoration.executors import (
    IN_HAND,
    THREAD_SETTINGS,
    Outcome,
    Result,
    Task,
    Waiting,
    answer_or_error,
)
from restoration.parent_death import end_with_parent

_READY = "ready"


class LocalExecutor(ClosedAfterUse, Generic[Task, Result]):
    """Processes on this machine, started when tasks come or before, and kept until closed.

    `prepare` is called once in every worker and gives the function that answers tasks. Tasks
    travel through a pipe and must be small: names of files, not pixels. Use it in a `with`
    statement; the processes end with this one in any case.
    """

    def __init__(
        self, prepare: Callable[[], Callable[[Task], Result]], workers: int, threads: int
    ) -> None:
        self.workers = workers
        self._prepare = prepare
        self._threads = threads
        self._staff: list[_Worker[Task]] = []

    def start(self) -> None:
        """Let the workers load and prepare now, while this process still does something else."""
        self._staff += [
            _Worker(self._prepare, self._threads) for _ in range(self.workers - len(self._staff))
        ]

    def submit(self, tasks: Iterable[Task]) -> Generator[Outcome[Task, Result], None, None]:
        """See `Executor.submit`."""
        waiting = Waiting(tasks)
        try:
            while self._hand_out(waiting):
                for worker in self._that_spoke():
                    outcome = self._heard(worker, waiting)
                    if outcome is not None:
                        yield outcome
        finally:
            self._dismiss([worker for worker in self._staff if worker.in_hand])

    def close(self) -> None:
        """End the workers, whatever they do."""
        self._dismiss(list(self._staff))

    def _hand_out(self, waiting: Waiting[Task]) -> bool:
        """Give every worker what it can hold; False once nothing is left to wait for.

        The first of everybody's tasks come before anybody's second, so that the last few tasks
        are not piled up before one worker while another is idle.
        """
        for depth in range(1, IN_HAND + 1):
            for number in range(self.workers):
                if number < len(self._staff) and len(self._staff[number].in_hand) >= depth:
                    continue
                task = waiting.next()
                if task is None:
                    return any(worker.in_hand for worker in self._staff)
                if number == len(self._staff):
                    self._staff.append(_Worker(self._prepare, self._threads))
                self._staff[number].give(task[0])
        return True

    def _that_spoke(self) -> list[_Worker[Task]]:
        ready = wait([worker.connection for worker in self._staff if worker.in_hand])
        return [worker for worker in self._staff if worker.connection in ready]

    def _heard(self, worker: _Worker[Task], waiting: Waiting[Task]) -> Outcome[Task, Result] | None:
        """What `worker` said, or the loss of what it had begun; the rest goes to others."""
        try:
            said = worker.connection.recv()
        except (EOFError, ConnectionError):
            self._dismiss([worker])
            if not worker.prepared:
                raise worker.loss() from None
            lost = worker.in_hand.popleft()
            waiting.put_back(worker.in_hand)
            return Outcome(lost, error=worker.loss())
        if worker.prepared:
            result, error = said
            return Outcome(worker.in_hand.popleft(), result, error)
        if isinstance(said, RestorationError):
            raise said
        worker.prepared = True
        return None

    def _dismiss(self, leaving: list[_Worker[Task]]) -> None:
        for worker in leaving:
            self._staff.remove(worker)
            worker.end()


class _Worker(Generic[Task]):
    """A child process and the tasks it was given, in the order in which it answers."""

    def __init__(self, prepare: Callable[[], Callable[[Task], Any]], threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.in_hand: deque[Task] = deque()
        self.prepared = False
        self._process = context.Process(
            target=_serve, args=(theirs, prepare, os.getpid()), name="worker", daemon=False
        )
        with _environment(dict.fromkeys(THREAD_SETTINGS, str(threads))):
            self._process.start()
        theirs.close()

    def give(self, task: Task) -> None:
        self.in_hand.append(task)
        try:
            self.connection.send(task)
        except ConnectionError:
            # It has died; that is found, and told, when its answer is waited for.
            return

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()

    def loss(self) -> WorkerLost:
        """The error for the task during which it ended."""
        return WorkerLost(
            "The worker process ended before the task was done",
            actual=f"exit status {self._process.exitcode}",
            remedy="If memory was short, use fewer workers or a lighter model",
        )


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    """Settings for a process that is started within; libraries read them as they load."""
    former = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(
    connection: Connection, prepare: Callable[[], Callable[[Any], Any]], parent: int
) -> None:
    """A worker's life: prepare once, then answer tasks until the pipe closes."""
    end_with_parent(parent)
    # Ctrl-C reaches every process of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work = prepare()
    except RestorationError as error:
        connection.send(error)
        return
    connection.send(_READY)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        connection.send(answer_or_error(work, task))
