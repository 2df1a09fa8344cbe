"""What a restoration took away: noise only, or structure too.

The residual (before minus after, "method noise" in Buades, Coll, Morel, SIAM MMS 4(2), 2005)
of a faithful denoiser looks like the noise alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label, uniform_filter

from restoration.errors import UsageError
from restoration.estimation.blocks import SIDE
from restoration.estimation.jpeg import luma_table
from restoration.pages.page import Pixels
from restoration.residual_spectrum import Spectrum, residual_spectrum

CELL = 32
"""Side in pixels of the squares that are judged one by one."""
GROUP = 4
"""Cells that touch are shown as one place, up to this many across and down."""
MOST_PLACES = 12
WINDOWS = (3, 5)
"""Sides of the smoothing windows: a thin line survives the smaller, a faint stroke the larger."""
DEVIATIONS = 5.5
"""How many standard deviations above noise alone a cell must be. Of 100 000 cells of
white noise none was (bench/noise_estimation.py counts them)."""

_CORRELATED_MARGIN = 1.5
_LEAST_SIGMA = 1.0
_NOTHING = 0.05
SOFTENED_ABOVE = 0.5
"""Edge correlation. A Gaussian blur of radius 1 reads 0.59 or more on the test photographs at
sigma 25, non-local means 0.3 at most."""


@dataclass(frozen=True)
class Place:
    """A rectangle where the residual is not just noise, in pixels."""

    x: int
    y: int
    width: int
    height: int
    strength: float
    """Energy of the smoothed residual over the most that noise leaves, at its strongest cell."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What was found in a residual."""

    removed: float
    """Root mean square of the residual on the 0-255 scale."""
    spectrum: Spectrum
    """Autocorrelation, radial spectrum and whiteness of the residual."""
    edge_correlation: float
    """Correlation of the residual's local energy with the edges of the result, -1 to 1."""
    places: tuple[Place, ...]
    """The strongest places, at most 12."""
    place_count: int
    """All places found."""
    noise_correlation: float
    """Correlation of the page's own noise that was allowed for; 0 for white noise."""
    jpeg_quality: int | None = None
    """Compression that was allowed for; None also where it is far finer than the noise."""

    @property
    def whiteness(self) -> float:
        """1 where the residual is like white noise, towards 0 where neighbours are alike."""
        return self.spectrum.whiteness

    @property
    def sentence(self) -> str:
        """The outcome for a person."""
        if self.place_count:
            places = "1 place" if self.place_count == 1 else f"{self.place_count} places"
            return f"Structure was removed here: {places} to check."
        if self.removed < _NOTHING:
            return "Nothing was removed."
        if self.jpeg_quality is not None:
            return (
                "Only noise was removed: the residual is no coarser than this page's noise and "
                f"its JPEG compression at quality {self.jpeg_quality}."
            )
        if self.noise_correlation:
            return (
                "Only noise was removed: the residual is no coarser than this page's own noise "
                f"(correlation {self.noise_correlation:.2f} between neighbours)."
            )
        if self.edge_correlation > SOFTENED_ABOVE:
            return (
                "Detail was softened throughout: what was removed follows the edges "
                f"(correlation {self.edge_correlation:.2f}), though no single place stands out."
            )
        return (
            "Only noise was removed: no place stands out in the residual "
            f"(whiteness {self.whiteness:.2f})."
        )


def audit(
    before: Pixels,
    after: Pixels,
    sigma: float,
    noise_correlation: float = 0.0,
    jpeg_quality: int | None = None,
) -> Audit:
    """Examine what went from `before` to `after`, both (H, W, C), [0, 1].

    `sigma` is that of the noise on the 0-255 scale, `noise_correlation` what neighbouring pixels
    of the noise have in common, and `jpeg_quality` that of the page, as the estimators give them:
    coarse noise and compression leave a coarse residual, which is then not held against the
    restorer. Valid for noise of about the same sigma everywhere. Structure much fainter than
    the noise goes unseen. Raises UsageError when the shapes differ.
    """
    if before.shape != after.shape:
        raise UsageError(
            "A page can only be audited against its restoration",
            actual=f"shapes {before.shape} and {after.shape}",
            expected="one shape (height, width, channels)",
        )
    residual = _gray(before) - _gray(after)
    correlation = max(0.0, noise_correlation)
    gray_sigma = max(sigma, _LEAST_SIGMA) * _channel_gain(before, after)
    if jpeg_quality is not None:
        window = WINDOWS[0]
        if _quantisation_variance(jpeg_quality, window) < (gray_sigma / window) ** 2 / 4:
            # Compression this much finer than the noise explains nothing.
            jpeg_quality = None
    excess = np.maximum.reduce(
        [_excess(residual, window, gray_sigma, correlation, jpeg_quality) for window in WINDOWS]
    )
    places = _places(excess, residual.shape)
    return Audit(
        removed=float(np.sqrt(np.mean(np.square(residual)))),
        spectrum=residual_spectrum(residual),
        edge_correlation=_edge_correlation(residual, _gray(after)),
        places=tuple(places[:MOST_PLACES]),
        place_count=len(places),
        noise_correlation=correlation,
        jpeg_quality=jpeg_quality,
    )


