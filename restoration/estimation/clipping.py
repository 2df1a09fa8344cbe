"""Gaussian noise whose tails were cut off at black and white, as 8-bit pages have it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

WHITE = 255.0


def clipped_moments(
    mean: NDArray[np.float64], sigma: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation after clipping N(mean, sigma^2) to [0, 255].

    Foi, "Clipped noisy images", Signal Processing 89(12), 2009, section 2.
    """
    low, high = -mean / sigma, (WHITE - mean) / sigma
    density_low, density_high = _density(low), _density(high)
    inside, above = ndtr(high) - ndtr(low), 1 - ndtr(high)
    drift = density_low - density_high
    first = mean * inside + sigma * drift + WHITE * above
    second = (
        (mean**2 + sigma**2) * inside
        + 2 * mean * sigma * drift
        + sigma**2 * (low * density_low - high * density_high)
        + WHITE**2 * above
    )
    return first, np.sqrt(np.maximum(second - first**2, 0))


def unclipped_sigma(mean: float, deviation: float) -> float:
    """Sigma before clipping, from the mean and deviation observed in a flat area (0-255).

    The true gray level need not be known, nor lie within [0, 255]: the observed pair fixes both.
    """
    if deviation < _SIGMAS[0]:
        return deviation
    observed = np.array([np.interp(mean, *curve) for curve in _curves()])
    observed = np.maximum.accumulate(observed)
    return float(np.exp(np.interp(np.log(deviation), np.log(observed + 1e-6), np.log(_SIGMAS))))


def clipped_deviation(means: NDArray[np.floating], sigma: float) -> NDArray[np.float64]:
    """Deviation left at observed `means` (0-255) when noise of `sigma` was clipped."""
    return np.interp(means, *clipped_moments(_true_means(sigma), sigma))


_SIGMAS = np.geomspace(0.2, 200, 70)


def _true_means(sigma: float) -> NDArray[np.float64]:
    return np.linspace(-4 * sigma, WHITE + 4 * sigma, 600)


@lru_cache(maxsize=1)
def _curves() -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """For each sigma: the observed means, rising, and the observed deviations."""
    return tuple(clipped_moments(_true_means(float(s)), float(s)) for s in _SIGMAS)


def _density(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
