"""Do intervals cover, do tests err as often as they say, do they find what is there?

    python -m bench.study_statistics            # 500 runs for coverage, 1,000 for errors
    python -m bench.study_statistics --runs 50  # a quick look

Each check simulates studies whose truth is known and counts. Prints a table and writes
bench/records/study_statistics.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.studies.analysing.choice_scale import Model, choice_scale, fit_scale
from evaluation.studies.analysing.conditions import Method, condition_means
from evaluation.studies.analysing.detection import detection
from evaluation.studies.analysing.matrix import ScoreMatrix
from evaluation.studies.analysing.mos import mean_opinion_scores
from evaluation.studies.analysing.pairs import Comparisons, judgements_of_scores
from evaluation.studies.analysing.preferences import preferences
from evaluation.studies.analysing.quality import with_quality
from evaluation.studies.analysing.quality_assurance import qa_by_characteristic
from evaluation.studies.analysing.simulation import (
    Annotations,
    Crossed,
    simulated_annotations,
    simulated_scores,
)
from evaluation.studies.analysing.strategies import strategy_table
from evaluation.studies.analysing.subject_bias import subject_model
from evaluation.studies.analysing.two_part import two_part_model
from evaluation.studies.analysing.votes import vote_table

RECORD = Path(__file__).parent / "records" / "study_statistics.json"
COVERAGE_RUNS, ERROR_RUNS = 500, 1000
EQUAL = Crossed((3.0, 3.0), contents=12, raters=20)
EFFECTS = ((-1.2, -0.8, 0.4, -0.6, 0.5), (0.9, 0.3, -0.2, 0.15, -0.3))
"""On severe errors and on quality: intercept, instruction, provider, assurance, blur."""
ANNOTATED = Annotations(
    (EFFECTS[0][0], EFFECTS[0][1], EFFECTS[0][4]),
    (EFFECTS[1][0], EFFECTS[1][1], EFFECTS[1][4]),
    raters=32,
    images=30,
    per_rater=16,
    provider=(EFFECTS[0][2], EFFECTS[1][2]),
    qa=(EFFECTS[0][3], EFFECTS[1][3]),
)
NO_EFFECT = replace(
    ANNOTATED,
    severe=(EFFECTS[0][0], 0.0, EFFECTS[0][4]),
    quality=(EFFECTS[1][0], 0.0, EFFECTS[1][4]),
    provider=(0.0, 0.0),
    qa=(0.0, 0.0),
)
APART = Crossed((3.0, 3.5), contents=12, raters=20)


@dataclass(frozen=True)
class Check:
    """One promise: `count` gives, for one seed, the share of its claims that held."""

    count: Callable[[np.random.Generator], float]
    claimed: float
    low: float
    high: float
    runs: int


def run_check(check: Check, runs: int) -> float:
    """The share over `runs` simulated studies; study k always has the same seed."""
    return float(np.mean([check.count(np.random.default_rng([7, k])) for k in range(runs)]))


def item_coverage(generator: np.random.Generator) -> float:
    """Bounded intervals of plain scores, ten true means from 1.5 to 4.5, 18 raters."""
    truth = np.linspace(1.5, 4.5, 10)
    votes = truth[:, None] + generator.normal(0, 0.6, (10, 18))
    table = mean_opinion_scores(_matrix(votes, -3.0, 9.0))
    return float(((table["low"] <= truth) & (truth <= table["high"])).mean())


def bias_recovery(generator: np.random.Generator) -> float:
    """Share of raters whose true bias lies within 1.96 errors of the estimate."""
    truth = generator.normal(0, 0.5, 20)
    truth -= truth.mean()
    noise = generator.uniform(0.4, 1.0, 20)
    votes = generator.normal(3, 1, 80)[:, None] + truth + generator.normal(0, 1, (80, 20)) * noise
    model = subject_model(_matrix(votes, -9.0, 15.0))
    error = noise * np.sqrt(1 - 1 / 20) / np.sqrt(80)
    return float((np.abs(model.bias - truth) < 1.96 * error).mean())


def condition_coverage(generator: np.random.Generator) -> float:
    """Intervals of condition means, raters and contents both drawn."""
    votes = simulated_scores(APART, generator)
    _, means = condition_means(votes, Method.PLAIN)
    low, high = means.interval(-20, 26)
    return float(((low <= APART.effects) & (APART.effects <= high)).mean())


def difference_coverage(generator: np.random.Generator) -> float:
    """Interval of the difference of two conditions."""
    _, means = condition_means(simulated_scores(APART, generator), Method.PLAIN)
    found = means.difference(1, 0)
    return float(found.low <= 0.5 <= found.high)


def corrected_coverage(generator: np.random.Generator) -> float:
    """The same after correcting bias and weighting by consistency."""
    _, means = condition_means(simulated_scores(APART, generator), Method.CORRECTED)
    found = means.difference(1, 0)
    return float(found.low <= 0.5 <= found.high)


def bradley_terry_coverage(generator: np.random.Generator) -> float:
    """Intervals of positions from pairs, raters of different tastes, in logits."""
    return _scale_coverage(Model.BRADLEY_TERRY, generator)


def jod_coverage(generator: np.random.Generator) -> float:
    """The same in just-objectionable differences."""
    return _scale_coverage(Model.THURSTONE, generator)


def severe_coverage(generator: np.random.Generator) -> float:
    """Interval of a severe-error rate of 20 % with raters and images of different rates."""
    frame, truth = _severe(generator)
    row = strategy_table(frame, "stage").iloc[0]
    return float(row["severe_low"] <= truth <= row["severe_high"])


def qa_coverage(generator: np.random.Generator) -> float:
    """Interval of a change of 0.05 by quality assurance."""
    row = qa_by_characteristic(_assured(generator, 0.05)).iloc[0]
    return float(row["low"] <= 0.05 <= row["high"])


def two_part_coverage(generator: np.random.Generator) -> float:
    """Every effect on both parts: instruction, provider, quality assurance, characteristic."""
    annotations = with_quality(vote_table(simulated_annotations(ANNOTATED, generator)).votes)
    found = two_part_model(annotations).coefficients
    truth = np.concatenate([EFFECTS[0], EFFECTS[1]])
    return float(((found["low"] <= truth) & (truth <= found["high"])).mean())


def false_effect(generator: np.random.Generator) -> float:
    """An effect on either part, where instruction, provider and assurance have none."""
    annotations = with_quality(vote_table(simulated_annotations(NO_EFFECT, generator)).votes)
    found = two_part_model(annotations).coefficients
    without = ~found["term"].isin(["intercept", "blur"])
    return float((found["p"][without] < 0.05).mean())


def false_difference(generator: np.random.Generator) -> float:
    """Two equal conditions told apart by their mean scores."""
    _, means = condition_means(simulated_scores(EQUAL, generator), Method.PLAIN)
    return float(means.difference(0, 1).p < 0.05)


def false_scale_difference(generator: np.random.Generator) -> float:
    """Equal conditions of which one is said to lie off the middle of the scale."""
    scale = choice_scale(_pair_votes(np.zeros(4), generator), Model.BRADLEY_TERRY)
    return float(((scale.low > 0) | (scale.high < 0)).mean())


def false_preference(generator: np.random.Generator) -> float:
    """Two equal conditions told apart by preferences."""
    table = preferences(judgements_of_scores(simulated_scores(EQUAL, generator)))
    return float(table["p"].iloc[0] < 0.05)


def false_improvement(generator: np.random.Generator) -> float:
    """Quality assurance without an effect said to have one."""
    return float(qa_by_characteristic(_assured(generator, 0.0))["p"].iloc[0] < 0.05)


def false_detection(generator: np.random.Generator) -> float:
    """Guessing raters said to tell real from synthetic."""
    return float(detection(_guesses(generator, 0.0)).p < 0.05)


def false_equivalence(generator: np.random.Generator) -> float:
    """Raters just at the margin (60 %) said to be guessing."""
    return float(detection(_guesses(generator, 0.1)).p_equivalent < 0.05)


def power_of_difference(generator: np.random.Generator) -> float:
    """Half a point found by mean scores."""
    _, means = condition_means(simulated_scores(APART, generator), Method.PLAIN)
    return float(means.difference(0, 1).p < 0.05)


def power_of_preference(generator: np.random.Generator) -> float:
    """Half a point found by preferences."""
    table = preferences(judgements_of_scores(simulated_scores(APART, generator)))
    return float(table["p"].iloc[0] < 0.05)


CHECKS = {
    "coverage: item score": Check(item_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: rater bias": Check(bias_recovery, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: condition mean": Check(condition_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: difference": Check(difference_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: corrected difference": Check(corrected_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: Bradley-Terry": Check(bradley_terry_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: JOD": Check(jod_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: severe-error rate": Check(severe_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: quality assurance": Check(qa_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "coverage: two-part model": Check(two_part_coverage, 0.95, 0.93, 0.97, COVERAGE_RUNS),
    "type I: two-part model": Check(false_effect, 0.05, 0.035, 0.065, ERROR_RUNS),
    "type I: difference": Check(false_difference, 0.05, 0.035, 0.065, ERROR_RUNS),
    "type I: pair scale": Check(false_scale_difference, 0.05, 0.035, 0.065, ERROR_RUNS),
    "type I: preference": Check(false_preference, 0.05, 0.035, 0.065, ERROR_RUNS),
    "type I: quality assurance": Check(false_improvement, 0.05, 0.035, 0.065, ERROR_RUNS),
    "type I: detection": Check(false_detection, 0.05, 0.035, 0.065, ERROR_RUNS),
    "type I: equivalence": Check(false_equivalence, 0.05, 0.035, 0.065, ERROR_RUNS),
    "power: difference of 0.5": Check(power_of_difference, 0.9, 0.8, 1.0, COVERAGE_RUNS),
    "power: preference": Check(power_of_preference, 0.9, 0.8, 1.0, COVERAGE_RUNS),
}


def _matrix(votes: np.ndarray, low: float, high: float) -> ScoreMatrix:
    items, raters = votes.shape
    names = tuple(map(str, range(max(items, raters))))
    return ScoreMatrix(votes, names[:items], names[:raters], low, high)


POSITIONS = np.array([-0.8, -0.2, 0.3, 0.7])
"""Of four conditions, in logits, for the middle rater."""
TASTE = 0.4
"""Standard deviation of a rater's own positions about them."""
PAIR_RATERS, VOTES_A_PAIR = 20, 8


