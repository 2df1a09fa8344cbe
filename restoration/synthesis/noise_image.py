"""A plain noise image of a chosen frequency band, with what is measured on it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restoration.synthesis.mask_noise import band_noise, radial_frequency
from restoration.synthesis.spectrum import radial_average

CONTRAST = 0.15
"""Standard deviation on the scale of 0 to 1: three of them to black and to white."""


@dataclass(frozen=True, eq=False)
class NoiseImage:
    """Gray noise whose power lies in a band, as it is stored: 8 bits."""

    pixels: NDArray[np.uint8]
    """(H, W)."""
    low: float
    """Cycles per pixel."""
    high: float
    seed: int
    frequency: NDArray[np.float64]
    """Middles of the rings of the spectrum, cycles per pixel, up to 0.5."""
    power: NDArray[np.float64]
    """Mean power in each ring; 1 is that of white noise of equal contrast."""
    share: float
    """Of the power, what lies in the band after rounding to 8 bits."""

    @property
    def said(self) -> str:
        """What was measured, for a person."""
        return (
            f"{100 * self.share:.1f} % of the power lies between {self.low:g} and {self.high:g} "
            "cycles per pixel."
        )

    def record(self) -> dict[str, Any]:
        """What repeats the image and what was measured on it, as plain JSON."""
        height, width = self.pixels.shape
        return {
            "width": width,
            "height": height,
            "low": self.low,
            "high": self.high,
            "unit": "cycles per pixel",
            "seed": self.seed,
            "share": round(self.share, 5),
            "frequency": np.round(self.frequency, 4).tolist(),
            "power": np.round(self.power, 4).tolist(),
        }

    def png(self) -> bytes:
        """The image as an 8-bit gray PNG."""
        stream = BytesIO()
        Image.fromarray(self.pixels).save(stream, format="PNG")
        return stream.getvalue()


def noise_image(
    shape: tuple[int, int], low: float, high: float, seed: int = 0, contrast: float = CONTRAST
) -> NoiseImage:
    """Noise (H, W) of a band in cycles per pixel; raises OutOfRange for an empty band."""
    pixels = np.rint(255 * band_noise(shape, low, high, seed, contrast)[..., 0]).astype(np.uint8)
    power = np.abs(np.fft.fft2(pixels - pixels.mean())) ** 2
    radius = radial_frequency(shape)
    inside = (radius >= low) & (radius <= high)
    frequency, rings = radial_average(power)
    return NoiseImage(
        pixels,
        low,
        high,
        seed,
        frequency,
        rings / power.mean(),
        float(power[inside].sum() / power.sum()),
    )
