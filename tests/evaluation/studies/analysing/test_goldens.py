"""Published results, to the digits that were printed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import choix
import numpy as np
import pytest

from evaluation.studies.analysing.agreement import krippendorff_alpha
from evaluation.studies.analysing.choice_scale import Model, fit_scale
from evaluation.studies.analysing.components import variance_components
from evaluation.studies.analysing.intraclass import intraclass_correlation, intraclass_limits
from evaluation.studies.analysing.matrix import ScoreMatrix
from evaluation.studies.analysing.mos import mean_opinion_scores
from evaluation.studies.analysing.pair_outliers import SUSPECT, outlier_scores
from evaluation.studies.analysing.pairs import judgements_of_pairs
from evaluation.studies.analysing.planning import (
    Design,
    pairs_for_preference,
    raters_for_difference,
)
from evaluation.studies.analysing.screening import Sigma, bt500_screening
from evaluation.studies.analysing.subject_bias import subject_model
from evaluation.studies.analysing.votes_csv import read_votes


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


SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def scores_of(rows: list[list[int]]) -> ScoreMatrix:
    scores = np.array(rows, dtype=float)
    names = [tuple(map(str, range(size))) for size in scores.shape]
    return ScoreMatrix(scores, names[0], names[1], 1.0, 10.0)


def test_intraclass_correlations_of_shrout_and_fleiss() -> None:
    icc = intraclass_correlation(scores_of(SHROUT_FLEISS))
    assert [round(float(value or 0), 4) for value in asdict(icc).values()] == [
        0.1657,
        0.2898,
        0.7148,
        0.4428,
        0.6201,
        0.9093,
    ]


def test_limits_of_the_intraclass_correlations() -> None:
    """As R's psych and Python's pingouin print them for these data."""
    limits = intraclass_limits(scores_of(SHROUT_FLEISS))
    assert limits is not None
    assert [round(end, 2) for end in limits.agreement_single] == [0.02, 0.76]
    assert [round(end, 2) for end in limits.consistency_single] == [0.34, 0.95]
    assert [round(end, 2) for end in limits.agreement_mean] == [0.07, 0.93]


def test_components_equal_the_balanced_analysis_of_variance() -> None:
    parts = variance_components(scores_of(SHROUT_FLEISS))
    icc = intraclass_correlation(scores_of(SHROUT_FLEISS))
    assert parts.item / (parts.item + parts.rater + parts.rest) == pytest.approx(
        icc.agreement_single, abs=1e-4
    )
    assert parts.item / (parts.item + parts.rest) == pytest.approx(icc.consistency_single, abs=1e-4)


@pytest.mark.parametrize("distance", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorff(goldens: Path, expected: dict[str, Any], distance: Any) -> None:
    codings = np.genfromtxt(goldens / "evalica_codings.csv", delimiter=",")
    matrix = ScoreMatrix(codings.T, tuple("abcdefghijkl"), tuple("1234"), 1.0, 5.0)
    wanted = expected["krippendorff_4x12 (evalica_codings.csv)"][distance]
    assert krippendorff_alpha(matrix, distance) == pytest.approx(wanted, abs=5e-7)


def test_bradley_terry_of_the_textbook(expected: dict[str, Any]) -> None:
    wanted = expected["bradley_terry_wikipedia"]
    wins = np.zeros((4, 4))
    for pair, count in wanted["wins"].items():
        wins["ABCD".index(pair[0]), "ABCD".index(pair[2])] = count
    strengths = np.exp(fit_scale(wins, Model.BRADLEY_TERRY))
    assert np.round(strengths, 3).tolist() == list(wanted["strengths_geometric_mean_1"].values())


def test_bradley_terry_of_choix(goldens: Path) -> None:
    for number in (1, 2):
        case = json.loads((goldens / f"choix_testcase-pairwise-{number}.json").read_text())
        wins = np.zeros((3, 3))
        np.add.at(wins, tuple(np.array(case["data"]).T), 1)
        values = fit_scale(wins, Model.BRADLEY_TERRY)
        np.testing.assert_allclose(values, case["ml_est"], atol=5e-10)
        np.testing.assert_allclose(values, choix.opt_pairwise(3, case["data"]), atol=1e-5)


def test_jod_of_the_practical_guide(expected: dict[str, Any]) -> None:
    wins = np.array(expected["jod_3x3"]["counts"], dtype=float)
    np.testing.assert_allclose(fit_scale(wins, Model.THURSTONE), [-1, 0, 1], atol=1e-6)


def test_the_stronger_item_of_every_pair_stays_ahead() -> None:
    wins = np.tril(np.full((6, 6), 2.0), -1)
    values = fit_scale(wins, Model.BRADLEY_TERRY, prior=3.0)
    assert np.argsort(values).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.isfinite(values).all()


def test_two_observers_of_the_tone_mapping_study_are_outliers(goldens: Path) -> None:
    votes = read_votes(goldens / "pairwise_tonemapping_trials.csv").votes
    scores = outlier_scores(judgements_of_pairs(votes))
    assert (scores["score"] > SUSPECT).sum() == 2


RATERS = {
    1: [23, 42, 8, 12],
    10: [39, 71, 13, 20],
    100: [54, 99, 18, 27],
    500: [65, 119, 22, 33],
    1000: [70, 127, 24, 35],
    5000: [81, 147, 27, 41],
}


@pytest.mark.parametrize("comparisons", RATERS)
def test_sample_sizes_of_ratings(comparisons: int) -> None:
    sizes = [
        raters_for_difference(difference, 0.8, design, comparisons)
        for difference in (0.5, 1.0)
        for design in (Design.PAIRED, Design.INDEPENDENT)
    ]
    assert sizes == RATERS[comparisons]


def test_sample_sizes_of_pairs() -> None:
    sizes = [pairs_for_preference(share) for share in (0.55, 0.6, 0.65, 0.75)]
    assert sizes == [783, 194, 85, 29]
