"""What a benchmark will do: every cell, in one order, known before the first one runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evaluation.benchmark.dataset import DatasetImage
from restoration.degradations import Degradation, DegradationKind
from restoration.errors import UsageError

AS_IT_IS = "none"
"""The name of no degradation: the images are noisy already."""

Key = tuple[str, str, str, str, int]
"""Image name, image sha-256, model, degradation, seed: what tells one cell from all others."""


@dataclass(frozen=True)
class Cell:
    """One image, damaged in one way, through one model."""

    image: DatasetImage
    model: str
    degradation: Degradation | None
    """None takes the image as it is."""

    @property
    def seed(self) -> int:
        """The seed of the noise; 0 where there is none."""
        return 0 if self.degradation is None else self.degradation.seed

    @property
    def key(self) -> Key:
        """What tells this cell from all others."""
        return (
            self.image.name,
            self.image.source.sha256,
            self.model,
            name_of(self.degradation),
            self.seed,
        )


@dataclass(frozen=True)
class Plan:
    """All that decides the figures of a run."""

    images: tuple[DatasetImage, ...]
    models: tuple[str, ...]
    """Ids, or paths of weights files."""
    degradations: tuple[Degradation | None, ...]
    """One for each kind, level and seed."""
    metrics: tuple[str, ...]
    device: str = "auto"
    dtype: str = "auto"

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Model by model, so that a worker loads each once; then by degradation and by image."""
        return tuple(
            Cell(image, model, degradation)
            for model in self.models
            for degradation in self.degradations
            for image in self.images
        )

    def record(self) -> dict[str, Any]:
        """The plan as JSON, without the places of files: a moved data set is the same one."""
        return {
            "images": [_image_record(image) for image in self.images],
            "models": list(self.models),
            "degradations": [[name_of(each), _seed_of(each)] for each in self.degradations],
            "metrics": list(self.metrics),
            "device": self.device,
            "dtype": self.dtype,
        }


def degradations_of(texts: list[str], seeds: list[int]) -> tuple[Degradation | None, ...]:
    """Read "gaussian:25", "jpeg:40" or "none", each with every seed, in the order given.

    Compression draws nothing, so it comes once however many seeds there are. Raises UsageError
    or OutOfRange, also for something named twice.
    """
    found = [each for text in texts for each in _with_seeds(text.strip(), seeds)]
    _refuse_repeats("degradation", [f"{name_of(each)} (seed {_seed_of(each)})" for each in found])
    return tuple(found)


def refuse_repeated_models(models: tuple[str, ...]) -> None:
    """Raise UsageError where a model is named twice, be it by an alias."""
    _refuse_repeats("model", list(models))


def name_of(degradation: Degradation | None) -> str:
    """A degradation as it is written on the command line."""
    return AS_IT_IS if degradation is None else str(degradation)


def _with_seeds(text: str, seeds: list[int]) -> Iterator[Degradation | None]:
    if text == AS_IT_IS:
        yield None
        return
    for seed in seeds:
        degradation = Degradation.parse(text, seed)
        if degradation.kind is DegradationKind.JPEG:
            yield Degradation(degradation.kind, degradation.level)
            return
        yield degradation


def _seed_of(degradation: Degradation | None) -> int:
    return 0 if degradation is None else degradation.seed


def _refuse_repeats(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            f"A {what} is named twice", actual=", ".join(twice), expected=f"each {what} once"
        )


def _image_record(image: DatasetImage) -> dict[str, Any]:
    record = {
        "name": image.name,
        "sha256": image.source.sha256,
        "width": image.width,
        "height": image.height,
    }
    if image.reference is not None:
        record["reference_sha256"] = image.reference.sha256
    return record
