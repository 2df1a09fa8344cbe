"""Everything measured on the tiles of one generator, kept by tile so that it can be resampled."""

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

    def sizes(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Areas of the nuclei of the chosen tiles, together."""
        return np.concatenate([self.areas[tile] for tile in chosen])


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
        self.tiles = len(self._perceptual)

    def scores(self, chosen: NDArray[np.int64] | None = None) -> Scores:
        """Every metric over all tiles, or over the chosen ones, repeats included."""
        if chosen is None:
            chosen = np.arange(self.tiles)
        real, made = self._real, self._made
        pooled = (real.features.pooled[chosen], made.features.pooled[chosen])
        return {
            "fid": frechet_distance(*pooled),
            "kid": kernel_distance(*pooled),
            "perceptual": float(self._perceptual[chosen].mean()),
            "colour": histogram_distance(real.histograms[chosen], made.histograms[chosen]),
            "spectrum": spectrum_distance(real.spectra[chosen], made.spectra[chosen]),
            "nuclei_count": count_distance(real.counts[chosen], made.counts[chosen]),
            "nuclei_size": size_distance(real.sizes(chosen), made.sizes(chosen)),
        }
