"""How long an explanation takes, and what each technique is worth, on samples and real scans.

    python -m bench.explanation [FILE ...] [--models ID ...] [-o JSON]

Every bundled sample with its clean original, then the files named. Seconds by the clock and of
the processor, both cores together, for one crop of 256 x 256; losses in dB with a technique
switched off in the trained network. A loss below zero is printed as it is.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from restoration.batch import page_reader
from restoration.explanation.explaining import explain
from restoration.models.catalogue import LoadedModel, load
from restoration.samples import SAMPLES

TECHNIQUES = (
    ("correction", "loss", None),
    ("stages", "losses", "no-long-skip"),
    ("attention", "loss", None),
    ("shift", "losses", "no-shift"),
    ("shift", "losses", "no-coarse"),
    ("convolution", "losses", "no-convolution"),
    ("convolution", "losses", "one-by-one"),
    ("convolution", "losses", "no-block-skip"),
)


def main() -> None:
    """Explain every file with every model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--models", nargs="+", default=["unet-denoise"], metavar="ID")
    parser.add_argument("-o", "--output", type=Path, metavar="JSON")
    options = parser.parse_args()
    jobs = [(sample.path, sample.clean_path) for sample in SAMPLES]
    jobs += [(path, None) for path in options.files]
    rows = []
    for name in options.models:
        model = load(name)
        for path, clean in jobs:
            row = explained(model, path, clean)
            rows.append(row)
            losses = "  ".join(f"{key} {value:.2f}" for key, value in row["losses"].items())
            print(
                f"{row['model']:24} {row['file']:32} {row['parts']} parts  "
                f"{row['seconds']:5.1f} s  {row['processor_seconds']:5.1f} cpu s  "
                f"{row['psnr']:.2f} dB  {losses}",
                flush=True,
            )
    if options.output:
        options.output.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def explained(model: LoadedModel, path: Path, clean: Path | None) -> dict[str, Any]:
    """One explanation, timed."""
    pixels = page_reader().read(path, 0).pixels
    original = None if clean is None else page_reader().read(clean, 0).pixels
    started, processor = time.perf_counter(), time.process_time()
    found = explain(pixels, model, clean=original)
    data = {section.id: section.data for section in found.sections}
    return {
        "model": model.card.id,
        "file": path.name,
        "crop": found.truth.shape[1::-1],
        "parts": len(found.sections),
        "seconds": round(time.perf_counter() - started, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
        "psnr": round(data["noise"]["psnrOfModel"], 2),
        "psnr_of_input": round(data["noise"]["psnrOfInput"], 2),
        "truth": found.sections[0].note,
        "losses": losses(data),
        "border_ratio": data["shift"].get("borderRatio"),
        "border_ratio_without_shift": data["shift"].get("borderRatioWithoutShift"),
        "most_agreement": max(data["attention"].get("agreement", [0.0])),
        "warning": found.warning,
    }


def losses(data: dict[str, Any]) -> dict[str, float]:
    """PSNR lost without each technique that the model has."""
    found = {}
    for section, key, technique in TECHNIQUES:
        value = data[section].get(key)
        if technique is not None:
            value = (value or {}).get(technique)
        if value is not None:
            found[technique or section] = round(value, 3)
    return found


if __name__ == "__main__":
    main()
