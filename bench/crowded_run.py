"""How long does a run of 100,000 rows take to open on the Evaluate page?

    python -m bench.crowded_run

Makes such a run (2500 images, ten models, four levels), opens its Parquet file, compares, and
writes the JSON that the page draws; each step by the clock and in processor seconds, since a busy
machine stretches the clock. Writes bench/records/crowded_run.json.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluation.comparison.run_table import open_run
from evaluation.overview import overview, pair_figures
from ui.evaluate.cells import cells_view
from ui.evaluate.views import overview_view

RECORD = Path(__file__).parent / "records" / "crowded_run.json"
IMAGES, MODELS, LEVELS = 2500, 10, 4
LIMIT = 3.0


def main() -> None:
    """Measure, print, record."""
    steps: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "rows.parquet"
        crowd().to_parquet(path)
        table = timed(steps, "read and check", lambda: open_run(path))
        shown = timed(steps, "compare and draw", lambda: overview(table, "psnr"))
        text = timed(steps, "to JSON", lambda: json.dumps(overview_view(table, shown)))
        pair = (table.models[0], table.models[1])
        timed(steps, "two models", lambda: pair_figures(table, "psnr", *pair))
        whole = [sum(step[which] for step in steps.values()) for which in (0, 1)]
        timed(
            steps,
            "find and sort rows, later",
            lambda: cells_view(table, "image01 model-3", "psnr", True, 0),
        )
    record = {
        "rows": IMAGES * MODELS * LEVELS,
        "steps": {
            name: {"clock": round(clock, 3), "processor": round(processor, 3)}
            for name, (clock, processor) in steps.items()
        },
        "seconds_to_open": {"clock": round(whole[0], 3), "processor": round(whole[1], 3)},
        "limit": LIMIT,
        "json_kb": round(len(text) / 1e3),
        "load_average": round(os.getloadavg()[0], 1),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


def timed(steps: dict[str, tuple[float, float]], name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """What the work gives; its seconds by the clock and of the processor go into `steps`."""
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    steps[name] = (time.perf_counter() - clock, time.process_time() - processor)
    return made


def crowd() -> pd.DataFrame:
    """Rows of known differences between models."""
    chance = np.random.default_rng(0)
    shape = (IMAGES, MODELS, LEVELS)
    content = 30 + chance.normal(0, 3, (IMAGES, 1, 1))
    psnr = content + 0.3 * np.arange(MODELS)[None, :, None] - 2 * np.arange(LEVELS)
    psnr = (psnr + chance.normal(0, 1, shape)).ravel()
    image, model, level = np.indices(shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "image": [f"image{number:05}.png" for number in image],
            "image_sha256": [f"{number:064x}" for number in image],
            "width": 512,
            "height": 512,
            "model": [f"model-{number}" for number in model],
            "degradation": [f"gaussian:{15 + 10 * number}" for number in level],
            "seed": 0,
            "seconds": 0.1 + model,
            "psnr": psnr,
            "ssim": 1 - 10 ** (-psnr / 20),
        }
    )


if __name__ == "__main__":
    main()
