"""Cut a page into tiles whose seams cannot be seen: context on every side, a short cross-fade.

Neighbouring tiles share `2 * halo + fade` pixels. The outer `halo` of each is read but never
kept; over the `fade` between them the two are mixed along a half-cosine. The weights of all
tiles add up to one at every pixel, so results can be summed straight into the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

FADE = 8
"""Pixels over which two neighbouring tiles are mixed."""


@dataclass(frozen=True)
class Span:
    """A tile along one axis, in page pixels."""

    start: int
    stop: int
    fade_in: tuple[int, int]
    """Where this tile's weight rises from 0 to 1; empty at the page's edge."""
    fade_out: tuple[int, int]
    """Where it falls back to 0; empty at the page's edge."""

    @property
    def kept(self) -> slice:
        """The page pixels that this tile contributes to."""
        return slice(self.fade_in[0], self.fade_out[1])

    @property
    def inner(self) -> slice:
        """The same pixels, counted within the tile."""
        return slice(self.fade_in[0] - self.start, self.fade_out[1] - self.start)

    def enlarged(self, scale: int) -> Span:
        """The same span on a page `scale` times as large."""
        return Span(
            self.start * scale,
            self.stop * scale,
            (self.fade_in[0] * scale, self.fade_in[1] * scale),
            (self.fade_out[0] * scale, self.fade_out[1] * scale),
        )

    def weights(self) -> NDArray[np.float32]:
        """One weight for each kept pixel, (kept,), in [0, 1]."""
        kept = self.kept
        weights = np.ones(kept.stop - kept.start, np.float32)
        rise = self.fade_in[1] - self.fade_in[0]
        fall = self.fade_out[1] - self.fade_out[0]
        if rise:
            weights[:rise] *= _half_cosine(rise)
        if fall:
            weights[-fall:] *= 1 - _half_cosine(fall)
        return weights


@dataclass(frozen=True)
class Tile:
    """A rectangle of the page that is restored in one piece."""

    rows: Span
    columns: Span

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of what is read."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    def read(self, page: NDArray[np.float32]) -> NDArray[np.float32]:
        """The tile with its context, (h, w, C), as a view of the page (H, W, C)."""
        return page[self.rows.start : self.rows.stop, self.columns.start : self.columns.stop]

    def add(self, restored: NDArray[np.float32], page: NDArray[np.float32]) -> None:
        """Add a restored tile (h, w, C), weighted, to the page (H, W, C)."""
        weights = self.rows.weights()[:, None, None] * self.columns.weights()[None, :, None]
        page[self.rows.kept, self.columns.kept] += (
            restored[self.rows.inner, self.columns.inner] * weights
        )


@dataclass(frozen=True)
class TilePlan:
    """Every tile of a page, row by row."""

    height: int
    width: int
    tile: int
    halo: int
    rows: tuple[Span, ...]
    columns: tuple[Span, ...]

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Row by row, so that a streamed page is touched from top to bottom."""
        return tuple(Tile(row, column) for row, column in product(self.rows, self.columns))


def plan_tiles(height: int, width: int, *, tile: int, halo: int, multiple: int = 1) -> TilePlan:
    """Plan tiles of about `tile` pixels a side with `halo` pixels of context.

    Tiles start at multiples of `multiple`, so that a network's windows lie where they would
    lie on the whole page; `multiple` is at most `FADE`. They are spread evenly, which keeps
    the cross-fades of three neighbours apart. `tile` grows where it could not hold its context.
    """
    smallest = 2 * halo + 4 * FADE + 2 * multiple
    side = _round_up(max(tile, smallest), multiple)
    return TilePlan(
        height,
        width,
        side,
        halo,
        _spans(height, side, halo, multiple),
        _spans(width, side, halo, multiple),
    )


def _spans(length: int, side: int, halo: int, multiple: int) -> tuple[Span, ...]:
    shared = _round_up(2 * halo + FADE, multiple)
    stride = side - shared
    count = 1 + max(0, -(-(length - side) // stride))
    # As many tiles as the wanted side asks for, but none larger than it must be.
    side = _round_up(-(-(length + (count - 1) * shared) // count), multiple)
    starts = [
        number * (length - side) // max(1, count - 1) // multiple * multiple
        for number in range(count)
    ]
    stops = [min(start + side, length) for start in starts[:-1]] + [length]
    fades = [
        _fade(stop, following, halo) for stop, following in zip(stops[:-1], starts[1:], strict=True)
    ]
    begins = [(0, 0), *fades]
    ends = [*fades, (length, length)]
    return tuple(
        Span(start, stop, fade_in, fade_out)
        for start, stop, fade_in, fade_out in zip(starts, stops, begins, ends, strict=True)
    )


def _fade(left_stop: int, right_start: int, halo: int) -> tuple[int, int]:
    """The cross-fade in the middle of what two neighbours share."""
    middle = (left_stop + right_start) // 2
    start = max(middle - FADE // 2, right_start + halo)
    return start, min(start + FADE, left_stop - halo)


def _half_cosine(length: int) -> NDArray[np.float32]:
    """Rises from near 0 to near 1; `ramp + reversed ramp` is one."""
    phase = (np.arange(length) + 0.5) / length
    return (0.5 - 0.5 * np.cos(np.pi * phase)).astype(np.float32)


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
