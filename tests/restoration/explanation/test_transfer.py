"""Transfers: exact for doing nothing, one curve for a linear filter, the limit between 0 and 1."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from restoration.explanation.bands import CENTRES, power
from restoration.explanation.reach import border_ratio, step_energy
from restoration.explanation.similarity import rank_correlation
from restoration.explanation.subject import white_noise
from restoration.explanation.transfer import transfer, wiener


def _picture() -> np.ndarray:
    random = np.random.default_rng(0)
    return gaussian_filter(random.random((128, 128, 3)), (1.5, 1.5, 0)).astype(np.float32)


def test_doing_nothing_keeps_all_of_both():
    truth = _picture()
    measured = transfer(lambda pixels: pixels, truth, white_noise(truth, 25, 1))
    np.testing.assert_allclose(measured.signal, 1, atol=1e-4)  # float32 rounds faint bands
    np.testing.assert_allclose(measured.noise, 1, atol=1e-5)


def test_a_linear_filter_has_one_curve_and_it_is_its_response():
    truth = _picture()
    sigma = 0.7
    measured = transfer(
        lambda pixels: gaussian_filter(pixels, (sigma, sigma, 0), mode="wrap"),
        truth,
        white_noise(truth, 25, 1),
    )
    expected = np.exp(-2 * (np.pi * sigma * np.array(CENTRES)) ** 2)
    middle = slice(2, 14)
    np.testing.assert_allclose(measured.signal[middle], expected[middle], atol=0.05)
    np.testing.assert_allclose(measured.noise[middle], expected[middle], atol=0.05)


def test_the_limit_falls_with_the_noise():
    truth = _picture()
    weak, strong = (wiener(truth, white_noise(truth, sigma, 1)) for sigma in (5, 50))
    assert ((weak >= 0) & (weak <= 1)).all()
    assert (strong <= weak).all()


def test_white_noise_has_its_variance_at_every_frequency():
    noise = white_noise(np.zeros((256, 256, 3), np.float32), 25, 0)
    np.testing.assert_allclose(power(noise)[2:] * 255**2, 625, rtol=0.1)


def test_a_grid_shows_at_its_border():
    change = np.random.default_rng(0).normal(0, 1, (64, 64, 1)).astype(np.float32)
    assert abs(border_ratio(step_energy(change, 8)) - 1) < 0.1
    steps = np.add.outer(np.arange(64) // 8 % 2, np.arange(64) // 8 % 2)[..., None] * 5.0
    energy = step_energy(change + steps, 8)
    assert energy.index(max(energy)) == 0
    assert border_ratio(energy) > 3


def test_rank_correlation_is_spearmans():
    rows = np.random.default_rng(0).random((4, 30))
    assert rank_correlation(rows, rows**3) == 1
    assert rank_correlation(rows, -rows) == -1
