"""The command line, from a raw folder to a drawn field."""

import json
import sys

import numpy as np
import pytest
from PIL import Image

from restoration.commands.running import run_command
from restoration.errors import ExitCode
from restoration.synthesis.commands import COMMANDS
from restoration.synthesis.fields import read_fields


def command(*arguments: object) -> int:
    return run_command("synthesis", "", COMMANDS, [str(each) for each in arguments])


def test_prepare_train_generate(raw_folder, tmp_path, capsys):
    prepared, run, drawn = tmp_path / "prepared", tmp_path / "run", tmp_path / "drawn"
    assert command("prepare", raw_folder, "--tissue", "ihc", "--scale", 0.5, "-o", prepared) == 0
    tissue, fields = read_fields(prepared)
    assert len(fields) == 3
    assert tissue.spacing == 13
    assert fields[0].image.shape == (64, 64, 3)
    options = ("--condition", "noise:4", "--crop", 32, "--batch", 2, "--steps", 2)
    assert command("train", prepared, *options, "--without", "field2", "-o", run) == 0
    capsys.readouterr()
    source = prepared / "polygons" / "field0.png"
    chosen = ("--generator", run / "generator.json", "--condition", "noise:4", "--json")
    assert command("generate", source, *chosen, "-o", drawn) == 0
    made = json.loads(capsys.readouterr().out)["fields"][0]
    assert made["noise"]["asked_frequency"] == 0.25
    with Image.open(drawn / "field0.png") as picture, Image.open(drawn / "field0.told.png") as told:
        assert picture.size == told.size == (64, 64)
        assert (np.asarray(told) == tissue.noise).any()
    first = (drawn / "field0.png").read_bytes()
    assert command("generate", source, *chosen, "-o", drawn) == 0
    assert (drawn / "field0.png").read_bytes() == first
    capsys.readouterr()


def test_a_noise_image_has_the_band_and_the_size_asked_for(tmp_path, capsys):
    path = tmp_path / "noise.png"
    asked = ("--band", 0.05, 0.1, "--size", 160, 96, "--seed", 3, "-o", path)
    assert command("noise", *asked, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["share"] > 0.98, "rounding to 8 bits spreads little"
    with Image.open(path) as image:
        assert image.size == (160, 96) and image.mode == "L"
    peak = said["frequency"][int(np.argmax(said["power"]))]
    assert 0.05 <= peak <= 0.1
    assert command("noise", "--band", 0.6, 0.5, "-o", path) == ExitCode.OUT_OF_RANGE
    assert "No frequency of the image lies in this band" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--tissue", "bone"), ExitCode.USAGE, "no tissue named bone"),
        (("--tissue", "ihc", "--scale", "3"), ExitCode.OUT_OF_RANGE, "only made smaller"),
    ],
)
def test_prepare_says_what_is_wrong(raw_folder, tmp_path, capsys, arguments, status, words):
    assert command("prepare", raw_folder, *arguments, "-o", tmp_path) == status
    assert words in capsys.readouterr().err


def test_a_map_of_another_size_than_its_image_stops_prepare(raw_folder, tmp_path, capsys):
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(tmp_path / "images" / "a.png")
    Image.fromarray(np.zeros((64, 48), np.uint8)).save(tmp_path / "labels" / "a.png")
    status = command("prepare", tmp_path, "--tissue", "ihc", "-o", tmp_path / "out")
    assert status == ExitCode.OUT_OF_RANGE
    assert "a.png has the wrong size. Found: 48x64 pixels" in capsys.readouterr().err


def test_the_package_runs_as_a_module():
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "restoration.synthesis", "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "prepare" in done.stdout
