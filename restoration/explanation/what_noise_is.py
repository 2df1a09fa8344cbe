"""1. What the noise is: its spectrum against that of the picture, and why averaging blurs."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from restoration.explanation.bands import CENTRES, decibels, power
from restoration.explanation.colours import CHOSEN, INPUT, LIMIT
from restoration.explanation.examined import Examined
from restoration.explanation.section import Chart, Choice, Figure, Section, Series, Style

RADII = (0.0, 0.5, 0.75, 1.0, 1.5, 2.5)
"""Of the Gaussian that averages, in pixels."""


def what_noise_is(examined: Examined) -> Section:
    """Spectra of truth and noise, where they cross, and what blurring reaches at best."""
    subject = examined.subject
    signal = power(subject.truth)
    noise = power(subject.noisy - subject.truth)
    crossing = _crossing(signal, noise)
    blurs = {radius: _blurred(subject.noisy, radius) for radius in RADII}
    scores = {radius: subject.score(image) for radius, image in blurs.items()}
    best = max(scores, key=lambda radius: scores[radius])
    choices = tuple(
        Choice(
            id=f"blur-{number}",
            label="As it is" if radius == 0 else f"Blur {radius:g}",
            image=blurs[radius],
            caption=f"{scores[radius]:.1f} dB"
            + (" (the best that averaging reaches)" if radius == best else ""),
            value=scores[radius],
        )
        for number, radius in enumerate(RADII)
    )
    where = (
        f"Below {crossing:.2f} cycles per pixel the picture is stronger, above it the noise"
        if crossing is not None
        else "The picture is stronger than the noise at every frequency"
    )
    return Section(
        1,
        "noise",
        "What the noise is",
        f"Noise has about the same power at every frequency, the picture most of it in the coarse "
        f"ones. {where}. Averaging neighbours takes both away together: fine detail goes with "
        f"the noise.",
        Figure(
            subject.found.sigma,
            "σ (0-255)",
            "noise measured on your crop"
            if subject.sigma == subject.found.sigma
            else f"noise measured on your crop; the figures below are for σ {subject.sigma:.0f}",
        ),
        choices,
        (
            Chart(
                "Power at each frequency",
                "cycles per pixel",
                "power, dB (0-255 scale)",
                (
                    Series("picture", CENTRES, decibels(signal), CHOSEN),
                    Series("noise", CENTRES, decibels(noise), INPUT),
                    Series(
                        f"picture after blur {best:g}",
                        CENTRES,
                        decibels(power(_blurred(subject.truth, best))),
                        LIMIT,
                        Style.DASHED,
                    ),
                ),
                () if crossing is None else ((crossing, "they cross"),),
            ),
        ),
        note=subject.origin.value,
        data={
            "sigma": subject.sigma,
            "crossing": crossing,
            "psnrOfInput": scores[0.0],
            "bestBlur": best,
            "psnrOfBestBlur": scores[best],
            "psnrOfModel": examined.psnr,
        },
    )


def _blurred(pixels: np.ndarray, radius: float) -> np.ndarray:
    return gaussian_filter(pixels, (radius, radius, 0)) if radius else pixels


def _crossing(signal: np.ndarray, noise: np.ndarray) -> float | None:
    """The frequency above which noise is always the stronger; None where it never is."""
    stronger = np.flatnonzero(signal >= noise)
    if len(stronger) == len(signal) or len(stronger) == 0:
        return None if len(stronger) else 0.0
    last = int(stronger[-1])
    return None if last + 1 == len(signal) else (CENTRES[last] + CENTRES[last + 1]) / 2
