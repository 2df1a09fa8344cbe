"""PSNR without a reference: Stein's unbiased risk estimate, by Monte Carlo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from restoration.errors import OutOfRange, UsageError
from restoration.pages.page import Pixels

PROBE_STEP = 0.02
"""Size of the probe over sigma: large enough for float32, small enough to be a derivative."""
CROP_SIDE = 512
_SIGNS = np.array([-1, 1], np.float32)


def sure_psnr(
    restore: Callable[[Pixels], Pixels],
    noisy: Pixels,
    restored: Pixels,
    sigma: float,
    seed: int = 0,
    sigma_error: float = 0.0,
) -> float | None:
    """Estimated PSNR in dB of `restored` against the unknown clean page; None where it fails.

    An error of a few percent in `sigma` shifts the estimate by decibels where little error is
    left. With `sigma_error`, the relative error that sigma may have, the result is the PSNR that
    is reached even so: a lower bound instead of an estimate.

    `noisy` and `restored` are (H, W, C), [0, 1]; `sigma` is that of the noise on the 0-255
    scale; `restore` is called once, on `noisy` plus a faint random probe. On pages above
    512 x 512 pixels the middle is used, and `restore` is then called twice on that.
    Valid for Gaussian noise of known sigma that is independent from pixel to pixel and not
    clipped. It fails where the error is so far below sigma that chance makes the estimated mean
    squared error smaller than (sigma / 100)^2. Raises OutOfRange for a sigma that is not positive,
    UsageError where the shapes differ.
    Ramani, Blu, Unser, "Monte-Carlo SURE", IEEE TIP 17(9), 2008, equation 14.
    """
    if sigma <= 0:
        raise OutOfRange("SURE needs noise", actual=f"sigma {sigma:g}", expected="sigma above 0")
    if noisy.shape != restored.shape:
        raise UsageError(
            "SURE compares a page with its restoration",
            actual=f"shapes {noisy.shape} and {restored.shape}",
            expected="one shape (height, width, channels)",
        )
    noise = sigma / 255
    if max(noisy.shape[:2]) > CROP_SIDE:
        noisy = _middle(noisy)
        restored = restore(noisy)
    probe = np.random.default_rng(seed).choice(_SIGNS, noisy.shape)
    step = np.float32(PROBE_STEP * noise)
    response = np.asarray(restore((noisy + step * probe).astype(np.float32)), np.float64) - restored
    divergence = float(np.mean(probe * response)) / float(step)
    distance = float(np.mean(np.square(np.asarray(restored, np.float64) - noisy)))
    # The risk falls as sigma grows for a model that averages, and rises for one that hardly acts.
    worst = 1 - sigma_error if divergence < 0.5 else 1 + sigma_error
    trusted = (noise * worst) ** 2
    risk = distance - trusted + 2 * trusted * divergence
    return float(-10 * np.log10(risk)) if risk > (noise / 100) ** 2 else None


def _middle(pixels: Pixels) -> Pixels:
    top, left = (max(0, (side - CROP_SIDE) // 2) for side in pixels.shape[:2])
    return np.ascontiguousarray(pixels[top : top + CROP_SIDE, left : left + CROP_SIDE])
