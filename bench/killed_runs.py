"""Kill a running benchmark at random moments; is its final table that of an uninterrupted run?

    python -m bench.killed_runs [--kills 50]

Runs one plan on small pictures to its end, and the same plan in another folder with the process
killed (SIGKILL) again and again. Each start goes on by --resume; the moments are drawn over the
whole life of a process, loading included. Finished cells must never be lost or done again, and
the tables must agree in everything but times and memory. Writes bench/records/killed_runs.json.
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
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from evaluation.benchmark.store import JOURNAL, PARQUET

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).parent / "records" / "killed_runs.json"
TIMES = ["seconds", "peak_memory_mb"]


def main() -> None:
    """Run, kill, compare, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = pictures(folder / "images")
        whole, killed = folder / "whole", folder / "killed"
        begin(images, whole, folder).wait()
        count = len(journal(whole))
        chance = random.Random(50)
        seen: list[bytes] = []
        for number in range(kills):
            process = begin(images, killed, folder)
            goal = len(seen) + chance.randint(0, max(1, 2 * count // (3 * kills)))
            early = time.monotonic() + chance.uniform(0, 20)
            while process.poll() is None and len(journal(killed)) < goal:
                if goal == len(seen) and time.monotonic() > early:
                    break
                time.sleep(0.002)
            time.sleep(chance.random() * 0.02)
            process.kill()
            process.wait()
            lines = journal(killed)
            assert lines[: len(seen)] == seen, "a finished cell was lost"
            seen = lines
            print(f"\rkill {number + 1}: {len(seen)} of {count} cells", end="", file=sys.stderr)
        interrupted = len(seen) < count
        begin(images, killed, folder).wait()
        doubled = [key for key, times in Counter(map(key_of, journal(killed))).items() if times > 1]
        tables = [pd.read_parquet(at / PARQUET).drop(columns=TIMES) for at in (whole, killed)]
        record = {
            "kills": kills,
            "cells": count,
            "cells_when_last_killed": len(seen),
            "killed_before_the_end": interrupted,
            "cells_done_twice": len(doubled),
            "tables_equal": bool(tables[0].equals(tables[1])),
        }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print("\n" + json.dumps(record, indent=1))
    raise SystemExit(not (record["tables_equal"] and not doubled and interrupted))


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
    asked += ["--degradations", "gaussian:25,jpeg:20", "--seed", *range(8)]
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
