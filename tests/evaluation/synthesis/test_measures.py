"""Each distance is 0 for equal sets, has its known value where there is one, and grows."""

import numpy as np
import pytest

from evaluation.synthesis.appearance import (
    colour_histograms,
    histogram_distance,
    radial_spectra,
    spectrum_distance,
)
from evaluation.synthesis.distances import frechet_distance, kernel_distance
from evaluation.synthesis.features import perceptual_distances, tile_features
from evaluation.synthesis.nuclei import count_distance, detector_for, size_distance
from evaluation.synthesis.recovery import mean_interval, recovery

RNG = np.random.default_rng(0)


def discs(count: int, radius: float, seed: int) -> np.ndarray:
    """A 64x64 tile with dark discs on a grid, so that none touch."""
    tile = np.full((64, 64, 3), 230, np.uint8)
    rows, columns = np.mgrid[:64, :64]
    places = np.random.default_rng(seed).permutation(16)[:count]
    for place in places:
        y, x = 8 + 16 * (place // 4), 8 + 16 * (place % 4)
        tile[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = (80, 60, 150)
    return tile


@pytest.fixture(scope="module")
def tiles() -> np.ndarray:
    return np.stack([discs(8, 4, seed) for seed in range(40)])


def test_frechet_distance_of_shifted_normals_is_the_squared_shift():
    first = RNG.normal(size=(20_000, 4))
    assert frechet_distance(first, first) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(first, first + 2) == pytest.approx(16, rel=1e-6)
    assert frechet_distance(first, 3 * first) == pytest.approx(4 * 4, rel=0.05)


def test_kernel_distance_is_unbiased_and_sees_a_shift():
    estimates = [
        kernel_distance(RNG.normal(size=(60, 8)), RNG.normal(size=(60, 8))) for _ in range(60)
    ]
    assert abs(np.mean(estimates)) < 3 * np.std(estimates) / np.sqrt(len(estimates))
    shifted = kernel_distance(RNG.normal(size=(60, 8)), RNG.normal(size=(60, 8)) + 1)
    assert shifted > 5 * np.std(estimates)


def test_appearance_is_measured(tiles):
    histograms, spectra = colour_histograms(tiles), radial_spectra(tiles)
    assert histograms.sum(axis=1) == pytest.approx(1)
    assert histogram_distance(histograms, histograms) == 0
    assert histogram_distance(histograms, colour_histograms(255 - tiles)) == pytest.approx(1)
    assert spectrum_distance(spectra, spectra) == 0
    half = (tiles // 2).astype(np.uint8)
    assert spectrum_distance(spectra, radial_spectra(half)) == pytest.approx(6.0, abs=0.6)


def test_nuclei_are_counted_and_measured(tiles):
    detector = detector_for(tiles)
    areas = [detector.areas(tile) for tile in tiles]
    assert {len(each) for each in areas} == {8}
    larger = np.concatenate([detector.areas(discs(8, 6, seed)) for seed in range(10)])
    assert size_distance(np.concatenate(areas), larger) == pytest.approx(4, abs=0.5)
    fewer = np.array([len(detector.areas(discs(5, 4, seed))) for seed in range(40)])
    assert count_distance(np.full(40, 8), fewer) == 3


def test_features_need_no_download_and_order_likeness(tiles):
    features = tile_features(tiles)
    assert features.pooled.shape == (40, 128)
    assert perceptual_distances(features, features) == pytest.approx(0, abs=1e-5)
    near = np.clip(tiles.astype(int) + 6, 0, 255).astype(np.uint8)
    far = np.full_like(tiles, 150)
    distances = [perceptual_distances(features, tile_features(each)).mean() for each in (near, far)]
    assert distances[0] < distances[1] / 3


def test_recovery_is_the_share_of_the_gain():
    polygons, noise, cells = [10.0, 10.2, 9.8], [6.0, 6.2, 5.8], [5.0, 5.2, 4.8]
    found = recovery(polygons, noise, cells)
    assert found is not None
    assert found.value == pytest.approx(0.8)
    assert found.low <= 0.8 <= found.high


def test_without_a_gain_there_is_nothing_to_recover():
    assert recovery([5.0, 5.1, 4.9], [4.0, 4.1, 3.9], [5.0, 4.9, 5.1]) is None
    # Seeds differ far more than conditions do, but each seed's gain is the same: pairs tell.
    paired = recovery([5.0, 9.0, 1.0], [4.75, 8.72, 0.78], [4.5, 8.45, 0.55])
    assert paired is not None
    assert paired.value == pytest.approx(0.5, abs=0.01)
    assert recovery([10.0], [6.0], [5.0]) is None


def test_an_interval_over_seeds_is_students():
    found = mean_interval([1.0, 2.0, 3.0])
    assert (found.value, found.high - found.value) == pytest.approx(
        (2, 4.303 / np.sqrt(3)), rel=1e-3
    )
