"""Which steps a page needs, with the reason for each, taken or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from restoration.auto import (
    CLEAN_SIGMA,
    COLOUR_DENOISERS,
    GOOD_JPEG,
    GRAY_DENOISERS,
    JPEG_RESTORERS,
    PAGE_CLEANERS,
)
from restoration.chain.steps import Link, Step, parse_chain
from restoration.estimation import Estimate
from restoration.estimation.page_kind import PageKind

ENLARGERS = ("swinir-s-lightweight-x2", "swinir-m-classical-x2")


@dataclass(frozen=True)
class Planned:
    """A step with its model and the reason; a step without a model is passed over."""

    step: Step
    model: str | None
    why: str


def plan_for(
    asked: str, found: Estimate, channels: int, is_here: Callable[[str], bool]
) -> tuple[Planned, ...]:
    """The steps of what was asked, "chain:..."; raises UsageError where that cannot be read."""
    links = parse_chain(asked)
    if links is None:
        return propose(found, channels, is_here)
    return tuple(_filled(link, found, channels, is_here) for link in links)


def propose(found: Estimate, channels: int, is_here: Callable[[str], bool]) -> tuple[Planned, ...]:
    """Every step in order, for a page of 1 or 3 `channels`; one that is not needed has no model.

    Enlarging is never proposed: more pixels are a wish, not a repair.
    """
    return (
        Planned(Step.ESTIMATE, None, found.sentence),
        _jpeg(found, is_here),
        _denoise(found, channels, is_here),
        _page(found, is_here),
        Planned(Step.UPSCALE, None, "Not proposed: ask for it where more pixels are wanted."),
    )


def _filled(link: Link, found: Estimate, channels: int, is_here: Callable[[str], bool]) -> Planned:
    """A step that a person asked for, with a model chosen where none was named."""
    if link.step is Step.ESTIMATE:
        return Planned(Step.ESTIMATE, None, found.sentence)
    if link.model is not None:
        return Planned(link.step, link.model, "Asked for by name.")
    model = _first(_candidates(link.step, channels), is_here)
    if model is None:
        return Planned(link.step, None, "Asked for, but no model for it is on this machine.")
    return Planned(link.step, model, f"Asked for; {model} is the first choice on this machine.")


def _candidates(step: Step, channels: int) -> tuple[str, ...]:
    return {
        Step.JPEG: JPEG_RESTORERS,
        Step.DENOISE: GRAY_DENOISERS if channels == 1 else COLOUR_DENOISERS,
        Step.PAGE: PAGE_CLEANERS,
        Step.UPSCALE: ENLARGERS,
    }[step]


def _jpeg(found: Estimate, is_here: Callable[[str], bool]) -> Planned:
    quality = found.jpeg_quality
    if quality is None or quality >= GOOD_JPEG:
        shown = "no compression" if quality is None else f"quality {quality}"
        return Planned(Step.JPEG, None, f"Not needed: {shown} to be seen.")
    model = _first(JPEG_RESTORERS, is_here)
    if model is None:
        why = f"Wanted for quality {quality}, but no model for it is on this machine."
        return Planned(Step.JPEG, None, why)
    return Planned(Step.JPEG, model, f"JPEG artefacts of quality {quality}.")


def _denoise(found: Estimate, channels: int, is_here: Callable[[str], bool]) -> Planned:
    sigma = found.noise.sigma
    if found.kind is PageKind.BLANK:
        return Planned(Step.DENOISE, None, "Not needed: the page is blank.")
    if sigma < CLEAN_SIGMA:
        return Planned(Step.DENOISE, None, f"Not needed: hardly any noise (σ {sigma:.1f}).")
    model = _first(_candidates(Step.DENOISE, channels), is_here)
    return Planned(Step.DENOISE, model, f"Noise of σ {sigma:.0f}.")


def _page(found: Estimate, is_here: Callable[[str], bool]) -> Planned:
    if found.kind is not PageKind.TEXT:
        return Planned(Step.PAGE, None, "Not needed: this is no page of text.")
    model = _first(PAGE_CLEANERS, is_here)
    if model is None:
        why = "Wanted for a page of text, but no model for it is on this machine."
        return Planned(Step.PAGE, None, why)
    return Planned(Step.PAGE, model, "A page of text: paper and stains can be cleared.")


def _first(models: tuple[str, ...], is_here: Callable[[str], bool]) -> str | None:
    return next((model for model in models if is_here(model)), None)
