"""The images that metrics look at, brought into the form in which they are scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from restoration.errors import UsageError
from restoration.fidelity import Image, check_pair
from restoration.pages.page import Pixels

_BEYOND_RANGE = 1 / 255
"""Rounding may leave a clean image this far outside [0, 1]; more is another scale."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """A restored image and what it is compared with, all (H, W, C), range [0, 1].

    Clean and restored are scored as they would be stored, clipped and rounded to 8 bits, as
    in the published tables; the noisy image stays as it is, since clipping changes noise.
    """

    restored: Image
    unrounded: Image
    """The restored image as the restorer returned it."""
    clean: Image | None = None
    noisy: Image | None = None
    restore: Callable[[Pixels], Pixels] | None = None
    """The restorer, for SURE, which asks how its output follows its input."""
    noise_sigma: float | None = None
    """Sigma of the noise, 0-255 scale; estimated from the noisy image where None."""

    @classmethod
    def of(
        cls,
        clean: Image | None,
        noisy: Image | None,
        restored: Image,
        restore: Callable[[Pixels], Pixels] | None = None,
        noise_sigma: float | None = None,
    ) -> Comparison:
        """Check the images against one another and round them.

        Raises UsageError when shapes differ, a sample is not a finite float, or the clean image
        leaves [0, 1], as one on the 0-255 scale does.
        """
        check_pair(restored, restored)
        for other in (clean, noisy):
            if other is not None:
                check_pair(other, restored)
        if clean is not None:
            _check_range(clean)
        return cls(
            restored=stored(restored),
            unrounded=restored,
            clean=None if clean is None else stored(clean),
            noisy=noisy,
            restore=restore,
            noise_sigma=noise_sigma,
        )

    @property
    def reference(self) -> Image:
        """The clean image, for metrics that need one."""
        assert self.clean is not None
        return self.clean

    @property
    def given(self) -> Image:
        """The noisy image, for metrics that need one."""
        assert self.noisy is not None
        return self.noisy


def stored(pixels: Image) -> Image:
    """(H, W, C) clipped to [0, 1] and rounded to 8 bits, float32: what a file would hold."""
    return np.round(np.clip(pixels, 0, 1) * np.float32(255)).astype(np.float32) / np.float32(255)


def _check_range(clean: Image) -> None:
    low, high = float(clean.min()), float(clean.max())
    if low < -_BEYOND_RANGE or high > 1 + _BEYOND_RANGE:
        raise UsageError(
            "The clean image is not on the scale of 0 to 1",
            actual=f"samples from {low:g} to {high:g}",
            expected="samples from 0 to 1",
            remedy="Divide 8-bit samples by 255",
        )
