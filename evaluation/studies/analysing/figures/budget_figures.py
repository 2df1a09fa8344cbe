"""Error against money, and votes to a target."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from evaluation.figures.theme import DASHES, SERIES, SYMBOLS
from evaluation.studies.analysing.figures.dots import add_dots, height_of

SPENT = {"cost": "Money spent", "seconds": "Rater time spent, seconds", "votes": "Votes collected"}


def budget_figure(curves: pd.DataFrame) -> go.Figure:
    """One line an arm with its 95 % band; each mark is one more vote on every item."""
    figure = go.Figure()
    for number, (arm, rows) in enumerate(curves.groupby("arm", sort=True)):
        colour = SERIES[1 + number % (len(SERIES) - 1)]
        symbol = SYMBOLS[number % len(SYMBOLS)]
        figure.add_scatter(
            x=[*rows["spent"], *rows["spent"][::-1]],
            y=[*rows["high"], *rows["low"][::-1]],
            fill="toself",
            fillcolor=colour,
            opacity=0.14,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            legendgroup=str(arm),
            showlegend=False,
        )
        figure.add_scatter(
            x=rows["spent"],
            y=rows["error"],
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": DASHES[number % len(DASHES)]},
            marker={"symbol": symbol, "size": 7},
            name=str(arm),
            legendgroup=str(arm),
            customdata=rows[["votes_per_item", "low", "high"]],
            hovertemplate="%{customdata[0]} votes an item, %{x:.4g} spent<br>error %{y:.3f} "
            "(%{customdata[1]:.3f} to %{customdata[2]:.3f})<extra>%{fullData.name}</extra>",
        )
    unit = str(curves["unit"].iloc[0])
    figure.update_xaxes(title=SPENT[unit], rangemode="tozero")
    figure.update_yaxes(title="Error of mean scores, points", rangemode="tozero")
    return figure.update_layout(height=420, hovermode="closest")


def target_figure(table: pd.DataFrame) -> go.Figure:
    """Votes an item needs, by arm, with intervals."""
    rows = table.iloc[::-1]
    names = [str(arm) or "all votes" for arm in rows["arm"]]
    figure = go.Figure()
    add_dots(figure, names, rows["votes"], rows["low"], rows["high"], format=".0f")
    width = float(rows["half_width"].iloc[0])
    figure.update_xaxes(title=f"Votes on an item for ± {width:.2g} points", rangemode="tozero")
    return figure.update_layout(height=height_of(len(rows)), hovermode="closest")
