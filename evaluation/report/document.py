"""A run as one HTML file that opens without a network: figures, tables, pictures, method."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from evaluation.comparison.leaderboard import Leaderboard
from evaluation.comparison.run_table import RunTable
from evaluation.figures.browser import figure_record, plot_script
from evaluation.metrics import metric as metric_of
from evaluation.overview import METHOD, Overview, pair_figures, pair_sentence
from evaluation.report.tables import (
    board_table,
    failures,
    metrics_table,
    tables_by_degradation,
    worst_tables,
)

_STYLE = Path(__file__).with_name("report.css")
_SCRIPT = Path(__file__).with_name("report.js")
_TITLES = {
    "leaderboard": "Leaderboard",
    "front": "Quality against time",
    "grid": "Models and degradations",
    "versus": "Image by image",
    "difference": "Differences, image by image",
    "ratings": "Against human ratings",
    "spectra": "Radial power spectra",
}


@dataclass(frozen=True)
class Strip:
    """Pictures side by side, with what they show."""

    caption: str
    pictures: tuple[tuple[str, bytes], ...]
    """Label and PNG."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """What only a run whose images are at hand can show."""

    strips: tuple[Strip, ...] = ()
    spectra: go.Figure | None = None
    spectra_of: str = ""
    notes: tuple[str, ...] = field(default=())
    """Why something is not shown."""


def report_html(
    table: RunTable,
    shown: Overview,
    title: str,
    measured: str = "",
    pictures: Pictures | None = None,
) -> str:
    """The report as a whole document of about 5 MB, most of it the script that draws figures."""
    board = shown.board
    found = pictures or Pictures()
    figures = dict(shown.figures)
    pair = ""
    if len(board.standings) > 1:
        first, second = board.standings[0].model, _rival(board)
        figures |= pair_figures(table, board.metric, first, second)[1]
        pair = pair_sentence(board, first, second)
    if found.spectra is not None:
        figures["spectra"] = found.spectra
    notes = {"difference": pair, "spectra": found.spectra_of, "ratings": _people(shown)}
    plots = "".join(_plot(name, notes.get(name, "")) for name in figures if name != "leaderboard")
    records = {name: figure_record(figure) for name, figure in figures.items()}
    return _DOCUMENT.format(
        title=escape(title),
        style=_STYLE.read_text(encoding="utf-8"),
        sentence=escape(shown.sentence),
        measured=escape(measured),
        label=escape(f"{metric_of(board.metric).label}. {metric_of(board.metric).reading}"),
        leaderboard=_plot("leaderboard", "") + board_table(board),
        worst=worst_tables(table, shown),
        strips="".join(map(_strip, found.strips)),
        notes="".join(f'<p class="quiet">{escape(note)}</p>' for note in found.notes),
        plots=plots,
        boards=tables_by_degradation(table, board),
        metrics=metrics_table(table, board),
        failures=failures(table),
        method=escape(METHOD),
        figures=json.dumps(records).replace("<", "\\u003c"),
        plot_script=plot_script(),
        script=_SCRIPT.read_text(encoding="utf-8"),
    )


_DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head><body>
<h1>{title}</h1>
<p class="lead">{sentence}</p>
<p class="quiet">{measured}</p>
<p class="quiet">{label}</p>
{leaderboard}
<p class="quiet">A bar at the right joins models that cannot be told apart. {method}</p>
<h2>Look at these first</h2>
{worst}{strips}{notes}
<div class="plots">{plots}</div>
<h2>Each degradation by itself</h2>
{boards}
<h2>All metrics</h2>
{metrics}
{failures}
<script type="application/json" id="figures">{figures}</script>
<script>{plot_script}</script>
<script>{script}</script>
</body></html>
"""


def png(picture: np.ndarray) -> bytes:
    """An 8-bit (H, W) or (H, W, C) picture as PNG."""
    import imagecodecs

    plane = picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture
    return bytes(imagecodecs.png_encode(np.ascontiguousarray(plane)))


def _rival(board: Leaderboard) -> str:
    """The best classical filter, or else the second: who the first is set against."""
    first = board.standings[0].model
    if board.best_classical not in (None, first):
        return str(board.best_classical)
    return board.standings[1].model


def _plot(name: str, note: str) -> str:
    kind = name.removeprefix("level-")
    heading = _TITLES.get(name, f"Against the level of {kind}")
    told = f'<p class="quiet">{escape(note)}</p>' if note else ""
    return f'<section><h2>{escape(heading)}</h2><div id="figure-{name}"></div>{told}</section>'


def _strip(strip: Strip) -> str:
    pictures = "".join(
        f'<figure><img alt="{escape(label)}" src="data:image/png;base64,'
        f'{base64.b64encode(content).decode()}"><figcaption>{escape(label)}</figcaption></figure>'
        for label, content in strip.pictures
    )
    return f'<p>{escape(strip.caption)}</p><div class="strip">{pictures}</div>'


def _people(shown: Overview) -> str:
    if shown.rated is None:
        return ""
    found = shown.rated.found
    if not np.isfinite(found.plcc):
        return "Too few stimuli were both rated and measured to compare."
    return (
        f"{found.stimuli} stimuli: PLCC {found.plcc:.3f} ({found.plcc_low:.3f} to "
        f"{found.plcc_high:.3f}), SRCC {found.srcc:.3f}, RMSE* {found.rmse_star:.3f}, "
        f"outlier ratio {found.outlier_ratio:.2f} (ITU-T P.1401, monotonic "
        f"mapping of order {found.order})."
    )
