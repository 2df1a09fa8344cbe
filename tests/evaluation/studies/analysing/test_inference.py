"""Coverage, errors of the first kind, and power, on studies whose truth is known.

`bench/study_statistics.py` runs the full numbers and keeps the record; here fewer studies with
wider limits, which a broken method would still miss: they are three binomial deviations wide.
"""

from __future__ import annotations

import numpy as np
import pytest

from bench.study_statistics import CHECKS, run_check


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_what_is_claimed_holds(name: str) -> None:
    check = CHECKS[name]
    share = run_check(check, check.tested)
    spread = 3 * np.sqrt(check.claimed * (1 - check.claimed) / check.tested)
    assert check.low - spread <= share <= check.high + spread, share
