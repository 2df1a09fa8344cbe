"""Long work beside a serving process: one worker process, a table of jobs, cancel and progress.

A job outlives the page that asked for it. The worker is a process of its own, so that a model
cannot slow the pages down, a cancelled job is gone for certain, and a worker that the system
kills for memory fails one job with a sentence instead of taking everybody along.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import queue
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from restoration.errors import Cancelled, RestorationError, TooLarge, WorkerLost
from restoration.parent_death import end_with_parent
from restoration.progress import Progress, Report

log = logging.getLogger(__name__)

Work = Callable[..., Any]
"""A module-level function whose last argument, `report`, is a `Report`."""

PATIENCE_SECONDS = 15.0
"""How long a cancelled job may take to notice before its worker is ended."""


STEPPED_BACK = 15
"""Niceness of what nobody sits and waits for."""

WAITING = Progress(0.0, "waiting")


class State(Enum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """True once nothing more will happen."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass
class Job:
    """One piece of work, its progress and its end; changed by the pool alone."""

    id: str
    work: Work
    arguments: tuple[Any, ...]
    state: State = State.QUEUED
    progress: Progress = WAITING
    result: Any = None
    error: RestorationError | None = None
    queued_at: float = field(default_factory=time.time)
    started_at: float | None = None
    ended_at: float | None = None
    gives_way: bool = False
    """Nobody waits for it: it steps far back, and is ended as soon as other work comes."""
    cancel_asked: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, state: State, error: RestorationError | None = None) -> None:
        """Be over, and let go whoever waits for it."""
        self.error = error
        self.ended_at = time.time()
        self.state = state
        self.ended.set()


class LocalPool:
    """Runs jobs one after the other in a worker process on this machine."""

    def __init__(self, max_waiting: int = 20, nice: int = 5) -> None:
        """`nice`: how far the worker steps back for other processes, 0 to 19."""
        self._nice = nice
        self._waiting: queue.Queue[Job | None] = queue.Queue()
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._max_waiting = max_waiting
        self._worker: _Worker | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="jobs", daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Work,
        *arguments: Any,  # noqa: ANN401
        id: str | None = None,
        gives_way: bool = False,
    ) -> Job:
        """Put work in the queue; work that gives way is ended for work that does not.

        Raises `TooLarge` when too many jobs wait already, and `Cancelled` once the pool is closed.
        """
        job = Job(id or secrets.token_urlsafe(16), work, arguments, gives_way=gives_way)
        with self._lock:
            if self._closing.is_set():
                raise Cancelled("The app is stopping", remedy="Try again once it is back")
            waiting = sum(other.state is State.QUEUED for other in self._jobs.values())
            if waiting >= self._max_waiting:
                raise TooLarge(
                    "Too many jobs are waiting",
                    actual=str(waiting),
                    expected=f"fewer than {self._max_waiting}",
                    remedy="Try again in a minute",
                )
            for other in self._jobs.values():
                if other.gives_way and not gives_way:
                    _stop(other)
            self._jobs[job.id] = job
        self._waiting.put(job)
        return job

    def get(self, id: str) -> Job | None:
        """The job of this id, or None."""
        with self._lock:
            return self._jobs.get(id)

    def ahead_of(self, job: Job) -> int:
        """How many jobs will run before this one."""
        with self._lock:
            return sum(
                other.state is State.RUNNING
                or (other.state is State.QUEUED and other.queued_at < job.queued_at)
                for other in self._jobs.values()
                if other is not job
            )

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits."""
        with self._lock:
            return all(job.state.over for job in self._jobs.values())

    def cancel(self, id: str) -> None:
        """Stop a job: one that waits ends at once, one that runs within one tile.

        The worker of a job that does not notice within `PATIENCE_SECONDS` is ended.
        """
        with self._lock:
            job = self._jobs.get(id)
            if job is not None:
                _stop(job)

    def forget(self, id: str) -> None:
        """Drop a job that is over from the table."""
        with self._lock:
            job = self._jobs.get(id)
            if job is not None and job.state.over:
                del self._jobs[id]

    def close(self) -> None:
        """Cancel everything and end the worker; nobody waits for a job after this."""
        with self._lock:
            self._closing.set()
            for job in self._jobs.values():
                _stop(job)
        self._waiting.put(None)
        self._thread.join(timeout=5)
        self._give_up_worker()

    def _serve(self) -> None:
        while (job := self._waiting.get()) is not None:
            if self._begins(job):
                self._run(job)

    def _begins(self, job: Job) -> bool:
        """Whether a job's turn has come: not if it was cancelled while it waited."""
        with self._lock:
            if job.state.over:
                return False
            job.state = State.RUNNING
            job.started_at = time.time()
            return True

    def _run(self, job: Job) -> None:
        try:
            job.result = self._result(job)
        except Cancelled as error:
            job.end(State.CANCELLED, error)
        except RestorationError as error:
            job.end(State.FAILED, error)
        except Exception:
            log.exception("A job could not be handed to the worker process")
            self._give_up_worker()
            job.end(State.FAILED, _unforeseen())
        else:
            job.progress = Progress(1.0, "done")
            job.end(State.DONE)

    def _result(self, job: Job) -> Any:  # noqa: ANN401
        if job.gives_way:
            # A process cannot come forward again, so this one has a worker of its own.
            aside = _Worker(STEPPED_BACK)
            try:
                return aside.run(job, self._closing)
            finally:
                aside.end()
        if self._worker is None or not self._worker.process.is_alive():
            self._worker = _Worker(self._nice)
        return self._worker.run(job, self._closing)

    def _give_up_worker(self) -> None:
        """End the worker, whatever it is doing; a next job would start another."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None


def _stop(job: Job) -> None:
    """Ask a running job to stop and end a waiting one; the pool's lock is held."""
    job.cancel_asked.set()
    if job.state is State.QUEUED:
        job.end(State.CANCELLED, Cancelled())


