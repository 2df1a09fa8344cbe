"""The eight ways a page can lie: EXIF orientations, applied once and then forgotten."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Sample = TypeVar("Sample", bound=np.generic)

UPRIGHT = 1

# Displayed directions (right, up) of the stored row and of the stored column reversed.
_BY_AXES: dict[tuple[tuple[int, int], tuple[int, int]], int] = {
    ((1, 0), (0, 1)): 1,
    ((-1, 0), (0, 1)): 2,
    ((-1, 0), (0, -1)): 3,
    ((1, 0), (0, -1)): 4,
    ((0, -1), (-1, 0)): 5,
    ((0, -1), (1, 0)): 6,
    ((0, 1), (1, 0)): 7,
    ((0, 1), (-1, 0)): 8,
}


def swaps_axes(orientation: int) -> bool:
    """Whether width and height change places (EXIF orientations 5 to 8)."""
    return orientation >= 5


def turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """`size` (width, height) after the orientation was applied."""
    return (size[1], size[0]) if swaps_axes(orientation) else size


def upright(pixels: NDArray[Sample], orientation: int) -> NDArray[Sample]:
    """(H, W[, C]) as it is to be seen; a contiguous array, the same one when already upright.

    Orientations are those of EXIF 2.32, tag 0x0112; a value outside 1-8 counts as 1.
    """
    match orientation:
        case 2:
            view = pixels[:, ::-1]
        case 3:
            view = pixels[::-1, ::-1]
        case 4:
            view = pixels[::-1]
        case 5:
            view = pixels.swapaxes(0, 1)
        case 6:
            view = pixels[::-1].swapaxes(0, 1)
        case 7:
            view = pixels[::-1, ::-1].swapaxes(0, 1)
        case 8:
            view = pixels[:, ::-1].swapaxes(0, 1)
        case _:
            view = pixels
    return np.ascontiguousarray(view)


def from_axes(right: tuple[float, float], up: tuple[float, float], turns: int) -> int | None:
    """The orientation of an image placed on a page by the unit vectors `right` and `up`.

    `right` and `up` are where the image's own right and up point on the page (y up); the page
    is then shown after `turns` clockwise quarter turns. None if the image is not axis-aligned.
    """
    axes = []
    for x, y in (right, up):
        length = max(abs(x), abs(y))
        if length == 0 or min(abs(x), abs(y)) > 0.01 * length:
            return None
        direction = (round(x / length), round(y / length))
        for _ in range(turns % 4):
            direction = (direction[1], -direction[0])
        axes.append(direction)
    return _BY_AXES.get((axes[0], axes[1]))
