"""Run a model over a page of any size: tiles, strength, progress, cancelling, seams.

The model sees tiles only, so memory does not grow with the page beyond the page itself;
hand in memory-mapped arrays for pages that should not be held either.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
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
    and whatever `report` raises: that is how a run is cancelled, at most one batch later.
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
    waiting: list[tuple[Tile, NDArray[np.float32]]] = []
    tiles = plan.tiles
    for number, part in enumerate(tiles):
        report(Progress(number / len(tiles), f"tile {number + 1} of {len(tiles)}"))
        source = part.read(pixels)
        if facts.scale == 1 and float(np.ptp(source)) <= FLAT:
            part.add(source, out)
            skipped += 1
        else:
            if waiting and waiting[0][1].shape != source.shape:
                _restore_tiles(restorer, waiting, given, strength, out)
                waiting.clear()
            waiting.append((part, source))
        if waiting and (len(waiting) == facts.batch or number + 1 == len(tiles)):
            _restore_tiles(restorer, waiting, given, strength, out)
            waiting.clear()
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


def _restore_tiles(
    restorer: Restorer,
    tiles: Sequence[tuple[Tile, NDArray[np.float32]]],
    level: float | None,
    strength: float,
    out: NDArray[np.float32],
) -> None:
    """Restore tiles, which are all of one size, and add them to `out`."""
    sources = np.stack([source for _, source in tiles])
    restored = _in_channels_of(restorer, sources, level)
    if strength != 1:
        restored = sources + np.float32(strength) * (restored - sources)
    for (part, _), pixels in zip(tiles, restored, strict=True):
        _enlarged(part, restorer.descriptor.scale).add(pixels, out)


def _in_channels_of(
    restorer: Restorer, batch: NDArray[np.float32], level: float | None
) -> NDArray[np.float32]:
    """(N, h, w, C) tiles through a model that may take another number of channels."""
    count, height, width, channels = batch.shape
    if channels in restorer.descriptor.channels:
        return restorer(batch, level)
    if channels == 1:
        return restorer(np.repeat(batch, 3, axis=3), level).mean(axis=3, keepdims=True)
    planes = np.moveaxis(batch, 3, 1).reshape(count * channels, height, width, 1)
    restored = restorer(planes, level)
    return np.moveaxis(restored.reshape(count, channels, *restored.shape[1:3]), 1, 3)


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
