"""Everything measured on the tiles of one generator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evaluation.synthesis.appearance import (
    colour_histograms,
    histogram_distance,
    radial_spectra,
    spectrum_distance,
)
from evaluation.synthesis.distances import frechet_distance, kernel_distance
from evaluation.synthesis.features import TileFeatures, perceptual_distances, tile_features
from evaluation.synthesis.nuclei import NucleiDetector, count_distance, size_distance

Scores = dict[str, float]
"""One figure a metric, all of them distances: 0 is best."""


@dataclass(frozen=True)
class Metric:
    """One way to say how far synthetic tiles are from real ones."""

    id: str
    title: str
    unit: str
    meaning: str


METRICS: tuple[Metric, ...] = (
    Metric("fid", "FID", "", "Frechet distance on features of the shipped denoiser"),
    Metric("kid", "KID", "", "kernel distance on the same features, unbiased for few tiles"),
    Metric("perceptual", "Perceptual", "", "distance of each tile to its own real tile"),
    Metric("colour", "Colour", "share", "pixels whose colour would have to change"),
    Metric("spectrum", "Spectrum", "dB", "mean difference of the radial spectra"),
    Metric("nuclei_count", "Nuclei", "a tile", "difference of the numbers of dark spots"),
    Metric("nuclei_size", "Nucleus size", "px", "difference of their diameters"),
)


@dataclass(frozen=True)
class Described:
    """A set of tiles (N, H, W, 3), described once."""

    features: TileFeatures
    histograms: NDArray[np.float64]
    spectra: NDArray[np.float64]
    areas: tuple[NDArray[np.int64], ...]
    """Areas of the nuclei of each tile."""

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Nuclei in each tile (N,)."""
        return np.array([len(areas) for areas in self.areas])

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Areas of the nuclei of all tiles, together."""
        return np.concatenate(self.areas)


def describe(tiles: NDArray[np.uint8], detector: NucleiDetector) -> Described:
    """Describe tiles (N, H, W, 3)."""
    return Described(
        tile_features(tiles),
        colour_histograms(tiles),
        radial_spectra(tiles),
        tuple(detector.areas(tile) for tile in tiles),
    )


class Comparison:
    """Real and synthetic tiles of the same places."""

    def __init__(self, real: Described, made: Described) -> None:
        self._real, self._made = real, made
        self._perceptual = perceptual_distances(real.features, made.features)

    def scores(self) -> Scores:
        """Every metric over all tiles."""
        real, made = self._real, self._made
        pooled = (real.features.pooled, made.features.pooled)
        return {
            "fid": frechet_distance(*pooled),
            "kid": kernel_distance(*pooled),
            "perceptual": float(self._perceptual.mean()),
            "colour": histogram_distance(real.histograms, made.histograms),
            "spectrum": spectrum_distance(real.spectra, made.spectra),
            "nuclei_count": count_distance(real.counts, made.counts),
            "nuclei_size": size_distance(real.sizes, made.sizes),
        }
