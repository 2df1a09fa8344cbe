"""9. Noise as help: where noise is put in on purpose."""

from __future__ import annotations

import numpy as np

from restoration.explanation.examined import Examined
from restoration.explanation.published import NOISE_AS_HELP
from restoration.explanation.section import Choice, Figure, Section
from restoration.explanation.subject import SEED, white_noise
from restoration.pages.page import Pixels

CELLS = (1, 4, 16)
"""Sides of the grains shown, in pixels."""


def noise_as_help(examined: Examined) -> Section:
    """Two lines, noise of three frequencies, and the published figure."""
    shape = examined.subject.truth.shape
    return Section(
        9,
        "help",
        "Noise as help",
        "Noise is not only a nuisance. A generator that draws tissue from a plain map of regions "
        "draws better when noise is put into the map first, if its grain is about as large as "
        "the cells it is to draw.",
        Figure(
            NOISE_AS_HELP.value,
            NOISE_AS_HELP.unit,
            f"published: {NOISE_AS_HELP.what} ({NOISE_AS_HELP.source})",
        ),
        tuple(
            Choice(
                f"grain-{cell}",
                f"Grain of {cell}",
                _grain(shape, cell),
                f"noise with a grain of {cell} pixel{'s' if cell > 1 else ''}: "
                f"{1 / (2 * cell):.3g} cycles per pixel at most",
            )
            for cell in CELLS
        ),
        published=(NOISE_AS_HELP,),
        note="Not measured here: see the Synthesize page, where the frequency is a slider.",
    )


def _grain(shape: tuple[int, ...], cell: int) -> Pixels:
    height, width = shape[:2]
    coarse = np.zeros((-(-height // cell), -(-width // cell), 1), np.float32)
    noise = 0.5 + white_noise(coarse, 40, SEED)
    return np.clip(noise.repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width], 0, 1)
