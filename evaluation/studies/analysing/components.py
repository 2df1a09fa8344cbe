"""How much of the spread of votes belongs to items, to raters, and to neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from evaluation.studies.analysing.matrix import ScoreMatrix

LARGEST_RATIO = 1e6


@dataclass(frozen=True)
class Components:
    """Variances in squared units of the scale."""

    item: float
    rater: float
    rest: float
    mean: float
    """Of all votes, weighted as the model does."""


def variance_components(matrix: ScoreMatrix) -> Components:
    """REML of score = mean + item + rater + rest, both random and crossed; votes may be missing.

    Patterson and Thompson, Biometrika 58, 1971. The larger of the two factors is eliminated from
    Henderson's mixed-model equations, so that thousands of items cost no more than their sum.
    Assumes normal effects; robust to that for the use made here (planning, reliability). A factor
    with one level gets 0.
    """
    items, raters = np.nonzero(matrix.given)
    scores = matrix.scores[items, raters]
    spread = float(scores.var())
    if spread < 1e-12:
        return Components(0.0, 0.0, 0.0, float(scores.mean()))
    standard = (scores - scores.mean()) / np.sqrt(spread)
    counts = matrix.given.astype(float)
    totals = np.zeros(matrix.scores.shape)
    totals[items, raters] = standard
    if counts.shape[0] < counts.shape[1]:
        swapped = _fitted(counts.T, totals.T, standard)
        many, few, rest, mean = swapped[1], swapped[0], swapped[2], swapped[3]
    else:
        many, few, rest, mean = _fitted(counts, totals, standard)
    return Components(
        many * spread, few * spread, rest * spread, float(mean * np.sqrt(spread) + scores.mean())
    )


def _fitted(
    counts: np.ndarray, totals: np.ndarray, scores: np.ndarray
) -> tuple[float, float, float, float]:
    """Variances of rows, columns and rest, and the mean, by REML on the two ratios to the rest."""

    def deviance(logs: np.ndarray) -> float:
        return _profile(np.exp(logs), counts, totals, scores)[0]

    start = np.log([0.5, 0.2])
    bounds = [(-14.0, np.log(LARGEST_RATIO))] * 2
    found = minimize(deviance, start, method="L-BFGS-B", bounds=bounds)
    ratios = np.where(found.x <= -13.9, 0.0, np.exp(found.x))
    _, rest, mean = _profile(np.exp(found.x), counts, totals, scores)
    return float(ratios[0] * rest), float(ratios[1] * rest), rest, mean


def _profile(
    ratios: np.ndarray, counts: np.ndarray, totals: np.ndarray, scores: np.ndarray
) -> tuple[float, float, float]:
    """REML deviance up to a constant, variance of the rest, and mean, at ratios (rows, columns)."""
    inner = counts.sum(axis=1) + 1 / ratios[0]
    cross = np.column_stack([counts.sum(axis=1), counts])
    size = counts.shape[1]
    outer = np.zeros((size + 1, size + 1))
    outer[0, 0] = counts.sum()
    outer[0, 1:] = outer[1:, 0] = counts.sum(axis=0)
    outer[1:, 1:] = np.diag(counts.sum(axis=0) + 1 / ratios[1])
    outer -= cross.T @ (cross / inner[:, None])
    right = np.concatenate([[totals.sum()], totals.sum(axis=0)])
    right -= cross.T @ (totals.sum(axis=1) / inner)
    factor = np.linalg.cholesky(outer)
    half = np.linalg.solve(factor, right)
    residual = scores @ scores - (totals.sum(axis=1) ** 2 / inner).sum() - half @ half
    freedom = scores.size - 1
    rest = float(residual / freedom)
    logs = np.log(inner).sum() + 2 * np.log(np.diag(factor)).sum()
    logs += counts.shape[0] * np.log(ratios[0]) + size * np.log(ratios[1])
    mean = float(np.linalg.solve(factor.T, half)[0])
    return float(freedom * np.log(rest) + logs), rest, mean
