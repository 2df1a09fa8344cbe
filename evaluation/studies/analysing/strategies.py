"""What each annotation strategy gives: severe errors, quality, seconds and money."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from evaluation.holm import holm
from evaluation.studies.analysing.clustered import (
    clustered_mean,
    clustered_means,
    codes,
    factors_of,
)
from evaluation.studies.analysing.intervals import mean_interval
from restoration.errors import RestorationError

FACTORS = ("arm", "stage", "provider", "qa")
NAMES = ("votes", "raters", "severe", "severe_low", "severe_high")
QUARTILES = ("quality_25", "quality", "quality_75")


def strategy_table(votes: pd.DataFrame, factor: str) -> pd.DataFrame:
    """One row for each level of a factor (`arm`, `stage`, ...), from votes `with_quality`.

    Columns: the factor, votes, raters, severe (rate) with severe_low and severe_high (95 %,
    clustered by rater and image), quality_25, quality, quality_75 (quartiles of the votes that are
    *not* severe: a mean over both parts would hide which of the two changed), seconds (median) and
    cost (mean), None where not recorded. Votes without a level are left out. A level with one
    rater has the interval of a single vote: nothing says how others would do.
    """
    rows = []
    for level, group in votes[votes[factor] != ""].groupby(factor):
        rows.append({factor: level, **_counts(group), **_quartiles(group), **_price(group)})
    columns = [factor, *NAMES, *QUARTILES, "seconds", "cost"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype(object).where(table.notna(), None)


def severe_differences(votes: pd.DataFrame, factor: str) -> pd.DataFrame:
    """One row for each two levels of a factor, the one with more severe errors first.

    Columns: first, second, difference of their rates with low and high (95 %, clustered by rater
    and image, whether raters work at one level or at several), p, p_holm. Levels with one rater
    are left out. Holds for other raters, and for other images where there are at least eight.
    """
    chosen = votes[votes[factor] != ""]
    raters = chosen.groupby(factor)["rater"].nunique()
    chosen = chosen[chosen[factor].isin(raters.index[raters > 1])]
    names = sorted(set(chosen[factor]))
    rows = []
    if len(names) > 1:
        severe = chosen["severe"].to_numpy(dtype=float)
        groups = codes(chosen[factor].to_numpy())
        means = clustered_means(severe, np.ones(len(severe)), groups, factors_of(chosen, "item"))
        for a, b in combinations(np.argsort(-means.values, kind="stable"), 2):
            found = means.difference(int(a), int(b))
            rows.append((names[a], names[b], found.value, found.low, found.high, found.p))
    table = pd.DataFrame(rows, columns=["first", "second", "difference", "low", "high", "p"])
    return table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)))


def _counts(votes: pd.DataFrame) -> dict[str, float]:
    severe = votes["severe"].to_numpy(dtype=float)
    try:
        spread = clustered_mean(severe, factors_of(votes, "item"))
        low, high = mean_interval(*spread, 0.0, 1.0)
        limits = float(low), float(high)
    except RestorationError:
        limits = 0.0, 1.0
    counts = len(votes), int(votes["rater"].nunique())
    return dict(zip(NAMES, (*counts, float(severe.mean()), *limits), strict=True))


def _quartiles(votes: pd.DataFrame) -> dict[str, float]:
    found = votes.loc[votes["severe"] == 0, "quality"].to_numpy(dtype=float)
    values = np.percentile(found, [25, 50, 75]) if found.size else [np.nan] * 3
    return dict(zip(QUARTILES, map(float, values), strict=True))


def _price(votes: pd.DataFrame) -> dict[str, float]:
    return {"seconds": float(votes["seconds"].median()), "cost": float(votes["cost"].mean())}
