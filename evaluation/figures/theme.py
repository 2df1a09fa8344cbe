"""One look for every figure: colours of models, fonts, axes, and inks for light and dark ground.

A figure carries no ground and no ink of its own: it is built without them, and the `template` of
the theme the reader uses is put on when it is drawn. Series keep one colour in both themes, as
in `ui/theme.css`; shapes and dashes tell apart what colours alone would not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import plotly.graph_objects as go

from restoration.models.catalogue import SUFFIXES

FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'

GRAY, BLUE, VERMILION, GREEN = "#8a8a8a", "#0072b2", "#d55e00", "#009e73"
PURPLE, ORANGE, SKY = "#cc79a7", "#e69f00", "#56b4e9"
SERIES = (GRAY, BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
"""Okabe and Ito's colours, told apart with any colour vision, less the yellow, which vanishes on
white. Gray is for doing nothing."""

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "5px 1px")

LOW_HIGH = [[0.0, "#ec7014"], [0.5, "#fec44f"], [1.0, "#fff7bc"]]
"""ColorBrewer's YlOrBr as far as dark text on it has a contrast of 5; it also reads in gray."""
ON_LOW_HIGH = "#1c1d1f"
"""Text upon it, on either ground."""


@dataclass(frozen=True)
class Ink:
    """Colours of text and lines on one ground; the values are those of `ui/theme.css`."""

    text: str
    quiet: str
    grid: str
    surface: str


class Ground(Enum):
    """What a figure is drawn upon."""

    LIGHT = Ink(text="#1c1d1f", quiet="#5a5d63", grid="#d9dadd", surface="#ffffff")
    DARK = Ink(text="#ececee", quiet="#a9adb4", grid="#393c41", surface="#202225")


def template(ground: Ground) -> go.layout.Template:
    """The Plotly template for figures on this ground: all inks, fonts and margins."""
    ink = ground.value
    axis = {
        "automargin": True,
        "gridcolor": ink.grid,
        "linecolor": ink.grid,
        "zerolinecolor": ink.grid,
        "tickfont": {"color": ink.quiet, "size": 12},
        "title": {"font": {"color": ink.text, "size": 13}, "standoff": 8},
    }
    return go.layout.Template(
        layout={
            "autosize": True,
            "colorway": list(SERIES[1:]),
            "coloraxis": {"colorbar": {"outlinewidth": 0, "thickness": 12}},
            "font": {"family": FONTS, "size": 13, "color": ink.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hoverlabel": {
                "bgcolor": ink.surface,
                "bordercolor": ink.grid,
                "font": {"family": FONTS, "color": ink.text, "size": 13},
            },
            # Above the plot, where a narrow screen has room for it.
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "xaxis": axis,
            "yaxis": axis,
            "shapedefaults": {"line": {"color": ink.quiet}},
            "annotationdefaults": {"font": {"color": ink.quiet, "size": 12}, "showarrow": False},
        }
    )


@dataclass(frozen=True)
class Style:
    """How one model is drawn wherever it appears."""

    colour: str
    symbol: str
    dash: str


SETTLED = ("identity", "unet-denoise", "nlm", "wavelet", "median", "tv", "bilateral")
"""Models that ship; each has a colour of its own, a circle and a solid line, for good."""


def styles(models: Iterable[str]) -> dict[str, Style]:
    """A style for each model; no two alike for up to 36 models besides those that ship.

    A model that ships always has the same. Any other has the one that its name stands for, or
    the next that is free among `models`: the same models have the same styles in any order.
    """
    free = list(_OTHERS)
    given = {}
    for name in sorted(set(models)):
        if name in SETTLED:
            given[name] = Style(SERIES[SETTLED.index(name)], SYMBOLS[0], DASHES[0])
            continue
        first = _number(name) % len(_OTHERS)
        preferred = [*_OTHERS[first:], *_OTHERS[:first]]
        given[name] = next((style for style in preferred if style in free), preferred[0])
        free = [style for style in free if style != given[name]]
    return given


def short_name(model: str) -> str:
    """A model's id; the file's name for weights of one's own."""
    path = Path(model)
    return path.stem if path.suffix.lower() in SUFFIXES else model


def _number(model: str) -> int:
    """The same for a name in every process, unlike Python's own hash."""
    return int.from_bytes(hashlib.sha256(short_name(model).encode()).digest()[:4], "big")


_OTHERS = tuple(
    Style(colour, symbol, dash)
    for symbol, dash in zip(SYMBOLS[1:], DASHES[1:], strict=True)
    for colour in SERIES[1:]
)
