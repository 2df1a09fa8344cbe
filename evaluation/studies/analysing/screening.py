"""Raters who may have to be left out: BT.500-15 screening, and agreement with the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from evaluation.studies.analysing.matrix import ScoreMatrix


class Sigma(Enum):
    """Which standard deviation the BT.500 rule uses: the recommendation does not say."""

    POPULATION = 0
    """Divides by n, as the reference implementation does."""
    SAMPLE = 1
    """Divides by n - 1."""


@dataclass(frozen=True)
class Screening:
    """What the BT.500 rule counts for each rater, all of shape (raters,)."""

    above: np.ndarray
    """P: votes beyond the upper limit of their item."""
    below: np.ndarray
    """Q: votes beyond the lower limit."""
    votes: np.ndarray
    rejected: np.ndarray
    """bool. A flag with a reason: nobody is deleted."""


ROUNDING = 1e-9
"""Votes are whole numbers, so that some lie on a limit exactly; the last bit must not decide."""


def bt500_screening(matrix: ScoreMatrix, sigma: Sigma = Sigma.POPULATION) -> Screening:
    """Rejection of observers by BT.500-15 Annex 1 section 2.3.1 (the kurtosis rule).

    A vote is extreme beyond 2 sigma where the kurtosis of its item lies in [2, 4], otherwise
    beyond sqrt(20) sigma. A rater is rejected where (P + Q) / N > 0.05 and
    |P - Q| / (P + Q) < 0.3. N is the rater's own number of votes, so that missing votes do not
    protect. Items with equal votes have no extreme ones; P + Q = 0 keeps the rater. Assumes that
    most raters are sound, and finds erratic raters only: a steady bias passes.
    """
    given = matrix.given
    count = given.sum(axis=1)
    mean = np.where(given, matrix.scores, 0.0).sum(axis=1) / count
    left = np.where(given, matrix.scores - mean[:, None], 0.0)
    second = (left**2).sum(axis=1) / count
    fourth = (left**4).sum(axis=1) / count
    varies = second > 0
    kurtosis = np.divide(fourth, second**2, out=np.zeros_like(second), where=varies)
    spread = np.sqrt((left**2).sum(axis=1) / np.maximum(count - sigma.value, 1))
    is_normal = (kurtosis >= 2 - ROUNDING) & (kurtosis <= 4 + ROUNDING)
    limit = np.where(is_normal, 2.0, np.sqrt(20.0)) * spread * (1 - ROUNDING)
    beyond = given & varies[:, None]
    above = (beyond & (left >= limit[:, None])).sum(axis=0)
    below = (beyond & (left <= -limit[:, None])).sum(axis=0)
    extreme, votes = above + below, given.sum(axis=0)
    is_frequent = extreme / np.maximum(votes, 1) > 0.05
    is_erratic = np.abs(above - below) / np.maximum(extreme, 1) < 0.3
    return Screening(above, below, votes, is_frequent & is_erratic & (extreme > 0))


def agreement_with_others(matrix: ScoreMatrix) -> np.ndarray:
    """(raters,) Pearson correlation of each with the mean of the others, never including itself.

    NaN where it has no answer: fewer than three common items, or one of the two is constant.
    VQEG and P.913 practice is to look at raters below 0.75.
    """
    given = matrix.given
    scores = np.where(given, matrix.scores, 0.0)
    others = given.sum(axis=1, keepdims=True) - given
    mean = (scores.sum(axis=1, keepdims=True) - scores) / np.maximum(others, 1)
    both = given & (others > 0)
    return np.array([_correlation(scores[ok, k], mean[ok, k]) for k, ok in enumerate(both.T)])


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if first.size < 3 or np.ptp(first) == 0 or np.ptp(second) < 1e-12:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