def amplified_residual(before: Pixels, after: Pixels) -> tuple[Pixels, float]:
    """The residual made visible, (H, W, C), [0, 1] around mid-gray, and its gain.

    The gain is a round number, 1 to 50, chosen so that three standard deviations just fit.
    """
    residual = before - after
    reach = 3 * float(residual.std())
    gain = max((g for g in (1, 2, 5, 10, 20, 50) if g * reach <= 0.5), default=1)
    return np.clip(0.5 + gain * residual, 0, 1).astype(np.float32), float(gain)


def _gray(pixels: Pixels) -> NDArray[np.float32]:
    """(H, W) mean over channels on the 0-255 scale."""
    weights = np.full(pixels.shape[2], 255 / pixels.shape[2], np.float32)
    return pixels @ weights


def _channel_gain(before: Pixels, after: Pixels) -> float:
    """Deviation of the residual's mean over channels, over that of one channel.

    0.58 for independent noise in three channels, 1 for grain that all channels share. The
    median over cells, so that places with structure do not decide.
    """
    if before.shape[2] == 1:
        return 1.0
    rows = slice(None, None, 4)
    residual = before[rows] - after[rows]
    shared = _cell_means(np.square(residual.mean(axis=2)), CELL)
    single = _cell_means(np.square(residual).mean(axis=2), CELL)
    whole = float(np.median(single))
    return float(np.sqrt(np.median(shared) / whole)) if whole > 0 else 1.0


def _excess(
    residual: NDArray[np.float32],
    window: int,
    sigma: float,
    correlation: float,
    jpeg_quality: int | None,
) -> NDArray[np.float32]:
    """Per cell: variance of the smoothed residual over the most that noise leaves."""
    blur = _noise_blur(correlation)
    smoothing = (window**2 - 1) / 12
    variance = max(sigma**2 * blur / (blur + smoothing), sigma**2 / window**2)
    pixels_alike = max(4 * np.pi * (blur + smoothing), window**2)
    limit = 1 + DEVIATIONS * np.sqrt(2 * pixels_alike / CELL**2)
    if correlation:
        limit *= _CORRELATED_MARGIN
    if jpeg_quality is not None:
        variance += _quantisation_variance(jpeg_quality, window)
    smooth = uniform_filter(residual, window)
    # Less the mean of the cell: clipped noise shifts the tone of paper, which is no structure.
    energy = _cell_means(np.square(smooth), CELL) - np.square(_cell_means(smooth, CELL))
    return energy / np.float32(variance * limit)


def _noise_blur(correlation: float) -> float:
    """Variance in square pixels of the Gaussian blur that makes white noise this coarse.

    Such noise has the correlation exp(-1 / 4b) between neighbours.
    """
    return 0.0 if correlation <= 0 else float(-1 / (4 * np.log(min(correlation, 0.95))))


def _quantisation_variance(quality: int, window: int) -> float:
    """Most variance that JPEG's rounding leaves in luma after a box window, 0-255 scale.

    A coefficient of step q is rounded with a variance of q^2 / 12 at most.
    """
    half = np.pi * np.arange(1, SIDE) / (2 * SIDE)
    response = np.concatenate([[1.0], np.sin(window * half) / (window * np.sin(half))]) ** 2
    steps = luma_table(quality).astype(np.float64)
    return float(np.sum(steps**2 / 12 * np.outer(response, response)) / SIDE**2)


def _cell_means(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Mean of (H, W) over squares; a rest narrower than half a square joins its neighbour."""
    rows, columns = (np.arange(0, max(1, length - side // 2 + 1), side) for length in image.shape)
    sums = np.add.reduceat(np.add.reduceat(image, rows, axis=0), columns, axis=1)
    heights = np.diff(np.append(rows, image.shape[0]))
    widths = np.diff(np.append(columns, image.shape[1]))
    return np.asarray(sums / np.outer(heights, widths), np.float32)


def _places(excess: NDArray[np.float32], shape: tuple[int, ...]) -> list[Place]:
    """Rectangles around touching cells with structure, strongest first."""
    components, _ = label(excess > 1, structure=np.ones((3, 3)))
    groups: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    for row, column in np.argwhere(components):
        key = (int(components[row, column]), int(row) // GROUP, int(column) // GROUP)
        groups.setdefault(key, []).append((int(row), int(column)))
    places = [_place(cells, excess, shape) for cells in groups.values()]
    return sorted(places, key=lambda place: -place.strength)


def _place(
    cells: list[tuple[int, int]], excess: NDArray[np.float32], shape: tuple[int, ...]
) -> Place:
    rows, columns = np.array(cells).T
    bottom = shape[0] if rows.max() == excess.shape[0] - 1 else (int(rows.max()) + 1) * CELL
    right = shape[1] if columns.max() == excess.shape[1] - 1 else (int(columns.max()) + 1) * CELL
    x, y = int(columns.min()) * CELL, int(rows.min()) * CELL
    return Place(x, y, right - x, bottom - y, float(excess[rows, columns].max()))


def _edge_correlation(residual: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Pearson correlation, over 8x8 cells, of residual strength and steepness of the result."""
    strength = np.sqrt(_cell_means(np.square(residual), 8)).ravel()
    down = np.abs(np.diff(after, axis=0, append=after[-1:]))
    across = np.abs(np.diff(after, axis=1, append=after[:, -1:]))
    steepness = _cell_means(down + across, 8).ravel()
    if strength.std() == 0 or steepness.std() == 0:
        return 0.0
    return float(np.corrcoef(strength, steepness)[0, 1])
