"""What a generator is told: regions alone, regions with noise, or regions with cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.errors import UsageError
from restoration.synthesis.mask_noise import NoiseKind, mask_noise
from restoration.synthesis.tissues import Tissue

LabelMap = NDArray[np.uint8]
"""(H, W), one class code a pixel."""


@dataclass(frozen=True)
class Polygons:
    """Regions alone."""

    def __str__(self) -> str:
        return "polygons"


@dataclass(frozen=True)
class Cells:
    """Regions, with the pixels of every nucleus as the class cell: the most there is to tell."""

    def __str__(self) -> str:
        return "cells"


@dataclass(frozen=True)
class Noise:
    """Regions, with noise pixels of one spacing in all tissue as the class noise."""

    spacing: float
    """Mean distance of noise pixels, in pixels; frequency is its inverse."""
    kind: NoiseKind = NoiseKind.BERNOULLI

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.spacing:g}"


Condition = Polygons | Cells | Noise


def condition_from(text: str) -> Condition:
    """Read `polygons`, `cells`, `noise:SPACING` or `blue:SPACING`; raises UsageError otherwise."""
    if text == "polygons":
        return Polygons()
    if text == "cells":
        return Cells()
    kind, _, spacing = text.partition(":")
    try:
        return Noise(float(spacing), NoiseKind(kind))
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not a condition",
            expected="polygons, cells, noise:SPACING or blue:SPACING with a spacing in pixels",
        ) from error


def conditioned(
    condition: Condition, polygons: LabelMap, cells: LabelMap | None, tissue: Tissue, seed: int
) -> LabelMap:
    """The map (H, W) a generator is told, with the codes `tissue.cell` and `tissue.noise`.

    `cells` holds at each pixel the class of the nucleus there, 0 between nuclei; only the
    condition Cells needs it. Raises UsageError where it is missing.
    """
    told = polygons.copy()
    match condition:
        case Noise(spacing, kind):
            everywhere = {code: spacing for code, each in enumerate(tissue.classes) if not each.air}
            told[mask_noise(polygons, everywhere, kind, seed)] = tissue.noise
        case Cells():
            if cells is None:
                raise UsageError(
                    "The single cells of this map are not known",
                    remedy="Choose regions alone or noise, or name a cell map",
                )
            told[cells > 0] = tissue.cell
    return told
