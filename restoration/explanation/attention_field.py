"""Where a pixel looks: recorded attention of a SwinIR over its windows, head by head.

Needs no network: the weights of one pixel are a product of 64 recorded rows, quick enough to
answer a click.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from restoration.errors import OutOfRange

APART = -100.0
"""`swinir_layers.MASKED`, said again because that module brings torch along."""
FILES = ("attention.npy", "attention-bias.npy", "attention.json")


@dataclass(frozen=True)
class LayerPlace:
    """A Swin layer by its place, counted from 1."""

    block: int
    layer: int
    shift: int

    @property
    def label(self) -> str:
        """For a person."""
        return f"Block {self.block}, layer {self.layer}" + (" (shifted)" if self.shift else "")


@dataclass(frozen=True, eq=False)
class AttentionField:
    """Queries and keys of the recorded layers, for every pixel."""

    places: tuple[LayerPlace, ...]
    heads: int
    window: int
    height: int
    """Of the padded image."""
    width: int
    queries_and_keys: NDArray[np.float16]
    """(layers, pixels, 2 * features)."""
    bias: NDArray[np.float32]
    """(layers, heads, M * M, M * M): of positions."""

    def look(self, layer: int, x: int, y: int) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """Attention of pixel (x, y) in a recorded layer: (heads, M * M), rows of sum 1.

        Also the window's pixels as numbers row by row, (M * M,). Raises OutOfRange.
        """
        if not (0 <= x < self.width and 0 <= y < self.height and 0 <= layer < len(self.places)):
            raise OutOfRange("There is no such pixel or layer", actual=f"{x}, {y}, layer {layer}")
        pixels, here, cut = self._window(self.places[layer].shift, x, y)
        features = self.queries_and_keys.shape[2] // 2
        rows = np.asarray(self.queries_and_keys[layer, pixels], np.float32)
        query = rows[here, :features].reshape(self.heads, -1)
        keys = rows[:, features:].reshape(len(pixels), self.heads, -1)
        scale = np.float32((features // self.heads) ** -0.5)
        scores = scale * np.einsum("hf,khf->hk", query, keys)
        scores = scores + self.bias[layer, :, here] + cut
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True), pixels

    def _window(
        self, shift: int, x: int, y: int
    ) -> tuple[NDArray[np.intp], int, NDArray[np.float32]]:
        """Pixel numbers of the window of (x, y), its place among them, and the mask's row."""
        rows, row = _line(y, self.height, self.window, shift)
        columns, column = _line(x, self.width, self.window, shift)
        pixels = (rows[:, None] * self.width + columns[None, :]).ravel()
        apart = (_wrapped(rows) != _wrapped(rows)[row])[:, None] | (
            _wrapped(columns) != _wrapped(columns)[column]
        )[None, :]
        return pixels, row * self.window + column, (APART * apart).ravel().astype(np.float32)

    def save(self, folder: Path) -> None:
        """Store for clicks to come; `open_field` reads it back."""
        np.save(folder / FILES[0], self.queries_and_keys)
        np.save(folder / FILES[1], self.bias)
        facts = {
            "places": [vars(place) for place in self.places],
            "heads": self.heads,
            "window": self.window,
            "height": self.height,
            "width": self.width,
        }
        (folder / FILES[2]).write_text(json.dumps(facts), encoding="utf-8")


def open_field(folder: Path) -> AttentionField | None:
    """The stored field, read from disk as far as it is asked for; None where there is none."""
    if not (folder / FILES[2]).exists():
        return None
    facts = json.loads((folder / FILES[2]).read_text(encoding="utf-8"))
    facts["places"] = tuple(LayerPlace(**place) for place in facts["places"])
    return AttentionField(
        **facts,
        queries_and_keys=np.load(folder / FILES[0], mmap_mode="r"),
        bias=np.load(folder / FILES[1], mmap_mode="r"),
    )


def _line(at: int, length: int, window: int, shift: int) -> tuple[NDArray[np.intp], int]:
    """Coordinates of the window along one axis, and which of them is `at`."""
    rolled = (at - shift) % length
    start = rolled // window * window
    return (np.arange(start, start + window) + shift) % length, rolled - start


def _wrapped(line: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which coordinates the shift brought over from the opposite border."""
    return np.asarray(line < line[0])