def _scale_coverage(model: Model, generator: np.random.Generator) -> float:
    scale = choice_scale(_pair_votes(POSITIONS, generator), model)
    truth = _true_scale(model)
    return float(((scale.low <= truth) & (truth <= scale.high)).mean())


def _pair_votes(positions: np.ndarray, generator: np.random.Generator) -> Comparisons:
    """Every rater compares every pair of conditions the same number of times."""
    wins = generator.binomial(VOTES_A_PAIR, _chances(positions, PAIR_RATERS, generator))
    upper = np.triu(wins, 1)
    lower = np.triu(VOTES_A_PAIR - wins, 1).transpose(0, 2, 1)
    names = tuple(f"condition {k}" for k in range(len(positions)))
    return Comparisons(names, tuple(map(str, range(PAIR_RATERS))), (upper + lower).astype(float))


@lru_cache
def _true_scale(model: Model) -> np.ndarray:
    """What endlessly many raters would give: tastes that differ pull a scale together."""
    chances = _chances(POSITIONS, 200_000, np.random.default_rng(0)).mean(axis=0)
    np.fill_diagonal(chances, 0.0)
    return fit_scale(1000 * chances, model)


def _chances(positions: np.ndarray, raters: int, generator: np.random.Generator) -> np.ndarray:
    """(raters, conditions, conditions): how probably the first is preferred to the second."""
    own = positions + generator.normal(0, TASTE, (raters, len(positions)))
    return 1 / (1 + np.exp(own[:, None, :] - own[:, :, None]))


