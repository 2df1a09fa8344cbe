"""The weights that ship: they score what was measured, and beat every classical filter."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from restoration.auto import choose
from restoration.degradations import Degradation, degrade
from restoration.engine import run
from restoration.estimation import Estimate, NoiseEstimate, PageKind
from restoration.fidelity import psnr
from restoration.models.catalogue import Availability, available, find, is_here, load
from restoration.samples import sample_by_id

CLASSICAL = ("median", "bilateral", "tv", "wavelet", "nlm")


def score(model, sample, sigma, dtype="auto"):
    with Image.open(sample_by_id(sample).clean_path) as image:
        clean = np.asarray(image.convert("RGB"), np.float32)[:320, :320] / 255
    noisy = degrade(clean, Degradation.parse(f"gaussian:{sigma}"))
    restored = run(load(model, "cpu", dtype).restorer, noisy, sigma).pixels
    return psnr(clean, np.round(np.clip(restored, 0, 1) * 255) / 255)


@pytest.mark.parametrize(
    ("sample", "sigma", "measured"),
    [("photograph", 25, 31.36), ("tissue", 25, 30.64), ("tissue", 50, 27.40)],
)
def test_the_denoiser_scores_what_was_measured(sample, sigma, measured):
    assert score("unet-denoise", sample, sigma, "fp32") == pytest.approx(measured, abs=0.02)


@pytest.mark.parametrize("sample", ["photograph", "tissue"])
def test_it_beats_every_classical_filter(sample):
    best = max(score(model, sample, 25) for model in CLASSICAL)
    assert score("unet-denoise", sample, 25) > best + 0.3


def test_it_is_what_auto_takes():
    assert available(find("unet-denoise")) is Availability.BUILT_IN
    noisy = Estimate(NoiseEstimate(25.0, blocks=100), None, None, PageKind.PHOTOGRAPH)
    for channels in (1, 3):
        assert choose(noisy, channels, is_here).model == "unet-denoise"
