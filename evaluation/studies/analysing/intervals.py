"""Intervals that stay on their scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.95


def mean_interval(
    mean: ArrayLike, error: ArrayLike, freedom: ArrayLike, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a mean on [low, high] from its standard error and degrees of freedom.

    Student's interval on the logit of the normalised mean (delta method), so that it cannot leave
    the scale, which the plain one does near the ends (Hossfeld et al., "Confidence interval
    estimators for MOS values", 2018). Valid for independent raters. Where the error is zero or
    unknown (one vote, all votes equal, a mean at the end of the scale) the spread says nothing,
    and Wilson's interval for `freedom + 1` votes is given, which is wide but never empty.
    """
    mean, error, freedom = np.broadcast_arrays(*map(np.asarray, (mean, error, freedom)))
    share = np.clip((mean - low) / (high - low), 0.0, 1.0)
    spread = np.nan_to_num(error / (high - low), nan=0.0)
    usable = (spread > 1e-9) & (freedom > 0) & (share > 1e-9) & (share < 1 - 1e-9)
    inside = np.where(usable, share, 0.5)
    logit = np.log(inside / (1 - inside))
    quantile = stats.t.ppf(0.5 + LEVEL / 2, np.maximum(freedom, 1))
    reach = quantile * np.where(usable, spread, 1.0) / (inside * (1 - inside))
    below, above = wilson(share, np.maximum(freedom, 0) + 1)
    lower = np.where(usable, 1 / (1 + np.exp(np.minimum(reach - logit, 700))), below)
    upper = np.where(usable, 1 / (1 + np.exp(np.maximum(-reach - logit, -700))), above)
    return low + (high - low) * lower, low + (high - low) * upper


def wilson(share: ArrayLike, count: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % interval of a share seen in `count` independent votes (1927)."""
    share, count = np.asarray(share, dtype=float), np.asarray(count, dtype=float)
    z = stats.norm.ppf(0.5 + LEVEL / 2)
    middle = share + z**2 / (2 * count)
    reach = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    scale = 1 + z**2 / count
    return np.maximum((middle - reach) / scale, 0.0), np.minimum((middle + reach) / scale, 1.0)


def percentile_interval(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval from samples along the first axis; those without a value are left out."""
    tail = 50 * (1 - LEVEL)
    lower, upper = np.nanpercentile(samples, [tail, 100 - tail], axis=0)
    return lower, upper
