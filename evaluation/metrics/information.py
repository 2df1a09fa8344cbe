"""Visual information fidelity, in the pixel domain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.planes import luma
from restoration.fidelity import Image, check_pair
from restoration.windows import gaussian_weights, local_means

SMALLEST_SIDE = 41
"""The window of the fourth scale still fits."""

_STRIP_ROWS = 192
_WINDOWS = (17, 9, 5, 3)
_VISUAL_NOISE = 2 / 255**2
_NEGLIGIBLE = 1e-10 / 255**2

Samples = NDArray[np.float64]


def vif(clean: Image, restored: Image) -> float:
    """Share of the clean image's information that is left, from the luma of two (H, W, C) images.

    Sheikh, Bovik, IEEE TIP 15(2), 2006, in the pixel-domain form of the authors' vifp_mscale:
    four scales, Gaussian windows of 17, 9, 5 and 3 pixels, only where they lie wholly inside.
    1 when equal, above 1 where contrast was raised; NaN where the clean image is constant and
    has no information. Raises UsageError as `psnr` does, and for a side below 41.
    """
    check_pair(clean, restored, SMALLEST_SIDE, "VIF")
    # Variances are compared with a visual noise of 3e-5: single precision would show.
    a, b = (np.asarray(luma(image), np.float64) for image in (clean, restored))
    kept = there = 0.0
    for scale, size in enumerate(_WINDOWS):
        weights = gaussian_weights(size, size / 5)
        if scale > 0:
            a, b = local_means(a, weights)[::2, ::2], local_means(b, weights)[::2, ::2]
        # In strips: the intermediate arrays of a large page would fill the memory.
        for top in range(0, len(a) - size + 1, _STRIP_ROWS):
            rows = slice(top, top + _STRIP_ROWS + size - 1)
            found, whole = _information(a[rows], b[rows], weights)
            kept += found
            there += whole
    return kept / there if there > 0 else float("nan")


def _information(a: Samples, b: Samples, weights: Samples) -> tuple[float, float]:
    """Bits of the clean plane `a` seen through `b`, and seen directly, at one scale."""
    mean_a, mean_b = local_means(a, weights), local_means(b, weights)
    variance_a = np.maximum(local_means(a * a, weights) - mean_a**2, 0)
    variance_b = np.maximum(local_means(b * b, weights) - mean_b**2, 0)
    covariance = local_means(a * b, weights) - mean_a * mean_b

    gain = covariance / (variance_a + _NEGLIGIBLE)
    noise = variance_b - gain * covariance
    flat = variance_a < _NEGLIGIBLE
    gain[flat] = 0
    noise[flat] = variance_b[flat]
    variance_a[flat] = 0
    gain[variance_b < _NEGLIGIBLE] = 0
    noise[variance_b < _NEGLIGIBLE] = 0
    inverted = gain < 0
    noise[inverted] = variance_b[inverted]
    gain[inverted] = 0
    noise = np.maximum(noise, _NEGLIGIBLE)

    seen = np.log2(1 + gain**2 * variance_a / (noise + _VISUAL_NOISE))
    whole = np.log2(1 + variance_a / _VISUAL_NOISE)
    return float(seen.sum()), float(whole.sum())
