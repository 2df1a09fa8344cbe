"""Repeat a recipe, and say whether the result came out the same."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from restoration.degradations import Degradation, DegradationKind
from restoration.errors import UnreadableFile
from restoration.page_restoration import Request
from restoration.recipe import AddedNoise, Asked, Recipe


class Sameness(Enum):
    """How a repeated result compares with the recorded one."""

    IDENTICAL = "bit-identical"
    OTHER_INPUT = "not comparable: the input is another file"
    OTHER_WEIGHTS = "different: the model's weights are not those of the recipe"
    DIFFERENT = "different: the same input and weights gave other pixels on this machine"


def request_of(recipe: Recipe, reference: Path | None = None) -> tuple[str, Request]:
    """The model and request that a recipe stands for; raises `RestorationError`s.

    What was left to the program is left to it again, page by page: the same pixels lead it to
    the same choices.
    """
    asked = recipe.asked
    return recipe.model, Request(
        level=asked.level,
        strength=asked.strength,
        noise=None if asked.noise is None else _degradation(asked.noise),
        reference=reference,
        ensemble=asked.ensemble,
        device=asked.device,
        dtype=asked.dtype,
        tile=asked.tile,
        overlap=asked.overlap,
    )


def as_asked(request: Request) -> Asked:
    """The request as a recipe holds it; `request_of` is the way back."""
    noise = request.noise
    return Asked(
        level=request.level,
        strength=request.strength,
        noise=None if noise is None else AddedNoise(noise.kind.value, noise.level, noise.seed),
        ensemble=request.ensemble,
        device=request.device,
        dtype=request.dtype,
        tile=request.tile,
        overlap=request.overlap,
    )


def _degradation(noise: AddedNoise) -> Degradation:
    try:
        kind = DegradationKind(noise.kind)
    except ValueError:
        raise UnreadableFile(
            "The recipe asks for noise of a kind that is not known",
            actual=noise.kind,
            expected=", ".join(kind.value for kind in DegradationKind),
        ) from None
    return Degradation(kind, noise.level, noise.seed)


def compare(recorded: Recipe, repeated: Recipe) -> Sameness:
    """Compare pixel for pixel, by the pages' hashes."""
    if recorded.input_sha256 != repeated.input_sha256:
        return Sameness.OTHER_INPUT
    if [p.weights_sha256 for p in recorded.pages] != [p.weights_sha256 for p in repeated.pages]:
        return Sameness.OTHER_WEIGHTS
    same = [p.pixels_sha256 for p in recorded.pages] == [p.pixels_sha256 for p in repeated.pages]
    return Sameness.IDENTICAL if same else Sameness.DIFFERENT
