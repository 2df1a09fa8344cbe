"""Real or synthetic: accuracy with the zone that counts as guessing."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from evaluation.figures.theme import GRAY
from evaluation.studies.analysing.figures.dots import add_dots, height_of


def detection_figure(table: pd.DataFrame) -> go.Figure:
    """One row for all votes and one for each generator; the gray zone counts as guessing."""
    rows = table.iloc[::-1]
    margin = float(rows["margin"].iloc[0])
    figure = go.Figure()
    figure.add_vrect(
        x0=0.5 - margin, x1=0.5 + margin, fillcolor=GRAY, opacity=0.18, line={"width": 0}
    )
    add_dots(
        figure,
        list(rows["group"]),
        rows["accuracy"],
        rows["low"],
        rows["high"],
        format=".0%",
    )
    figure.update_xaxes(title="Share judged rightly (50 % is guessing)", tickformat=".0%")
    return figure.update_layout(height=height_of(len(rows)), hovermode="closest")
