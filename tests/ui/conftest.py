"""What tests of the pages' routes share: a store with an owner."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from evaluation.studies.collecting.administration import set_password
from evaluation.studies.collecting.store import StudyStore
from restoration.settings import Settings

Result = TypeVar("Result")

PASSWORD = "a long enough password"
"""Of the account `ann`."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StudyStore]:
    opened = StudyStore.open(Settings(data_dir=tmp_path))
    set_password(opened, "ann", PASSWORD)
    yield opened
    opened.close()


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """To its end in a loop of its own: that of a browser may run in the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
