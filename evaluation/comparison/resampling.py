"""Bootstrap over images: how far would the mean be off with other images of the same kind?

Holds where the images are independent draws from the kind one wants to speak about. Crops of one
picture, or pages of one book, are not: they make every interval too narrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

CONFIDENCE = 0.95
FEWEST_IMAGES = 2
"""With a single image there is no spread to learn from, so there is no interval."""
MOST_RESAMPLES, FEWEST_RESAMPLES = 9_999, 1_999
_DRAWS = 4_000_000
_CHUNK = 1_000_000


@dataclass(frozen=True)
class Interval:
    """A mean over images and where it may truly lie."""

    mean: float
    low: float
    """NaN, as `high`, where there are too few images."""
    high: float
    images: int

    @property
    def known(self) -> bool:
        """Whether there are bounds."""
        return not math.isnan(self.low)


def resampled_means(values: NDArray[np.float64], seed: int = 0) -> NDArray[np.float64]:
    """(resamples, k) means of `values` (images, k) over images drawn with replacement.

    All columns see the same draws, so that differences of columns are paired. From 9999
    resamples with few images down to 1999 with many; the same for the same seed.
    """
    images = len(values)
    times = _times_drawn(images, seed)
    step = _lines_at_a_time(images)
    parts = range(0, len(times), step)
    return np.concatenate([times[start : start + step] @ values / images for start in parts])


@lru_cache(maxsize=2)
def _times_drawn(images: int, seed: int) -> NDArray[np.uint8]:
    """(resamples, images) how often each image is drawn; kept, since one run asks many times."""
    resamples = max(FEWEST_RESAMPLES, min(MOST_RESAMPLES, _DRAWS // images))
    random = np.random.default_rng(seed)
    times = np.empty((resamples, images), np.uint8)
    step = _lines_at_a_time(images)
    for start in range(0, resamples, step):
        lines = times[start : start + step]
        drawn = random.integers(0, images, lines.shape, dtype=np.int64)
        drawn += np.arange(len(lines))[:, None] * images
        lines[:] = np.bincount(drawn.ravel(), minlength=lines.size).reshape(lines.shape)
    return times


def _lines_at_a_time(images: int) -> int:
    """So many resamples that their draws take few megabytes."""
    return max(1, _CHUNK // images)


def intervals(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> list[Interval]:
    """The mean of each column of `values` (images, k) with its bootstrap interval.

    Expanded percentile interval (Hesterberg 2015, What Teachers Should Know About the Bootstrap,
    section 4.1): percentiles are moved outwards as Student's t asks, because with few images the
    plain ones are too narrow. Values must be finite. With fewer than two images the bounds are
    NaN, with none the mean too; equal values give an interval of no width.
    """
    images, columns = values.shape
    if images < FEWEST_IMAGES:
        means = values.mean(axis=0) if images else np.full(columns, math.nan)
        return [Interval(float(mean), math.nan, math.nan, images) for mean in means]
    outer = norm.cdf(-_widening(images) * t.ppf((1 + confidence) / 2, images - 1))
    low, high = np.quantile(resampled_means(values), (outer, 1 - outer), axis=0)
    return [
        Interval(float(mean), float(min(mean, bottom)), float(max(mean, top)), images)
        for mean, bottom, top in zip(values.mean(axis=0), low, high, strict=True)
    ]


def two_sided_p(differences: NDArray[np.float64], resampled: NDArray[np.float64]) -> float:
    """The level at which the expanded interval of a mean difference would just reach 0.

    differences: (images,), paired; resampled: (resamples,) means of it. Where no resample lies
    beyond 0, the tail is that of a normal distribution of the resamples' spread. NaN with fewer
    than two images, 1 for differences that are all 0.
    """
    images = len(differences)
    if images < FEWEST_IMAGES:
        return math.nan
    if not differences.any():
        return 1.0
    mean, spread = float(differences.mean()), float(resampled.std())
    beyond = float(np.mean(resampled <= 0 if mean > 0 else resampled >= 0))
    if beyond > 0:
        distance = float(norm.isf(min(beyond, 0.5)))
    else:
        distance = abs(mean) / spread if spread > 0 else math.inf
    return float(2 * t.sf(distance / _widening(images), images - 1))


def _widening(images: int) -> float:
    return math.sqrt(images / (images - 1))
