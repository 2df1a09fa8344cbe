"""Long work beside a serving process: one worker process, a table of jobs, cancel and progress.

A job outlives the page that asked for it. The worker is a process of its own, so that a model
cannot slow the pages down, a cancelled job is gone for certain, and a worker that the system
kills for memory fails one job with a sentence instead of taking everybody along.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from typing import Any

from restoration.errors import Cancelled, RestorationError, TooLarge
from restoration.job import Job, State, Work
from restoration.job_worker import STEPPED_BACK, JobWorker, unforeseen
from restoration.progress import Progress

log = logging.getLogger(__name__)


class LocalPool:
    """Runs jobs one after the other in a worker process on this machine."""

    def __init__(self, max_waiting: int = 20, nice: int = 5) -> None:
        """`nice`: how far the worker steps back for other processes, 0 to 19."""
        self._nice = nice
        self._waiting: queue.Queue[Job | None] = queue.Queue()
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._max_waiting = max_waiting
        self._worker: JobWorker | None = None
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
            job.end(State.FAILED, unforeseen())
        else:
            job.progress = Progress(1.0, "done")
            job.end(State.DONE)

    def _result(self, job: Job) -> Any:  # noqa: ANN401
        if job.gives_way:
            # A process cannot come forward again, so this one has a worker of its own.
            aside = JobWorker(STEPPED_BACK)
            try:
                return aside.run(job, self._closing)
            finally:
                aside.end()
        if self._worker is None or not self._worker.process.is_alive():
            self._worker = JobWorker(self._nice)
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
