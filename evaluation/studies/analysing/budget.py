"""What an arm's votes buy: error of the mean scores against money, and votes to a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from evaluation.studies.analysing.intervals import percentile_interval
from evaluation.studies.analysing.matrix import score_matrix
from evaluation.studies.analysing.votes import scored

DRAWS = 200
SEED = 20240717
MOST_ITEMS = 200
LEAST_RATERS = 4
COLUMNS = ["arm", "votes_per_item", "spent", "error", "low", "high"]


@dataclass(frozen=True)
class BudgetCurves:
    """Error of an arm's mean scores at equal budgets."""

    table: pd.DataFrame
    """arm, votes_per_item, spent (for all items), error, low, high (95 %)."""
    unit: str
    """What `spent` counts: "cost", "seconds" or "votes"."""
    reference: str
    """What the error is measured against, in words."""


def budget_curves(votes: pd.DataFrame) -> BudgetCurves:
    """Root mean square error of mean scores from 1, 2, ... votes an item, for each arm.

    votes: of one protocol and scale. Each of 200 draws splits the raters of an arm in two halves:
    one joins the raters of all other arms in the reference (the pooled mean of an item), the
    other votes in random order. Where `truth` is a number it is the reference instead. The error
    is the mean of the draws. Its interval is the spread when raters and items are drawn with
    replacement, around that mean: raters drawn twice would by themselves enlarge the error, the
    more so the fewer an arm has. Compare arms with each other, not with zero: a pooled reference
    has an error of its own. Arms with fewer than four raters are left out.
    """
    counted = scored(votes)
    members = counted.groupby("arm")["rater"].transform("nunique")
    compared = counted[members >= LEAST_RATERS]
    unit = budget_unit(compared)
    truth = pd.to_numeric(counted["truth"], errors="coerce")
    known = truth.groupby(counted["item"]).mean()
    is_known = bool(known.notna().all()) and len(known) > 0
    matrix = score_matrix(counted)
    generator = np.random.default_rng(SEED)
    rows: list[pd.DataFrame] = []
    for arm, group in compared.groupby("arm"):
        own = score_matrix(group)
        everybody = matrix.scores[_places(own.items, matrix.items)]
        columns = _places(own.raters, matrix.raters)
        reference = known.reindex(own.items).to_numpy(dtype=float) if is_known else None
        curve = _curve(own.scores, everybody, columns, reference, generator)
        price = price_of(group, unit) * len(own.items)
        rows.append(curve.assign(arm=arm, spent=curve["votes_per_item"] * price))
    table = pd.concat(rows)[COLUMNS] if rows else pd.DataFrame(columns=COLUMNS)
    words = "the known right answers" if is_known else "the pooled mean of raters not drawn"
    return BudgetCurves(table.reset_index(drop=True), unit, words)


def votes_to_target(votes: pd.DataFrame, half_width: float) -> pd.DataFrame:
    """Votes needed on an item for a 95 % interval of +- `half_width`.

    Columns: arm, deviation, votes, low, high.

    From the pooled spread of votes around their item's mean within an arm, with a 95 % interval
    from drawing raters with replacement; raters drawn twice make that spread too small by the
    root of 1 - 1 / raters, which is put right. Spent money follows from the arm's price.
    """
    generator = np.random.default_rng(SEED)
    rows = []
    for arm, group in scored(votes).groupby("arm"):
        scores = score_matrix(group).scores
        if scores.shape[1] < LEAST_RATERS:
            continue
        count = scores.shape[1]
        whole = np.sqrt(count / (count - 1))
        draws = [
            _needed(whole * _within(scores[:, generator.integers(0, count, count)]), half_width)
            for _ in range(DRAWS)
        ]
        low, high = percentile_interval(np.array(draws, dtype=float))
        deviation = _within(scores)
        rows.append((arm, deviation, _needed(deviation, half_width), int(low), int(high)))
    return pd.DataFrame(rows, columns=["arm", "deviation", "votes", "low", "high"])


