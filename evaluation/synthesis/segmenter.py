"""A small network that tells tissue classes apart, to see what synthetic fields are worth to it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH = 32
MULTIPLE = 8


class Segmenter(nn.Module):
    """Class scores of every pixel: a U-Net (Ronneberger et al. 2015) on half-size planes."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.fine = _stack(12, WIDTH)
        self.coarse = _stack(WIDTH, 2 * WIDTH)
        self.deep = _stack(2 * WIDTH, 2 * WIDTH)
        self.merge = _stack(4 * WIDTH, WIDTH)
        self.tail = nn.Conv2d(2 * WIDTH, 4 * classes, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, 3, H, W) in [0, 1] to scores (N, classes, H, W); sides are multiples of 8."""
        fine = self.fine(F.pixel_unshuffle(image * 2 - 1, 2))
        coarse = self.coarse(F.avg_pool2d(fine, 2))
        deep = self.deep(F.avg_pool2d(coarse, 2))
        merged = self.merge(torch.cat([coarse, _doubled(deep)], dim=1))
        return F.pixel_shuffle(self.tail(torch.cat([fine, _doubled(merged)], dim=1)), 2)


def _stack(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.ReLU(inplace=True),
    )


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")
