"""The defects that were marked, as maps over the pictures that a reader chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evaluation.figures.browser import figure_record
from evaluation.studies.analysing.analysis import Analysis
from evaluation.studies.analysing.figures.heat_figure import heat_figure
from evaluation.studies.analysing.marks import ANY, heat_map

MOST_SHOWN = 40
"""Pictures with a map, those that most raters marked; the table counts all of them."""
WORDS = (
    "How many raters marked each place. A rater counts once at a place, however many boxes were "
    "drawn there."
)


def mark_maps(analysis: Analysis) -> dict[str, Any] | None:
    """As JSON: title, words, table, and pictures with item, label and a map for each kind.

    A map has its kind, the words that say what was found, and a figure in pixels of the picture.
    None where nobody was asked to mark defects.
    """
    counts = analysis.tables.get("marks")
    if counts is None:
        return None
    boxes = analysis.tables.get("mark_boxes", pd.DataFrame())
    shown = pictures_shown(analysis)
    drawn = [_picture(counts[counts["item"] == item], boxes) for item in shown]
    left = counts["item"].nunique() - len(shown)
    more = f" The {MOST_SHOWN} pictures marked most are here; the table has {left} more."
    return {
        "title": "Where defects were marked",
        "words": WORDS + (more if left > 0 else ""),
        "table": "marks",
        "pictures": drawn,
    }


def pictures_shown(analysis: Analysis) -> list[str]:
    """The items that have a map."""
    counts = analysis.tables.get("marks")
    return [] if counts is None else list(dict.fromkeys(counts["item"]))[:MOST_SHOWN]


def _picture(counts: pd.DataFrame, boxes: pd.DataFrame) -> dict[str, Any]:
    first = counts.iloc[0]
    item, raters = first["item"], int(first["raters"])
    own = boxes[boxes["item"] == item] if len(boxes) else boxes
    maps = []
    for row in counts.to_dict("records"):
        kind = row["kind"]
        chosen = own if kind == ANY else own[own["kind"] == kind]
        found = {"kind": kind, "words": _said(row), "figure": None}
        if row["marked"]:
            size = int(chosen["width"].iloc[0]), int(chosen["height"].iloc[0])
            share = heat_map(chosen, item, raters)
            found["figure"] = figure_record(heat_figure(share, raters, size))
        maps.append(found)
    name = f"{first['content']}, {first['condition']}"
    return {"item": item, "label": f"{name}: {_of(first)} marked it", "maps": maps}


def _said(row: Mapping[Any, Any]) -> str:
    if not row["marked"]:
        return f"None of {row['raters']} raters marked this."
    boxes = "1 box" if row["marks"] == 1 else f"{row['marks']} boxes"
    return f"{_of(row)} raters marked this, with {boxes}."


def _of(row: Mapping[Any, Any] | pd.Series) -> str:
    return f"{row['marked']} of {row['raters']}"
