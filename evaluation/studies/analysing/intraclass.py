"""How far a vote, or the mean of all raters, can be trusted: intraclass correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from evaluation.studies.analysing.components import variance_components
from evaluation.studies.analysing.matrix import ScoreMatrix
from restoration.errors import OutOfRange


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


@dataclass(frozen=True)
class IntraclassLimits:
    """95 % limits, low and high, of the forms of `IntraclassCorrelation`."""

    agreement_single: tuple[float, float]
    consistency_single: tuple[float, float]
    agreement_mean: tuple[float | None, float | None]
    """None where the limit of one rater leaves that of the mean without bound."""


def intraclass_limits(matrix: ScoreMatrix) -> IntraclassLimits | None:
    """Limits of ICC(2,1), ICC(3,1) and ICC(2,k) from the F distribution.

    McGraw and Wong, Psychological Methods 1, 1996, table 7; exact for normal votes for ICC(3,1),
    an approximation of the degrees of freedom for the other two. None where a vote is missing,
    about which that theory says nothing, and where raters differ by their biases only. Raises
    what `intraclass_correlation` raises.
    """
    found = intraclass_correlation(matrix)
    if not matrix.given.all():
        return None
    n, k = matrix.scores.shape
    between, raters, rest, _ = _mean_squares(matrix.scores)
    if rest < 1e-12:
        return None
    freedom = (n - 1) * (k - 1)
    ratio = between / rest
    low = ratio / stats.f.ppf(0.975, n - 1, freedom)
    high = ratio * stats.f.ppf(0.975, freedom, n - 1)
    consistency = (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)
    single = min(found.agreement_single, 1 - 1e-9)
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    parts = np.array([a * raters, b * rest])
    of_rest = parts.sum() ** 2 / (parts**2 / np.array([k - 1, freedom])).sum()
    below, above = stats.f.ppf(0.975, n - 1, of_rest), stats.f.ppf(0.975, of_rest, n - 1)
    noise = k * raters + (k * n - k - n) * rest
    agreement = (
        n * (between - below * rest) / (below * noise + n * between),
        n * (above * between - rest) / (noise + n * above * between),
    )
    return IntraclassLimits(
        (float(agreement[0]), float(agreement[1])),
        (float(consistency[0]), float(consistency[1])),
        (_of_mean(agreement[0], k), _of_mean(agreement[1], k)),
    )


def _of_mean(single: float, raters: int) -> float | None:
    """Reliability of a mean from that of one rater (Spearman and Brown, 1910).

    It falls without bound towards -1 / (raters - 1), and there is none at or below.
    """
    part = 1 + (raters - 1) * single
    return float(raters * single / part) if part > 0 else None


def _mean_squares(scores: np.ndarray) -> tuple[float, float, float, float]:
    """Between items, between raters, rest, and within items."""
    n, k = scores.shape
    mean = scores.mean()
    between = k * ((scores.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    raters = n * ((scores.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    total = ((scores - mean) ** 2).sum()
    rest = (total - (n - 1) * between - (k - 1) * raters) / ((n - 1) * (k - 1))
    within = (total - (n - 1) * between) / (n * (k - 1))
    return float(between), float(raters), float(rest), float(within)


def _from_mean_squares(scores: np.ndarray) -> IntraclassCorrelation:
    n, k = scores.shape
    between, raters, rest, within = _mean_squares(scores)
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
