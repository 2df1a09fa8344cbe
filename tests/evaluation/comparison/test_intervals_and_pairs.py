"""Intervals and tests: do they keep their promises on data whose truth is known?"""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, wilcoxon

from evaluation.comparison.groups import brackets
from evaluation.comparison.pairs import (
    compare_all,
    fewest_images_to_tell_apart,
    wilcoxon_p,
)
from evaluation.comparison.resampling import intervals, resampled_means, two_sided_p


@pytest.mark.parametrize("images", [6, 12, 68])
def test_an_interval_holds_the_truth_as_often_as_it_says(images):
    """400 columns of independent data at once; a binomial count of 400 at 0.95 is 380 +- 4.4."""
    values = np.random.default_rng(1).normal(30, 3, (images, 400))
    held = sum(each.low <= 30 <= each.high for each in intervals(values))
    assert 0.92 * 400 <= held <= 0.985 * 400


def test_few_equal_and_single_images_have_defined_answers():
    single = intervals(np.array([[3.0, 4.0]]))
    assert [each.mean for each in single] == [3, 4]
    assert not single[0].known
    assert math.isnan(intervals(np.empty((0, 1)))[0].mean)
    constant = intervals(np.full((5, 1), 2.0))[0]
    assert (constant.low, constant.mean, constant.high) == (2, 2, 2)


def test_columns_are_resampled_together():
    values = np.random.default_rng(0).normal(size=(20, 1))
    means = resampled_means(np.hstack([values, values + 1]))
    np.testing.assert_allclose(means[:, 1] - means[:, 0], 1)


def test_the_p_value_is_where_the_interval_touches_zero():
    chance = np.random.default_rng(3)
    for shift in (0.2, 0.4, 0.6):
        noise = chance.normal(0, 1, 15)
        differences = shift + (noise - noise.mean()) / noise.std()
        means = resampled_means(differences[:, None])[:, 0]
        p = two_sided_p(differences, means)
        (just_inside,) = intervals(differences[:, None], confidence=1 - 1.15 * p)
        (just_outside,) = intervals(differences[:, None], confidence=1 - 0.85 * p)
        assert not just_inside.low <= 0 <= just_inside.high
        assert just_outside.low <= 0 <= just_outside.high


def test_equal_models_are_never_told_apart_and_clear_differences_are():
    chance = np.random.default_rng(4)
    content = chance.normal(30, 4, 12)
    good = content + 2 + chance.normal(0, 0.3, 12)
    pairs = compare_all(np.column_stack([good, good, content]))
    assert [(each.first, each.second, each.told_apart) for each in pairs] == [
        (0, 1, False),
        (0, 2, True),
        (1, 2, True),
    ]
    assert (pairs[0].bootstrap_p, pairs[0].wilcoxon_p) == (1, 1)
    assert pairs[1].gain.mean == pytest.approx(2, abs=0.3)
    assert compare_all(np.array([[1.0], [2.0]])) == ()
    (lonely,) = compare_all(np.array([[1.0, 5.0]]))
    assert math.isnan(lonely.wilcoxon_p)
    assert not lonely.told_apart


def test_false_findings_stay_below_their_level():
    """Six equal models, 150 times: a family-wise error of 0.05 would be 7.5 findings."""
    chance = np.random.default_rng(5)
    found = sum(
        any(pair.told_apart for pair in compare_all(chance.normal(size=(12, 6))))
        for _ in range(150)
    )
    assert found <= 14


@pytest.mark.parametrize("images", [7, 30, 50])
def test_wilcoxon_is_scipys_exact_one(images):
    differences = np.random.default_rng(images).normal(0.3, 1, images)
    theirs = wilcoxon(differences, method="exact").pvalue
    assert wilcoxon_p(differences) == pytest.approx(theirs, rel=1e-12)


def test_wilcoxon_is_that_of_the_normal_approximation_with_many_images():
    differences = np.random.default_rng(0).normal(0.3, 1, 60)
    assert wilcoxon_p(differences) == wilcoxon(differences, method="asymptotic").pvalue


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=8))
def test_wilcoxon_is_exact_with_ties_and_zeros(sizes):
    """Against every sign that the differences could have had."""
    differences = np.array(sizes, float)
    ranks = rankdata(np.abs(differences))[differences != 0]
    signs = np.array(list(product((-1, 1), repeat=len(ranks))))
    sums = np.abs(signs @ ranks)
    found = abs(float(np.sign(differences[differences != 0]) @ ranks))
    assert wilcoxon_p(differences) == pytest.approx(np.mean(sums >= found - 1e-9))


def test_below_the_needed_images_nothing_can_be_told_apart():
    """The smallest exact p, 2 / 2^n, is what Holm's first step compares."""
    for models in range(2, 10):
        pairs = models * (models - 1) // 2
        needed = fewest_images_to_tell_apart(models)
        assert pairs * 2.0 ** (1 - needed) < 0.05 <= pairs * 2.0 ** (2 - needed)


def test_equal_differences_do_not_make_up_for_images():
    """Five images are too few for two models, also where one is always better by as much."""
    assert fewest_images_to_tell_apart(2) == 6
    for images in (5, 6):
        (pair,) = compare_all(np.tile([30.0, 31.0], (images, 1)))
        assert pair.told_apart == (images == 6)


@given(st.integers(1, 8), st.data())
def test_brackets_hold_every_pair_that_is_not_told_apart_between_neighbours(models, data):
    everyone = [(a, b) for a in range(models) for b in range(a + 1, models)]
    chosen = data.draw(st.sets(st.sampled_from(everyone))) if everyone else set()
    apart = {frozenset(pair) for pair in chosen}
    found = brackets(range(models), apart)
    for first, last in found:
        assert first < last
        assert not any({a, b} <= set(range(first, last + 1)) for a, b in map(tuple, apart))
    for neighbour in range(models - 1):
        alike = frozenset((neighbour, neighbour + 1)) not in apart
        assert alike == any(a <= neighbour and neighbour + 1 <= b for a, b in found)
    assert not any(a <= c and d <= b for a, b in found for c, d in found if (a, b) != (c, d))
