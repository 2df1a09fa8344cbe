"""The chain of 3x3 convolutions that DnCNN and FFDNet are made of, in KAIR's file format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from restoration.errors import BadWeights

_NAME = re.compile(r"model\.(\d+)\.(weight|bias)")
Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True)
class Chain:
    """The sizes of a chain."""

    channels_in: int
    width: int
    channels_out: int
    depth: int
    """Convolutions, first and last included."""


def convolution_chain(channels_in: int, width: int, channels_out: int, depth: int) -> nn.Sequential:
    """`depth` convolutions with ReLU between them; names count both, as KAIR's files do."""
    sizes = [channels_in] + [width] * (depth - 1)
    layers: list[nn.Module] = []
    for size in sizes[:-1]:
        layers += [nn.Conv2d(size, width, 3, padding=1), nn.ReLU(inplace=True)]
    layers.append(nn.Conv2d(sizes[-1], channels_out, 3, padding=1))
    return nn.Sequential(*layers)


def read_chain(state: Mapping[str, Tensor]) -> Chain | None:
    """The sizes of the chain in `state`; None if it holds anything but one."""
    matches = [_NAME.fullmatch(name) for name in state]
    if len(matches) < 4 or any(match is None for match in matches):
        return None
    positions = sorted({int(match[1]) for match in matches if match})
    weights = [state.get(f"model.{position}.weight") for position in positions]
    if positions != list(range(0, 2 * len(positions), 2)):
        return None
    if any(weight is None or weight.shape[2:] != (3, 3) for weight in weights):
        return None
    first, last = weights[0], weights[-1]
    assert first is not None and last is not None
    return Chain(first.shape[1], first.shape[0], last.shape[0], len(positions))


def weight_dtype(module: nn.Module) -> torch.dtype:
    """The dtype that `module` computes in."""
    return next(module.parameters()).dtype


def load_chain(network: Network, state: Mapping[str, Tensor], name: str) -> Network:
    """Load `state` into `network` and put it in evaluation mode.

    Raises BadWeights where a layer is missing or has another shape than its neighbours ask for.
    """
    try:
        network.load_state_dict(dict(state))
    except RuntimeError as mismatch:
        raise BadWeights(
            f"These {name} weights do not fit together",
            actual=str(mismatch).splitlines()[-1].strip(),
            expected="convolutions whose channels match from layer to layer",
            remedy="Fetch the file again",
        ) from mismatch
    return network.eval()
