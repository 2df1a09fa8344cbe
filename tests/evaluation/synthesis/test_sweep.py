"""A sweep and the segmentation experiment from the command line, small but whole."""

import csv
import json

import numpy as np
import pytest
import torch

from evaluation.commands import main
from evaluation.synthesis.plan import SweepPlan
from evaluation.synthesis.segmentation import judge_segmenter
from restoration.errors import ExitCode, UsageError
from restoration.synthesis.conditions import Cells, Noise, Polygons
from restoration.synthesis.fields import Field, write_field
from restoration.synthesis.preparation import from_classes
from restoration.synthesis.tissues import IHC

CONDITIONS = ("polygons", "noise:8", "cells")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three prepared fields of noise-like nuclei."""
    folder = tmp_path_factory.mktemp("prepared")
    for number in range(3):
        rng = np.random.default_rng(number)
        labels = np.kron(rng.choice(3, (32, 32), p=(0.7, 0.2, 0.1)), np.ones((4, 4))).astype(
            np.uint8
        )
        image = np.array([(220, 225, 240), (70, 90, 160), (120, 70, 40)], np.uint8)[labels]
        made = from_classes(labels, IHC)
        write_field(Field(f"field{number}", image, made.polygons, made.cells), IHC, folder)
    return folder


@pytest.mark.slow
def test_a_sweep_goes_on_where_it_stopped_and_gives_every_figure(folder, tmp_path, capsys):
    command = ["sweep", str(folder), "-o", str(tmp_path), "--train", "field0", "field1"]
    command += ["--test", "field2", "field2", "--conditions", *CONDITIONS, "--seeds", "0", "1"]
    command += ["--round-steps", "2", "--json", "--threads", "1"]
    assert main([*command, "--rounds", "2", "--minutes", "0"]) == ExitCode.USAGE
    assert "No round of this sweep is finished" in capsys.readouterr().err
    assert main([*command, "--rounds", "1"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main([*command, "--rounds", "2"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert (first["steps"], second["steps"]) == (2, 4)
    for metric in second["metrics"]:
        assert [row["condition"] for row in metric["conditions"]] == list(CONDITIONS)
        assert all(len(row["values"]) == 2 for row in metric["conditions"])
    with (tmp_path / "sweep.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 7 * len(CONDITIONS) * 2
    assert "At this small scale" in second["said"]

    command = ["segmentation", str(folder), "-o", str(tmp_path), "--train", "field0", "field1"]
    command += ["--test", "field2", "field2", "--sweep", str(tmp_path), "--round", "4"]
    command += [
        "--conditions",
        "polygons",
        "noise:8",
        "--seeds",
        "0",
        "1",
        "--steps",
        "3",
        "--threads",
        "1",
    ]
    assert main([*command, "--json"]) == 0
    arms = json.loads(capsys.readouterr().out)["arms"]
    assert list(arms) == ["real", "real + synthetic, polygons", "real + synthetic, noise:8"]
    assert "positive share error" in arms["real"]


def plan(**changes):
    given = {
        "train": ("a",), "test": ("b",), "conditions": (Polygons(), Noise(8.0), Cells()),
        "seeds": (0, 1), "round_steps": 10, "rounds": 2,
    }  # fmt: skip
    return SweepPlan(**given | changes)


def test_no_run_is_taken_further_before_all_have_come_as_far():
    stages = list(plan().stages())
    assert [steps for steps, _, _ in stages] == [10] * 6 + [20] * 6
    assert len({(seed, str(condition)) for _, seed, condition in stages}) == 6


def test_a_sweep_needs_both_ends_and_fields_kept_apart():
    with pytest.raises(UsageError, match="compares noise with regions alone and with cells"):
        plan(conditions=(Polygons(), Noise(8.0)))
    with pytest.raises(UsageError, match="both learned from and judged on"):
        plan(test=("a", "b"))


def test_a_segmenter_that_is_right_scores_one_and_a_wrong_one_by_hand():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, (16, 24)).astype(np.uint8)
    field = Field("field", np.repeat(truth[..., None], 3, axis=2), truth, truth)

    class Painted(torch.nn.Module):
        """Finds what is painted in the image, with one class taken for another."""

        def __init__(self, mistaken):
            super().__init__()
            self.mistaken = mistaken

        def forward(self, image):
            codes = (image[:, 0] * 255).round().long()
            codes[codes == 2] = self.mistaken
            return torch.nn.functional.one_hot(codes, 4).permute(0, 3, 1, 2).float()

    right = judge_segmenter(Painted(2), [field], IHC)
    assert right.dice == right.iou == (1, 1, 1, 1)
    assert right.positive_error == 0
    wrong = judge_segmenter(Painted(1), [field], IHC)
    ones, twos = (truth == 1).sum(), (truth == 2).sum()
    assert wrong.iou[1] == pytest.approx(ones / (ones + twos))
    assert wrong.dice[1] == pytest.approx(2 * ones / (2 * ones + twos))
    assert (wrong.dice[2], wrong.positive_error) == (0, pytest.approx(twos / (ones + twos)))
