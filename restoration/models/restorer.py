"""What the engine needs to know of a model, and how it calls one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.float32]
"""(N, H, W, C), [0, 1]; unclipped noise may lie outside."""


class LevelKind(Enum):
    """What a model's level stands for."""

    NONE = "none"
    SIGMA = "sigma"
    """Standard deviation of Gaussian noise on the 0-255 scale."""
    JPEG_QUALITY = "JPEG quality"
    """1 to 100, as libjpeg counts."""


@dataclass(frozen=True)
class Descriptor:
    """The facts by which the engine plans tiles, dtypes and levels; each claim is tested."""

    channels: tuple[int, ...]
    """Channel counts taken: (1,), (3,) or (1, 3)."""
    halo: int
    """Context in pixels that an output pixel depends on, or may be cut at without a seam."""
    scale: int = 1
    """Output pixels per input pixel and axis."""
    tile: int = 512
    """Side of the tiles that run fastest, measured on two cores."""
    multiple: int = 1
    """Tile sides are multiples of this."""
    batch: int = 1
    """Tiles handed over at once; on a CPU one at a time keeps them in the cache."""
    dtypes: tuple[str, ...] = ("fp32",)
    """Arithmetic proven for this model: "fp32", "bf16"."""
    level: LevelKind = LevelKind.NONE
    level_range: tuple[float, float] = (0.0, 0.0)
    """Levels the model was made or trained for; equal ends mean one fixed level."""


@runtime_checkable
class Restorer(Protocol):
    """A model, loaded: tiles in, restored tiles out."""

    @property
    def descriptor(self) -> Descriptor:
        """What the engine needs to know of it."""
        ...

    def __call__(self, batch: Batch, level: float | None) -> Batch:
        """Restore (N, H, W, C) tiles; returns (N, H * scale, W * scale, C), unclipped."""
        ...


@runtime_checkable
class Tunable(Protocol):
    """A restorer whose parameters can be fitted to a page without a reference."""

    def tuned(self, pixels: NDArray[np.float32], level: float) -> tuple[Restorer, dict[str, float]]:
        """Fit to (H, W, C) `pixels` of noise sigma `level`; returns the restorer and the fit.

        Valid for noise that is independent from pixel to pixel; the caller checks that.
        """
        ...
