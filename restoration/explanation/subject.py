"""What is explained: a crop with noise, and the truth that results are scored against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from restoration.engine import run
from restoration.errors import OutOfRange
from restoration.estimation.noise import NoiseEstimate, estimate_noise
from restoration.fidelity import psnr
from restoration.models.catalogue import LoadedModel
from restoration.models.restorer import LevelKind
from restoration.pages.page import Pixels

SIDE = 256
"""Side of the crop in pixels."""
SMALLEST = 32
CELL = 16
"""Side of the cells by which a telling place is chosen."""
HARDLY_NOISY = 5.0
"""Below this sigma there is too little noise to watch a model remove it."""
USUAL_SIGMA = 25.0
SEED = 0


class Truth(Enum):
    """Where the truth comes from, in words for the page."""

    ORIGINAL = "The noise is the scan's own; results are scored against its clean original."
    SCAN = (
        "The scan has hardly any noise, so some was added to watch it go; results are scored "
        "against the picture without it."
    )
    STAND_IN = (
        "There is no clean original, so the model's own result stands in for it and was made noisy "
        "again: losses have the right sign, while absolute scores flatter the model."
    )
    REPEATED = (
        "The model takes colour and the scan is gray: the clean original, as three equal "
        "channels, was made noisy again."
    )


@dataclass(frozen=True, eq=False)
class Subject:
    """One crop, ready to be explained."""

    scan: Pixels
    """(H, W, C) as the visitor's file has it."""
    found: NoiseEstimate
    truth: Pixels
    """(H, W, C) in the model's channels."""
    noisy: Pixels
    """Truth and noise, unclipped: what the model is given."""
    sigma: float
    """Of the noise, 0-255 scale."""
    origin: Truth

    def score(self, pixels: Pixels) -> float:
        """PSNR in dB against the truth, of pixels as they would be stored: clipped, 8 bits."""
        seen = np.rint(np.clip(pixels, 0, 1) * 255) / 255
        value = psnr(seen, self.truth)
        return value if math.isfinite(value) else 99.0


def crop_place(pixels: Pixels, place: tuple[int, int] | None, side: int = SIDE) -> tuple[int, int]:
    """Corner (x, y) of a crop of at most `side` pixels: `place`, or as near as there is room.

    Without a place it is chosen. Raises OutOfRange for a page too small, or a place outside it.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST:
        raise OutOfRange(
            "The page is too small to explain",
            actual=f"{width} x {height} pixels",
            expected=f"at least {SMALLEST} x {SMALLEST}",
        )
    x, y = telling_place(pixels, side) if place is None else place
    if not (0 <= x < width and 0 <= y < height):
        raise OutOfRange(
            "The crop lies outside the page",
            actual=f"{x}, {y}",
            expected=f"0 to {width - 1}, 0 to {height - 1}",
        )
    return min(x, max(0, width - side)), min(y, max(0, height - side))


def cut(pixels: Pixels, place: tuple[int, int], side: int = SIDE) -> Pixels:
    """The crop of at most `side` pixels whose corner is `place` (x, y)."""
    x, y = place
    return np.ascontiguousarray(pixels[y : y + side, x : x + side])


def telling_place(pixels: Pixels, side: int = SIDE) -> tuple[int, int]:
    """(x, y) of the crop whose cells differ most in contrast: detail beside calm."""
    gray = np.clip(pixels.mean(axis=2), 0, 1)
    rows, columns = (length // CELL for length in gray.shape)
    if rows * CELL <= side and columns * CELL <= side:
        return 0, 0
    cells = gray[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
    contrast = cells.std(axis=(1, 3), dtype=np.float64)
    span = min(rows, side // CELL), min(columns, side // CELL)
    spread = _window_means(contrast**2, span) - _window_means(contrast, span) ** 2
    top, left = np.unravel_index(int(np.argmax(spread)), spread.shape)
    return int(left) * CELL, int(top) * CELL


def _window_means(cells: NDArray[np.float64], span: tuple[int, int]) -> NDArray[np.float64]:
    """Means over every window of `span` (rows, columns), from running sums."""
    sums = np.pad(cells.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    rows, columns = span
    total = sums[rows:, columns:] - sums[:-rows, columns:]
    total = total - sums[rows:, :-columns] + sums[:-rows, :-columns]
    return np.asarray(total / (rows * columns))


def subject(scan: Pixels, clean: Pixels | None, model: LoadedModel) -> Subject:
    """Settle what the model is given and what its results are scored against.

    `clean` is the crop of the original, of the scan's shape, where there is one.
    """
    found = estimate_noise(scan)
    channels = scan.shape[2]
    taken = model.restorer.descriptor.channels
    wanted = channels if channels in taken else taken[0]
    if found.sigma < HARDLY_NOISY:
        truth = as_channels(np.clip(scan if clean is None else clean, 0, 1), wanted)
        return _noised(scan, found, truth, trained_sigma(model), Truth.SCAN)
    if clean is not None and wanted == channels:
        sigma = 255 * float(np.std(scan - clean, dtype=np.float64))
        return Subject(scan, found, clean, scan, sigma, Truth.ORIGINAL)
    if clean is not None:
        truth = as_channels(clean, wanted)
        return _noised(scan, found, truth, found.sigma, Truth.REPEATED)
    stand_in = run(model.restorer, scan, told_level(model, found.sigma)).pixels
    truth = as_channels(np.clip(stand_in, 0, 1), wanted)
    return _noised(scan, found, truth, found.sigma, Truth.STAND_IN)


def trained_sigma(model: LoadedModel) -> float:
    """The one noise level that a model is for, or the usual one where it takes many."""
    facts = model.restorer.descriptor
    low, high = facts.level_range
    return low if facts.level is LevelKind.SIGMA and low == high else USUAL_SIGMA


def told_level(model: LoadedModel, sigma: float) -> float | None:
    """The level that a model is told for noise of `sigma`; None for one that takes no sigma."""
    return sigma if model.restorer.descriptor.level is LevelKind.SIGMA else None


def as_channels(pixels: Pixels, channels: int) -> Pixels:
    """(H, W, channels): gray repeated, or colour averaged."""
    if pixels.shape[2] == channels:
        return pixels
    if channels == 1:
        return pixels.mean(axis=2, keepdims=True)
    return np.repeat(pixels, channels, axis=2)


def _noised(
    scan: Pixels, found: NoiseEstimate, truth: Pixels, sigma: float, origin: Truth
) -> Subject:
    noisy = truth + white_noise(truth, sigma, SEED)
    return Subject(scan, found, truth, noisy, sigma, origin)


def white_noise(like: Pixels, sigma: float, seed: int) -> Pixels:
    """White Gaussian noise of `sigma` (0-255) in the shape of `like`."""
    draw = np.random.default_rng(seed).standard_normal(like.shape, dtype=np.float32)
    return draw * np.float32(sigma / 255)
