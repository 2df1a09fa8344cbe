"""Median filter."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from restoration.pages.page import Pixels

HALO = 3


def median_window(sigma: float) -> int:
    """Best side of the window in pixels for noise `sigma` (0-255) on photographs.

    Measured by `bench/classical.py`, as are the rules of the other filters.
    """
    if sigma < 20:
        return 3
    return 5 if sigma < 30 else 7


def median(pixels: Pixels, sigma: float, window: int | None = None) -> Pixels:
    """(H, W, C) filtered by the median of a square `window`, each channel by itself.

    `sigma` (0-255) only chooses the window. Best against isolated wrong pixels (dust, dead
    pixels); against Gaussian noise a mean of the same window varies less, and strokes thinner
    than half the window vanish.
    Source: Tukey, Exploratory Data Analysis, 1977, chapter 7.
    """
    side = window or median_window(sigma)
    planes = [
        ndimage.median_filter(np.ascontiguousarray(plane), size=side, mode="reflect")
        for plane in np.moveaxis(pixels, -1, 0)
    ]
    return np.stack(planes, axis=-1)
