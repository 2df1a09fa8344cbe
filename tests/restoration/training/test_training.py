"""Runs of the trainer: they resume, survive a kill, and lower the error."""

import csv
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from restoration.errors import BadWeights, ExitCode, UsageError
from restoration.models.card_file import read_card
from restoration.models.catalogue import load
from restoration.models.unet import unet_from
from restoration.models.weights import sha256_of
from restoration.training.__main__ import main
from restoration.training.checkpoint import FILE_NAME, load_checkpoint
from restoration.training.images import load_photographs
from restoration.training.recipes import SWINIR_JPEG, UNET_DENOISE, Stage
from restoration.training.run import Run
from restoration.training.trainer import train


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Sums over several threads need not be equal to the bit."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def photographs(image_folder):
    return load_photographs([image_folder], smallest=64)


def states_equal(a: Path, b: Path) -> bool:
    one, other = load_checkpoint(a), load_checkpoint(b)
    return one.step == other.step and all(
        torch.equal(value, there[name])
        for here, there in ((one.network, other.network), (one.average, other.average))
        for name, value in here.items()
    )


def test_a_resumed_run_is_equal_to_the_bit(photographs, small_recipe, tmp_path):
    train(small_recipe, photographs, Run(tmp_path / "whole", last_step=7))
    train(small_recipe, photographs, Run(tmp_path / "parts", last_step=3))
    train(small_recipe, photographs, Run(tmp_path / "parts", last_step=7, resume=True, workers=1))
    assert states_equal(tmp_path / "whole", tmp_path / "parts")
    with (tmp_path / "parts" / "curve.csv").open() as stream:
        assert [row["step"] for row in csv.DictReader(stream)] == ["3", "7"]


def test_what_is_written_loads_and_says_what_it_is(photographs, small_recipe, tmp_path):
    point = train(small_recipe, photographs, Run(tmp_path, last_step=2, data="own photographs"))
    card = read_card(tmp_path / "unet-denoise.json")
    state = load_file(tmp_path / card.weights.file)
    assert unet_from(state).config.widths == (8, 16)
    assert card.parameters == sum(tensor.numel() for tensor in state.values())
    assert card.training_data == "own photographs"
    assert (card.training.steps, card.training.patches) == (2, point.patches) == (2, 4)
    assert card.scores[0].degradation == "sigma 15"
    assert "plotly" in (tmp_path / "curve.html").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.part"))


def test_a_cool_down_leaves_the_checkpoint_to_be_resumed(photographs, small_recipe, tmp_path):
    train(small_recipe, photographs, Run(tmp_path, last_step=4))
    before = (tmp_path / FILE_NAME).read_bytes()
    point = train(small_recipe, photographs, Run(tmp_path, cool_down=3))
    assert point.step == 7
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert (tmp_path / "cooled" / "unet-denoise.safetensors").exists()


def test_a_run_starts_from_given_weights(photographs, small_recipe, tmp_path):
    train(small_recipe, photographs, Run(tmp_path / "first", last_step=6))
    first = tmp_path / "first" / "unet-denoise.safetensors"
    train(small_recipe, photographs, Run(tmp_path / "tuned", last_step=0, start=first))
    tuned = load_file(tmp_path / "tuned" / "unet-denoise.safetensors")
    assert all(torch.equal(tuned[name], each) for name, each in load_file(first).items())
    train(small_recipe, photographs, Run(tmp_path / "tuned", last_step=1, resume=True))
    began_at = read_card(tmp_path / "tuned" / "unet-denoise.json").training.began_at
    assert began_at == f"unet-denoise.safetensors, sha256 {sha256_of(first)}"
    assert read_card(tmp_path / "first" / "unet-denoise.json").training.began_at is None
    with pytest.raises(BadWeights, match="another network"):
        train(SWINIR_JPEG, photographs, Run(tmp_path / "wrong", last_step=0, start=first))