def _unforeseen() -> WorkerLost:
    return WorkerLost(
        "The job failed for a reason that was not foreseen",
        remedy="The log has the details; please report them",
    )


class _Worker:
    """A child process that runs one job at a time."""

    def __init__(self, nice: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._stop = context.Event()
        self.process: BaseProcess = context.Process(
            target=_work,
            args=(theirs, self._stop, os.getpid(), nice),
            name="restoration",
            daemon=False,
        )
        self.process.start()
        theirs.close()

    def run(self, job: Job, closing: threading.Event) -> Any:  # noqa: ANN401
        """Run a job to its end; raises what it raised, `Cancelled`, or `WorkerLost`."""
        self._stop.clear()
        try:
            self._connection.send((job.work, job.arguments))
        except ConnectionError:
            raise self._lost() from None
        asked_at: float | None = None
        while True:
            if asked_at is None and job.cancel_asked.is_set():
                asked_at = time.monotonic()
                self._stop.set()
            if asked_at is not None and (
                job.gives_way or closing.is_set() or time.monotonic() - asked_at > PATIENCE_SECONDS
            ):
                self.end()
                raise Cancelled
            try:
                if not self._connection.poll(0.05):
                    if self.process.is_alive():
                        continue
                    raise EOFError
                message = self._connection.recv()
            except (EOFError, ConnectionError):
                raise self._lost() from None
            if isinstance(message, Progress):
                job.progress = message
            elif isinstance(message, RestorationError):
                raise message
            else:
                return message[0]

    def end(self) -> None:
        """End the process and wait for it."""
        self.process.kill()
        self.process.join(timeout=5)

    def _lost(self) -> WorkerLost:
        self.process.join(timeout=5)
        code = self.process.exitcode
        return WorkerLost(
            "The worker process ended before the job was done",
            actual=f"exit status {code}"
            + (" (killed, most often for memory)" if code == -9 else ""),
            remedy="Try a smaller page, a smaller tile or a lighter model",
        )


def _work(connection: Connection, stop: Any, parent: int, nice: int) -> None:  # noqa: ANN401
    """The worker's loop: receive a job, send progress, send the outcome."""
    end_with_parent(parent)
    _step_back(nice)
    while True:
        try:
            work, arguments = connection.recv()
        except EOFError:
            return
        connection.send(_outcome(work, arguments, _reporter(connection, stop)))


def _step_back(nice: int) -> None:
    os.nice(nice)
    if nice >= STEPPED_BACK and sys.platform == "linux":
        # Niceness shares a processor out; what is idle is interrupted at once besides. Votes that
        # came in meanwhile took 26 ms instead of 34 (95 of 100, bench.rating_load). A container
        # may forbid it.
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _outcome(work: Work, arguments: tuple[Any, ...], report: Report) -> Any:  # noqa: ANN401
    try:
        return (work(*arguments, report=report),)
    except RestorationError as error:
        return error
    except MemoryError:
        return WorkerLost("There is not enough memory for this job", remedy="Try a smaller page")
    except Exception:
        log.exception("A job failed")
        return _unforeseen()


def _reporter(connection: Connection, stop: Any) -> Report:  # noqa: ANN401
    last_sent = 0.0

    def report(progress: Progress) -> None:
        nonlocal last_sent
        if stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - last_sent > 0.1 or progress.done >= 1:
            last_sent = now
            connection.send(progress)

    return report
