"""Run a model over a page of any size: tiles, strength, progress, cancelling, seams.

The model sees tiles only, so memory does not grow with the page beyond the page itself;
hand in memory-mapped arrays for pages that should not be held either.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.errors import OutOfRange
from restoration.models.restorer import Descriptor, LevelKind, Restorer
from restoration.progress import Progress, Report, silent
from restoration.seams import seam_ratio
from restoration.tiling import Tile, TilePlan, plan_tiles

FLAT = 1 / 255
"""A tile whose values all lie within one gray level holds nothing to restore."""


@dataclass(frozen=True)
class Run:
    """A restored page, and how the engine made it."""

    pixels: NDArray[np.float32]
    """(H * scale, W * scale, C)."""
    level: float | None
    """The level that the model was given, after clamping to its range."""
    plan: TilePlan
    tiles_skipped: int
    seam_ratio: float | None
    """How much more the change jumps on tile lines than beside them; 1 is seamless."""
    seconds: float


def run(
    restorer: Restorer,
    pixels: NDArray[np.float32],
    level: float | None = None,
    *,
    strength: float = 1.0,
    tile: int | None = None,
    overlap: int | None = None,
    report: Report = silent,
    out: NDArray[np.float32] | None = None,
) -> Run:
    """Restore (H, W, C) `pixels`, C in {1, 3}.

    `strength` 0 gives the input back, 1 the model's answer, up to 1.5 goes beyond it.
    `overlap` replaces the model's own halo. `out` receives the result where given (zeros,
    of the output's shape). Raises `OutOfRange` for a strength or tile that makes no sense,
    and whatever `report` raises: that is how a run is cancelled, at most one tile later.
    """
    facts = restorer.descriptor
    if not 0 <= strength <= 1.5:
        raise OutOfRange(
            "The strength is out of range", actual=f"{strength:g}", expected="0 to 1.5"
        )
    if strength != 1 and facts.scale != 1:
        raise OutOfRange(
            "Strength mixes the input with the result, which must be of one size",
            actual=f"a model that enlarges {facts.scale} times",
            expected="strength 1 for such a model",
        )
    started = time.perf_counter()
    height, width, channels = pixels.shape
    plan = plan_tiles(
        height,
        width,
        tile=_positive(tile, "tile") if tile is not None else facts.tile,
        halo=facts.halo if overlap is None else _not_negative(overlap, "overlap"),
        multiple=facts.multiple,
    )
    given = clamp_level(facts, level)
    if out is None:
        out = np.zeros((height * facts.scale, width * facts.scale, channels), np.float32)
    skipped = 0
    tiles = plan.tiles
    for number, part in enumerate(tiles):
        report(Progress(number / len(tiles), f"tile {number + 1} of {len(tiles)}"))
        source = part.read(pixels)
        if facts.scale == 1 and float(np.ptp(source)) <= FLAT:
            restored = source
            skipped += 1
        else:
            restored = _restore_tile(restorer, source, given)
            if strength != 1:
                restored = source + np.float32(strength) * (restored - source)
        _enlarged(part, facts.scale).add(restored, out)
    report(Progress(1.0, "done"))
    return Run(
        pixels=out,
        level=given,
        plan=plan,
        tiles_skipped=skipped,
        seam_ratio=seam_ratio(pixels, out, plan),
        seconds=time.perf_counter() - started,
    )


def clamp_level(facts: Descriptor, level: float | None) -> float | None:
    """The level within the model's range; None for a model that takes none."""
    if facts.level is LevelKind.NONE:
        return None
    low, high = facts.level_range
    if level is None:
        return low if low == high else None
    return min(max(level, low), high)


def _restore_tile(
    restorer: Restorer, source: NDArray[np.float32], level: float | None
) -> NDArray[np.float32]:
    """One tile (h, w, C) through a model that may take another number of channels."""
    taken = restorer.descriptor.channels
    channels = source.shape[2]
    if channels in taken:
        return restorer(source[None], level)[0]
    if channels == 1:
        gray_as_colour = np.repeat(source, 3, axis=2)
        return restorer(gray_as_colour[None], level)[0].mean(axis=2, keepdims=True)
    planes = np.moveaxis(source, 2, 0)[..., None]
    return np.moveaxis(restorer(np.ascontiguousarray(planes), level)[..., 0], 0, 2)


def _enlarged(tile: Tile, scale: int) -> Tile:
    return tile if scale == 1 else Tile(tile.rows.enlarged(scale), tile.columns.enlarged(scale))


def _positive(value: int, name: str) -> int:
    if value < 1:
        raise OutOfRange(f"The {name} is out of range", actual=str(value), expected="1 or more")
    return value


def _not_negative(value: int, name: str) -> int:
    if value < 0:
        raise OutOfRange(f"The {name} is out of range", actual=str(value), expected="0 or more")
    return value
