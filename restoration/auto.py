"""Choose a model for a page from what was measured on it; doing nothing is a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from restoration.estimation import Estimate
from restoration.estimation.page_kind import PageKind

CLEAN_SIGMA = 2.5
"""Below this the noise is within a few gray levels: every filter tried costs more than it gains."""
GOOD_JPEG = 85
"""From this quality on JPEG artefacts are not visible at 100 %."""

PAGE_CLEANERS = ("unet-page",)
COLOUR_DENOISERS = ("unet-denoise", "ffdnet-color-dn", "dncnn-color-dn-blind", "wavelet")
GRAY_DENOISERS = ("unet-denoise", "ffdnet-gray-dn", "dncnn-gray-dn-blind", "wavelet")
"""A network for colour is no choice for gray pages: it was taught that noise differs from
channel to channel, and keeps what is alike in all three."""
JPEG_RESTORERS = ("unet-jpeg", "swinir-s-color-car-20", "swinir-m-color-car-20")
"""In order of preference; the first that is on this machine is taken. A SwinIR takes minutes for a
page, which is for a person to ask for."""


@dataclass(frozen=True)
class Choice:
    """A model for one page, and why."""

    model: str
    why: str
    """One line for the person: what was chosen and for which reason."""


def choose(estimate: Estimate, channels: int, is_here: Callable[[str], bool]) -> Choice:
    """Choose for a page of 1 or 3 `channels` by noise level, JPEG quality and page kind.

    `is_here` tells whether a model of this id can run without a download. Noise comes first:
    a JPEG model does not remove it. Valid for one dominant degradation per page.
    """
    sigma = estimate.noise.sigma
    if estimate.kind is PageKind.BLANK:
        return Choice("identity", "Auto left the page as it is: it is blank.")
    if sigma >= CLEAN_SIGMA:
        candidates: tuple[str, ...] = GRAY_DENOISERS if channels == 1 else COLOUR_DENOISERS
        if estimate.kind is PageKind.TEXT:
            candidates = PAGE_CLEANERS + candidates
        model = _first_here(candidates, is_here) or "identity"
        return Choice(model, f"Auto took {model}: noise of σ {sigma:.0f}{_caution(estimate)}.")
    quality = estimate.jpeg_quality
    if quality is not None and quality < GOOD_JPEG:
        jpeg_model = _first_here(JPEG_RESTORERS, is_here)
        if jpeg_model:
            why = f"Auto took {jpeg_model}: JPEG artefacts of quality {quality}, hardly any noise."
            return Choice(jpeg_model, why)
        return Choice(
            "identity",
            f"Auto left the page as it is: hardly any noise (σ {sigma:.1f}), and no model for "
            f"JPEG artefacts of quality {quality} is on this machine.",
        )
    if not estimate.noise.blocks:
        return Choice("identity", "Auto left the page as it is: its noise could not be measured.")
    return Choice(
        "identity",
        f"Auto left the page as it is: hardly any noise (σ {sigma:.1f}), "
        "and a filter would cost more than it gains.",
    )


def _first_here(models: tuple[str, ...], is_here: Callable[[str], bool]) -> str | None:
    return next((model for model in models if is_here(model)), None)


def _caution(estimate: Estimate) -> str:
    if estimate.noise.correlated:
        return "; it is correlated from pixel to pixel, so some of it may stay"
    if estimate.noise.signal_dependent:
        return "; it grows with brightness, so bright areas may keep some"
    return ""
