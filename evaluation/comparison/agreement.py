"""Does a metric say what people say? Figures of ITU-T P.1401 (01/2020), sections 7.3 to 7.6."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, minimize
from scipy.stats import norm, spearmanr

FEWEST_STIMULI = 4
"""Fisher's interval of a correlation needs more than three."""
FEWEST_FOR_CUBIC = 12
"""With fewer stimuli a third-order mapping follows the noise of the ratings; a line is used."""
_FLAT = 1e-6
"""Range of a mapping, as a share of that of the ratings, that is left by rounding alone."""
_GRID = np.linspace(0, 1, 51)


@dataclass(frozen=True, eq=False)
class Agreement:
    """A metric against mean opinion scores."""

    stimuli: int
    plcc: float
    """Pearson's correlation after the mapping, with its 95 % interval by Fisher's transform; 0
    where no rising mapping is better than a flat one."""
    plcc_low: float
    plcc_high: float
    srcc: float
    """Spearman's rank correlation, which no mapping changes; negative where people prefer what
    the metric calls worse."""
    rmse_star: float
    """Root mean square of the errors beyond the ratings' own 95 % intervals, less the degrees
    of freedom of the mapping; on the scale of the ratings."""
    outlier_ratio: float
    """Share of stimuli whose error is beyond the ratings' own 95 % interval."""
    order: int
    """Of the mapping: 3, or 1 with few stimuli."""
    mapped: NDArray[np.float64]
    """(stimuli,) the goodness on the scale of the ratings."""


NAN = math.nan


def agreement(
    goodness: NDArray[np.float64], ratings: NDArray[np.float64], half_widths: NDArray[np.float64]
) -> Agreement:
    """Compare `goodness` (stimuli,) with mean `ratings` and their 95 % half widths (NaN: unknown).

    goodness: a metric turned so that more is better. It is mapped to the scale of the ratings by
    a polynomial that never falls, as it is meant to be compared with other metrics of other
    scales: a mapping that took its direction from the ratings would praise a metric that points
    the wrong way. Stimuli must be different ones, rated independently. A half width that is not
    known counts as 0, which makes RMSE* and the outlier ratio larger. All figures are NaN with
    fewer than 4 stimuli, or where the goodness or the ratings do not vary.
    """
    known = np.isfinite(goodness) & np.isfinite(ratings)
    x, y = goodness[known], ratings[known]
    widths = np.nan_to_num(half_widths[known], nan=0.0)
    count = len(x)
    if count < FEWEST_STIMULI or np.ptp(x) == 0 or np.ptp(y) == 0:
        nothing = np.full(len(goodness), math.nan)
        return Agreement(count, NAN, NAN, NAN, NAN, NAN, NAN, 0, nothing)
    order = 3 if count >= FEWEST_FOR_CUBIC else 1
    fitted = _rising(x, y, order)
    is_flat = np.ptp(fitted) <= _FLAT * np.ptp(y)
    plcc = 0.0 if is_flat else float(np.corrcoef(fitted, y)[0, 1])
    reach = norm.ppf(0.975) / math.sqrt(count - 3)
    centre = math.atanh(min(max(plcc, -1 + 1e-12), 1 - 1e-12))
    errors = np.abs(y - fitted)
    beyond = np.maximum(0.0, errors - widths)
    mapped = np.full(len(goodness), math.nan)
    mapped[known] = fitted
    return Agreement(
        stimuli=count,
        plcc=plcc,
        plcc_low=math.tanh(centre - reach),
        plcc_high=math.tanh(centre + reach),
        srcc=float(spearmanr(x, y).statistic),
        rmse_star=float(np.sqrt(np.sum(beyond**2) / max(count - (order + 1), 1))),
        outlier_ratio=float(np.mean(errors > widths)),
        order=order,
        mapped=mapped,
    )


def _rising(x: NDArray[np.float64], y: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """`x` mapped by the least-squares polynomial that falls nowhere in the range of `x`."""
    scaled = (x - x.min()) / np.ptp(x)
    powers = np.vander(scaled, order + 1, increasing=True)
    line = np.polynomial.polynomial.polyfit(scaled, y, 1)
    if line[1] < 0:
        line = np.array([y.mean(), 0.0])
    if order == 1:
        return np.asarray(powers @ line)
    steps = np.arange(1, order + 1)
    slopes = np.concatenate(
        [np.zeros((len(_GRID), 1)), steps * _GRID[:, None] ** (steps - 1)], axis=1
    )
    found = minimize(
        lambda c: float(np.mean((powers @ c - y) ** 2)),
        np.concatenate([line, np.zeros(order - 1)]),
        jac=lambda c: 2 * powers.T @ (powers @ c - y) / len(y),
        constraints=LinearConstraint(slopes, 0, np.inf),
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    return np.asarray(powers @ found.x)
