"""Every row of a run, a screenful at a time, found and sorted here: there may be very many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from evaluation.comparison.run_table import RunTable
from evaluation.figures.labels import decimals, with_unit

CELLS_SHOWN = 50


def cells_view(table: RunTable, find: str, sort: str, falling: bool, start: int) -> dict[str, Any]:
    """A screenful of rows: those that hold every word of `find`, sorted by a column."""
    frame = table.frame
    numbers = np.arange(len(frame))
    words = find.casefold().split()
    if words:
        keep = np.ones(len(frame), bool)
        for word in words:
            keep &= _holds(frame, word)
        numbers = numbers[keep]
    columns = ["image", "model", "degradation", "seed", "seconds", *table.metrics]
    if sort in columns:
        ordered = (
            frame[sort]
            .iloc[numbers]
            .sort_values(ascending=not falling, kind="stable", na_position="last")
        )
        numbers = ordered.index.to_numpy()
    part = numbers[start : start + CELLS_SHOWN]
    return {
        "columns": [{"id": name, **_column(name)} for name in columns],
        "count": len(numbers),
        "start": start,
        "step": CELLS_SHOWN,
        "rows": [
            {"row": int(row), "cells": [plain(frame[name].iat[row]) for name in columns]}
            for row in part
        ],
    }


def plain(value: Any) -> str | float | int | None:  # noqa: ANN401
    """A cell of a table as JSON knows it."""
    if isinstance(value, (float, np.floating)):
        return number_or_none(float(value))
    return int(value) if isinstance(value, (int, np.integer)) else str(value)


def number_or_none(value: float) -> float | None:
    """JSON has no infinities."""
    return float(value) if math.isfinite(value) else None


def _holds(frame: pd.DataFrame, word: str) -> np.ndarray:
    """Whether an image, model or degradation has this in its name; looked up by category."""
    found = np.zeros(len(frame), bool)
    for name in ("image", "model", "degradation"):
        column = frame[name].cat
        holding = [word in str(each).casefold() for each in column.categories]
        found |= np.array(holding, bool)[column.codes.to_numpy()]
    return found


def _column(name: str) -> dict[str, Any]:
    if name == "seconds":
        return {"name": "Seconds", "decimals": 2}
    if name in ("image", "model", "degradation", "seed"):
        return {"name": name.capitalize(), "decimals": None}
    return {"name": with_unit(name), "decimals": decimals(name)}
