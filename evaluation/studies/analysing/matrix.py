"""Votes as a matrix of stimuli by raters, the form in which standards state their methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from restoration.errors import OutOfRange


@dataclass(frozen=True)
class ScoreMatrix:
    """Scores of one protocol."""

    scores: np.ndarray
    """(items, raters), NaN where a rater did not vote."""
    items: tuple[str, ...]
    raters: tuple[str, ...]
    low: float
    """Lowest possible score."""
    high: float

    @property
    def given(self) -> np.ndarray:
        """(items, raters) bool: where there is a vote."""
        return np.isfinite(self.scores)

    def without(self, raters: set[str]) -> ScoreMatrix:
        """The same without some raters, and without items that nobody else rated."""
        kept = [k for k, rater in enumerate(self.raters) if rater not in raters]
        scores = self.scores[:, kept]
        rated = np.isfinite(scores).any(axis=1)
        return ScoreMatrix(
            scores[rated],
            tuple(item for item, has in zip(self.items, rated, strict=True) if has),
            tuple(self.raters[k] for k in kept),
            self.low,
            self.high,
        )


def score_matrix(votes: pd.DataFrame, column: str = "score") -> ScoreMatrix:
    """Arrange the scored votes of one protocol; several of one rater on one item are averaged.

    Raises OutOfRange where the votes are on several scales.
    """
    if votes.empty:
        raise OutOfRange("There are no scores to analyse", expected="at least one vote")
    scales = votes[["scale_min", "scale_max"]].drop_duplicates()
    if len(scales) > 1:
        raise OutOfRange(
            "Votes on different scales cannot be averaged",
            actual=", ".join(f"{low:g} to {high:g}" for low, high in scales.to_numpy()),
            expected="one scale",
            remedy="Analyse each protocol by itself",
        )
    table = votes.pivot_table(index="item", columns="rater", values=column, sort=True)
    low, high = scales.to_numpy()[0]
    return ScoreMatrix(
        table.to_numpy(dtype=float),
        tuple(table.index.astype(str)),
        tuple(table.columns.astype(str)),
        float(low),
        float(high),
    )


def groups_of_raters(matrix: ScoreMatrix) -> int:
    """How many groups the study falls into when nobody of one group rated an item of another.

    Biases of raters, and so corrected scores, can only be compared inside a group.
    """
    items, raters = np.nonzero(matrix.given)
    count = len(matrix.items)
    size = count + len(matrix.raters)
    graph = coo_array((np.ones(len(items)), (items, count + raters)), shape=(size, size))
    return int(connected_components(graph, directed=False)[0])
