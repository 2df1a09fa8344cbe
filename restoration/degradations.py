"""Damage added on purpose, the same every time: for scores, tests and demonstrations."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from restoration.errors import OutOfRange, UsageError
from restoration.pages.page import Pixels

GRAIN_BLUR = 0.8
"""Radius of the Gaussian that makes grain, in pixels: neighbours correlate by about two thirds."""


class DegradationKind(Enum):
    """What is done to a page; the level means something else for each."""

    GAUSSIAN = "gaussian"
    """White noise; level is sigma on the 0-255 scale. Not clipped."""
    POISSON = "poisson"
    """Photon noise; level is the sigma at white on the 0-255 scale, and it falls to 0 at black.
    Not clipped."""
    GRAIN = "grain"
    """Film grain, noise alike in neighbouring pixels and in all channels; level is sigma on the
    0-255 scale. Not clipped."""
    STRIPES = "stripes"
    """Lines down the page, as of a dusty or uneven sensor; level is their sigma on the 0-255
    scale. Not clipped."""
    SALT_AND_PEPPER = "salt-pepper"
    """Dust: level is the percentage of pixels that turn black or white, half each."""
    JPEG = "jpeg"
    """Compression; level is the libjpeg quality, a whole number. Clipped and rounded to 8 bits;
    colour is stored at half resolution (4:2:0)."""


LEVELS: dict[DegradationKind, tuple[float, float]] = {
    DegradationKind.GAUSSIAN: (0, 200),
    DegradationKind.POISSON: (0, 200),
    DegradationKind.GRAIN: (0, 200),
    DegradationKind.STRIPES: (0, 200),
    DegradationKind.SALT_AND_PEPPER: (0, 100),
    DegradationKind.JPEG: (1, 100),
}
"""Lowest and highest level that is taken."""


@dataclass(frozen=True)
class Degradation:
    """A kind, a level and a seed: all that is needed to do it again.

    Raises OutOfRange when the level is not one of its kind or the seed not in [0, 2**32 - 1].
    """

    kind: DegradationKind
    level: float
    seed: int = 0

    def __post_init__(self) -> None:
        low, high = LEVELS[self.kind]
        if not low <= self.level <= high:
            raise OutOfRange(
                f"The level of {self.kind.value} is out of range",
                actual=f"{self.level:g}",
                expected=f"{low:g} to {high:g}",
            )
        if self.kind is DegradationKind.JPEG and self.level != int(self.level):
            raise OutOfRange(
                "JPEG quality is a whole number", actual=f"{self.level:g}", expected="1 to 100"
            )
        if not 0 <= self.seed < 2**32:
            raise OutOfRange(
                "The seed is out of range", actual=str(self.seed), expected="0 to 4294967295"
            )

    @classmethod
    def parse(cls, text: str, seed: int = 0) -> Degradation:
        """Read "kind:level", for instance "gaussian:25"; raises UsageError or OutOfRange."""
        name, _, level = text.partition(":")
        try:
            return cls(DegradationKind(name.strip()), float(level), seed)
        except OutOfRange:
            raise
        except ValueError:
            kinds = ", ".join(kind.value for kind in DegradationKind)
            raise UsageError(
                "The degradation cannot be read",
                actual=f'"{text}"',
                expected=f"kind:level, with one of the kinds {kinds}",
                remedy='For instance "gaussian:25" or "jpeg:40"',
            ) from None

    def __str__(self) -> str:
        level = np.format_float_positional(self.level, trim="-")
        return f"{self.kind.value}:{level}"


def degrade(pixels: Pixels, degradation: Degradation) -> Pixels:
    """A damaged copy of (H, W, C) `pixels`, [0, 1]; values may leave [0, 1] where the kind says.

    Gaussian noise follows the protocol of the published denoising tables, so that their figures
    can be repeated: NumPy's MT19937 generator seeded anew for every image, drawn over the array
    in BGR channel order, neither clipped nor rounded (SwinIR, main_test_swinir.py).
    """
    random = np.random.RandomState(degradation.seed)
    scale = degradation.level / 255
    damaged: NDArray[np.floating]
    match degradation.kind:
        case DegradationKind.GAUSSIAN:
            damaged = pixels + random.normal(0, scale, pixels.shape)[..., ::-1]
        case DegradationKind.POISSON:
            damaged = _poisson(pixels, scale, random)
        case DegradationKind.GRAIN:
            damaged = pixels + scale * _grain(pixels.shape[:2], random)
        case DegradationKind.STRIPES:
            damaged = pixels + scale * random.standard_normal((1, pixels.shape[1], 1))
        case DegradationKind.SALT_AND_PEPPER:
            damaged = _salt_and_pepper(pixels, degradation.level / 100, random)
        case DegradationKind.JPEG:
            damaged = jpeg_round_trip(pixels, int(degradation.level))
    return damaged.astype(np.float32)


def jpeg_round_trip(pixels: Pixels, quality: int) -> Pixels:
    """(H, W, C) `pixels`, [0, 1], after saving as 8-bit JPEG, 4:2:0, and reading back."""
    eight_bit = np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    gray = pixels.shape[2] == 1
    file = io.BytesIO()
    image = Image.fromarray(eight_bit[..., 0] if gray else eight_bit)
    image.save(file, "JPEG", quality=quality, subsampling="4:2:0")
    with Image.open(file) as stored:
        decoded = np.asarray(stored, np.float32) / np.float32(255)
    return decoded[..., None] if gray else decoded


def _poisson(
    pixels: Pixels, sigma_at_white: float, random: np.random.RandomState
) -> NDArray[np.floating]:
    if sigma_at_white == 0:
        return pixels.copy()
    photons_at_white = 1 / sigma_at_white**2
    return random.poisson(np.clip(pixels, 0, 1) * photons_at_white) / photons_at_white


def _grain(shape: tuple[int, ...], random: np.random.RandomState) -> NDArray[np.float64]:
    """(H, W, 1) blurred white noise of variance 1; the blur wraps, so that it is even."""
    grain = gaussian_filter(random.standard_normal(shape), GRAIN_BLUR, mode="wrap")
    return grain[..., None] / _grain_deviation()


def _grain_deviation() -> float:
    impulse = np.zeros((33, 33))
    impulse[16, 16] = 1
    return float(np.sqrt(np.sum(gaussian_filter(impulse, GRAIN_BLUR) ** 2)))


def _salt_and_pepper(
    pixels: Pixels, share: float, random: np.random.RandomState
) -> NDArray[np.floating]:
    draw = random.random_sample((*pixels.shape[:2], 1))
    return np.where(draw < share / 2, 0.0, np.where(draw > 1 - share / 2, 1.0, pixels))
