"""What befalls a page of print on its way through a copier and a scanner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from restoration.training.augmentation import Patch
from restoration.training.degrading import (
    UNKNOWN,
    CorrelatedGrain,
    GaussianNoise,
    JpegCompression,
    PoissonGaussianNoise,
)


@dataclass(frozen=True)
class ScannedPage:
    """Show-through, paper, stripes of the sensor, noise, JPEG; each in a share of the patches.

    In the order in which they happen. No single level describes the sum.
    """

    show_through: float = 0.3
    paper: float = 0.5
    stripes: float = 0.25
    noise: float = 0.85
    jpeg: float = 0.4

    def __call__(self, clean: Patch, rng: np.random.Generator) -> tuple[Patch, float]:
        """Degrade (H, W, C) in [0, 1]; noise is unclipped unless JPEG follows it."""
        page = clean
        if rng.random() < self.show_through:
            page = _show_through(page, rng)
        if rng.random() < self.paper:
            page = _paper_texture(page, rng)
        if rng.random() < self.stripes:
            page = _stripes(page, rng)
        if rng.random() < self.noise:
            kinds = (GaussianNoise(0, 60), PoissonGaussianNoise(60), CorrelatedGrain(40))
            page, _ = kinds[rng.integers(len(kinds))](page, rng)
        if rng.random() < self.jpeg:
            page, _ = JpegCompression(20, 95, most_times=2)(page.clip(0, 1), rng)
        return page, UNKNOWN


def _show_through(page: Patch, rng: np.random.Generator) -> Patch:
    """The other side, mirrored and blurred by the paper; the page itself stands in for it."""
    back = np.roll(page[:, ::-1], rng.integers(0, page.shape[0], 2), axis=(0, 1))
    blur = rng.uniform(1.0, 3.0)
    light = gaussian_filter(back, (blur, blur, 0)) / max(float(back.max()), 1e-3)
    strength = rng.uniform(0.05, 0.3)
    return (page * (1 - strength * (1 - light))).astype(np.float32)


def _paper_texture(page: Patch, rng: np.random.Generator) -> Patch:
    """Fibres: brightness that varies over a few pixels, alike in all channels."""
    blur = rng.uniform(0.6, 3.0, 2)
    fibres = gaussian_filter(rng.standard_normal(page.shape[:2], dtype=np.float32), tuple(blur))
    fibres *= rng.uniform(0, 8 / 255) / max(float(fibres.std()), 1e-6)
    return page + fibres[..., None].astype(np.float32)


def _stripes(page: Patch, rng: np.random.Generator) -> Patch:
    """Sensor elements of slightly different gain, so that columns (or rows) differ."""
    gains = (1 + rng.normal(0, rng.uniform(0, 0.03), page.shape[:1])).astype(np.float32)
    along = gains[None, :, None] if rng.random() < 0.5 else gains[:, None, None]
    return page * along
