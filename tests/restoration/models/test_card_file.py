"""Model cards as JSON."""

import json
from dataclasses import replace

import pytest

from restoration.errors import BadWeights
from restoration.models.card import ModelCard, Score, Task, TrainingRecord, WeightsFile
from restoration.models.card_file import read_card, write_card
from restoration.models.restorer import LevelKind

CARD = ModelCard(
    id="unet-denoise",
    title="U-Net",
    task=Task.DENOISE,
    architecture="U-Net",
    channels=(1, 3),
    level=LevelKind.SIGMA,
    level_range=(0.0, 75.0),
    limits="Smooths texture.",
    licence="Apache-2.0",
    source="own",
    parameters=5,
    weights=WeightsFile("unet-denoise.safetensors", "0" * 64, bytes=10),
    scores=(Score("CBSD68", "sigma 25", "PSNR", 31.2, "seed 0"),),
    training=TrainingRecord(("train",), 480, 0, 10, 80, 1.5, "cpu, 1 threads", "Charbonnier"),
)


@pytest.mark.parametrize("card", [CARD, replace(CARD, weights=None, training=None, scores=())])
def test_a_card_comes_back_as_it_was(tmp_path, card):
    path = tmp_path / "card.json"
    write_card(card, path)
    assert read_card(path) == card
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "whole text"),
        (json.dumps({"id": "x"}), "title"),
        ("\ufeff", "whole text"),
    ],
)
def test_a_damaged_card_names_what_is_wrong(tmp_path, content, named):
    path = tmp_path / "card.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadWeights) as caught:
        read_card(path)
    assert named in str(caught.value)
    assert "card.json" in str(caught.value)


def test_a_missing_card_is_named(tmp_path):
    with pytest.raises(BadWeights, match=r"none\.json"):
        read_card(tmp_path / "none.json")
