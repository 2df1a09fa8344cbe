"""Noise is measured right on photographs and text, clipped or not, and named by its kind."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.estimation import estimate_noise

SETS = ["cbsd68", "bsd68_gray", "set12_gray", "kodak24_500", "classic5_gray"]


def _gaussian(pixels: np.ndarray, sigma: float, clipped: bool) -> np.ndarray:
    noisy = degrade(pixels, Degradation(DegradationKind.GAUSSIAN, sigma))
    return (np.round(np.clip(noisy, 0, 1) * 255) / 255).astype(np.float32) if clipped else noisy


def _text(paper: int, ink: int = 25, channels: int = 1) -> np.ndarray:
    image = Image.new("L", (900, 700), paper)
    draw = ImageDraw.Draw(image)
    for y in range(50, 640, 36):
        draw.text(
            (60, y), "Sphinx of black quartz, judge my vow " * 2, ink, ImageFont.load_default(22)
        )
    return np.repeat((np.asarray(image, np.float32) / 255)[..., None], channels, axis=2)


def _median_error(images: list[np.ndarray], sigma: float, clipped: bool) -> float:
    found = [estimate_noise(_gaussian(image, sigma, clipped)) for image in images]
    assert not any(estimate.signal_dependent for estimate in found)
    return float(np.median([abs(estimate.sigma / sigma - 1) for estimate in found]))


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("sigma", [5, 25, 75])
@pytest.mark.parametrize("name", ["cbsd68", "set12_gray"])
def test_sigma_of_photographs_is_within_a_tenth(name, sigma, clipped, photographs):
    assert _median_error(photographs(f"test/{name}", 6), sigma, clipped) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("sigma", [5, 10, 15, 25, 50, 75])
@pytest.mark.parametrize("name", SETS)
def test_sigma_of_every_set_is_within_a_tenth(name, sigma, clipped, photographs):
    assert _median_error(photographs(f"test/{name}"), sigma, clipped) < 0.1


@pytest.mark.parametrize("paper", [255, 235, 190])
@pytest.mark.parametrize("sigma", [3, 15, 50])
def test_white_paper_that_clips_the_noise_does_not_hide_it(paper, sigma):
    found = estimate_noise(_gaussian(_text(paper), sigma, clipped=True))
    assert found.sigma == pytest.approx(sigma, rel=0.08)
    assert not found.correlated


@pytest.mark.parametrize("paper", [255, 235])
def test_clean_text_reads_below_one(paper):
    assert estimate_noise(_text(paper)).sigma < 1


def test_clean_bilevel_scans_read_below_one(photographs):
    for page in photographs("documents/text_pages"):
        assert estimate_noise(page).sigma < 1


def test_clean_photographs_read_below_two(photographs):
    readings = [estimate_noise(page).sigma for page in photographs("test/kodak24_500", 8)]
    assert np.median(readings) < 2


def test_grain_is_called_correlated_and_white_noise_is_not(photographs):
    images = photographs("test/kodak24_500", 6)
    for image in images:
        grain = estimate_noise(degrade(image, Degradation(DegradationKind.GRAIN, 20)))
        assert grain.correlated
        assert grain.sigma == pytest.approx(20, rel=0.15)
        white = estimate_noise(_gaussian(image, 20, clipped=False))
        assert not white.correlated
        assert abs(white.correlation) < 0.1


def test_photon_noise_is_called_signal_dependent(photographs):
    for image in photographs("test/kodak24_500", 6):
        noisy = degrade(image, Degradation(DegradationKind.POISSON, 30))
        found = estimate_noise(noisy)
        assert found.signal_dependent
        # Variance is 30^2 at white, and proportional to the level below.
        assert found.slope == pytest.approx(30**2 / 255, rel=0.35)


@pytest.mark.parametrize("shape", [(1, 500, 1), (7, 7, 3), (8, 8, 1), (20, 300, 3)])
def test_pages_too_small_to_tell_do_not_fail(shape):
    found = estimate_noise(np.full(shape, 0.5, np.float32))
    assert found.sigma == pytest.approx(0, abs=1e-6)
    assert (found.blocks == 0) == (min(shape[:2]) < 8)


def test_an_a4_page_takes_about_a_second():
    page = np.random.default_rng(0).normal(0.7, 0.1, (3508, 2480, 3)).astype(np.float32)
    start = time.process_time()
    estimate_noise(page)
    assert time.process_time() - start < 2
