"""Studies whose truth is known, for the checks of `bench.study_statistics`."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from evaluation.studies.analysing.choice_scale import Model, fit_scale
from evaluation.studies.analysing.matrix import ScoreMatrix
from evaluation.studies.analysing.pairs import Comparisons
from evaluation.studies.analysing.simulation import Annotations, Crossed

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


def matrix_of(votes: np.ndarray, low: float, high: float) -> ScoreMatrix:
    """(items, raters) votes with names."""
    items, raters = votes.shape
    names = tuple(map(str, range(max(items, raters))))
    return ScoreMatrix(votes, names[:items], names[:raters], low, high)


POSITIONS = np.array([-0.8, -0.2, 0.3, 0.7])
"""Of four conditions, in logits, for the middle rater."""
TASTE = 0.4
"""Standard deviation of a rater's own positions about them."""
PAIR_RATERS, VOTES_A_PAIR = 20, 8


def pair_votes(positions: np.ndarray, generator: np.random.Generator) -> Comparisons:
    """Every rater compares every pair of conditions the same number of times."""
    wins = generator.binomial(VOTES_A_PAIR, _chances(positions, PAIR_RATERS, generator))
    upper = np.triu(wins, 1)
    lower = np.triu(VOTES_A_PAIR - wins, 1).transpose(0, 2, 1)
    names = tuple(f"condition {k}" for k in range(len(positions)))
    return Comparisons(names, tuple(map(str, range(PAIR_RATERS))), (upper + lower).astype(float))


@lru_cache
def true_scale(model: Model) -> np.ndarray:
    """What endlessly many raters would give: tastes that differ pull a scale together."""
    chances = _chances(POSITIONS, 200_000, np.random.default_rng(0)).mean(axis=0)
    np.fill_diagonal(chances, 0.0)
    return fit_scale(1000 * chances, model)


def _chances(positions: np.ndarray, raters: int, generator: np.random.Generator) -> np.ndarray:
    """(raters, conditions, conditions): how probably the first is preferred to the second."""
    own = positions + generator.normal(0, TASTE, (raters, len(positions)))
    return 1 / (1 + np.exp(own[:, None, :] - own[:, :, None]))


def crossed(raters: int, images: int) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Numbers of rater and image of each vote where everybody judges everything, and a table."""
    rater, image = np.indices((raters, images)).reshape(2, -1)
    frame = pd.DataFrame({"rater": rater.astype(str), "item": image.astype(str)})
    return rater, image, frame


def severe_votes(generator: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Annotations, severe ones more frequent with some raters and images, and the true rate.

    The rate is the mean over a large fixed sample of effects.
    """
    logit = -1.6
    effects = np.random.default_rng(0).normal(0, np.hypot(0.6, 0.6), 400_000)
    truth = float((1 / (1 + np.exp(-(logit + effects)))).mean())
    rater, image, frame = crossed(24, 30)
    felt = logit + generator.normal(0, 0.6, 24)[rater] + generator.normal(0, 0.6, 30)[image]
    severe = generator.random(len(felt)) < 1 / (1 + np.exp(-felt))
    frame = frame.assign(stage="text", severe=severe.astype(float), quality=0.7)
    return frame.assign(seconds=np.nan, cost=np.nan), truth


def assured_votes(generator: np.random.Generator, change: float, images: int = 24) -> pd.DataFrame:
    """Annotations whose quality assurance changed by `change` on average."""
    rater, image, frame = crossed(20, images)
    of_raters, of_images = generator.normal(0, 0.03, 20), generator.normal(0, 0.03, images)
    gained = change + of_raters[rater] + of_images[image] + generator.normal(0, 0.05, len(rater))
    before = generator.uniform(0.4, 0.6, len(rater))
    return frame.assign(before_quality=before, quality=before + gained, characteristics="")


def guesses(generator: np.random.Generator, above: float) -> pd.DataFrame:
    """Raters who are right by 0.5 + above on average; raters and images differ."""
    rater, image, frame = crossed(20, 40)
    right = (
        0.5 + above + generator.normal(0, 0.06, 20)[rater] + generator.normal(0, 0.06, 40)[image]
    )
    synthetic = image % 2 == 1
    said = np.where(generator.random(len(rater)) < right, synthetic, ~synthetic)
    frame = frame.assign(score=said.astype(float), scale_min=0.0, scale_max=1.0, phase="vote")
    return frame.assign(truth=np.where(synthetic, "synthetic", "real"))
