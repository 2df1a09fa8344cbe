"""Label maps as files: palette PNGs whose pixel values are class codes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from restoration.errors import OutOfRange, TooLarge, UnreadableFile, UnsupportedFile
from restoration.synthesis.conditions import LabelMap
from restoration.synthesis.tissues import Tissue

SMALLEST_SIDE, LARGEST_SIDE = 32, 8192
INDEXED_MODES = ("P", "L")
Size = tuple[int, int]
"""Width and height in pixels."""


def _any_size(_: int, __: int) -> None:
    """For whoever takes a map of every size that can be drawn from."""


def read_label_map(
    source: Path | bytes,
    tissue: Tissue,
    size: Size | None = None,
    check_sides: Callable[[int, int], None] = _any_size,
) -> LabelMap:
    """Read a map (H, W) of class codes from an 8-bit palette or gray PNG.

    check_sides: is given width and height before a pixel is decoded, which for a large map takes
    half a second, and raises where it does not take them.

    Raises UnreadableFile for what is no image, UnsupportedFile for another format or depth,
    TooLarge, and OutOfRange for another size than `size` or a code that `tissue` does not have.
    """
    name = source.name if isinstance(source, Path) else "The label map"
    try:
        with Image.open(source if isinstance(source, Path) else BytesIO(source)) as image:
            _check_kind(image, name, tissue)
            check_sides(image.width, image.height)
            _check_size((image.width, image.height), name, size)
            labels = np.array(image, dtype=np.uint8)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableFile(
            f"{name} cannot be read", actual=str(error), expected="a PNG of class codes"
        ) from error
    check_codes(labels, tissue, name)
    return labels


def check_codes(labels: LabelMap, tissue: Tissue, name: str = "The label map") -> None:
    """Raise OutOfRange where a pixel has a code that the tissue does not have."""
    largest = int(labels.max())
    if largest >= len(tissue.classes):
        raise OutOfRange(
            f"{name} has a class that {tissue.name} does not have",
            actual=f"code {largest}",
            expected=_codes(tissue),
        )


def write_label_map(labels: LabelMap, tissue: Tissue, target: Path | BytesIO) -> None:
    """Write a map of class codes, cell and noise included, as a palette PNG in their colours."""
    image = Image.fromarray(np.ascontiguousarray(labels, np.uint8))
    image.putpalette([channel for colour in colours(tissue) for channel in colour])
    image.save(target, format="PNG")


def colours(tissue: Tissue) -> tuple[tuple[int, int, int], ...]:
    """How each code is drawn: the classes, then cell, then noise."""
    return (*(each.colour for each in tissue.classes), (38, 32, 96), (20, 20, 20))


def _check_kind(image: Image.Image, name: str, tissue: Tissue) -> None:
    if image.format != "PNG" or image.mode not in INDEXED_MODES:
        raise UnsupportedFile(
            f"{name} is not a label map",
            actual=f"{image.format or 'no'} file with pixels of kind {image.mode}",
            expected=f"an 8-bit palette or gray PNG of codes: {_codes(tissue)}",
        )


def _check_size(found: Size, name: str, size: Size | None) -> None:
    width, height = found
    if size is not None and found != size:
        raise OutOfRange(
            f"{name} has the wrong size",
            actual=f"{width}x{height} pixels",
            expected=f"{size[0]}x{size[1]} pixels",
        )
    if max(found) > LARGEST_SIDE:
        raise TooLarge(
            f"{name} is too large",
            actual=f"{width}x{height} pixels",
            expected=f"sides up to {LARGEST_SIDE} pixels",
        )
    if min(found) < SMALLEST_SIDE:
        raise OutOfRange(
            f"{name} is too small",
            actual=f"{width}x{height} pixels",
            expected=f"sides of at least {SMALLEST_SIDE} pixels",
        )


def _codes(tissue: Tissue) -> str:
    return ", ".join(f"{code} {each.name}" for code, each in enumerate(tissue.classes))
