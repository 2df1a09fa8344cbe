"""Prepared fields on disk: image, region map and cell map by name, and their classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from restoration.errors import UnreadableFile, UsageError
from restoration.synthesis.conditions import LabelMap
from restoration.synthesis.label_map import read_label_map, write_label_map
from restoration.synthesis.tissues import FILE_NAME, Tissue, read_tissue, write_tissue

IMAGES, POLYGONS, CELLS = "images", "polygons", "cells"


@dataclass(frozen=True)
class Field:
    """One field, all three of the same size."""

    name: str
    image: NDArray[np.uint8]
    """(H, W, 3), sRGB."""
    polygons: LabelMap
    cells: LabelMap
    """Class code of the nucleus at each pixel, 0 between nuclei."""


def read_fields(folder: Path, names: Sequence[str] | None = None) -> tuple[Tissue, list[Field]]:
    """The classes and the fields of a prepared folder, by name, or only those named.

    Raises UsageError where there is none or one is missing, UnreadableFile where one is damaged,
    and where image and maps differ in size.
    """
    tissue = read_tissue(folder / FILE_NAME)
    found = sorted(path.stem for path in (folder / IMAGES).glob("*.png"))
    missing = sorted(set(names or ()) - set(found))
    if missing or not found:
        raise UsageError(
            f"{folder} lacks prepared fields",
            actual="none" if not found else "no " + ", ".join(missing),
            remedy="Run python -m restoration.synthesis prepare on it",
        )
    wanted = found if names is None else sorted(set(names))
    return tissue, [_read(folder, name, tissue) for name in wanted]


def write_field(field: Field, tissue: Tissue, folder: Path) -> None:
    """Write one field where `read_fields` finds it."""
    for part in (IMAGES, POLYGONS, CELLS):
        (folder / part).mkdir(parents=True, exist_ok=True)
    write_tissue(tissue, folder / FILE_NAME)
    Image.fromarray(field.image).save(folder / IMAGES / f"{field.name}.png")
    write_label_map(field.polygons, tissue, folder / POLYGONS / f"{field.name}.png")
    write_label_map(field.cells, tissue, folder / CELLS / f"{field.name}.png")


def read_image(path: Path) -> NDArray[np.uint8]:
    """Decode an 8-bit colour image (H, W, 3); raises UnreadableFile where it is damaged."""
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise UnreadableFile(f"{path.name} cannot be read", actual=str(error)) from error


def _read(folder: Path, name: str, tissue: Tissue) -> Field:
    image = read_image(folder / IMAGES / f"{name}.png")
    size = (image.shape[1], image.shape[0])
    polygons, cells = (
        read_label_map(folder / part / f"{name}.png", tissue, size) for part in (POLYGONS, CELLS)
    )
    return Field(name, image, polygons, cells)
