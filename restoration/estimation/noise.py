"""How much noise a page has, and of what kind, from its flattest blocks.

A block is judged flat by its coarse frequencies and the noise is measured in its fine ones, so
that choosing the flattest does not choose the least noisy: after Ponomarenko et al., "An
automatic approach to lossy compression of AVIRIS images", IGARSS 2007, with clipping undone
after Foi, Signal Processing 89(12), 2009.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv

from restoration.estimation.blocks import FREQUENCY, SIDE, Blocks, sample_blocks
from restoration.estimation.clipping import clipped_deviation, unclipped_sigma
from restoration.pages.page import Pixels

FLAT_SHARE = 0.03
FEWEST_FLAT = 48
CORRELATED_ABOVE = 0.1
"""Lag-1 correlation. White noise of sigma 15 to 50 on the test photographs reads at most 0.095,
noise blurred by a Gaussian of radius 0.5 pixels at least 0.147."""
UNEVEN_ABOVE = 2.0
"""Spread of block energies, 1 for noise. Nine in ten photographs with grain of sigma 25 read less
than 1.8; most untouched ones, where it is texture that is coarse, more than 2.6."""
DEPENDENT_ABOVE = 1.3
"""Ratio of the noise at the bright end to that at the dark end, or the reverse. White
noise on the test photographs reads at most 1.18."""

_COARSE = (FREQUENCY >= 1) & (FREQUENCY <= 5)
_COARSEST = (FREQUENCY >= 1) & (FREQUENCY <= 3)
_MIDDLE = (FREQUENCY >= 4) & (FREQUENCY <= 6)
_FINE = FREQUENCY >= 11


@dataclass(frozen=True)
class NoiseEstimate:
    """What was measured; sigma and gray levels are on the 0-255 scale."""

    sigma: float
    """Standard deviation before clipping; for signal-dependent noise at the page's mean level."""
    signal_dependent: bool = False
    """The noise changes with brightness (photon noise, film)."""
    slope: float = 0.0
    """Change of the noise variance per gray level; a measurement also where not significant."""
    correlated: bool = False
    """Neighbouring pixels have similar noise (grain, JPEG, a scanner's sharpening or resizing)."""
    correlation: float = 0.0
    """Correlation of the noise of adjacent pixels, -1 to 1."""
    clipped: bool = False
    """Some of the noise was cut off at black or white, and that was allowed for."""
    blocks: int = 0
    """Flat blocks the figures rest on; 0 means that the page gave nothing to measure."""


def estimate_noise(pixels: Pixels) -> NoiseEstimate:
    """Noise of (H, W, C) `pixels`, [0, 1]; values outside mean that nothing was clipped.

    Sigma is the root mean square over the channels. Valid where some of the page is flat at the
    scale of 8 pixels: on a page that is texture throughout it is an upper bound. Noise that is
    coarser than about 3 pixels is taken for content.
    """
    blocks = sample_blocks(pixels)
    clipped = blocks.clipped
    usable = np.flatnonzero(blocks.saturated.mean(axis=1) < 0.6) if clipped else slice(None)
    candidates = Blocks(blocks.coefficients[usable], blocks.saturated[usable])
    count = len(candidates.coefficients)
    if count < FEWEST_FLAT and (clipped or count == 0):
        return NoiseEstimate(0.0, clipped=clipped)

    flat = _flattest(candidates, _COARSE, sigma=None)
    sigma = _deviation(candidates, flat, white=True)
    if clipped:
        if count < 0.8 * len(blocks.coefficients) and _only_edges(candidates, flat):
            return NoiseEstimate(0.0, clipped=True, blocks=len(blocks.coefficients) - count)
        for _ in range(2):
            flat = _flattest(candidates, _COARSE, sigma)
            sigma = _deviation(candidates, flat, white=True)

    even = _flattest(candidates, _COARSEST, sigma if clipped else None)
    correlation = _lag_one_correlation(_power(candidates.coefficients[even]))
    correlated = correlation > CORRELATED_ABOVE and _unevenness(candidates, even) < UNEVEN_ABOVE
    if correlated:
        sigma = _deviation(candidates, even, white=False)
    dependence = _signal_dependence(candidates, sigma)
    if dependence.significant:
        sigma = dependence.sigma
    return NoiseEstimate(
        sigma=sigma,
        signal_dependent=dependence.significant,
        slope=dependence.slope,
        correlated=correlated,
        correlation=correlation,
        clipped=clipped,
        blocks=len(flat),
    )


def _flattest(blocks: Blocks, band: NDArray[np.bool_], sigma: float | None) -> NDArray[np.intp]:
    """Indices of the blocks with least energy in `band`.

    Clipping lowers the noise near black and white; with `sigma` given the energy is compared
    with what noise would leave at each gray level, or the flattest would be the most clipped.
    """
    energy = np.square(blocks.coefficients[:, :, band]).mean(axis=2)
    if sigma is not None:
        energy = energy / np.maximum(clipped_deviation(blocks.means, max(sigma, 0.5)), 0.3) ** 2
    keep = min(len(energy), max(FEWEST_FLAT, int(FLAT_SHARE * len(energy))))
    return np.argpartition(energy.mean(axis=1), keep - 1)[:keep]


def _power(coefficients: NDArray[np.float32]) -> NDArray[np.float64]:
    """(8, 8) variance of each coefficient over (n, C, 8, 8) blocks.

    The largest tenth is left out and the rest scaled as for Gaussian noise, so that a few blocks
    with an edge in them do not count.
    """
    squares = np.sort(np.square(coefficients.reshape(-1, SIDE, SIDE)), axis=0)
    kept = squares[: max(1, int(0.9 * len(squares)))]
    # Mean of a chi-square variable of one degree below its 90 % quantile, over its whole mean.
    share = gammainc(1.5, gammaincinv(0.5, 0.9)) / 0.9
    return kept.mean(axis=0, dtype=np.float64) / share


