"""Means of votes that are not independent: one rater gives many, one image gets many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats
from scipy.sparse.csgraph import connected_components

from evaluation.studies.analysing.intervals import mean_interval
from restoration.errors import OutOfRange

LEAST_CONTENTS = 8


@dataclass(frozen=True)
class Difference:
    """With its 95 % interval and the p value of no difference."""

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class ClusteredMeans:
    """Means of groups of votes, with the errors that common raters and images give them."""

    values: np.ndarray
    """(groups,)."""
    parts: tuple[np.ndarray, ...]
    """(groups, groups) covariances clustered by each factor, and by both together."""
    present: tuple[np.ndarray, ...]
    """(groups, clusters) bool for each factor: which clusters gave votes to which group."""

    def spread(self, contrast: np.ndarray) -> tuple[float, float]:
        """Standard error and degrees of freedom of `contrast @ values`."""
        parts = np.array([max(float(contrast @ part @ contrast), 0.0) for part in self.parts])
        freedoms = [_freedom(present[contrast != 0]) for present in self.present]
        if len(parts) == 1:
            return float(np.sqrt(parts[0])), float(freedoms[0])
        freedoms.append(freedoms[0] * freedoms[1])
        variance = max(parts[0] + parts[1] - parts[2], parts[2])
        noise = (parts**2 / np.array(freedoms)).sum()
        freedom = variance**2 / noise if noise > 0 else min(freedoms)
        return float(np.sqrt(variance)), float(max(freedom, 1.0))

    def interval(self, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        """(groups,) bounded 95 % limits of means on [low, high]."""
        spreads = np.array([self.spread(each) for each in np.eye(len(self.values))])
        return mean_interval(self.values, spreads[:, 0], spreads[:, 1], low, high)

    def difference(self, first: int, second: int) -> Difference:
        """Of two groups."""
        contrast = np.zeros(len(self.values))
        contrast[first], contrast[second] = 1.0, -1.0
        error, freedom = self.spread(contrast)
        value = float(self.values[first] - self.values[second])
        reach = float(stats.t.ppf(0.975, freedom)) * error
        return Difference(value, value - reach, value + reach, t_test(value, error, freedom))


def clustered_means(
    values: np.ndarray, weights: np.ndarray, groups: np.ndarray, clusters: Sequence[np.ndarray]
) -> ClusteredMeans:
    """Weighted means of groups with cluster-robust errors, clustered by one or two factors.

    values, weights: (votes,). groups: (votes,) numbers from 0. clusters: one or two arrays
    (votes,) of numbers from 0, such as raters and contents: the means then hold for other raters
    and contents like these. The two-way variance is A + B - AB (Cameron, Gelbach and Miller, J.
    Business and Economic Statistics 29, 2011), each with n / (n - 1) for the n clusters of a group
    (Bell and McCaffrey, Survey Methodology 28, 2002, for means), and at least AB, which it cannot
    truly be below. Degrees of freedom by Satterthwaite, as in crossed analyses of variance, from
    the clusters that the compared groups have, less one for each set of groups that shares
    clusters: raters who each work in one of two arms give two less. Assumes that clusters are
    independent. A factor with one level is left out. Raises OutOfRange where there is one rater
    (the first factor) or no vote.
    """
    if np.unique(clusters[0]).size < 2:
        raise OutOfRange(
            "One rater does not say how much raters differ",
            actual=f"votes of {np.unique(clusters[0]).size} raters",
            expected="at least 2 raters",
        )
    factors = [np.unique(c, return_inverse=True)[1] for c in clusters if np.unique(c).size > 1]
    count = int(groups.max()) + 1
    total = np.bincount(groups, weights, count)
    means = np.bincount(groups, weights * values, count) / total
    influence = weights * (values - means[groups]) / total[groups]
    return clustered_values(means, influence, groups, factors)


def clustered_values(
    values: np.ndarray, influence: np.ndarray, groups: np.ndarray, factors: Sequence[np.ndarray]
) -> ClusteredMeans:
    """The same for other figures than means, from the influence of each vote on its group's.

    values: (groups,). influence: (votes,) how far each vote moves the figure of its group, with
    a sum of zero (Hampel, J. American Statistical Association 69, 1974). factors: one or two
    arrays (votes,) of numbers from 0, each with two levels at least.
    """
    count, factors = len(values), list(factors)
    present = tuple(_summed(np.ones(len(groups)), groups, f, count).toarray() > 0 for f in factors)
    if len(factors) == 2:
        both = factors[0].astype(np.int64) * (int(factors[1].max()) + 1) + factors[1]
        factors.append(np.unique(both, return_inverse=True)[1])
    parts = tuple(_products(influence, groups, factor, count) for factor in factors)
    return ClusteredMeans(values, parts, present)


def _freedom(present: np.ndarray) -> int:
    """Clusters of some groups, less the sets of groups that share none; at least 1."""
    shared = present.astype(float) @ present.T
    return max(int(present.any(axis=0).sum() - connected_components(shared)[0]), 1)


def clustered_mean(
    values: np.ndarray, clusters: Sequence[np.ndarray]
) -> tuple[float, float, float]:
    """Mean of votes of one kind, its standard error, and the degrees of freedom."""
    groups = np.zeros(len(values), dtype=int)
    means = clustered_means(values, np.ones(len(values)), groups, clusters)
    return (float(means.values[0]), *means.spread(np.ones(1)))


def factors_of(votes: pd.DataFrame, content: str = "content") -> list[np.ndarray]:
    """What votes are clustered by: raters, and contents where there are at least eight.

    Fewer images cannot stand for others: results then hold for these images only.
    """
    factors = [codes(votes["rater"].to_numpy())]
    if votes[content].nunique() >= LEAST_CONTENTS:
        factors.append(codes(votes[content].to_numpy()))
    return factors


def codes(names: Sequence[str] | np.ndarray) -> np.ndarray:
    """(votes,) numbers from 0, one for each different name."""
    return np.unique(np.asarray(names, dtype=str), return_inverse=True)[1]


def t_test(value: float, error: float, freedom: float) -> float:
    """Two-sided p value of zero; where nothing varies 1 for a value of zero, else 0."""
    if error < 1e-12:
        return 1.0 if abs(value) < 1e-12 else 0.0
    return float(2 * stats.t.sf(abs(value) / error, freedom))


def _products(
    influence: np.ndarray, groups: np.ndarray, clusters: np.ndarray, count: int
) -> np.ndarray:
    """(groups, groups) sums over clusters of products of the groups' sums."""
    sums = _summed(influence, groups, clusters, count)
    own = (_summed(np.ones(len(groups)), groups, clusters, count) > 0).sum(axis=1)
    scale = np.sqrt(own / np.maximum(own - 1, 1))
    return np.asarray((sums @ sums.T).todense()) * np.outer(scale, scale)


def _summed(
    values: np.ndarray, groups: np.ndarray, clusters: np.ndarray, count: int
) -> sparse.csr_array:
    """(groups, clusters) sums of values."""
    shape = count, int(clusters.max()) + 1
    return sparse.coo_array((values, (groups, clusters)), shape=shape).tocsr()
