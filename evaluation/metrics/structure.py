"""Structural similarity besides the plain one: on Y, as scikit-image computes it, multi-scale."""

from __future__ import annotations

import numpy as np

from evaluation.metrics.planes import halved, luma
from restoration.fidelity import SSIM_WINDOW, Image, check_pair, ssim_terms

SKIMAGE_WINDOW = 7
MS_SSIM_SIDE = SSIM_WINDOW * 2**4
"""The window must fit after halving four times."""

_SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def ssim_skimage(clean: Image, restored: Image) -> float:
    """SSIM of two (H, W, C) images, range [0, 1], with scikit-image's default settings.

    A flat window of 7 x 7, sample covariance, a border of 3 pixels left out, the mean over
    channels: not comparable with `ssim`, on noisy images often by several hundredths.
    Raises UsageError as `ssim` does, and for a side below 7.
    """
    from skimage.metrics import structural_similarity

    check_pair(clean, restored, SKIMAGE_WINDOW, "SSIM with scikit-image's window")
    planes = [
        structural_similarity(clean[..., c], restored[..., c], data_range=1.0)
        for c in range(clean.shape[2])
    ]
    return float(np.mean(planes))


def ms_ssim(clean: Image, restored: Image) -> float:
    """Multi-scale SSIM of the luma of two (H, W, C) images, range [0, 1]; 1 when equal.

    Wang, Simoncelli, Bovik, Asilomar 2003, equation 7, five scales with the weights of section
    3.2; halved by means of 2 x 2 pixels, as in the authors' code. A negative contrast term,
    whose power is not real, counts as 0.
    Raises UsageError as `ssim` does, and for a side below 176.
    """
    check_pair(clean, restored, MS_SSIM_SIDE, "multi-scale SSIM")
    a, b = luma(clean), luma(restored)
    product = 1.0
    for weight in _SCALE_WEIGHTS[:-1]:
        product *= max(0.0, ssim_terms(a, b)[1]) ** weight
        a, b = halved(a, "edge"), halved(b, "edge")
    return float(product * max(0.0, ssim_terms(a, b)[0]) ** _SCALE_WEIGHTS[-1])
