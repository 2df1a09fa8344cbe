"""Time the shipped generator on a 512x512 map, as the page asks for it.

    python -m bench.synthesis [--threads N] [--repeats N] [-o bench/records/synthesis.json]

Prints and writes the median and the slowest of the repeats, for the noise and for the drawing;
and the processor time of all threads together, which other work on the machine hardly changes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from restoration.synthesis.conditions import Noise, conditioned
from restoration.synthesis.drawing import draw_field
from restoration.synthesis.mask_noise import NoiseKind
from restoration.synthesis.shipped import shipped_generator

ROOT = Path(__file__).parents[1]
SIDE = 512


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument(
        "-o", "--output", type=Path, default=ROOT / "bench" / "records" / "synthesis.json"
    )
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    card, generator = shipped_generator()
    polygons = np.full((SIDE, SIDE), card.tissue.nuclei_codes[0], np.uint8)
    condition = Noise(24.0, NoiseKind.BLUE)
    noise_seconds, seconds, processor_seconds = [], [], []
    for seed in range(options.repeats + 1):
        started = time.perf_counter()
        told = conditioned(condition, polygons, None, card.tissue, seed)
        between, used = time.perf_counter(), time.process_time()
        draw_field(generator, told)
        processor_seconds.append(time.process_time() - used)
        noise_seconds.append(between - started)
        seconds.append(time.perf_counter() - between)
    record = {
        "map": f"{SIDE}x{SIDE}",
        "threads": options.threads,
        "processor": _processor(),
        "torch": torch.__version__,
        "repeats": options.repeats,
        "noise_median_s": round(statistics.median(noise_seconds[1:]), 4),
        "median_s": round(statistics.median(seconds[1:]), 4),
        "slowest_s": round(max(seconds[1:]), 4),
        "processor_median_s": round(statistics.median(processor_seconds[1:]), 4),
        "load_average": os.getloadavg()[0],
    }
    options.output.write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record, indent=2))


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
