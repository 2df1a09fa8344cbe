"""Comparisons of conditions: from votes on pairs, and from scores on the same content."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from evaluation.studies.analysing.votes import Preference, compared

WINS = {
    Preference.ITEM: 1.0,
    Preference.OTHER: 0.0,
    Preference.TIE: 0.5,
    Preference.UNSURE: 0.5,
}


def judgements_of_pairs(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each vote on a pair: rater, content, first, second, win.

    win is 1 where `first` was preferred, 0 where `second` was, 0.5 for a tie or "unsure": a rater
    who cannot tell counts as half a vote for either. Pairs of one condition with itself are left
    out.
    """
    pairs = compared(votes)
    pairs = pairs[pairs["condition"] != pairs["other_condition"]]
    return pd.DataFrame(
        {
            "rater": pairs["rater"].to_numpy(),
            "content": pairs["content"].to_numpy(),
            "first": pairs["condition"].to_numpy(),
            "second": pairs["other_condition"].to_numpy(),
            "win": pairs["preference"].map(WINS).to_numpy(dtype=float),
        }
    )


def judgements_of_scores(votes: pd.DataFrame) -> pd.DataFrame:
    """The same from scores: which of two conditions a rater scored higher on the same content."""
    means = votes.groupby(["rater", "content", "condition"], as_index=False)["score"].mean()
    both = means.merge(means, on=["rater", "content"], suffixes=("", "_other"))
    both = both[both["condition"] < both["condition_other"]]
    difference = both["score"].to_numpy() - both["score_other"].to_numpy()
    return pd.DataFrame(
        {
            "rater": both["rater"].to_numpy(),
            "content": both["content"].to_numpy(),
            "first": both["condition"].to_numpy(),
            "second": both["condition_other"].to_numpy(),
            "win": (np.sign(difference) + 1) / 2,
        }
    )


@dataclass(frozen=True)
class Comparisons:
    """Wins counted for each rater."""

    conditions: tuple[str, ...]
    raters: tuple[str, ...]
    wins: np.ndarray
    """(raters, conditions, conditions): how often the first was preferred to the second."""

    @property
    def total(self) -> np.ndarray:
        """(conditions, conditions) over all raters."""
        return self.wins.sum(axis=0)

    def without(self, rater: int) -> np.ndarray:
        """The total without one rater."""
        return self.total - self.wins[rater]


def comparisons(judgements: pd.DataFrame) -> Comparisons:
    """Count the wins of each condition over each other, for each rater."""
    names = sorted({*judgements["first"], *judgements["second"]})
    raters = sorted(set(judgements["rater"]))
    position = {name: k for k, name in enumerate(names)}
    who = judgements["rater"].map({rater: k for k, rater in enumerate(raters)}).to_numpy(dtype=int)
    first = judgements["first"].map(position).to_numpy(dtype=int)
    second = judgements["second"].map(position).to_numpy(dtype=int)
    win = judgements["win"].to_numpy(dtype=float)
    wins = np.zeros((len(raters), len(names), len(names)))
    np.add.at(wins, (who, first, second), win)
    np.add.at(wins, (who, second, first), 1 - win)
    return Comparisons(tuple(names), tuple(raters), wins)


def groups_of_conditions(wins: np.ndarray) -> np.ndarray:
    """(conditions,) number of the group of each: conditions of different groups never met."""
    return np.asarray(connected_components(wins + wins.T > 0, directed=False)[1])


def is_separable(wins: np.ndarray) -> bool:
    """Whether some conditions won against all others without a single loss.

    Then the likelihood has no maximum: those conditions would be infinitely better (Ford,
    American Mathematical Monthly 64, 1957).
    """
    return int(connected_components(wins > 0, directed=True, connection="strong")[0]) > 1
