"""Scores corrected for the bias and inconsistency of raters: P.910 (11/2021) Annex E."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.studies.analysing.intervals import mean_interval
from evaluation.studies.analysing.matrix import ScoreMatrix, groups_of_raters
from restoration.errors import OutOfRange

TOLERANCE = 1e-8
MAX_ROUNDS = 1000
EPSILON = 1e-8
"""Added to every variance, as the recommendation's own code does."""
FLOOR = 0.05
"""Least inconsistency, as a share of the median rater's: nobody outweighs all others."""


@dataclass(frozen=True)
class SubjectModel:
    """Score = quality of the item + bias of the rater + inconsistency of the rater x noise."""

    quality: np.ndarray
    """(items,) corrected scores; may leave the scale slightly."""
    error: np.ndarray
    """(items,) standard error of each, from what the model leaves of the item's votes."""
    bias: np.ndarray
    """(raters,) how much higher than the others each votes; the mean over raters is zero."""
    inconsistency: np.ndarray
    """(raters,) standard deviation of what is left."""

    def interval(self, matrix: ScoreMatrix) -> tuple[np.ndarray, np.ndarray]:
        """(items,) bounded 95 % limits."""
        freedom = np.maximum(matrix.given.sum(axis=1) - 1, 0)
        return mean_interval(self.quality, self.error, freedom, matrix.low, matrix.high)


def subject_model(matrix: ScoreMatrix) -> SubjectModel:
    """Maximum likelihood by alternating projection (P.910 Annex E = P.913 (06/2021) section 12.6).

    Li, Bampis et al., "A simple model for subject behavior in subjective experiments", 2020.
    Assumes that bias and inconsistency belong to the rater and not to the kind of item. Missing
    votes are left out of every sum. A rater with one vote, or one who follows the mean exactly,
    would get an infinite weight: inconsistency is kept above a twentieth of the median.
    Raises OutOfRange for a single rater, and where raters share no items.
    """
    _check(matrix)
    given = matrix.given
    scores = np.where(given, matrix.scores, 0.0)
    quality = scores.sum(axis=1) / given.sum(axis=1)
    bias = _bias(scores, quality, given)
    for _ in range(MAX_ROUNDS):
        left = np.where(given, scores - quality[:, None] - bias, 0.0)
        inconsistency = _spread(left, given, axis=0)
        floor = max(FLOOR * _typical(inconsistency, given), 1e-6)
        inconsistency = np.maximum(inconsistency, floor)
        weights = np.where(given, 1 / (inconsistency**2 + EPSILON), 0.0)
        before = quality
        quality = (weights * (scores - bias)).sum(axis=1) / weights.sum(axis=1)
        bias = _bias(scores, quality, given)
        if np.linalg.norm(quality - before) < TOLERANCE:
            break
    shift = bias.mean()
    left = np.where(given, scores - quality[:, None] - bias, 0.0)
    error = _spread(left, given, axis=1) / np.sqrt(given.sum(axis=1))
    return SubjectModel(quality + shift, error, bias - shift, inconsistency)


def _bias(scores: np.ndarray, quality: np.ndarray, given: np.ndarray) -> np.ndarray:
    return np.where(given, scores - quality[:, None], 0.0).sum(axis=0) / given.sum(axis=0)


def _spread(left: np.ndarray, given: np.ndarray, axis: int) -> np.ndarray:
    """Population standard deviation of what the model leaves."""
    votes = given.sum(axis=axis)
    middle = np.expand_dims(left.sum(axis=axis) / votes, axis)
    return np.sqrt(np.where(given, (left - middle) ** 2, 0.0).sum(axis=axis) / votes)


def _typical(inconsistency: np.ndarray, given: np.ndarray) -> float:
    several = inconsistency[given.sum(axis=0) > 1]
    return float(np.median(several)) if several.size else 0.0


def _check(matrix: ScoreMatrix) -> None:
    if len(matrix.raters) < 2:
        raise OutOfRange(
            "The bias of a single rater cannot be told from the quality of the items",
            actual="1 rater",
            expected="at least 2",
        )
    groups = groups_of_raters(matrix)
    if groups > 1:
        raise OutOfRange(
            "The raters fall into groups that share no items",
            actual=f"{groups} groups",
            expected="every group linked to the others by common items",
            remedy="Use plain means, or let some raters rate items of both groups",
        )
