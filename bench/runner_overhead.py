"""What the benchmark runner costs beside the models it runs.

    python bench/runner_overhead.py --images PHOTOGRAPHS [--model ffdnet-color-dn] [--count 40]

Runs a plan of two noise levels through real workers and prints, as shares of the time spent in
the model: the runner itself (handing out, waiting, storing each row durably, making the tables),
for which the limit is meant, reading the images, and the rest, damaging and measuring. Workers
have loaded the model before the clock starts.
Writes bench/records/runner_overhead.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from evaluation.benchmark.dataset import Source, read_dataset
from evaluation.benchmark.images import Images
from evaluation.benchmark.plan import Plan, degradations_of
from evaluation.benchmark.prediction import predict
from evaluation.benchmark.rows import Row
from evaluation.benchmark.runner import run_plan
from evaluation.benchmark.session import METRICS
from evaluation.benchmark.store import Store, load_libraries
from evaluation.benchmark.work import Answer, Bench, Task
from restoration.batch import page_reader
from restoration.executors import core_count, threads_each
from restoration.local_executor import LocalExecutor
from restoration.pages import Pixels
from restoration.speed import SpeedBook

RECORD = Path(__file__).parent / "records" / "runner_overhead.json"
LIMIT = 0.03


class TimedImages(Images):
    """Images that know how long it took to get them."""

    seconds = 0.0

    def __call__(self, source: Source) -> Pixels:
        """The pixels of a page."""
        started = time.perf_counter()
        pixels = super().__call__(source)
        self.seconds += time.perf_counter() - started
        return pixels


class TimedBench(Bench):
    """A bench that notes, as two more figures, how long it had a cell, and its image."""

    def __call__(self, task: Task) -> Answer:
        """Answer a task."""
        self._image = TimedImages() if not isinstance(self._image, TimedImages) else self._image
        started, read_before = time.perf_counter(), self._image.seconds
        answer = super().__call__(task)
        if not isinstance(answer, Row):
            return answer
        busy = time.perf_counter() - started
        reading = self._image.seconds - read_before
        return replace(answer, metrics={**answer.metrics, "busy": busy, "reading": reading})


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--model", default="ffdnet-color-dn", help="or the path of weights")
    parser.add_argument("--dtype", default="auto", choices=("auto", "fp32", "bf16"))
    parser.add_argument("--count", type=int, default=40, help="images taken")
    parser.add_argument("--workers", type=int, default=core_count())
    options = parser.parse_args()
    images = read_dataset(options.images, page_reader())[: options.count]
    damage = degradations_of(["gaussian:15", "gaussian:25"], [0])
    plan = Plan(images, (options.model,), damage, METRICS, dtype=options.dtype)
    wall, rows = _run(plan, options.workers)
    model = sum(row.seconds or 0.0 for row in rows)
    busy = sum(row.metrics["busy"] for row in rows)
    reading = sum(row.metrics["reading"] for row in rows)
    shares = {
        "runner": (wall * options.workers - busy) / model,
        "reading": reading / model,
        "damaging_and_metrics": (busy - model - reading) / model,
    }
    record = {
        "model": Path(options.model).name,
        "dtype": rows[0].dtype,
        "cells": len(rows),
        "megapixels": round(sum(cell.image.megapixels for cell in plan.cells), 2),
        "workers": options.workers,
        "threads_each": threads_each(options.workers),
        "machine": platform.machine(),
        "load_average_at_the_end": round(os.getloadavg()[0], 1),
        "seconds_in_the_model": round(model, 2),
        "seconds_by_the_clock": round(wall, 2),
        "share_of_model_time": {name: round(share, 4) for name, share in shares.items()},
        "limit_for_the_runner": LIMIT,
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


def _run(plan: Plan, workers: int) -> tuple[float, tuple[Row, ...]]:
    threads = threads_each(workers)
    bench = partial(TimedBench, plan.metrics, plan.device, plan.dtype, threads)
    with tempfile.TemporaryDirectory() as name, LocalExecutor(bench, workers, threads) as executor:
        book = SpeedBook(Path(name) / "speeds.json")
        prediction = predict(plan, executor, threads, book)
        load_libraries()
        list(executor.submit(plan.cells[: 2 * workers]))
        with Store(Path(name) / "run", plan, resume=False) as store:
            started = time.perf_counter()
            run_plan(plan, prediction, store, executor)
            return time.perf_counter() - started, store.rows


if __name__ == "__main__":
    main()
