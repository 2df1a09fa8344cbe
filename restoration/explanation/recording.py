"""Recording attention while a SwinIR runs as it always does: queries and keys of a few layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from restoration.explanation.attention_field import AttentionField, LayerPlace
from restoration.models.swinir_layers import SwinLayer, WindowGroup
from restoration.models.swinir_network import RunLayer, SwinIR

MOST_BYTES = 160 << 20
"""Room for recorded queries and keys, half precision."""


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
