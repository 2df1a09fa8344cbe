"""Human ratings of the stimuli of a run, from a table, joined with what a metric says of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from evaluation.comparison.agreement import Agreement, agreement
from evaluation.comparison.run_table import RunTable, finite
from evaluation.comparison.table_files import read_table
from restoration.errors import UsageError

NAMED = ("image", "model", "degradation")
MEAN = "mos"


@dataclass(frozen=True, eq=False)
class Rated:
    """The stimuli that were both rated and measured; equal places belong together."""

    images: tuple[str, ...]
    models: tuple[str, ...]
    degradations: tuple[str, ...]
    rows: NDArray[np.int64]
    metric: NDArray[np.float64]
    """As it was measured; `found` is about how good it calls each stimulus."""
    ratings: NDArray[np.float64]
    half_widths: NDArray[np.float64]
    """Of the 95 % intervals of the ratings; NaN where the table does not tell."""
    found: Agreement
    unmatched: int
    """Rated stimuli that the run does not have."""


def read_ratings(path: Path) -> pd.DataFrame:
    """A CSV table with a line for each stimulus: image, model, degradation, mos, and its spread.

    Optional are `seed` (0), and `ci95`, the half width of the interval, or `sd` and `votes` to
    compute it from. Raises UnreadableFile or UsageError.
    """
    frame = read_table(
        path, "a table of ratings", "CSV with the columns image, model, degradation and mos"
    )
    missing = [name for name in (*NAMED, MEAN) if name not in frame]
    if missing:
        raise UsageError(
            "The table of ratings lacks columns",
            actual=", ".join(map(str, list(frame.columns)[:12])),
            expected="image, model, degradation, mos; further ci95, or sd and votes",
            remedy=f"Add {', '.join(missing)}",
        )
    numbers = [name for name in (MEAN, "ci95", "sd", "votes", "seed") if name in frame]
    for name in numbers:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise UsageError(f"The column {name} of the ratings holds something that is no number")
    again = frame.duplicated([name for name in (*NAMED, "seed") if name in frame])
    if again.any():
        first = frame[again].iloc[0]
        raise UsageError(
            "Two lines of the ratings are about the same stimulus",
            actual=", ".join(str(first[name]) for name in NAMED),
            expected="one line for each, with the mean of its votes",
        )
    return frame


def rated(run: RunTable, metric: str, ratings: pd.DataFrame) -> Rated:
    """Join ratings with the rows of a run, by image, model, degradation and seed.

    The half width of an interval is ci95, or t x sd / sqrt(votes) (ITU-T P.1401, 7.2.1).
    """
    asked = ratings.assign(half_width=_half_widths(ratings), seed=ratings.get("seed", 0))
    frame = run.frame.assign(
        row=np.arange(len(run.frame)),
        value=finite(run.frame[metric].to_numpy()),
        goodness=run.goodness(metric),
    )
    for name in NAMED:
        frame[name] = frame[name].astype(str)
        asked[name] = asked[name].astype(str)
    keys = [*NAMED, "seed"]
    joined = asked.merge(frame[[*keys, "row", "value", "goodness"]], on=keys, how="inner")
    joined = joined.dropna(subset=["value", MEAN]).drop_duplicates(keys)
    means = joined[MEAN].to_numpy(np.float64)
    widths = joined["half_width"].to_numpy(np.float64)
    return Rated(
        tuple(joined["image"]),
        tuple(joined["model"]),
        tuple(joined["degradation"]),
        joined["row"].to_numpy(np.int64),
        joined["value"].to_numpy(np.float64),
        means,
        widths,
        agreement(joined["goodness"].to_numpy(np.float64), means, widths),
        len(asked) - len(joined),
    )


def _half_widths(ratings: pd.DataFrame) -> NDArray[np.float64]:
    if "ci95" in ratings:
        return ratings["ci95"].to_numpy(np.float64)
    if {"sd", "votes"} <= set(ratings):
        votes = ratings["votes"].to_numpy(np.float64)
        enough = votes > 1
        quantile = t.ppf(0.975, np.where(enough, votes - 1, 1))
        width = quantile * ratings["sd"].to_numpy(np.float64) / np.sqrt(np.maximum(votes, 1))
        return np.where(enough, width, np.nan)
    return np.full(len(ratings), np.nan)
