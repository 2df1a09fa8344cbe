"""Small made-up fields: blue nuclei on a pale ground, with a strip of glass."""

import numpy as np
import pytest
from PIL import Image

from restoration.synthesis.conditions import LabelMap
from restoration.synthesis.fields import Field, write_field
from restoration.synthesis.preparation import from_classes
from restoration.synthesis.tissues import IHC


def class_map(seed: int, side: int = 128) -> LabelMap:
    """Round nuclei of both classes on the left two thirds, air on the right."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((side, side), np.uint8)
    rows, columns = np.mgrid[:side, :side]
    for number in range(40):
        y, x = rng.uniform(4, side - 4), rng.uniform(4, side * 0.6)
        labels[(rows - y) ** 2 + (columns - x) ** 2 < 16] = 2 if number < 12 and y < 40 else 1
    labels[:, side * 3 // 4 :] = 3
    return labels


def picture_of(labels: LabelMap) -> np.ndarray:
    """What such a field could look like (H, W, 3)."""
    colours = np.array([(215, 225, 240), (70, 90, 160), (120, 70, 40), (250, 250, 250)], np.uint8)
    return colours[labels]


@pytest.fixture(scope="session")
def raw_folder(tmp_path_factory):
    """Three fields as a data set comes: images and class maps."""
    folder = tmp_path_factory.mktemp("raw")
    for part in ("images", "labels"):
        (folder / part).mkdir()
    for number in range(3):
        labels = class_map(number)
        Image.fromarray(picture_of(labels)).save(folder / "images" / f"field{number}.png")
        Image.fromarray(labels).save(folder / "labels" / f"field{number}.png")
    return folder


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory):
    """The same fields, prepared."""
    folder = tmp_path_factory.mktemp("prepared")
    for number in range(3):
        labels = class_map(number)
        made = from_classes(labels, IHC)
        field = Field(f"field{number}", picture_of(labels), made.polygons, made.cells)
        write_field(field, IHC, folder)
    return folder
