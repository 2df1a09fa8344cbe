"""One synthetic field: from a checked map to the picture and the recipe that repeats it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restoration.synthesis.card import GeneratorCard
from restoration.synthesis.conditions import Condition, LabelMap, Noise, conditioned
from restoration.synthesis.drawing import draw_field
from restoration.synthesis.generator import Generator
from restoration.synthesis.label_map import check_codes, write_label_map
from restoration.synthesis.spectrum import radial_spectrum
from restoration.synthesis.tissues import Tissue


@dataclass(frozen=True)
class Synthesis:
    """A drawn field and what it was drawn from, all of one size."""

    field: NDArray[np.uint8]
    """(H, W, 3), sRGB."""
    polygons: LabelMap
    told: LabelMap
    """The map with the codes cell and noise."""
    recipe: dict[str, Any]


def synthesise(
    generator: Generator,
    card: GeneratorCard,
    polygons: LabelMap,
    condition: Condition,
    seed: int,
    cells: LabelMap | None = None,
) -> Synthesis:
    """Draw the field of a map under a condition.

    Raises OutOfRange for a code the generator does not know, UsageError where the condition needs
    cells and none are given.
    """
    check_codes(polygons, card.tissue)
    told = conditioned(condition, polygons, cells, card.tissue, seed)
    started = time.perf_counter()
    field = draw_field(generator, told)
    seconds = time.perf_counter() - started
    recipe = {
        "generator": card.id,
        "weights_sha256": card.sha256,
        "condition": str(condition),
        "seed": seed,
        "width": polygons.shape[1],
        "height": polygons.shape[0],
        "classes": [each.name for each in card.tissue.classes],
        "seconds": round(seconds, 4),
    }
    if isinstance(condition, Noise):
        spectrum = radial_spectrum(told == card.tissue.noise)
        recipe["noise"] = {
            "asked_frequency": 1 / condition.spacing,
            "asked_frequency_by_class": {
                card.tissue.classes[code].name: 1 / spacing for code, spacing in condition.own
            },
            "mean_frequency": spectrum.mean_frequency,
            "peak_frequency": spectrum.peak,
            "unit": "cycles per pixel",
        }
    return Synthesis(field, polygons, told, recipe)


def write_synthesis(made: Synthesis, tissue: Tissue, folder: Path, name: str) -> Path:
    """Write field, both maps and recipe; returns the path of the field."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in files_of(made, tissue).items():
        (folder / f"{name}{suffix}").write_bytes(content)
    return folder / f"{name}.png"


def files_of(made: Synthesis, tissue: Tissue) -> dict[str, bytes]:
    """The files that belong to a synthetic field, by the ending of their names."""
    field = BytesIO()
    Image.fromarray(made.field).save(field, format="PNG")
    return {
        ".png": field.getvalue(),
        ".map.png": _map_png(made.polygons, tissue),
        ".told.png": _map_png(made.told, tissue),
        ".json": (json.dumps(made.recipe, indent=2) + "\n").encode(),
    }


def _map_png(labels: LabelMap, tissue: Tissue) -> bytes:
    stream = BytesIO()
    write_label_map(labels, tissue, stream)
    return stream.getvalue()
