"""How long will it take? Seconds for each model, measured on this machine, kept in a file."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from restoration.errors import RestorationError
from restoration.estimation import estimate
from restoration.models.catalogue import LoadedModel, load
from restoration.page_restoration import Request, restore_page
from restoration.pages import FileFormat, Layout, Page, PageInfo, SampleType
from restoration.progress import Progress, Report, silent

SIDES = (160, 640)
"""Two squares: from the small one follows what a page costs at least, from both the rest."""
SLOW_SECONDS = 1.0
"""A model that takes this long for the small square is not asked for the large one; one that takes
this long for the large square is asked once.
"""


@dataclass(frozen=True)
class Speed:
    """Seconds for a page: some for every page, and some for each megapixel."""

    per_page: float
    per_megapixel: float

    def seconds(self, megapixels: float) -> float:
        """Predicted seconds for one page, everything from measuring to scoring."""
        return self.per_page + self.per_megapixel * megapixels


class SpeedBook:
    """The measured speeds of this machine, in one JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, model: str, channels: int = 3) -> Speed | None:
        """The model's speed on pages of 1 or 3 channels; None where it was not measured yet."""
        stored = self._read().get(_key(model, channels))
        return Speed(**stored) if stored else None

    def record(self, model: str, speed: Speed, channels: int = 3) -> None:
        """Keep a measurement; replaces an earlier one."""
        entries = {**self._read(), _key(model, channels): asdict(speed)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".part")
        unfinished.write_text(json.dumps(entries, indent=2))
        unfinished.replace(self.path)

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            return dict(json.loads(self.path.read_text()))
        except (OSError, ValueError):
            return {}


def measure_into(path: Path, models: list[str], report: Report = silent) -> None:
    """Measure models into the book at `path`, one after the other: the work of a job.

    One that cannot be loaded or measured is left out.
    """
    book = SpeedBook(path)
    for model in models:
        report(Progress(0.0, f"timing {model}"))
        with contextlib.suppress(RestorationError):
            loaded = load(model)
            for channels in (1, 3):
                book.record(model, measure(loaded, channels), channels)


def measure(model: LoadedModel, channels: int) -> Speed:
    """Time whole restorations of a noisy page, best of two runs at each size."""
    pages = [_noisy_page(side, channels) for side in SIDES]
    small = min(_seconds(model, pages[0]) for _ in range(2))
    if small > SLOW_SECONDS:
        return Speed(0.0, small / pages[0].info.megapixels)
    large = _seconds(model, pages[1])
    if large < SLOW_SECONDS:
        large = min(large, _seconds(model, pages[1]))
    sizes = [page.info.megapixels for page in pages]
    slope = max((large - small) / (sizes[1] - sizes[0]), 0.0)
    return Speed(max(small - slope * sizes[0], 0.0), slope)


def _seconds(model: LoadedModel, page: Page) -> float:
    started = time.perf_counter()
    restore_page(page, estimate(page), model.card.id, lambda _: model, Request())
    return time.perf_counter() - started


def _noisy_page(side: int, channels: int) -> Page:
    ramp = np.linspace(0.2, 0.8, side, dtype=np.float32)
    noise = np.random.default_rng(0).normal(0, 25 / 255, (side, side, channels))
    pixels = (ramp[:, None, None] + noise).astype(np.float32)
    layout = Layout.L if channels == 1 else Layout.RGB
    info = PageInfo(FileFormat.PNG, 0, side, side, layout, SampleType.UINT8)
    return Page(pixels, info)


def _key(model: str, channels: int) -> str:
    """A speed holds for one kind of machine: another processor or core count is timed anew."""
    ink = "gray" if channels == 1 else "colour"
    return f"{model}, {ink}, on {platform.machine()} with {os.cpu_count()} cores"
