"""Rankings of conditions by all methods side by side, and where they disagree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.studies.analysing.choice_scale import Model, choice_scale
from evaluation.studies.analysing.conditions import Method, condition_scores
from evaluation.studies.analysing.pairs import (
    comparisons,
    judgements_of_pairs,
    judgements_of_scores,
)
from evaluation.studies.analysing.votes import scored
from restoration.errors import RestorationError

SCALES = {Method.BRADLEY_TERRY: Model.BRADLEY_TERRY, Method.JOD: Model.THURSTONE}
MOST_COMPARED = 60
"""Conditions beyond which scales from pairs are not fitted while somebody waits."""


@dataclass(frozen=True)
class Rankings:
    """What each method says, and why one says nothing."""

    table: pd.DataFrame
    """method, condition, value, low, high, rank (1 is best), changes (rank differs by method)."""
    refusals: dict[str, str]
    """Method to the reason for which it has no answer."""
    pairs_from: str
    """Where the compared pairs come from: "votes on pairs", "scores", or ""."""


def rankings(votes: pd.DataFrame) -> Rankings:
    """Score and rank the conditions of one protocol (or of one protocol and its pairs)."""
    tables, refusals = [], {}
    scores = scored(votes)
    for method in (Method.PLAIN, Method.CORRECTED, Method.SCREENED):
        try:
            tables.append(condition_scores(scores, method).assign(method=str(method)))
        except RestorationError as refused:
            refusals[str(method)] = str(refused)
    judgements, source = judged_pairs(votes)
    for method, model in SCALES.items():
        try:
            tables.append(_scale(judgements, model).assign(method=str(method)))
        except RestorationError as refused:
            refusals[str(method)] = str(refused)
    columns = ["method", "condition", "value", "low", "high"]
    table = pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)
    table["rank"] = table.groupby("method")["value"].rank(ascending=False, method="min").astype(int)
    varies = table.groupby("condition")["rank"].nunique() > 1
    table["changes"] = table["condition"].map(varies).astype(bool)
    return Rankings(table.reset_index(drop=True), refusals, source)


def judged_pairs(votes: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Votes on pairs where there are any, else the pairs that scores imply, and which it is."""
    judgements = judgements_of_pairs(votes)
    if len(judgements):
        return judgements, "votes on pairs"
    if votes["condition"].nunique() > MOST_COMPARED:
        return judgements, ""
    judgements = judgements_of_scores(scored(votes))
    return judgements, "scores" if len(judgements) else ""


def _scale(judgements: pd.DataFrame, model: Model) -> pd.DataFrame:
    scale = choice_scale(comparisons(judgements), model)
    return pd.DataFrame(
        {
            "condition": scale.conditions,
            "value": scale.values,
            "low": np.asarray(scale.low),
            "high": np.asarray(scale.high),
        }
    )
