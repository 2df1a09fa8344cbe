"""Held-out fields and what a generator makes of their maps, cut into tiles side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.synthesis.conditions import Condition, conditioned
from restoration.synthesis.drawing import draw_field
from restoration.synthesis.fields import Field
from restoration.synthesis.generator import Generator
from restoration.synthesis.tissues import Tissue

SIDE = 64
LARGEST_AIR = 0.5
"""Tiles with more glass than this are left out: there is nothing to judge in them."""


@dataclass(frozen=True)
class TilePairs:
    """Tiles of the same places, (N, SIDE, SIDE, 3) each; the real ones do not depend on a run."""

    real: NDArray[np.uint8]
    made: NDArray[np.uint8]


MOST_TILES = 256
"""Of all held-out fields together; more are thinned out evenly."""


def tile_pairs(
    generator: Generator, condition: Condition, fields: Sequence[Field], tissue: Tissue, seed: int
) -> TilePairs:
    """Draw every field whole under the condition, and cut it and the real one alike."""
    pairs = []
    for number, field in enumerate(fields):
        told = conditioned(condition, field.polygons, field.cells, tissue, seed + number)
        corners = _corners(field, tissue)
        made = draw_field(generator, told)
        pairs.append((_cut(field.image, corners), _cut(made, corners)))
    real, made_tiles = (np.concatenate(part) for part in zip(*pairs, strict=True))
    thinned = np.linspace(0, len(real) - 1, min(MOST_TILES, len(real))).round().astype(int)
    return TilePairs(real[thinned], made_tiles[thinned])


def real_tiles(fields: Sequence[Field], tissue: Tissue) -> NDArray[np.uint8]:
    """Tiles (N, SIDE, SIDE, 3) of real fields, chosen as in `tile_pairs`."""
    return np.concatenate([_cut(field.image, _corners(field, tissue)) for field in fields])


def _corners(field: Field, tissue: Tissue) -> list[tuple[int, int]]:
    air = np.isin(field.polygons, tissue.air_codes)
    height, width = air.shape
    return [
        (top, left)
        for top in range(0, height - SIDE + 1, SIDE)
        for left in range(0, width - SIDE + 1, SIDE)
        if air[top : top + SIDE, left : left + SIDE].mean() <= LARGEST_AIR
    ]


def _cut(image: NDArray[np.uint8], corners: Sequence[tuple[int, int]]) -> NDArray[np.uint8]:
    if not corners:
        return np.empty((0, SIDE, SIDE, 3), np.uint8)
    return np.stack([image[top : top + SIDE, left : left + SIDE] for top, left in corners])
