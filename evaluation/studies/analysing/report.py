"""A study's results as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from evaluation.figures.browser import plot_script
from evaluation.studies.analysing.analysis import Analysis
from evaluation.studies.analysing.presentation import presented
from restoration.errors import NotWritten

BROWSER = Path(__file__).parent / "browser"
"""What pages and reports share: results.js and results.css."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; max-width: 76rem; padding: 1rem; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --rr-text: #ececee; --rr-text-quiet: #a9adb4; --rr-surface: #202225;
    --rr-accent: #8dbcf0; --rr-control-border: #7b7f86; --rr-focus: #8dbcf0; }}
  body {{ background: #151618; }}
}}
{style}
</style>
</head>
<body>
<h1 class="rr-study-results">{title}</h1>
<main id="results"></main>
<script>{plots}</script>
<script>{script}</script>
<script type="application/json" id="view">{view}</script>
<script type="application/json" id="tables">{tables}</script>
<script type="application/json" id="pictures">{pictures}</script>
<script>
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const tables = read("tables");
const pictures = read("pictures");
rrStudyResults.show(document.getElementById("results"), read("view"),
  (name) => "data:text/csv;base64," + tables[name], {{ pictureOf: (item) => pictures[item] }});
</script>
</body>
</html>
"""


def write_report(
    analysis: Analysis, path: Path, name: str, pictures: Mapping[str, str] | None = None
) -> None:
    """Write the report of a study called `name`; raises NotWritten.

    pictures: item to the address of its picture, which maps of defects are laid upon.
    """
    tables = {
        table: base64.b64encode(frame.to_csv(index=False).encode()).decode()
        for table, frame in analysis.tables.items()
    }
    text = PAGE.format(
        title=escape(f"Results of {name}"),
        style=(BROWSER / "results.css").read_text(encoding="utf-8"),
        plots=plot_script(),
        script=(BROWSER / "results.js").read_text(encoding="utf-8"),
        view=_inside_script(presented(analysis)),
        tables=_inside_script(tables),
        pictures=_inside_script(dict(pictures or {})),
    )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotWritten("The report could not be written", actual=str(error)) from None


def _inside_script(document: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(document, allow_nan=False).replace("<", "\\u003c")
