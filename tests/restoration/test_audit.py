"""The audit marks what was lost, and keeps silent about noise of any kind."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from restoration.audit import amplified_residual, audit
from restoration.degradations import Degradation, DegradationKind, degrade, jpeg_round_trip
from restoration.errors import UsageError
from restoration.estimation import estimate_noise


@pytest.fixture(scope="module")
def text() -> np.ndarray:
    image = Image.new("L", (640, 480), 235)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(24)
    for y in range(64, 420, 40):
        draw.text((48, y), "The quick brown fox jumps over 13 lazy dogs", 30, font)
    return (np.asarray(image, np.float32) / 255)[..., None]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("sigma", [2, 10, 25, 75])
def test_white_noise_is_only_noise(channels, sigma):
    clean = np.full((700, 900, channels), 0.5, np.float32)
    found = audit(degrade(clean, Degradation(DegradationKind.GAUSSIAN, sigma)), clean, sigma)
    assert found.whiteness >= 0.95
    assert abs(found.edge_correlation) < 0.1
    assert found.sentence.startswith("Only noise was removed")
    assert found.spectrum.power[4:] == pytest.approx(1, abs=0.15)


def test_a_sigma_that_is_a_tenth_too_low_raises_no_alarm():
    clean = np.full((1500, 1500, 1), 0.5, np.float32)
    noisy = degrade(clean, Degradation(DegradationKind.GAUSSIAN, 25))
    assert audit(noisy, clean, 22.5).place_count == 0


def test_doing_nothing_removes_nothing(text):
    assert audit(text, text, 10).sentence == "Nothing was removed."


def test_a_single_small_mark_that_is_gone_is_not_nothing():
    clean = np.full((2400, 1700, 1), 0.9, np.float32)
    marked = clean.copy()
    marked[800:805, 600:605] -= 20 / 255
    found = audit(marked, clean, 0.5)
    assert found.removed < 0.05, "over the whole page it is next to nothing"
    assert found.place_count == 1
    assert found.sentence == "Structure was removed here: 1 place to check."


def test_a_lost_word_is_found_where_it_was(text):
    noisy = degrade(text, Degradation(DegradationKind.GAUSSIAN, 25))
    after = text.copy()
    after[224:256, 260:340] = 235 / 255
    found = audit(noisy, after, 25)
    assert 1 <= found.place_count <= 2
    place = found.places[0]
    assert place.x <= 260 and place.x + place.width >= 320
    assert 160 <= place.y <= 224 and place.y + place.height <= 288


@pytest.mark.parametrize("radius", [1, 2])
def test_blurred_text_is_not_only_noise(text, radius):
    noisy = degrade(text, Degradation(DegradationKind.GAUSSIAN, 15))
    found = audit(noisy, gaussian_filter(noisy, (radius, radius, 0)), 15)
    assert found.sentence.startswith("Structure was removed")
    assert found.whiteness < 0.6
    assert found.edge_correlation > 0.5
    assert len(found.places) == min(12, found.place_count)


def test_softening_without_a_single_strong_place_is_said(photographs):
    clean = photographs("test/cbsd68", 4)[1]
    noisy = degrade(clean, Degradation(DegradationKind.GAUSSIAN, 25))
    found = audit(noisy, gaussian_filter(noisy, (1, 1, 0)), 25)
    assert not found.sentence.startswith("Only noise")


@pytest.mark.parametrize("channels", [1, 3])
def test_grain_is_allowed_for_once_it_was_estimated(text, channels):
    clean = np.repeat(text, channels, axis=2)
    grainy = degrade(clean, Degradation(DegradationKind.GRAIN, 20))
    noise = estimate_noise(grainy)
    assert noise.correlated
    found = audit(grainy, clean, noise.sigma, noise.correlation)
    assert found.place_count == 0
    assert "page's own noise" in found.sentence
    assert audit(grainy, clean, noise.sigma).place_count > 0


def test_compression_is_allowed_for_once_its_quality_is_known(photographs):
    clean = photographs("test/set12_gray", 2)[0]
    compressed = jpeg_round_trip(clean, 30)
    assert audit(compressed, clean, 2, jpeg_quality=30).place_count == 0
    assert audit(compressed, clean, 2).place_count > 0
    blurred = gaussian_filter(compressed, (2, 2, 0))
    assert audit(compressed, blurred, 2, jpeg_quality=30).place_count > 0


def test_fine_compression_is_no_excuse_for_blur(text):
    noisy = degrade(text, Degradation(DegradationKind.GAUSSIAN, 25))
    blurred = gaussian_filter(noisy, (1, 1, 0))
    found = audit(noisy, blurred, 25, jpeg_quality=95)
    assert found.jpeg_quality is None
    assert not found.sentence.startswith("Only noise")


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 200, 3), (33, 5, 1), (481, 321, 3)])
def test_any_size_can_be_audited_and_places_lie_on_the_page(shape):
    before = np.zeros(shape, np.float32)
    found = audit(before, np.random.default_rng(0).random(shape).astype(np.float32), 5)
    for place in found.places:
        assert place.width > 0 and place.height > 0
        assert place.x + place.width <= shape[1] and place.y + place.height <= shape[0]


def test_a_page_of_another_size_is_refused(text):
    with pytest.raises(UsageError, match=r"\(480, 640, 1\)"):
        audit(text, text[1:], 10)


def test_the_amplified_residual_reports_its_gain():
    before = np.full((64, 64, 1), 0.5, np.float32)
    after = before + np.random.default_rng(0).normal(0, 0.01, before.shape).astype(np.float32)
    shown, gain = amplified_residual(before, after)
    assert gain == 10
    np.testing.assert_allclose(shown, 0.5 + gain * (before - after), atol=1e-6)
