"""Coarser copies of one picture, so that a page of any size can be shown at any zoom."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""(H, W) or (H, W, 3), display-referred (sRGB as stored), 0-255."""

BAND_ROWS = 512
"""Rows halved at one time: bounds the memory of building a level of a very large page."""


def level_count(width: int, height: int, tile_size: int) -> int:
    """How many levels there are from full size down to the first that fits into one tile."""
    longest, levels = max(width, height), 1
    while longest > tile_size:
        longest, levels = -(-longest // 2), levels + 1
    return levels


def halve(picture: Picture) -> Picture:
    """Half the size by the mean of each 2 x 2 block, rounded half up.

    picture: (H, W[, 3]), 0-255. An odd last row or column is averaged with itself, so the
    result is (ceil(H / 2), ceil(W / 2)[, 3]). The mean is taken of stored (sRGB) values: for
    looking at, as browsers and viewers do, not for measuring light.
    """
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        odd = ((0, height % 2), (0, width % 2), *((0, 0),) * (picture.ndim - 2))
        picture = np.pad(picture, odd, mode="edge")
    total = picture[0::2, 0::2].astype(np.uint16)
    total += picture[1::2, 0::2]
    total += picture[0::2, 1::2]
    total += picture[1::2, 1::2]
    total += 2
    total >>= 2
    return total.astype(np.uint8)


class Pyramid:
    """The levels of one picture, as `.npy` files that are mapped rather than held in memory.

    Level 0 is the picture itself; each next level is half as large. Levels are built when
    first asked for. Safe to use from many threads.
    """

    def __init__(self, full_size: Picture, folder: Path, tile_size: int) -> None:
        self.height, self.width = full_size.shape[:2]
        self.tile_size = tile_size
        self.levels = level_count(self.width, self.height, tile_size)
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._built = [full_size if isinstance(full_size, np.memmap) else self._store(full_size)]
        self._building = Lock()

    def level(self, index: int) -> Picture:
        """Level `index` of 0 (full size) to `levels - 1`; a view of a file on disk."""
        with self._building:
            while len(self._built) <= index:
                self._built.append(self._next_level(self._built[-1]))
            return self._built[index]

    def _store(self, picture: Picture) -> Picture:
        path = self._folder / "level-0.npy"
        np.save(path, picture)
        stored: Picture = np.load(path, mmap_mode="r")
        return stored

    def _next_level(self, finer: Picture) -> Picture:
        height, width = -(-finer.shape[0] // 2), -(-finer.shape[1] // 2)
        path = self._folder / f"level-{len(self._built)}.npy"
        coarser = np.lib.format.open_memmap(
            path, mode="w+", dtype=np.uint8, shape=(height, width, *finer.shape[2:])
        )
        for top in range(0, height, BAND_ROWS):
            bottom = min(top + BAND_ROWS, height)
            coarser[top:bottom] = halve(finer[2 * top : 2 * bottom])
        coarser.flush()
        reopened: Picture = np.load(path, mmap_mode="r")
        return reopened
