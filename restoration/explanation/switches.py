"""Parts of a network left out for the time of a run, by hooks or by weights set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import cast

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from restoration.models.network import Network
from restoration.models.swinir_layers import SwinLayer, WindowGroup, window_groups
from restoration.models.swinir_network import ResidualSwinBlock, RunLayer, SwinIR
from restoration.models.swinir_schedule import run_chunked
from restoration.models.unet import ResidualBlock as UNetBlock
from restoration.models.unet import UNet
from restoration.pages.page import Pixels


def plain(network: Network, pixels: Pixels, level: float | None) -> Pixels:
    """(H, W, C) through the network as it is."""
    return network(pixels[None], level)[0]


def forward(network: Network, module: SwinIR, pixels: Pixels, run_layer: RunLayer) -> Pixels:
    """(H, W, C) through a SwinIR whose layers are run by `run_layer`."""
    with torch.inference_mode():
        tensor = torch.from_numpy(pixels[None]).permute(0, 3, 1, 2).to(network.device)
        restored = module(tensor, run_layer).float()
        return cast(Pixels, restored[0].permute(1, 2, 0).contiguous().cpu().numpy())


def unshifted(module: SwinIR, shape: tuple[int, ...]) -> RunLayer:
    """Runs every layer on the unshifted windows of an image of `shape` (height, width)."""
    window = module.config.window
    height, width = (-(-side // window) * window for side in shape)

    def run_layer(layer: SwinLayer, stream: Tensor, groups: Iterable[WindowGroup]) -> Tensor:
        plain_groups = window_groups((1, height, width), window, 0, stream.device)
        return run_chunked(layer, stream, plain_groups)

    return run_layer


@contextmanager
def without_long_skip(module: SwinIR) -> Iterator[None]:
    """The features before the head are the deep ones alone."""
    shallow: list[Tensor] = []

    def keep(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        shallow[:] = [inputs[0].permute(0, 3, 1, 2)]

    def take_off(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return output - shallow[0].to(output.dtype)

    first, last = module.patch_embed["norm"], module.conv_after_body
    with _hooks(first.register_forward_pre_hook(keep), last.register_forward_hook(take_off)):
        yield


@contextmanager
def without_block_convolution(module: SwinIR) -> Iterator[None]:
    """Each block's convolution gives back what it got."""
    with _hooks(
        *(
            block.conv.register_forward_hook(lambda _, inputs, __: inputs[0].clone())
            for block in residual_blocks(module)
        )
    ):
        yield


@contextmanager
def without_block_skip(module: SwinIR) -> Iterator[None]:
    """Each block gives its own result without its input added."""
    with _hooks(
        *(
            block.register_forward_hook(lambda _, inputs, output: output - inputs[0])
            for block in residual_blocks(module)
        )
    ):
        yield


@contextmanager
def without_content(module: SwinIR) -> Iterator[None]:
    """Queries are zero: what is left of attention is the learned bias of positions."""
    with ExitStack() as stack:
        for layer in module.modules():
            if isinstance(layer, SwinLayer):
                width = module.config.width
                for parameter in (layer.attn.qkv.weight, layer.attn.qkv.bias):
                    stack.enter_context(_set_aside(parameter, slice(0, width)))
        yield


@contextmanager
def centre_alone(convolutions: Iterable[nn.Module]) -> Iterator[None]:
    """Every 3x3 convolution in these modules keeps its middle weights, and the rest are zero."""
    with ExitStack() as stack:
        for module in convolutions:
            for each in module.modules():
                if isinstance(each, nn.Conv2d) and each.kernel_size == (3, 3):
                    kernel = each.weight.clone()
                    stack.enter_context(_set_aside(each.weight, slice(None)))
                    with torch.no_grad():
                        each.weight[:, :, 1, 1] = kernel[:, :, 1, 1]
        yield


@contextmanager
def without_unet_skips(module: UNet) -> Iterator[None]:
    """Nothing is added on the way up but what comes from the coarser scale."""
    skips: dict[int, Tensor] = {}
    handles = []

    def keep(scale: int) -> Callable[..., None]:
        return lambda _, __, output: skips.__setitem__(scale, output)

    def take_off(scale: int) -> Callable[..., Tensor]:
        return lambda _, __, output: output - skips[scale]

    for scale, up in enumerate(module.up):
        handles.append(module.encoder[scale].register_forward_hook(keep(scale)))
        handles.append(up.register_forward_hook(take_off(scale)))
    with _hooks(*handles):
        yield


@contextmanager
def without_coarse_scales(module: UNet) -> Iterator[None]:
    """The way up gets nothing from below the finest scale."""
    finest = module.up[0]
    with _hooks(finest.register_forward_hook(lambda _, __, output: torch.zeros_like(output))):
        yield


@contextmanager
def without_unet_blocks(module: UNet) -> Iterator[None]:
    """Residual blocks pass on what they got."""
    blocks = [each for each in module.modules() if isinstance(each, UNetBlock)]
    with _hooks(*(each.register_forward_hook(lambda _, inputs, __: inputs[0]) for each in blocks)):
        yield


def residual_blocks(module: SwinIR) -> Iterator[ResidualSwinBlock]:
    """The blocks of a SwinIR, in order."""
    return (cast(ResidualSwinBlock, block) for block in module.layers)


@contextmanager
def _hooks(*handles: RemovableHandle) -> Iterator[None]:
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _set_aside(parameter: Tensor, rows: slice) -> Iterator[None]:
    """Zero the first-axis `rows` of a parameter, and put them back bit by bit."""
    with torch.no_grad():
        kept = parameter[rows].clone()
        parameter[rows] = 0
    try:
        yield
    finally:
        with torch.no_grad():
            parameter[rows] = kept
