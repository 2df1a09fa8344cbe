"""A process of its own that runs one job at a time, and can be ended for certain."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from restoration.errors import Cancelled, RestorationError, WorkerLost
from restoration.job import Job, Work
from restoration.parent_death import end_with_parent
from restoration.progress import Progress, Report

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 15.0
"""How long a cancelled job may take to notice before its worker is ended."""

STEPPED_BACK = 15
"""Niceness of what nobody sits and waits for."""


class JobWorker:
    """A child process that runs one job at a time."""

    def __init__(self, nice: int) -> None:
        """Start it; `nice` is how far it steps back for other processes, 0 to 19."""
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
        return unforeseen()


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


def unforeseen() -> WorkerLost:
    """What a person is told of a fault of ours."""
    return WorkerLost(
        "The job failed for a reason that was not foreseen",
        remedy="The log has the details; please report them",
    )
