"""Convolutions of SwinIR outside the Swin layers, their precision, and how images are padded."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from restoration.models.swinir_config import SwinIRConfig


def conv3(inputs: int, outputs: int) -> nn.Conv2d:
    """A 3x3 convolution that keeps the size."""
    return nn.Conv2d(inputs, outputs, 3, padding=1)


def shuffle(inputs: int, outputs: int, scale: int) -> tuple[nn.Conv2d, nn.PixelShuffle]:
    """Enlarge by sub-pixel convolution."""
    return conv3(inputs, outputs * scale**2), nn.PixelShuffle(scale)


def body_convolution(config: SwinIRConfig) -> nn.Module:
    """The convolution that ends a residual block: one 3x3, or a bottleneck of three."""
    width, narrow = config.width, config.width // 4
    if not config.bottleneck:
        return conv3(width, width)
    return nn.Sequential(
        conv3(width, narrow),
        nn.LeakyReLU(0.2),
        nn.Conv2d(narrow, narrow, 1),
        nn.LeakyReLU(0.2),
        conv3(narrow, width),
    )


def in_weight_dtype(module: nn.Module, x: Tensor) -> Tensor:
    """Apply convolutions in the precision of their weights; float32 in and out."""
    convolved: Tensor = module(x.to(next(module.parameters()).dtype))
    return convolved.float()


def in_float32(convolution: nn.Module, x: Tensor) -> Tensor:
    """Apply a convolution next to the pixels, where bf16 would cost a grey level."""
    assert isinstance(convolution, nn.Conv2d)
    bias = None if convolution.bias is None else convolution.bias.float()
    return F.conv2d(x, convolution.weight.float(), bias, padding=convolution.padding)


def leaky(convolution: nn.Module, x: Tensor) -> Tensor:
    """A convolution and the rectifier of the real-world head."""
    return F.leaky_relu(in_weight_dtype(convolution, x), 0.2)
