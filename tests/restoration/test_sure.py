"""SURE agrees with the true PSNR of plain denoisers on real photographs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle, denoise_wavelet

from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.errors import OutOfRange
from restoration.fidelity import psnr
from restoration.sure import sure_psnr

S = 25 / 255
RESTORERS = {
    "nlm": lambda p: denoise_nl_means(
        p, patch_size=5, patch_distance=5, h=0.6 * S, sigma=S, channel_axis=-1
    ).reshape(p.shape),
    "wavelet": lambda p: denoise_wavelet(p, sigma=S, channel_axis=-1).reshape(p.shape),
    "tv": lambda p: denoise_tv_chambolle(p, weight=0.12, channel_axis=-1).reshape(p.shape),
}


@pytest.mark.parametrize("name", RESTORERS)
@pytest.mark.parametrize("folder", ["test/set12_gray", "test/cbsd68"])
def test_estimate_is_within_a_third_of_a_decibel(name, folder, photographs):
    clean = photographs(folder, 4)[1][:256, :256]
    noisy = degrade(clean, Degradation(DegradationKind.GAUSSIAN, 25))
    restored = RESTORERS[name](noisy)
    estimate = sure_psnr(RESTORERS[name], noisy, restored, 25)
    assert estimate == pytest.approx(psnr(restored, clean), abs=0.3)


def test_doing_nothing_is_worth_the_noise_level():
    noisy = degrade(np.full((600, 700, 1), 0.5, np.float32), Degradation.parse("gaussian:25"))
    assert sure_psnr(lambda p: p, noisy, noisy, 25) == pytest.approx(20.17, abs=0.1)


@pytest.mark.parametrize("strength", [0.0, 0.1, 0.5])
def test_a_bound_is_below_the_truth_however_little_is_done(strength):
    clean = np.full((500, 500, 1), 0.5, np.float32)
    noisy = degrade(clean, Degradation.parse("gaussian:25"))

    def restore(page):
        return page + np.float32(strength) * (gaussian_filter(page, (1, 1, 0)) - page)

    reached = psnr(restore(noisy), clean)
    for sigma in (24, 26):
        bound = sure_psnr(restore, noisy, restore(noisy), sigma, sigma_error=0.05)
        assert reached - 2 < bound < reached


def test_a_page_without_noise_has_no_estimate():
    page = np.zeros((20, 20, 1), np.float32)
    with pytest.raises(OutOfRange, match="sigma 0"):
        sure_psnr(lambda p: p, page, page, 0)


def test_an_estimate_that_chance_makes_negative_is_none():
    """Clipped paper: all of what is left of the noise goes, and more is subtracted."""
    noisy = np.clip(
        degrade(np.ones((200, 200, 1), np.float32), Degradation.parse("gaussian:25")), 0, 1
    )
    assert sure_psnr(np.ones_like, noisy, np.ones_like(noisy), 25) is None
