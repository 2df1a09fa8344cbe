"""The photographs a network learns from, and those held back to judge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from restoration.errors import UnreadableFile, UsageError

Photograph = NDArray[np.uint8]
"""(H, W, 3), sRGB, 8 bit: a quarter of the memory of float32."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
HELD_OUT_EVERY = 24
"""One image in this many, by rank of name within its folder, is never trained on."""


@dataclass(frozen=True)
class Photographs:
    """Decoded images, split by name so that every run of a folder holds back the same ones."""

    train: tuple[Photograph, ...]
    held_out: tuple[Photograph, ...]
    folders: tuple[str, ...]
    """Names of the folders that hold them."""


def load_photographs(folders: Sequence[Path], smallest: int) -> Photographs:
    """Decode every image under `folders` whose sides are at least `smallest` pixels.

    Raises UsageError where no usable image is found, UnreadableFile where one is damaged.
    """
    train: list[Photograph] = []
    held_out: list[Photograph] = []
    leaves = sorted({path.parent for folder in folders for path in _images(folder.rglob("*"))})
    for folder in leaves:
        for rank, path in enumerate(sorted(_images(folder.iterdir()))):
            photograph = _decode(path)
            if min(photograph.shape[:2]) >= smallest:
                (held_out if rank % HELD_OUT_EVERY == 0 else train).append(photograph)
    if not train or not held_out:
        raise UsageError(
            "There are too few images to train on",
            actual=f"{len(train) + len(held_out)} of at least {smallest}x{smallest} pixels",
            expected="two or more PNG, JPEG, WebP, BMP or TIFF photographs",
            remedy="Name folders with --images",
        )
    return Photographs(tuple(train), tuple(held_out), tuple(folder.name for folder in leaves))


def _images(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.suffix.lower() in SUFFIXES)


def _decode(path: Path) -> Photograph:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise UnreadableFile(
            f"{path.name} cannot be read",
            actual=str(error),
            remedy="Remove it from the training folder or replace it",
        ) from error
