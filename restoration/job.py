"""One piece of long work: what it is, where it stands, how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from restoration.errors import RestorationError
from restoration.progress import Progress

Work = Callable[..., Any]
"""A module-level function whose last argument, `report`, is a `Report`."""

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
