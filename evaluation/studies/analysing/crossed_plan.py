"""Raters for a study in which all raters judge all conditions on several images: by simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from evaluation.studies.analysing.intervals import wilson
from restoration.errors import OutOfRange

STUDIES = 2000
SEED = 20240717
MOST_RATERS = 400
MOST_VOTES = 500_000
"""Simulated at once, which bounds the memory and changes no number."""


@dataclass(frozen=True)
class CrossedPlan:
    """A difference between two conditions, and what hides it."""

    difference: float
    """True difference of the means, in points of the scale."""
    contents: int
    noise_sd: float = 0.8
    """Of single votes."""
    taste_sd: float = 0.2
    """Of what a rater likes more about a condition than others do."""
    suitability_sd: float = 0.2
    """Of how much better a condition suits one image than others."""
    comparisons: int = 1
    """Tests that share alpha (Bonferroni)."""


def crossed_power(plan: CrossedPlan, raters: int, seed: int = SEED) -> float:
    """Share of 2,000 simulated studies whose clustered test finds the difference.

    The test is that of `clustered_means` on differences within rater and content, which it
    equals for complete tables. Normal effects. More raters cannot make up for few images where
    conditions suit images differently: power then stays below one.
    """
    generator = np.random.default_rng(seed)
    root = np.sqrt(2.0)
    of_raters = generator.normal(0, root * plan.taste_sd, (STUDIES, raters))
    of_contents = generator.normal(0, root * plan.suitability_sd, (STUDIES, plan.contents))
    at_once = max(1, MOST_VOTES // (raters * plan.contents))
    found = 0
    for start in range(0, STUDIES, at_once):
        some = slice(start, start + at_once)
        effects = plan.difference + of_raters[some, :, None] + of_contents[some, None, :]
        noise = generator.standard_normal(effects.shape, dtype=np.float32)
        noise *= np.float32(root * plan.noise_sd)
        found += int(_finds(effects + noise, plan.comparisons).sum())
    return found / STUDIES


def _finds(scores: np.ndarray, comparisons: int) -> np.ndarray:
    """(studies,) bool: whether the test tells the mean of (studies, raters, contents) from 0."""
    _, n, k = scores.shape
    mean = scores.mean(axis=(1, 2))
    left = scores - mean[:, None, None]
    by_rater = (left.mean(axis=2) ** 2).sum(axis=1) / (n * (n - 1))
    by_content = (left.mean(axis=1) ** 2).sum(axis=1) / (k * (k - 1))
    by_both = (left**2).sum(axis=(1, 2)) / (n * k * (n * k - 1))
    variance = np.maximum(by_rater + by_content - by_both, by_both)
    noise_of_it = by_rater**2 / (n - 1) + by_content**2 / (k - 1)
    noise_of_it += by_both**2 / ((n - 1) * (k - 1))
    freedom = np.maximum(variance**2 / noise_of_it, 1.0)
    limit = stats.t.isf(0.025 / comparisons, freedom)
    return np.asarray(np.abs(mean) > limit * np.sqrt(variance))


def plan_crossed(plan: CrossedPlan, power: float = 0.8) -> dict[str, Any]:
    """The fewest raters whose simulated power reaches `power`: raters, power, low, high.

    low and high are the 95 % limits of the simulation itself. Raises OutOfRange where the images
    are too few for any number of raters.
    """
    if plan.contents < 2 or plan.difference <= 0 or not 0.05 < power < 1:
        raise OutOfRange(
            "A crossed plan needs a difference above 0, two images, and a power below 1",
            actual=f"{plan.difference:g}, {plan.contents} images, power {power:g}",
        )
    low, high = 2, 4
    while crossed_power(plan, high) < power:
        low, high = high, high * 2
        if high > MOST_RATERS:
            raise OutOfRange(
                "No number of raters reaches this power on so few images",
                actual=f"{crossed_power(plan, low):.2f} with {low} raters",
                expected=f"{power:g}",
                remedy="Take more images",
            )
    while low < high:
        middle = (low + high) // 2
        if crossed_power(plan, middle) < power:
            low = middle + 1
        else:
            high = middle
    reached = crossed_power(plan, high)
    lower, upper = wilson(reached, STUDIES)
    return {"raters": high, "power": reached, "low": float(lower), "high": float(upper)}
