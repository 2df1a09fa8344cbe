"""Photographs for the estimators, read with Pillow alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

IMAGE_SUFFIXES = {".png", ".jpg", ".bmp", ".tif", ".webp"}


def _load(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        picture = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    pixels = np.asarray(picture, np.float32) / 255
    return pixels[..., None] if pixels.ndim == 2 else pixels


@pytest.fixture(scope="session")
def photographs(shared_data: Path) -> Callable[..., list[np.ndarray]]:
    """`photographs("test/cbsd68", 4)`: that many images of a folder, evenly chosen."""

    def load(folder: str, count: int | None = None, pattern: str = "*") -> list[np.ndarray]:
        paths = sorted(
            p for p in (shared_data / folder).glob(pattern) if p.suffix.lower() in IMAGE_SUFFIXES
        )
        step = max(1, len(paths) // count) if count else 1
        return [_load(path) for path in paths[::step][:count]]

    return load
