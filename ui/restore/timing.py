"""Measures how fast every model is on this machine, while nobody waits for anything."""

from __future__ import annotations

from restoration.jobs import Job, LocalPool, State
from restoration.models.catalogue import Availability, available, cards
from restoration.speed import SpeedBook, measure_into


class Timing:
    """One measurement at a time; each gives way to whatever somebody asks for."""

    def __init__(self, pool: LocalPool, book: SpeedBook) -> None:
        self._book = book
        self._pool = pool
        self._jobs: dict[str, Job] = {}
        """By model, what was tried."""

    def next_one(self) -> None:
        """Queue the next measurement if the worker has nothing to do."""
        if not self._pool.idle:
            return
        self._clear_away()
        for card in cards():
            missing = card.id not in self._jobs and self._book.of(card.id, 3) is None
            if missing and available(card) is not Availability.DOWNLOAD:
                self._jobs[card.id] = self._pool.submit(
                    measure_into, self._book.path, card.id, gives_way=True
                )
                return

    def _clear_away(self) -> None:
        """Forget what gave way, so that it is measured again; what failed is not."""
        for model, job in list(self._jobs.items()):
            self._pool.forget(job.id)
            if job.state is State.CANCELLED:
                del self._jobs[model]
