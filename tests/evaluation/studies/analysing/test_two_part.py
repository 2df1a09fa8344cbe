"""The two-part mixed model against an independent fit, and against its own promises."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from evaluation.studies.analysing.quality import with_quality
from evaluation.studies.analysing.simulation import Annotations, simulated_annotations
from evaluation.studies.analysing.two_part import model_data, two_part_model
from evaluation.studies.analysing.two_part_density import Parameters, laplace
from evaluation.studies.analysing.votes import vote_table
from evaluation.studies.analysing.votes_csv import read_votes
from restoration.errors import OutOfRange

GOLDEN = Path(__file__).parent / "golden"
SMALL = Annotations((-1.5, -0.8, 0.5), (1.0, 0.3, -0.4), raters=12, images=15, per_rater=12)


def small_study(design: Annotations = SMALL, seed: int = 1):
    return with_quality(
        vote_table(simulated_annotations(design, np.random.default_rng(seed))).votes
    )


@pytest.mark.slow
def test_agrees_with_an_independent_fit() -> None:
    """NumPyro's NUTS, run once by bench/two_part_numpyro.py in an environment of its own."""
    theirs = json.loads((GOLDEN / "two_part_numpyro.json").read_text())
    model = two_part_model(with_quality(read_votes(GOLDEN / "two_part_votes.csv.gz").votes))
    assert theirs["worst_r_hat"] < 1.02
    for row in model.coefficients.to_dict("records"):
        wanted = theirs["coefficients"][row["part"]][row["term"]]
        assert row["estimate"] == pytest.approx(wanted["median"], abs=0.05), row
        assert row["error"] == pytest.approx(wanted["sd"], rel=0.15), row


def test_gradient_is_that_of_the_density() -> None:
    votes = small_study()
    data, _, _ = model_data(votes, {})
    at = Parameters.start(data).vector + 0.1
    point = at.clone().requires_grad_()
    value, _ = laplace(Parameters.of(point, data), data, None)
    (gradient,) = torch.autograd.grad(value, point)
    for k in range(len(at)):
        step = torch.zeros_like(at)
        step[k] = 1e-5
        above, below = (
            float(laplace(Parameters.of(at + sign * step, data), data, None)[0]) for sign in (1, -1)
        )
        assert float(gradient[k]) == pytest.approx((above - below) / 2e-5, abs=2e-4), k


@pytest.mark.parametrize("seed", [0, 1, 8, 11])
def test_fits_small_studies_where_the_density_is_not_concave_on_the_way(seed: int) -> None:
    design = Annotations((-1.2, -0.8, 0.5), (0.9, 0.3, -0.3), raters=12, images=12, per_rater=8)
    votes = with_quality(
        vote_table(simulated_annotations(design, np.random.default_rng([7, seed]))).votes
    )
    found = two_part_model(votes).coefficients
    assert np.isfinite(found[["estimate", "low", "high", "p"]]).all(axis=None)
    assert (found["low"] < found["high"]).all()


def test_separable_stage_and_perfect_votes_stay_finite() -> None:
    votes = small_study()
    never = votes["stage"] == "stage 2"
    votes.loc[never & (votes["severe"] == 1), "quality"] = 0.9
    votes.loc[never, "severe"] = 0.0
    votes.loc[votes["quality"] > 0.95, "quality"] = 1.0
    found = two_part_model(votes).coefficients.set_index(["part", "term"])
    assert np.isfinite(found[["estimate", "error"]]).all().all()
    effect = found.loc[("severe", "stage: stage 2")]
    assert effect["estimate"] < -2
    assert effect["error"] > 0.5


def test_reference_level_turns_the_sign() -> None:
    votes = small_study()
    ours = two_part_model(votes, {"stage": "stage 1"}).coefficients.set_index("term")
    turned = two_part_model(votes, {"stage": "stage 2"}).coefficients.set_index("term")
    np.testing.assert_allclose(
        ours.loc["stage: stage 2", "estimate"], -turned.loc["stage: stage 1", "estimate"], atol=0.01
    )


def test_refuses_what_it_cannot_fit() -> None:
    votes = small_study()
    with pytest.raises(OutOfRange, match="both parts"):
        two_part_model(votes[votes["severe"] == 0])
    with pytest.raises(OutOfRange, match="several raters"):
        two_part_model(votes.assign(rater="one"))


@pytest.mark.slow
def test_recovers_known_effects() -> None:
    design = replace(SMALL, raters=60, images=60, per_rater=30)
    found = two_part_model(small_study(design, seed=3)).coefficients
    truth = [*design.severe, *design.quality]
    off = (found["estimate"] - truth) / found["error"]
    assert (off.abs() < 3).all()
    assert (found["error"] < 0.4).all()


@pytest.mark.parametrize(
    ("given", "wanted", "reference", "term"),
    [
        (("True", "False"), {}, "no", "qa: yes"),
        (("Yes", "NO"), {}, "no", "qa: yes"),
        ((1, 0), {"qa": "yes"}, "yes", "qa: no"),
        (("adjudicated", "reviewed"), {}, "adjudicated", "qa: reviewed"),
        (("yes", "no"), {"qa": "never"}, "yes", "qa: no"),
    ],
)
def test_the_reference_is_a_level_that_occurs(given, wanted, reference, term) -> None:
    frame = simulated_annotations(SMALL, np.random.default_rng(1))
    frame["qa"] = [given[k % 2] for k in range(len(frame))]
    _, names, levels = model_data(with_quality(vote_table(frame).votes), wanted)
    assert levels["qa"] == reference
    assert [name for name in names if name.startswith("qa")] == [term]
