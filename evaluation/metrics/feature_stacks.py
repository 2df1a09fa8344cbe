"""AlexNet and VGG16 as far as perceptual metrics look, from the files torchvision publishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch.nn.functional as F
from torch import Tensor

from evaluation.metrics.networks import Layout
from evaluation.metrics.supplied_tensors import read_shaped


@dataclass(frozen=True, eq=False)
class FeatureStack:
    """A network's convolutions with their weights."""

    layout: Layout
    state: dict[str, Tensor]
    """Weights and biases by torchvision's names, without `features.`."""

    def stages(self, image: Tensor, halve: Callable[[Tensor], Tensor]) -> Iterator[Tensor]:
        """The output (1, C, h, w) of each stage for a normalised image (1, 3, H, W).

        How sizes are halved between stages is the metric's matter.
        """
        for number, stage in enumerate(self.layout.stages):
            if number in self.layout.halved_before:
                image = halve(image)
            for layer in stage:
                weight, bias = (
                    self.state[f"{layer.index}.weight"],
                    self.state[f"{layer.index}.bias"],
                )
                image = F.relu(F.conv2d(image, weight, bias, layer.stride, layer.pad))
            yield image


def read_stack(layout: Layout, path: Path) -> FeatureStack:
    """From a state dict of the network, or of its `features` alone; raises BadWeights."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in layout.layers:
        shapes[f"{layer.index}.weight"] = (layer.outputs, layer.inputs, layer.side, layer.side)
        shapes[f"{layer.index}.bias"] = (layer.outputs,)
    what = f"the convolutions of {layout.name} as torchvision stores them"
    return FeatureStack(layout, read_shaped(path, shapes, what, prefix="features."))
