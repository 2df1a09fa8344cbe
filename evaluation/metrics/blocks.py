"""Blocking: steps at the borders of 8 x 8 blocks, as JPEG leaves them, and PSNR with them."""

from __future__ import annotations

import numpy as np

from evaluation.metrics.planes import Plane, luma
from restoration.fidelity import Image, check_pair

BLOCK = 8
SMALLEST_SIDE = 2 * BLOCK


def psnr_b(clean: Image, restored: Image) -> float:
    """PSNR in dB of two (H, W, C) images, range [0, 1], with blocking counted as error.

    Yim, Bovik, IEEE TIP 20(1), 2011, equation 12, per channel and averaged, as the published
    tables have it. Assumes blocks of 8 that start at the top left corner. Blocking is measured
    on the restored image alone, so that an image can have a finite value against itself.
    Raises UsageError as `psnr` does, and for a side below 16.
    """
    check_pair(clean, restored, SMALLEST_SIDE, "PSNR-B")
    decibels = []
    for channel in range(clean.shape[2]):
        plane = np.asarray(restored[..., channel], np.float64)
        error = np.mean(np.square(clean[..., channel] - plane)) + _blocking_effect(plane)
        decibels.append(np.inf if error == 0 else -10 * np.log10(error))
    return float(np.mean(decibels))


def blocking(restored: Image) -> float:
    """Blocking effect factor of the luma of (H, W, C), in squared gray levels of 0-255; 0 is none.

    The term that `psnr_b` adds to the error, for images without a reference. Assumes blocks of
    8 that start at the top left corner: a cropped JPEG can read 0, and lines of text that fall on
    the grid read as blocking. Compare restorations of one page, not different pages.
    Raises UsageError when a sample is not a finite float, and for a side below 16.
    """
    check_pair(restored, restored, SMALLEST_SIDE, "blocking")
    return 255**2 * _blocking_effect(np.asarray(luma(restored), np.float64))


def _blocking_effect(plane: Plane) -> float:
    """Mean squared step across block borders over that elsewhere, scaled (equations 7 to 11).

    A side that is no multiple of 8 has one border more than is counted here. The code behind
    the published tables divides by this count, and tables are what the figure is for.
    """
    height, width = plane.shape
    across = np.square(np.diff(plane, axis=1))
    down = np.square(np.diff(plane, axis=0))
    at_borders = across[:, BLOCK - 1 :: BLOCK].sum() + down[BLOCK - 1 :: BLOCK].sum()
    elsewhere = across.sum() + down.sum() - at_borders
    borders = height * (width // BLOCK - 1) + width * (height // BLOCK - 1)
    others = height * (width - 1) + width * (height - 1) - borders
    excess = float(at_borders / borders - elsewhere / others)
    return max(0.0, excess) * float(np.log2(BLOCK) / np.log2(min(height, width)))
