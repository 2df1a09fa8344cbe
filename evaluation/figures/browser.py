"""What a browser needs for figures: Plotly as installed, the two templates, `walk.js`, `draw.js`.

One script, so that a page loads one file and a report contains it; nothing comes from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from evaluation.figures.theme import Ground, template

_OURS = [Path(__file__).with_name(name) for name in ("walk.js", "draw.js")]


@lru_cache(maxsize=1)
def plot_script() -> str:
    """The text of the script, 5 MB."""
    templates = {ground.name.lower(): template(ground).to_plotly_json() for ground in Ground}
    return "\n".join(
        (
            get_plotlyjs(),
            f"window.rrTemplates = {json.dumps(templates)};",
            *(file.read_text(encoding="utf-8") for file in _OURS),
        )
    )


@lru_cache(maxsize=1)
def plot_script_name() -> str:
    """A file name that changes with the content, so that a browser may keep it for good."""
    return f"plots-{hashlib.sha256(plot_script().encode()).hexdigest()[:12]}.js"


def figure_record(figure: go.Figure) -> dict[str, Any]:
    """A figure as JSON without its template, which the browser puts on."""
    record: dict[str, Any] = json.loads(figure.to_json())
    record["layout"].pop("template", None)
    return record
