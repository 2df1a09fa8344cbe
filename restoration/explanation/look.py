"""What one pixel attends to, beside what is similar to it; answers a click, without a network."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restoration.errors import OutOfRange
from restoration.explanation.attention_field import AttentionField
from restoration.explanation.similarity import similarity
from restoration.pages.page import Pixels

NEIGHBOURS = 8
"""Side of the window of patch similarity where there is no attention to compare it with."""


def look_at(field: AttentionField | None, truth: Pixels, x: int, y: int) -> dict[str, Any]:
    """What pixel (x, y) attends to, and what is similar to it, as plain JSON.

    For each recorded layer: the window's rows and columns, attention per head, and patch
    similarity. Without a field, similarity over the window around the pixel alone.
    Raises OutOfRange for a pixel outside the image.
    """
    height, width = truth.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        raise OutOfRange(
            "There is no such pixel", actual=f"{x}, {y}", expected=f"0 to {width - 1}, {height - 1}"
        )
    if field is None:
        rows = _around(y, height)
        columns = _around(x, width)
        numbers = (rows[:, None] * width + columns[None, :]).ravel()
        likeness = similarity(truth, x, y, numbers)
        return {"x": x, "y": y, "layers": [_window(rows, columns, None, likeness, None)]}
    layers = []
    for index, place in enumerate(field.places):
        weights, pixels = field.look(index, x, y)
        rows, columns = np.divmod(pixels, field.width)
        numbers = np.minimum(rows, height - 1) * width + np.minimum(columns, width - 1)
        likeness = similarity(truth, x, y, numbers)
        side = field.window
        layers.append(
            _window(rows[::side], columns[:side], weights.round(4), likeness, place.label)
        )
    return {"x": x, "y": y, "layers": layers}


def _window(
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    weights: NDArray[np.float32] | None,
    likeness: NDArray[np.float32],
    label: str | None,
) -> dict[str, Any]:
    return {
        "label": label,
        "rows": rows.tolist(),
        "columns": columns.tolist(),
        "heads": None if weights is None else [[round(float(w), 4) for w in h] for h in weights],
        "similarity": [round(float(value), 4) for value in likeness],
    }


def _around(at: int, length: int) -> NDArray[np.intp]:
    start = min(max(0, at - NEIGHBOURS // 2), max(0, length - NEIGHBOURS))
    return np.arange(start, min(start + NEIGHBOURS, length))
