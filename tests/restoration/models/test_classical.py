"""The classical filters keep what their descriptors promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from restoration.errors import UsageError
from restoration.models.catalogue import load
from restoration.models.restorer import Restorer, Tunable
from restoration.models.self_supervision import representative_crop

FILTERS = ("median", "bilateral", "tv", "wavelet", "nlm")
SEAM = {"tv": 0.01 / 255}
"""Largest difference between a tile and the whole; the others differ by rounding only."""


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    return data.astronaut()[40:200, 150:310].astype(np.float32) / 255


def noisy(clean: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(1).normal(0, sigma / 255, clean.shape)
    return (clean + noise).astype(np.float32)


def psnr(restored: np.ndarray, clean: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((restored.astype(np.float64) - clean) ** 2)))


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("sigma", [15, 50])
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_falls(name, sigma, channels, photograph):
    clean = photograph[..., :channels]
    page = noisy(clean, sigma)
    restored = load(name).restorer(page[None], sigma)[0]
    assert restored.dtype == np.float32
    assert psnr(restored, clean) > psnr(page, clean) + 2


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 40, 3), (40, 1, 1), (3, 2, 3)])
def test_thin_images_are_taken(name, shape):
    page = noisy(np.full(shape, 0.5, np.float32), 20)
    restored = load(name).restorer(page[None], 20.0)
    assert restored.shape == (1, *shape)
    assert np.isfinite(restored).all()


@pytest.mark.parametrize("name", FILTERS)
@settings(max_examples=6, deadline=None)
@given(top=st.integers(0, 90), left=st.integers(0, 90), sigma=st.sampled_from([5.0, 25.0, 75.0]))
def test_a_tile_with_its_halo_is_the_whole(name, photograph, top, left, sigma):
    restorer = load(name).restorer
    page = noisy(photograph, sigma)
    whole = restorer(page[None], sigma)[0]
    halo = restorer.descriptor.halo
    first_row, first_column = max(0, top - halo), max(0, left - halo)
    tile = page[first_row : top + 60 + halo, first_column : left + 60 + halo]
    restored = restorer(np.ascontiguousarray(tile)[None], sigma)[0]
    inner = restored[top - first_row :, left - first_column :][:60, :60]
    difference = np.abs(inner - whole[top : top + 60, left : left + 60]).max()
    assert difference <= SEAM.get(name, 2e-6)


@pytest.mark.parametrize("name", FILTERS)
def test_bands_in_parallel_change_nothing(name, photograph, monkeypatch):
    page = noisy(np.tile(photograph, (2, 1, 1)), 25)[None]
    restorer = load(name).restorer
    banded = restorer(page, 25.0)
    for cores in (1, 3):
        monkeypatch.setattr("restoration.models.classical.os.cpu_count", lambda n=cores: n)
        assert np.array_equal(restorer(page, 25.0), banded), "a recipe must repeat to the bit"
    monkeypatch.setattr("restoration.models.classical.BANDS", 1)
    assert np.abs(restorer(page, 25.0) - banded).max() <= SEAM.get(name, 2e-6)


def test_the_level_is_needed_and_zero_means_leave_it(photograph):
    restorer = load("nlm").restorer
    with pytest.raises(UsageError, match="how strong"):
        restorer(photograph[None], None)
    assert np.array_equal(restorer(photograph[None], 0.0)[0], photograph)


@pytest.mark.parametrize("name", ["wavelet", "nlm"])
def test_tuning_corrects_a_level_that_is_too_low(name, photograph):
    page = noisy(photograph, 50)
    restorer = load(name).restorer
    assert isinstance(restorer, Tunable)
    tuned, fit = restorer.tuned(page, 38.0)
    assert fit["strength"] > 1
    assert psnr(tuned(page[None], 38.0)[0], photograph) > psnr(
        restorer(page[None], 38.0)[0], photograph
    )
    assert restorer.tuned(page, 38.0)[1] == fit


def test_tuning_keeps_the_rule_where_detail_outweighs_noise():
    """Without that check the loss asks for 1.6 times the strength on this piece of grass."""
    grass = data.camera()[380:508, 60:188, None].astype(np.float32) / 255
    page = noisy(grass, 4)
    assert load("wavelet").restorer.tuned(page, 4.0)[1]["strength"] == 1.0


def test_the_crop_to_tune_on_is_no_blank_margin():
    page = np.ones((600, 600, 1), np.float32)
    page[:, 300:] = np.random.default_rng(0).random((600, 300, 1), np.float32)
    page[:256, :256] = 1.0
    assert representative_crop(page).std() > 0


def test_identity_returns_a_copy(photograph):
    restorer = load("identity").restorer
    assert isinstance(restorer, Restorer)
    restored = restorer(photograph[None], None)
    assert np.array_equal(restored[0], photograph)
    assert not np.shares_memory(restored, photograph)
