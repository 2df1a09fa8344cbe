"""Degradations drawn afresh for every patch, each with the level a network may be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.ndimage import gaussian_filter

from restoration.degradations import jpeg_round_trip
from restoration.training.augmentation import Patch

UNKNOWN = float("nan")
"""The level of a degradation that no single sigma describes."""


class PatchDegradation(Protocol):
    """Draws a degraded version of a patch."""

    def __call__(self, clean: Patch, rng: np.random.Generator) -> tuple[Patch, float]:
        """Degrade (H, W, C) in [0, 1]; returns the patch, unclipped, and its level or UNKNOWN."""
        ...


@dataclass(frozen=True)
class GaussianNoise:
    """White Gaussian noise of uniformly drawn sigma, 0-255 scale; the level is sigma."""

    low: float = 0.0
    high: float = 75.0

    def __call__(self, clean: Patch, rng: np.random.Generator) -> tuple[Patch, float]:
        """Add noise, the same sigma throughout the patch."""
        sigma = rng.uniform(self.low, self.high)
        return clean + _white(clean, rng) * np.float32(sigma / 255), sigma


@dataclass(frozen=True)
class PoissonGaussianNoise:
    """Signal-dependent noise of variance a * signal + b (Foi et al. 2008, eq. 3), normal tails."""

    high: float = 60.0
    """Largest sigma at full white, 0-255 scale."""

    def __call__(self, clean: Patch, rng: np.random.Generator) -> tuple[Patch, float]:
        """Add noise whose variance is split at random between signal and floor."""
        variance = (rng.uniform(0, self.high) / 255) ** 2
        share = rng.random()
        signal = clean.clip(min=0)
        spread = np.sqrt(variance * (share * signal + (1 - share)), dtype=np.float32)
        return clean + _white(clean, rng) * spread, UNKNOWN


@dataclass(frozen=True)
class CorrelatedGrain:
    """Gaussian noise blurred to the grain of film and of resampled scans."""

    high: float = 40.0
    """Largest sigma after the blur, 0-255 scale."""
    widest: float = 1.2
    """Largest blur, in pixels."""

    def __call__(self, clean: Patch, rng: np.random.Generator) -> tuple[Patch, float]:
        """Add blurred noise, rescaled to the drawn sigma."""
        blur = rng.uniform(0.3, self.widest)
        grain = gaussian_filter(_white(clean, rng), sigma=(blur, blur, 0), mode="wrap")
        sigma = rng.uniform(0, self.high) / 255
        return clean + grain * np.float32(sigma / max(float(grain.std()), 1e-6)), UNKNOWN


@dataclass(frozen=True)
class JpegCompression:
    """Baseline JPEG at 4:2:0, each time with its 8x8 grid at a random offset.

    The level is the quality, or unknown where it was compressed more than once.
    """

    low: int = 10
    high: int = 95
    most_times: int = 1

    def __call__(self, clean: Patch, rng: np.random.Generator) -> tuple[Patch, float]:
        """Compress; content outside the patch is taken as its mirror image."""
        patch, times = clean, 1 if self.most_times == 1 else rng.integers(1, self.most_times + 1)
        for _ in range(times):
            quality = int(rng.integers(self.low, self.high + 1))
            patch = _compressed(patch, quality, rng)
        return patch, float(quality) if times == 1 else UNKNOWN


def _compressed(patch: Patch, quality: int, rng: np.random.Generator) -> Patch:
    top, left = rng.integers(0, 8, size=2)
    height, width = patch.shape[:2]
    shifted = np.pad(patch, ((top, 8), (left, 8), (0, 0)), mode="symmetric")
    return jpeg_round_trip(shifted, quality)[top : top + height, left : left + width]


def _white(clean: Patch, rng: np.random.Generator) -> Patch:
    return rng.standard_normal(clean.shape, dtype=np.float32)
