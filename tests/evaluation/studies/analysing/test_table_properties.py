"""Names, order, scale, a rater more or less: what must hold for every method on a vote table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from bench.method_checks import two_arms, votes_by_kind, votes_by_stage
from bench.simulated_studies import EQUAL, assured_votes, guesses
from evaluation.studies.analysing.agreement import alpha_with_interval
from evaluation.studies.analysing.budget_differences import budget_differences
from evaluation.studies.analysing.choice_scale import Model, choice_scale
from evaluation.studies.analysing.conditions import Method, condition_scores
from evaluation.studies.analysing.detection import detection
from evaluation.studies.analysing.intraclass import intraclass_limits
from evaluation.studies.analysing.matrix import ScoreMatrix
from evaluation.studies.analysing.pairs import comparisons, judgements_of_scores
from evaluation.studies.analysing.preferences import preferences
from evaluation.studies.analysing.quality import with_quality
from evaluation.studies.analysing.quality_assurance import qa_by_characteristic
from evaluation.studies.analysing.simulation import (
    Annotations,
    simulated_annotations,
    simulated_scores,
)
from evaluation.studies.analysing.strategies import severe_differences, strategy_table
from evaluation.studies.analysing.two_part import two_part_model
from evaluation.studies.analysing.votes import vote_table

Estimates = Callable[[pd.DataFrame], dict[str, float]]


@dataclass(frozen=True)
class Case:
    """One method: votes for it, what it estimates by name, and how much one rater may move that."""

    votes: Callable[[np.random.Generator], pd.DataFrame]
    estimates: Estimates
    bound: float
    counts_raters: bool = True
    """Whether the same raters twice say the same as once; agreement then rises."""
    tolerance: float = 1e-6


def crossed_scores(generator: np.random.Generator) -> pd.DataFrame:
    return simulated_scores(EQUAL, generator)


def annotations(generator: np.random.Generator) -> pd.DataFrame:
    design = Annotations((-1.2, -0.8, 0.5), (0.9, 0.3, -0.3), raters=16, images=16, per_rater=16)
    return with_quality(vote_table(simulated_annotations(design, generator)).votes)


def means_by(method: Method) -> Estimates:
    def estimates(votes: pd.DataFrame) -> dict[str, float]:
        table = condition_scores(votes, method)
        return dict(zip(table["condition"], table["value"], strict=True))

    return estimates


def scale_by(model: Model) -> Estimates:
    def estimates(votes: pd.DataFrame) -> dict[str, float]:
        scale = choice_scale(comparisons(judgements_of_scores(votes)), model)
        return dict(zip(scale.conditions, map(float, scale.values), strict=True))

    return estimates


def agreement(votes: pd.DataFrame) -> dict[str, float]:
    table = votes.pivot_table(index="item", columns="rater", values="score")
    matrix = ScoreMatrix(table.to_numpy(), tuple(table.index), tuple(table.columns), -20.0, 26.0)
    alpha, limits = alpha_with_interval(matrix), intraclass_limits(matrix)
    assert limits is not None
    return {
        "alpha": alpha.value,
        "low": alpha.low,
        "high": alpha.high,
        "agreement": limits.agreement_single[0],
        "consistency": limits.consistency_single[1],
    }


def shares(votes: pd.DataFrame) -> dict[str, float]:
    rows = preferences(judgements_of_scores(votes)).to_dict("records")
    return {
        min(row["first"], row["second"]): row["share"]
        if row["first"] < row["second"]
        else 1 - row["share"]
        for row in rows
    }


def detected(votes: pd.DataFrame) -> dict[str, float]:
    found = detection(votes)
    return {"accuracy": found.accuracy, "criterion": found.criterion}


def severe(votes: pd.DataFrame) -> dict[str, float]:
    table = strategy_table(votes.assign(quality=0.7, seconds=np.nan, cost=np.nan), "stage")
    rates = dict(zip(table["stage"], map(float, table["severe"]), strict=True))
    row = severe_differences(votes, "stage").iloc[0]
    assert row["difference"] == pytest.approx(rates[row["first"]] - rates[row["second"]])
    return rates


def assurance(votes: pd.DataFrame) -> dict[str, float]:
    table = qa_by_characteristic(votes)
    return dict(zip(table["characteristic"], table["change"], strict=True))


def budgets(votes: pd.DataFrame) -> dict[str, float]:
    row = budget_differences(votes).iloc[0]
    sign = 1 if row["first"] < row["second"] else -1
    return {"log ratio": sign * float(np.log(row["ratio"]))}


def effects(votes: pd.DataFrame) -> dict[str, float]:
    table = two_part_model(votes, {"stage": "stage 1"}).coefficients
    names = table["part"] + " " + table["term"]
    return dict(zip(names, table["estimate"], strict=True))


CASES = {
    "plain mean": Case(crossed_scores, means_by(Method.PLAIN), 0.3),
    "corrected mean": Case(crossed_scores, means_by(Method.CORRECTED), 0.4),
    "screened mean": Case(crossed_scores, means_by(Method.SCREENED), 0.4),
    "agreement": Case(crossed_scores, agreement, 0.2, counts_raters=False),
    "preference": Case(crossed_scores, shares, 0.06),
    "Bradley-Terry": Case(crossed_scores, scale_by(Model.BRADLEY_TERRY), 0.2),
    "JOD": Case(crossed_scores, scale_by(Model.THURSTONE), 0.2),
    "detection": Case(lambda g: guesses(g, 0.1), detected, 0.1, tolerance=0.01),
    "severe errors": Case(lambda g: votes_by_stage(g, -1.0), severe, 0.08),
    "quality assurance": Case(lambda g: assured_votes(g, 0.05), assurance, 0.02),
    "assurance by kind": Case(lambda g: votes_by_kind(g, {}), assurance, 0.02),
    "equal budgets": Case(lambda g: two_arms(g, 0.78), budgets, 0.1),
    "two-part model": Case(annotations, effects, 1.0, counts_raters=False, tolerance=2e-3),
}
SCALED = ("plain mean", "corrected mean", "agreement", "preference", "JOD", "detection")
SCALED += ("equal budgets",)


def same(one: dict[str, float], two: dict[str, float], tolerance: float) -> bool:
    return one.keys() == two.keys() and all(abs(one[k] - two[k]) <= tolerance for k in one)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_names_order_and_numbers_of_raters(name: str, seed: int) -> None:
    case, generator = CASES[name], np.random.default_rng(seed)
    votes = case.votes(generator)
    before = case.estimates(votes)
    assert np.isfinite(list(before.values())).all()

    raters = sorted(set(votes["rater"]))
    renamed = dict(zip(raters, generator.permutation([f"other {r}" for r in raters]), strict=True))
    shuffled = votes.assign(rater=votes["rater"].map(renamed)).sample(frac=1, random_state=seed)
    assert same(before, case.estimates(shuffled), case.tolerance)

    if case.counts_raters:
        twice = pd.concat([votes, votes.assign(rater=votes["rater"] + " again")])
        assert same(before, case.estimates(twice), max(case.tolerance, 1e-6))

    fewer = case.estimates(votes[votes["rater"] != raters[0]])
    assert not same(before, fewer, 1e-9)
    assert same(before, fewer, case.bound)


@pytest.mark.parametrize("name", SCALED)
def test_another_scale_of_the_same_votes(name: str) -> None:
    case = CASES[name]
    votes = case.votes(np.random.default_rng(3))
    scaled = votes.assign(
        **{column: 10 * votes[column] + 7 for column in ("score", "scale_min", "scale_max")}
    )
    before, after = case.estimates(votes), case.estimates(scaled)
    if name.endswith("mean"):
        after = {condition: (value - 7) / 10 for condition, value in after.items()}
    assert same(before, after, 1e-4)


def test_quality_does_not_depend_on_the_scale() -> None:
    votes = vote_table(crossed_scores(np.random.default_rng(4))).votes
    columns = ("score", "scale_min", "scale_max")
    scaled = votes.assign(**{column: 10 * votes[column] + 7 for column in columns})
    np.testing.assert_allclose(with_quality(votes)["quality"], with_quality(scaled)["quality"])
    assert with_quality(votes)["severe"].tolist() == with_quality(scaled)["severe"].tolist()


def test_the_same_raters_twice_agree_more() -> None:
    votes = crossed_scores(np.random.default_rng(5))
    twice = pd.concat([votes, votes.assign(rater=votes["rater"] + " again")])
    assert agreement(twice)["alpha"] > agreement(votes)["alpha"]
