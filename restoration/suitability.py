"""Does a model fit a page? What it was trained for, held against what was measured."""

from __future__ import annotations

from restoration.auto import CLEAN_SIGMA, GOOD_JPEG
from restoration.estimation import Estimate
from restoration.models.card import ModelCard, Task
from restoration.models.restorer import LevelKind

FAR_OFF = 0.4
"""A noise level this far from the trained one, relative to it, shows: left-over or smear."""


def misfit(card: ModelCard, found: Estimate, channels: int) -> str | None:
    """Why the model is a poor choice for a page of 1 or 3 `channels`, in one sentence, or None."""
    sigma, quality = found.noise.sigma, found.jpeg_quality
    low, high = card.level_range
    if card.task is Task.JPEG and sigma >= CLEAN_SIGMA:
        return (
            f"{card.id} was trained for JPEG artefacts and does not remove sensor noise; "
            f"this page has noise of σ {sigma:.0f}."
        )
    if card.task is Task.JPEG and (quality is None or quality >= GOOD_JPEG):
        return f"{card.id} was trained for JPEG artefacts; this page shows hardly any."
    if card.task is Task.DENOISE and sigma < CLEAN_SIGMA and card.parameters:
        return f"{card.id} was trained to remove noise; this page has hardly any (σ {sigma:.1f})."
    if card.level is LevelKind.SIGMA and low == high and abs(sigma - low) > FAR_OFF * low:
        return (
            f"{card.id} was trained for noise of σ {low:.0f} alone; this page has σ {sigma:.0f}. "
            "It leaves noise that is stronger and smears where it is weaker."
        )
    if channels == 1 and card.channels == (3,) and card.task is Task.DENOISE:
        return f"{card.id} was trained on colour and removes little noise from a gray page."
    return None
