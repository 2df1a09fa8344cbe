"""Published results, to the digits that were printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.studies.matrix import ScoreMatrix
from evaluation.studies.mos import mean_opinion_scores
from evaluation.studies.screening import Sigma, bt500_screening
from evaluation.studies.subject_bias import subject_model


def matrix_of(path: Path) -> ScoreMatrix:
    scores = np.genfromtxt(path, delimiter=",")
    items, raters = scores.shape
    return ScoreMatrix(
        scores, tuple(map(str, range(items))), tuple(map(str, range(raters))), 1.0, 5.0
    )


@pytest.fixture(scope="module")
def expected(goldens: Path) -> dict[str, Any]:
    return json.loads((goldens / "expected.json").read_text())


def test_subject_model_reproduces_the_reference_implementation(goldens: Path) -> None:
    published = json.loads((goldens / "p910_expected.json").read_text())["expected"]
    model = subject_model(matrix_of(goldens / "p910_sample_votes.csv"))
    for ours, key in (
        (model.quality, "mos_j"),
        (model.bias, "bias_i"),
        (model.inconsistency, "inconsistency_i"),
        (model.error, "sos_j"),
    ):
        np.testing.assert_allclose(ours, published[key], rtol=0, atol=1e-9, err_msg=key)


def test_subject_model_and_plain_means_on_real_votes(
    goldens: Path, expected: dict[str, Any]
) -> None:
    wanted = expected["bt500_votes.csv"]
    matrix = matrix_of(goldens / "bt500_votes.csv")
    plain = mean_opinion_scores(matrix)["mos"]
    assert plain[0] == pytest.approx(wanted["mos_0"], abs=1e-12)
    assert plain[10] == pytest.approx(wanted["mos_10"], abs=1e-9)
    assert plain.mean() == pytest.approx(wanted["mos_mean"], abs=1e-12)
    model = subject_model(matrix)
    # The published solver fixes the constant that all qualities share in another way; its sum
    # is therefore not compared.
    assert model.quality.var() == pytest.approx(wanted["p910_variance"], abs=1e-6)
    assert model.inconsistency.sum() == pytest.approx(wanted["p910_inconsistency_sum"], abs=1e-6)


@pytest.mark.parametrize(
    ("file", "sigma", "rejected"),
    [
        ("bt500_votes.csv", Sigma.POPULATION, [2]),
        ("bt500_votes.csv", Sigma.SAMPLE, []),
        ("bt500_votes_with_outliers.csv", Sigma.POPULATION, [26, 28, 29]),
        ("bt500_votes_with_outliers.csv", Sigma.SAMPLE, [26, 29]),
    ],
)
def test_bt500_rejects_whom_it_should(
    goldens: Path, file: str, sigma: Sigma, rejected: list[int]
) -> None:
    screening = bt500_screening(matrix_of(goldens / file), sigma)
    assert np.flatnonzero(screening.rejected).tolist() == rejected


def test_means_after_screening(goldens: Path, expected: dict[str, Any]) -> None:
    matrix = matrix_of(goldens / "bt500_votes.csv")
    kept = mean_opinion_scores(matrix.without({"2"}))["mos"].mean()
    assert kept == pytest.approx(expected["bt500_votes.csv"]["bt500_mean_after"], abs=5e-6)
