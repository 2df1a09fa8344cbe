"""Radial power spectra of the clean, the noisy and the restored images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from evaluation.comparison.spectra import Spectrum
from evaluation.figures.theme import GRAY, short_name, styles


def spectrum_figure(spectra: Sequence[Spectrum]) -> go.Figure:
    """Power in dB against frequency: where a restored line falls below the clean one, detail was
    lost; where it stays above, noise was left."""
    look = styles(each.name for each in spectra if each.is_model)
    figure = go.Figure()
    for each in spectra:
        style = look.get(each.name)
        line = {
            "clean": {"color": GRAY, "width": 4},
            "noisy": {"color": GRAY, "width": 2, "dash": "dot"},
        }.get(each.name)
        if style is not None:
            line = {"color": style.colour, "width": 2, "dash": style.dash}
        figure.add_scatter(
            x=each.frequencies,
            y=_decibels(each.power),
            mode="lines",
            line=line,
            name=short_name(each.name),
            hovertemplate="<b>%{fullData.name}</b><br>%{x:.3f} cycles per pixel"
            "<br>%{y:.1f} dB<extra></extra>",
        )
    figure.update_xaxes(title="Spatial frequency, cycles per pixel")
    figure.update_yaxes(title="Power, dB over one gray level squared")
    return figure.update_layout(height=400, hovermode="closest")


def _decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-6)))