def _deviation(blocks: Blocks, flat: NDArray[np.intp], white: bool) -> float:
    """Sigma over flat blocks: from the fine frequencies if `white`, else from all of them.

    Clipping is undone in groups of like gray level, since it depends on the level.
    """
    sigmas: list[float] = []
    for channel in range(blocks.coefficients.shape[1]):
        members = flat[blocks.saturated[flat, channel] < 0.7]
        members = members[np.argsort(blocks.means[members, channel])]
        if len(members) == 0:
            continue
        groups = max(1, min(8, len(members) // 24)) if blocks.clipped else 1
        for group in np.array_split(members, groups):
            power = _power(blocks.coefficients[group, channel])
            variance = np.median(power[_FINE]) if white else _completed(power).mean()
            sigma = float(np.sqrt(variance))
            if blocks.clipped:
                sigma = unclipped_sigma(float(blocks.means[group, channel].mean()), sigma)
            sigmas.append(sigma)
    if blocks.clipped:
        return float(np.median(sigmas))
    return float(np.sqrt(np.mean(np.square(sigmas))))


def _completed(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """`power` with its coarsest frequencies, which hold shading, extrapolated from finer ones.

    The extrapolation is exact for white noise and for noise blurred by a Gaussian, whose log
    spectrum is a straight line in the squared frequency.
    """
    squared = np.add.outer(np.arange(SIDE) ** 2, np.arange(SIDE) ** 2)
    known = (FREQUENCY >= 4) & (FREQUENCY <= 7)
    logs = np.log(np.maximum(power[known], 1e-6))
    slope = min(0.0, float(np.polyfit(squared[known], logs, 1)[0]))
    anchor = (FREQUENCY == 4) | (FREQUENCY == 5)
    coarse = FREQUENCY <= 3
    growth = np.exp(slope * (squared[coarse] - squared[anchor].mean()))
    completed = power.copy()
    completed[coarse] = power[anchor].mean() * np.minimum(growth, 4.0)
    return completed


def _lag_one_correlation(power: NDArray[np.float64]) -> float:
    """Correlation of horizontal and vertical neighbours, from an (8, 8) power spectrum."""
    completed = _completed(power)
    cosine = np.cos(np.pi * np.arange(1, SIDE) / SIDE)
    down = completed[1:].sum(axis=1)
    across = completed[:, 1:].sum(axis=0)
    if down.sum() < 1e-9 or across.sum() < 1e-9:
        return 0.0
    return float((down @ cosine / down.sum() + across @ cosine / across.sum()) / 2)


def _unevenness(blocks: Blocks, flat: NDArray[np.intp]) -> float:
    """Spread of the energy from block to block over what stationary noise has; 1 for noise."""
    energy = np.square(blocks.coefficients[flat][:, :, _MIDDLE]).mean(axis=2)
    spread = energy.std(axis=0) / np.maximum(energy.mean(axis=0), 1e-9)
    return float(np.median(spread) / np.sqrt(2 / _MIDDLE.sum()))


def _only_edges(blocks: Blocks, flat: NDArray[np.intp]) -> bool:
    """Whether even the flattest unsaturated blocks are strokes: a clean page on pure white."""
    power = _power(blocks.coefficients[flat])
    return bool(power[_COARSE].mean() > 8 * np.median(power[_FINE]))


@dataclass(frozen=True)
class _Dependence:
    """How the variance of the noise follows the gray level."""

    significant: bool
    slope: float
    sigma: float
    """At the page's mean gray level."""


def _signal_dependence(blocks: Blocks, sigma: float) -> _Dependence:
    """Straight line through noise variance against gray level, over the flattest of each level.

    Foi et al., "Practical Poissonian-Gaussian noise modeling", IEEE TIP 17(10), 2008, section
    III, with blocks in place of segmented smooth areas.
    """
    brightness = blocks.means.mean(axis=1)
    levels, variances = [], []
    for members in np.array_split(np.argsort(brightness), 8):
        if len(members) < 2 * FEWEST_FLAT:
            continue
        level = Blocks(blocks.coefficients[members], blocks.saturated[members])
        flat = _flattest(level, _COARSE, None)
        if _textured(level, flat):
            continue
        levels.append(float(brightness[members[flat]].mean()))
        variances.append(_deviation(level, flat, white=True) ** 2)
    if len(levels) < 3 or max(levels) - min(levels) < 40:
        return _Dependence(False, 0.0, sigma)
    x, y = np.array(levels), np.array(variances)
    slope, offset = np.polyfit(x, y, 1)
    ends = np.maximum(offset + slope * np.array([x.min(), x.max()]), 1e-6)
    ratio = np.sqrt(ends.max() / ends.min())
    explained = 1 - np.var(y - offset - slope * x) / max(float(np.var(y)), 1e-12)
    at_mean = float(np.sqrt(max(offset + slope * brightness.mean(), 1e-6)))
    return _Dependence(bool(ratio > DEPENDENT_ABOVE and explained > 0.8), float(slope), at_mean)


def _textured(blocks: Blocks, flat: NDArray[np.intp]) -> bool:
    power = _power(blocks.coefficients[flat])
    return bool(power[_COARSE].mean() > 1.5 * np.median(power[_FINE]))
