"""Where owners log in: a few at a time, so that guesses slow down nobody but each other."""

from __future__ import annotations

import asyncio

from evaluation.studies.collecting.administration import log_in
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import TooLarge

MOST_WAITING = 4
"""A password takes a tenth of a second and 64 MB to check, one at a time."""


class Door:
    """Checks passwords beside the event loop and beside the threads that answer requests."""

    def __init__(self, store: StudyStore) -> None:
        self._store = store
        self._waiting = 0

    async def log_in(self, name: str, password: str) -> str:
        """The token of a new session; raises LoginRefused, and TooLarge while too many wait."""
        if self._waiting >= MOST_WAITING:
            raise TooLarge(
                "Too many are logging in at this moment",
                actual=str(self._waiting),
                expected=f"fewer than {MOST_WAITING}",
                remedy="Try again in a few seconds",
            )
        self._waiting += 1
        try:
            return await asyncio.to_thread(log_in, self._store, name, password)
        finally:
            self._waiting -= 1
