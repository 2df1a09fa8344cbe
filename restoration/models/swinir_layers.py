"""The Swin layer of SwinIR, and how a layer is run over the windows of an image.

Sources: Liang et al., "SwinIR", ICCV Workshops 2021, section 3; Liu et al., "Swin Transformer",
ICCV 2021, sections 3.1 and 3.2 (shifted windows, relative position bias).
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MASKED = -100.0
"""Added to the score of two pixels that only the cyclic shift made neighbours (official value)."""


HEAD_MULTIPLE = {"cuda": 8}
"""Fused attention on a GPU takes heads of a multiple of 8 features; SwinIR's mostly have 30."""


class WindowGroup(NamedTuple):
    """Windows that share one attention mask."""

    pixels: Tensor
    """(windows, M * M) int64: which rows of the stream belong to each window."""
    mask: Tensor | None
    """(M * M, M * M), 0 or -100; None where every pixel may attend to every other."""


@lru_cache(maxsize=16)
@torch.inference_mode(False)  # what is cached may later take part in training
def window_groups(
    size: tuple[int, int, int], window: int, shift: int, device: torch.device
) -> tuple[WindowGroup, ...]:
    """Divide a stream of `size` (batch, height, width) pixels into windows after a cyclic shift.

    Instead of rolling the image, the pixel numbers are rolled, once per image size. Only windows
    in the last row or column can hold pixels from opposite borders, so that there are at most
    four kinds of window, each with one mask. Height and width must be multiples of the window.
    """
    batch, height, width = size
    numbers = torch.arange(batch * height * width, device=device).view(size)
    rolled = numbers.roll((-shift, -shift), dims=(1, 2))
    rows, columns = height // window, width // window
    tiles = rolled.view(batch, rows, window, columns, window).permute(0, 1, 3, 2, 4)
    tiles = tiles.reshape(batch, rows, columns, window * window)
    if shift == 0:
        return (WindowGroup(tiles.reshape(-1, window * window), None),)
    groups = []
    for last_row in (False, True):
        for last_column in (False, True):
            of_rows = tiles[:, -1:] if last_row else tiles[:, :-1]
            kind = of_rows[:, :, -1:] if last_column else of_rows[:, :, :-1]
            if kind.numel():
                mask = _shift_mask(window, shift, last_row, last_column, device)
                groups.append(WindowGroup(kind.reshape(-1, window * window), mask))
    return tuple(groups)


def _shift_mask(
    window: int, shift: int, last_row: bool, last_column: bool, device: torch.device
) -> Tensor | None:
    """(M * M, M * M) mask of a window that the shift cut, or None for one that it did not."""
    if not (last_row or last_column):
        return None
    wrapped = torch.arange(window, device=device) >= window - shift
    region = 2 * (wrapped & last_row)[:, None].int() + (wrapped & last_column)[None, :].int()
    region = region.flatten()
    return MASKED * (region[:, None] != region[None, :]).float()


@lru_cache(maxsize=8)
@torch.inference_mode(False)
def relative_positions(window: int, device: torch.device) -> Tensor:
    """(M * M, M * M) int64: the row of the bias table for each pair of pixels in a window."""
    axis = torch.arange(window, device=device)
    y, x = (c.flatten() for c in torch.meshgrid(axis, axis, indexing="ij"))
    dy, dx = (c[:, None] - c[None, :] + window - 1 for c in (y, x))
    return dy * (2 * window - 1) + dx


ONEDNN_LINEAR = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
"""oneDNN's matrix product with a bias, as `torch.compile` uses it; absent from some builds."""


class Linear(nn.Linear):
    """A linear layer whose float32 products on a CPU are oneDNN's where no gradient is wanted.

    PyTorch gives them to MKL, which uses half the width of the vector units of an AMD processor.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(..., inputs) to (..., outputs), in the dtype of the weights."""
        if ONEDNN_LINEAR is None or not _is_plain_float32(x):
            return super().forward(x)
        return ONEDNN_LINEAR(x, self.weight, self.bias, "none", [], "")


