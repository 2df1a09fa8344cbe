"""PSNR on held-out photographs, the saturated ones also apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from restoration.fidelity import psnr
from restoration.models.restorer import LevelKind
from restoration.training.degrading import GaussianNoise, JpegCompression, PatchDegradation
from restoration.training.images import Photograph
from restoration.training.recipes import Recipe
from restoration.training.typesetting import Typesetter

CROP = 256
"""Side in pixels of the centre crop that is judged."""
SATURATED_SHARE = 3
"""One in this many held-out crops, the most saturated, counts as saturated."""
PROTOCOL = "centre crops of 256x256, seed 0 before each, level told, output rounded to 8 bits"
TYPESET_SEED = 20_261
"""Training draws from (seed, step), never from a seed alone."""
SIGMAS = (15.0, 25.0, 50.0)
QUALITIES = (10.0, 20.0, 40.0)


@dataclass(frozen=True)
class Measured:
    """Mean PSNR in dB at one level over every held-out crop, and over the saturated ones."""

    level: float
    degraded: float
    every: float
    saturated: float


class Validation:
    """The same crops with the same noise each time, so that figures compare along a run.

    Levels are those of the published tables that the recipe covers, told to the network where it
    takes one. The network computes in float32, as it is shipped; outputs are clipped and rounded
    to 8 bits before they are judged.
    """

    def __init__(
        self,
        photographs: Sequence[Photograph],
        recipe: Recipe,
        typesetter: Typesetter | None = None,
    ) -> None:
        """Judge on photographs and, in the recipe's proportion, on print of a seed of its own."""
        typeset = [] if typesetter is None else _typeset(len(photographs), recipe, typesetter)
        self.images = f"{len(photographs)} held-out training photographs"
        if typeset:
            self.images += f" and {len(typeset)} typeset patches"
        crops = sorted([*map(_centre, photographs), *typeset], key=_saturation, reverse=True)
        self._saturated = -(-len(crops) // SATURATED_SHARE)
        self._recipe = recipe
        self._clean = crops
        low, high = recipe.level_range
        usual = QUALITIES if recipe.level is LevelKind.JPEG_QUALITY else SIGMAS
        self._levels = tuple(level for level in usual if low <= level <= high)

    def measure(self, network: nn.Module, device: torch.device) -> tuple[Measured, ...]:
        """PSNR of the network's output at each level."""
        return tuple(self._at(level, network, device) for level in self._levels)

    def _at(self, level: float, network: nn.Module, device: torch.device) -> Measured:
        degradation = _fixed(self._recipe.level, level)
        before, after = [], []
        for clean in self._clean:
            patch = clean.astype(np.float32) / np.float32(255)
            if self._recipe.channels == (1,):
                patch = patch.mean(axis=2, keepdims=True)
            degraded, _ = degradation(patch, np.random.default_rng(0))
            tensor = torch.from_numpy(degraded).permute(2, 0, 1)[None].to(device)
            with torch.inference_mode():
                output = network(tensor, level) if self._recipe.told_level else network(tensor)
            restored = output[0].float().permute(1, 2, 0).cpu().numpy()
            before.append(psnr(degraded, patch))
            after.append(psnr(np.rint(np.clip(restored, 0, 1) * 255) / 255, patch))
        return Measured(
            level,
            float(np.mean(before)),
            float(np.mean(after)),
            float(np.mean(after[: self._saturated])),
        )


def _typeset(photographs: int, recipe: Recipe, typesetter: Typesetter) -> list[Photograph]:
    count = round(photographs * recipe.text_share / (1 - recipe.text_share))
    rng = np.random.default_rng(TYPESET_SEED)
    patches = [typesetter.patch(CROP, gray=False, rng=rng) for _ in range(count)]
    return [np.rint(patch * 255).astype(np.uint8) for patch in patches]


def _fixed(kind: LevelKind, level: float) -> PatchDegradation:
    if kind is LevelKind.JPEG_QUALITY:
        return JpegCompression(int(level), int(level))
    return GaussianNoise(level, level)


def _centre(photograph: Photograph) -> Photograph:
    height, width = photograph.shape[:2]
    top, left = max(height - CROP, 0) // 2, max(width - CROP, 0) // 2
    return photograph[top : top + CROP, left : left + CROP]


def _saturation(crop: Photograph) -> float:
    """Mean distance between the strongest and the weakest channel, 0-255."""
    return float((crop.max(axis=2) - crop.min(axis=2).astype(np.int16)).mean())
