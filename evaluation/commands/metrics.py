"""`metrics`: what can be measured on this machine, and what each figure says.

Below them are the metrics whose weights do not come with this program, and where they belong.
"""

from __future__ import annotations

import argparse
from typing import Any

from evaluation.metrics import METRICS, Metric, here
from evaluation.metrics.supplied import supplied_folder
from restoration.commands.output import print_json, print_text


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser("metrics", help="list the metrics", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List every metric that can be taken, then those that lack their weights."""
    lacking = [each for each in METRICS if each.lacking]
    if options.json:
        print_json(
            {
                "metrics": [_record(each) for each in here()],
                "lacking_weights": [_wanted(each) for each in lacking],
                "folder": str(supplied_folder().resolve()),
            }
        )
        return 0
    for each in here():
        print_text(f"{each.id:22} {each.label}; {each.better.value}. {each.reading}")
    for each in lacking:
        files = ", ".join(f"{file.name} ({file.source})" for file in each.lacking)
        print_text(f"{each.id:22} not here: put {files} into {supplied_folder().resolve()}")
    return 0


def _record(metric: Metric) -> dict[str, Any]:
    return {
        "id": metric.id,
        "label": metric.label,
        "better": metric.better.value,
        "needs": [need.value for need in metric.needs],
        "smallest_side": metric.smallest_side,
        "reading": metric.reading,
    }


def _wanted(metric: Metric) -> dict[str, Any]:
    files = [{"name": file.name, "source": file.source} for file in metric.lacking]
    return {"id": metric.id, "files": files}
