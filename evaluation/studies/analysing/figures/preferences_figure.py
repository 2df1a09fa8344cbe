"""How often one condition was preferred to another."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from evaluation.figures.theme import BLUE, GRAY
from evaluation.studies.analysing.figures.dots import add_dots, height_of
from evaluation.studies.analysing.preferences import ALPHA

MOST_SHOWN = 30


def preferences_figure(preferences: pd.DataFrame) -> go.Figure:
    """Shares with intervals; gray where the two cannot be told apart (Holm, 5 %)."""
    rows = preferences.sort_values("share").tail(MOST_SHOWN)
    figure = go.Figure()
    figure.add_vline(x=0.5, line={"color": GRAY, "dash": "dot", "width": 1})
    sure = rows["p_holm"] < ALPHA
    for chosen, name, colour in ((sure, "preferred", BLUE), (~sure, "cannot be told apart", GRAY)):
        part = rows[chosen]
        if len(part):
            names = [f"{a} over {b}" for a, b in zip(part["first"], part["second"], strict=True)]
            add_dots(
                figure,
                names,
                part["share"],
                part["low"],
                part["high"],
                name=name,
                colour=colour,
                format=".0%",
            )
    order = [f"{a} over {b}" for a, b in zip(rows["first"], rows["second"], strict=True)]
    figure.update_yaxes(categoryorder="array", categoryarray=order)
    figure.update_xaxes(title="Share preferring the first", tickformat=".0%")
    return figure.update_layout(height=height_of(len(rows)) + 30, hovermode="closest")
