"""The radial spectrum of a noise mask, and its peak where it has one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.synthesis.mask_noise import radial_frequency

BINS = 64
PEAK = 4.5
"""Standard deviations by which a ring must rise above the flat spectrum of independent pixels."""
FEWEST = 32
"""Frequencies that a ring must hold to count: below, its mean scatters too far."""
NYQUIST = 0.5


@dataclass(frozen=True)
class Spectrum:
    """Power by frequency, relative to the same number of independently placed pixels."""

    frequency: NDArray[np.float64]
    """Middle of each bin, cycles per pixel, up to 0.5."""
    power: NDArray[np.float64]
    """1 everywhere for independent pixels."""
    count: NDArray[np.int64]
    """Frequencies in each ring; powers of independent pixels scatter as 1 / sqrt(half of it)."""
    density: float
    """Share of pixels that are set."""

    @property
    def mean_frequency(self) -> float:
        """The square root of the density: the frequency of a square grid with as many points."""
        return float(np.sqrt(self.density))

    @property
    def peak(self) -> float | None:
        """The frequency with most power, cycles per pixel; None for a flat spectrum."""
        raised = (self.power - 1) * np.sqrt(self.count / 2) > PEAK
        powers = np.where(raised & (self.count >= FEWEST), self.power, 0)
        return float(self.frequency[np.argmax(powers)]) if powers.any() else None


def radial_spectrum(mask: NDArray[np.bool_]) -> Spectrum:
    """Radially averaged power of a mask (H, W), its mean removed; zeros for an empty mask."""
    density = float(mask.mean())
    power = np.abs(np.fft.fft2(mask - density)) ** 2
    expected = mask.size * density * (1 - density)
    frequency, radial = radial_average(power)
    count = radial_count((mask.shape[0], mask.shape[1]))
    return Spectrum(frequency, radial / expected if expected else radial, count, density)


def radial_average(
    power: NDArray[np.float64], bins: int = BINS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of a power spectrum (H, W, in fft order) over rings; middles of the rings and means."""
    shape = (power.shape[0], power.shape[1])
    sums = np.bincount(_rings(shape, bins), power.ravel(), minlength=bins + 1)[:bins]
    middles = (np.arange(bins) + 0.5) * NYQUIST / bins
    return middles, sums / np.maximum(radial_count(shape, bins), 1)


def radial_count(shape: tuple[int, int], bins: int = BINS) -> NDArray[np.int64]:
    """How many frequencies of a map of this shape each ring holds."""
    return np.bincount(_rings(shape, bins), minlength=bins + 1)[:bins]


def _rings(shape: tuple[int, int], bins: int) -> NDArray[np.int64]:
    """The ring of each frequency, in fft order; `bins` for what lies beyond the last."""
    edges = np.linspace(0, NYQUIST, bins + 1)
    return np.digitize(radial_frequency(shape).ravel(), edges[1:])
