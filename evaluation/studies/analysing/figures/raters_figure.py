"""Raters by bias and inconsistency."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from evaluation.figures.theme import BLUE, GRAY, VERMILION


def raters_figure(raters: pd.DataFrame) -> go.Figure:
    """One mark a rater; those with a reason to be looked at are orange crosses with their name."""
    known = raters.dropna(subset=["bias", "inconsistency"])
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": GRAY, "dash": "dot", "width": 1})
    flagged = known["reasons"] != ""
    for chosen, name, colour, symbol in (
        (~flagged, "no reason to look closer", BLUE, "circle"),
        (flagged, "look closer", VERMILION, "x"),
    ):
        rows = known[chosen]
        if len(rows):
            figure.add_scatter(
                x=rows["bias"].astype(float),
                y=rows["inconsistency"].astype(float),
                mode="markers+text" if symbol == "x" else "markers",
                text=rows["rater"],
                textposition="top center",
                marker={"color": colour, "symbol": symbol, "size": 9},
                name=name,
                customdata=rows[["votes", "reasons"]].astype(str),
                hovertemplate="<b>%{text}</b>, %{customdata[0]} votes<br>bias %{x:.2f}, "
                "inconsistency %{y:.2f}<br>%{customdata[1]}<extra></extra>",
            )
    figure.update_xaxes(title="Bias: votes higher than the others, points")
    figure.update_yaxes(title="Inconsistency, points", rangemode="tozero")
    return figure.update_layout(height=380, hovermode="closest")


def exclusion_figure(changes: pd.DataFrame) -> go.Figure:
    """Mean scores with all raters, and without those that have a reason to be looked at."""
    rows = changes.sort_values("with")
    figure = go.Figure()
    for row in rows.to_dict("records"):
        figure.add_shape(
            type="line",
            x0=row["with"],
            x1=row["without"],
            y0=row["condition"],
            y1=row["condition"],
            line={"width": 2, "color": GRAY},
        )
    for column, name, colour, symbol in (
        ("with", "all raters", BLUE, "circle"),
        ("without", "without those to look at", VERMILION, "diamond"),
    ):
        figure.add_scatter(
            x=rows[column],
            y=rows["condition"],
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 9},
            name=name,
            hovertemplate="<b>%{y}</b><br>%{x:.2f}<extra>" + name + "</extra>",
        )
    figure.update_xaxes(title="Mean score")
    return figure.update_layout(height=120 + 30 * len(rows), hovermode="closest")
