"""Equal, constant, small, broken and wrongly scaled images have the answers that are promised."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from evaluation.metrics import Better, Input, applicable, here, measure, metric, psnr
from evaluation.metrics.blocks import psnr_b
from restoration.errors import UsageError

AGAINST_CLEAN = [each.id for each in here() if Input.CLEAN in each.needs]
IMAGES_ONLY = applicable(clean=True, noisy=True)

EQUAL = {
    "psnr": math.inf,
    "psnr_y": math.inf,
    "gmsd": 0,
    **dict.fromkeys(("ssim", "ssim_y", "ssim_skimage", "ms_ssim", "vif", "edge_preservation"), 1),
    **dict.fromkeys(("detail_kept", "high_frequency_ratio"), 1),
}
CONSTANT_CLEAN = dict.fromkeys(
    ("vif", "edge_preservation", "detail_kept", "high_frequency_ratio"), math.nan
)


def _constant(value: float, channels: int = 1) -> np.ndarray:
    return np.full((192, 192, channels), value, np.float32)


@pytest.mark.parametrize("name", ["camera", "astronaut"])
def test_equal_images(photograph, name):
    clean = photograph(name)
    figures = measure(IMAGES_ONLY, clean, clean, clean)
    for id, expected in EQUAL.items():
        assert figures[id] == pytest.approx(expected, abs=1e-6), id
    assert math.isnan(figures["residual_whiteness"])
    assert figures["psnr_b"] > 30


def test_constant_images_equal_and_different():
    gray, lighter = _constant(0.5), _constant(0.6)
    equal = measure(IMAGES_ONLY, gray, gray, gray)
    other = measure(IMAGES_ONLY, gray, gray, lighter)
    for figures in (equal, other):
        for id in CONSTANT_CLEAN:
            assert math.isnan(figures[id]), id
        assert math.isnan(figures["residual_whiteness"])
        assert math.isnan(figures["sharpness"])
        assert figures["blocking"] == 0
        assert figures["noise_left"] == pytest.approx(0, abs=1e-3)
    assert equal["psnr"] == equal["psnr_b"] == math.inf
    assert equal["ssim"] == pytest.approx(1, abs=1e-6)
    assert equal["gmsd"] == pytest.approx(0, abs=1e-6)
    assert other["psnr"] == other["psnr_b"] == pytest.approx(20, abs=0.2)
    # 2 x 0.5 x 0.6 / (0.25 + 0.36), the luminance term alone.
    assert other["ssim"] == pytest.approx(0.9836, abs=1e-3)


def test_an_image_restored_to_nothing_keeps_nothing(photograph):
    clean = photograph("camera")
    figures = measure(AGAINST_CLEAN, clean, None, np.full_like(clean, 0.5))
    assert figures["edge_preservation"] == 0
    for id in ("detail_kept", "high_frequency_ratio", "vif"):
        assert figures[id] == pytest.approx(0, abs=1e-4), id


def test_multi_scale_ssim_of_a_negative_is_0_not_a_complex_number(photograph):
    clean = photograph("camera")
    assert measure(["ms_ssim"], clean, None, 1 - clean) == {"ms_ssim": 0}


@pytest.mark.parametrize("side", [1, 3, 10, 15, 40, 175, 176])
def test_smaller_than_a_window_is_nan_and_nothing_else(photograph, with_noise, side):
    clean = photograph("astronaut")[:side, 100:400]
    noisy = with_noise(clean, 25)
    figures = measure(IMAGES_ONLY, clean, noisy, noisy * 0.9 + clean * 0.1)
    too_small = {id for id in IMAGES_ONLY if metric(id).smallest_side > side}
    empty = {id for id, value in figures.items() if math.isnan(value)}
    # A strip this thin may hold too few flat blocks to measure noise by.
    assert empty - {"noise_left"} == too_small - {"noise_left"}
    assert not any(math.isinf(value) for value in figures.values())


def test_functions_refuse_what_measure_leaves_empty():
    small = np.zeros((9, 40, 1), np.float32)
    with pytest.raises(UsageError, match=r"too small for PSNR-B.*40 x 9.*16 x 16"):
        psnr_b(small, small)


@pytest.mark.parametrize("id", IMAGES_ONLY)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_broken_samples_are_refused(id, bad):
    clean = _constant(0.5, 3)
    broken = clean.copy()
    broken[7, 7, 1] = bad
    with pytest.raises(UsageError, match="not a number or is infinite"):
        measure([id], clean, clean, broken)
    with pytest.raises(UsageError, match="not a number or is infinite"):
        measure([id], broken, broken, clean)


def test_shapes_types_and_scales_that_cannot_be_compared_are_named():
    clean = _constant(0.5)
    with pytest.raises(UsageError, match=r"\(192, 192, 1\) and \(191, 192, 1\)"):
        measure(["psnr"], clean, None, clean[1:])
    with pytest.raises(UsageError, match=r"\(192, 192\)"):
        measure(["psnr"], clean[..., 0], None, clean[..., 0])
    with pytest.raises(UsageError, match=r"uint8.*Divide 8-bit samples by 255"):
        psnr((clean * 255).astype(np.uint8), (clean * 255).astype(np.uint8))
    with pytest.raises(UsageError, match=r"not on the scale of 0 to 1.*127"):
        measure(["psnr"], clean * 255, None, clean)


@pytest.mark.parametrize("id", AGAINST_CLEAN)
def test_more_noise_is_worse_by_every_metric_but_the_one_that_ignores_it(
    photograph, with_noise, id
):
    clean = photograph("astronaut")
    little, much = (measure([id], clean, None, with_noise(clean, s))[id] for s in (5, 25))
    if id == "detail_kept":
        assert little == pytest.approx(1, abs=0.02)
        assert much == pytest.approx(1, abs=0.03)
    elif metric(id).better is Better.NEARER_ONE:
        assert abs(little - 1) < abs(much - 1)
    elif metric(id).better is Better.LOWER:
        assert little < much
    else:
        assert little > much


@pytest.mark.parametrize("id", AGAINST_CLEAN)
def test_more_blur_is_worse_by_every_metric(photograph, id):
    clean = photograph("astronaut")
    little, much = (
        measure([id], clean, None, gaussian_filter(clean, (s, s, 0)))[id] for s in (0.6, 1.5)
    )
    assert (little < much) if metric(id).better is Better.LOWER else (little > much)
