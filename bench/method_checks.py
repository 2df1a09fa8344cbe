"""Checks of single methods on simulated studies: what `bench.study_statistics` counts.

Each takes a generator, makes one study whose truth is known, and gives the share of the method's
claims that were made.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from bench.simulated_studies import (
    ANNOTATED,
    APART,
    EQUAL,
    POSITIONS,
    assured_votes,
    crossed,
    guesses,
    matrix_of,
    pair_votes,
)
from evaluation.studies.analysing.agreement import alpha_with_interval
from evaluation.studies.analysing.budget_differences import budget_differences
from evaluation.studies.analysing.choice_scale import Model, choice_scale
from evaluation.studies.analysing.conditions import Method, condition_means
from evaluation.studies.analysing.detection import detection
from evaluation.studies.analysing.intraclass import IntraclassLimits, intraclass_limits
from evaluation.studies.analysing.matrix import ScoreMatrix
from evaluation.studies.analysing.mos import mean_opinion_scores
from evaluation.studies.analysing.quality import with_quality
from evaluation.studies.analysing.quality_assurance import ALL, Verdict, qa_by_characteristic
from evaluation.studies.analysing.screening import bt500_screening
from evaluation.studies.analysing.simulation import (
    Crossed,
    simulated_annotations,
    simulated_scores,
)
from evaluation.studies.analysing.strategies import severe_differences
from evaluation.studies.analysing.two_part import two_part_model
from evaluation.studies.analysing.votes import scored, vote_table

ALPHA = 0.05
KINDS = ("motion blur", "underexposed", "text overlay", "simple")


def false_item_score(generator: np.random.Generator) -> float:
    """Items whose true mean of 3 the interval of the plain score excludes."""
    return _excluded(generator, 3.0)


def power_of_item_score(generator: np.random.Generator) -> float:
    """Items of 3.5 told from 3."""
    return _excluded(generator, 3.5)


def _excluded(generator: np.random.Generator, truth: float) -> float:
    votes = truth + generator.normal(0, 0.6, (10, 18))
    table = mean_opinion_scores(matrix_of(votes, -3.0, 9.0))
    return float(((table["low"] > 3.0) | (table["high"] < 3.0)).mean())


def false_corrected_difference(generator: np.random.Generator) -> float:
    """Two equal conditions told apart by scores corrected for bias and inconsistency."""
    return _told_apart(EQUAL, Method.CORRECTED, generator)


def power_of_corrected_difference(generator: np.random.Generator) -> float:
    """Half a point found by corrected scores."""
    return _told_apart(APART, Method.CORRECTED, generator)


def false_screened_difference(generator: np.random.Generator) -> float:
    """Two equal conditions told apart after screening by BT.500."""
    return _told_apart(EQUAL, Method.SCREENED, generator)


def power_of_screened_difference(generator: np.random.Generator) -> float:
    """Half a point found after screening."""
    return _told_apart(APART, Method.SCREENED, generator)


def _told_apart(design: Crossed, method: Method, generator: np.random.Generator) -> float:
    _, means = condition_means(simulated_scores(design, generator), method)
    return float(means.difference(0, 1).p < ALPHA)


def sound_raters_rejected(generator: np.random.Generator) -> float:
    """Raters who only differ by chance and bias, rejected by BT.500's rule."""
    return float(bt500_screening(_opinions(generator, erratic=0)).rejected.mean())


def erratic_raters_rejected(generator: np.random.Generator) -> float:
    """Two of twenty raters who answer at random, rejected by BT.500's rule."""
    return float(bt500_screening(_opinions(generator, erratic=2)).rejected[:2].mean())


def _opinions(generator: np.random.Generator, erratic: int) -> ScoreMatrix:
    quality = generator.uniform(1.5, 4.5, 60)
    votes = quality[:, None] + generator.normal(0, 0.3, 20) + generator.normal(0, 0.6, (60, 20))
    votes[:, :erratic] = generator.uniform(1, 5, (60, erratic))
    return matrix_of(np.clip(np.rint(votes), 1, 5), 1.0, 5.0)


def alpha_coverage(generator: np.random.Generator) -> float:
    """Interval of an alpha of 0.4, 24 items, 8 raters, a tenth of the votes missing."""
    found = alpha_with_interval(_agreeing(generator, 0.4, missing=0.1))
    return float(found.low <= 0.4 <= found.high)


