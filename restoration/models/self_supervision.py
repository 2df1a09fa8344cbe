"""Choose a filter's strength on the noisy page alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from restoration.pages.page import Pixels

Filter = Callable[[Pixels, float], Pixels]
"""(H, W, C) pixels and the noise sigma (0-255) to the restored pixels."""

STRENGTHS = (0.5, 0.65, 0.8, 1.0, 1.25, 1.6, 2.0)
CROP = 256

MOST_LOSS = 2.2
"""In units of sigma squared. Above it, what the neighbours cannot predict is mostly detail."""
LEAST_GAIN_OF_MORE = 0.003
LEAST_GAIN_OF_LESS = 0.02
"""By which share the loss must fall before strength 1, the measured rule, is left. Less strength
must earn more: the filter sees a mean where the page has a noisy pixel, so it needs less there."""


def best_strength(filter: Filter, pixels: Pixels, sigma: float) -> float:
    """The factor on `sigma` (0-255) with which `filter` predicts (H, W, C) `pixels` best.

    Each of a grid of pixels is replaced by a mean of its neighbours before filtering, and the
    filter's output is compared with what was there: noise cannot be predicted from its
    neighbours, the image can. This corrects an estimate of sigma that is off, and noise that
    varies over the page. Valid for noise of mean zero that is independent from pixel to pixel
    and outweighs the detail that neighbours do not show; on a crop where it does not, the loss
    asks for far too much smoothing, and 1 is returned (`bench/self_supervision.py`).
    Source: Batson and Royer, Noise2Self: blind denoising by self-supervision, ICML 2019,
    section 3, in scikit-image.
    """
    from skimage.restoration import calibrate_denoiser

    def denoise(image: Pixels, strength: float, channel_axis: int) -> Pixels:
        assert channel_axis == -1, "read by scikit-image, which then hides whole pixels"
        return filter(np.asarray(image, np.float32), sigma * strength)

    _, (tried, losses) = calibrate_denoiser(
        representative_crop(pixels),
        denoise,
        {"strength": list(STRENGTHS), "channel_axis": [-1]},
        extra_output=True,
    )
    best = int(np.argmin(losses))
    untuned = losses[STRENGTHS.index(1.0)]
    strength = float(tried[best]["strength"])
    least_gain = LEAST_GAIN_OF_MORE if strength > 1 else LEAST_GAIN_OF_LESS
    detail_outweighs_noise = losses[best] > MOST_LOSS * (sigma / 255.0) ** 2
    if detail_outweighs_noise or losses[best] > (1 - least_gain) * untuned:
        return 1.0
    return strength


def representative_crop(pixels: Pixels, side: int = CROP) -> Pixels:
    """The `side` x `side` part of (H, W, C) `pixels` whose contrast is most like the average.

    The whole where it is no larger. A blank margin would ask for any strength at all, and the
    busiest corner for none.
    """
    height, width = pixels.shape[:2]
    corners = [(top, left) for top in _starts(height, side) for left in _starts(width, side)]
    crops = [pixels[top : top + side, left : left + side] for top, left in corners]
    contrasts = np.array([float(crop.std()) for crop in crops])
    return crops[int(np.argmin(np.abs(contrasts - contrasts.mean())))]


def _starts(length: int, side: int) -> range:
    """Starts of as many whole windows as fit, without overlap."""
    return range(0, max(1, length - side + 1), side)
