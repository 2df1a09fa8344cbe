"""What must hold for any votes: labels, scales, duplicates, one rater more or less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluation.studies.analysing.agreement import krippendorff_alpha
from evaluation.studies.analysing.choice_scale import Model, fit_scale
from evaluation.studies.analysing.components import variance_components
from evaluation.studies.analysing.conditions import Method, condition_scores
from evaluation.studies.analysing.intervals import mean_interval, wilson
from evaluation.studies.analysing.intraclass import intraclass_correlation
from evaluation.studies.analysing.matrix import ScoreMatrix
from evaluation.studies.analysing.mos import mean_opinion_scores
from evaluation.studies.analysing.pairs import comparisons, judgements_of_scores
from evaluation.studies.analysing.preferences import preferences
from evaluation.studies.analysing.screening import bt500_screening
from evaluation.studies.analysing.simulation import Crossed, simulated_scores
from evaluation.studies.analysing.subject_bias import subject_model

seeds = st.integers(0, 10_000)


def matrix(seed: int, missing: float = 0.1) -> ScoreMatrix:
    generator = np.random.default_rng(seed)
    scores = np.clip(
        np.rint(generator.normal(3, 1, (12, 1)) + generator.normal(0, 0.8, (12, 8))), 1, 5
    )
    scores[generator.random(scores.shape) < missing] = np.nan
    scores[:, 0] = np.clip(np.rint(generator.normal(3, 1, 12)), 1, 5)
    return ScoreMatrix(scores, tuple("abcdefghijkl"), tuple("12345678"), 1.0, 5.0)


def changed(
    of: ScoreMatrix, scores: np.ndarray, low: float = 1.0, high: float = 5.0
) -> ScoreMatrix:
    return ScoreMatrix(scores, of.items, tuple(map(str, range(scores.shape[1]))), low, high)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_order_of_raters_changes_nothing(seed: int) -> None:
    one = matrix(seed)
    order = np.random.default_rng(seed).permutation(8)
    two = changed(one, one.scores[:, order])
    np.testing.assert_allclose(subject_model(one).quality, subject_model(two).quality, atol=1e-6)
    np.testing.assert_allclose(subject_model(one).bias[order], subject_model(two).bias, atol=1e-6)
    assert (bt500_screening(one).rejected[order] == bt500_screening(two).rejected).all()
    assert krippendorff_alpha(one) == pytest.approx(krippendorff_alpha(two))
    assert intraclass_correlation(one).agreement_single == pytest.approx(
        intraclass_correlation(two).agreement_single, abs=1e-4
    )


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(-50, 50), st.floats(0.1, 20))
@example(seed=1978, shift=0.0, factor=1.1)  # a vote exactly on a limit
def test_another_scale_changes_only_the_unit(seed: int, shift: float, factor: float) -> None:
    one = matrix(seed)
    two = changed(one, one.scores * factor + shift, factor + shift, 5 * factor + shift)
    np.testing.assert_allclose(
        mean_opinion_scores(one)[["mos", "low", "high"]] * factor + shift,
        mean_opinion_scores(two)[["mos", "low", "high"]],
        rtol=1e-6,
        atol=1e-6,
    )
    np.testing.assert_allclose(
        subject_model(one).quality * factor + shift,
        subject_model(two).quality,
        rtol=1e-4,
        atol=1e-4,
    )
    assert (bt500_screening(one).rejected == bt500_screening(two).rejected).all()
    assert krippendorff_alpha(one) == pytest.approx(krippendorff_alpha(two), abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_a_rater_counted_twice_weighs_more(seed: int) -> None:
    one = matrix(seed, missing=0.0)
    two = changed(one, np.column_stack([one.scores, one.scores[:, 0]]))
    plain, more = mean_opinion_scores(one)["mos"], mean_opinion_scores(two)["mos"]
    toward = (more - plain) * (one.scores[:, 0] - plain)
    assert (toward >= -1e-12).all()
    assert krippendorff_alpha(two) != krippendorff_alpha(one)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_a_rater_who_votes_one_point_higher_moves_no_ranking(seed: int) -> None:
    one = matrix(seed, missing=0.0)
    biased = one.scores.copy()
    biased[:, 3] += 1
    two = changed(one, biased, 1.0, 6.0)
    before, after = subject_model(one), subject_model(two)
    np.testing.assert_allclose(after.quality - before.quality, 1 / 8, atol=1e-6)
    assert after.bias[3] - before.bias[3] == pytest.approx(7 / 8, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_one_rater_removed_moves_a_mean_by_no_more_than_its_share(seed: int) -> None:
    one = matrix(seed, missing=0.0)
    moved = mean_opinion_scores(one.without({"2"}))["mos"] - mean_opinion_scores(one)["mos"]
    assert (np.abs(moved) <= 4 / 7 + 1e-9).all()
    assert len(one.without({"2"}).raters) == 7


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from(list(Model)))
def test_scales_of_pairs_follow_the_labels_and_change_sides_with_the_votes(
    seed: int, model: Model
) -> None:
    wins = np.random.default_rng(seed).integers(1, 20, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0)
    values = fit_scale(wins, model)
    order = np.random.default_rng(seed).permutation(5)
    np.testing.assert_allclose(
        fit_scale(wins[np.ix_(order, order)], model), values[order], atol=1e-8
    )
    np.testing.assert_allclose(fit_scale(wins.T, model), -values, atol=1e-8)
    np.testing.assert_allclose(fit_scale(3 * wins, model), values, atol=1e-8)


def test_preferences_do_not_depend_on_names_or_sides() -> None:
    votes = simulated_scores(Crossed((3.0, 3.4, 2.6)), np.random.default_rng(3))
    judged = judgements_of_scores(votes)
    turned = judged.rename(columns={"first": "second", "second": "first"})
    turned = turned.assign(win=1 - judged["win"])
    pd.testing.assert_frame_equal(preferences(judged), preferences(turned))
    assert comparisons(judged).total == pytest.approx(comparisons(turned).total)


@settings(max_examples=100, deadline=None)
@given(
    st.floats(1, 5),
    st.one_of(st.just(0.0), st.floats(1e-12, 50), st.just(float("nan"))),
    st.floats(0, 1000),
)
def test_intervals_stay_on_the_scale_and_hold_their_mean(
    mean: float, error: float, freedom: float
) -> None:
    low, high = mean_interval(mean, error, freedom, 1.0, 5.0)
    assert 1 <= low <= mean + 1e-9
    assert mean - 1e-9 <= high <= 5


def test_wilson_of_the_textbooks() -> None:
    low, high = wilson(0.5, 10)
    assert (float(low), float(high)) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_components_recover_what_was_simulated_with_votes_missing() -> None:
    generator = np.random.default_rng(5)
    scores = (
        generator.normal(0, 1.0, (300, 1))
        + generator.normal(0, 0.5, (1, 60))
        + generator.normal(0, 0.8, (300, 60))
    )
    scores[generator.random(scores.shape) < 0.6] = np.nan
    names = tuple(map(str, range(300)))
    parts = variance_components(ScoreMatrix(scores, names, names[:60], -9.0, 9.0))
    assert parts.item == pytest.approx(1.0, abs=0.2)
    assert parts.rater == pytest.approx(0.25, abs=0.12)
    assert parts.rest == pytest.approx(0.64, abs=0.03)


def test_each_condition_counts_its_items_alike() -> None:
    votes = simulated_scores(Crossed((3.0, 4.0), contents=4), np.random.default_rng(2))
    many = votes[votes["item"] == "c0/m0"]
    uneven = pd.concat([votes, many.assign(rater=many["rater"] + "again")])
    even = condition_scores(votes, Method.PLAIN)["value"]
    assert condition_scores(uneven, Method.PLAIN)["value"].tolist() == pytest.approx(even.tolist())
