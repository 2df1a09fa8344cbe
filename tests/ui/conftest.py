"""What tests of the pages' routes share: a store with an owner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.studies.collecting.administration import set_password
from evaluation.studies.collecting.store import StudyStore
from restoration.settings import Settings

PASSWORD = "a long enough password"
"""Of the account `ann`."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StudyStore]:
    opened = StudyStore.open(Settings(data_dir=tmp_path))
    set_password(opened, "ann", PASSWORD)
    yield opened
    opened.close()
