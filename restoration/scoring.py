"""Score a restored page: against the reference where there is one, by estimate where not."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from restoration.estimation import Estimate
from restoration.estimation.noise import NoiseEstimate, estimate_noise
from restoration.fidelity import SSIM_WINDOW, psnr, ssim
from restoration.recipe import Scores
from restoration.sure import sure_psnr

SIGMA_ERROR = 0.05
"""What sigma may be off: on the test photographs the median error is at most 3.4 % from 15 up."""
MOST_SATURATED = 0.01
"""Share of samples at black or white up to which SURE is used. At 4 to 6 % its estimates were seen
to be 1 to 3 dB too high, because the noise that clipping took away counts as removed."""


def score(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    restore: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    found: Estimate,
    reference: NDArray[np.float32] | None,
) -> Scores:
    """Scores of `after`, which `restore` made of the (H, W, C) page `before`, beside doing nothing.

    PSNR and SSIM are those of the pages as they are stored and seen: clipped and rounded to
    8 bits. SURE is left out where its assumption, white Gaussian noise, does not hold, and where
    nothing was done.
    """
    measured = found.noise.sigma if found.noise.blocks else None
    if before.shape != after.shape:
        return Scores(sigma_before=measured)
    if reference is not None and reference.shape == before.shape:
        return against(reference, before, after, measured)
    estimated = None
    if (
        _near_white_gaussian(found.noise)
        and _saturated_share(before) <= MOST_SATURATED
        and not np.array_equal(before, after)
    ):
        estimated = sure_psnr(
            restore,
            before,
            after,
            found.noise.sigma,
            sigma_error=SIGMA_ERROR,
        )
    return Scores(
        sigma_before=measured,
        sigma_after=estimate_noise(after).sigma,
        psnr_at_least=estimated,
        estimated_psnr_of_input=None
        if estimated is None
        else 20 * math.log10(255 / found.noise.sigma),
    )


def against(
    reference: NDArray[np.float32],
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    sigma: float | None,
) -> Scores:
    """Scores of `after` and `before` against their clean `reference`, all (H, W, C)."""
    truth, given, made = (_as_seen(pixels) for pixels in (reference, before, after))
    large_enough = min(truth.shape[:2]) >= SSIM_WINDOW
    return Scores(
        psnr=_finite(psnr(truth, made)),
        ssim=ssim(truth, made) if large_enough else None,
        psnr_of_input=_finite(psnr(truth, given)),
        ssim_of_input=ssim(truth, given) if large_enough else None,
        sigma_before=sigma,
        sigma_after=estimate_noise(after).sigma,
    )


def _near_white_gaussian(noise: NoiseEstimate) -> bool:
    return noise.sigma >= 1 and not noise.correlated and not noise.signal_dependent


def _saturated_share(pixels: NDArray[np.float32]) -> float:
    """Share of samples at black or white; noise that was never clipped lies beyond them."""
    return float(np.mean((pixels == 0) | (pixels == 1)))


def _as_seen(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.round(np.clip(pixels, 0, 1) * 255) / np.float32(255)


def _finite(value: float) -> float | None:
    """JSON knows no infinity; a page equal to its reference has no PSNR to print."""
    return value if math.isfinite(value) else None
