"""Single-pixel noise of a chosen spacing, and noise images of a frequency band."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from restoration.errors import OutOfRange

Mask = NDArray[np.bool_]
SMALLEST_SPACING = 2.0
JAMMING = 0.835
"""Smallest distance over mean spacing of points thrown until none fits: their coverage 0.547
(Feder 1980, random sequential adsorption) is pi/4 times density times distance squared."""
THROWS = 12
"""Candidates for each point that is kept."""


class NoiseKind(Enum):
    """How noise pixels are placed."""

    BERNOULLI = "noise"
    """Each pixel by itself, with one probability: a flat spectrum."""
    BLUE = "blue"
    """No two closer than a smallest distance: little power below the peak frequency."""


def mask_noise(
    labels: NDArray[np.uint8], spacing: Mapping[int, float], kind: NoiseKind, seed: int
) -> Mask:
    """Noise pixels (H, W) in the classes that `spacing` names, seeded.

    `spacing` gives each class code its mean distance s in pixels: one noise pixel in s x s, a
    spatial frequency of 1/s cycles per pixel. Blue noise comes out sparser, by a tenth to a fifth,
    because pixels are thrown until few more fit, not until none does; closer than 6 pixels it feels
    the pixel grid too, and it may be a quarter. Raises OutOfRange for a spacing below 2. The use of
    noise pixels in a label map is of Daniel et al. 2023 (arXiv 2302.06549); that their spacing is
    what its "frequency" means is this project's reading.
    """
    for code, distance in spacing.items():
        if not distance >= SMALLEST_SPACING:
            raise OutOfRange(
                "Noise pixels would touch each other",
                actual=f"a spacing of {distance:g} px in class {code}",
                expected=f"at least {SMALLEST_SPACING:g} px",
            )
    mask = np.zeros(labels.shape, bool)
    for code, distance in sorted(spacing.items()):
        rng = np.random.default_rng((seed, code))
        drawn = _DRAW[kind](labels.shape[:2], distance, rng)
        mask |= drawn & (labels == code)
    return mask


def band_noise(
    shape: tuple[int, int], low: float, high: float, seed: int, contrast: float = 0.15
) -> NDArray[np.float32]:
    """A gray noise image (H, W, 1) in [0, 1] whose power lies between two frequencies.

    Frequencies in cycles per pixel, 0 to 0.5 * sqrt(2); Gaussian around 0.5 with standard
    deviation `contrast` before clipping. Raises OutOfRange for an empty band.
    """
    radius = radial_frequency(shape)
    kept = (radius >= low) & (radius <= high) & (radius > 0)
    if not kept.any():
        raise OutOfRange(
            "No frequency of the image lies in this band",
            actual=f"{low:g} to {high:g} cycles per pixel, image of {shape[1]}x{shape[0]} pixels",
            expected=f"a band within {1 / max(shape):.4g} to 0.707",
        )
    white = np.random.default_rng(seed).standard_normal(shape)
    band = np.fft.ifft2(np.fft.fft2(white) * kept).real
    noise = 0.5 + contrast * band / band.std()
    return np.clip(noise, 0, 1).astype(np.float32)[..., None]


def radial_frequency(shape: tuple[int, int]) -> NDArray[np.float64]:
    """Distance from zero frequency (H, W), cycles per pixel, in the order of numpy's fft."""
    return np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None, :])


def _bernoulli(shape: tuple[int, int], spacing: float, rng: np.random.Generator) -> Mask:
    return np.asarray(rng.random(shape) < 1 / spacing**2)


def _blue(shape: tuple[int, int], spacing: float, rng: np.random.Generator) -> Mask:
    """Random sequential adsorption: of the thrown pixels keep each that fits when its turn comes.

    All whose turn is before every undecided neighbour's are kept in one pass, which gives what
    taking them one by one would.
    """
    size = shape[0] * shape[1]
    count = min(size, int(np.ceil(THROWS * size / spacing**2)))
    thrown = rng.choice(size, count, replace=False, shuffle=True)
    places = np.column_stack(np.unravel_index(thrown, shape))
    pairs = cKDTree(places).query_pairs(JAMMING * spacing, output_type="ndarray")
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    kept, undecided = np.zeros(count, bool), np.ones(count, bool)
    while undecided.any():
        blocked = np.zeros(count, bool)
        blocked[second] = True
        chosen = undecided & ~blocked
        kept |= chosen
        undecided &= ~chosen
        undecided[second[chosen[first]]] = False
        live = undecided[first] & undecided[second]
        first, second = first[live], second[live]
    mask = np.zeros(size, bool)
    mask[thrown[kept]] = True
    return mask.reshape(shape)


_DRAW = {NoiseKind.BERNOULLI: _bernoulli, NoiseKind.BLUE: _blue}
