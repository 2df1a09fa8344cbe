"""Fidelity to a reference: PSNR and SSIM, in the conventions of the published tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restoration.errors import UsageError
from restoration.windows import gaussian_weights, local_means

SSIM_WINDOW = 11
"""Side of the window; a thinner image has no SSIM."""

_WEIGHTS = gaussian_weights(SSIM_WINDOW, 1.5)
_MARGIN = SSIM_WINDOW - 1
_STRIP_ROWS = 192
_C1 = 0.01**2
_C2 = 0.03**2

Image = NDArray[np.floating]


def psnr(a: Image, b: Image) -> float:
    """Peak signal-to-noise ratio of two (H, W, C) images, range [0, 1], in dB.

    One mean squared error over all channels together; infinite when the images are equal.
    Raises UsageError when the shapes differ or a sample is not a finite float.
    Published tables score images after clipping and rounding to 8 bits: do so first.
    """
    check_pair(a, b)
    difference = np.asarray(a, np.float64) - b
    mse = float(np.mean(np.square(difference, out=difference)))
    return float("inf") if mse == 0 else -10.0 * float(np.log10(mse))


def ssim(a: Image, b: Image) -> float:
    """Mean structural similarity of two (H, W, C) images, range [0, 1]; 1 when equal.

    Gaussian window 11x11 of sigma 1.5, only where it lies wholly inside the image, computed per
    channel and averaged: Wang et al., IEEE TIP 13(4), 2004, section III-B, as in the authors'
    MATLAB code and in SwinIR's test script.
    Raises UsageError when the shapes differ, a sample is not a finite float, or a side is
    below 11.
    """
    check_pair(a, b, smallest_side=SSIM_WINDOW, measure="SSIM")
    return float(np.mean([ssim_terms(a[..., c], b[..., c])[0] for c in range(a.shape[2])]))


def ssim_terms(a: Image, b: Image) -> tuple[float, float]:
    """SSIM of two (H, W) planes, range [0, 1], and its factor for contrast and structure alone.

    Both are means over the (H - 10, W - 10) valid windows; multi-scale SSIM needs the second.
    """
    totals = np.zeros(2)
    valid = a.shape[0] - _MARGIN
    # In strips: the dozen intermediate arrays stay small on a large page, and in the cache.
    for top in range(0, valid, _STRIP_ROWS):
        rows = slice(top, min(top + _STRIP_ROWS, valid) + _MARGIN)
        totals += _similarity_sums(
            np.ascontiguousarray(a[rows], np.float32), np.ascontiguousarray(b[rows], np.float32)
        )
    similarity, contrast = totals / (valid * (a.shape[1] - _MARGIN))
    return float(similarity), float(contrast)


def _similarity_sums(x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[float, float]:
    mean_x, mean_y = local_means(x, _WEIGHTS), local_means(y, _WEIGHTS)
    product = mean_x * mean_y
    squares = mean_x**2 + mean_y**2
    covariance = local_means(x * y, _WEIGHTS) - product
    variances = local_means(x**2 + y**2, _WEIGHTS) - squares
    contrast = (2 * covariance + _C2) / (variances + _C2)
    similarity = contrast * ((2 * product + _C1) / (squares + _C1))
    return (
        float(np.sum(similarity, dtype=np.float64)),
        float(np.sum(contrast, dtype=np.float64)),
    )


def check_pair(a: Image, b: Image, smallest_side: int = 1, measure: str = "this measure") -> None:
    """Refuse two images that cannot be compared: raises UsageError saying why.

    Both must be (H, W, C) floats of one shape, finite, with no side below `smallest_side`, which
    is what `measure` needs.
    """
    if a.shape != b.shape or a.ndim != 3:
        raise UsageError(
            "The two images cannot be compared",
            actual=f"shapes {a.shape} and {b.shape}",
            expected="one shape (height, width, channels)",
        )
    if not (np.issubdtype(a.dtype, np.floating) and np.issubdtype(b.dtype, np.floating)):
        # Integers would be compared on a scale of 0 to 255 with a peak of 1, 48 dB off.
        raise UsageError(
            "The two images cannot be compared",
            actual=f"samples of type {a.dtype} and {b.dtype}",
            expected="floats in the range 0 to 1",
            remedy="Divide 8-bit samples by 255",
        )
    if not all(np.isfinite(np.sum(image, dtype=np.float64)) for image in (a, b)):
        raise UsageError(
            "The two images cannot be compared: a sample is not a number or is infinite",
            actual=f"NaN or infinity within shapes {a.shape} and {b.shape}",
            expected="finite samples",
        )
    if min(a.shape[:2]) < smallest_side:
        raise UsageError(
            f"The images are too small for {measure}",
            actual=f"{a.shape[1]} x {a.shape[0]} pixels",
            expected=f"at least {smallest_side} x {smallest_side} pixels",
        )
