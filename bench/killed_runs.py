"""Kill a running benchmark at random moments; is its final table that of an uninterrupted run?

    python -m bench.killed_runs [--kills 50]

Runs one plan on small pictures to its end, and the same plan in another folder with the process
killed (SIGKILL) again and again, each start going on by --resume. A run takes seconds, most of
them loading, so the moments are drawn in three parts of its life: while it loads, some cells later,
and, for the last ones, between the last cell and the end, while the tables are written. Finished
cells must never be lost or done again, and the tables must agree in everything but times and
memory. Writes bench/records/killed_runs.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from evaluation.benchmark.store import CSV, JOURNAL, PARQUET

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).parent / "records" / "killed_runs.json"
TIMES = ["seconds", "peak_memory_mb"]
LOADING, WORKING, ENDING = "while loading", "between cells", "after the last cell"
POLL_SECONDS = 0.002


def main() -> None:
    """Run, kill, compare, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    kills = parser.parse_args().kills
    started, load = time.monotonic(), round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = pictures(folder / "images")
        whole, again, killed = folder / "whole", folder / "again", folder / "killed"
        # The first run also measures how fast the models are; the second is like those killed.
        begin(images, whole, folder).wait()
        count = len(journal(whole))
        loading, ending = life(begin(images, again, folder), again, count)
        chance = random.Random(50)
        seen: list[bytes] = []
        survivors = 0
        moments = Counter[str]()
        for number, part in enumerate(parts(kills)):
            process = begin(images, killed, folder)
            if part == LOADING:
                time.sleep(chance.uniform(0, loading))
            elif len(seen) == count:
                # Nothing is left to do but to load and to write the tables again.
                time.sleep(loading + chance.uniform(-0.5, 1) * ending)
            else:
                more = chance.randint(1, max(1, count // kills))
                goal = count if part == ENDING else min(len(seen) + more, count - 1)
                wait(process, lambda goal=goal: len(journal(killed)) >= goal)
                time.sleep(chance.uniform(0, ending if part == ENDING else 0.02))
            survivors += process.poll() is None
            process.kill()
            process.wait()
            lines = journal(killed)
            assert lines[: len(seen)] == seen, "a finished cell was lost"
            seen = lines
            moments[part] += 1
            print(f"\rkill {number + 1}: {len(seen)} of {count} cells", end="", file=sys.stderr)
        begin(images, killed, folder).wait()
        doubled = [key for key, times in Counter(map(key_of, journal(killed))).items() if times > 1]
        tables = [[table(at) for at in (whole, again, killed)] for table in (parquet, csv)]
        record = {
            "kills": kills,
            "moments": dict(moments),
            "found_the_process_alive": survivors,
            "cells": count,
            "seconds_to_the_first_cell": round(loading, 2),
            "seconds_after_the_last_cell": round(ending, 2),
            "cells_done_twice": len(doubled),
            "tables_equal": all(first.equals(other) for first, *rest in tables for other in rest),
            "minutes_in_all": round((time.monotonic() - started) / 60, 1),
            "cores": os.cpu_count(),
            "load_average_at_the_start": load,
        }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print("\n" + json.dumps(record, indent=1))
    raise SystemExit(not (record["tables_equal"] and not doubled))


def parts(kills: int) -> list[str]:
    """Which part of the run's life each kill falls into: a third, a half and more, a tenth."""
    last = kills // 10
    return [LOADING if number % 3 == 0 else WORKING for number in range(kills - last)] + [
        ENDING
    ] * last


def life(process: subprocess.Popen[bytes], output: Path, count: int) -> tuple[float, float]:
    """Seconds until the first cell, and after the last, of an uninterrupted run."""
    begun = time.monotonic()
    wait(process, lambda: bool(journal(output)))
    first = time.monotonic()
    wait(process, lambda: len(journal(output)) == count)
    last = time.monotonic()
    process.wait()
    return first - begun, time.monotonic() - last


def wait(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    """Until the state is reached or the process has ended."""
    while process.poll() is None and not reached():
        time.sleep(POLL_SECONDS)


def parquet(folder: Path) -> pd.DataFrame:
    """The table without what two runs cannot have in common."""
    return pd.read_parquet(folder / PARQUET).drop(columns=TIMES)


def csv(folder: Path) -> pd.DataFrame:
    """The same from the other file."""
    return pd.read_csv(folder / CSV).drop(columns=TIMES)


def pictures(folder: Path) -> Path:
    """Five small ramps with an edge."""
    folder.mkdir()
    for number in range(5):
        y, x = np.mgrid[:40, :40] / 40
        gray = 0.2 + 0.4 * x + 0.2 * (y > 0.3 + 0.05 * number)
        Image.fromarray((gray * 255).round().astype(np.uint8)).save(folder / f"{number}.png")
    return folder


def begin(images: Path, output: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start or go on with the plan in `output`."""
    asked = ["--images", images, "--models", "identity,median,wavelet,bilateral"]
    asked += ["--degradations", "gaussian:25,jpeg:20", "--seed", *range(16)]
    asked += ["-o", output, "--resume"]
    return subprocess.Popen(
        [sys.executable, "-m", "evaluation", "benchmark", *map(str, asked)],
        cwd=ROOT,
        env={**os.environ, "RR_DATA_DIR": str(folder / "data"), "RR_OFFLINE": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def journal(folder: Path) -> list[bytes]:
    """Whole lines of the journal."""
    file = folder / JOURNAL
    return file.read_bytes().split(b"\n")[:-1] if file.exists() else []


def key_of(line: bytes) -> tuple[object, ...]:
    """What tells a cell from all others."""
    row = json.loads(line)
    return tuple(row[name] for name in ("image", "model", "degradation", "seed"))


if __name__ == "__main__":
    main()
