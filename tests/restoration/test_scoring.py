import numpy as np
import pytest
from PIL import Image

from restoration.degradations import Degradation, degrade
from restoration.engine import run
from restoration.estimation import Estimate, PageKind, estimate_noise
from restoration.models.catalogue import load
from restoration.samples import sample_by_id
from restoration.scoring import score


def scored(clean, clipped, reference=None, model="wavelet"):
    noisy = degrade(clean, Degradation.parse("gaussian:25"))
    noisy = np.clip(noisy, 0, 1) if clipped else noisy
    found = Estimate(estimate_noise(noisy), None, None, PageKind.TEXT)
    restorer = load(model).restorer

    def restore(pixels):
        return run(restorer, pixels, 25).pixels

    return score(noisy, restore(noisy), restore, found, reference)


@pytest.fixture
def white_page():
    page = np.ones((256, 256, 1), np.float32)
    page[60:200:12, 40:220] = 0
    return page


def test_with_a_reference_the_truth_is_told(white_page):
    scores = scored(white_page, clipped=True, reference=white_page)
    assert scores.psnr > scores.psnr_of_input + 3
    assert scores.ssim > scores.ssim_of_input
    assert scores.psnr_at_least is None


def test_clipped_noise_has_no_estimated_psnr(white_page):
    """SURE counts what clipping took as removed; on white paper it would promise 30 dB too much."""
    assert scored(white_page, clipped=True).psnr_at_least is None


def test_gaussian_noise_has_a_bound_below_the_truth():
    with Image.open(sample_by_id("tissue").clean_path) as image:
        clean = 0.1 + 0.8 * np.asarray(image.convert("RGB"), np.float32)[:256, :256] / 255
    bound, truth = scored(clean, clipped=False), scored(clean, clipped=False, reference=clean)
    assert truth.psnr - 2.5 < bound.psnr_at_least < truth.psnr
    assert bound.estimated_psnr_of_input == pytest.approx(truth.psnr_of_input, abs=0.5)


def test_where_nothing_was_done_there_is_no_gain_to_bound():
    clean = np.full((256, 256, 1), 0.5, np.float32)
    assert scored(clean, clipped=False, model="identity").psnr_at_least is None
