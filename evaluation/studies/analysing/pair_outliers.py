"""Raters whose choices between pairs do not fit those of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.studies.analysing.choice_scale import PRIOR, Model, fit_scale, log_likelihood
from evaluation.studies.analysing.pairs import comparisons

SUSPECT = 1.5


def outlier_scores(judgements: pd.DataFrame) -> pd.DataFrame:
    """One row for each rater: rater, votes, likelihood, score.

    likelihood is the mean log likelihood of a rater's choices under scales fitted to the others
    (one scale for each content); score says how many interquartile ranges it lies below the first
    quartile of all raters, 0 for everyone above it. Above 1.5: look at the rater, do not delete
    (Perez-Ortiz and Mantiuk, arXiv 1712.03686, section 6). With fewer than four raters, or raters
    who are all alike, every score is 0.
    """
    raters = sorted(set(judgements["rater"]))
    total = pd.Series(0.0, index=raters)
    votes = pd.Series(0.0, index=raters)
    for _, group in judgements.groupby("content"):
        table = comparisons(group)
        for k, rater in enumerate(table.raters):
            values = fit_scale(table.without(k), Model.THURSTONE, PRIOR)
            total[rater] += log_likelihood(values, table.wins[k], Model.THURSTONE)
            votes[rater] += table.wins[k].sum()
    likelihood = (total / votes).to_numpy()
    first, third = np.percentile(likelihood, [25, 75])
    spread = third - first
    usable = len(raters) >= 4 and spread > 1e-9
    score = np.maximum((first - likelihood) / spread, 0.0) if usable else np.zeros(len(raters))
    return pd.DataFrame(
        {
            "rater": raters,
            "votes": votes.to_numpy(dtype=int),
            "likelihood": likelihood,
            "score": score,
        }
    )
