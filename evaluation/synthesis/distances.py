"""Distances between two sets of feature vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Vectors = NDArray[np.float64]
"""(N, D)."""


def frechet_distance(first: Vectors, second: Vectors) -> float:
    """Squared Frechet distance of two normal distributions fitted to the sets (Heusel et al. 2017).

    At least 0. Biased upwards where sets are small against D: compare sets of one size only.
    """
    covariance, other = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    shift = first.mean(axis=0) - second.mean(axis=0)
    # The trace of the root of a product of two covariances: its eigenvalues are not negative.
    eigenvalues = linalg.eigvals(covariance @ other)
    root = np.sqrt(np.maximum(eigenvalues.real, 0)).sum()
    distance = shift @ shift + np.trace(covariance) + np.trace(other) - 2 * root
    return float(max(distance, 0.0))


def kernel_distance(first: Vectors, second: Vectors) -> float:
    """Squared maximum mean discrepancy with the cubic kernel (Binkowski et al. 2018): KID.

    Unbiased, so that it can fall below 0 for two sets of one distribution.
    """
    dimensions = first.shape[1]

    def kernel(a: Vectors, b: Vectors) -> Vectors:
        return (a @ b.T / dimensions + 1) ** 3

    def within(a: Vectors) -> float:
        matrix = kernel(a, a)
        return float((matrix.sum() - np.trace(matrix)) / (len(a) * (len(a) - 1)))

    return within(first) + within(second) - 2 * float(kernel(first, second).mean())
