"""The SwinIR network (Liang et al., ICCV Workshops 2021, arXiv 2108.10257), every variant.

Parameter names are those of the official code, so that its checkpoints load as they are. The
equations are the official ones too; how a layer is run over an image is not (swinir_schedule).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restoration.models.mirroring import mirrored
from restoration.models.restorer import Descriptor
from restoration.models.swinir_config import Head, SwinIRConfig
from restoration.models.swinir_convolutions import (
    body_convolution,
    conv3,
    in_float32,
    in_weight_dtype,
    leaky,
    shuffle,
)
from restoration.models.swinir_layers import (
    Norm,
    SwinLayer,
    WindowAttention,
    WindowGroup,
    window_groups,
)
from restoration.models.swinir_schedule import run_chunked, run_whole

RGB_MEAN = (0.4488, 0.4371, 0.4040)
"""Mean colour of DIV2K, taken off before the network; gray models take off nothing."""

TILE = 512
"""Side of the tiles that run fastest within 1.5 GB on two cores (bench/swinir.py)."""

RunLayer = Callable[[SwinLayer, Tensor, Iterable[WindowGroup]], Tensor]


class ResidualSwinBlock(nn.Module):
    """Swin layers, a convolution, and a skip around both (RSTB; SwinIR, equations 5 and 6)."""

    def __init__(self, config: SwinIRConfig, depth: int, heads: int) -> None:
        super().__init__()
        layers = [
            SwinLayer(
                config.width,
                heads,
                config.window,
                config.hidden,
                shift=0 if index % 2 == 0 else config.window // 2,
            )
            for index in range(depth)
        ]
        self.residual_group = nn.ModuleDict({"blocks": nn.ModuleList(layers)})
        self.conv = body_convolution(config)
        self.window = config.window

    def forward(self, features: Tensor, run_layer: RunLayer) -> Tensor:
        """(N, C, H, W) float32, channels last, sides multiples of the window, to the same."""
        batch, _, height, width = features.shape
        image = features.permute(0, 2, 3, 1)
        stream = image.flatten(0, 2).clone()
        for layer in cast(Iterable[SwinLayer], self.residual_group["blocks"]):
            size = (batch, height, width)
            groups = window_groups(size, self.window, layer.shift, features.device)
            stream = run_layer(layer, stream, groups)
        deep = stream.view(image.shape).permute(0, 3, 1, 2)
        return in_weight_dtype(self.conv, deep).add_(features)


class SwinIR(nn.Module):
    """One SwinIR, randomly initialised as the official code does (without stochastic depth).

    `module.to(torch.bfloat16)` is a supported precision: the products run in bf16; sums along
    the network, normalisations and the first and last convolution stay in float32. float16 is
    not: activations leave its range in the later blocks.
    """

    def __init__(self, config: SwinIRConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.conv_first = conv3(config.channels, width)
        self.patch_embed = nn.ModuleDict({"norm": Norm(width)})
        self.layers = nn.ModuleList(
            ResidualSwinBlock(config, depth, heads)
            for depth, heads in zip(config.depths, config.heads, strict=True)
        )
        self.norm = Norm(width)
        self.conv_after_body = body_convolution(config)
        self._add_head()
        self.apply(_initialise)

    @property
    def descriptor(self) -> Descriptor:
        """What the engine needs to know; the level is a matter of the weights, hence of the card.

        The halo keeps the official overlap (32 pixels, so 16 a side, two windows): the network
        reaches further, but what lies beyond hardly counts, and the engine's seam audit checks
        that on every page.
        """
        config = self.config
        return Descriptor(
            channels=(config.channels,),
            halo=2 * config.window,
            scale=config.scale,
            tile=TILE,
            multiple=config.window,
            dtypes=("fp32", "bf16"),
        )

    def forward(self, pixels: Tensor, run_layer: RunLayer | None = None) -> Tensor:
        """(N, C, H, W), [0, 1], any size, to (N, C, H * scale, W * scale) float32, unclipped.

        `run_layer` stands in for this network's own `schedule`: to look on, or to leave a part out.

        Sides are mirrored up to the next multiple of the window, as the official network does,
        and the result is cut back. On a CPU, without gradients, memory is about four feature
        maps: 16 * width bytes per pixel.
        """
        config = self.config
        height, width = pixels.shape[-2:]
        mean = pixels.new_tensor(RGB_MEAN if config.channels == 3 else (0.0,), dtype=torch.float32)
        mean = mean.view(1, -1, 1, 1)
        x = mirrored(pixels.float(), config.window)
        x = (x - mean) * config.value_range
        shallow = in_float32(self.conv_first, x).contiguous(memory_format=torch.channels_last)
        deep = self._deep(shallow, run_layer or self.schedule(pixels))
        features = in_weight_dtype(self.conv_after_body, deep).add_(shallow)
        restored = self._rebuild(features, x) / config.value_range + mean
        return restored[..., : height * config.scale, : width * config.scale]

    def schedule(self, pixels: Tensor) -> RunLayer:
        """In place and by chunks on a CPU, unless gradients are wanted; else all at once."""
        differentiates = torch.is_grad_enabled() and (
            pixels.requires_grad or any(p.requires_grad for p in self.parameters())
        )
        return run_whole if differentiates or pixels.device.type != "cpu" else run_chunked

    def _deep(self, shallow: Tensor, run_layer: RunLayer) -> Tensor:
        """The residual blocks between their two normalisations; (N, C, H, W) channels last."""
        features = self.patch_embed["norm"](shallow.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        for block in self.layers:
            features = block(features, run_layer)
        return self.norm(features.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def _add_head(self) -> None:
        """The layers that turn features into pixels, by the official names."""
        config = self.config
        width, between = config.width, config.head_width
        if config.head is Head.RESIDUAL:
            self.conv_last = conv3(width, config.channels)
            return
        if config.head is Head.PIXEL_SHUFFLE_DIRECT:
            self.upsample = nn.Sequential(*shuffle(width, config.channels, config.scale))
            return
        self.conv_before_upsample = nn.Sequential(conv3(width, between), nn.LeakyReLU())
        if config.head is Head.PIXEL_SHUFFLE:
            steps = [3] if config.scale == 3 else [2] * int(math.log2(config.scale))
            self.upsample = nn.Sequential(*(m for s in steps for m in shuffle(between, between, s)))
        else:
            self.conv_up1 = conv3(between, between)
            if config.scale == 4:
                self.conv_up2 = conv3(between, between)
            self.conv_hr = conv3(between, between)
        self.conv_last = conv3(between, config.channels)

    def _rebuild(self, features: Tensor, x: Tensor) -> Tensor:
        """Features (N, C, H, W) to pixels in the network's range, enlarged by the scale."""
        head = self.config.head
        if head is Head.RESIDUAL:
            return x + in_float32(self.conv_last, features)
        if head is Head.PIXEL_SHUFFLE_DIRECT:
            return F.pixel_shuffle(in_float32(self.upsample[0], features), self.config.scale)
        features = in_weight_dtype(self.conv_before_upsample, features)
        if head is Head.PIXEL_SHUFFLE:
            return in_float32(self.conv_last, in_weight_dtype(self.upsample, features))
        doublings = [self.conv_up1] if self.config.scale == 2 else [self.conv_up1, self.conv_up2]
        for convolution in doublings:
            features = leaky(convolution, F.interpolate(features, scale_factor=2, mode="nearest"))
        return in_float32(self.conv_last, leaky(self.conv_hr, features))


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        nn.init.zeros_(module.bias)
    elif isinstance(module, WindowAttention):
        nn.init.trunc_normal_(module.relative_position_bias_table, std=0.02)
