"""`benchmark`: images x models x degradations x seeds, one row for each, resumable.

Writes rows.parquet and rows.csv to the output folder. Stop it at any time, by Ctrl-C or worse:
the same command with --resume goes on with what is missing.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation.benchmark.rows import Row
from evaluation.benchmark.session import METRICS, Listing, Wish, list_benchmark, run_benchmark
from evaluation.benchmark.store import CSV, PARQUET
from evaluation.benchmark.summary import Mean, means
from evaluation.published import Published, published_on
from restoration.commands.output import ProgressLine, print_json, print_text
from restoration.errors import Cancelled
from restoration.executor_choice import ENGINES, Engine

SHOWN_ERRORS = 5


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command."""
    parser = commands.add_parser(
        "benchmark", help="compare models on a folder of images", description=__doc__
    )
    parser.add_argument("--images", required=True, type=Path, metavar="DIR")
    parser.add_argument("--models", required=True, type=_list, metavar="ID,ID")
    parser.add_argument(
        "--degradations",
        required=True,
        type=_list,
        metavar="KIND:LEVEL,...",
        help="for instance gaussian:25,jpeg:20; none takes noisy images as they are",
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    parser.add_argument(
        "--references", type=Path, metavar="DIR", help="clean originals of noisy images, by name"
    )
    parser.add_argument("--seed", type=int, nargs="+", default=[0], metavar="N")
    parser.add_argument("--metrics", type=_list, default=METRICS, metavar="ID,ID")
    parser.add_argument("--resume", action="store_true", help="go on with the run in -o")
    parser.add_argument(
        "--retry-failed", action="store_true", help="with --resume: run failed cells again"
    )
    parser.add_argument("--list", action="store_true", help="say what would run, and how long")
    parser.add_argument(
        "--engine", default="local", choices=ENGINES, help="ray: RAY_ADDRESS, or here"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes; default: the cores")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--dtype", default="auto", choices=("auto", "fp32", "bf16"))
    parser.add_argument(
        "--published", metavar="SET", help="print published figures too, for instance CBSD68"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the plan; failing cells are rows, so they do not change the exit status."""
    if options.published:
        published_on(options.published, "")
    wish = _wish(options)
    line = ProgressLine()
    if options.list:
        listing = list_benchmark(wish, line)
        line.clear()
        _print_listing(listing, options.json)
        return 0

    def listed(listing: Listing) -> None:
        line.clear()
        sys.stderr.write(_sentence(listing) + "\n")

    try:
        plan, rows = run_benchmark(wish, listed, line)
    except KeyboardInterrupt:
        remedy = "What is finished is kept; the same command with --resume goes on"
        raise Cancelled(remedy=remedy) from None
    finally:
        line.clear()
    summary = means(rows, plan.metrics)
    if options.json:
        print_json(_record(wish.output, rows, summary, options.published))
    else:
        _print(wish.output, rows, summary, options.published)
    return 0


def _wish(options: argparse.Namespace) -> Wish:
    return Wish(
        images=options.images,
        models=options.models,
        degradations=options.degradations,
        output=options.output,
        references=options.references,
        seeds=tuple(options.seed),
        metrics=options.metrics,
        resume=options.resume,
        retry_failed=options.retry_failed,
        device=options.device,
        dtype=options.dtype,
        workers=options.workers,
        engine=Engine(options.engine),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _sentence(listing: Listing) -> str:
    plan = listing.plan
    done = len(plan.cells) - len(listing.missing)
    return (
        f"{len(plan.images)} images x {len(plan.models)} models x {len(plan.degradations)} "
        f"degradations and seeds = {len(plan.cells)} cells"
        + (f", {done} of them done" if done else "")
        + f"; about {_duration(listing.seconds)} on {listing.workers} workers "
        f"of {listing.threads} threads."
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _print_listing(listing: Listing, as_json: bool) -> None:
    each = {
        model: sum(listing.prediction.of(cell) for cell in listing.missing if cell.model == model)
        for model in listing.plan.models
    }
    if as_json:
        print_json(
            {
                "plan": listing.plan.record(),
                "cells": len(listing.missing),
                "workers": listing.workers,
                "threads": listing.threads,
                "seconds": listing.seconds,
                "seconds_of_work": each,
            }
        )
        return
    print_text(_sentence(listing))
    for model, seconds in each.items():
        print_text(f"  {model:28} {_duration(seconds / listing.workers)}")


def _record(
    output: Path, rows: tuple[Row, ...], summary: tuple[Mean, ...], set: str | None
) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "failed": [_failure(row) for row in rows if row.failed],
        "parquet": str(output / PARQUET),
        "csv": str(output / CSV),
        "means": [
            {**asdict(mean), "metrics": {name: _finite(v) for name, v in mean.metrics.items()}}
            for mean in summary
        ],
        "published": [asdict(each) for each in _published(summary, set)],
    }


def _failure(row: Row) -> dict[str, Any]:
    return {"cell": list(row.key), "class": row.error_class, "error": row.error}


def _print(output: Path, rows: tuple[Row, ...], summary: tuple[Mean, ...], set: str | None) -> None:
    names = list(dict.fromkeys(name for mean in summary for name in mean.metrics))
    print_text(f"{'degradation':14}{'model':30}{'images':>7}{'s/MP':>9}" + _cells(names))
    for mean in summary:
        speed = mean.seconds_per_megapixel
        figures = [_number(mean.metrics.get(name)) for name in names]
        print_text(
            f"{mean.degradation:14}{mean.model:30}{mean.cells:7}"
            f"{'-' if speed is None else f'{speed:.3g}':>9}" + _cells(figures)
        )
    for each in _published(summary, set):
        print_text(
            f"{each.degradation:14}{each.method:30}{each.metric} {each.value} {each.channels} "
            f"{each.source}"
        )
    failures = [row for row in rows if row.failed]
    for row in failures[:SHOWN_ERRORS]:
        sys.stderr.write(f"{row.image}, {row.model}, {row.degradation}: {row.error}\n")
    if failures:
        sys.stderr.write(f"{len(failures)} of {len(rows)} cells failed; the rows say why.\n")
    print_text(f"{len(rows)} rows in {output / PARQUET} and {output / CSV}")


def _published(summary: tuple[Mean, ...], set: str | None) -> list[Published]:
    if set is None:
        return []
    degradations = dict.fromkeys(mean.degradation for mean in summary)
    metrics = dict.fromkeys(name for mean in summary for name in mean.metrics)
    return [
        figure
        for degradation in degradations
        for metric in metrics
        for figure in published_on(set, degradation, metric)
    ]


def _cells(texts: list[str]) -> str:
    return "".join(f"  {text:>{max(8, len(text))}}" for text in texts)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
