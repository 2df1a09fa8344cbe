"""Scores of conditions, such as models, by each method that reads scores."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from evaluation.studies.analysing.clustered import (
    ClusteredMeans,
    clustered_means,
    codes,
    factors_of,
)
from evaluation.studies.analysing.matrix import score_matrix
from evaluation.studies.analysing.screening import bt500_screening
from evaluation.studies.analysing.subject_bias import subject_model


class Method(StrEnum):
    """How votes become scores of conditions."""

    PLAIN = "plain mean"
    CORRECTED = "bias corrected (P.910)"
    SCREENED = "screened (BT.500)"
    BRADLEY_TERRY = "Bradley-Terry"
    JOD = "JOD"


def condition_means(votes: pd.DataFrame, method: Method) -> tuple[tuple[str, ...], ClusteredMeans]:
    """Names of the conditions, and their mean scores over items by one of the first three methods.

    Each item counts alike, whatever its number of votes. Intervals hold for other raters and
    other contents like these (`clustered_means`). `CORRECTED` takes each rater's bias off and
    weights by consistency; `SCREENED` leaves out whom BT.500 rejects. Raises OutOfRange where the
    method has no answer (single rater, raters without common items).
    """
    scores = votes["score"].to_numpy(dtype=float)
    weights = np.ones(len(votes))
    kept = np.ones(len(votes), dtype=bool)
    if method is not Method.PLAIN:
        matrix = score_matrix(votes)
        who = votes["rater"].map({name: k for k, name in enumerate(matrix.raters)}).to_numpy(int)
        if method is Method.CORRECTED:
            model = subject_model(matrix)
            scores = scores - model.bias[who]
            weights = 1 / model.inconsistency[who] ** 2
        else:
            kept = ~bt500_screening(matrix).rejected[who]
    chosen = votes[kept]
    names, groups = np.unique(chosen["condition"].to_numpy(dtype=str), return_inverse=True)
    items = codes(chosen["item"].to_numpy())
    weights = weights[kept]
    weights = weights / np.bincount(items, weights)[items]
    means = clustered_means(scores[kept], weights, groups, factors_of(chosen))
    return tuple(map(str, names)), means


def condition_scores(votes: pd.DataFrame, method: Method) -> pd.DataFrame:
    """One row for each condition: condition, value, low, high (bounded 95 %)."""
    names, means = condition_means(votes, method)
    low, high = means.interval(votes["scale_min"].iloc[0], votes["scale_max"].iloc[0])
    return pd.DataFrame({"condition": names, "value": means.values, "low": low, "high": high})
