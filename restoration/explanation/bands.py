"""Frequencies in rings: how much power an image has at each, in cycles per pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BANDS = 24
"""Rings of equal width from 0 to 0.5 cycles per pixel."""
CENTRES = tuple(float(x) for x in (np.arange(BANDS) + 0.5) / BANDS / 2)

Spectra = NDArray[np.complex128]


def spectra(pixels: NDArray[np.floating], tapered: bool = True) -> Spectra:
    """2-D Fourier transform of each channel of (H, W, C), its mean taken off.

    Tapered with a Hann window, so that opposite borders which do not meet count for nothing.
    """
    image = np.asarray(pixels, np.float64)
    image = image - image.mean(axis=(0, 1))
    if tapered:
        height, width = image.shape[:2]
        image = image * np.hanning(height)[:, None, None] * np.hanning(width)[None, :, None]
    return np.asarray(np.fft.fft2(image, axes=(0, 1)))


def ring_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum (H, W, C) values at the frequencies of a Fourier transform over rings and channels."""
    ring = _rings(values.shape[0], values.shape[1])
    inside = ring < BANDS
    sums = np.bincount(ring[inside], values.sum(axis=2)[inside], minlength=BANDS)
    return np.asarray(sums, np.float64)


def power(pixels: NDArray[np.floating]) -> NDArray[np.float64]:
    """(BANDS,) mean power per frequency and channel of (H, W, C): white noise is its variance."""
    height, width, channels = pixels.shape
    ring = _rings(height, width)
    counts = np.bincount(ring[ring < BANDS], minlength=BANDS) * channels
    energy = np.sum(np.square(np.hanning(height))) * np.sum(np.square(np.hanning(width)))
    sums = ring_sums(np.square(np.abs(spectra(pixels))))
    return np.asarray(sums / np.maximum(counts, 1) / energy)


def _rings(height: int, width: int) -> NDArray[np.intp]:
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None, :])
    return np.asarray(np.floor(radius * 2 * BANDS), np.intp)


def decibels(values: NDArray[np.float64]) -> tuple[float, ...]:
    """Power on the 0-255 scale, squared, in decibels."""
    return tuple(float(x) for x in 10 * np.log10(np.maximum(values * 255**2, 1e-4)))
