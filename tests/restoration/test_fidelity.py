"""PSNR and SSIM agree with their definitions, and refuse what cannot be compared."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from restoration.errors import UsageError
from restoration.fidelity import psnr, ssim


def _pair(shape: tuple[int, int, int], noise: float) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    smooth = np.cumsum(random.normal(0, 0.02, shape), axis=1)
    a = np.clip(0.5 + smooth, 0, 1).astype(np.float32)
    return a, np.clip(a + random.normal(0, noise, shape), 0, 1).astype(np.float32)


def test_psnr_is_over_all_channels_together():
    a = np.zeros((4, 4, 3), np.float32)
    b = a.copy()
    b[..., 0] = 0.1
    assert psnr(a, b) == pytest.approx(10 * np.log10(3 / 0.01), abs=1e-4)


def test_equal_images_are_infinitely_faithful():
    a, _ = _pair((20, 20, 1), 0.1)
    assert psnr(a, a) == float("inf")
    assert ssim(a, a) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("shape", [(11, 11, 1), (97, 131, 3), (300, 40, 3)])
@pytest.mark.parametrize("noise", [0.001, 0.1])
def test_ssim_is_that_of_skimage_in_the_valid_region(shape, noise):
    a, b = _pair(shape, noise)
    _, full = structural_similarity(
        a.astype(np.float64),
        b.astype(np.float64),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1,
        channel_axis=2,
        full=True,
    )
    assert ssim(a, b) == pytest.approx(full[5:-5, 5:-5].mean(), abs=5e-6)


def test_refusals_name_what_was_found():
    a, b = _pair((20, 20, 3), 0.1)
    with pytest.raises(UsageError, match=r"\(20, 20, 3\) and \(19, 20, 3\)"):
        psnr(a, b[1:])
    b[3, 3, 0] = np.nan
    with pytest.raises(UsageError, match="not a number"):
        psnr(a, b)
    with pytest.raises(UsageError, match="11 x 11"):
        ssim(a[:10], a[:10])
