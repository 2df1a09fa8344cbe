"""Severe errors and quality by strategy, and where quality assurance pays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from evaluation.figures.theme import BLUE, GRAY, GREEN, VERMILION
from evaluation.studies.analysing.figures.dots import add_dots, height_of
from evaluation.studies.analysing.quality_assurance import Verdict

COLOURS = {Verdict.PAYS: GREEN, Verdict.HARMS: VERMILION, Verdict.UNKNOWN: GRAY}
SYMBOLS = {Verdict.PAYS: "circle", Verdict.HARMS: "x", Verdict.UNKNOWN: "circle-open"}
ODDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]


def severe_figure(table: pd.DataFrame, narrow: bool = False) -> go.Figure:
    """Rate of severe errors, and median and quartiles of the others; one row a level."""
    factor = str(table.columns[0])
    rows = table.iloc[::-1]
    second = {"row": 2, "col": 1} if narrow else {"row": 1, "col": 2}
    figure = make_subplots(
        rows=second["row"],
        cols=second["col"],
        shared_yaxes=not narrow,
        horizontal_spacing=0.04,
        vertical_spacing=0.3,
        subplot_titles=["Severe errors", "Quality of the others"],
    )
    names = list(rows[factor])
    add_dots(
        figure,
        names,
        rows["severe"],
        rows["severe_low"],
        rows["severe_high"],
        colour=VERMILION,
        format=".1%",
        row=1,
        col=1,
    )
    good = rows.dropna(subset=["quality"])
    add_dots(
        figure,
        list(good[factor]),
        good["quality"],
        good["quality_25"],
        good["quality_75"],
        symbol="line-ns-open",
        format=".3f",
        row=second["row"],
        col=second["col"],
    )
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(categoryorder="array", categoryarray=names)
    figure.update_annotations(font={"size": 12})
    return figure.update_layout(
        height=height_of(len(rows)) * second["row"],
        showlegend=False,
        margin={"t": 34},
        hovermode="closest",
    )


def quality_assurance_figure(table: pd.DataFrame) -> go.Figure:
    """Change in quality by image characteristic, with intervals; green where it pays."""
    rows = table.iloc[::-1]
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": GRAY, "dash": "dot", "width": 1})
    for verdict in Verdict:
        part = rows[rows["verdict"] == verdict]
        if len(part):
            names = list(part["characteristic"])
            add_dots(
                figure,
                names,
                part["change"],
                part["low"],
                part["high"],
                name=str(verdict),
                colour=COLOURS[verdict],
                symbol=SYMBOLS[verdict],
                format="+.3f",
            )
    figure.update_yaxes(categoryorder="array", categoryarray=list(rows["characteristic"]))
    figure.update_xaxes(title="Change in quality", tickformat="+.2f")
    return figure.update_layout(height=height_of(len(rows)) + 30, hovermode="closest")


def model_figure(coefficients: pd.DataFrame) -> go.Figure:
    """Odds ratios of both parts of the two-part model, on a log axis, without the intercepts."""
    rows = coefficients[coefficients["term"] != "intercept"].iloc[::-1]
    figure = go.Figure()
    figure.add_vline(x=1, line={"color": GRAY, "dash": "dot", "width": 1})
    for part, name, colour, symbol in (
        ("severe", "odds of a severe error", VERMILION, "diamond"),
        ("quality", "odds of quality, if not severe", BLUE, "circle"),
    ):
        chosen = rows[rows["part"] == part]
        add_dots(
            figure,
            list(chosen["term"]),
            np.exp(chosen["estimate"]),
            np.exp(chosen["low"]),
            np.exp(chosen["high"]),
            name=name,
            colour=colour,
            symbol=symbol,
        )
    figure.update_xaxes(title="Odds ratio (below 1: rarer, or lower)", type="log", tickvals=ODDS)
    figure.update_layout(scattermode="group", scattergap=0.6)
    return figure.update_layout(height=height_of(rows["term"].nunique()) + 50, hovermode="closest")
