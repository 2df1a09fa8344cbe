"""Pairs to a scale: Bradley-Terry strengths and just-objectionable differences (JOD)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy import stats
from scipy.special import expit, log_expit, log_ndtr

from evaluation.studies.analysing.pairs import (
    Comparisons,
    groups_of_conditions,
    is_separable,
)
from restoration.errors import OutOfRange

JOD = float(1 / stats.norm.ppf(0.75))
"""Standard deviation of a difference, in JOD: 1 JOD is preferred by 75 %."""
PRIOR = 3.0
"""Standard deviation of the weak normal prior on a scale value, in the unit of the scale."""
DRAWS = 400
SEED = 20240717


class Model(Enum):
    """How a difference on the scale becomes a probability."""

    BRADLEY_TERRY = "bradley-terry"
    """Logistic; the unit is the logit. Bradley and Terry, Biometrika 39, 1952."""
    THURSTONE = "jod"
    """Normal with equal variances (Thurstone, case V, 1927), in JOD: Perez-Ortiz and Mantiuk,
    arXiv 1712.03686."""


@dataclass(frozen=True)
class ChoiceScale:
    """Positions of conditions; only differences mean something, the mean is zero."""

    conditions: tuple[str, ...]
    values: np.ndarray
    """(conditions,)."""
    low: np.ndarray
    """95 % from a bootstrap over raters: votes of one rater are not independent."""
    high: np.ndarray
    used_prior: bool
    """Whether some conditions never lost (or never won), so that a weak prior was needed."""


def choice_scale(compared: Comparisons, model: Model) -> ChoiceScale:
    """Maximum likelihood positions with intervals from drawing raters with replacement.

    Assumes one dimension on which all raters order the conditions. Ties count half for each side.
    Separable data would put positions at infinity: then, and in every bootstrap draw, a normal
    prior of 3 units holds them. Intervals need two raters: with one, they are as wide as the
    prior. Raises OutOfRange where some conditions were never compared with the others.
    """
    total = compared.total
    _check(compared.conditions, total)
    separable = is_separable(total)
    values = fit_scale(total, model, PRIOR if separable else None)
    if len(compared.raters) < 2:
        reach = 2 * PRIOR
        return ChoiceScale(compared.conditions, values, values - reach, values + reach, separable)
    generator = np.random.default_rng(SEED)
    count = len(compared.raters)
    weights = generator.multinomial(count, np.full(count, 1 / count), size=DRAWS)
    draws = np.array(
        [fit_scale(np.tensordot(weight, compared.wins, 1), model, PRIOR) for weight in weights]
    )
    error = draws.std(axis=0, ddof=1)
    reach = stats.t.ppf(0.975, count - 1) * error
    return ChoiceScale(compared.conditions, values, values - reach, values + reach, separable)


def fit_scale(wins: np.ndarray, model: Model, prior: float | None = None) -> np.ndarray:
    """(conditions,) positions with mean zero from wins (conditions, conditions), by Newton steps.

    Without a prior the comparisons must be connected and not separable.
    """
    scale = 1.0 if model is Model.BRADLEY_TERRY else JOD
    keep = 1e-9 if prior is None else (scale / prior) ** 2
    values = np.zeros(len(wins))
    step: np.ndarray = np.zeros(len(wins))
    value: float = -np.inf
    for _ in range(100):
        objective, slope, curve = _likelihood(values, wins, model)
        objective -= keep / 2 * float(values @ values)
        if objective < value - 1e-12:
            step /= 2
            values = values - step
            continue
        hessian = np.diag(curve.sum(axis=1) + keep) - curve
        hessian += np.full_like(hessian, keep / len(wins) + 1e-9)
        value = objective
        step = np.linalg.solve(hessian, slope.sum(axis=1) - keep * values)
        values = values + step
        if np.abs(step).max() < 1e-11:
            break
    values = values - values.mean()
    return values * scale


def log_likelihood(values: np.ndarray, wins: np.ndarray, model: Model) -> float:
    """Of wins (conditions, conditions) at positions in the unit of `model`."""
    scale = 1.0 if model is Model.BRADLEY_TERRY else JOD
    return _likelihood(values / scale, wins, model)[0]


def _likelihood(
    values: np.ndarray, wins: np.ndarray, model: Model
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, its slope for each pair (antisymmetric), and its curvature (symmetric)."""
    apart = values[:, None] - values[None, :]
    if model is Model.BRADLEY_TERRY:
        share = expit(apart)
        slope = wins * (1 - share) - wins.T * share
        curve = (wins + wins.T) * share * (1 - share)
        return float((wins * log_expit(apart)).sum()), slope, curve
    logs = log_ndtr(apart)
    mills = np.exp(-(apart**2) / 2 - np.log(2 * np.pi) / 2 - logs)
    slope = wins * mills
    bend = wins * mills * (apart + mills)
    return float((wins * logs).sum()), slope - slope.T, bend + bend.T


def _check(conditions: tuple[str, ...], wins: np.ndarray) -> None:
    if len(conditions) < 2:
        raise OutOfRange("A scale needs at least two conditions that were compared")
    groups = groups_of_conditions(wins)
    if groups.max() > 0:
        apart = [
            ", ".join(name for name, g in zip(conditions, groups, strict=True) if g == group)
            for group in range(groups.max() + 1)
        ]
        raise OutOfRange(
            "Some conditions were never compared with the others",
            actual=" | ".join(apart),
            expected="a chain of comparisons between any two conditions",
            remedy="Collect votes on pairs across the groups",
        )
