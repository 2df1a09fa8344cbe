"""Bilateral filter."""

from __future__ import annotations

import numpy as np

from restoration.pages.page import Pixels

RADIUS = 4
HALO = RADIUS


def bilateral_tolerance(sigma: float) -> float:
    """Best width of the colour Gaussian for noise `sigma` (0-255), in the units of `bilateral`."""
    return 1.0 + 0.01 * sigma


def bilateral_reach(sigma: float) -> float:
    """Best width of the spatial Gaussian in pixels for noise `sigma` (0-255)."""
    return 2.0 + 0.015 * sigma


def bilateral(
    pixels: Pixels, sigma: float, tolerance: float | None = None, reach: float | None = None
) -> Pixels:
    """(H, W, C) where each pixel is a mean of near pixels of a similar colour.

    `tolerance` is the width of the colour Gaussian in units of the distance that noise of `sigma`
    (0-255) alone puts between two equal colours, sqrt(2 C) sigma; `reach` is the width of the
    spatial Gaussian in pixels. Likeness is judged between single noisy pixels, so at high noise
    specks stay. scikit-image's version scales its colour table by the extremes of the array it is
    given and would differ from tile to tile; this one does not.
    Source: Tomasi and Manduchi, Bilateral filtering for gray and color images, ICCV 1998.
    """
    height, width, channels = pixels.shape
    reach = reach or bilateral_reach(sigma)
    tolerance = tolerance or bilateral_tolerance(sigma)
    steepness = np.float32(-0.5 / (2 * channels * (tolerance * sigma / 255.0) ** 2))
    margin = ((0, 0), (RADIUS, RADIUS), (RADIUS, RADIUS))
    padded = np.pad(np.moveaxis(pixels, -1, 0), margin, mode="symmetric")
    centre = np.ascontiguousarray(padded[:, RADIUS : RADIUS + height, RADIUS : RADIUS + width])
    total = centre.copy()
    weights = np.ones((height, width), np.float32)
    for down, right in _neighbours():
        rows = slice(RADIUS + down, RADIUS + down + height)
        shifted = padded[:, rows, RADIUS + right : RADIUS + right + width]
        difference = shifted - centre
        distance = np.einsum("chw,chw->hw", difference, difference)
        near = np.float32(-0.5 * (down**2 + right**2) / reach**2)
        weight = np.exp(distance * steepness + near)
        weights += weight
        total += weight * shifted
    return np.ascontiguousarray(np.moveaxis(total / weights, 0, -1))


def _neighbours() -> list[tuple[int, int]]:
    """Offsets of every pixel in a disk around the centre, which is left out."""
    span = range(-RADIUS, RADIUS + 1)
    return [
        (down, right)
        for down in span
        for right in span
        if 0 < down**2 + right**2 <= (RADIUS + 0.5) ** 2
    ]
