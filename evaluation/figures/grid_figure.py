"""Models against degradations as a heat map."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from evaluation.comparison.series import Grid
from evaluation.figures.labels import damage_name, number, with_unit
from evaluation.figures.theme import LOW_HIGH, ON_LOW_HIGH, short_name


def grid_figure(found: Grid, metric: str) -> go.Figure:
    """Figures are means; the colour is how far behind the best of its column each is.

    So that the colour speaks of models: by the figure itself it would speak of the damage alone.
    A cell's customdata is the row of the model's worst image.
    """
    texts = [
        ["" if np.isnan(value) else number(value, metric) for value in line] for line in found.means
    ]
    figure = go.Figure(
        go.Heatmap(
            z=-found.behind,
            x=[damage_name(name) for name in found.degradations],
            y=[short_name(model) for model in found.models],
            text=texts,
            texttemplate="%{text}",
            textfont={"color": ON_LOW_HIGH},
            customdata=found.rows,
            colorscale=LOW_HIGH,
            zmax=0,
            colorbar={
                "title": {"text": f"Behind the best, {with_unit(metric)}", "side": "top"},
                "orientation": "h",
                "thickness": 8,
                "outlinewidth": 0,
                "len": 0.6,
                "y": -0.05,
                "yanchor": "top",
            },
            xgap=2,
            ygap=2,
            hovertemplate="<b>%{y}</b><br>%{x}<br>%{text}, %{z:.3g} to the best<extra></extra>",
        )
    )
    figure.update_xaxes(side="top", showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure.update_layout(height=150 + 34 * max(len(found.models), 3), showlegend=False)
