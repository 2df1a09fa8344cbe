"""What a SwinIR checkpoint is, read off the names and shapes of its tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from restoration.errors import BadWeights

if TYPE_CHECKING:
    from torch import Tensor

RECOMPUTED = ("relative_position_index", "attn_mask")
"""Buffers that official files carry, sized for the training patch; they can be worked out."""

REMEDY = "Use an official SwinIR checkpoint, .pth or .safetensors, downloaded in full"


class Head(Enum):
    """How features become pixels, by the name that the official code gives it."""

    RESIDUAL = ""
    """Denoising and JPEG: one convolution, added to the input."""
    PIXEL_SHUFFLE = "pixelshuffle"
    """Classical super-resolution."""
    PIXEL_SHUFFLE_DIRECT = "pixelshuffledirect"
    """Lightweight super-resolution."""
    NEAREST_CONV = "nearest+conv"
    """Real-world super-resolution."""


@dataclass(frozen=True)
class SwinIRConfig:
    """The shape of one SwinIR; every field but the defaults follows from a state dict."""

    channels: int
    """Image channels: 1 or 3."""
    width: int
    """Features per pixel (embed_dim)."""
    depths: tuple[int, ...]
    """Swin layers in each residual block."""
    heads: tuple[int, ...]
    """Attention heads in each residual block."""
    window: int
    """Side of an attention window in pixels."""
    hidden: int
    """Hidden features of the MLP: twice the width in every published model."""
    head: Head = Head.RESIDUAL
    scale: int = 1
    head_width: int = 64
    """Features at the enlarged size; unused by the heads that have none."""
    bottleneck: bool = False
    """Three convolutions through a quarter of the width ("3conv") in place of one."""
    value_range: float = 1.0
    """Largest pixel value inside the network: 255 in the JPEG models, 1 in the others."""


def read_config(state: Mapping[str, Tensor]) -> SwinIRConfig:
    """Read the configuration off a state dict with the official parameter names.

    The one fact that no tensor holds is the value range: the published window-7 models are the
    JPEG models, trained on 0-255; all the others on 0-1 (official test script, `define_model`).

    Raises BadWeights if the names or shapes are not those of a SwinIR.
    """
    if "absolute_pos_embed" in state:
        raise BadWeights(
            "This SwinIR has an absolute position embedding, which fixes its image size",
            actual="absolute_pos_embed among the tensors",
            expected="relative positions only, as in every published SwinIR",
            remedy=REMEDY,
        )
    width, channels = _shape(state, "conv_first.weight", 4)[:2]
    depths = _depths(state)
    tables = [
        _shape(state, f"layers.{i}.residual_group.blocks.0.attn.relative_position_bias_table", 2)
        for i in range(len(depths))
    ]
    window = (math.isqrt(tables[0][0]) + 1) // 2
    heads = tuple(columns for _, columns in tables)
    if (2 * window - 1) ** 2 != tables[0][0] or any(width % h for h in heads):
        raise BadWeights(
            "The attention tables fit no window size",
            actual=f"{tables[0][0]} offsets, {heads} heads, {width} features",
            expected="(2 M - 1)^2 offsets for a window of M pixels, and heads that divide features",
            remedy=REMEDY,
        )
    head, scale, head_width = _head(state, channels)
    return SwinIRConfig(
        channels=channels,
        width=width,
        depths=depths,
        heads=heads,
        window=window,
        hidden=_shape(state, "layers.0.residual_group.blocks.0.mlp.fc1.weight", 2)[0],
        head=head,
        scale=scale,
        head_width=head_width,
        bottleneck="conv_after_body.weight" not in state,
        value_range=255.0 if window == 7 else 1.0,
    )


def _shape(state: Mapping[str, Tensor], name: str, rank: int) -> tuple[int, ...]:
    """The shape of one tensor that every SwinIR has."""
    if name not in state or state[name].ndim != rank:
        raise BadWeights(
            "These weights are not a SwinIR, or are cut short",
            actual=f"{len(state)} tensors, none called {name} with {rank} axes",
            expected="the parameter names of the official SwinIR",
            remedy=REMEDY,
        )
    return tuple(state[name].shape)


def _depths(state: Mapping[str, Tensor]) -> tuple[int, ...]:
    """Count the Swin layers of each residual block."""
    counts: dict[int, int] = {}
    for name in state:
        parts = name.split(".")
        if parts[0] == "layers" and parts[2:4] == ["residual_group", "blocks"]:
            block, layer = int(parts[1]), int(parts[4])
            counts[block] = max(counts.get(block, 0), layer + 1)
    return tuple(counts.get(block, 0) for block in range(max(counts, default=0) + 1))


def _head(state: Mapping[str, Tensor], channels: int) -> tuple[Head, int, int]:
    """Which head, its scale, and its features at the enlarged size."""
    if "conv_up1.weight" in state:
        scale = 4 if "conv_up2.weight" in state else 2
        return Head.NEAREST_CONV, scale, state["conv_up1.weight"].shape[0]
    if "upsample.0.weight" not in state:
        return Head.RESIDUAL, 1, 64
    rows = state["upsample.0.weight"].shape[0]
    if "conv_before_upsample.0.weight" not in state:
        return Head.PIXEL_SHUFFLE_DIRECT, math.isqrt(rows // channels), 64
    features = state["conv_before_upsample.0.weight"].shape[0]
    steps = sum(name.startswith("upsample.") and name.endswith(".weight") for name in state)
    return Head.PIXEL_SHUFFLE, 3 if rows == 9 * features else 2**steps, features
