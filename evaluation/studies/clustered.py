"""Means of votes that are not independent: one rater gives many, one image gets many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

from evaluation.studies.intervals import mean_interval
from restoration.errors import OutOfRange


@dataclass(frozen=True)
class ClusteredMeans:
    """Means of groups of votes, with the covariance that common raters and images give them."""

    values: np.ndarray
    """(groups,)."""
    covariance: np.ndarray
    """(groups, groups)."""
    freedom: int
    """Degrees of freedom: the number of clusters of the smaller factor, less one."""

    def interval(self, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        """(groups,) bounded 95 % limits of means on [low, high]."""
        error = np.sqrt(np.diag(self.covariance))
        return mean_interval(self.values, error, self.freedom, low, high)

    def difference(self, first: int, second: int) -> Difference:
        """Of two groups."""
        cov = self.covariance
        error = float(
            np.sqrt(max(cov[first, first] + cov[second, second] - 2 * cov[first, second], 0))
        )
        value = float(self.values[first] - self.values[second])
        reach = float(stats.t.ppf(0.975, self.freedom)) * error
        return Difference(value, value - reach, value + reach, t_test(value, error, self.freedom))


@dataclass(frozen=True)
class Difference:
    """With its 95 % interval and the p value of no difference."""

    value: float
    low: float
    high: float
    p: float


def clustered_means(
    values: np.ndarray, weights: np.ndarray, groups: np.ndarray, clusters: Sequence[np.ndarray]
) -> ClusteredMeans:
    """Weighted means of groups with cluster-robust covariance, clustered by one or two factors.

    values, weights: (votes,). groups: (votes,) numbers from 0. clusters: one or two arrays
    (votes,) of numbers from 0, such as raters and contents: the means then hold for other raters
    (and images) like these. Two-way variance is A + B - AB (Cameron, Gelbach and Miller, J.
    Business and Economic Statistics 29, 2011), never below the larger of A and B, each with the
    usual G / (G - 1); t with the smaller G - 1 degrees of freedom. Assumes that clusters are
    independent; with fewer than about ten clusters intervals are too short by a few percent.
    A factor with one level is left out. Raises OutOfRange where no factor has two levels.
    """
    factors = [c for c in clusters if np.unique(c).size > 1]
    if not factors:
        raise OutOfRange(
            "One rater does not say how much raters differ",
            actual="votes of 1 rater",
            expected="at least 2 raters",
        )
    count = int(groups.max()) + 1
    total = np.bincount(groups, weights, count)
    means = np.bincount(groups, weights * values, count) / total
    influence = weights * (values - means[groups]) / total[groups]
    parts = [_products(influence, groups, factor, count) for factor in factors]
    if len(parts) == 1:
        covariance = parts[0]
    else:
        both = factors[0].astype(np.int64) * (int(factors[1].max()) + 1) + factors[1]
        covariance = parts[0] + parts[1] - _products(influence, groups, both, count)
        covariance = _at_least(covariance, parts)
    freedom = min(np.unique(factor).size for factor in factors) - 1
    return ClusteredMeans(means, covariance, freedom)


def clustered_mean(values: np.ndarray, clusters: Sequence[np.ndarray]) -> ClusteredMeans:
    """The same for one group with equal weights."""
    return clustered_means(values, np.ones(len(values)), np.zeros(len(values), dtype=int), clusters)


def codes(names: Sequence[str] | np.ndarray) -> np.ndarray:
    """(votes,) numbers from 0, one for each different name."""
    return np.unique(np.asarray(names, dtype=str), return_inverse=True)[1]


def t_test(value: float, error: float, freedom: int) -> float:
    """Two-sided p value of zero; 1 where nothing varies and the value is zero, else 0."""
    if error < 1e-12:
        return 1.0 if abs(value) < 1e-12 else 0.0
    return float(2 * stats.t.sf(abs(value) / error, freedom))


def _products(
    influence: np.ndarray, groups: np.ndarray, clusters: np.ndarray, count: int
) -> np.ndarray:
    """(groups, groups) sums over clusters of products of the groups' sums."""
    cluster = np.unique(clusters, return_inverse=True)[1]
    size = int(cluster.max()) + 1
    sums = sparse.coo_array((influence, (groups, cluster)), shape=(count, size)).tocsr()
    return np.asarray((sums @ sums.T).todense()) * size / (size - 1)


def _at_least(covariance: np.ndarray, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Take the larger one-way covariance where the two-way one has smaller variances."""
    larger = max(parts, key=lambda part: float(np.trace(part)))
    return covariance if (np.diag(covariance) >= np.diag(larger)).all() else larger
