"""Measures how fast every model is on this machine, while nobody waits for anything."""

from __future__ import annotations

from restoration.job import Job, State
from restoration.jobs import LocalPool
from restoration.models.card import ModelCard
from restoration.models.catalogue import Availability, available, cards
from restoration.speed import SpeedBook, measure_into


class Timing:
    """Fills the book of speeds; gives way to whatever somebody asks for, and goes on after it."""

    def __init__(self, pool: LocalPool, book: SpeedBook) -> None:
        self._book = book
        self._pool = pool
        self._tried: set[str] = set()
        self._asked: list[str] = []
        self._job: Job | None = None

    def go_on(self) -> None:
        """Queue what is not measured yet if the worker has nothing to do."""
        if not self._pool.idle:
            return
        if self._job is not None:
            self._pool.forget(self._job.id)
            if self._job.state is not State.CANCELLED:
                self._tried.update(self._asked)
        self._asked = [each.id for each in cards() if self._is_missing(each)]
        if self._asked:
            self._job = self._pool.submit(
                measure_into, self._book.path, self._asked, gives_way=True
            )

    def _is_missing(self, card: ModelCard) -> bool:
        return (
            card.id not in self._tried
            and self._book.of(card.id, 3) is None
            and available(card) is not Availability.DOWNLOAD
        )
