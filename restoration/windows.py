"""Weighted means around every pixel, as SSIM and its relatives take them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_BAND_ROWS = 48

Float = TypeVar("Float", np.float32, np.float64)


def gaussian_weights(size: int, sigma: float) -> NDArray[np.float64]:
    """(size,) Gaussian of deviation `sigma` pixels around the middle, with sum 1."""
    offsets = np.arange(size) - (size - 1) / 2
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    return np.asarray(weights / weights.sum())


def local_means(image: NDArray[Float], weights: NDArray[np.float64]) -> NDArray[Float]:
    """Means of (H, W) weighted by the outer product of (k,) `weights` with itself.

    Only where the window lies wholly inside: (H - k + 1, W - k + 1), in the type of `image`.
    """
    columns = _filter_rows(image, weights)
    return _filter_rows(columns.T, weights).T


def _filter_rows(image: NDArray[Float], weights: NDArray[np.float64]) -> NDArray[Float]:
    """The window along the first axis, as products with one banded matrix.

    A matrix product of 48 rows at a time runs in BLAS, about three times as fast as a loop over
    eleven weights although it multiplies by zeros too.
    """
    size = len(weights)
    band = np.zeros((_BAND_ROWS, _BAND_ROWS + size - 1), image.dtype)
    for row in range(_BAND_ROWS):
        band[row, row : row + size] = weights
    height = image.shape[0] - size + 1
    filtered = np.empty((height, image.shape[1]), image.dtype)
    for top in range(0, height, _BAND_ROWS):
        rows = min(_BAND_ROWS, height - top)
        source = image[top : top + rows + size - 1]
        np.matmul(band[:rows, : rows + size - 1], source, out=filtered[top : top + rows])
    return filtered
