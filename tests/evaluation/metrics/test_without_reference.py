"""Measures without a clean image say what they promise to say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from evaluation.metrics import (
    blocking,
    measure,
    noise_left,
    psnr,
    residual_whiteness,
    sharpness,
)
from restoration.degradations import jpeg_round_trip


def _unclipped(clean: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, sigma / 255, clean.shape)
    return (clean + noise).astype(np.float32)


def _blurred(image: np.ndarray) -> np.ndarray:
    return gaussian_filter(image, (1.2, 1.2, 0))


def test_removed_noise_is_white_and_removed_edges_are_not(photograph):
    clean = photograph("astronaut")
    noisy = _unclipped(clean, 10)
    assert residual_whiteness(noisy, clean) > 0.98
    assert residual_whiteness(noisy, _blurred(noisy)) < 0.9


def test_arithmetic_that_changes_nothing_visible_has_no_whiteness(photograph):
    clean = photograph("camera")
    assert np.isnan(residual_whiteness(clean, (clean * 3) / 3 + np.float32(1e-7)))


def test_sure_through_measure_is_close_to_the_true_psnr(photograph):
    clean = photograph("camera")
    noisy = _unclipped(clean, 25)
    restored = _blurred(noisy)
    figures = measure(["estimated_psnr"], None, noisy, restored, restore=_blurred, noise_sigma=25)
    assert figures["estimated_psnr"] == pytest.approx(psnr(clean, restored), abs=0.3)


def test_sure_has_no_figure_for_a_page_without_noise():
    page = np.full((64, 64, 1), 0.5, np.float32)
    figures = measure(["estimated_psnr"], None, page, page, restore=_blurred)
    assert np.isnan(figures["estimated_psnr"])


def test_noise_left_reads_the_sigma_that_was_added(photograph, with_noise):
    assert noise_left(with_noise(photograph("camera"), 15)) == pytest.approx(15, rel=0.1)


def test_sharpness_falls_with_blur(photograph):
    clean = photograph("camera")
    once = _blurred(clean)
    assert sharpness(clean) > sharpness(once) > sharpness(_blurred(once))


def test_blocking_sees_the_grid_of_a_jpeg_and_no_other(photograph):
    clean = photograph("camera")
    compressed = jpeg_round_trip(clean, 10)
    assert blocking(compressed) > 5 * blocking(clean)
    assert blocking(compressed[3:, 3:]) < 0.2 * blocking(compressed)
