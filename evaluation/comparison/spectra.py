"""Radial power spectra: how much of an image lives at which spatial frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.fidelity import Image

BANDS = 48


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Mean power in rings of equal width."""

    name: str
    """"clean", "noisy", or the id of a model."""
    is_model: bool
    frequencies: NDArray[np.float64]
    """(bands,) middles of the rings, cycles per pixel, from 0 to 0.5."""
    power: NDArray[np.float64]
    """(bands,) squared gray levels of 255: white noise of sigma s has s squared throughout."""


def radial_spectrum(name: str, image: Image, *, is_model: bool = False) -> Spectrum:
    """Of the mean of the channels of an (H, W, C) image in [0, 1], less its own mean.

    A Hann window keeps the image's edges from leaking into all frequencies; its loss of power is
    made good, which holds for textures that fill the image. Rings that a small image leaves empty
    are left out.
    """
    plane = np.asarray(image, np.float64).mean(axis=2) * 255
    height, width = plane.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    faded = (plane - plane.mean()) * window
    power = np.square(np.abs(np.fft.rfft2(faded))) / np.square(window).sum()
    vertical = np.fft.fftfreq(height)[:, None]
    horizontal = np.fft.rfftfreq(width)[None, :]
    radius = np.hypot(vertical, horizontal)
    ring = (radius * 2 * BANDS).astype(int)
    # All columns but the first and the middle one stand for two of the whole transform.
    weight = np.full(power.shape, 2.0)
    weight[:, 0] = 1.0
    if width % 2 == 0:
        weight[:, -1] = 1.0
    inside = (ring < BANDS) & (radius > 0)
    counts = np.bincount(ring[inside], weight[inside], BANDS)
    sums = np.bincount(ring[inside], (power * weight)[inside], BANDS)
    there = counts > 0
    middles = (np.arange(BANDS) + 0.5) / (2 * BANDS)
    return Spectrum(name, is_model, middles[there], sums[there] / counts[there])
