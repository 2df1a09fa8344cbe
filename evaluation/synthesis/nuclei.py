"""Nuclei found the same way in real and synthetic tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.stats import wasserstein_distance
from skimage.filters import threshold_otsu

SMOOTHING = 1.0


@dataclass(frozen=True)
class NucleiDetector:
    """Dark connected areas: darker than a threshold that was set on real fields."""

    threshold: float
    """Optical density."""
    smallest: int
    """Area in pixels below which a dark spot is no nucleus."""

    def areas(self, tile: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Areas in pixels of the nuclei of one tile (H, W, 3).

        Touching nuclei count as one: the figures compare sets, they are no cell counts.
        """
        parts = ndimage.label(_density(tile) > self.threshold)[0]
        areas = np.bincount(parts.ravel())[1:]
        return areas[areas >= self.smallest]


def detector_for(tiles: NDArray[np.uint8], smallest: int = 12) -> NucleiDetector:
    """The detector whose threshold separates dark from pale in real tiles (Otsu 1979)."""
    density = np.stack([_density(tile) for tile in tiles])
    return NucleiDetector(float(threshold_otsu(density)), smallest)


def count_distance(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Nuclei a tile by which the distributions of counts (N,) differ (Wasserstein, first order)."""
    return float(wasserstein_distance(first, second))


def size_distance(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Pixels by which the distributions of nuclear diameters differ; areas in (N,).

    Where one set has no nucleus at all its diameters count as 0.
    """
    diameters = [
        2 * np.sqrt(areas / np.pi) if len(areas) else np.zeros(1) for areas in (first, second)
    ]
    return float(wasserstein_distance(*diameters))


def _density(tile: NDArray[np.uint8]) -> NDArray[np.float64]:
    light = ndimage.gaussian_filter(tile.astype(np.float64).mean(axis=2), SMOOTHING)
    return np.asarray(-np.log10((light + 1) / 256))
