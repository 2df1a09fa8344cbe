"""Holm's correction, for every table of many tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Step-down correction of `p_values` (tests,), in their order.

    Holm, Scandinavian Journal of Statistics 6, 1979: keeps the chance of one false finding or
    more below the level, whatever the tests' dependence. NaN is a test that could not be made: it
    stays NaN and does not count among the others.
    """
    corrected = np.array(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(corrected))
    order = known[np.argsort(corrected[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(corrected[order] * factors), 1.0)
    return corrected
