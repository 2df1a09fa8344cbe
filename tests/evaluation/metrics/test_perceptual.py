"""LPIPS and DISTS agree with their authors' code, and are there once the user's files are.

The files are made from a seed here, and so were those that the authors' code ran on (in double
precision, with torchvision's layer lists): github.com/richzhang/PerceptualSimilarity at 082bb24
and github.com/dingkeyan93/DISTS at 1267d8c.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from evaluation.commands import main
from evaluation.metrics import applicable, here, measure, metric, perceptual, prepare
from evaluation.metrics.networks import ALEXNET, VGG16, Layout
from evaluation.metrics.perceptual_catalogue import PERCEPTUAL
from restoration.errors import BadWeights, UsageError

IDS = [each.id for each in PERCEPTUAL]
PUBLISHED = {
    ("lpips", "colour"): 0.16213039412787061,
    ("lpips", "odd"): 0.16965503717242728,
    ("lpips", "gray"): 0.22646820733074485,
    ("lpips", "small"): 0.0946231620183266,
    ("lpips_vgg", "colour"): 0.20678910800553274,
    ("lpips_vgg", "odd"): 0.20166530844734118,
    ("lpips_vgg", "gray"): 0.17732619865449317,
    ("lpips_vgg", "small"): 0.09871614463234385,
    ("dists", "colour"): 0.05394620441604214,
    ("dists", "odd"): 0.05147711835065971,
    ("dists", "gray"): 0.04981724757362982,
    ("dists", "small"): 0.04283933415663377,
}
SHAPES = {"colour": (64, 64, 3), "odd": (65, 83, 3), "gray": (70, 48, 1), "small": (32, 32, 3)}


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """All five files, of random numbers, whole networks and bare stacks as people have them."""
    folder = tmp_path_factory.mktemp("weights")
    place = folder / "metrics"
    place.mkdir()
    classifier = {"classifier.1.weight": torch.zeros(4, 4)}
    torch.save(_network(ALEXNET, 1) | classifier, place / "alexnet-owt-7be5be79.pth")
    bare = {name.removeprefix("features."): it for name, it in _network(VGG16, 2).items()}
    torch.save(bare, place / "vgg16-397923af.pth", _use_new_zipfile_serialization=False)
    torch.save(_heads(ALEXNET), place / "alex.pth")
    torch.save(_heads(VGG16), place / "vgg.pth")
    chance = np.random.default_rng(4)
    torch.save({name: _random(chance, 1475) for name in ("alpha", "beta")}, place / "weights.pt")
    return folder


@pytest.fixture
def supplied(made, monkeypatch) -> Path:
    _look_in(made, monkeypatch)
    return made / "metrics"


@pytest.fixture
def nothing(tmp_path, monkeypatch) -> Path:
    _look_in(tmp_path, monkeypatch)
    place = tmp_path / "metrics"
    place.mkdir()
    return place


@pytest.mark.parametrize(("id", "case"), PUBLISHED)
def test_figures_are_those_of_the_authors_code(supplied, id, case):
    clean, noisy = _pictures(*SHAPES[case])
    found = measure([id], clean, None, noisy)[id]
    assert found == pytest.approx(PUBLISHED[id, case], abs=2e-6)


def test_equal_and_constant_images(supplied):
    clean, _ = _pictures(*SHAPES["odd"])
    gray, lighter = (np.full((64, 64, 1), value, np.float32) for value in (0.5, 0.6))
    for image in (clean, gray):
        assert measure(IDS, image, None, image) == dict.fromkeys(IDS, 0.0)
    assert all(0 < value < 1 for value in measure(IDS, gray, None, lighter).values())


def test_gray_counts_as_three_equal_channels(supplied):
    pair = _pictures(*SHAPES["gray"])
    gray = measure(IDS, pair[0], None, pair[1])
    clean, noisy = (np.repeat(image, 3, axis=2) for image in pair)
    assert measure(IDS, clean, None, noisy) == gray


@pytest.mark.parametrize("side", [1, 15, 16, 30, 31])
def test_smaller_than_the_network_takes_is_nan(supplied, side):
    clean, noisy = (image[:side] for image in _pictures(64, 64, 3))
    figures = measure(IDS, clean, None, noisy)
    small = {id for id in IDS if metric(id).smallest_side > side}
    assert {id for id, value in figures.items() if np.isnan(value)} == small


def test_broken_samples_are_refused(supplied):
    clean, broken = _pictures(64, 64, 3)
    broken[3, 3, 0] = np.nan
    with pytest.raises(UsageError, match="not a number or is infinite"):
        measure(IDS, clean, None, broken)


def test_of_a_large_image_the_middle_is_seen_through_vgg(supplied, monkeypatch):
    monkeypatch.setattr(perceptual, "MIDDLE", 32)
    clean, noisy = _pictures(64, 80, 3)
    middle = measure(IDS, clean[16:48, 24:56], None, noisy[16:48, 24:56])
    whole = measure(IDS, clean, None, noisy)
    assert {id for id in IDS if whole[id] == middle[id]} == {"lpips_vgg", "dists"}


def test_listed_only_where_the_files_are(supplied, capsys):
    assert set(IDS) <= {each.id for each in here()}
    assert set(IDS) <= set(applicable(clean=True))
    (supplied / "alex.pth").rename(supplied / "away")
    try:
        assert "lpips" not in applicable(clean=True)
        assert main(["metrics"]) == 0
        listed = capsys.readouterr().out
        assert "not here: put alex.pth (https://github.com/richzhang" in listed
        assert "into " + str(supplied) in listed
    finally:
        (supplied / "away").rename(supplied / "alex.pth")


def test_asked_for_by_name_it_says_where_the_files_belong(nothing, capsys, tmp_path):
    image = np.zeros((64, 64, 1), np.float32)
    with pytest.raises(UsageError, match=r"no alex\S+7be5be79.pth and no alex.pth") as refused:
        measure(["lpips"], image, None, image)
    assert str(nothing) in str(refused.value)
    options = ["--images", str(tmp_path), "--models", "identity", "--degradations", "gaussian:25"]
    output = tmp_path / "run"
    assert main(["benchmark", *options, "--metrics", "lpips", "-o", str(output)]) == 2
    assert "alexnet-owt-7be5be79.pth from https://download.pytorch.org" in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize(
    ("name", "stored", "found"),
    [
        ("alexnet-owt-7be5be79.pth", lambda: _network(VGG16, 2), "0.weight 64 x 3 x 3 x 3"),
        ("vgg16-397923af.pth", lambda: _network(ALEXNET, 1), "0.weight 64 x 3 x 11 x 11"),
        ("alex.pth", lambda: _heads(VGG16), "lin1.model.1.weight 1 x 128 x 1 x 1"),
        ("vgg.pth", lambda: dict(list(_heads(VGG16).items())[:4]), "without lin4.model.1.weight"),
        ("weights.pt", lambda: {"alpha": torch.zeros(1, 1475, 1, 1)}, "1 tensors, without beta"),
    ],
)
def test_a_file_of_another_kind_is_refused(made, nothing, name, stored, found):
    for file in (made / "metrics").iterdir():
        (nothing / file.name).symlink_to(file)
    (nothing / name).unlink()
    torch.save(stored(), nothing / name)
    users = [each.id for each in PERCEPTUAL if name in {file.name for file in each.supplied}]
    with pytest.raises(BadWeights, match=name) as refused:
        prepare(users)
    assert refused.value.actual is not None
    assert found in refused.value.actual
    assert refused.value.expected is not None


def test_linear_layers_of_the_older_lpips_are_refused_by_their_digest(supplied, monkeypatch):
    digest = perceptual.sha256_of(supplied / "alex.pth")
    monkeypatch.setattr(perceptual, "_HEADS_OF_0_0", (digest,))
    with pytest.raises(BadWeights, match=r"version 0\.0"):
        prepare(["lpips"])


def _look_in(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("evaluation.metrics.supplied.weights_folder", lambda: folder)
    for held in (perceptual._stack, perceptual._heads, perceptual._dists_weights):
        held.cache_clear()


def _network(layout: Layout, seed: int) -> dict[str, torch.Tensor]:
    """Weights that keep the size of what goes through."""
    chance = np.random.default_rng(seed)
    state = {}
    for it in layout.layers:
        shape = (it.outputs, it.inputs, it.side, it.side)
        gain = np.float32(np.sqrt(2 / (it.inputs * it.side**2)))
        weight = chance.standard_normal(shape, dtype=np.float32) * gain
        bias = chance.standard_normal(it.outputs, dtype=np.float32) * np.float32(0.1)
        state[f"features.{it.index}.weight"] = torch.from_numpy(weight)
        state[f"features.{it.index}.bias"] = torch.from_numpy(bias)
    return state


def _heads(layout: Layout) -> dict[str, torch.Tensor]:
    chance = np.random.default_rng(3)
    return {
        f"lin{number}.model.1.weight": _random(chance, channels)
        for number, channels in enumerate(layout.channels)
    }


def _random(chance: np.random.Generator, channels: int) -> torch.Tensor:
    return torch.from_numpy(chance.random((1, channels, 1, 1), dtype=np.float32))


def _pictures(height: int, width: int, channels: int) -> list[np.ndarray]:
    """Waves, and the same with noise of sigma 25, 8 bits."""
    chance = np.random.default_rng(7)
    y, x = np.mgrid[:height, :width] / 32
    waves = np.stack(
        [0.5 + 0.3 * np.sin(x * (c + 1) + y) + 0.15 * np.cos(y * 3 - c) for c in range(channels)],
        axis=-1,
    )
    noisy = waves + chance.normal(0, 0.1, waves.shape)
    return [
        (np.round(np.clip(each, 0, 1) * 255) / 255).astype(np.float32) for each in (waves, noisy)
    ]
