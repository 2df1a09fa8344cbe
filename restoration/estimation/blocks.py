"""A sample of 8x8 blocks of a page and their cosine transforms, for every estimator here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from restoration.pages.page import Pixels

SIDE = 8
MOST_BLOCKS = 20_000

FREQUENCY = np.add.outer(np.arange(SIDE), np.arange(SIDE))
"""(8, 8) horizontal plus vertical frequency of a coefficient: 0 is the mean, 14 the finest."""


def cosine_basis() -> NDArray[np.float32]:
    """(8, 8) orthonormal DCT-II: rows are frequencies, columns are samples."""
    k, x = np.arange(SIDE)[:, None], np.arange(SIDE)[None, :]
    basis = np.sqrt(2 / SIDE) * np.cos(np.pi * (2 * x + 1) * k / (2 * SIDE))
    basis[0] /= np.sqrt(2)
    return basis.astype(np.float32)


@dataclass(frozen=True)
class Blocks:
    """Sampled blocks on the 0-255 scale, n blocks of C channels."""

    coefficients: NDArray[np.float32]
    """(n, C, 8, 8) orthonormal DCT: white noise of sigma s has variance s^2 in each."""
    saturated: NDArray[np.float32]
    """(n, C) share of samples at or beyond black or white; 0 where the page is not clipped."""

    @property
    def means(self) -> NDArray[np.float32]:
        """(n, C) mean of each block."""
        return self.coefficients[:, :, 0, 0] / np.float32(SIDE)

    @property
    def clipped(self) -> bool:
        """Whether noise may have been cut off at black or white."""
        return bool(self.saturated.size and self.saturated.mean() > 1e-3)


def sample_blocks(pixels: Pixels, most: int = MOST_BLOCKS) -> Blocks:
    """Blocks of (H, W, C) `pixels`, [0, 1], on an even grid of at most about `most`.

    The grid step is 4 on small pages and odd on larger ones, so that blocks meet every phase of
    a JPEG grid. A page with a side below 8 gives no block.
    """
    height, width, channels = pixels.shape
    if min(height, width) < SIDE:
        nothing = np.empty((0, channels, SIDE, SIDE), np.float32)
        return Blocks(nothing, np.empty((0, channels), np.float32))
    step = max(4, int(np.sqrt(height * width / most)))
    if step > 4:
        step |= 1
    windows = sliding_window_view(pixels, (SIDE, SIDE), axis=(0, 1))[::step, ::step]
    blocks = windows.reshape(-1, channels, SIDE, SIDE).astype(np.float32, copy=False)
    if blocks.min() < 0 or blocks.max() > 1:
        saturated = np.zeros(blocks.shape[:2], np.float32)
    else:
        saturated = ((blocks == 0) | (blocks == 1)).mean(axis=(2, 3), dtype=np.float32)
    basis = cosine_basis()
    return Blocks(np.matmul(np.matmul(basis, blocks * np.float32(255)), basis.T), saturated)
