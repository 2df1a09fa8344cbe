"""Real or synthetic: can raters tell, how well, and is it shown that they cannot?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from evaluation.studies.analysing.clustered import clustered_means, factors_of, t_test
from evaluation.studies.analysing.intervals import mean_interval
from evaluation.studies.analysing.votes import KINDS, Phase
from restoration.errors import OutOfRange

PROTOCOL = "real-or-synthetic"
MARGIN = 0.1
"""Accuracy within 0.5 +- this counts as "cannot tell"; fixed before looking at votes."""


@dataclass(frozen=True)
class Detection:
    """How well synthetic images are told from real ones."""

    votes: int
    raters: int
    accuracy: float
    """Mean of the shares of synthetic and of real images judged rightly; 0.5 is guessing."""
    low: float
    high: float
    p: float
    """Of guessing."""
    p_equivalent: float
    """Two one-sided tests: small means shown to be within the margin of guessing."""
    margin: float
    sensitivity: float
    """d': distance of the two kinds in standard deviations; 0 is guessing."""
    sensitivity_low: float
    sensitivity_high: float
    criterion: float
    """c: above 0, raters tend to answer "real"."""


def detection(votes: pd.DataFrame, margin: float = MARGIN) -> Detection:
    """Signal detection on votes whose truth is real or synthetic; score 1 says synthetic, 0 real.

    On a graded scale a score above the middle counts as "synthetic", the middle as half. d' and c
    use the log-linear correction, so that perfect raters have a finite d' (Hautus, 1995);
    accuracy is clustered by rater and image, its equivalence to guessing is tested by two
    one-sided tests (Schuirmann, 1987), and d' has a delta-method interval at that clustering.
    Raises OutOfRange for one rater, or where only one kind of image was shown.
    """
    chosen = votes[votes["truth"].isin(list(KINDS)) & votes["score"].notna()]
    chosen = chosen[chosen["phase"] == Phase.VOTE]
    is_synthetic = (chosen["truth"] == "synthetic").to_numpy()
    if is_synthetic.all() or not is_synthetic.any():
        raise OutOfRange(
            "Telling real from synthetic needs votes on both",
            actual=f"{is_synthetic.sum()} on synthetic, {(~is_synthetic).sum()} on real images",
        )
    middle = (chosen["scale_min"] + chosen["scale_max"]) / 2
    says = (np.sign((chosen["score"] - middle).to_numpy(dtype=float)) + 1) / 2
    right = np.where(is_synthetic, says, 1 - says)
    factors = factors_of(chosen, "item")
    kinds = clustered_means(right, np.ones(len(right)), is_synthetic.astype(int), factors)
    accuracy = float(kinds.values.mean())
    error, freedom = kinds.spread(np.array([0.5, 0.5]))
    low, high = mean_interval(accuracy, error, freedom, 0.0, 1.0)
    hits = _loglinear(says[is_synthetic])
    alarms = _loglinear(says[~is_synthetic])
    z_hits, z_alarms = stats.norm.ppf(hits), stats.norm.ppf(alarms)
    sensitivity = float(z_hits - z_alarms)
    # d' = 2 z(accuracy) for an unbiased rater: the slope turns the error of one into the other's.
    reach = float(stats.t.ppf(0.975, freedom)) * 2 * error / float(stats.norm.pdf(sensitivity / 2))
    return Detection(
        votes=len(right),
        raters=int(chosen["rater"].nunique()),
        accuracy=accuracy,
        low=float(low),
        high=float(high),
        p=t_test(accuracy - 0.5, error, freedom),
        p_equivalent=_equivalence(accuracy - 0.5, error, freedom, margin),
        margin=margin,
        sensitivity=sensitivity,
        sensitivity_low=sensitivity - reach,
        sensitivity_high=sensitivity + reach,
        criterion=float(-(z_hits + z_alarms) / 2),
    )


def _equivalence(value: float, error: float, freedom: float, margin: float) -> float:
    if error < 1e-12:
        return 0.0 if abs(value) < margin else 1.0
    below = stats.t.sf((value + margin) / error, freedom)
    above = stats.t.sf((margin - value) / error, freedom)
    return float(max(below, above))


def _loglinear(says: np.ndarray) -> float:
    return float((says.sum() + 0.5) / (len(says) + 1))
