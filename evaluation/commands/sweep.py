"""`sweep`: quality of synthetic fields against the frequency of the noise in their maps.

Trains a generator for regions alone, for each noise frequency and for true cells, with equal
seeds and budgets, and judges all of them on held-out fields. Stop it at any time; the same
command goes on. Writes sweep.json and sweep.csv.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
from pathlib import Path
from typing import Any

from restoration.commands.output import print_json, print_text

CONDITIONS = ("polygons", "noise:4", "noise:8", "noise:16", "noise:32", "blue:16", "cells")


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser(
        "sweep", help="synthesis quality against noise frequency", description=__doc__
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="prepared fields")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--train", nargs=2, required=True, metavar=("FIRST", "LAST"))
    parser.add_argument("--test", nargs=2, required=True, metavar=("FIRST", "LAST"))
    parser.add_argument("--conditions", nargs="+", default=CONDITIONS, metavar="CONDITION")
    parser.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2), metavar="N")
    parser.add_argument("--round-steps", type=int, default=400, metavar="N")
    parser.add_argument("--rounds", type=int, default=4, metavar="N")
    parser.add_argument("--minutes", type=float, default=1e9, help="for training")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0: every core")
    parser.add_argument("--score-only", action="store_true", help="train no further")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train what is missing, judge, and write the summary."""
    import torch

    from evaluation.synthesis.plan import SweepPlan, names_between
    from evaluation.synthesis.summary import summary
    from evaluation.synthesis.sweep import score_sweep, train_sweep
    from restoration.synthesis.conditions import condition_from
    from restoration.synthesis.fields import read_fields

    logging.getLogger("evaluation.synthesis").setLevel(logging.INFO)
    if options.threads:
        torch.set_num_threads(options.threads)
    tissue, fields = read_fields(options.folder)
    names = [field.name for field in fields]
    plan = SweepPlan(
        names_between(names, *options.train),
        names_between(names, *options.test),
        tuple(map(condition_from, options.conditions)),
        tuple(options.seeds),
        options.round_steps,
        options.rounds,
    )
    if not options.score_only:
        train_sweep(plan, fields, tissue, options.output, minutes=options.minutes)
    scored = score_sweep(plan, fields, tissue, options.output)
    document = summary(plan, scored, tissue)
    (options.output / "sweep.json").write_text(json.dumps(document, indent=1) + "\n")
    _write_csv(document, options.output / "sweep.csv")
    if options.json:
        print_json(document)
    else:
        _print(document)
    return 0


def _write_csv(document: dict[str, Any], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["metric", "condition", "frequency", "seed", "value"])
        for metric in document["metrics"]:
            for row in metric["conditions"]:
                for seed, value in zip(document["seeds"], row["values"], strict=True):
                    frequency = row["frequency"] if row["frequency"] is not None else ""
                    writer.writerow([metric["id"], row["condition"], frequency, seed, value])


def _print(document: dict[str, Any]) -> None:
    metrics = document["metrics"]
    print_text("condition".ljust(12) + "".join(each["id"].rjust(22) for each in metrics))
    for number, row in enumerate(metrics[0]["conditions"]):
        cells = [
            "{value:.4g} [{low:.4g}, {high:.4g}]".format(**each["conditions"][number]["mean"])
            for each in metrics
        ]
        print_text(row["condition"].ljust(12) + "".join(cell.rjust(22) for cell in cells))
    for each in metrics:
        best = next(row for row in each["conditions"] if row["condition"] == each["best"])
        ratio = best["recovery"]
        said = (
            "recovery {value:.2f} [{low:.2f}, {high:.2f}]".format(**ratio)
            if ratio
            else "no recovery ratio: cells are not better than regions beyond chance"
        )
        peak = "a peak" if each["peak"] else "no peak"
        print_text(f"{each['id']}: best {each['best']}, {peak}, {said}")
