"""Where raters marked a defect."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

VEIL = [
    [0.0, "rgba(0, 114, 178, 0)"],
    [0.001, "rgba(0, 114, 178, 0.35)"],
    [0.5, "rgba(230, 159, 0, 0.55)"],
    [1.0, "rgba(213, 94, 0, 0.75)"],
]
"""Clear where nobody marked; blue, orange and vermilion over the picture, told apart with any
colour vision."""


def heat_figure(share: np.ndarray, raters: int, size: tuple[int, int]) -> go.Figure:
    """How many of `raters` marked each place: share (rows, columns) in [0, 1].

    size: width and height of the picture in pixels, which are the units of the axes, so that the
    picture can be laid under the map.
    """
    counts = np.rint(share * raters).astype(int)
    rows, columns = counts.shape
    width, height = size
    figure = go.Figure(
        go.Heatmap(
            z=counts,
            x0=width / columns / 2,
            dx=width / columns,
            y0=height / rows / 2,
            dy=height / rows,
            zmin=0,
            zmax=raters,
            colorscale=VEIL,
            colorbar={
                "title": {"text": f"of {raters} raters", "side": "top"},
                "orientation": "h",
                "y": -0.02,
                "yanchor": "top",
                "thickness": 10,
                "outlinewidth": 0,
                "tickformat": "d",
                "nticks": min(raters, 8) + 1,
            },
            hovertemplate=f"%{{z}} of {raters} raters<extra></extra>",
        )
    )
    edge = {"visible": False, "constrain": "domain"}
    figure.update_xaxes(range=[0, width], **edge)
    figure.update_yaxes(range=[height, 0], scaleanchor="x", **edge)
    return figure.update_layout(height=420, showlegend=False)
