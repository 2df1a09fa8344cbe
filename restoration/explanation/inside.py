"""What goes on between input and output: features stage by stage, seen by hooks while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from restoration.explanation.attention_field import AttentionField
from restoration.explanation.recording import Recording
from restoration.explanation.switches import forward, plain
from restoration.models.network import Network
from restoration.models.swinir_convolutions import in_float32, in_weight_dtype
from restoration.models.swinir_network import SwinIR
from restoration.models.unet import UNSHUFFLE, UNet
from restoration.pages.page import Pixels


@dataclass(frozen=True, eq=False)
class Stage:
    """The features after one part of a network."""

    label: str
    features: Pixels
    """(H / stride, W / stride, features)."""
    stride: int = 1
    """Pixels of the image to a feature."""
    exit: Pixels | None = None
    """(H, W, C): what the last layers make of these features; None where they cannot."""


@dataclass(frozen=True, eq=False)
class Inside:
    """One run of a network, looked into."""

    output: Pixels
    stages: tuple[Stage, ...]
    added: Pixels | None = None
    """(H, W, features): what all blocks together add to the shallow features; SwinIR only."""
    field: AttentionField | None = None
    breadth: tuple[NDArray[np.float32], ...] = ()
    """(H, W) effective number of pixels looked at, padding included, by recorded layer."""


def look_inside(network: Network, pixels: Pixels, level: float | None) -> Inside | None:
    """Run the network once on (H, W, C) and keep what it passes on; the output is the plain one.

    None for an architecture that is not known here.
    """
    module = network.module
    if isinstance(module, SwinIR):
        return _inside_swinir(network, module, pixels)
    if isinstance(module, UNet):
        return _inside_unet(network, module, pixels, level)
    return None


def _inside_swinir(network: Network, module: SwinIR, pixels: Pixels) -> Inside:
    height, width = pixels.shape[:2]
    watched: list[tuple[str, nn.Module]] = [("Shallow convolution", module.patch_embed["norm"])]
    watched += [(f"Block {number}", block) for number, block in enumerate(module.layers, start=1)]
    watched.append(("What the blocks add", module.conv_after_body))
    with torch.inference_mode():
        schedule = module.schedule(torch.empty(1, device=network.device))
        recording = Recording(module, schedule, (height, width))
        with _watching(watched) as seen:
            output = forward(network, module, pixels, recording)
        shallow = seen["Shallow convolution"].permute(0, 3, 1, 2)
        stages = [Stage("Shallow convolution", _as_pixels(shallow, height, width))]
        for label, _ in watched[1:-1]:
            correction = _exit(module, seen[label], shallow)
            stages.append(
                Stage(
                    label,
                    _as_pixels(seen[label], height, width),
                    exit=pixels + _as_pixels(correction, height, width),
                )
            )
        added = _as_pixels(seen["What the blocks add"], height, width)
    return Inside(output, tuple(stages), added, recording.field(), recording.breadth)


def _exit(module: SwinIR, features: Tensor, shallow: Tensor) -> Tensor:
    """The correction that the last layers would make of a block's features."""
    normed = module.norm(features.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    deep = in_weight_dtype(module.conv_after_body, normed) + shallow
    return in_float32(module.conv_last, deep) / module.config.value_range


def _inside_unet(network: Network, module: UNet, pixels: Pixels, level: float | None) -> Inside:
    scales = len(module.encoder)
    watched: list[tuple[str, nn.Module, int]] = [("First convolution", module.head, UNSHUFFLE)]
    for scale, stage in enumerate(module.encoder):
        name = "Way down" if scale < scales - 1 else "Coarsest"
        watched.append((f"{name}, scale 1/{UNSHUFFLE * 2**scale}", stage, UNSHUFFLE * 2**scale))
    for scale in reversed(range(scales - 1)):
        stride = UNSHUFFLE * 2**scale
        watched.append((f"Way up, scale 1/{stride}", module.decoder[scale], stride))
    with _watching([(label, part) for label, part, _ in watched]) as seen:
        output = plain(network, pixels, level)
    height, width = pixels.shape[:2]
    return Inside(
        output,
        tuple(
            Stage(label, _as_pixels(seen[label], height // stride, width // stride), stride)
            for label, _, stride in watched
        ),
    )


@contextmanager
def _watching(watched: list[tuple[str, nn.Module]]) -> Iterator[dict[str, Tensor]]:
    """Keep what each module puts out, by label; of a first normalisation what it is given."""
    seen: dict[str, Tensor] = {}

    def keep(label: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            seen[label] = (inputs[0] if isinstance(module, nn.LayerNorm) else output).clone()

        return hook

    handles = [module.register_forward_hook(keep(label)) for label, module in watched]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def _as_pixels(features: Tensor, height: int, width: int) -> Pixels:
    """(1, C, H', W') to (height, width, C), what was padded cut off."""
    cut = features[0, :, :height, :width].float().permute(1, 2, 0).contiguous()
    return cast(Pixels, cut.cpu().numpy())
