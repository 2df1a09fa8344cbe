"""Raw data sets: images beside class maps or instance maps, prepared one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from restoration.errors import OutOfRange, UnreadableFile, UsageError
from restoration.synthesis.conditions import LabelMap
from restoration.synthesis.fields import Field
from restoration.synthesis.label_map import read_label_map
from restoration.synthesis.preparation import from_classes, from_instances
from restoration.synthesis.tissues import Tissue

CLASS_MAPS, INSTANCE_MAPS = "labels", "nuclei"
MAP_FOLDERS = (CLASS_MAPS, INSTANCE_MAPS)
SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")


def prepared_fields(
    folder: Path, tissue: Tissue, scale: float = 1.0, without: Collection[str] = ()
) -> Iterator[tuple[Field, Tissue]]:
    """Each field of a raw folder, made smaller by `scale`, with the tissue at that scale.

    `images/` holds the fields; `labels/` holds class codes or `nuclei/` instances (0 between
    nuclei) by the same names; those in `without` are
    left out. Raises UsageError where a map is missing, OutOfRange where its size
    differs, UnreadableFile where a file is damaged.
    """
    images = sorted(
        path for path in (folder / "images").iterdir() if path.suffix.lower() in SUFFIXES
    )
    by_class = (folder / CLASS_MAPS).is_dir()
    maps = folder / (CLASS_MAPS if by_class else INSTANCE_MAPS)
    scaled = replace(tissue, spacing=tissue.spacing * scale)
    for path in images:
        if path.stem in without:
            continue
        map_path = maps / f"{path.stem}.png"
        if not map_path.exists():
            raise UsageError(f"{path.name} has no map", expected=str(map_path))
        with _opened(path) as image:
            size = image.size
            small = (round(size[0] * scale), round(size[1] * scale))
            pixels = np.asarray(image.convert("RGB").resize(small, Image.Resampling.BOX))
        if by_class:
            labels = _shrunk(read_label_map(map_path, tissue, size), small)
            prepared = from_classes(labels.astype(np.uint8), tissue)
        else:
            instances = _shrunk(_instances(map_path, size), small)
            prepared = from_instances(instances, pixels, tissue)
        yield Field(path.stem, pixels, prepared.polygons, prepared.cells), scaled


def _instances(path: Path, size: tuple[int, int]) -> np.ndarray:
    with _opened(path) as image:
        if image.size != size:
            raise OutOfRange(
                f"The map {path.name} has the wrong size",
                actual=f"{image.width}x{image.height} pixels",
                expected=f"{size[0]}x{size[1]} pixels, as the image",
            )
        return np.asarray(image).astype(np.int32)


def _shrunk(labels: LabelMap | np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The middle pixel of each cell, so that no class is invented."""
    rows = ((np.arange(size[1]) + 0.5) * labels.shape[0] / size[1]).astype(int)
    columns = ((np.arange(size[0]) + 0.5) * labels.shape[1] / size[0]).astype(int)
    return labels[np.ix_(rows, columns)]


def _opened(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except (UnidentifiedImageError, OSError) as error:
        raise UnreadableFile(f"{path.name} cannot be read", actual=str(error)) from error