def _is_plain_float32(x: Tensor) -> bool:
    differentiates = torch.is_grad_enabled() or torch.is_autocast_enabled("cpu")
    return x.device.type == "cpu" and x.dtype == torch.float32 and not differentiates


class Norm(nn.LayerNorm):
    """Layer normalisation in float32 whatever the precision of its weights."""

    def forward(self, x: Tensor) -> Tensor:
        """(..., C) float32 to the same."""
        return F.layer_norm(
            x, self.normalized_shape, self.weight.float(), self.bias.float(), self.eps
        )


class WindowAttention(nn.Module):
    """Multi-head attention among the M * M pixels of each window, with relative position bias."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.window = window
        self.qkv = Linear(width, 3 * width)
        self.proj = Linear(width, width)
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))

    def bias(self, mask: Tensor | None) -> Tensor:
        """(1, heads, M * M, M * M) to add to the attention scores: position bias, and mask."""
        table = self.relative_position_bias_table
        bias = table[relative_positions(self.window, table.device)].permute(2, 0, 1)
        bias = bias if mask is None else bias + mask
        return bias.to(self.qkv.weight.dtype).contiguous().unsqueeze(0)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(windows, M * M, C) to the same, in the dtype of the weights."""
        windows, pixels, width = x.shape
        size = width // self.heads
        query, key, value = self._heads(x, -size % HEAD_MULTIPLE.get(x.device.type, 1))
        attend = _attend_by_products if _is_half_on_cpu(query) else _attend
        mixed = attend(query, key, value, bias, size**-0.5)[..., :size]
        return self.proj(mixed.transpose(1, 2).reshape(windows, pixels, width))

    def _heads(self, x: Tensor, padding: int) -> Tensor:
        """(3, windows, heads, M * M, features per head): queries, keys and values.

        Padding adds zero features to each head, by way of the weights, which are small; they add
        nothing to a score and are cut off after the attention.
        """
        windows, pixels, width = x.shape
        size = width // self.heads
        if padding:
            weight = F.pad(self.qkv.weight.view(-1, size, width), (0, 0, 0, padding)).flatten(0, 1)
            bias = F.pad(self.qkv.bias.view(-1, size), (0, padding)).flatten()
            qkv = F.linear(x, weight, bias)
        else:
            qkv = self.qkv(x)
        qkv = qkv.view(windows, pixels, 3, self.heads, size + padding)
        return qkv.permute(2, 0, 3, 1, 4)


def _is_half_on_cpu(x: Tensor) -> bool:
    return x.device.type == "cpu" and x.dtype == torch.bfloat16


def _attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor, scale: float) -> Tensor:
    """(windows, heads, M * M, features) each; in one operation of PyTorch's."""
    return F.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=scale)


def _attend_by_products(
    query: Tensor, key: Tensor, value: Tensor, bias: Tensor, scale: float
) -> Tensor:
    """The same as two batched products, which on a CPU take half the time in bfloat16."""
    scores = (query @ key.transpose(-1, -2)).mul_(scale).add_(bias)
    return scores.softmax(-1) @ value


class SwinLayer(nn.Module):
    """x + attention(norm x), then x + MLP(norm x) (SwinIR, equations 7 and 8).

    The sums stay in float32: SwinIR's activations grow from block to block, and bf16 sums would
    lose the small corrections that the last blocks make.
    """

    def __init__(self, width: int, heads: int, window: int, hidden: int, shift: int) -> None:
        super().__init__()
        self.shift = shift
        self.norm1 = Norm(width)
        self.attn = WindowAttention(width, heads, window)
        self.norm2 = Norm(width)
        self.mlp = nn.Sequential(
            OrderedDict(fc1=Linear(width, hidden), act=nn.GELU(), fc2=Linear(hidden, width))
        )

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(windows, M * M, C) float32 to the same."""
        dtype = self.attn.qkv.weight.dtype
        x = x + self.attn(self.norm1(x).to(dtype), bias)
        return x + self.mlp(self.norm2(x).to(dtype))
