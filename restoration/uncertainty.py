"""How far may each restored pixel be off? Measured on the page itself, by noising it again.

The restored page is taken for the truth, noise of the same level is added, and it is restored
once more: now the error is known. The spread of a self-ensemble says where errors are likely;
the second restoration says how large they are there. The spread of the page is then scaled to
an expected error.

Valid for noise near white Gaussian, and only for what the model might get wrong with this kind
of noise: detail that the noise had wiped out before is missing from the restored page too, so
the figures are a lower bound there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from restoration.ensemble import Ensemble, RunPage, run_ensemble
from restoration.progress import Report, silent

NEIGHBOURHOOD = 5
"""Side in pixels over which spread and error are averaged: a single pixel's is mostly chance."""
BINS = 12
DOUBTFUL = 8 / 255
"""An expected error of this size is visible as a changed gray level on flat ground."""


@dataclass(frozen=True)
class Uncertainty:
    """Expected error of a restored page."""

    expected_error: NDArray[np.float32]
    """(H, W): root mean square error to expect, in the units of the page, 0 to 1."""
    doubtful_share: float
    """Share of the page where that is above `DOUBTFUL`."""
    correlation: float
    """Rank correlation of expected and true error on the page noised again: 1 is a perfect map,
    0 also where one of the two is the same everywhere."""


def uncertainty(
    run_page: RunPage, ensemble: Ensemble, sigma: float, seed: int = 0, report: Report = silent
) -> Uncertainty:
    """Calibrate the spread of `ensemble` for noise `sigma` (0-255); costs eight more runs."""
    truth = ensemble.mean
    noise = np.random.default_rng(seed).normal(0, sigma / 255, truth.shape).astype(np.float32)
    again = run_ensemble(run_page, truth + noise, report)
    error = _smooth(np.square(again.mean - truth).mean(axis=2))
    spread = _smooth(np.square(again.spread))
    edges, errors = _calibration(spread, error)
    expected = np.sqrt(np.interp(_smooth(np.square(ensemble.spread)), edges, errors))
    return Uncertainty(
        expected.astype(np.float32),
        float(np.mean(expected > DOUBTFUL)),
        _rank_correlation(spread, error),
    )


def _smooth(page: NDArray[np.float32]) -> NDArray[np.float32]:
    return uniform_filter(page, NEIGHBOURHOOD, mode="nearest")


def _calibration(
    spread: NDArray[np.float32], error: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean squared error against squared spread, in bins of equal counts, never falling."""
    order = np.argsort(spread, axis=None)
    bins = np.array_split(order, BINS)
    middles = np.array([spread.ravel()[each].mean(dtype=np.float64) for each in bins])
    errors = np.array([error.ravel()[each].mean(dtype=np.float64) for each in bins])
    return middles, np.maximum.accumulate(errors)


def _rank_correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    from scipy.stats import spearmanr

    step = max(1, a.size // 20_000)
    x, y = a.ravel()[::step], b.ravel()[::step]
    return float(spearmanr(x, y).statistic) if np.ptp(x) > 0 and np.ptp(y) > 0 else 0.0
