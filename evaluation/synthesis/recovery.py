"""How much of what single cells would give is given by noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

PUBLISHED_RECOVERY = 0.87
"""Of the improvement that true single-cell features bring (Daniel et al. 2023, abstract)."""
CONFIDENCE = 0.95
RESAMPLES = 4000


@dataclass(frozen=True)
class Interval:
    """A mean over seeds with its 95 % interval."""

    value: float
    low: float
    high: float


def mean_interval(values: Sequence[float]) -> Interval:
    """Student's t interval for the mean over independent seeds; of no width for a single one."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return Interval(mean, mean, mean)
    error = float(np.std(values, ddof=1) / np.sqrt(len(values)))
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * error
    return Interval(mean, mean - reach, mean + reach)


def recovery(
    polygons: Sequence[float], noise: Sequence[float], cells: Sequence[float]
) -> Interval | None:
    """(noise - polygons) / (cells - polygons) of means over seeds, with a bootstrap interval.

    Seeds are resampled together for the three conditions. None where cells are not better than
    polygons beyond the seeds' spread (two-sided t test, 5 %): then there is nothing to recover, and
    the ratio is a division by noise. Valid for distances, where less is better. With few seeds
    the interval is too narrow.
    """
    told = np.array([polygons, noise, cells], float)
    gains = told[0] - told[2]
    if len(gains) < 2 or gains.mean() <= 0:
        return None
    if mean_interval(list(gains)).low <= 0:
        return None
    drawn = np.random.default_rng(0).integers(len(gains), size=(RESAMPLES, len(gains)))
    means = told[:, drawn].mean(axis=2)
    ratios = (means[1] - means[0]) / (means[2] - means[0])
    low, high = np.quantile(ratios, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    centre = told.mean(axis=1)
    value = (centre[1] - centre[0]) / (centre[2] - centre[0])
    return Interval(float(value), float(low), float(high))
