"""What was removed: whether it looks like noise."""

from __future__ import annotations

import numpy as np

from restoration.fidelity import Image, check_pair
from restoration.residual_spectrum import LAGS, residual_spectrum

SMALLEST_SIDE = 2 * LAGS + 1

_NOTHING = 0.05 / 255


def residual_whiteness(noisy: Image, restored: Image) -> float:
    """Whiteness, 0 to 1, of what was removed from (H, W, C) `noisy`, range [0, 1] or unclipped.

    1 / (1 + 4 S), S the sum of the residual's squared autocorrelations up to 5 pixels away: 1 for
    white noise, lower where neighbouring pixels lost something in common, such as an edge.
    Valid where the noise itself was white. NaN where nothing was removed, that is less than a
    twentieth of a gray level: what is left then is the rounding of the arithmetic.
    Raises UsageError as `psnr` does, and for a side below 11.
    """
    check_pair(noisy, restored, SMALLEST_SIDE, "whiteness")
    residual = np.asarray(np.mean(noisy - restored, axis=2), np.float32)
    if residual.std() < _NOTHING:
        return float("nan")
    return residual_spectrum(residual).whiteness
