"""Two models on the same images: one against the other, and the distribution of differences."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from evaluation.comparison.series import Versus
from evaluation.figures.labels import axis_title, damage_name, gain_title
from evaluation.figures.theme import GRAY, SERIES, SYMBOLS, short_name

MOST_POINTS = 2000
"""More marks than pixels help nobody: a sample that is spread evenly over the gains is drawn."""


def versus_figure(found: Versus) -> go.Figure:
    """Each mark is one image under one degradation; above the line the first model is ahead.

    (Where lower is better, below the line.) A mark's customdata is the row of the first model.
    """
    figure = go.Figure()
    if len(found.gains):
        low, high = float(found.values.min()), float(found.values.max())
        figure.add_scatter(
            x=[low, high],
            y=[low, high],
            mode="lines",
            line={"color": GRAY, "dash": "dot", "width": 1.5},
            hoverinfo="skip",
            name="equal",
        )
    for number, (damage, points) in enumerate(_by_damage(found).items()):
        figure.add_scatter(
            x=found.values[points, 1],
            y=found.values[points, 0],
            mode="markers",
            marker={"color": _colour(number), "symbol": _symbol(number), "size": 8, "opacity": 0.8},
            name=damage_name(damage),
            customdata=found.rows[points],
            text=[found.image[point] for point in points],
            hovertemplate="<b>%{text}</b><br>%{y:.4g} against %{x:.4g}<extra></extra>",
        )
    figure.update_xaxes(title=f"{short_name(found.second)}: {axis_title(found.metric)}")
    figure.update_yaxes(title=short_name(found.first), scaleanchor="x", constrain="domain")
    return figure.update_layout(height=440, hovermode="closest")


def difference_figure(found: Versus) -> go.Figure:
    """Gains of the first model over the second, image by image, a box for each degradation.

    Right of 0 the first model is better. A mark's customdata is the row of the first model.
    """
    figure = go.Figure()
    for number, (damage, points) in enumerate(_by_damage(found).items()):
        figure.add_box(
            x=found.gains[points],
            name=damage_name(damage),
            orientation="h",
            boxpoints="all" if len(points) <= 400 else "outliers",
            jitter=0.5,
            pointpos=0,
            marker={"color": _colour(number), "size": 6, "opacity": 0.75},
            line={"width": 1.5},
            fillcolor="rgba(0,0,0,0)",
            customdata=found.rows[points],
            text=[found.image[point] for point in points],
            hovertemplate="<b>%{text}</b><br>%{x:+.4g}<extra></extra>",
            showlegend=False,
        )
    figure.add_vline(x=0, line={"color": GRAY, "dash": "dot", "width": 1.5})
    first, second = short_name(found.first), short_name(found.second)
    figure.update_xaxes(title=f"{gain_title(found.metric)}: {first} over {second}")
    figure.update_yaxes(autorange="reversed")
    return figure.update_layout(
        height=150 + 56 * max(len(set(found.degradation)), 2), showlegend=False
    )


def _by_damage(found: Versus) -> dict[str, np.ndarray]:
    """Numbers of the points of each degradation, thinned where there are too many."""
    damage = np.array(found.degradation, object)
    names = list(dict.fromkeys(found.degradation))
    most = max(1, MOST_POINTS // max(len(names), 1))
    return {name: _spread(np.flatnonzero(damage == name), found.gains, most) for name in names}


def _spread(points: np.ndarray, gains: np.ndarray, most: int) -> np.ndarray:
    if len(points) <= most:
        return points
    ordered = points[np.argsort(gains[points], kind="stable")]
    return ordered[np.linspace(0, len(ordered) - 1, most).round().astype(int)]


def _colour(number: int) -> str:
    return SERIES[1:][number % (len(SERIES) - 1)]


def _symbol(number: int) -> str:
    return SYMBOLS[number % len(SYMBOLS)]
