"""Explain a model on a crop: nine sections and a card, every figure measured on that crop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from restoration.explanation.attention_field import AttentionField
from restoration.explanation.blocks import blocks
from restoration.explanation.card import Card, card_record, closing_card
from restoration.explanation.correction import correction
from restoration.explanation.examined import Examined, examine, network_of, refuse_others
from restoration.explanation.frequencies import frequencies
from restoration.explanation.honesty import honesty
from restoration.explanation.looking import looking
from restoration.explanation.noise_as_help import noise_as_help
from restoration.explanation.reach import reach
from restoration.explanation.section import Section, record
from restoration.explanation.stages import stages
from restoration.explanation.subject import SIDE, USUAL_SIGMA, crop_place, cut, subject
from restoration.explanation.what_noise_is import what_noise_is
from restoration.models.catalogue import LoadedModel, is_here, load
from restoration.models.restorer import LevelKind
from restoration.models.swinir_network import SwinIR
from restoration.pages.page import Pixels
from restoration.progress import Progress, Report, silent
from restoration.suitability import FAR_OFF

BESIDE = ("unet-denoise", "wavelet", "nlm", "identity")
"""Compared with the explained model wherever models are."""
HEAVY = 2_000_000
"""Parameters above which a SwinIR is explained on a smaller crop: seconds, not minutes."""
HEAVY_SIDE = 96

SECTIONS: tuple[Callable[[Examined], Section], ...] = (
    what_noise_is,
    correction,
    stages,
    looking,
    reach,
    blocks,
    honesty,
    frequencies,
    noise_as_help,
)


@dataclass(frozen=True, eq=False)
class Explanation:
    """Everything that was found."""

    model: str
    title: str
    architecture: str
    place: tuple[int, int]
    """Of the crop on the page, (x, y)."""
    warning: str | None
    """Why the model is a poor choice for this page, where it is."""
    sections: tuple[Section, ...]
    card: Card
    field: AttentionField | None
    truth: Pixels
    seconds: float

    def record(self) -> dict[str, Any]:
        """Everything but the pictures as plain JSON."""
        height, width = self.truth.shape[:2]
        return {
            "model": self.model,
            "title": self.title,
            "architecture": self.architecture,
            "crop": {"x": self.place[0], "y": self.place[1], "width": width, "height": height},
            "warning": self.warning,
            "seconds": round(self.seconds, 2),
            "sections": [record(section) for section in self.sections],
            "card": card_record(self.card),
        }


def explain(
    pixels: Pixels,
    model: LoadedModel,
    *,
    clean: Pixels | None = None,
    place: tuple[int, int] | None = None,
    report: Report = silent,
) -> Explanation:
    """Explain `model` on a crop of the page (H, W, C) `pixels`, [0, 1].

    `clean` is the page's original, of the same shape, where there is one; `place` the crop's
    corner (x, y), chosen where left out. Raises UsageError for a model that is not made to remove
    noise, OutOfRange for a page too small or a place outside it.
    """
    refuse_others(model)
    started = time.perf_counter()
    report(Progress(0.0, "cutting a crop"))
    side = crop_side(model)
    corner = crop_place(pixels, place, side)
    scan = cut(pixels, corner, side)
    original = None if clean is None else cut(clean, corner, side)
    chosen = subject(scan, original, model)
    report(Progress(0.05, "running the model"))
    others = tuple(load(each) for each in BESIDE if each != model.card.id and is_here(each))
    examined = examine(chosen, model, others)
    made = []
    for number, section in enumerate(SECTIONS):
        report(Progress(0.15 + 0.85 * number / len(SECTIONS), f"section {number + 1} of 9"))
        made.append(section(examined))
    sections = tuple(made)
    return Explanation(
        model=examined.name,
        title=model.card.title,
        architecture=model.card.architecture,
        place=corner,
        warning=_warning(examined),
        sections=sections,
        card=closing_card(examined, sections),
        field=None if examined.inside is None else examined.inside.field,
        truth=chosen.truth,
        seconds=time.perf_counter() - started,
    )


def crop_side(model: LoadedModel) -> int:
    """Side of the crop in pixels: what a model of this size gets through in good time."""
    network = network_of(model.restorer, USUAL_SIGMA)
    if network is None or not isinstance(network.module, SwinIR):
        return SIDE
    parameters = sum(each.numel() for each in network.module.parameters())
    return HEAVY_SIDE if parameters > HEAVY else SIDE


def _warning(examined: Examined) -> str | None:
    """Said where the crop's noise is far from the one level that the model was made for."""
    facts = examined.model.restorer.descriptor
    low, high = facts.level_range
    sigma = examined.subject.sigma
    if facts.level is not LevelKind.SIGMA or low != high or abs(sigma - low) <= FAR_OFF * low:
        return None
    return (
        f"{examined.name} was made for noise of σ {low:.0f} alone and this crop has σ {sigma:.0f}: "
        "read the figures as those of a mismatch."
    )
