"""Is the difference between two models real? Two tests for each pair, corrected for their number.

Two models are told apart only where the paired bootstrap of the mean difference and Wilcoxon's
signed-rank test both say so, each after Holm's correction over all pairs. The bootstrap speaks
about the mean, which tables report, and is too bold with few images; Wilcoxon's test is exact
there, but takes differences as symmetric about their middle. Asking both errs on the safe side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, wilcoxon

from evaluation.comparison.resampling import (
    FEWEST_IMAGES,
    Interval,
    intervals,
    resampled_means,
    two_sided_p,
)
from evaluation.holm import holm

SIGNIFICANCE = 0.05
EXACT_UP_TO = 50
"""Differences other than zero; beyond, Wilcoxon's p is that of the normal approximation, which
with few is bolder than any exact test could be."""


@dataclass(frozen=True)
class Pair:
    """Two models on the same images."""

    first: int
    second: int
    gain: Interval
    """Of the first over the second; positive is better."""
    bootstrap_p: float
    """Holm-corrected, as `wilcoxon_p`; NaN where there are too few images."""
    wilcoxon_p: float
    told_apart: bool


def compare_all(goodness: NDArray[np.float64]) -> tuple[Pair, ...]:
    """Every pair of columns of `goodness` (images, models), where more is better.

    Values must be finite: leave out images that lack a model first. No pair is told apart with
    fewer than two images; equal models have p 1.
    """
    images, models = goodness.shape
    numbers = list(combinations(range(models), 2))
    if not numbers:
        return ()
    first, second = np.array(numbers).T
    differences = goodness[:, first] - goodness[:, second]
    gains = intervals(differences)
    if images < FEWEST_IMAGES:
        raw_bootstrap = raw_wilcoxon = [math.nan] * len(numbers)
    else:
        means = resampled_means(goodness)
        raw_bootstrap = [
            two_sided_p(differences[:, number], means[:, a] - means[:, b])
            for number, (a, b) in enumerate(numbers)
        ]
        raw_wilcoxon = [wilcoxon_p(column) for column in differences.T]
    bootstrap_ps, wilcoxon_ps = holm(raw_bootstrap).tolist(), holm(raw_wilcoxon).tolist()
    return tuple(
        Pair(a, b, gain, by_bootstrap, by_ranks, max(by_bootstrap, by_ranks) < SIGNIFICANCE)
        for (a, b), gain, by_bootstrap, by_ranks in zip(
            numbers, gains, bootstrap_ps, wilcoxon_ps, strict=True
        )
    )


def wilcoxon_p(differences: NDArray[np.float64]) -> float:
    """Two-sided p of Wilcoxon's signed-rank test of paired `differences` (images,).

    Assumes differences that are symmetric about their middle. Zero differences are ranked and
    then dropped (Pratt 1959); 1 where all are zero, NaN for fewer than two images.
    """
    if len(differences) < FEWEST_IMAGES:
        return math.nan
    if not differences.any():
        return 1.0
    if np.count_nonzero(differences) > EXACT_UP_TO:
        return float(wilcoxon(differences, zero_method="pratt", method="asymptotic").pvalue)
    return _exact_p(differences)


def _exact_p(differences: NDArray[np.float64]) -> float:
    """From all ways in which the signs could have fallen, whatever is equal or zero."""
    # Equal sizes share a mean rank, which can end in a half: doubled, all are whole.
    doubled = np.rint(2 * rankdata(np.abs(differences))).astype(np.int64)
    ranks = doubled[differences != 0]
    chances = np.zeros(ranks.sum() + 1)  # of each sum of the ranks whose sign is positive
    chances[0] = 1
    for rank in ranks:
        chances[rank:] += chances[:-rank]
        chances /= 2
    found = doubled[differences > 0].sum()
    tail = chances[: min(found, ranks.sum() - found) + 1].sum()
    return float(min(1.0, 2 * tail))


def fewest_images_to_tell_apart(models: int) -> int:
    """How many images this comparison needs before it could tell any two of `models` apart.

    Below it, the smallest p that Wilcoxon's test has is above the corrected level.
    """
    pairs = models * (models - 1) // 2
    return 0 if pairs == 0 else math.ceil(1 + math.log2(pairs / SIGNIFICANCE) + 1e-9)
