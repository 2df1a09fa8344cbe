"""Whether a page is text, a picture, or empty."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter, minimum_filter, uniform_filter
from skimage.filters import threshold_otsu

from restoration.pages.page import Pixels

WORKING_PIXELS = 1.5e6
"""Larger pages are reduced to about this many pixels: strokes are then up to 8 pixels wide."""
PAPER_WINDOW = 21
STROKE_WINDOW = 9

# Every limit below was set on the scans and photographs that bench/noise_estimation.py reads,
# as they are and with sigma 25 added.
_PAPER_SHARE = 0.8
_INK_SHARE = 0.36
_THIN_SHARE = 0.5
_SHARPNESS = 0.25
_SEPARATION = 0.72
_STRONG_CONTRAST = 0.38
_FAINT = 0.1
_FEWEST_MARKS = 1e-4


class PageKind(Enum):
    """What is on a page, as far as the choice of a model depends on it."""

    TEXT = "text"
    """Dark strokes on paper: print, handwriting, line drawings."""
    PHOTOGRAPH = "photograph"
    """Continuous tones: photographs, microscopy, paintings."""
    BLANK = "blank"
    """Nothing but paper, and noise."""


def page_kind(pixels: Pixels, sigma: float = 0.0) -> PageKind:
    """Kind of (H, W, C) `pixels`, [0, 1], with noise of `sigma` on the 0-255 scale.

    Text is thin, sharp, clearly darker than its paper, and covers little of it. Print in white
    on black counts as a photograph.
    """
    gray, blur = _smooth_gray(pixels, sigma)
    paper = _paper_level(gray)
    shade = gray / np.maximum(paper, 0.05)
    on_paper = paper > 0.75 * np.quantile(paper, 0.9)
    ink, noise = _ink(shade)
    if on_paper.mean() > 0.99 and np.mean(shade < 1 - max(_FAINT, 6 * noise)) < _FEWEST_MARKS:
        return PageKind.BLANK
    if on_paper.mean() < _PAPER_SHARE:
        return PageKind.PHOTOGRAPH
    return PageKind.TEXT if _is_writing(shade, ink, on_paper, blur) else PageKind.PHOTOGRAPH


def _smooth_gray(pixels: Pixels, sigma: float) -> tuple[NDArray[np.floating], float]:
    """(H, W) mean over channels, reduced to the working size, and blurred as noise requires.

    Returns it with the radius of the blur.
    """
    gray = np.clip(pixels.mean(axis=2), 0, 1)
    factor = int(np.ceil(np.sqrt(gray.size / WORKING_PIXELS)))
    if factor > 1:
        height, width = (side // factor for side in gray.shape)
        cells = gray[: height * factor, : width * factor]
        gray = cells.reshape(height, factor, width, factor).mean(axis=(1, 3))
    blur = 0.5 + min(sigma / max(factor, 1), 60) / 30
    return gaussian_filter(gray, blur), blur


def _paper_level(gray: NDArray[np.floating]) -> NDArray[np.floating]:
    """Brightness of the paper under each pixel: a closing wipes out strokes."""
    closed = minimum_filter(maximum_filter(gray, PAPER_WINDOW), PAPER_WINDOW)
    return uniform_filter(closed, PAPER_WINDOW)


def _ink(shade: NDArray[np.floating]) -> tuple[NDArray[np.bool_], float]:
    """Mask of what is darker than paper, and the deviation of the paper's own noise."""
    typical = float(np.median(shade))
    noise = 1.4826 * float(np.median(np.abs(shade - typical)))
    threshold = threshold_otsu(shade) if np.ptp(shade) > 0 else 0.0
    ink = shade < threshold
    if not ink.any() or shade[~ink].mean() - shade[ink].mean() < 1.5 * _FAINT:
        # So little ink that the two classes are halves of the noise.
        ink = shade < 1 - max(_FAINT, 6 * noise)
    return ink, noise


def _is_writing(
    shade: NDArray[np.floating],
    ink: NDArray[np.bool_],
    on_paper: NDArray[np.bool_],
    blur: float,
) -> bool:
    if min(shade.shape) < 2:
        return False
    marks = ink & on_paper
    share = marks.sum() / on_paper.sum()
    if not 0 < share < _INK_SHARE:
        return False
    dark, light = shade[marks], shade[on_paper & ~ink]
    contrast = float(light.mean() - dark.mean())
    spread = float(np.var(shade[on_paper]))
    separation = share * (1 - share) * contrast**2 / spread
    thick = maximum_filter(minimum_filter(marks, STROKE_WINDOW), STROKE_WINDOW)
    thin_share = 1 - thick.sum() / marks.sum()
    outline = marks ^ minimum_filter(marks, 3)
    steepness = np.hypot(*np.gradient(shade))[outline].mean() / contrast
    return bool(
        thin_share >= _THIN_SHARE
        and steepness >= _SHARPNESS * min(1, 1.4 / blur)
        and (separation >= _SEPARATION or contrast > _STRONG_CONTRAST)
    )
