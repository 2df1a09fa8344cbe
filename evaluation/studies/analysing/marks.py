"""Marks that raters set on defects: counted, and as a heat map over the image."""

from __future__ import annotations

import numpy as np
import pandas as pd

from restoration.errors import OutOfRange, UsageError

COLUMNS = (
    "item", "content", "condition", "rater", "kind", "left", "top", "right", "bottom",
    "width", "height",
)  # fmt: skip
"""One row a rectangle, as shares of the picture of width x height pixels. A rater who looked and
marked nothing has one row without a kind."""
EDGES = ("left", "top", "right", "bottom")
ANY = "any kind"


def mark_counts(marks: pd.DataFrame) -> pd.DataFrame:
    """How many raters marked what, for each image and kind of defect.

    marks: `COLUMNS`. One row for each item and kind, `ANY` first: item, content, condition, kind,
    raters (who judged the item), marked (who set a mark of the kind), marks, share (marked of
    raters). Items with most marking raters come first.
    """
    kinds = sorted(set(marks["kind"]) - {""})
    rows = []
    for (item, content, condition), group in marks.groupby(["item", "content", "condition"]):
        raters = group["rater"].nunique()
        found = group[group["kind"] != ""]
        for kind in (ANY, *kinds):
            own = found if kind == ANY else found[found["kind"] == kind]
            marked = own["rater"].nunique()
            rows.append((item, content, condition, kind, raters, marked, len(own), marked / raters))
    columns = ["item", "content", "condition", "kind", "raters", "marked", "marks", "share"]
    table = pd.DataFrame(rows, columns=columns)
    any_share = table["item"].map(table[table["kind"] == ANY].set_index("item")["share"])
    order = table.assign(any_share=any_share).sort_values(
        ["any_share", "content", "condition"], ascending=[False, True, True], kind="stable"
    )
    return order.drop(columns="any_share").reset_index(drop=True)


def heat_map(marks: pd.DataFrame, item: str, raters: int, size: int = 64) -> np.ndarray:
    """(size, size) share of raters in [0, 1] who marked each place of an image.

    marks: one row a rectangle with item, rater, left, top, right, bottom as shares of width and
    height. A rater counts once at a place however often it is marked. `raters` is the number who
    judged the item, with or without marks. An item without marks gives zeros. Raises UsageError
    and OutOfRange.
    """
    missing = [name for name in ("item", "rater", *EDGES) if name not in marks.columns]
    if missing:
        raise UsageError("The table of marks lacks columns", actual=", ".join(missing))
    chosen = marks[marks["item"] == item]
    if raters < max(chosen["rater"].nunique(), 1):
        raise OutOfRange(
            "More raters marked the image than judged it",
            actual=f"{chosen['rater'].nunique()} marked, {raters} judged",
        )
    edges = chosen[list(EDGES)].to_numpy(dtype=float)
    if not ((edges >= 0) & (edges <= 1)).all():
        raise OutOfRange("A mark lies outside the image", expected="shares of width and height")
    share = np.zeros((size, size))
    centres = (np.arange(size) + 0.5) / size
    half = 0.5 / size
    for _, boxes in chosen.groupby("rater"):
        covered = np.zeros((size, size), dtype=bool)
        for left, top, right, bottom in boxes[list(EDGES)].to_numpy(dtype=float):
            columns = (centres + half > left) & (centres - half < right)
            rows = (centres + half > top) & (centres - half < bottom)
            covered |= rows[:, None] & columns[None, :]
        share += covered
    return share / raters
