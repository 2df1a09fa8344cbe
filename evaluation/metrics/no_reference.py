"""Measures without a reference: the noise left, sharpness, and PSNR by estimate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evaluation.metrics.planes import luma
from restoration.estimation.noise import estimate_noise
from restoration.fidelity import Image, check_pair
from restoration.pages.page import Pixels
from restoration.sure import sure_psnr

SHARPNESS_SIDE = 16
SIGMA_SIDE = 8


def noise_left(restored: Image) -> float:
    """Estimated sigma, 0-255 scale, of the noise in (H, W, C), range [0, 1].

    Valid where some of the image is flat at the scale of 8 pixels; texture everywhere reads as
    noise. NaN where too little of the image is neither texture nor saturated.
    Raises UsageError when a sample is not a finite float, and for a side below 8.
    """
    check_pair(restored, restored, SIGMA_SIDE, "an estimate of noise")
    found = estimate_noise(np.asarray(restored, np.float32))
    return found.sigma if found.blocks else float("nan")


def sharpness(restored: Image) -> float:
    """Sharpness of the luma of (H, W, C), range [0, 1]: 0 blurred to 1 sharp.

    One less the blur measure of Crete, Dolmiere, Ladret, Nicolas, SPIE 6492, 2007, as scikit-image
    computes it: how little is lost when the image is blurred once more. Noise reads as sharpness:
    compare only images of like noise. NaN where the image is constant.
    Raises UsageError when a sample is not a finite float, and for a side below 16.
    """
    from skimage.measure import blur_effect

    check_pair(restored, restored, SHARPNESS_SIDE, "sharpness")
    plane = luma(restored)
    if plane.min() == plane.max():
        return float("nan")
    return 1 - float(blur_effect(plane))


def estimated_psnr(
    restore: Callable[[Pixels], Pixels],
    noisy: Image,
    restored: Image,
    sigma: float | None = None,
) -> float:
    """PSNR in dB of (H, W, C) `restored` = `restore(noisy)` by Stein's estimate, no clean image.

    `sigma`, 0-255 scale, is estimated from `noisy` where None. `restore` runs once more. Valid
    for white Gaussian noise that was not clipped, as `restoration.sure` explains; NaN where no
    noise is found or the estimate fails. Raises UsageError as `psnr` does.
    """
    check_pair(noisy, restored)
    pixels = np.asarray(noisy, np.float32)
    if sigma is None:
        sigma = estimate_noise(pixels).sigma
    if sigma <= 0:
        return float("nan")
    estimate = sure_psnr(restore, pixels, np.asarray(restored, np.float32), sigma)
    return float("nan") if estimate is None else estimate
