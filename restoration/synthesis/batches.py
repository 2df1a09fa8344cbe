"""Training batches: each one a pure function of the seed and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restoration.errors import UsageError
from restoration.synthesis.conditions import conditioned
from restoration.synthesis.fields import Field
from restoration.synthesis.recipe import Recipe
from restoration.synthesis.tissues import Tissue


class Batch(NamedTuple):
    """One step's crops."""

    told: Tensor
    """Codes (N, H, W), uint8."""
    field: Tensor
    """Real fields (N, 3, H, W) in [0, 1]."""


class Batches:
    """`batches[step]` is the batch of that step; nothing depends on what was drawn before.

    Runs of one seed draw the same crops at every step whatever their condition.
    """

    def __init__(self, fields: Sequence[Field], tissue: Tissue, recipe: Recipe, seed: int) -> None:
        self._fields = [each for each in fields if min(each.polygons.shape) >= recipe.crop]
        if not self._fields:
            raise UsageError(
                "There is no field to train on",
                expected=f"fields of at least {recipe.crop}x{recipe.crop} pixels",
            )
        areas = np.array([each.polygons.size for each in self._fields], float)
        self._shares = areas / areas.sum()
        self._tissue, self._recipe, self._seed = tissue, recipe, seed

    def __getitem__(self, step: int) -> Batch:
        """Draw the batch of one step."""
        rng = np.random.default_rng((self._seed, step))
        told, real = zip(*(self._crop(rng) for _ in range(self._recipe.batch)), strict=True)
        fields = torch.from_numpy(np.stack(real)).permute(0, 3, 1, 2)
        return Batch(torch.from_numpy(np.stack(told)), fields.float() / 255)

    def _crop(self, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        field = self._fields[rng.choice(len(self._fields), p=self._shares)]
        size = self._recipe.crop
        height, width = field.polygons.shape
        top, left = rng.integers(height - size + 1), rng.integers(width - size + 1)
        turns, mirrored = int(rng.integers(4)), bool(rng.integers(2))
        condition = self._recipe.conditions[rng.integers(len(self._recipe.conditions))]
        window = np.s_[top : top + size, left : left + size]
        image, polygons, cells = (
            _turned(part[window], turns, mirrored)
            for part in (field.image, field.polygons, field.cells)
        )
        seed = int(rng.integers(2**31))
        return conditioned(condition, polygons, cells, self._tissue, seed), image


def _turned(part: NDArray[np.uint8], turns: int, mirrored: bool) -> NDArray[np.uint8]:
    turned = np.rot90(part, turns)
    return np.ascontiguousarray(turned[:, ::-1] if mirrored else turned)
