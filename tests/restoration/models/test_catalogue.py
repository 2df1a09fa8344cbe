"""The catalogue: names, cards, and loading by id, alias or path."""

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from restoration.errors import BadWeights, UnknownModel
from restoration.models import catalogue
from restoration.models.card import Task
from restoration.models.card_file import write_card
from restoration.models.catalogue import Availability, available, cards, find, is_here, load
from restoration.models.dncnn import DnCNN
from restoration.models.ffdnet import FFDNet
from restoration.models.kair_catalogue import KAIR_CARDS
from restoration.models.restorer import LevelKind
from restoration.models.swinir_config import SwinIRConfig
from restoration.models.swinir_network import SwinIR

DENOISERS = ("median", "bilateral", "tv", "wavelet", "nlm")


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RR_OFFLINE", "true")
    catalogue.settings.cache_clear()
    yield tmp_path
    catalogue.settings.cache_clear()


def test_names_are_unique_in_any_case():
    names = [name.casefold() for card in cards() for name in (card.id, *card.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.id)
def test_cards_are_complete(card):
    assert card.title
    assert card.source
    assert card.licence
    assert card.limits.endswith(".")
    assert set(card.channels) <= {1, 3}
    low, high = card.level_range
    assert low <= high
    assert (card.level is LevelKind.NONE) == (high == 0)
    learned = card.weights is not None or bool(card.members)
    assert learned == (card.parameters > 0)
    assert learned == (card.training_data != "none: not learned")
    for member in card.members:
        assert find(member).channels == card.channels
        assert find(member).level is card.level
    if card.weights is not None and card.weights.url is not None:
        assert card.weights.url.startswith("https://github.com/")
        assert card.weights.url.endswith("/" + card.weights.file)
    if card.weights is not None and card.weights.sha256 is not None:
        assert len(card.weights.sha256) == 64


@pytest.mark.parametrize("name", ["identity", *DENOISERS])
def test_descriptors_agree_with_cards(name):
    card, facts = find(name), load(name).restorer.descriptor
    assert (facts.channels, facts.level, facts.level_range) == (
        card.channels,
        card.level,
        card.level_range,
    )
    assert available(card) is Availability.BUILT_IN


@pytest.mark.parametrize(
    ("id", "network"),
    [
        ("dncnn-gray-dn-25", DnCNN(1, 64, 17)),
        ("dncnn-gray-dn-blind", DnCNN(1, 64, 20)),
        ("dncnn-color-dn-blind", DnCNN(3, 64, 20)),
        ("ffdnet-gray-dn", FFDNet(1, 64, 15)),
        ("ffdnet-color-dn", FFDNet(3, 96, 12)),
    ],
)
def test_peer_cards_say_what_their_networks_are(id, network, tmp_path):
    card = find(id)
    path = tmp_path / "w.safetensors"
    save_file(network.state_dict(), path)
    loaded = load(id, "cpu", "fp32", weights=path)
    facts = loaded.restorer.descriptor
    assert card.parameters == sum(p.numel() for p in network.parameters())
    assert (facts.channels, facts.level_range) == (card.channels, card.level_range)
    assert facts.level is LevelKind.SIGMA
    assert len(loaded.weights_sha256) == 64


def test_near_names_are_offered():
    assert find("NLM").id == "nlm"
    with pytest.raises(UnknownModel) as refusal:
        find("ffdnet-colour")
    assert "ffdnet-color-dn" in refusal.value.expected


def test_official_weights_put_there_by_hand_are_used(data_folder, shared_peers):
    card = find("dncnn-color-dn-blind")
    assert not is_here(card.id)
    with pytest.raises(UnknownModel, match="RR_OFFLINE"):
        load(card.id)
    (data_folder / "weights").mkdir()
    copy = shutil.copy(
        shared_peers / "dncnn_color_blind.pth", data_folder / "weights" / card.weights.file
    )
    assert available(card) is Availability.HERE
    assert load(card.id, "cpu").weights_sha256 == card.weights.sha256
    with open(copy, "ab") as file:
        file.write(b"x")
    with pytest.raises(BadWeights, match="not the file"):
        load(card.id, "cpu")


def test_weights_of_another_model_are_refused(tmp_path):
    path = tmp_path / "gray.safetensors"
    save_file(DnCNN(1, 8, 5).state_dict(), path)
    for id in ("dncnn-color-dn-blind", "ffdnet-gray-dn"):
        with pytest.raises(BadWeights, match="does not belong to"):
            load(id, weights=path)


def test_own_weights_get_a_card(tmp_path):
    path = tmp_path / "mine.pth"
    torch.save(FFDNet(1, 8, 4).state_dict(), path)
    loaded = load(str(path), "cpu")
    assert (loaded.card.id, loaded.card.architecture) == ("own:mine.pth", "FFDNet")
    assert loaded.card.task is Task.DENOISE
    assert loaded.restorer.descriptor.level_range == loaded.card.level_range == (0.0, 75.0)
    with pytest.raises(UnknownModel, match="no weights file"):
        load(str(tmp_path / "gone.pth"))


def test_bundled_weights_are_found_by_their_cards(tmp_path, monkeypatch):
    network = FFDNet(1, 8, 4)
    save_file(network.state_dict(), tmp_path / "tiny.safetensors")
    card = replace(
        KAIR_CARDS[-1],
        id="tiny",
        channels=(1,),
        weights=catalogue.WeightsFile(
            "tiny.safetensors", catalogue_hash(tmp_path / "tiny.safetensors")
        ),
    )
    write_card(card, tmp_path / "tiny.json")
    monkeypatch.setattr(catalogue, "BUNDLED", tmp_path)
    assert find("tiny") == card
    assert available(card) is Availability.BUILT_IN
    assert load("tiny", "cpu").card == card


def catalogue_hash(path):
    from restoration.models.weights import sha256_of

    return sha256_of(path)


def test_listing_models_imports_neither_torch_nor_scikit_image():
    program = (
        "import sys; from restoration.models.catalogue import cards; cards();"
        "print([name for name in ('torch', 'skimage', 'scipy', 'gradio') if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


def test_a_blend_runs_the_two_networks_around_the_level(data_folder):
    (data_folder / "weights").mkdir()
    noisy = np.random.default_rng(0).random((1, 16, 16, 1), np.float32)
    answers = {}
    for seed, level in enumerate((15, 25, 50)):
        torch.manual_seed(seed)
        tiny = SwinIR(SwinIRConfig(1, 12, (2,), (2,), 8, 24))
        card = find(f"swinir-m-gray-dn-{level}")
        assert not is_here("swinir-m-gray-dn")
        torch.save({"params": tiny.state_dict()}, data_folder / "weights" / card.weights.file)
        answers[level] = load(card.id, "cpu", "fp32").restorer(noisy, level)
    blend = load("swinir-m-gray-dn", "cpu", "fp32")
    assert is_here("swinir-m-gray-dn")
    assert len(blend.weights_sha256) == 64
    between = blend.restorer(noisy, 20)
    np.testing.assert_allclose(between, (answers[15] + answers[25]) / 2, atol=1e-6)
    np.testing.assert_allclose(blend.restorer(noisy, 50), answers[50], atol=1e-6)


def test_auto_takes_bf16_only_where_its_loss_is_known_and_small(data_folder, monkeypatch):
    monkeypatch.setattr("restoration.models.network._computes_bf16", lambda device: True)
    (data_folder / "weights").mkdir()
    for id, network, expected in (
        ("ffdnet-color-dn", FFDNet(3, 96, 12), "bf16"),
        ("dncnn-color-dn-blind", DnCNN(3, 64, 20), "fp32"),
        ("dncnn-gray-dn-25", DnCNN(1, 64, 17), "fp32"),
    ):
        path = data_folder / f"{id}.safetensors"
        save_file(network.state_dict(), path)
        assert load(id, "cpu", weights=path).dtype == expected
        assert load(id, "cpu", "bf16", weights=path).dtype == "bf16", "asked for by name"
