"""Speeds are measured while nobody waits, and again where somebody came in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from restoration.jobs import LocalPool
from restoration.models.catalogue import find
from restoration.progress import Report
from restoration.speed import SpeedBook
from ui.restore import timing as timing_module
from ui.restore.timing import Timing

SLOW, FAST = "unet-denoise", "identity"


def answer(report: Report) -> int:
    return 42


@pytest.fixture
def pool() -> Iterator[LocalPool]:
    made = LocalPool()
    yield made
    made.close()


def test_a_visitor_does_not_wait_for_a_measurement(
    tmp_path: Path, pool: LocalPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing_module, "cards", lambda: (find(SLOW), find(FAST)))
    book = SpeedBook(tmp_path / "speeds.json")
    timing = Timing(pool, book)
    timing.go_on()
    _until(lambda: book.of(SLOW, 1) is not None)
    asked = pool.submit(answer)
    assert asked.ended.wait(30)
    assert asked.result == 42
    assert book.of(SLOW, 3) is None, "the measurement gave way"
    timing.go_on()
    _until(lambda: pool.idle)
    assert book.of(SLOW, 3) is not None
    assert book.of(FAST, 3) is not None
    timing.go_on()
    assert pool.idle, "nothing is left to measure"


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
