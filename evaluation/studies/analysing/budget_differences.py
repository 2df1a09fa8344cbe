"""Whether the same money buys nearer scores in one arm than in another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from evaluation.holm import holm
from evaluation.studies.analysing.budget import LEAST_RATERS, budget_unit, price_of
from evaluation.studies.analysing.clustered import clustered_values, codes, factors_of
from evaluation.studies.analysing.votes import scored

COLUMNS = ["first", "second", "ratio", "low", "high", "p"]


def budget_differences(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each two arms, the one whose votes are worth more first.

    votes: of one protocol and scale. Columns: first, second, ratio of their root mean square
    errors for the same money with low and high (95 %), p, p_holm, unit ("cost", "seconds" or
    "votes": what money is here, as `budget_unit` chooses).

    The mean square error of a mean of n votes is that of one vote over n, and n is the money over
    the price, so that arms compare by mean square error of a vote times price. Its log is compared
    with errors clustered by rater and, where there are eight, by image. Assumes that errors of
    raters average out, which an error common to a whole arm would not: the curves of
    `budget_curves` would then level off. Errors are distances from the known right answer, else
    from the mean of all raters of all arms, which counts as fixed; prices count as known. Arms
    with fewer than four raters, or without any error, are left out.
    """
    counted = scored(votes)
    counted = counted.assign(square=_errors(counted) ** 2)
    arms = counted[counted["arm"] != ""].groupby("arm")
    usable = (arms["rater"].nunique() >= LEAST_RATERS) & (arms["square"].mean() > 0)
    names = [str(name) for name in usable.index[usable]]
    chosen = counted[counted["arm"].isin(names)]
    unit = budget_unit(chosen)
    rows = []
    if len(names) > 1:
        groups = codes(chosen["arm"].to_numpy())
        squares = chosen["square"].to_numpy(dtype=float)
        count = np.bincount(groups)
        means = np.bincount(groups, squares) / count
        # The log of a root: half the relative change.
        influence = (squares / means[groups] - 1) / count[groups] / 2
        prices = np.array([price_of(chosen[chosen["arm"] == name], unit) for name in names])
        logs = np.log(means * prices) / 2
        found = clustered_values(logs, influence, groups, factors_of(chosen, "item"))
        for a, b in combinations(np.argsort(logs, kind="stable"), 2):
            apart = found.difference(int(a), int(b))
            ratio, low, high = np.exp([apart.value, apart.low, apart.high])
            rows.append((names[a], names[b], ratio, low, high, apart.p))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)), unit=unit)


def _errors(votes: pd.DataFrame) -> pd.Series:
    """Distance of each vote from the known right answer, or from the mean of all raters."""
    truth = pd.to_numeric(votes["truth"], errors="coerce")
    known = truth.groupby(votes["item"]).transform("mean")
    pooled = votes["score"].groupby(votes["item"]).transform("mean")
    return votes["score"] - (pooled if known.isna().any() else known)
