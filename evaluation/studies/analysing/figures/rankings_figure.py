"""Rankings by every method, side by side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from evaluation.figures.theme import BLUE, ORANGE
from evaluation.studies.analysing.figures.dots import add_dots, height_of

MOST_SHOWN = 40


def rankings_figure(rankings: pd.DataFrame, narrow: bool = False) -> go.Figure:
    """One panel a method, in its own unit; an orange diamond where the rank differs by method.

    The order of the rows is that of the first method; at most 40 conditions, the best ones. On a
    narrow screen the panels stand below each other.
    """
    methods = list(dict.fromkeys(rankings["method"]))
    first = rankings[rankings["method"] == methods[0]].sort_values("value", ascending=False)
    names = list(first["condition"])[:MOST_SHOWN][::-1]
    count = len(methods)
    figure = make_subplots(
        rows=count if narrow else 1,
        cols=1 if narrow else count,
        shared_yaxes=not narrow,
        horizontal_spacing=0.025,
        vertical_spacing=0.25 / count,
        subplot_titles=methods,
    )
    for number, method in enumerate(methods, start=1):
        rows = rankings[rankings["method"] == method].set_index("condition")
        rows = rows.loc[[name for name in names if name in rows.index]]
        add_dots(
            figure,
            list(rows.index),
            rows["value"],
            rows["low"],
            rows["high"],
            colour=[ORANGE if changes else BLUE for changes in rows["changes"]],
            symbol=["diamond" if changes else "circle" for changes in rows["changes"]],
            row=number if narrow else 1,
            col=1 if narrow else number,
        )
    figure.update_yaxes(categoryorder="array", categoryarray=names)
    figure.update_annotations(font={"size": 12})
    return figure.update_layout(
        height=height_of(len(names)) * (count if narrow else 1),
        showlegend=False,
        margin={"t": 34},
        hovermode="closest",
    )
