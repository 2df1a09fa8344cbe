"""`report`: one self-contained HTML file about a run.

Shows pictures and spectra too where the images of the run are still where they were.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from evaluation.comparison.ratings import read_ratings
from evaluation.comparison.run_table import open_run
from evaluation.overview import overview
from evaluation.report.document import report_html
from evaluation.report.pictures import report_pictures
from restoration.commands.output import ProgressLine, print_json, print_text
from restoration.errors import NotWritten


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("report", help="a run as one HTML file", description=__doc__)
    parser.add_argument("run_place", type=Path, metavar="DIR", help="of a run, or a file of rows")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: DIR/report.html"
    )
    parser.add_argument("--metric", metavar="ID", help="to rank by; default: the run's first")
    parser.add_argument("--ratings", type=Path, metavar="CSV", help="human ratings of the stimuli")
    parser.add_argument("--title", metavar="TEXT")
    parser.add_argument("--no-pictures", action="store_true", help="figures and tables only")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, and write the report."""
    place: Path = options.run_place
    table = open_run(place)
    ratings = read_ratings(options.ratings) if options.ratings else None
    shown = overview(table, options.metric or table.metrics[0], ratings=ratings)
    line = ProgressLine()
    folder = place if place.is_dir() else None
    pictures = None if options.no_pictures else report_pictures(table, shown, folder, line)
    line.clear()
    measured = f"{len(table.frame)} rows: {_machines(table.frame)}"
    html = report_html(table, shown, options.title or f"Run {place.name}", measured, pictures)
    output = options.output or (place if folder else place.parent) / "report.html"
    try:
        output.write_text(html, encoding="utf-8")
    except OSError as error:
        raise NotWritten(
            "The report could not be stored",
            actual=f"{output}: {error.strerror}",
            remedy="Choose another place with -o",
        ) from error
    if options.json:
        notes = [] if pictures is None else list(pictures.notes)
        print_json({"report": str(output), "sentence": shown.sentence, "notes": notes})
    else:
        print_text(shown.sentence)
        print_text(str(output))
    return 0


def _machines(frame: Any) -> str:  # noqa: ANN401
    told = frame[["device", "dtype", "threads"]].dropna().drop_duplicates().head(4)
    kinds = [f"{line.device}, {line.dtype}, {line.threads} threads" for line in told.itertuples()]
    return "; ".join(kinds) or "the rows do not tell the device"