def false_agreement(generator: np.random.Generator) -> float:
    """Raters who vote independently of the items, said to agree or to disagree."""
    found = alpha_with_interval(_agreeing(generator, 0.0))
    return float(found.low > 0 or found.high < 0)


def power_of_agreement(generator: np.random.Generator) -> float:
    """An alpha of 0.2 told from none."""
    return float(alpha_with_interval(_agreeing(generator, 0.2)).low > 0)


def intraclass_coverage(generator: np.random.Generator) -> float:
    """Limits of ICC(2,1) and ICC(3,1), raters and items both drawn."""
    limits = _limits(_agreeing(generator, 0.4, bias=0.2))
    truth = 0.4 / (1 + 0.2), 0.4
    ends = limits.agreement_single, limits.consistency_single
    return float(np.mean([low <= t <= high for t, (low, high) in zip(truth, ends, strict=True)]))


def false_reliability(generator: np.random.Generator) -> float:
    """Votes that say nothing of the items, said to be reliable or the contrary by ICC(3,1)."""
    low, high = _limits(_agreeing(generator, 0.0, bias=0.2)).consistency_single
    return float(low > 0 or high < 0)


def power_of_reliability(generator: np.random.Generator) -> float:
    """An ICC(3,1) of 0.2 told from none."""
    return float(_limits(_agreeing(generator, 0.2, bias=0.2)).consistency_single[0] > 0)


def _limits(matrix: ScoreMatrix) -> IntraclassLimits:
    limits = intraclass_limits(matrix)
    assert limits is not None
    return limits


def _agreeing(
    generator: np.random.Generator, share: float, bias: float = 0.0, missing: float = 0.0
) -> ScoreMatrix:
    """Votes of which `share` of the variance belongs to the items; `bias` is that of raters."""
    votes = np.sqrt(share) * generator.normal(0, 1, (24, 1))
    votes = votes + np.sqrt(1 - share) * generator.normal(0, 1, (24, 8))
    votes = votes + np.sqrt(bias) * generator.normal(0, 1, 8)
    votes[generator.random(votes.shape) < missing] = np.nan
    return matrix_of(votes, -20.0, 20.0)


def false_jod(generator: np.random.Generator) -> float:
    """Equal conditions of which one is said to lie off the middle of the scale of JOD."""
    return float(_off_the_middle(np.zeros(4), Model.THURSTONE, generator).mean())


def power_of_bradley_terry(generator: np.random.Generator) -> float:
    """Best and worst of four conditions told from the middle of the scale."""
    return float(_off_the_middle(POSITIONS, Model.BRADLEY_TERRY, generator)[[0, -1]].mean())


def power_of_jod(generator: np.random.Generator) -> float:
    """The same in just-objectionable differences."""
    return float(_off_the_middle(POSITIONS, Model.THURSTONE, generator)[[0, -1]].mean())


def _off_the_middle(
    positions: np.ndarray, model: Model, generator: np.random.Generator
) -> np.ndarray:
    scale = choice_scale(pair_votes(positions, generator), model)
    return np.asarray((scale.low > 0) | (scale.high < 0))


def power_of_detection(generator: np.random.Generator) -> float:
    """Raters right in 60 % of cases said to tell real from synthetic."""
    return float(detection(guesses(generator, 0.1)).p < ALPHA)


def power_of_equivalence(generator: np.random.Generator) -> float:
    """Guessing raters shown to be within the margin."""
    return float(detection(guesses(generator, 0.0)).p_equivalent < ALPHA)


def sensitivity_coverage(generator: np.random.Generator) -> float:
    """Interval of d' where raters are right in 60 % of cases: twice the normal quantile."""
    found = detection(guesses(generator, 0.1))
    return float(found.sensitivity_low <= 0.50669 <= found.sensitivity_high)


def false_stage(generator: np.random.Generator) -> float:
    """Equal instructions said to differ in severe errors; each rater works under one."""
    return float(severe_differences(votes_by_stage(generator, 0.0), "stage")["p"].iloc[0] < ALPHA)


def power_of_stage(generator: np.random.Generator) -> float:
    """Severe errors falling from 24 to 11 % found."""
    return float(severe_differences(votes_by_stage(generator, -1.0), "stage")["p"].iloc[0] < ALPHA)


