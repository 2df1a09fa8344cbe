"""Patch similarity: what a pixel has in common with its neighbours, whatever the model.

Buades, Coll, Morel, "A non-local algorithm for image denoising", CVPR 2005, section 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restoration.pages.page import Pixels

REACH = 2
"""Pixels on each side of a patch: 5 x 5."""
FALL = 0.08
"""Root mean square difference, of a range of 1, at which similarity has fallen to exp(-1)."""


def patch_distance(image: Pixels, x: int, y: int, pixels: NDArray[np.intp]) -> NDArray[np.float32]:
    """Mean squared difference of the patch around (x, y) and those around numbered `pixels`.

    `image` is (H, W, C); a number is row * W + column. Pixels beyond the edge are mirrored.
    """
    padded = np.pad(image, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="reflect")
    side = 2 * REACH + 1
    rows, columns = np.divmod(pixels, image.shape[1])
    here = padded[y : y + side, x : x + side]
    offsets = np.arange(side)
    patches = padded[
        rows[:, None, None] + offsets[None, :, None], columns[:, None, None] + offsets[None, None]
    ]
    return np.asarray(np.square(patches - here).mean(axis=(1, 2, 3)), np.float32)


def similarity(image: Pixels, x: int, y: int, pixels: NDArray[np.intp]) -> NDArray[np.float32]:
    """Weights of sum 1 that fall with patch distance."""
    weights = np.exp(-patch_distance(image, x, y, pixels) / FALL**2)
    return np.asarray(weights / weights.sum(), np.float32)


def rank_correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Spearman's, of each row of `a` with that of `b`, averaged over the rows; ties by order."""
    ranks = [each.argsort(axis=1).argsort(axis=1) for each in (a, b)]
    centred = [each - each.mean(axis=1, keepdims=True) for each in ranks]
    product = (centred[0] * centred[1]).sum(axis=1)
    norms = np.sqrt(np.square(centred[0]).sum(axis=1) * np.square(centred[1]).sum(axis=1))
    return float(np.mean(product / norms))
