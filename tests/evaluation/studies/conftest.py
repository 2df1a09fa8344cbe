from __future__ import annotations

from pathlib import Path

import pytest

GOLDENS = Path(__file__).parents[4] / "shared" / "goldens" / "ratings"


@pytest.fixture(scope="session")
def goldens() -> Path:
    """Votes with published expectations; they never enter the repository."""
    if not GOLDENS.is_dir():
        pytest.skip("golden votes are not at ../shared/goldens/ratings")
    return GOLDENS
