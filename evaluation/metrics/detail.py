"""Fine detail: how much of the clean image's is left, and how much of any kind there is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.planes import luma
from restoration.fidelity import Image, check_pair

SMALLEST_SIDE = 16
CUT_OFF = 0.25
"""Cycles per pixel; structure finer than two pixels a half wave."""


def detail_kept(clean: Image, restored: Image) -> float:
    """Share of the clean luma's high frequencies found again in the restored; 1 is all of them.

    From two (H, W, C) images: the least-squares gain of the restored spectrum on the clean one
    above 0.25 cycles per pixel, under a Hann window. Noise, which has nothing in common with
    the clean image, neither raises nor lowers it: the noisy image itself reads about 1, blur
    reads below 1 and sharpening above. NaN where the clean image is constant.
    Raises UsageError as `psnr` does, and for a side below 16.
    """
    check_pair(clean, restored, SMALLEST_SIDE, "detail kept")
    if _constant(clean):
        return float("nan")
    a, b = _fine(clean), _fine(restored)
    return float(np.vdot(a, b).real / np.vdot(a, a).real)


def high_frequency_ratio(clean: Image, restored: Image) -> float:
    """Energy of the restored luma above 0.25 cycles per pixel over that of the clean one.

    From two (H, W, C) images, under a Hann window; 1 when equal. Noise counts as energy: below 1
    detail was lost, above 1 noise or false detail is left. NaN where the clean image is constant.
    Raises UsageError as `psnr` does, and for a side below 16.
    """
    check_pair(clean, restored, SMALLEST_SIDE, "the ratio of high frequencies")
    if _constant(clean):
        return float("nan")
    a, b = _fine(clean), _fine(restored)
    return float(np.vdot(b, b).real / np.vdot(a, a).real)


def _constant(image: Image) -> bool:
    plane = luma(image)
    return bool(plane.min() == plane.max())


def _fine(image: Image) -> NDArray[np.complexfloating]:
    """Coefficients of the luma beyond the cut-off frequency, in a fixed order."""
    from scipy.fft import next_fast_len, rfft2

    plane = luma(image)
    height, width = plane.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(plane.dtype)
    shape = (next_fast_len(height), next_fast_len(width, real=True))
    spectrum = rfft2((plane - plane.mean()) * window, shape)
    frequency = np.hypot.outer(np.fft.fftfreq(shape[0]), np.fft.rfftfreq(shape[1]))
    return np.asarray(spectrum[frequency > CUT_OFF])
