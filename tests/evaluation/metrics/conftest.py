"""Photographs that come with scikit-image, clean and noisy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from skimage import data

from evaluation.metrics import stored


@pytest.fixture(scope="session")
def photograph() -> Callable[[str], np.ndarray]:
    def load(name: str) -> np.ndarray:
        picture = getattr(data, name)().astype(np.float32) / 255
        return picture[..., None] if picture.ndim == 2 else picture

    return load


@pytest.fixture(scope="session")
def with_noise() -> Callable[[np.ndarray, float], np.ndarray]:
    """Gaussian noise of one sigma (0-255), seed 0, clipped and rounded."""

    def add(clean: np.ndarray, sigma: float) -> np.ndarray:
        noise = np.random.default_rng(0).normal(0, sigma / 255, clean.shape)
        return stored(clean + noise)

    return add
