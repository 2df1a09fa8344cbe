"""8. What it does to frequencies: signal kept, noise let through, against the Wiener limit."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from restoration.explanation.bands import BANDS, CENTRES
from restoration.explanation.colours import LIMIT
from restoration.explanation.examined import Examined, restored_by
from restoration.explanation.published import DENOISING
from restoration.explanation.section import Chart, Choice, Figure, Section, Series, Style
from restoration.explanation.subject import told_level, white_noise
from restoration.explanation.transfer import transfer, wiener
from restoration.models.catalogue import LoadedModel
from restoration.pages.page import Pixels

SEED = 11


def frequencies(examined: Examined) -> Section:
    """Transfers of the model, of those beside it, and of the best linear filter."""
    subject = examined.subject
    noise = white_noise(subject.truth, subject.sigma, SEED)
    limit = wiener(subject.truth, noise)
    at = _half_way(limit)
    kept_series, passed_series, choices = [], [], []
    table: dict[str, dict[str, Any]] = {}
    for model in (examined.model, *examined.others):
        name = model.card.id
        restore = partial(_restore, model, told_level(model, subject.sigma))
        measured = transfer(restore, subject.truth, noise)
        colour = examined.colours[name]
        kept_series.append(Series(f"{name}: signal", CENTRES, _rounded(measured.signal), colour))
        passed_series.append(
            Series(f"{name}: noise", CENTRES, _rounded(measured.noise), colour, Style.DASHED)
        )
        table[name] = {
            "signalKept": _rounded(measured.signal),
            "noisePassed": _rounded(measured.noise),
            "signalAtHalf": float(measured.signal[at]),
            "noiseAtHalf": float(measured.noise[at]),
        }
        image = examined.restored if model is examined.model else restore(subject.noisy)
        score = subject.score(image)
        choices.append(
            Choice(
                name,
                name,
                image,
                f"{score:.1f} dB; at {CENTRES[at]:.2f} cycles per pixel it keeps "
                f"{100 * measured.signal[at]:.0f} % of the signal and lets "
                f"{100 * measured.noise[at]:.0f} % of the noise through",
                score,
            )
        )
    own = table[examined.name]
    curves = tuple(each for pair in zip(kept_series, passed_series, strict=True) for each in pair)
    return Section(
        8,
        "frequencies",
        "Noise gone, detail kept: the whole answer in one figure",
        "A filter that is linear and the same everywhere must treat signal and noise of a "
        "frequency alike: its two curves are one. A model that looks at the content can part "
        f"them. At {CENTRES[at]:.2f} cycles per pixel, where the best such filter passes "
        f"{100 * limit[at]:.0f} % of both, {examined.name} keeps "
        f"{100 * own['signalAtHalf']:.0f} % of the signal and lets "
        f"{100 * own['noiseAtHalf']:.0f} % of the noise through.",
        Figure(
            100 * (own["signalAtHalf"] - own["noiseAtHalf"]),
            "points",
            "between signal kept and noise let through, where a linear filter has none",
        ),
        tuple(choices),
        (
            Chart(
                "Signal kept (solid) and noise let through (dashed)",
                "cycles per pixel",
                "amplitude, 1 = all of it",
                (*curves, Series("Wiener limit: both", CENTRES, _rounded(limit), LIMIT)),
                ((CENTRES[at], "half way"),),
            ),
        ),
        published=DENOISING,
        note="Measured by giving each model the truth plus and minus the same noise. The Wiener "
        "filter is told the spectra of this very crop, which no filter can know.",
        data={"models": table, "wiener": _rounded(limit), "bands": BANDS, "halfAt": CENTRES[at]},
    )


def _restore(model: LoadedModel, level: float | None, pixels: Pixels) -> Pixels:
    return restored_by(model, pixels, level)


def _half_way(limit: np.ndarray) -> int:
    """The band where the Wiener filter passes nearest to half; lowest and highest left out."""
    return int(np.argmin(np.abs(limit[1:-1] - 0.5))) + 1


def _rounded(values: np.ndarray) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)