def votes_by_stage(generator: np.random.Generator, change: float) -> pd.DataFrame:
    """Annotations under two instructions; those with pictures change severe errors (logit)."""
    rater, image, frame = crossed(30, 24)
    later = rater % 2
    felt = -1.3 + change * later
    felt = felt + generator.normal(0, 0.5, 30)[rater] + generator.normal(0, 0.5, 24)[image]
    severe = generator.random(len(felt)) < 1 / (1 + np.exp(-felt))
    stage = np.where(later > 0, "pictures", "text")
    return frame.assign(stage=stage, severe=severe.astype(float))


def power_of_assurance(generator: np.random.Generator) -> float:
    """A change of 0.03 by quality assurance found."""
    return float(qa_by_characteristic(assured_votes(generator, 0.03))["p"].iloc[0] < ALPHA)


def false_characteristic(generator: np.random.Generator) -> float:
    """Kinds of image on which quality assurance does nothing, each test by itself."""
    return float((_by_kind(generator, {})["p"] < ALPHA).mean())


def false_verdict(generator: np.random.Generator) -> float:
    """Studies in which it does nothing, and a verdict is given for any kind (Holm)."""
    return float((_by_kind(generator, {})["verdict"] != Verdict.UNKNOWN).any())


def power_of_characteristic(generator: np.random.Generator) -> float:
    """The one kind on which it gains 0.05 found, among four, after Holm's correction."""
    table = _by_kind(generator, {KINDS[0]: 0.05}).set_index("characteristic")
    return float(table.loc[KINDS[0], "verdict"] == Verdict.PAYS)


def _by_kind(generator: np.random.Generator, gains: dict[str, float]) -> pd.DataFrame:
    table = qa_by_characteristic(votes_by_kind(generator, gains))
    return table[table["characteristic"] != ALL]


def votes_by_kind(generator: np.random.Generator, gains: dict[str, float]) -> pd.DataFrame:
    """Annotations of four kinds of image, of which quality assurance improves some."""
    votes = assured_votes(generator, 0.0, images=40)
    kind = votes["item"].astype(int).map(lambda image: KINDS[image % len(KINDS)])
    quality = votes["quality"] + kind.map(gains).fillna(0.0)
    return votes.assign(characteristics=kind, quality=quality)


def power_of_two_part(generator: np.random.Generator) -> float:
    """Instructions with pictures found to have 0.37 times the odds of a severe error.

    That is what Raedsch et al. (2023) found; here with 48 raters.
    """
    severe = (ANNOTATED.severe[0], float(np.log(0.37)), ANNOTATED.severe[2])
    design = replace(ANNOTATED, severe=severe, raters=48)
    votes = with_quality(vote_table(simulated_annotations(design, generator)).votes)
    found = two_part_model(votes).coefficients.set_index(["part", "term"])
    return float(found.loc[("severe", "stage: stage 2"), "p"] < ALPHA)


def false_budget(generator: np.random.Generator) -> float:
    """Two arms alike in everything, said to give different errors for the same money."""
    return float(budget_differences(two_arms(generator, 0.6))["p"].iloc[0] < ALPHA)


def power_of_budget(generator: np.random.Generator) -> float:
    """Votes with 1.3 times the noise found to be worth less."""
    return float(budget_differences(two_arms(generator, 0.78))["p"].iloc[0] < ALPHA)


def two_arms(generator: np.random.Generator, noise: float) -> pd.DataFrame:
    """Sixteen raters in each of two arms on twenty items; the second arm has this noise."""
    truth = generator.uniform(1.5, 4.5, 20)
    parts = []
    for arm, deviation in (("one", 0.6), ("two", noise)):
        rater, item, frame = crossed(16, 20)
        own = deviation * generator.uniform(0.8, 1.2, 16)
        score = truth[item] + generator.normal(0, 0.25, 16)[rater]
        score = score + own[rater] * generator.normal(0, 1, len(rater))
        named = frame.assign(rater=f"{arm} " + frame["rater"], arm=arm, cost=0.1, score=score)
        parts.append(named)
    return scored(vote_table(pd.concat(parts).assign(scale_min=-9, scale_max=15)).votes)
