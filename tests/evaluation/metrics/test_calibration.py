"""Metrics agree with published tables and with independent implementations."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2ycbcr
from skimage.metrics import structural_similarity

from evaluation.metrics import (
    gmsd,
    ms_ssim,
    psnr,
    psnr_b,
    ssim,
    ssim_skimage,
    stored,
    studio_luma,
    vif,
)
from restoration.degradations import jpeg_round_trip

# The row "JPEG" of the tables since AR-CNN (Dong et al., ICCV 2015): PSNR and PSNR-B in dB.
CLASSIC5_JPEG = ((10, 27.82, 25.21), (20, 30.12, 27.50), (30, 31.48, 28.94), (40, 32.43, 29.92))

# piq 0.8.0 on luma for MS-SSIM and GMSD, and for SSIM per channel (downsample=False);
# torchmetrics 1.9.0 for VIF, which is vifp_mscale. `python -m bench.metrics` compares anew.
REFERENCE = (
    ("camera", 5, ssim, 0.8317638),
    ("camera", 25, ssim, 0.2905059),
    ("astronaut", 5, ssim, 0.8402010),
    ("astronaut", 25, ssim, 0.3352716),
    ("camera", 5, ms_ssim, 0.9738605),
    ("camera", 25, ms_ssim, 0.7415447),
    ("astronaut", 5, ms_ssim, 0.9927092),
    ("astronaut", 25, ms_ssim, 0.9000558),
    ("camera", 5, gmsd, 0.0262022),
    ("camera", 25, gmsd, 0.2138592),
    ("astronaut", 5, gmsd, 0.0087169),
    ("astronaut", 25, gmsd, 0.1143326),
    ("camera", 5, vif, 0.5685151),
    ("camera", 25, vif, 0.2034819),
    ("astronaut", 5, vif, 0.7241241),
    ("astronaut", 25, vif, 0.3432964),
)
TOLERANCE = 3e-6


@pytest.mark.parametrize(("name", "sigma", "metric", "expected"), REFERENCE)
def test_values_of_independent_implementations(
    photograph, with_noise, name, sigma, metric, expected
):
    clean = photograph(name)
    assert metric(clean, with_noise(clean, sigma)) == pytest.approx(expected, abs=TOLERANCE)


@pytest.mark.parametrize(("quality", "expected_psnr", "expected_psnr_b"), CLASSIC5_JPEG)
def test_classic5_as_published(shared_data, quality, expected_psnr, expected_psnr_b):
    pairs = []
    for path in sorted((shared_data / "test" / "classic5_gray").iterdir()):
        clean = np.asarray(Image.open(path).convert("L"), np.float32)[..., None] / 255
        pairs.append((clean, jpeg_round_trip(clean, quality)))
    assert np.mean([psnr(*pair) for pair in pairs]) == pytest.approx(expected_psnr, abs=0.01)
    assert np.mean([psnr_b(*pair) for pair in pairs]) == pytest.approx(expected_psnr_b, abs=0.01)


def test_psnr_b_by_its_definition_where_sides_are_no_multiples_of_eight(photograph):
    clean = photograph("astronaut")[:61, :83, :1]
    blocky = jpeg_round_trip(clean, 10)
    image = blocky[..., 0].astype(np.float64)
    height, width = image.shape
    at_borders = others = 0.0
    for x in range(width - 1):
        step = np.sum((image[:, x] - image[:, x + 1]) ** 2)
        at_borders, others = (
            (at_borders + step, others) if x % 8 == 7 else (at_borders, others + step)
        )
    for y in range(height - 1):
        step = np.sum((image[y] - image[y + 1]) ** 2)
        at_borders, others = (
            (at_borders + step, others) if y % 8 == 7 else (at_borders, others + step)
        )
    borders = height * (width // 8 - 1) + width * (height // 8 - 1)
    pairs = height * (width - 1) + width * (height - 1)
    effect = (at_borders / borders - others / (pairs - borders)) * 3 / np.log2(height)
    error = np.mean((clean.astype(np.float64) - blocky) ** 2)
    assert effect > 0
    assert psnr_b(clean, blocky) == pytest.approx(-10 * np.log10(error + effect), abs=1e-6)


def test_y_is_that_of_bt601_in_studio_range(photograph):
    colour = photograph("astronaut")
    expected = rgb2ycbcr(colour.astype(np.float64))[..., 0] / 255
    np.testing.assert_allclose(studio_luma(colour), expected, atol=1e-6)
    white = np.ones((1, 1, 3), np.float32)
    assert studio_luma(white) * 255 == pytest.approx(235, abs=1e-3)


def test_skimage_ssim_is_what_a_user_of_skimage_gets_from_8_bit_images(photograph, with_noise):
    clean = photograph("astronaut")
    noisy = with_noise(clean, 25)
    eight = [np.round(image * 255).astype(np.uint8) for image in (clean, noisy)]
    expected = structural_similarity(*eight, channel_axis=2)
    assert ssim_skimage(clean, noisy) == pytest.approx(expected, abs=1e-5)
    assert abs(ssim_skimage(clean, noisy) - ssim(clean, noisy)) > 0.005


@pytest.mark.parametrize("error", [1e-1, 1e-3, 1e-5])
def test_psnr_is_decadic_and_small_errors_are_not_rounded_away(error):
    clean = np.zeros((8, 8, 1), np.float64)
    assert psnr(clean, clean + error) == pytest.approx(-20 * np.log10(error), abs=1e-6)


def test_stored_is_the_nearest_of_256_levels():
    image = np.array([[-0.2, 0.0, 0.4999 / 255, 0.5001 / 255, 1.0, 1.7]], np.float32)[..., None]
    np.testing.assert_array_equal(stored(image)[0, :, 0] * 255, [0, 0, 0, 1, 255, 255])
