"""How good a single vote or annotation is, on one scale for all protocols."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.studies.analysing.votes import Phase, is_of_one

ANNOTATION = "annotation"
"""Protocol whose score is itself a quality, such as the Dice overlap of an outline."""
LEAST_OTHERS = 2


def with_quality(votes: pd.DataFrame) -> pd.DataFrame:
    """The scores of single stimuli with three more columns, without those of unknown quality.

    quality: [0, 1]. An annotation's is its score on its scale. A vote's is 1 - 2 |score - right
    answer| / scale length, at least 0; the right answer is `truth` where it is a number, else the
    mean of the other raters' votes on the item (two needed).
    severe: quality exactly 0, that is an annotation that missed its object (Raedsch et al.,
    Nature Machine Intelligence 5, 2023), or a vote off by half the scale or more.
    before_quality: the same before quality assurance, NaN where that is not recorded.
    """
    counted = votes[votes["phase"].isin([Phase.VOTE, Phase.GOLD]) & is_of_one(votes)]
    length = counted["scale_max"] - counted["scale_min"]
    right = _right_answer(counted)
    is_annotation = counted["protocol"] == ANNOTATION

    def quality_of(column: str) -> pd.Series:
        measured = (counted[column] - counted["scale_min"]) / length
        near = (1 - 2 * (counted[column] - right).abs() / length).clip(lower=0)
        return measured.where(is_annotation, near)

    quality = quality_of("score")
    table = counted.assign(
        quality=quality,
        severe=(quality <= 1e-12).astype(float),
        before_quality=quality_of("before"),
    )
    return table[quality.notna()]


def _right_answer(votes: pd.DataFrame) -> pd.Series:
    known = pd.to_numeric(votes["truth"], errors="coerce")
    groups = votes.groupby(["protocol", "item"])["score"]
    # A rater who judged the item in several arms or stages says nothing against the own vote.
    own = votes.groupby(["protocol", "item", "rater"])["score"]
    total = groups.transform("sum") - own.transform("sum")
    count = groups.transform("count") - own.transform("count")
    others = total / count.where(count >= LEAST_OTHERS, np.nan)
    return known.where(known.notna(), others)


def each_characteristic(votes: pd.DataFrame) -> pd.DataFrame:
    """One row for each vote and characteristic of its image, in the column `characteristic`."""
    lists = votes["characteristics"].str.split(";")
    long = votes.assign(characteristic=lists).explode("characteristic")
    long["characteristic"] = long["characteristic"].str.strip()
    return long[long["characteristic"].fillna("") != ""]
