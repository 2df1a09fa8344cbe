"""The Python interface: load a model, restore arrays.

model = restoration.load_model("nlm")
result = model.restore(pixels)            # float32 (H, W, C) in [0, 1]
result.pixels, result.recipe, result.seconds
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from restoration.engine import run
from restoration.errors import OutOfRange
from restoration.models.card import ModelCard
from restoration.models.catalogue import LoadedModel, load
from restoration.models.restorer import LevelKind
from restoration.pages.page import Pixels
from restoration.progress import Report, silent
from restoration.recipe import sha256_of_pixels, versions


@dataclass(frozen=True)
class Restoration:
    """A restored page and how it was made."""

    pixels: Pixels
    """(H * scale, W * scale, C), unclipped."""
    recipe: dict[str, Any]
    """Model, weights, level, tiles, device, dtype, versions and hashes, as plain JSON."""
    seconds: float


@dataclass(frozen=True)
class Model:
    """A loaded model with the engine around it."""

    loaded: LoadedModel

    @property
    def card(self) -> ModelCard:
        """What the model is."""
        return self.loaded.card

    def restore(
        self,
        pixels: Pixels,
        level: float | None = None,
        progress: Report | None = None,
        *,
        strength: float = 1.0,
        tile: int | None = None,
        overlap: int | None = None,
    ) -> Restoration:
        """Restore float32 (H, W, C) `pixels`, C in {1, 3}; values may lie outside [0, 1].

        `level` is noise sigma on the 0-255 scale or JPEG quality, as the card says; None takes
        what is estimated. Raises `OutOfRange` for another shape or type, values that are not
        finite, and a level below 0.
        """
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or 0 in pixels.shape:
            raise OutOfRange(
                "The pixels have the wrong shape",
                actual=str(pixels.shape),
                expected="(height, width, 1) or (height, width, 3)",
            )
        _refuse_values(pixels)
        if level is not None and not 0 <= level < math.inf:
            raise OutOfRange("The level is out of range", actual=f"{level:g}", expected="0 or more")
        given = self._estimated(pixels) if level is None else level
        result = run(
            self.loaded.restorer,
            pixels,
            given,
            strength=strength,
            tile=tile,
            overlap=overlap,
            report=progress or silent,
        )
        recipe = {
            "model": self.card.id,
            "weights_sha256": self.loaded.weights_sha256,
            "level": result.level,
            "level_source": "estimated" if level is None else "given",
            "strength": strength,
            "tile": result.plan.tile,
            "overlap": result.plan.halo,
            "seam_ratio": result.seam_ratio,
            "device": self.loaded.device,
            "dtype": self.loaded.dtype,
            "input_sha256": sha256_of_pixels(pixels),
            "pixels_sha256": sha256_of_pixels(result.pixels),
            "seconds": result.seconds,
            "versions": versions(),
        }
        return Restoration(result.pixels, recipe, result.seconds)

    def _estimated(self, pixels: Pixels) -> float | None:
        kind = self.loaded.restorer.descriptor.level
        if kind is LevelKind.SIGMA:
            from restoration.estimation.noise import estimate_noise

            return estimate_noise(pixels).sigma
        if kind is LevelKind.JPEG_QUALITY:
            from restoration.estimation.jpeg import quality_from_blocking

            quality = quality_from_blocking(pixels)
            return None if quality is None else float(quality)
        return None


def _refuse_values(pixels: Pixels) -> None:
    if pixels.dtype != np.float32:
        raise OutOfRange(
            "The pixels are of the wrong type",
            actual=str(pixels.dtype),
            expected="float32, black 0 and white 1",
            remedy="For 8-bit samples: pixels.astype(numpy.float32) / 255",
        )
    bad = pixels.size - int(np.isfinite(pixels).sum())
    if bad:
        raise OutOfRange(
            "Not every pixel has a value",
            actual=f"{bad} of {pixels.size} values are NaN or infinite",
            expected="finite values, black 0 and white 1",
            remedy="Replace them first, for instance with numpy.nan_to_num",
        )


def load_model(
    id: str, weights: Path | str | None = None, device: str = "auto", dtype: str = "auto"
) -> Model:
    """Load a model by id, alias, or the path of a weights file.

    `weights` replaces the published file of a named model. Raises `UnknownModel`, `BadWeights`.
    """
    return Model(load(id, device, dtype, None if weights is None else Path(weights)))
