"""Fixtures that every suite shares: where the real data, published goldens and peer weights are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A change is judged by the same examples each time; at a desk new ones are tried at every run.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

SHARED = Path(os.environ.get("RR_TEST_DATA", Path(__file__).parents[1].parent / "shared"))


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{name} are not on this machine; set RR_TEST_DATA to the folder that has them")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real photographs, page scans and fields; never part of the repository."""
    return _folder("data")


@pytest.fixture(scope="session")
def shared_goldens() -> Path:
    """Published expectations and reference outputs."""
    return _folder("goldens")


@pytest.fixture(scope="session")
def shared_peers() -> Path:
    """Weights of peer denoisers, for comparison only."""
    return _folder("peers")
