"""Repeat a recipe, and say whether the result came out the same."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from restoration.degradations import Degradation
from restoration.errors import UsageError
from restoration.page_restoration import Request
from restoration.recipe import Recipe


class Sameness(Enum):
    """How a repeated result compares with the recorded one."""

    IDENTICAL = "bit-identical"
    OTHER_INPUT = "not comparable: the input is another file"
    OTHER_WEIGHTS = "different: the model's weights are not those of the recipe"
    DIFFERENT = "different: the same input and weights gave other pixels on this machine"


def request_of(recipe: Recipe, reference: Path | None = None) -> tuple[str, Request]:
    """The model and request that a recipe stands for.

    The recorded level is given again only where it was given by hand: an estimated one is
    estimated anew, from the same pixels, page by page.
    """
    if not recipe.pages:
        raise UsageError("The recipe has no pages", actual="an empty list", expected="one or more")
    first = recipe.pages[0]
    return recipe.model, Request(
        level=first.level if first.level_source == "given" else None,
        strength=first.strength,
        noise=Degradation.parse(recipe.noise_added) if recipe.noise_added else None,
        reference=reference,
        ensemble=first.doubt is not None,
        device=recipe.device,
        dtype=recipe.dtype,
        tile=first.tile,
        overlap=first.overlap,
    )


def compare(recorded: Recipe, repeated: Recipe) -> Sameness:
    """Compare pixel for pixel, by the pages' hashes."""
    if recorded.input_sha256 != repeated.input_sha256:
        return Sameness.OTHER_INPUT
    if [p.weights_sha256 for p in recorded.pages] != [p.weights_sha256 for p in repeated.pages]:
        return Sameness.OTHER_WEIGHTS
    same = [p.pixels_sha256 for p in recorded.pages] == [p.pixels_sha256 for p in repeated.pages]
    return Sameness.IDENTICAL if same else Sameness.DIFFERENT
