"""Noise is where it was asked for, as often as asked, and its spectrum says so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from restoration.errors import OutOfRange
from restoration.synthesis.mask_noise import (
    JAMMING,
    NoiseKind,
    band_noise,
    mask_noise,
    radial_frequency,
)
from restoration.synthesis.spectrum import radial_spectrum

PLAIN = np.zeros((256, 256), np.uint8)


@settings(max_examples=15, deadline=None)
@given(st.floats(3, 30), st.sampled_from(NoiseKind), st.integers(0, 2**31 - 1))
def test_one_pixel_in_spacing_squared(spacing, kind, seed):
    mask = mask_noise(PLAIN, {0: spacing}, kind, seed)
    expected = PLAIN.size / spacing**2
    # Independent pixels scatter with the root of their number; points kept apart far less, but
    # fall short of jamming, as the docstring says.
    short = (0.25 if spacing < 6 else 0.2) * expected + 5
    allowed = 5 * np.sqrt(expected) if kind is NoiseKind.BERNOULLI else short
    assert abs(mask.sum() - expected) < allowed
    assert np.array_equal(mask, mask_noise(PLAIN, {0: spacing}, kind, seed))


def test_blue_noise_keeps_its_smallest_distance():
    mask = mask_noise(PLAIN, {0: 12.0}, NoiseKind.BLUE, 3)
    nearest = cKDTree(np.argwhere(mask)).query(np.argwhere(mask), k=2)[0][:, 1]
    assert nearest.min() > JAMMING * 12.0


def test_each_class_has_its_own_spacing_and_others_none():
    labels = PLAIN.copy()
    labels[:, 100:200], labels[:, 200:] = 1, 2
    mask = mask_noise(labels, {0: 4.0, 1: 16.0}, NoiseKind.BERNOULLI, 0)
    shares = [mask[labels == code].mean() for code in range(3)]
    assert shares == pytest.approx([1 / 16, 1 / 256, 0], abs=0.006)
    assert shares[2] == 0


def test_noise_that_would_touch_is_refused():
    with pytest.raises(OutOfRange, match=r"touch.*1\.5 px"):
        mask_noise(PLAIN, {0: 1.5}, NoiseKind.BLUE, 0)


@pytest.mark.parametrize("spacing", [6.0, 12.0, 24.0])
def test_blue_noise_peaks_at_its_frequency_and_chance_does_not(spacing):
    plain = np.zeros((512, 512), np.uint8)
    blue = radial_spectrum(mask_noise(plain, {0: spacing}, NoiseKind.BLUE, 1))
    # The peak of such patterns lies a little above one over the mean distance.
    assert blue.peak == pytest.approx(1.1 / spacing, rel=0.25)
    assert blue.power[blue.frequency < 0.4 / spacing].mean() < 0.35
    chance = radial_spectrum(mask_noise(plain, {0: spacing}, NoiseKind.BERNOULLI, 1))
    assert chance.peak is None
    assert chance.power.mean() == pytest.approx(1, abs=0.1)
    assert chance.mean_frequency == pytest.approx(1 / spacing, rel=0.1)


def test_an_empty_mask_has_no_spectrum():
    assert radial_spectrum(PLAIN.astype(bool)).peak is None


def test_band_noise_has_its_power_in_the_band():
    noise = band_noise((128, 160), 0.1, 0.15, 5)[..., 0]
    assert noise.std() == pytest.approx(0.15, rel=0.02)
    power = np.abs(np.fft.fft2(noise - noise.mean())) ** 2
    radius = radial_frequency(noise.shape)
    inside = (radius >= 0.1) & (radius <= 0.15)
    assert power[inside].sum() > 0.99 * power.sum()
    with pytest.raises(OutOfRange, match="band"):
        band_noise((32, 32), 0.0001, 0.0002, 0)
