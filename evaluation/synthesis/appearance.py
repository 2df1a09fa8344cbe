"""Colour and texture of tiles: histograms and spectra, each a vector a tile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restoration.synthesis.spectrum import radial_average

BINS = 8
"""Bins of each of the three channels."""
RINGS = 24
FLOOR = 1e-3
"""Power, in squared 8-bit levels, below which a ring counts as empty: that of rounding."""


def colour_histograms(tiles: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Joint colour histogram (N, 512) of each tile (N, H, W, 3), summing to 1."""
    coarse = (tiles // (256 // BINS)).astype(np.int64)
    codes = (coarse[..., 0] * BINS + coarse[..., 1]) * BINS + coarse[..., 2]
    flat = codes.reshape(len(tiles), -1)
    counts = np.stack([np.bincount(row, minlength=BINS**3) for row in flat])
    return counts / flat.shape[1]


def histogram_distance(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Share of pixels (0 to 1) whose colour would have to change to make both sets alike."""
    return float(np.abs(first.mean(axis=0) - second.mean(axis=0)).sum() / 2)


def radial_spectra(tiles: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Radially averaged power (N, 24) of the brightness of each tile, its mean removed."""
    gray = tiles.astype(np.float64).mean(axis=3)
    gray -= gray.mean(axis=(1, 2), keepdims=True)
    window = np.hanning(tiles.shape[1])[:, None] * np.hanning(tiles.shape[2])[None, :]
    power = np.abs(np.fft.fft2(gray * window, axes=(1, 2))) ** 2 / window.size
    return np.stack([radial_average(each, RINGS)[1] for each in power])


def spectrum_distance(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Mean difference in decibels between the mean spectra of two sets."""
    levels = [10 * np.log10(each.mean(axis=0) + FLOOR) for each in (first, second)]
    return float(np.abs(levels[0] - levels[1]).mean())
