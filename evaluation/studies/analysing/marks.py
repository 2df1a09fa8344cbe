"""Marks that raters set on defects, as a heat map over the image."""

from __future__ import annotations

import numpy as np
import pandas as pd

from restoration.errors import OutOfRange, UsageError

COLUMNS = ("item", "rater", "left", "top", "right", "bottom")


def heat_map(marks: pd.DataFrame, item: str, raters: int, size: int = 64) -> np.ndarray:
    """(size, size) share of raters in [0, 1] who marked each place of an image.

    marks: one row a rectangle with item, rater, left, top, right, bottom as shares of width and
    height. A rater counts once at a place however often it is marked. `raters` is the number who
    judged the item, with or without marks. An item without marks gives zeros. Raises UsageError
    and OutOfRange.
    """
    missing = [name for name in COLUMNS if name not in marks.columns]
    if missing:
        raise UsageError("The table of marks lacks columns", actual=", ".join(missing))
    chosen = marks[marks["item"] == item]
    if raters < max(chosen["rater"].nunique(), 1):
        raise OutOfRange(
            "More raters marked the image than judged it",
            actual=f"{chosen['rater'].nunique()} marked, {raters} judged",
        )
    edges = chosen[list(COLUMNS[2:])].to_numpy(dtype=float)
    if not ((edges >= 0) & (edges <= 1)).all():
        raise OutOfRange("A mark lies outside the image", expected="shares of width and height")
    share = np.zeros((size, size))
    centres = (np.arange(size) + 0.5) / size
    half = 0.5 / size
    for _, boxes in chosen.groupby("rater"):
        covered = np.zeros((size, size), dtype=bool)
        for left, top, right, bottom in boxes[list(COLUMNS[2:])].to_numpy(dtype=float):
            columns = (centres + half > left) & (centres - half < right)
            rows = (centres + half > top) & (centres - half < bottom)
            covered |= rows[:, None] & columns[None, :]
        share += covered
    return share / raters
