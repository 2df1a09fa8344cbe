"""What the browser is told: the classes, the samples, a drawing, the spectrum of its noise."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from restoration.job import State
from restoration.synthesis.card import read_generator_card
from restoration.synthesis.conditions import LabelMap, Noise
from restoration.synthesis.label_map import colours
from restoration.synthesis.mask_noise import NoiseKind, mask_noise
from restoration.synthesis.noise_image import NoiseImage
from restoration.synthesis.shipped import SHIPPED, SWEEP, sample_fields, sample_named
from restoration.synthesis.spectrum import radial_spectrum
from restoration.synthesis.tissues import Tissue
from ui.answers import error_view
from ui.panels import KeyInUse, PanelStore
from ui.pyramid import Picture
from ui.synthesize.asked import COARSEST, FINEST
from ui.synthesize.desk import Drawing, DrawingDesk

SPECTRUM_SIDE = 512
"""Side of the noise whose spectrum is shown: large enough for a smooth curve."""
LABELS = {"polygons": "Regions only", "noise": "With noise", "cells": "With true cells"}


def setup_view() -> dict[str, Any]:
    """What the page must know before anything is drawn."""
    tissue = shipped_tissue()
    return {
        "tissue": tissue.name,
        "nucleiSpacing": tissue.spacing,
        "classes": [
            {
                "code": code,
                "name": each.name,
                "colour": "#{:02x}{:02x}{:02x}".format(*each.colour),
                "air": each.air,
            }
            for code, each in enumerate(tissue.classes)
        ],
        "samples": list(sample_fields()),
        "spacing": {"finest": FINEST, "coarsest": COARSEST},
        "sweep": json.loads(SWEEP.read_text(encoding="utf-8")),
    }


@cache
def shipped_tissue() -> Tissue:
    """The classes that the generator that ships knows."""
    return read_generator_card(SHIPPED).tissue


def map_view(labels: LabelMap) -> dict[str, Any]:
    """A map as the editor takes it."""
    return {
        "width": labels.shape[1],
        "height": labels.shape[0],
        "codes": base64.b64encode(labels.tobytes()).decode(),
    }


@lru_cache(maxsize=64)
def spectrum_view(noise: Noise) -> dict[str, Any]:
    """The measured spectrum of such noise on a map of one class."""
    plain = np.zeros((SPECTRUM_SIDE, SPECTRUM_SIDE), np.uint8)
    spectrum = radial_spectrum(mask_noise(plain, {0: noise.spacing}, noise.kind, 0))
    return {
        "frequency": np.round(spectrum.frequency, 4).tolist(),
        "power": np.round(spectrum.power, 4).tolist(),
        "mean": spectrum.mean_frequency,
        "peak": spectrum.peak,
        "said": _said(noise, spectrum.mean_frequency, spectrum.peak),
    }


def band_view(image: NoiseImage) -> dict[str, Any]:
    """The measured spectrum of a noise image, as the chart takes it."""
    return image.record() | {"mean": None, "peak": None, "said": image.said}


def _said(noise: Noise, mean: float, peak: float | None) -> str:
    count = f"One pixel in {1 / mean:.0f} × {1 / mean:.0f} is noise ({100 * mean**2:.2g} %)"
    placed = "each placed by chance" if noise.kind is NoiseKind.BERNOULLI else "kept apart"
    if peak is None:
        return (
            f"{count}, {placed}: no peak in the spectrum, {mean:.3f} cycles per pixel on average."
        )
    return f"{count}, {placed}: the spectrum peaks at {peak:.3f} cycles per pixel."


def drawing_view(desk: DrawingDesk, drawing: Drawing) -> dict[str, Any]:
    """State and progress of a drawing, and once it is done everything to show."""
    job = drawing.job
    view: dict[str, Any] = {
        "id": drawing.id,
        "state": job.state.value,
        "done": job.progress.done,
        "doing": job.progress.doing,
        "waitingBefore": desk.waiting_before(drawing) if job.state is State.QUEUED else 0,
        "error": error_view(job.error) if job.error else None,
    }
    if job.state is State.DONE:
        view |= _result(desk.panels, drawing)
    return view


def _result(panels: PanelStore, drawing: Drawing) -> dict[str, Any]:
    task, recipes = drawing.task, drawing.recipes
    return {
        "map": map_view(task.polygons),
        "sample": task.sample,
        "spacing": task.noise.spacing,
        "kind": task.noise.kind.value,
        "own": dict(task.noise.own),
        "seed": task.seed,
        "seconds": max(recipe["seconds"] for recipe in recipes.values()),
        "viewer": {
            "panels": _panels(panels, drawing),
            "start": {"mode": "side", "left": 1, "right": 2},
        },
        "downloads": [
            {"name": path.name, "bytes": path.stat().st_size}
            for path in sorted(task.folder.iterdir())
        ],
    }


def _panels(panels: PanelStore, drawing: Drawing) -> list[dict[str, str]]:
    """The map with its noise, what was drawn under each condition, and the real field."""
    folder, sample = drawing.task.folder, drawing.task.sample
    pictures = {"map": (folder / "noise.told.png", "Map with noise", "input")}
    pictures |= {
        name: (folder / f"{name}.png", LABELS[name], "restored") for name in drawing.recipes
    }
    shown = []
    for name, (path, label, role) in pictures.items():
        key = f"{drawing.id}-{name}"
        with suppress(KeyInUse):  # two may look at one drawing for the first time
            panels.register(key, lambda path=path: _picture(path))  # type: ignore[misc]
        shown.append({"key": key, "label": label, "role": role, "note": ""})
    if sample:
        key = f"{drawing.id}-real"
        with suppress(KeyInUse):
            panels.register(key, sample_named(sample).image)
        shown.append({"key": key, "label": "Real field", "role": "original", "note": ""})
    return shown


def _picture(path: Path) -> Picture:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


@lru_cache(maxsize=32)
def sample_thumbnail(name: str) -> bytes:
    """A small picture of a sample's map, PNG; raises UsageError where there is no such sample."""
    labels = sample_named(name).polygons
    painted = np.array(colours(shipped_tissue()), np.uint8)[labels]
    small = Image.fromarray(painted).resize((120, 96), Image.Resampling.NEAREST)
    stream = BytesIO()
    small.save(stream, format="PNG")
    return stream.getvalue()
