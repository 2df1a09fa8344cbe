"""Mean opinion scores as they are, without any correction (P.910 (10/2023) section 13)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.studies.analysing.intervals import mean_interval
from evaluation.studies.analysing.matrix import ScoreMatrix


def mean_opinion_scores(matrix: ScoreMatrix) -> pd.DataFrame:
    """One row for each item: item, votes, mos, deviation, low, high (bounded 95 %).

    Assumes that raters are independent and use the scale alike; that they do not is what
    `subject_bias` corrects. Missing votes: each mean is over those who voted. One vote, or all
    votes equal: deviation 0 and the wide interval of `intervals.mean_interval`.
    """
    given = matrix.given
    votes = given.sum(axis=1)
    total = np.where(given, matrix.scores, 0.0).sum(axis=1)
    mean = total / votes
    squares = np.where(given, (matrix.scores - mean[:, None]) ** 2, 0.0).sum(axis=1)
    deviation = np.sqrt(squares / np.maximum(votes - 1, 1))
    low, high = mean_interval(mean, deviation / np.sqrt(votes), votes - 1, matrix.low, matrix.high)
    return pd.DataFrame(
        {
            "item": matrix.items,
            "votes": votes,
            "mos": mean,
            "deviation": deviation,
            "low": low,
            "high": high,
        }
    )
