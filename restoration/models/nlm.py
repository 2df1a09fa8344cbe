"""Non-local means."""

from __future__ import annotations

import numpy as np
from skimage.restoration import denoise_nl_means

from restoration.pages.page import Pixels

REACH = 6
LARGEST_PATCH = 5
HALO = LARGEST_PATCH // 2 + REACH


def nlm_patch(sigma: float) -> int:
    """Best side of the compared surroundings in pixels for noise `sigma` (0-255)."""
    return 3 if sigma < 12 else LARGEST_PATCH


def nlm_cut_off(sigma: float) -> float:
    """Best filter strength h in units of the noise `sigma` (0-255)."""
    return 0.6 if sigma < 20 else 0.53


def nlm(
    pixels: Pixels, sigma: float, cut_off: float | None = None, patch: int | None = None
) -> Pixels:
    """(H, W, C) where each pixel is a mean of those whose surroundings look alike.

    Surroundings are `patch` x `patch`, compared over all channels within 6 pixels; the distance
    that noise of `sigma` (0-255) alone causes is taken off, and `cut_off` times `sigma` is the
    distance at which likeness ends. Valid for noise that is independent from pixel to pixel.
    Source: Buades, Coll and Morel, Non-local means denoising, IPOL 2011, in the integral-image
    form of scikit-image.
    """
    noise = sigma / 255.0
    restored = denoise_nl_means(
        pixels,
        patch_size=patch or nlm_patch(sigma),
        patch_distance=REACH,
        h=(cut_off or nlm_cut_off(sigma)) * noise,
        sigma=noise,
        fast_mode=True,
        channel_axis=-1,
    )
    return np.asarray(restored, np.float32).reshape(pixels.shape)
