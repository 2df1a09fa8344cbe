"""Degradations are repeatable, have the level they claim, and refuse levels they cannot have."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.errors import OutOfRange, UsageError

GRAY = np.full((256, 256, 3), 0.5, np.float32)


def test_gaussian_noise_follows_the_published_protocol():
    np.random.seed(0)
    bgr = np.full((8, 9, 3), 0.25, np.float32) + np.random.normal(0, 25 / 255, (8, 9, 3))
    ours = degrade(np.full((8, 9, 3), 0.25, np.float32), Degradation.parse("gaussian:25"))
    np.testing.assert_array_equal(ours, bgr[..., ::-1].astype(np.float32))


@pytest.mark.parametrize("kind", [DegradationKind.GAUSSIAN, DegradationKind.GRAIN])
def test_sigma_is_that_of_the_level(kind):
    noise = degrade(GRAY, Degradation(kind, 20, seed=3)) - GRAY
    assert 255 * noise.std() == pytest.approx(20, rel=0.03)


def test_stripes_run_down_the_page():
    noise = degrade(GRAY, Degradation(DegradationKind.STRIPES, 20)) - GRAY
    assert np.ptp(noise, axis=0).max() == 0
    assert 255 * noise[0, :, 0].std() == pytest.approx(20, rel=0.2)


def test_photon_noise_grows_with_the_light():
    dark, light = np.full_like(GRAY, 0.25), np.full_like(GRAY, 1.0)
    level = Degradation(DegradationKind.POISSON, 20)
    assert 255 * (degrade(light, level) - light).std() == pytest.approx(20, rel=0.03)
    assert 255 * (degrade(dark, level) - dark).std() == pytest.approx(10, rel=0.03)


def test_dust_hits_the_share_of_pixels_that_was_asked_for():
    damaged = degrade(GRAY, Degradation(DegradationKind.SALT_AND_PEPPER, 10))
    hit = (damaged != GRAY).all(axis=2)
    assert hit.mean() == pytest.approx(0.1, abs=0.01)
    assert set(np.unique(damaged[hit])) == {0.0, 1.0}


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_is_that_of_libjpeg_at_this_quality(channels):
    random = np.random.default_rng(0)
    page = random.random((40, 48, channels)).astype(np.float32)
    eight = np.round(page * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(eight if channels == 3 else eight[..., 0]).save(
        file, "JPEG", quality=40, subsampling=2
    )
    stored = np.asarray(Image.open(file)).reshape(page.shape)
    damaged = degrade(page, Degradation(DegradationKind.JPEG, 40))
    np.testing.assert_array_equal(np.round(damaged * 255), stored)


@pytest.mark.parametrize("kind", DegradationKind)
def test_the_same_seed_gives_the_same_page_and_another_seed_another(kind):
    first, again, other = (degrade(GRAY, Degradation(kind, 30, seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert kind is DegradationKind.JPEG or (first != other).any()
    assert first.dtype == np.float32
    assert first.shape == GRAY.shape


@pytest.mark.parametrize(
    "text",
    ["gaussian:-1", "gaussian:201", "jpeg:0", "jpeg:40.5", "gaussian:nan", "salt-pepper:101"],
)
def test_levels_out_of_range_are_refused(text):
    with pytest.raises(OutOfRange):
        Degradation.parse(text)


@pytest.mark.parametrize("text", ["", "gaussian", "gaussian:", "blur:3", "25"])
def test_what_cannot_be_read_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="gaussian:25"):
        Degradation.parse(text)


def test_a_degradation_reads_back_what_it_writes():
    degradation = Degradation(DegradationKind.SALT_AND_PEPPER, 2.5)
    assert Degradation.parse(str(degradation)) == degradation
