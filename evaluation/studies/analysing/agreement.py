"""How far raters agree: Krippendorff's alpha, and intraclass correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import evalica
import numpy as np
import pandas as pd

from evaluation.studies.analysing.components import variance_components
from evaluation.studies.analysing.matrix import ScoreMatrix
from restoration.errors import OutOfRange

Distance = Literal["nominal", "ordinal", "interval", "ratio"]
DRAWS = 200
SEED = 20240717


@dataclass(frozen=True)
class Alpha:
    """1 is perfect agreement, 0 what chance gives."""

    value: float
    low: float
    """Bootstrap over items, 95 %."""
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


def alpha_with_interval(matrix: ScoreMatrix, distance: Distance = "interval") -> Alpha:
    """The same with a 95 % interval: items are drawn again with replacement."""
    value = krippendorff_alpha(matrix, distance)
    pairable = matrix.scores[matrix.given.sum(axis=1) > 1]
    generator = np.random.default_rng(SEED)
    draws = []
    for _ in range(DRAWS):
        drawn = pairable[generator.integers(0, len(pairable), len(pairable))]
        if np.nanmin(drawn) < np.nanmax(drawn):
            draws.append(float(evalica.alpha(pd.DataFrame(drawn.T), distance=distance).alpha))
    low, high = np.percentile(draws, [2.5, 97.5]) if draws else (value, value)
    return Alpha(value, float(low), float(high))


@dataclass(frozen=True)
class IntraclassCorrelation:
    """Shrout and Fleiss, "Intraclass correlations", Psychological Bulletin 86, 1979."""

    one_way_single: float | None
    """ICC(1,1): every item has other raters. Only for complete tables."""
    agreement_single: float
    """ICC(2,1): how far one rater's vote can be trusted, biases of raters counted as error."""
    consistency_single: float
    """ICC(3,1): the same with biases taken out."""
    one_way_mean: float | None
    agreement_mean: float
    """ICC(2,k): how far the mean of all raters can be trusted."""
    consistency_mean: float


def intraclass_correlation(matrix: ScoreMatrix) -> IntraclassCorrelation:
    """From the mean squares where every rater judged every item, else from REML components.

    Assumes that raters and items are samples from larger populations. With missing votes, k is
    the mean number of votes on an item and the one-way forms are not given. Raises OutOfRange for
    one rater, one item, or votes that are all equal.
    """
    items, raters = matrix.scores.shape
    if items < 2 or raters < 2:
        raise OutOfRange(
            "Intraclass correlation needs several items and several raters",
            actual=f"{items} items, {raters} raters",
            expected="at least 2 of each",
        )
    if np.nanmin(matrix.scores) == np.nanmax(matrix.scores):
        raise OutOfRange("Intraclass correlation is undefined where all votes are equal")
    if matrix.given.all():
        return _from_mean_squares(matrix.scores)
    parts = variance_components(matrix)
    votes = matrix.given.sum() / items
    both = parts.rater + parts.rest
    return IntraclassCorrelation(
        None,
        _share(parts.item, both),
        _share(parts.item, parts.rest),
        None,
        _share(parts.item, both / votes),
        _share(parts.item, parts.rest / votes),
    )


def _from_mean_squares(scores: np.ndarray) -> IntraclassCorrelation:
    n, k = scores.shape
    mean = scores.mean()
    between = k * ((scores.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    raters = n * ((scores.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    total = ((scores - mean) ** 2).sum()
    rest = (total - (n - 1) * between - (k - 1) * raters) / ((n - 1) * (k - 1))
    within = (total - (n - 1) * between) / (n * (k - 1))
    return IntraclassCorrelation(
        _ratio(between - within, between + (k - 1) * within),
        _ratio(between - rest, between + (k - 1) * rest + k * (raters - rest) / n),
        _ratio(between - rest, between + (k - 1) * rest),
        _ratio(between - within, between),
        _ratio(between - rest, between + (raters - rest) / n),
        _ratio(between - rest, between),
    )


def _share(signal: float, noise: float) -> float:
    return _ratio(signal, signal + noise)


def _ratio(above: float, below: float) -> float:
    """0 where there is nothing between items: then a vote says nothing about them."""
    return float(above / below) if abs(below) > 1e-12 else 0.0
