"""Square pieces of a picture as PNG, and a bounded memory of those asked for lately."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

import imagecodecs
import numpy as np

from restoration.errors import OutOfRange
from ui.pyramid import Picture, Pyramid


class TilePlace(NamedTuple):
    """Which tile: of which panel, at which level (0 is full size), where."""

    key: str
    level: int
    column: int
    row: int


def encode_tile(pyramid: Pyramid, place: TilePlace) -> bytes:
    """The tile as PNG: gray stays gray, every value is exactly the stored one.

    Tiles do not overlap; those at the right and bottom edge are smaller. Raises OutOfRange
    for a place outside the picture.
    """
    size = pyramid.tile_size
    if place.level in range(pyramid.levels) and place.column >= 0 and place.row >= 0:
        level = pyramid.level(place.level)
        top, left = place.row * size, place.column * size
        if top < level.shape[0] and left < level.shape[1]:
            return _png(np.ascontiguousarray(level[top : top + size, left : left + size]))
    raise OutOfRange(
        "This tile is outside the picture",
        actual=f"level {place.level}, column {place.column}, row {place.row}",
        expected=f"{pyramid.levels} levels of {pyramid.width} x {pyramid.height} pixels",
    )


def _png(tile: Picture) -> bytes:
    # Run lengths after horizontal differences are at least 2.5 times as fast as a dictionary
    # search. Noisy tiles come out as small, clean text half as large again (bench/tiles.py).
    return bytes(
        imagecodecs.png_encode(
            tile,
            level=imagecodecs.PNG.COMPRESSION.SPEED,
            strategy=imagecodecs.PNG.STRATEGY.RLE,
            filter=imagecodecs.PNG.FILTER.SUB,
        )
    )


class TileCache:
    """Encoded tiles, the least recently used dropped first; never more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0
        self._tiles: OrderedDict[TilePlace, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, place: TilePlace) -> bytes | None:
        """The tile, now the most recent one, or None."""
        with self._lock:
            tile = self._tiles.get(place)
            if tile is not None:
                self._tiles.move_to_end(place)
            return tile

    def put(self, place: TilePlace, tile: bytes) -> None:
        """Keep the tile; one larger than the limit is not kept."""
        with self._lock:
            self.held += len(tile) - len(self._tiles.pop(place, b""))
            self._tiles[place] = tile
            while self.held > self.limit:
                _, dropped = self._tiles.popitem(last=False)
                self.held -= len(dropped)

    def forget(self, prefix: str) -> None:
        """Drop the tiles of every panel whose key starts with `prefix`."""
        with self._lock:
            for place in [place for place in self._tiles if place.key.startswith(prefix)]:
                self.held -= len(self._tiles.pop(place))
