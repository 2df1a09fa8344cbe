"""How much of the signal a model keeps, and how much of the noise it lets through, per frequency.

The truth is given to the model twice, once with a noise field added and once with the same field
subtracted. Half the sum of the two answers is what the model makes of the signal, half their
difference what it makes of the noise. For doing nothing these are the signal and the noise
themselves, so that both transfers are 1 but for the rounding of float32.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restoration.explanation.bands import ring_sums, spectra
from restoration.pages.page import Pixels


@dataclass(frozen=True, eq=False)
class Transfer:
    """Per band, from 0 to 0.5 cycles per pixel."""

    signal: NDArray[np.float64]
    """(BANDS,) regression of the answer on the signal: 1 keeps it, 0 loses it."""
    noise: NDArray[np.float64]
    """(BANDS,) amplitude of what is left of the noise over that of the noise."""


def transfer(restore: Callable[[Pixels], Pixels], truth: Pixels, noise: Pixels) -> Transfer:
    """Measure a model on (H, W, C) `truth` with `noise`, both on a range of 1; two runs.

    A model that is not linear treats signal and noise differently; for a linear one that is the
    same everywhere, the two transfers are one.
    """
    above, below = (np.asarray(restore(x), np.float64) for x in (truth + noise, truth - noise))
    given, made = spectra(truth), spectra((above + below) / 2)
    cross = ring_sums((made * given.conj()).real)
    own = ring_sums(np.square(np.abs(given)))
    passed = ring_sums(np.square(np.abs(spectra((above - below) / 2))))
    added = ring_sums(np.square(np.abs(spectra(noise))))
    return Transfer(cross / np.maximum(own, 1e-12), np.sqrt(passed / np.maximum(added, 1e-12)))


def wiener(truth: Pixels, noise: Pixels) -> NDArray[np.float64]:
    """(BANDS,) the best filter that is linear and the same everywhere: S / (S + N).

    It is told the true spectra of this very crop, which no filter knows. Signal and noise of one
    frequency pass it alike. (Wiener 1949.)
    """
    signal, added = (ring_sums(np.square(np.abs(spectra(each)))) for each in (truth, noise))
    return np.asarray(signal / np.maximum(signal + added, 1e-12))
