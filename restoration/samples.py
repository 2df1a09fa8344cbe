"""The bundled sample scans, each with the clean original it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from restoration.errors import UsageError

FOLDER = Path(__file__).parents[1] / "assets" / "samples"


@dataclass(frozen=True)
class Sample:
    """One scan a visitor can try without having one; made by `bench/make_samples.py`."""

    id: str
    title: str
    description: str
    """One line about what it is."""
    path: Path
    """The scan."""
    clean_path: Path
    """The original without noise, of the same size, as PNG."""
    source: str
    """Who made the original, and its licence."""
    rms_error: float
    """Root mean square of scan minus original, on the 0-255 scale: how noisy it truly is."""


def _samples() -> tuple[Sample, ...]:
    entries = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
    return tuple(
        Sample(
            entry["id"],
            entry["title"],
            entry["description"],
            FOLDER / entry["scan"],
            FOLDER / entry["clean"],
            entry["source"],
            entry["degradation"]["rms_error"],
        )
        for entry in entries
    )


SAMPLES: tuple[Sample, ...] = _samples()


def sample_by_id(id: str) -> Sample:
    """The sample of this id; raises UsageError when there is none."""
    for sample in SAMPLES:
        if sample.id == id:
            return sample
    raise UsageError(
        "There is no such sample",
        actual=id,
        expected=", ".join(sample.id for sample in SAMPLES),
        remedy="Choose one of the samples on the page",
    )
