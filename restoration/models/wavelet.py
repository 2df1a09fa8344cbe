"""Wavelet shrinkage that does not depend on where a tile was cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restoration.pages.page import Pixels

SCALES = 4
WINDOW = 7
HALO = 2**SCALES - 1 + WINDOW // 2
EXCESS = 1.3
"""Best on photographs at every noise level tried."""

_OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]], np.float32)
_OPPONENT /= np.linalg.norm(_OPPONENT, axis=1, keepdims=True)
"""Orthonormal luminance, red-blue and green-magenta: white noise stays white, of equal sigma."""

Plane = NDArray[np.float32]


def wavelet(pixels: Pixels, sigma: float, excess: float = EXCESS) -> Pixels:
    """(H, W, C) with every undecimated Haar coefficient scaled by the Wiener gain of its place.

    The gain is max(0, v - (`excess` s)^2) / v, where v is the mean square of the coefficients in
    a 7 x 7 neighbourhood and s the noise of that band, which follows from `sigma` (0-255) alone.
    Nothing is decimated and nothing is estimated over the whole array, so a tile with its halo
    gives what the whole image gives. Valid for white noise: grain that is correlated from pixel
    to pixel is stronger in the coarse bands than assumed here, and stays.
    Sources: Coifman and Donoho, Translation-invariant de-noising, 1995; Mihcak et al.,
    Low-complexity image denoising based on statistical modeling of wavelet coefficients, 1999.
    """
    height, width, channels = pixels.shape
    colours = pixels @ _OPPONENT.T if channels == 3 else pixels
    planes = [
        _shrink(np.pad(colours[..., c], HALO, mode="symmetric"), excess * sigma / 255.0)
        for c in range(channels)
    ]
    restored = np.stack(planes, axis=-1)[HALO : HALO + height, HALO : HALO + width]
    return np.ascontiguousarray(restored @ _OPPONENT if channels == 3 else restored)


def _shrink(plane: Plane, noise: float, scale: int = 0) -> Plane:
    """One padded channel at `scale` (0 the finest) and all coarser ones; `noise` on [0, 1].

    Each of the two averages halves the noise variance, so every band has half the noise of the
    plane it is made from. What wraps around at the borders stays within the padding.
    """
    if scale == SCALES:
        return plane
    step = 2**scale
    low, high = _split(plane, step, axis=0)
    low_low, low_high = _split(low, step, axis=1)
    high_low, high_high = _split(high, step, axis=1)
    for band in (low_high, high_low, high_high):
        band *= _wiener_gain(band, noise / 2)
    low = _merge(_shrink(low_low, noise / 2, scale + 1), low_high, step, axis=1)
    high = _merge(high_low, high_high, step, axis=1)
    return _merge(low, high, step, axis=0)


def _split(plane: Plane, step: int, axis: int) -> tuple[Plane, Plane]:
    """Mean and half difference of each pixel and the one `step` further on."""
    further = np.roll(plane, -step, axis)
    return (plane + further) * np.float32(0.5), (plane - further) * np.float32(0.5)


def _merge(low: Plane, high: Plane, step: int, axis: int) -> Plane:
    """The inverse of `_split`: the mean over both pairs that a pixel belongs to."""
    return (low + high + np.roll(low - high, step, axis)) * np.float32(0.5)


def _wiener_gain(band: Plane, noise: float) -> Plane:
    power = ndimage.uniform_filter(band * band, WINDOW, mode="wrap")
    signal = np.maximum(power - np.float32(noise**2), 0)
    return signal / np.maximum(power, np.finfo(np.float32).tiny)
