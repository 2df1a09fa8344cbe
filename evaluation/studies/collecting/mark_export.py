"""The defects that raters marked in a study, one row a box."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.protocols import Widget, protocol_by_id
from evaluation.studies.collecting.standing import StudyContents

COLUMNS = (
    "item", "content", "condition", "rater", "kind", "left", "top", "right", "bottom",
    "width", "height",
)  # fmt: skip


def marks_of(contents: StudyContents) -> pd.DataFrame:
    """The marks that stand now: one row a box, its edges as shares of width and height in pixels.

    A rater who looked at a picture and marked nothing has one row for it, without a kind.
    """
    rows: list[dict[str, Any]] = []
    for trial in contents.trials.values():
        arm = contents.study.design.arms[contents.arm_of_slot[trial.slot]]
        protocol = protocol_by_id(arm.protocol)
        if protocol.widget is not Widget.MARKS or trial.phase != "vote":
            continue
        standing = contents.standing(trial.id)
        if standing.answer is None or standing.voted is None:
            continue
        item = contents.items[trial.pictures[0]]
        names = {choice.value: choice.label.lower() for choice in protocol.choices}
        rows += _rows(item, standing.voted.rater, standing.answer["marks"], names)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    item: Item, rater: str, marks: list[dict[str, Any]], names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    known = {
        "item": item.id,
        "content": item.content,
        "condition": item.condition,
        "rater": rater,
        "width": item.width,
        "height": item.height,
    }
    if not marks:
        yield {**known, "kind": ""}
    for mark in marks:
        yield {
            **known,
            "kind": names[mark["kind"]],
            "left": mark["x"] / item.width,
            "top": mark["y"] / item.height,
            "right": min((mark["x"] + mark["w"]) / item.width, 1.0),
            "bottom": min((mark["y"] + mark["h"]) / item.height, 1.0),
        }
