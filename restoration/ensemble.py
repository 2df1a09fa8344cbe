"""Self-ensemble: restore a page in its eight orientations and average what comes out.

Lim et al., "Enhanced Deep Residual Networks for Single Image Super-Resolution", CVPRW 2017,
section 3.4. Where the eight answers differ, the model does not know: their spread is the source
of the uncertainty map (`restoration.uncertainty`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.engine import Run
from restoration.progress import Report, silent, within

ORIENTATIONS = tuple((turns, mirrored) for mirrored in (False, True) for turns in range(4))
"""The dihedral group of the square: quarter turns, then the same mirrored."""

RunPage = Callable[[NDArray[np.float32], Report], Run]
"""Restores one (H, W, C) page: the engine with model, level and tiles already chosen."""


@dataclass(frozen=True)
class Ensemble:
    """The mean of eight restorations, and how far they are apart."""

    upright: Run
    """The plain restoration."""
    mean: NDArray[np.float32]
    """(H, W, C)."""
    spread: NDArray[np.float32]
    """(H, W): standard deviation over the orientations, root mean square over the channels."""


def run_ensemble(
    run_page: RunPage, pixels: NDArray[np.float32], report: Report = silent
) -> Ensemble:
    """Restore (H, W, C) `pixels` eight times; costs eight times the time and no more memory
    than two further pages. For models that keep the size of the page.
    """
    first: Run | None = None
    mean = np.zeros_like(pixels)
    squares = np.zeros_like(pixels)
    for number, (turns, mirrored) in enumerate(ORIENTATIONS):
        part = within(report, number / 8, (number + 1) / 8, f"orientation {number + 1} of 8, ")
        result = run_page(oriented(pixels, turns, mirrored), part)
        first = first or result
        upright = restored_orientation(result.pixels, turns, mirrored)
        change = upright - mean
        mean += change / np.float32(number + 1)
        squares += change * (upright - mean)
    assert first is not None
    variance = squares / np.float32(len(ORIENTATIONS) - 1)
    return Ensemble(first, mean, np.sqrt(variance.mean(axis=2)))


def oriented(page: NDArray[np.float32], turns: int, mirrored: bool) -> NDArray[np.float32]:
    """The page mirrored left to right if asked, then turned by quarter turns."""
    return np.ascontiguousarray(np.rot90(page[:, ::-1] if mirrored else page, turns))


def restored_orientation(
    page: NDArray[np.float32], turns: int, mirrored: bool
) -> NDArray[np.float32]:
    """Undo `oriented`."""
    back = np.rot90(page, -turns)
    return back[:, ::-1] if mirrored else back
