"""A metric against the level of the damage, with a band for each model."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from evaluation.comparison.series import LevelPoint
from evaluation.figures.labels import axis_title, level_title, spread
from evaluation.figures.theme import short_name, styles

BAND = 0.14
"""Opacity of bands, so that several can lie over one another."""


def level_figure(points: Sequence[LevelPoint], metric: str, kind: str) -> go.Figure:
    """Means over images, bands their 95 % bootstrap intervals; customdata the worst image's row."""
    figure = go.Figure()
    models = list(dict.fromkeys(point.model for point in points))
    look = styles(models)
    for model in models:
        own = [point for point in points if point.model == model]
        levels = [point.level for point in own]
        style = look[model]
        bounded = [point for point in own if point.mean.known]
        figure.add_scatter(
            x=[point.level for point in bounded] + [point.level for point in bounded][::-1],
            y=[point.mean.high for point in bounded] + [point.mean.low for point in bounded][::-1],
            fill="toself",
            fillcolor=style.colour,
            opacity=BAND,
            mode="none",
            hoverinfo="skip",
            legendgroup=model,
            showlegend=False,
        )
        figure.add_scatter(
            x=levels,
            y=[point.mean.mean for point in own],
            mode="lines+markers",
            line={"color": style.colour, "dash": style.dash, "width": 2},
            marker={"color": style.colour, "symbol": style.symbol, "size": 8},
            name=short_name(model),
            legendgroup=model,
            customdata=[point.row for point in own],
            text=[spread(point.mean, metric) for point in own],
            hovertemplate="<b>%{fullData.name}</b><br>level %{x}<br>%{text}<extra></extra>",
        )
    figure.update_xaxes(
        title=level_title(kind),
        tickvals=sorted({point.level for point in points}),
    )
    figure.update_yaxes(title=axis_title(metric))
    return figure.update_layout(height=400, hovermode="closest")
