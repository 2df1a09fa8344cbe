"""The JPEG quality of a page: from the file's tables, or from traces in the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from restoration.estimation.blocks import SIDE, cosine_basis
from restoration.pages.page import Pixels

# ITU-T T.81, table K.1, row by row: what the IJG library scales by its quality.
_LUMA = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
QUALITIES = range(1, 101)

_PHASE_BLOCKS = 300
_QUALITY_BLOCKS = 1500
_FEWEST_BLOCKS = 30
_FEWEST_VALUES = 20
_FEWEST_FREQUENCIES = 5
COMB_ABOVE = 0.25
"""How sharply coefficients stand on multiples of the steps, 0 to 1, to call it JPEG."""


@dataclass(frozen=True)
class TableQuality:
    """The quality that a file's quantisation tables stand for."""

    quality: int
    """1 to 100, as libjpeg counts."""
    exact: bool
    """False where the encoder has tables of its own; then it is the nearest quality."""


def luma_table(quality: int) -> NDArray[np.int64]:
    """(8, 8) luma quantisation steps of the IJG library at `quality`, 1 to 100."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip((_LUMA * scale + 50) // 100, 1, 255)


def quality_from_tables(quantisation: Sequence[Sequence[int]]) -> TableQuality | None:
    """Quality from quantisation tables in natural (row by row) order, luma first.

    None where there is no table of 64 positive entries. Only luma is looked at: encoders differ
    in chroma while their luma still follows the IJG scale.
    """
    if not quantisation or len(quantisation[0]) != SIDE * SIDE or min(quantisation[0]) < 1:
        return None
    table = np.asarray(quantisation[0], np.int64).reshape(SIDE, SIDE)
    distance = [float(np.abs(np.log(table / luma_table(q))).mean()) for q in QUALITIES]
    best = int(np.argmin(distance))
    return TableQuality(QUALITIES[best], exact=distance[best] == 0)


def quality_from_blocking(pixels: Pixels) -> int | None:
    """Quality of the JPEG compression that (H, W, C) `pixels`, [0, 1], once went through.

    Coefficients of the original 8x8 blocks stand on multiples of the quantisation steps; the
    quality whose steps fit best is returned, or None where none fits: never compressed, or
    changed since by noise, filtering or resizing. Looks for the grid at every offset, as a
    cropped page needs. Assumes the IJG tables. After Fan and de Queiroz, "Identification of
    bitmap compression history", IEEE TIP 12(2), 2003.
    """
    if pixels.min() < 0 or pixels.max() > 1:
        return None
    luma = _luma(pixels)
    phase = _grid_phase(luma)
    if phase is None:
        return None
    blocks = _lively(luma[phase[0] :, phase[1] :], _QUALITY_BLOCKS)
    scores = [_comb_score(blocks, luma_table(quality)) for quality in QUALITIES]
    best = int(np.argmax(scores))
    return QUALITIES[best] if scores[best] > COMB_ABOVE else None


def _luma(pixels: Pixels) -> NDArray[np.float32]:
    """(H, W) Y of JFIF on the 0-255 scale."""
    weights = np.array([0.299, 0.587, 0.114] if pixels.shape[2] == 3 else [1], np.float32)
    return pixels @ (255 * weights)


def _lively(luma: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """(n, 8, 8) coefficients of aligned blocks of (H, W), flat and clipped blocks left out."""
    rows, columns = luma.shape[0] // SIDE, luma.shape[1] // SIDE
    step = max(1, int(np.sqrt(rows * columns / (4 * most))))
    windows = sliding_window_view(luma, (SIDE, SIDE))[:: SIDE * step, :: SIDE * step]
    blocks = windows.reshape(-1, SIDE, SIDE)
    blocks = blocks[(blocks.min(axis=(1, 2)) > 0.5) & (blocks.max(axis=(1, 2)) < 254.5)]
    activity = blocks.var(axis=(1, 2))
    lively = np.argsort(activity)[::-1][:most]
    lively = lively[activity[lively] > 4]
    basis = cosine_basis()
    return np.matmul(np.matmul(basis, blocks[lively]), basis.T)


def _grid_phase(luma: NDArray[np.float32]) -> tuple[int, int] | None:
    """Offset (down, across) of the block grid: where most coefficients vanish."""
    if min(luma.shape) < 4 * SIDE:
        return None
    vanishing = np.zeros((SIDE, SIDE))
    for down in range(SIDE):
        for across in range(SIDE):
            blocks = _lively(luma[down:, across:], _PHASE_BLOCKS)
            if len(blocks) < _FEWEST_BLOCKS:
                return None
            vanishing[down, across] = np.mean(np.abs(blocks) < 0.5)
    best = int(np.argmax(vanishing))
    return best // SIDE, best % SIDE


def _comb_score(blocks: NDArray[np.float32], steps: NDArray[np.int64]) -> float:
    """Mean over frequencies of how well coefficients sit on multiples of `steps`; 1 is perfect.

    Values that round to zero are left out: any large step would explain them.
    """
    multiples = blocks / steps.astype(np.float32)
    counted = np.abs(multiples) > 0.5
    counted[:, 0, 0] = False
    counts = counted.sum(axis=0)
    sums = np.where(counted, np.cos(2 * np.pi * multiples), 0).sum(axis=0)
    enough = counts >= _FEWEST_VALUES
    if enough.sum() < _FEWEST_FREQUENCIES:
        return 0.0
    return float(np.mean(sums[enough] / counts[enough]))
