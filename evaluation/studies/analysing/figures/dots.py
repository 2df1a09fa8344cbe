"""Dots with intervals, one row for each name: what most results of a study look like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from evaluation.figures.theme import BLUE, GRAY

Numbers = Sequence[float] | np.ndarray | pd.Series
ROW = 30
"""Pixels for one row."""


def add_dots(
    figure: go.Figure,
    names: Sequence[str],
    values: Numbers,
    low: Numbers,
    high: Numbers,
    *,
    name: str = "",
    colour: str | Sequence[str] = BLUE,
    symbol: str | Sequence[str] = "circle",
    format: str = ".2f",
    **place: int,
) -> None:
    """Add dots at `values` with intervals; `place` is the row and col of a subplot."""
    middle = np.asarray(values, dtype=float)
    above = np.maximum(np.asarray(high, dtype=float) - middle, 0)
    below = np.maximum(middle - np.asarray(low, dtype=float), 0)
    figure.add_scatter(
        x=middle,
        y=list(names),
        error_x={
            "array": above,
            "arrayminus": below,
            "thickness": 1.5,
            "width": 0,
            "color": colour if isinstance(colour, str) else GRAY,
        },
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 10},
        name=name,
        showlegend=bool(name),
        customdata=np.column_stack([np.asarray(low, dtype=float), np.asarray(high, dtype=float)]),
        hovertemplate=f"<b>%{{y}}</b><br>%{{x:{format}}} (%{{customdata[0]:{format}}} to "
        f"%{{customdata[1]:{format}}})<extra>{name}</extra>",
        **place,
    )


def height_of(rows: int) -> int:
    """Of a figure with so many rows, in pixels."""
    return 90 + ROW * max(rows, 2)