def test_a_run_is_not_overwritten_nor_taken_for_another(photographs, small_recipe, tmp_path):
    train(small_recipe, photographs, Run(tmp_path, last_step=1))
    with pytest.raises(UsageError, match="--resume"):
        train(small_recipe, photographs, Run(tmp_path, last_step=2))
    with pytest.raises(BadWeights, match="seed 0"):
        train(small_recipe, photographs, Run(tmp_path, last_step=2, resume=True, seed=5))
    (tmp_path / FILE_NAME).write_bytes(b"half a check")
    with pytest.raises(BadWeights, match="not a checkpoint"):
        train(small_recipe, photographs, Run(tmp_path, last_step=2, resume=True))


def test_errors_reach_the_command_line_as_exit_codes(image_folder, tmp_path, capsys):
    images = ["--images", str(image_folder), "-o", str(tmp_path)]
    assert main(["no-such-model", *images]) == ExitCode.UNKNOWN_MODEL
    assert main(["unet-denoise", "--images", str(tmp_path / "x"), "-o", "y"]) == ExitCode.USAGE
    assert main(["unet-denoise", *images, "--resume"]) == ExitCode.BAD_WEIGHTS
    assert "unet-denoise" in capsys.readouterr().err


def command(image_folder: Path, output: Path, *more: str) -> list[str]:
    words = ["-m", "restoration.training", "unet-denoise", "--images", str(image_folder)]
    return [sys.executable, *words, "-o", str(output), "--threads", "1", *more]


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [UNET_DENOISE, SWINIR_JPEG], ids=["unet", "swinir"])
def test_every_recipe_makes_steps_and_weights_that_the_catalogue_loads(
    recipe, photographs, tmp_path
):
    small = replace(recipe, stages=(Stage(float("inf"), batch=1, size=32),))
    train(small, photographs, Run(tmp_path, last_step=2))
    model = load(str(tmp_path / f"{recipe.id}.safetensors"), device="cpu", dtype="fp32")
    card = read_card(tmp_path / f"{recipe.id}.json")
    assert model.card.architecture == card.architecture
    assert model.weights_sha256 == card.weights.sha256
    assert {score.degradation.rpartition(" ")[0] for score in card.scores} == {card.level.value}


@pytest.mark.slow
def test_a_kill_in_the_middle_leaves_a_checkpoint_that_resumes(image_folder, tmp_path):
    process = subprocess.Popen(command(image_folder, tmp_path, "--save-every", "0.01"))
    deadline = time.monotonic() + 120
    curve = tmp_path / "curve.csv"
    while time.monotonic() < deadline and not (
        curve.exists() and len(curve.read_text().splitlines()) > 3
    ):
        time.sleep(0.05)
    process.kill()
    process.wait()
    step = load_checkpoint(tmp_path).step
    assert step > 0
    subprocess.run(command(image_folder, tmp_path, "--resume", "--minutes", "0.01"), check=True)
    assert load_checkpoint(tmp_path).step > step


@pytest.mark.slow
def test_sigterm_saves_and_ends_well(image_folder, tmp_path):
    process = subprocess.Popen(command(image_folder, tmp_path, "--save-every", "0.02"))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (tmp_path / "unet-denoise.json").exists():
        time.sleep(0.05)
    process.terminate()
    assert process.wait(timeout=60) == ExitCode.OK
    assert (
        read_card(tmp_path / "unet-denoise.json").training.steps == load_checkpoint(tmp_path).step
    )


@pytest.mark.slow
def test_a_short_training_lowers_the_loss_and_beats_the_noisy_input(image_folder, tmp_path):
    assert main(command(image_folder, tmp_path, "--minutes", "2", "--save-every", "1")[3:]) == 0
    with (tmp_path / "curve.csv").open() as stream:
        rows = [
            {name: float(value) for name, value in row.items()} for row in csv.DictReader(stream)
        ]
    assert rows[-1]["loss"] < rows[0]["loss"]
    for sigma in (15, 25, 50):
        assert rows[-1][f"psnr_{sigma}"] > rows[-1][f"degraded_{sigma}"] + 1.5
