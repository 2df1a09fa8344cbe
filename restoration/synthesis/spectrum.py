"""The radial spectrum of a noise mask, and its peak where it has one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restoration.synthesis.mask_noise import radial_frequency

BINS = 64
PEAK = 1.25
"""A peak must rise so many times above the mean power to count: the spectrum of independent
pixels is flat, and the largest of its 64 bins stays below this on maps of 256x256 or more."""
NYQUIST = 0.5


@dataclass(frozen=True)
class Spectrum:
    """Power by frequency, relative to the same number of independently placed pixels."""

    frequency: NDArray[np.float64]
    """Middle of each bin, cycles per pixel, up to 0.5."""
    power: NDArray[np.float64]
    """1 everywhere for independent pixels."""
    density: float
    """Share of pixels that are set."""

    @property
    def mean_frequency(self) -> float:
        """The square root of the density: the frequency of a square grid with as many points."""
        return float(np.sqrt(self.density))

    @property
    def peak(self) -> float | None:
        """The frequency with most power, cycles per pixel; None for a flat spectrum."""
        smooth = ndimage.uniform_filter1d(self.power, 3, mode="nearest")
        top = int(np.argmax(smooth))
        return float(self.frequency[top]) if smooth[top] > PEAK else None


def radial_spectrum(mask: NDArray[np.bool_]) -> Spectrum:
    """Radially averaged power of a mask (H, W), its mean removed; zeros for an empty mask."""
    density = float(mask.mean())
    power = np.abs(np.fft.fft2(mask - density)) ** 2
    expected = mask.size * density * (1 - density)
    frequency, radial = radial_average(power)
    return Spectrum(frequency, radial / expected if expected else radial, density)


def radial_average(
    power: NDArray[np.float64], bins: int = BINS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of a power spectrum (H, W, in fft order) over rings; middles of the rings and means."""
    radius = radial_frequency((power.shape[0], power.shape[1]))
    edges = np.linspace(0, NYQUIST, bins + 1)
    ring = np.digitize(radius.ravel(), edges[1:])
    counts = np.bincount(ring, minlength=bins + 1)[:bins]
    sums = np.bincount(ring, power.ravel(), minlength=bins + 1)[:bins]
    return (edges[:-1] + edges[1:]) / 2, sums / np.maximum(counts, 1)