def _crossed(raters: int, images: int) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    rater, image = np.indices((raters, images)).reshape(2, -1)
    frame = pd.DataFrame({"rater": rater.astype(str), "item": image.astype(str)})
    return rater, image, frame


def _severe(generator: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Rates on the logit; the true mean rate is found by a large fixed sample."""
    logit = -1.6
    effects = np.random.default_rng(0).normal(0, np.hypot(0.6, 0.6), 400_000)
    truth = float((1 / (1 + np.exp(-(logit + effects)))).mean())
    rater, image, frame = _crossed(24, 30)
    felt = logit + generator.normal(0, 0.6, 24)[rater] + generator.normal(0, 0.6, 30)[image]
    severe = generator.random(len(felt)) < 1 / (1 + np.exp(-felt))
    frame = frame.assign(stage="text", severe=severe.astype(float), quality=0.7)
    return frame.assign(seconds=np.nan, cost=np.nan), truth


def _assured(generator: np.random.Generator, change: float) -> pd.DataFrame:
    rater, image, frame = _crossed(20, 24)
    of_raters, of_images = generator.normal(0, 0.03, 20), generator.normal(0, 0.03, 24)
    gained = change + of_raters[rater] + of_images[image] + generator.normal(0, 0.05, len(rater))
    before = generator.uniform(0.4, 0.6, len(rater))
    return frame.assign(before_quality=before, quality=before + gained, characteristics="")


def _guesses(generator: np.random.Generator, above: float) -> pd.DataFrame:
    """Raters who are right by 0.5 + above on average; raters and images differ."""
    rater, image, frame = _crossed(20, 40)
    right = (
        0.5 + above + generator.normal(0, 0.06, 20)[rater] + generator.normal(0, 0.06, 40)[image]
    )
    synthetic = image % 2 == 1
    said = np.where(generator.random(len(rater)) < right, synthetic, ~synthetic)
    frame = frame.assign(score=said.astype(float), scale_min=0.0, scale_max=1.0, phase="vote")
    return frame.assign(truth=np.where(synthetic, "synthetic", "real"))


def main() -> None:
    """Run every check and keep the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, help="of each check; default 500 or 1,000")
    parser.add_argument("--only", default="", help="checks whose name holds this")
    options = parser.parse_args()
    record = json.loads(RECORD.read_text())["checks"] if options.only else {}
    for name, check in CHECKS.items():
        if options.only not in name:
            continue
        runs, began = options.runs or check.runs, time.perf_counter()
        share = run_check(check, runs)
        holds = bool(check.low <= share <= check.high)
        record[name] = {"share": share, "limits": [check.low, check.high], "runs": runs}
        seconds = time.perf_counter() - began
        print(
            f"{name:36}{100 * share:6.1f} %  {'holds' if holds else 'FAILS'}  {seconds:.0f} s",
            flush=True,
        )
    if not options.runs:
        versions = {name: version(name) for name in ("numpy", "scipy", "pandas")}
        made = {"python": platform.python_version(), **versions}
        RECORD.write_text(json.dumps({"made_with": made, "checks": record}, indent=1) + "\n")


if __name__ == "__main__":
    main()
