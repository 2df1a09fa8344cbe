"""How the samples of a residual hang together: autocorrelation, spectrum, whiteness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LAGS = 5
BANDS = 32
_TILE = 256
_TILES_PER_AXIS = 4


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Second-order statistics of a residual."""

    autocorrelation: NDArray[np.float32]
    """(11, 11) for shifts of -5 to 5 pixels down and across; 1 in the middle."""
    power: NDArray[np.float32]
    """(32,) mean power in rings of equal width from 0 to 0.5 cycles per pixel, over the mean of
    all: white noise is 1 throughout."""
    whiteness: float
    """1 / (1 + 4 S), S the sum of the squared autocorrelations besides the middle, less what
    chance adds: 1 for white noise."""


def residual_spectrum(residual: NDArray[np.float32]) -> Spectrum:
    """Statistics of an (H, W) residual, from at most 16 tiles of 256 x 256 spread over it.

    A residual that is zero counts as white.
    """
    tiles = _tiles(residual)
    tiles = tiles - tiles.mean(axis=(1, 2), keepdims=True)
    power = np.square(np.abs(np.fft.fft2(tiles))).mean(axis=0)
    if power.sum() == 0:
        middle = np.zeros((2 * LAGS + 1, 2 * LAGS + 1), np.float32)
        middle[LAGS, LAGS] = 1
        return Spectrum(middle, np.ones(BANDS, np.float32), 1.0)
    correlation = np.fft.ifft2(power).real
    shifts = np.arange(-LAGS, LAGS + 1)
    window = correlation[np.ix_(shifts % power.shape[0], shifts % power.shape[1])]
    window = window / correlation[0, 0]
    shared = float(np.sum(window**2)) - 1
    excess = max(0.0, shared - (window.size - 1) / tiles.size)
    return Spectrum(window.astype(np.float32), _rings(power), 1 / (1 + 4 * excess))


def _tiles(residual: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, h, w) tiles, evenly spread, not overlapping."""
    starts = []
    for side in residual.shape:
        count = min(_TILES_PER_AXIS, max(1, side // _TILE))
        length = min(side, _TILE)
        starts.append(np.linspace(0, side - length, count).astype(int))
    height, width = (min(side, _TILE) for side in residual.shape)
    return np.stack([residual[y : y + height, x : x + width] for y in starts[0] for x in starts[1]])


def _rings(power: NDArray[np.float64]) -> NDArray[np.float32]:
    vertical = np.fft.fftfreq(power.shape[0])[:, None]
    horizontal = np.fft.fftfreq(power.shape[1])[None, :]
    ring = (np.hypot(vertical, horizontal) * 2 * BANDS).astype(int)
    # The corners beyond 0.5 cycles per pixel belong to no ring, and the mean says nothing.
    inside = (ring < BANDS) & (np.hypot(vertical, horizontal) > 0)
    counts = np.bincount(ring[inside], minlength=BANDS)
    sums = np.bincount(ring[inside], power[inside], minlength=BANDS)
    mean = power[inside].mean() if inside.any() else 1.0
    return (sums / np.maximum(counts, 1) / mean).astype(np.float32)
