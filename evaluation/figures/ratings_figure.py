"""A metric against what people said."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from evaluation.comparison.ratings import Rated
from evaluation.figures.labels import axis_title, damage_name
from evaluation.figures.theme import GRAY, short_name, styles


def ratings_figure(rated: Rated, metric: str) -> go.Figure:
    """Each mark is one stimulus with the 95 % interval of its ratings; the line is the mapping.

    A mark's customdata is the row of the stimulus.
    """
    look = styles(rated.models)
    figure = go.Figure()
    order = np.argsort(rated.metric, kind="stable")
    figure.add_scatter(
        x=rated.metric[order],
        y=rated.found.mapped[order],
        mode="lines",
        line={"color": GRAY, "width": 2},
        hoverinfo="skip",
        name="monotonic fit",
    )
    models = np.array(rated.models, object)
    for model in dict.fromkeys(rated.models):
        points = np.flatnonzero(models == model)
        widths = np.nan_to_num(rated.half_widths[points])
        figure.add_scatter(
            x=rated.metric[points],
            y=rated.ratings[points],
            error_y={"array": widths, "thickness": 1, "width": 0},
            mode="markers",
            marker={"color": look[model].colour, "symbol": look[model].symbol, "size": 9},
            name=short_name(model),
            customdata=rated.rows[points],
            text=[f"{rated.images[p]}, {damage_name(rated.degradations[p])}" for p in points],
            hovertemplate="<b>%{fullData.name}</b><br>%{text}<br>"
            "rated %{y:.2f}, metric %{x:.4g}<extra></extra>",
        )
    figure.update_xaxes(title=axis_title(metric))
    figure.update_yaxes(title="Mean opinion score")
    return figure.update_layout(height=420, hovermode="closest")
