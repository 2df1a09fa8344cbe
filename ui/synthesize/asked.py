"""What a browser asks for, checked: a map, its noise, a seed."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

import numpy as np

from restoration.errors import OutOfRange, UsageError
from restoration.synthesis.comparison import ComparisonTask
from restoration.synthesis.conditions import LabelMap, Noise
from restoration.synthesis.label_map import SMALLEST_SIDE, check_codes
from restoration.synthesis.mask_noise import NoiseKind
from restoration.synthesis.noise_image import NoiseImage, noise_image
from restoration.synthesis.tissues import Tissue

LARGEST_SIDE = 1024
"""Of a map on the page; the command line takes larger ones."""
FINEST, COARSEST = 4.0, 64.0
"""Mean distances of noise pixels that the page offers, in pixels."""


def map_from(asked: dict[str, Any], tissue: Tissue) -> LabelMap:
    """The label map (H, W) of a request: `width`, `height`, and `codes`, a byte a pixel in base64.

    Raises OutOfRange for a wrong size or class, UsageError for what is no map.
    """
    width, height = (_whole(asked, name) for name in ("width", "height"))
    check_sides(width, height)
    try:
        content = base64.b64decode(str(asked.get("codes", "")), validate=True)
    except binascii.Error as error:
        raise UsageError("The label map could not be read", expected="class codes") from error
    if len(content) != width * height:
        raise OutOfRange(
            "The label map has the wrong depth",
            actual=f"{len(content)} bytes",
            expected=f"one byte for each of {width}x{height} pixels",
        )
    labels = np.frombuffer(content, np.uint8).reshape(height, width)
    check_codes(labels, tissue)
    return labels


def check_sides(width: int, height: int, what: str = "label map") -> None:
    """Raises OutOfRange for a size that the page does not take."""
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (width, height)):
        raise OutOfRange(
            f"The {what} has the wrong size",
            actual=f"{width}x{height} pixels",
            expected=f"sides of {SMALLEST_SIDE} to {LARGEST_SIDE} pixels",
        )


def noise_from(asked: dict[str, Any], tissue: Tissue) -> Noise:
    """The noise of a request: `spacing`, `kind`, and `own`, spacings by class code.

    Raises OutOfRange for a spacing that the page does not offer or a class that takes none.
    """
    own = asked.get("own") or {}
    if not isinstance(own, dict) or not all(str(code).isdecimal() for code in own):
        raise UsageError("The spacing of single classes could not be read")
    by_class = sorted((int(code), _spacing(own, code)) for code in own)
    spacing = _spacing(asked, "spacing")
    try:
        noise = Noise(spacing, NoiseKind(asked.get("kind")), tuple(by_class))
    except ValueError as error:
        raise UsageError(
            "There is no such kind of noise",
            actual=str(asked.get("kind"))[:40],
            expected=", ".join(kind.value for kind in NoiseKind),
        ) from error
    noise.in_classes(tissue)
    return noise


def _spacing(asked: dict[str, Any], name: str) -> float:
    spacing = _number(asked, name)
    if not FINEST <= spacing <= COARSEST:
        raise OutOfRange(
            "This noise cannot be drawn",
            actual=f"one pixel in {spacing:g} x {spacing:g}",
            expected=f"a distance of {FINEST:g} to {COARSEST:g} pixels",
        )
    return spacing


def band_from(width: int, height: int, low: float, high: float, seed: int) -> NoiseImage:
    """The noise image of a request; raises OutOfRange for its size, its band or its seed."""
    check_sides(width, height, "noise image")
    return noise_image((height, width), low, high, seed_from({"seed": seed}))


def seed_from(asked: dict[str, Any]) -> int:
    """The seed of a request; raises OutOfRange."""
    seed = _whole(asked, "seed")
    if not 0 <= seed < 2**31:
        raise OutOfRange("This seed cannot be used", actual=str(seed), expected="0 to 2147483647")
    return seed


def task_from(asked: dict[str, Any], tissue: Tissue) -> ComparisonTask:
    """Everything but the folder, which the desk gives; raises as the parts do."""
    sample = asked.get("sample")
    return ComparisonTask(
        map_from(asked, tissue),
        noise_from(asked, tissue),
        seed_from(asked),
        Path(),
        str(sample) if sample else None,
    )


def _whole(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(f"The {name} is missing", expected="a whole number")
    return value


def _number(asked: dict[str, Any], name: str) -> float:
    value = asked.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise UsageError(f"The {name} is missing", expected="a number")
    return float(value)
