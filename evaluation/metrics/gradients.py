"""How well edges survive: gradient magnitude similarity and edge preservation."""

from __future__ import annotations

import numpy as np

from evaluation.metrics.planes import Plane, halved, luma
from restoration.fidelity import Image, check_pair

SMALLEST_SIDE = 4

_STABILITY = 170 / 255**2
_LINE = (1, 0, -1)
_ACROSS = (1 / 3, 1 / 3, 1 / 3)


def gmsd(clean: Image, restored: Image) -> float:
    """Gradient magnitude similarity deviation of the luma of two (H, W, C) images; 0 when equal.

    Xue, Zhang, Mou, Bovik, IEEE TIP 23(2), 2014, equations 1 to 6, T = 170 on the 0-255 scale,
    after halving; beyond the border the image counts as black, as in the authors' code.
    Two constant images read about 0, whatever their levels: gradients see no brightness.
    Raises UsageError as `psnr` does, and for a side below 4.
    """
    check_pair(clean, restored, SMALLEST_SIDE, "GMSD")
    a, b = (_gradient_magnitude(halved(luma(image), "constant")) for image in (clean, restored))
    similarity = (2 * a * b + _STABILITY) / (a**2 + b**2 + _STABILITY)
    return float(np.std(similarity, dtype=np.float64, ddof=1))


def edge_preservation(clean: Image, restored: Image) -> float:
    """Correlation of the high-pass lumas of two (H, W, C) images, -1 to 1; 1 when equal.

    The edge preservation index: Sattar, Floreby, Salomonsson, Loevstroem, IEEE TIP 6(6), 1997,
    with the 3 x 3 Laplacian as high-pass and the outermost pixels left out. Noise left over
    lowers it as lost edges do. 0 where the restored image is constant, NaN where the clean
    one is: it has no edge to keep.
    Raises UsageError as `psnr` does, and for a side below 4.
    """
    check_pair(clean, restored, SMALLEST_SIDE, "edge preservation")
    a, b = _laplacian(luma(clean)), _laplacian(luma(restored))
    kept = float(np.vdot(a, b))
    there, found = float(np.vdot(a, a)), float(np.vdot(b, b))
    if there == 0:
        return float("nan")
    return kept / float(np.sqrt(there * found)) if found > 0 else 0.0


def _gradient_magnitude(plane: Plane) -> Plane:
    from scipy.ndimage import correlate1d

    down, right = (
        correlate1d(
            correlate1d(plane, _LINE, axis, mode="constant"), _ACROSS, 1 - axis, mode="constant"
        )
        for axis in (0, 1)
    )
    return np.hypot(down, right)


def _laplacian(plane: Plane) -> Plane:
    """(H - 2, W - 2), mean taken off."""
    middle = plane[1:-1, 1:-1]
    beside = plane[:-2, 1:-1] + plane[2:, 1:-1] + plane[1:-1, :-2] + plane[1:-1, 2:]
    bent = beside - 4 * middle
    return bent - bent.mean(dtype=np.float64).astype(bent.dtype)
