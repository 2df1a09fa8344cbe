"""The two-part mixed model of annotation quality: severe or not, and how good if not.

Raedsch et al., "Labelling instructions matter in biomedical image analysis", Nature Machine
Intelligence 5, 2023: zero-inflated beta with crossed random intercepts of rater and image, each
correlated between the two parts. There it was sampled for hours; here the random intercepts are
integrated by Laplace's approximation, whose gradient autograd gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from scipy import stats
from scipy.optimize import minimize

from evaluation.studies.analysing.two_part_density import Data, Parameters, laplace
from restoration.errors import OutOfRange

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]
FACTORS = ("stage", "provider", "qa")
MOST_EFFECTS = 40


@dataclass(frozen=True)
class TwoPartModel:
    """The fitted model."""

    coefficients: pd.DataFrame
    """part ("severe" or "quality"), term, estimate (logit), error, low, high, p."""
    spreads: pd.DataFrame
    """factor (rater, image), part, deviation; and their correlation between the parts."""
    precision: float
    """phi of the beta part: variance = mean (1 - mean) / (1 + phi)."""
    log_density: float
    """Laplace log marginal likelihood plus log prior at the mode."""
    votes: int
    references: dict[str, str]
    """Factor to the level that the others are compared with."""


def two_part_model(votes: pd.DataFrame, references: dict[str, str] | None = None) -> TwoPartModel:
    """Fit to votes `with_quality`; predictors are stage, provider, qa and characteristics.

    logit P(severe) and logit E(quality | not severe) each have the predictors that vary in the
    votes, and random intercepts of rater and image. A level is compared with `references`, else
    with "no" for qa, and where that does not occur with the first that does; votes without a
    level of a factor that varies are left out.
    Priors as in the paper: normal(0, 10) on coefficients, half-Cauchy(1) on standard deviations,
    flat on the correlation: they keep separable data (a stage without a severe error) finite,
    with a wide interval. The mode on the unbounded scale is reported, with Wald intervals of
    Student's t: most effects lie between raters or between images, so that their errors rest on
    as many units as there are of the fewer, less the predictors (between-within degrees of
    freedom; Schluchter and Elashoff, J. Statist. Comput. Simul. 37, 1990).
    Qualities of exactly 1 are outside the beta distribution and are drawn in by
    (y (n - 1) + 0.5) / n (Smithson and Verkuilen, 2006).
    Assumes constant precision. Laplace's approximation is poor with fewer than about five votes
    a rater. Raises OutOfRange where no vote is left in one part, or there is one rater.
    """
    data, names, levels = model_data(votes, references or {})
    start = Parameters.start(data).vector
    mode: list[torch.Tensor | None] = [None]

    def objective(vector: np.ndarray) -> tuple[float, np.ndarray]:
        point = torch.tensor(vector, requires_grad=True)
        value, mode[0] = laplace(Parameters.of(point, data), data, mode[0])
        (gradient,) = torch.autograd.grad(value, point)
        return -float(value.detach()), -gradient.numpy()

    found = minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-4})
    covariance = np.linalg.inv(_hessian(objective, found.x))
    return _described(found.x, covariance, -float(found.fun), data, names, levels)


def model_data(
    votes: pd.DataFrame, references: dict[str, str]
) -> tuple[Data, list[str], dict[str, str]]:
    """What is fitted, the names of the predictors, and the level each factor starts from."""
    for factor in FACTORS:
        if votes[factor].nunique() > 1:
            votes = votes[votes[factor] != ""]
    design, names, levels = _design(votes, references)
    return _data(votes, design), names, levels


def _design(
    votes: pd.DataFrame, references: dict[str, str]
) -> tuple[np.ndarray, list[str], dict[str, str]]:
    """(votes, predictors) with an intercept, their names, and the level each factor starts from."""
    columns, names, levels = [np.ones(len(votes))], ["intercept"], {}
    for factor in FACTORS:
        present = list(dict.fromkeys(votes[factor]))
        if len(present) < 2:
            continue
        wanted = references.get(factor, "no" if factor == "qa" else present[0])
        levels[factor] = wanted if wanted in present else present[0]
        for level in present:
            if level != levels[factor]:
                columns.append((votes[factor] == level).to_numpy(dtype=float))
                names.append(f"{factor}: {level}")
    lists = [set(map(str.strip, text.split(";"))) for text in votes["characteristics"]]
    for kind in sorted(set().union(*lists) - {""}):
        has = np.array([kind in each for each in lists], dtype=float)
        if 0 < has.mean() < 1:
            columns.append(has)
            names.append(kind)
    design = np.column_stack(columns)
    kept = _independent(design)
    if len(kept) > MOST_EFFECTS:
        raise OutOfRange(
            "The model would have too many predictors",
            actual=f"{len(kept)}",
            expected=f"at most {MOST_EFFECTS}",
            remedy="Merge characteristics or providers",
        )
    return design[:, kept], [names[k] for k in kept], levels


def _independent(design: np.ndarray) -> list[int]:
    """Columns that are no combination of those before them."""
    kept: list[int] = []
    for column in range(design.shape[1]):
        if np.linalg.matrix_rank(design[:, [*kept, column]]) > len(kept):
            kept.append(column)
    return kept


def _data(votes: pd.DataFrame, design: np.ndarray) -> Data:
    severe = votes["severe"].to_numpy(dtype=bool)
    if severe.sum() < 2 or (~severe).sum() < 10:
        raise OutOfRange(
            "The two-part model needs votes in both parts",
            actual=f"{severe.sum()} severe and {(~severe).sum()} other votes",
            expected="at least 2 and 10",
        )
    if votes["rater"].nunique() < 2 or votes["item"].nunique() < 2:
        raise OutOfRange("The two-part model needs several raters and several images")
    quality = votes["quality"].to_numpy(dtype=float)[~severe]
    if quality.max() >= 1:
        quality = (quality * (len(quality) - 1) + 0.5) / len(quality)
    raters = np.unique(votes["rater"].to_numpy(dtype=str), return_inverse=True)[1]
    images = np.unique(votes["item"].to_numpy(dtype=str), return_inverse=True)[1]
    return Data.of(design, severe, quality, raters, images)


def _hessian(objective: Objective, at: np.ndarray, step: float = 1e-4) -> np.ndarray:
    rows = []
    for k in range(len(at)):
        shift = np.zeros(len(at))
        shift[k] = step
        above, below = objective(at + shift)[1], objective(at - shift)[1]
        rows.append((above - below) / (2 * step))
    hessian = np.array(rows)
    return (hessian + hessian.T) / 2


def _described(
    vector: np.ndarray,
    covariance: np.ndarray,
    log_density: float,
    data: Data,
    names: list[str],
    levels: dict[str, str],
) -> TwoPartModel:
    count = len(names)
    estimate, error = vector[: 2 * count], np.sqrt(np.diag(covariance))[: 2 * count]
    known = stats.t(max(1, min(data.counts) - count))
    reach = known.ppf(0.975) * error
    coefficients = pd.DataFrame(
        {
            "part": ["severe"] * count + ["quality"] * count,
            "term": names * 2,
            "estimate": estimate,
            "error": error,
            "low": estimate - reach,
            "high": estimate + reach,
            "p": 2 * known.sf(np.abs(estimate) / error),
        }
    )
    parameters = Parameters.of(torch.tensor(vector), data)
    spreads = pd.DataFrame(
        [
            {
                "factor": name,
                "severe": float(block.sd[0]),
                "quality": float(block.sd[1]),
                "correlation": float(block.correlation),
            }
            for name, block in (("rater", parameters.rater), ("image", parameters.image))
        ]
    )
    return TwoPartModel(
        coefficients, spreads, float(parameters.phi), log_density, data.votes, levels
    )
