"""What a worker does with a cell: read, damage, restore, measure."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.benchmark.dataset import Source
from evaluation.benchmark.images import Images
from evaluation.benchmark.memory import PeakMemory
from evaluation.benchmark.plan import Cell
from evaluation.benchmark.rows import Row, described
from evaluation.metrics import measure, prepare, suited
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.engine import Run, run
from restoration.estimation.jpeg import quality_from_blocking
from restoration.estimation.noise import estimate_noise
from restoration.models.catalogue import LoadedModel, load
from restoration.models.restorer import LevelKind
from restoration.pages.page import Pixels
from restoration.recipe import sha256_of_pixels
from restoration.speed import SIDES, SLOW_SECONDS, Speed

PROBE_LEVEL = 25
KNOWN_LEVELS = {
    DegradationKind.GAUSSIAN: LevelKind.SIGMA,
    DegradationKind.JPEG: LevelKind.JPEG_QUALITY,
}
"""The damage whose level is a model's level too; published tables tell it to the models."""


@dataclass(frozen=True)
class Probe:
    """A question: do this model and the metrics load, and how fast are they?"""

    model: str
    timed: bool
    """Whether the speed is wanted; the rest costs no more than loading."""


@dataclass(frozen=True)
class Probed:
    """The answer."""

    model: str
    weights_sha256: str | None
    scale: int
    speed: Speed | None


Task = Cell | Probe
Answer = Row | Probed


class Bench:
    """A worker's bench: one model at a time stands on it, with what a run has asked for."""

    def __init__(self, metrics: Sequence[str], device: str, dtype: str, threads: int) -> None:
        self._metrics = tuple(metrics)
        self._device = device
        self._dtype = dtype
        self._threads = threads
        self._image = Images()
        self._loaded: tuple[str, LoadedModel] | None = None

    def __call__(self, task: Task) -> Answer:
        """Answer a task; raises `RestorationError`s."""
        return self._probe(task) if isinstance(task, Probe) else self._row(task)

    def _row(self, cell: Cell) -> Row:
        model = self._model(cell.model)
        noisy, clean = damaged(cell, self._image)
        level, source = told_level(model, noisy, cell.degradation)
        memory = PeakMemory(model.device)
        restored = run(model.restorer, noisy, level)
        peak = memory.megabytes()
        return Row(
            **described(cell),
            weights_sha256=model.weights_sha256,
            model_level=restored.level,
            level_source=source,
            seconds=restored.seconds,
            peak_memory_mb=peak,
            threads=self._threads,
            device=model.device,
            dtype=model.dtype,
            restored_sha256=sha256_of_pixels(restored.pixels),
            metrics=self._measured(model, clean, noisy, restored, cell.degradation),
        )

    def _measured(
        self,
        model: LoadedModel,
        clean: Pixels | None,
        noisy: Pixels,
        restored: Run,
        degradation: Degradation | None,
    ) -> dict[str, float]:
        """Those metrics asked for that can be taken: without a clean image, not all can."""
        possible = suited(clean=clean is not None, noisy=True, restorer=True)
        return measure(
            [metric for metric in self._metrics if metric in possible],
            clean,
            noisy,
            restored.pixels,
            restore=lambda pixels: run(model.restorer, pixels, restored.level).pixels,
            noise_sigma=_true_sigma(degradation),
        )

    def _probe(self, probe: Probe) -> Probed:
        prepare(self._metrics)
        model = self._model(probe.model)
        speed = self._speed(model) if probe.timed else None
        return Probed(probe.model, model.weights_sha256, model.restorer.descriptor.scale, speed)

    def _speed(self, model: LoadedModel) -> Speed:
        """Of a whole cell, from two noisy squares; a slow model sees the small one only."""
        seconds = []
        for side in SIDES:
            seconds.append(min(self._seconds(model, side) for _ in range(2)))
            if seconds[0] > SLOW_SECONDS:
                return Speed(0.0, seconds[0] / _megapixels(side))
        small, large = map(_megapixels, SIDES)
        slope = max((seconds[1] - seconds[0]) / (large - small), 0.0)
        return Speed(max(seconds[0] - slope * small, 0.0), slope)

    def _seconds(self, model: LoadedModel, side: int) -> float:
        ramp = np.linspace(0.2, 0.8, side, dtype=np.float32)
        channels = max(model.restorer.descriptor.channels)
        clean = np.ascontiguousarray(np.broadcast_to(ramp[:, None, None], (side, side, channels)))
        started = time.perf_counter()
        degradation = Degradation(DegradationKind.GAUSSIAN, PROBE_LEVEL)
        noisy = degrade(clean, degradation)
        restored = run(model.restorer, noisy, PROBE_LEVEL)
        if restored.pixels.shape == clean.shape:
            self._measured(model, clean, noisy, restored, degradation)
        return time.perf_counter() - started

    def _model(self, name: str) -> LoadedModel:
        if self._loaded is None or self._loaded[0] != name:
            # Let go of the former one first: two large models may not fit.
            self._loaded = None
            self._loaded = name, load(name, self._device, self._dtype)
        return self._loaded[1]


def damaged(cell: Cell, images: Callable[[Source], Pixels]) -> tuple[Pixels, Pixels | None]:
    """What the model of a cell is given, and the clean image where there is one."""
    given = images(cell.image.source)
    if cell.degradation is not None:
        return degrade(given, cell.degradation), given
    reference = cell.image.reference
    return given, None if reference is None else images(reference)


def told_level(
    model: LoadedModel, noisy: Pixels, degradation: Degradation | None
) -> tuple[float | None, str]:
    """What the model is told: the true level where damage and model mean the same by it."""
    wanted = model.restorer.descriptor.level
    if wanted is LevelKind.NONE:
        return None, "none"
    if degradation is not None and KNOWN_LEVELS.get(degradation.kind) is wanted:
        return degradation.level, "known"
    if wanted is LevelKind.SIGMA:
        return estimate_noise(noisy).sigma, "estimated"
    quality = quality_from_blocking(noisy)
    return None if quality is None else float(quality), "estimated"


def _true_sigma(degradation: Degradation | None) -> float | None:
    if degradation is None or degradation.kind is not DegradationKind.GAUSSIAN:
        return None
    return degradation.level


def _megapixels(side: int) -> float:
    return side * side / 1e6
