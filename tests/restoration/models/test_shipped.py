"""The weights that ship do on a bundled picture what they did when their cards were written."""

import numpy as np
import pytest

from restoration.api import load_model
from restoration.batch import page_reader
from restoration.degradations import Degradation, DegradationKind, degrade
from restoration.fidelity import psnr
from restoration.models.catalogue import BUNDLED, cards, find, is_here
from restoration.models.classical_catalogue import CLASSICAL_CARDS
from restoration.samples import sample_by_id
from restoration.training.augmentation import LUMA

NOISE = Degradation(DegradationKind.GAUSSIAN, 25)
JPEG = Degradation(DegradationKind.JPEG, 20)
MEASURED = {
    ("unet-denoise", NOISE): 31.10,
    ("swinir-s-color-dn-25", NOISE): 31.46,
    ("unet-jpeg", JPEG): 29.36,
    ("swinir-s-color-car-20", JPEG): 29.76,
    ("swinir-s-gray-car-20", JPEG): 31.15,
}
"""PSNR in dB on the photograph among the samples; fp32, level told, rounded to 8 bits."""


@pytest.fixture(scope="module")
def photograph():
    return page_reader().read(sample_by_id("photograph").clean_path, 0).pixels


def score(model, clean, degradation):
    restorer = load_model(model, device="cpu", dtype="fp32")
    restored = restorer.restore(degrade(clean, degradation), degradation.level).pixels
    return psnr(np.rint(restored.clip(0, 1) * 255).astype(np.float32) / np.float32(255), clean)


@pytest.mark.parametrize(("model", "degradation"), MEASURED)
def test_a_shipped_network_scores_as_recorded_and_above_every_filter(
    photograph, model, degradation
):
    if find(model).channels == (1,):
        photograph = photograph @ LUMA[:, None]
    reached = score(model, photograph, degradation)
    assert reached == pytest.approx(MEASURED[model, degradation], abs=0.02)
    for card in CLASSICAL_CARDS:
        assert reached > score(card.id, photograph, degradation) + 0.5


def test_every_shipped_file_has_a_card_and_a_score_here():
    shipped = {path.stem for path in BUNDLED.glob("*.safetensors")}
    assert shipped == {card.id for card in cards() if card.weights and not card.weights.url}
    assert shipped == {model for model, _ in MEASURED}
    assert all(is_here(model) for model in shipped)
