"""Total-variation denoising."""

from __future__ import annotations

import numpy as np
from skimage.restoration import denoise_tv_chambolle

from restoration.pages.page import Pixels

ITERATIONS = 40
HALO = 32


def tv_weight(sigma: float) -> float:
    """Best weight in units of the noise `sigma` (0-255)."""
    return 0.5 * (sigma / 5) ** 0.32


def tv(pixels: Pixels, sigma: float, weight: float | None = None) -> Pixels:
    """(H, W, C) of the least total variation for its distance from the input, by channel.

    `weight` is in units of `sigma` (0-255). The iterations are fixed and no stopping rule looks
    at the whole array: they carry a pixel's influence 40 pixels at most, and what is cut off at
    the halo is below a hundredth of a gray level.
    Source: Chambolle, An algorithm for total variation minimization and applications, JMIV 2004,
    in scikit-image.
    """
    restored = denoise_tv_chambolle(
        pixels,
        weight=(weight or tv_weight(sigma)) * sigma / 255.0,
        eps=0.0,
        max_num_iter=ITERATIONS,
        channel_axis=-1,
    )
    return np.asarray(restored, np.float32)
