"""Which of two conditions raters prefer, how often, and whether that could be chance."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from evaluation.holm import holm
from evaluation.studies.analysing.clustered import clustered_mean, factors_of, t_test
from evaluation.studies.analysing.conditions import Method, condition_means
from evaluation.studies.analysing.intervals import mean_interval
from evaluation.studies.analysing.votes import compared, scored
from restoration.errors import OutOfRange

ALPHA = 0.05
COLUMNS = ["first", "second", "judgements", "raters", "share", "low", "high", "p", "p_holm"]


def preferences(judgements: pd.DataFrame) -> pd.DataFrame:
    """One row for each pair of conditions that met, the preferred one first.

    Columns: first, second, judgements, raters, share (preferring `first`, ties half), low, high
    (95 %, clustered by rater and content), p (no preference), p_holm (Holm over all rows). A
    pair judged by one rater only is left out: nothing says how others would have judged.
    """
    rows = []
    forward = judgements["first"] <= judgements["second"]
    ordered = pd.DataFrame(
        {
            "rater": judgements["rater"],
            "content": judgements["content"],
            "first": judgements["first"].where(forward, judgements["second"]),
            "second": judgements["second"].where(forward, judgements["first"]),
            "win": judgements["win"].where(forward, 1 - judgements["win"]),
        }
    )
    for (first, second), group in ordered.groupby(["first", "second"]):
        if group["rater"].nunique() > 1:
            rows.append(_preference(str(first), str(second), group))
    table = pd.DataFrame(rows, columns=COLUMNS[:-1])
    return table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)))


def score_differences(votes: pd.DataFrame) -> pd.DataFrame:
    """The same for differences of mean scores: first, second, difference, low, high, p, p_holm.

    Conditions judged by one rater are left out; `attrs["refusals"]` of the table names them.
    """
    counted = scored(votes)
    raters = counted.groupby("condition")["rater"].nunique()
    alone = sorted(map(str, raters.index[raters < 2]))
    counted = counted[~counted["condition"].isin(alone)]
    rows = []
    if counted["condition"].nunique() > 1:
        names, means = condition_means(counted, Method.PLAIN)
        for a, b in combinations(np.argsort(-means.values, kind="stable"), 2):
            found = means.difference(int(a), int(b))
            rows.append((names[a], names[b], found.value, found.low, found.high, found.p))
    table = pd.DataFrame(rows, columns=["first", "second", "difference", "low", "high", "p"])
    table = table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)))
    table.attrs["refusals"] = {"differences": _too_few(alone)} if alone else {}
    return table


def grade_differences(votes: pd.DataFrame) -> pd.DataFrame:
    """The same from grades of pairs, such as CCR's: by how much `first` is better than `second`.

    Only pairs that were shown together have a row; those graded by one rater are left out.
    """
    graded = compared(votes)
    graded = graded[graded["score"].notna() & (graded["condition"] != graded["other_condition"])]
    above = graded["score"] - (graded["scale_min"] + graded["scale_max"]) / 2
    forward = graded["condition"] < graded["other_condition"]
    first = graded["condition"].where(forward, graded["other_condition"])
    second = graded["other_condition"].where(forward, graded["condition"])
    rows = []
    for (a, b), group in graded.assign(value=above.where(forward, -above)).groupby([first, second]):
        if group["rater"].nunique() < 2:
            continue
        value, error, freedom = clustered_mean(group["value"].to_numpy(float), factors_of(group))
        names, value = ((a, b), value) if value >= 0 else ((b, a), -value)
        reach = float(stats.t.ppf(0.975, freedom)) * error
        rows.append((*names, value, value - reach, value + reach, t_test(value, error, freedom)))
    table = pd.DataFrame(rows, columns=["first", "second", "difference", "low", "high", "p"])
    return table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)))


def _too_few(conditions: list[str]) -> str:
    refused = OutOfRange(
        "One rater does not say how others would judge a condition",
        actual=f"one rater of {', '.join(conditions)}",
        expected="at least 2 raters of each condition",
    )
    return str(refused)


def _preference(first: str, second: str, group: pd.DataFrame) -> tuple[object, ...]:
    win = group["win"].to_numpy(dtype=float)
    if win.mean() < 0.5:
        first, second, win = second, first, 1 - win
    share, error, freedom = clustered_mean(win, factors_of(group))
    low, high = mean_interval(share, error, freedom, 0.0, 1.0)
    raters = int(group["rater"].nunique())
    if error < 1e-9 and share != 0.5:
        # All raters alike: the chance that as many raters agree by chance.
        p = float(2.0 ** (1 - raters))
    else:
        p = t_test(share - 0.5, error, freedom)
    return first, second, len(win), raters, share, float(low), float(high), p
