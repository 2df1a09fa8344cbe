"""Quality against time, with the Pareto front."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from evaluation.comparison.front import pareto_front
from evaluation.comparison.leaderboard import Leaderboard
from evaluation.figures.labels import axis_title, spread
from evaluation.figures.theme import GRAY, short_name, styles


def front_figure(board: Leaderboard) -> go.Figure:
    """Seconds per megapixel on a logarithmic axis; the line joins models that none beats in both.

    Doing nothing costs nothing that could be measured and stands at the left edge. Models whose
    times are not known are left out. A mark's customdata is the row of the model's worst image.
    """
    timed = [
        each
        for each in board.standings
        if each.seconds_per_megapixel > 0 and not math.isnan(each.mean.mean)
    ]
    look = styles(each.model for each in board.standings)
    front = pareto_front(
        [each.seconds_per_megapixel for each in timed],
        [each.goodness for each in timed],
    )
    figure = go.Figure()
    figure.add_scatter(
        x=[timed[number].seconds_per_megapixel for number in front],
        y=[timed[number].mean.mean for number in front],
        mode="lines",
        line={"color": GRAY, "width": 1.5, "shape": "hv"},
        hoverinfo="skip",
        name="Pareto front",
    )
    for number, each in enumerate(timed):
        style, mean = look[each.model], each.mean
        bars = {"array": [mean.high - mean.mean], "arrayminus": [mean.mean - mean.low]}
        figure.add_scatter(
            x=[each.seconds_per_megapixel],
            y=[mean.mean],
            error_y={**bars, "thickness": 1, "width": 0} if mean.known else None,
            mode="markers",
            marker={
                "color": style.colour,
                "symbol": style.symbol,
                "size": 14 if number in front else 10,
            },
            name=short_name(each.model),
            customdata=[each.worst_row],
            hovertemplate=f"<b>%{{fullData.name}}</b><br>{spread(mean, board.metric)}"
            "<br>%{x:.3g} s per megapixel<extra></extra>",
        )
    figure.update_xaxes(title="Seconds per megapixel (log)", type="log", dtick=1)
    figure.update_yaxes(title=axis_title(board.metric))
    return figure.update_layout(height=400, hovermode="closest")
