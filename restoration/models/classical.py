"""The classical denoisers as restorers: one knob each, tuned on the page itself."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from restoration.errors import UsageError
from restoration.models.restorer import Batch, Descriptor, LevelKind
from restoration.models.self_supervision import Filter, best_strength
from restoration.pages.page import Pixels
from restoration.settings import settings

SIGMA_RANGE = (0.0, 75.0)
"""Where the rules that turn sigma into parameters were measured."""

BANDS = 4
"""Most bands that a tile is cut into: two cores take up to an eighth longer than for two."""
LEAST_BAND = 6
"""Rows of a band, in halos: three bands of total variation took two cores 1.3 times as long."""


@dataclass(frozen=True)
class Classical:
    """A filter whose parameters follow from the noise level."""

    filter: Filter
    descriptor: Descriptor
    strength: float = 1.0
    """The filter is told that the noise is this many times the level."""

    def __call__(self, batch: Batch, level: float | None) -> Batch:
        """Restore (N, H, W, C) tiles of noise sigma `level` (0-255), on several cores.

        Raises `UsageError` without a level: none of these filters can tell noise from detail.
        """
        if level is None:
            raise UsageError(
                "This filter must be told how strong the noise is",
                expected="a sigma on the 0-255 scale",
            )
        if level * self.strength <= 0:
            return batch.copy()
        return np.stack([self._restore(pixels, level * self.strength) for pixels in batch])

    def tuned(self, pixels: Pixels, level: float) -> tuple[Classical, dict[str, float]]:
        """Fit the strength to (H, W, C) `pixels` of noise sigma `level` (0-255).

        Valid for noise that is independent from pixel to pixel. Deterministic.
        """
        if level <= 0:
            return self, {}
        strength = best_strength(self.filter, pixels, level)
        return replace(self, strength=strength), {"strength": strength}

    def _restore(self, pixels: Pixels, sigma: float) -> Pixels:
        """Cut the tile into bands of rows, with halo, and filter them side by side.

        The cuts do not depend on the machine: sums of non-local means round by where a band
        starts, and a recipe is to give the same bits everywhere.
        """
        height = pixels.shape[0]
        halo = self.descriptor.halo
        count = max(1, min(BANDS, height // (LEAST_BAND * halo + 1)))
        edges = [height * band // count for band in range(count + 1)]
        restore_band = partial(_band, self.filter, pixels, sigma, halo)
        with ThreadPoolExecutor(min(count, settings().threads or os.cpu_count() or 1)) as pool:
            return np.concatenate(list(pool.map(restore_band, edges[:-1], edges[1:])))


def _band(filter: Filter, pixels: Pixels, sigma: float, halo: int, start: int, stop: int) -> Pixels:
    first = max(0, start - halo)
    restored = filter(pixels[first : stop + halo], sigma)
    return restored[start - first : stop - first]


def classical(filter: Filter, halo: int) -> Classical:
    """The restorer for `filter`, whose output depends on `halo` pixels around."""
    return Classical(
        filter,
        Descriptor(channels=(1, 3), halo=halo, level=LevelKind.SIGMA, level_range=SIGMA_RANGE),
    )
