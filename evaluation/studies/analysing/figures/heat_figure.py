"""Where raters marked a defect."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from evaluation.figures.theme import LOW_HIGH


def heat_figure(share: np.ndarray, raters: int) -> go.Figure:
    """Share of raters who marked each place of the image, (rows, columns) in [0, 1]."""
    figure = go.Figure(
        go.Heatmap(
            z=share,
            zmin=0,
            zmax=1,
            colorscale=LOW_HIGH,
            colorbar={"title": {"text": f"of {raters} raters"}, "tickformat": ".0%"},
            hovertemplate="%{z:.0%}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", scaleanchor="x", visible=False)
    figure.update_xaxes(visible=False)
    return figure.update_layout(height=420)
