"""The leaderboard as dots with intervals, and brackets over what cannot be told apart."""

from __future__ import annotations

import plotly.graph_objects as go

from evaluation.comparison.leaderboard import Leaderboard
from evaluation.figures.labels import axis_title, spread
from evaluation.figures.theme import GRAY, short_name, styles

BRACKET_STEP = 0.018
"""Brackets stand side by side at the right, this share of the plot's width apart."""
ROW_HEIGHT, FRAME_HEIGHT = 34, 70


def leaderboard_figure(board: Leaderboard) -> go.Figure:
    """Best on top; bars are 95 % bootstrap intervals of each mean by itself.

    Those may overlap where two models differ on every image: the brackets come from paired tests
    and are what tells models apart. A mark's customdata is the row of the model's worst image.
    """
    count = len(board.standings)
    look = styles(each.model for each in board.standings)
    figure = go.Figure()
    for position, each in enumerate(board.standings):
        style, mean = look[each.model], each.mean
        bars = {"array": [mean.high - mean.mean], "arrayminus": [mean.mean - mean.low]}
        figure.add_scatter(
            x=[mean.mean],
            y=[position],
            error_x={**bars, "thickness": 2, "width": 0} if mean.known else None,
            mode="markers",
            marker={"color": style.colour, "symbol": style.symbol, "size": 11},
            name=short_name(each.model),
            customdata=[each.worst_row],
            hovertemplate=f"<b>%{{fullData.name}}</b><br>{spread(mean, board.metric)}"
            f"<br>{mean.images} images<extra></extra>",
            showlegend=False,
        )
    for number, (first, last) in enumerate(board.brackets):
        figure.add_shape(
            type="line",
            xref="paper",
            x0=1.015 + number * BRACKET_STEP,
            x1=1.015 + number * BRACKET_STEP,
            y0=first - 0.3,
            y1=last + 0.3,
            line={"color": GRAY, "width": 4},
            name="cannot be told apart",
        )
    figure.update_xaxes(title=axis_title(board.metric))
    figure.update_yaxes(
        tickvals=list(range(count)),
        ticktext=[short_name(each.model) for each in board.standings],
        range=[count - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    right = 14 + 12 * len(board.brackets)
    return figure.update_layout(
        height=FRAME_HEIGHT + ROW_HEIGHT * max(count, 2),
        margin={"r": right},
        hovermode="closest",
        showlegend=False,
    )
