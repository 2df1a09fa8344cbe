"""How far raters agree: Krippendorff's alpha."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import evalica
import numpy as np
import pandas as pd
from scipy import stats

from evaluation.studies.analysing.matrix import ScoreMatrix
from restoration.errors import OutOfRange

Distance = Literal["nominal", "ordinal", "interval", "ratio"]
LEAST_RATIO = 1e-6
"""Of the variance between items to that within; agreement below chance has little meaning."""


@dataclass(frozen=True)
class Alpha:
    """1 is perfect agreement, 0 what chance gives."""

    value: float
    low: float
    """95 %."""
    high: float


def krippendorff_alpha(matrix: ScoreMatrix, distance: Distance = "interval") -> float:
    """Krippendorff's alpha (Content Analysis, 2018, chapter 12), computed by evalica.

    Missing votes and items with a single vote are left out of the pairs. Raises OutOfRange where
    it is undefined: no item has two votes, or all votes are equal.
    """
    pairable = matrix.scores[matrix.given.sum(axis=1) > 1]
    if pairable.size == 0:
        raise OutOfRange(
            "Agreement needs items that several raters judged",
            actual="at most one vote on each item",
            expected="two or more on some",
        )
    if np.nanmin(pairable) == np.nanmax(pairable):
        raise OutOfRange(
            "Agreement is undefined where all votes are equal",
            actual=f"every vote is {np.nanmin(pairable):g}",
            expected="votes that differ",
        )
    return float(evalica.alpha(pd.DataFrame(pairable.T), distance=distance).alpha)


def alpha_with_interval(matrix: ScoreMatrix) -> Alpha:
    """The same for the interval distance with 95 % limits, for other items and these raters.

    Jackknife over items on the log of the variance ratio F between and within items, which alpha
    is a function of (Arvesen, Annals of Mathematical Statistics 40, 1969), with Student's t.
    Needs no normal votes. Drawing items with replacement, which is usual, covered 73 to 90 % in
    studies of 12 to 40 items, because the same item drawn twice agrees with itself. With two
    items, or where an item less leaves alpha undefined, the interval is all there is: -1 to 1.
    """
    value = krippendorff_alpha(matrix)
    given = matrix.given
    pairable = given.sum(axis=1) > 1
    scores, given = matrix.scores[pairable] - np.nanmean(matrix.scores), given[pairable]
    scores = np.where(given, scores, 0.0)
    count, total = given.sum(axis=1), scores.sum(axis=1)
    squares = (scores**2).sum(axis=1)
    within = (squares - total**2 / count) * count / (count - 1)
    sums = np.stack([count, total, squares, within])
    items = sums.shape[1]
    if items < 3:
        return Alpha(value, -1.0, 1.0)
    whole = sums.sum(axis=1)
    full = _log_ratio(whole, items)
    pseudo = items * full - (items - 1) * _log_ratio(whole[:, None] - sums, items - 1)
    if not np.isfinite(pseudo).all():
        return Alpha(value, -1.0, 1.0)
    reach = stats.t.ppf(0.975, items - 1) * pseudo.std(ddof=1) / np.sqrt(items)
    ends = _alpha_of(pseudo.mean() + np.array([-reach, reach]), whole[0], items)
    return Alpha(value, float(min(ends[0], value)), float(max(ends[1], value)))


def _log_ratio(sums: np.ndarray, items: int) -> np.ndarray:
    """log F from counts, totals, squares and weighted squares within, each summed over items."""
    count, total, squares, within = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (squares - total**2 / count) / (count - 1) / (within / count)
        ratio = ((count - 1) * apart - (count - items)) / (items - 1)
        return np.asarray(np.log(np.maximum(ratio, LEAST_RATIO)))


def _alpha_of(log_ratio: np.ndarray, votes: float, items: int) -> np.ndarray:
    return 1 - (votes - 1) / ((items - 1) * np.exp(log_ratio) + votes - items)
