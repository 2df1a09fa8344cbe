"""Where a pixel looks: the attention of a SwinIR over each window, head by head.

Queries and keys are recorded for a few layers while the network runs as it always does; the
weights of one pixel are then a product of 64 rows, quick enough to answer a click.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from restoration.errors import OutOfRange
from restoration.models.swinir_layers import MASKED, SwinLayer, WindowGroup
from restoration.models.swinir_network import RunLayer, SwinIR

MOST_BYTES = 160 << 20
"""Room for recorded queries and keys, half precision."""
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
        scores = np.einsum("hf,khf->hk", query, keys) / np.sqrt(features // self.heads)
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
        return pixels, row * self.window + column, (MASKED * apart).ravel().astype(np.float32)

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


class Recording:
    """Runs layers as the network would, and keeps what attention was made of."""

    def __init__(self, module: SwinIR, run_layer: RunLayer, shape: tuple[int, ...]) -> None:
        """`shape` is (height, width) of the image before padding."""
        config = module.config
        self._module = module
        self._run = run_layer
        self.height, self.width = (-(-side // config.window) * config.window for side in shape)
        self._wanted = _wanted(module, self.height * self.width)
        self._kept: dict[LayerPlace, Tensor] = {}
        self._bias: dict[LayerPlace, Tensor] = {}
        self._breadths: dict[LayerPlace, NDArray[np.float32]] = {}

    def __call__(self, layer: SwinLayer, stream: Tensor, groups: Iterable[WindowGroup]) -> Tensor:
        """A `RunLayer`."""
        groups = tuple(groups)
        place = self._wanted.get(id(layer))
        if place is not None:
            self._keep(place, layer, stream, groups)
        return self._run(layer, stream, groups)

    def _keep(
        self, place: LayerPlace, layer: SwinLayer, stream: Tensor, groups: tuple[WindowGroup, ...]
    ) -> None:
        attention = layer.attn
        features = stream.shape[1]
        normed = layer.norm1(stream).to(attention.qkv.weight.dtype)
        both = F.linear(
            normed, attention.qkv.weight[: 2 * features], attention.qkv.bias[: 2 * features]
        )
        self._kept[place] = both.to(torch.float16).cpu()
        self._bias[place] = attention.bias(None)[0].float().cpu()
        self._breadths[place] = self._breadth(layer, both, groups)

    def _breadth(
        self, layer: SwinLayer, both: Tensor, groups: tuple[WindowGroup, ...]
    ) -> NDArray[np.float32]:
        heads = layer.attn.heads
        entropy = both.new_zeros(both.shape[0], dtype=torch.float32)
        for group in groups:
            bias = layer.attn.bias(group.mask).float()
            for pixels in group.pixels.split(128):
                rows = both[pixels.flatten()].view(*pixels.shape, 2, heads, -1).float()
                query, key = rows.permute(2, 0, 3, 1, 4)
                scores = query @ key.transpose(-1, -2) / key.shape[-1] ** 0.5 + bias
                logs = scores.log_softmax(dim=-1)
                entropy[pixels.flatten()] = -(logs.exp() * logs).sum(-1).mean(1).flatten()
        return np.asarray(entropy.exp().view(self.height, self.width).cpu().numpy())

    @property
    def breadth(self) -> tuple[NDArray[np.float32], ...]:
        """(height, width) by recorded layer: effective number of pixels looked at.

        The exponential of the entropy of attention, averaged over the heads.
        """
        return tuple(self._breadths.values())

    def field(self) -> AttentionField:
        """Everything that was kept."""
        places = tuple(self._kept)
        return AttentionField(
            places=places,
            heads=self._module.config.heads[0],
            window=self._module.config.window,
            height=self.height,
            width=self.width,
            queries_and_keys=torch.stack([self._kept[each] for each in places]).numpy(),
            bias=torch.stack([self._bias[each] for each in places]).numpy(),
        )


def _wanted(module: SwinIR, pixels: int) -> dict[int, LayerPlace]:
    """The last plain and the last shifted layer of evenly spread blocks, as many as have room."""
    depths = module.config.depths
    fits = max(1, MOST_BYTES // (pixels * 2 * module.config.width * 2) // 2)
    blocks = np.unique(np.linspace(0, len(depths) - 1, min(fits, len(depths))).round().astype(int))
    wanted = {}
    for block in blocks:
        group: Any = module.layers[block]
        layers = list(group.residual_group["blocks"])
        for index in range(max(0, len(layers) - 2), len(layers)):
            layer = layers[index]
            wanted[id(layer)] = LayerPlace(int(block) + 1, index + 1, layer.shift)
    return wanted
