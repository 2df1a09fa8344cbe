"""The closing card: ten techniques with what each is worth on this image, and three limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from restoration.explanation.examined import Examined
from restoration.explanation.section import Section

FEW_POINTS = 15
"""Difference of signal kept and noise let through, in per cent, that is not worth the name."""


@dataclass(frozen=True)
class Line:
    """One technique and its measured worth."""

    technique: str
    worth: str
    """A number with its unit, or a dash where it does not apply to this model."""


@dataclass(frozen=True)
class Card:
    """What somebody takes away."""

    title: str
    answer: str
    """The question answered in two sentences, with this image's numbers."""
    lines: tuple[Line, ...]
    limits: tuple[str, ...]


def closing_card(examined: Examined, sections: tuple[Section, ...]) -> Card:
    """Collect the measurements of the sections, which are in their order."""
    noise, skip, stages, attention, shift, convolution, honesty, frequencies = (
        section.data for section in sections[:8]
    )
    own = frequencies["models"][examined.name]
    blocks = convolution.get("losses", {})
    lines = (
        Line("All of it together", _gain(examined.psnr - noise["psnrOfInput"])),
        Line("  of which plain averaging", _gain(noise["psnrOfBestBlur"] - noise["psnrOfInput"])),
        Line("Predict the correction alone", _loss(skip.get("loss"))),
        Line("Long skip for the coarse picture", _loss(_first(stages))),
        Line("Attention to similar content", _loss(attention.get("loss"))),
        Line(sections[4].title, _loss(_first(shift))),
        Line("Convolution in each block", _loss(blocks.get("no-convolution"))),
        Line("Skip around each block", _loss(blocks.get("no-block-skip"))),
        Line("Knowing the noise level", f"up to {max(honesty['costs']):.1f} dB"),
        Line(
            f"Signal kept, noise let through at {frequencies['halfAt']:.2f} cycles per pixel",
            f"{100 * own['signalAtHalf']:.0f} % and {100 * own['noiseAtHalf']:.0f} %",
        ),
    )
    limits = (
        f"Level: noise of another level than it reckons with costs up to "
        f"{max(honesty['costs']):.1f} dB on this crop.",
        f"Detail: {100 * honesty['erased']:.1f} % of the crop lost visible detail and "
        f"{100 * honesty['invented']:.1f} % shows some that the truth has not. What noise drowned "
        "can only be guessed.",
        "Kind: a model for JPEG artefacts leaves sensor noise, and one for noise leaves JPEG "
        f"blocks. This one: {examined.model.card.limits}",
    )
    title = f"{examined.name} on this crop: {examined.psnr:.1f} dB"
    return Card(title, _answer(examined, noise, own), lines, limits)


def _answer(examined: Examined, noise: dict[str, Any], own: dict[str, float]) -> str:
    kept, passed = 100 * own["signalAtHalf"], 100 * own["noiseAtHalf"]
    scores = (
        f"It reaches {examined.psnr:.1f} dB; averaging alone {noise['psnrOfBestBlur']:.1f}, doing "
        f"nothing {noise['psnrOfInput']:.1f}."
    )
    if kept - passed < FEW_POINTS:
        return (
            f"{examined.name} hardly tells noise from detail of the same fineness: {kept:.0f} % of "
            f"the detail stays here, and {passed:.0f} % of the noise. {scores}"
        )
    return (
        "The model does not average blindly. It works out a small correction from what lies "
        "around each pixel, so that noise and detail of one fineness are treated differently: "
        f"here {kept:.0f} % of the detail stays and {passed:.0f} % of the noise, where a plain "
        f"filter keeps as much of one as of the other. {scores}"
    )


def card_record(card: Card) -> dict[str, Any]:
    """The card as plain JSON."""
    return {
        "title": card.title,
        "answer": card.answer,
        "lines": [vars(line) for line in card.lines],
        "limits": list(card.limits),
    }


def _first(data: dict[str, Any]) -> float | None:
    return next(iter(data.get("losses", {}).values()), None)


def _loss(value: float | None) -> str:
    return "does not apply" if value is None else f"{value:.1f} dB lost without"


def _gain(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{abs(value):.1f} dB"
