"""What a generator is told: regions alone, regions with noise, or regions with cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.errors import OutOfRange, UsageError
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
    """Regions, with noise pixels in all tissue as the class noise."""

    spacing: float
    """Mean distance of noise pixels, in pixels; frequency is its inverse."""
    kind: NoiseKind = NoiseKind.BERNOULLI
    own: tuple[tuple[int, float], ...] = ()
    """Codes of the classes with a spacing of their own, ascending, each with it."""

    def __str__(self) -> str:
        own = "".join(f",{code}={spacing:g}" for code, spacing in self.own)
        return f"{self.kind.value}:{self.spacing:g}{own}"

    def in_classes(self, tissue: Tissue) -> dict[int, float]:
        """The spacing in each class of the tissue but air.

        Raises OutOfRange where `own` names a class that takes no noise.
        """
        taking = {code: self.spacing for code, each in enumerate(tissue.classes) if not each.air}
        for code, _ in self.own:
            if code not in taking:
                raise OutOfRange(
                    f"No noise can be drawn in class {code}",
                    expected=", ".join(f"{each} {tissue.classes[each].name}" for each in taking),
                )
        return taking | dict(self.own)


Condition = Polygons | Cells | Noise


def condition_from(text: str) -> Condition:
    """Read `polygons`, `cells`, `noise:SPACING` or `blue:SPACING`; raises UsageError otherwise.

    A spacing may be followed by those of single classes: `blue:24,1=12,2=40`.
    """
    if text == "polygons":
        return Polygons()
    if text == "cells":
        return Cells()
    kind, _, spacings = text.partition(":")
    spacing, *own = spacings.split(",")
    try:
        pairs = (each.split("=") for each in own)
        by_class = sorted((int(code), float(value)) for code, value in pairs)
        return Noise(float(spacing), NoiseKind(kind), tuple(by_class))
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
        case Noise(kind=kind):
            spacing = condition.in_classes(tissue)
            told[mask_noise(polygons, spacing, kind, seed)] = tissue.noise
        case Cells():
            if cells is None:
                raise UsageError(
                    "The single cells of this map are not known",
                    remedy="Choose regions alone or noise, or name a cell map",
                )
            told[cells > 0] = tissue.cell
    return told
