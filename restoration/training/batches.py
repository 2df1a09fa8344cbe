"""Training batches: each one a pure function of the seed and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from restoration.training.augmentation import Patch, random_patch
from restoration.training.degrading import UNKNOWN
from restoration.training.images import Photograph
from restoration.training.recipes import Recipe, Stage
from restoration.training.typesetting import Typesetter


class Batch(NamedTuple):
    """One step's patches; `told` is the level of each (N,), NaN where the network works blind."""

    degraded: Tensor
    clean: Tensor
    told: Tensor


class Schedule:
    """Which stage of a recipe each step falls in.

    Progress counts in patches seen, so that an interrupted or slower run takes the same way.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)
        self._first_steps = [0]
        seen = 0.0
        for stage in self._stages[:-1]:
            steps = -(-(stage.until - seen) // stage.batch)
            seen += steps * stage.batch
            self._first_steps.append(self._first_steps[-1] + int(steps))

    def stage(self, step: int) -> Stage:
        """The stage of a step, counted from 0."""
        return self._stages[self._index(step)]

    def patches(self, step: int) -> int:
        """Patches seen before a step."""
        index = self._index(step)
        spans = zip(self._stages, self._first_steps, self._first_steps[1:], strict=False)
        before = sum(stage.batch * (stop - start) for stage, start, stop in list(spans)[:index])
        return before + self._stages[index].batch * (step - self._first_steps[index])

    def _index(self, step: int) -> int:
        return sum(step >= first for first in self._first_steps[1:])


class Batches(Dataset[Batch]):
    """`batches[step]` is the batch of that step; nothing depends on what was drawn before."""

    def __init__(
        self,
        photographs: Sequence[Photograph],
        recipe: Recipe,
        seed: int,
        typesetter: Typesetter | None = None,
    ) -> None:
        """`typesetter` is needed where the recipe has a share of text."""
        self._photographs = photographs
        self._typesetter = typesetter
        areas = np.array([image.shape[0] * image.shape[1] for image in photographs], float)
        self._shares = areas / areas.sum()
        self._recipe = recipe
        self._schedule = Schedule(recipe.stages)
        self._seed = seed

    def __getitem__(self, step: int) -> Batch:
        """Draw the batch of one step: (N, C, size, size) degraded and clean, and (N,) levels."""
        rng = np.random.default_rng((self._seed, step))
        stage = self._schedule.stage(step)
        drawn = [self._pair(stage.size, rng) for _ in range(stage.batch)]
        degraded, clean, told = zip(*drawn, strict=True)
        return Batch(_planes(degraded), _planes(clean), torch.tensor(told, dtype=torch.float32))

    def _pair(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
        recipe = self._recipe
        gray = recipe.channels == (1,) or rng.random() < recipe.gray_share
        clean = self._clean(size, gray, rng)
        shares = [share for share, _ in recipe.degradations]
        degradation = recipe.degradations[rng.choice(len(shares), p=shares)][1]
        degraded, level = degradation(clean, rng)
        told = level if rng.random() < recipe.told_share else UNKNOWN
        if gray and 3 in recipe.channels:
            degraded, clean = (np.repeat(patch, 3, axis=2) for patch in (degraded, clean))
        return degraded, clean, told

    def _clean(self, size: int, gray: bool, rng: np.random.Generator) -> Patch:
        if self._typesetter is not None and rng.random() < self._recipe.text_share:
            return self._typesetter.patch(size, gray, rng)
        photograph = self._photographs[rng.choice(len(self._photographs), p=self._shares)]
        return random_patch(photograph, size, gray, rng)


def _planes(patches: Sequence[np.ndarray]) -> Tensor:
    """Stack (H, W, C) patches as (N, C, H, W), in channels-last memory as they already lie."""
    return torch.from_numpy(np.stack(patches)).permute(0, 3, 1, 2)
