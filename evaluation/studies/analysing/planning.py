"""How many raters or votes a study needs, before it begins."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from scipy import integrate, stats

from restoration.errors import OutOfRange

MOST = 100_000


class Design(Enum):
    """Who judges the two stimuli of a comparison."""

    PAIRED = "paired"
    """The same raters judge both."""
    INDEPENDENT = "independent"
    """Other raters judge each."""


def raters_for_difference(
    difference: float,
    deviation: float,
    design: Design,
    comparisons: int = 1,
    power: float = 0.8,
    alpha: float = 0.05,
) -> int:
    """Raters needed (for each stimulus) to find a difference in mean opinion score.

    Two-sided t test, alpha divided by the number of comparisons (Bonferroni), as in Brunnstrom
    and Barkowsky, J. Electronic Imaging 27(5), 2018. `deviation` is that of the votes on one
    stimulus (0.8 is usual on a five-point scale), and of the differences in a paired design.
    Assumes normal votes. Raises OutOfRange.
    """
    _between("The difference", difference, 0, math.inf)
    _between("The deviation", deviation, 0, math.inf)
    _between("The power", power, alpha, 1)
    _between("alpha", alpha, 0, 0.5)
    _between("The number of comparisons", comparisons, 0.5, 1e6)
    effect = difference / deviation
    low, high = 2, 4
    while _power(effect, high, design, alpha / comparisons) < power:
        low, high = high, high * 2
        if high > MOST:
            raise _too_many(f"more than {MOST:,} raters")
    while low < high:
        middle = (low + high) // 2
        if _power(effect, middle, design, alpha / comparisons) < power:
            low = middle + 1
        else:
            high = middle
    return high


def pairs_for_preference(share: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """Independent votes on one pair needed to find that `share` prefers one of the two.

    Two-sided normal approximation of the binomial test against one half, with the variance under
    each hypothesis. Votes of one rater on several contents are not independent: plan raters.
    """
    _between("The share", share, 0.5, 1)
    _between("The power", power, alpha, 1)
    _between("alpha", alpha, 0, 0.5)
    z_alpha, z_power = stats.norm.ppf(1 - alpha / 2), stats.norm.ppf(power)
    root = z_alpha * 0.5 + z_power * math.sqrt(share * (1 - share))
    return math.ceil((root / (share - 0.5)) ** 2 - 1e-9)


def votes_for_interval(deviation: float, half_width: float) -> int:
    """Votes on one item until its 95 % interval is +- `half_width`; at least 2."""
    _between("The half width", half_width, 0, math.inf)
    for votes in range(2, MOST):
        reach = stats.t.ppf(0.975, votes - 1) * deviation / math.sqrt(votes)
        if reach <= half_width:
            return votes
    raise _too_many(f"more than {MOST:,} votes")


def _power(effect: float, raters: int, design: Design, alpha: float) -> float:
    """Of the two-sided t test, by integrating over the estimated deviation.

    SciPy's noncentral t is NaN in the far tail that Bonferroni needs, hence the integral:
    P(T > t) is the mean over the chi distribution of P(Z + shift > t s).
    """
    if design is Design.PAIRED:
        freedom, shift = raters - 1, effect * math.sqrt(raters)
    else:
        freedom, shift = 2 * (raters - 1), effect * math.sqrt(raters / 2)
    limit = stats.t.isf(alpha / 2, freedom)

    def density(ratio: float) -> float:
        beyond = stats.norm.sf(limit * ratio - shift) + stats.norm.cdf(-limit * ratio - shift)
        return float(beyond * stats.chi.pdf(ratio * math.sqrt(freedom), freedom))

    spread = 12 / math.sqrt(2 * freedom)
    ends = max(0.0, 1 - spread), 1 + spread
    value, _ = integrate.quad(density, *ends, limit=200)
    return float(value * math.sqrt(freedom))


def _between(what: str, value: float, low: float, high: float) -> None:
    if not (np.isfinite(value) and low < value < high):
        limits = f"above {low:g}" + ("" if math.isinf(high) else f" and below {high:g}")
        raise OutOfRange(f"{what} is outside its range", actual=f"{value:g}", expected=limits)


def _too_many(count: str) -> OutOfRange:
    return OutOfRange(
        "The study would be too large to be planned", actual=count, remedy="Ask for less"
    )