def _curve(
    own: np.ndarray,
    everybody: np.ndarray,
    columns: np.ndarray,
    truth: np.ndarray | None,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """own: (items, raters of the arm), which are these columns of everybody: (items, raters)."""
    raters = own.shape[1]
    most = raters if truth is not None else raters // 2
    once, again = (np.full((DRAWS, most), np.nan) for _ in range(2))
    for draw in range(DRAWS):
        order = generator.permutation(raters)
        drawn = order if truth is not None else order[:most]
        picked = drawn[generator.integers(0, len(drawn), len(drawn))]
        items = generator.integers(0, len(own), min(len(own), MOST_ITEMS))
        reference = truth
        if reference is None:
            left = np.delete(everybody, columns[drawn], axis=1)
            reference = _means(left)
        some = generator.permutation(len(own))[:MOST_ITEMS]
        once[draw] = _errors(own[some][:, drawn], reference[some], generator)
        again[draw] = _errors(own[items][:, picked], reference[items], generator)
    usable = (np.isfinite(once) & np.isfinite(again)).mean(axis=0) > 0.9
    error = np.nanmean(once[:, usable], axis=0)
    spread = again[:, usable] * (error / np.nanmean(again[:, usable], axis=0))
    low, high = percentile_interval(spread)
    return pd.DataFrame(
        {"votes_per_item": np.flatnonzero(usable) + 1, "error": error, "low": low, "high": high}
    )


def _errors(
    scores: np.ndarray, reference: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """(votes,) error of means of 1, 2, ... votes in random order; NaN past an item's votes."""
    keys = np.where(np.isfinite(scores), generator.random(scores.shape), 2.0)
    mixed = np.take_along_axis(scores, np.argsort(keys, axis=1), axis=1)
    means = np.cumsum(mixed, axis=1) / np.arange(1, scores.shape[1] + 1)
    off = (means - reference[:, None]) ** 2
    enough = np.isfinite(off).mean(axis=0) >= 0.8
    sums = np.nansum(off, axis=0) / np.maximum(np.isfinite(off).sum(axis=0), 1)
    return np.where(enough, np.sqrt(sums), np.nan)


def _means(scores: np.ndarray) -> np.ndarray:
    given = np.isfinite(scores)
    counts = given.sum(axis=1)
    total = np.where(given, scores, 0.0).sum(axis=1)
    return np.divide(total, counts, out=np.full(len(scores), np.nan), where=counts > 0)


def _places(wanted: Sequence[str], names: Sequence[str]) -> np.ndarray:
    place = {name: k for k, name in enumerate(names)}
    return np.array([place[name] for name in wanted])


def _within(scores: np.ndarray) -> float:
    """Pooled standard deviation around the items' means."""
    given = np.isfinite(scores)
    left = np.where(given, scores - _means(scores)[:, None], 0.0)
    freedom = max(int(given.sum() - given.any(axis=1).sum()), 1)
    return float(np.sqrt((left**2).sum() / freedom))


def _needed(deviation: float, half_width: float) -> int:
    """Like `planning.votes_for_interval`, in closed form but for the last steps."""
    votes = max(2, int((1.96 * deviation / half_width) ** 2))
    while stats.t.ppf(0.975, votes - 1) * deviation / np.sqrt(votes) > half_width:
        votes += 1
    return votes


def budget_unit(votes: pd.DataFrame) -> str:
    """What arms are compared at: cost, seconds or votes, the first that prices all of them.

    votes: of the arms compared. An arm whose votes were free has no price either: money that
    buys any number of votes is no budget.
    """
    for unit in ("cost", "seconds"):
        if votes.groupby("arm")[unit].mean().min(skipna=False) > 0:
            return unit
    return "votes"


def price_of(votes: pd.DataFrame, unit: str) -> float:
    """Mean of one vote, of those whose price was recorded."""
    return 1.0 if unit == "votes" else float(votes[unit].mean())
