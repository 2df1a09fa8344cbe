"""Make the finished run that the Evaluate page opens with.

    python -m bench.sample_run

Runs every model that ships on twelve free images at three levels of noise and one of JPEG, and
stores rows and plan in assets/runs/samples, with a note on how they were measured. Takes about a
minute of two cores.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from evaluation.benchmark.session import METRICS, Wish, run_benchmark
from evaluation.benchmark.store import PARQUET, PLAN
from evaluation.figures.theme import SETTLED
from evaluation.sample_images import SAMPLE_RUN, sample_images
from restoration.executors import core_count
from restoration.progress import Progress

DAMAGE = ("gaussian:15", "gaussian:25", "gaussian:50", "jpeg:20")
FURTHER = ("ms_ssim", "gmsd")


def main() -> None:
    """Run and store."""
    with tempfile.TemporaryDirectory() as name:
        images, output = Path(name) / "images", Path(name) / "run"
        images.mkdir()
        for path in sample_images():
            shutil.copyfile(path, images / path.name)
        wish = Wish(images, SETTLED, DAMAGE, output, metrics=(*METRICS, *FURTHER), dtype="fp32")
        _, rows = run_benchmark(wish, lambda listing: None, tell)
        failed = [row for row in rows if row.failed]
        assert not failed, failed
        SAMPLE_RUN.mkdir(parents=True, exist_ok=True)
        for file in (PARQUET, PLAN):
            shutil.copyfile(output / file, SAMPLE_RUN / file)
    note = {
        "title": "Sample run: seven models that ship, on twelve free images",
        "measured": f"Measured on {core_count()} cores ({platform.machine()}) that had a load of "
        f"{os.getloadavg()[0]:.0f}, one thread for each model, float32; times are those of a "
        "machine this busy.",
        "command": "python -m bench.sample_run",
    }
    (SAMPLE_RUN / "run.json").write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    print(f"\n{len(rows)} rows in {SAMPLE_RUN}")


def tell(progress: Progress) -> None:
    """One line that is written over."""
    print(f"\r{progress.done:6.1%} {progress.doing:90.90}", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
