"""Runs as they are looked at: read once, compared once for each question, until rows change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import pandas as pd

from evaluation.benchmark.store import JOURNAL, PARQUET
from evaluation.comparison.ratings import read_ratings
from evaluation.comparison.run_table import RunTable, open_run
from evaluation.overview import Overview, overview
from ui.evaluate.run_case import RunCase

Value = TypeVar("Value")
TABLES, OVERVIEWS = 4, 32
"""How many are held: a table of 100,000 rows takes about 20 MB, an overview 100 kB."""


class OpenedRuns:
    """What was read and computed lately. Safe to use from many threads."""

    def __init__(self) -> None:
        self._tables: _Latest = _Latest(TABLES)
        self._overviews: _Latest = _Latest(OVERVIEWS)

    def table(self, case: RunCase) -> RunTable:
        """The rows of a run, those so far while it is under way. Raises what `open_run` does."""
        return self._tables.get(_state(case), lambda: open_run(case.folder))

    def overview(self, case: RunCase, metric: str, degradations: tuple[str, ...]) -> Overview:
        """The comparison by one metric. Raises UsageError for names that the run does not have."""
        return self._overviews.get(
            (*_state(case), metric, degradations),
            lambda: overview(
                self.table(case), metric, degradations or None, _ratings(case.ratings)
            ),
        )


class _Latest:
    """The values asked for last, by a key that changes when they would."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                found: Value = self._held[key]
                return found
        # Made outside the lock: two may make the same, and nobody waits for a stranger's table.
        value = make()
        with self._lock:
            self._held[key] = value
            while len(self._held) > self._limit:
                self._held.popitem(last=False)
        return value


def _ratings(path: Path | None) -> pd.DataFrame | None:
    return None if path is None else read_ratings(path)


def _state(case: RunCase) -> tuple[Hashable, ...]:
    files = (case.folder / PARQUET, case.folder / JOURNAL, case.ratings)
    return (case.id, *(_written(file) for file in files))


def _written(file: Path | None) -> int:
    try:
        return 0 if file is None else file.stat().st_mtime_ns
    except OSError:
        return 0
