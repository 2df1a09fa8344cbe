"""The generator: a label map in, a histology field out."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FINE_WIDTH = 48
COARSE_WIDTH = 96
BLOCKS = 3
UNSHUFFLE = 4
MULTIPLE = 8
"""Sides are padded to multiples of this."""
NOISE_GAIN = 16.0
"""A lone noise pixel has to be heard beside classes that fill all 16 planes of a code."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions whose sum with the input starts as the input itself."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) in and out."""
        return x + self.second(F.leaky_relu(self.first(x), 0.1, inplace=True))


class Generator(nn.Module):
    """Draws a field from class codes.

    The work is done on planes of a quarter and an eighth of the size: a pixel-unshuffle keeps
    every single noise pixel apart as a channel of its own, so nothing of the map is lost. Without
    normalisation layers a field depends on its neighbourhood only, and a large one looks like the
    crops of training. It stands in for pix2pixHD (Wang et al. 2018), the generator of the paper
    followed here, at about 1/250 of its parameters.
    """

    def __init__(self, codes: int) -> None:
        super().__init__()
        self.codes = codes
        self.head = nn.Conv2d(codes * UNSHUFFLE**2, FINE_WIDTH, 3, padding=1)
        self.down = nn.Conv2d(FINE_WIDTH, COARSE_WIDTH, 2, stride=2)
        self.coarse = nn.Sequential(*(ResidualBlock(COARSE_WIDTH) for _ in range(BLOCKS)))
        self.up = nn.ConvTranspose2d(COARSE_WIDTH, FINE_WIDTH, 2, stride=2)
        self.fine = nn.Sequential(*(ResidualBlock(FINE_WIDTH) for _ in range(BLOCKS)))
        self.middle = nn.Conv2d(FINE_WIDTH, 32, 3, padding=1)
        self.detail = nn.Conv2d(32, 16, 3, padding=1)
        self.tail = nn.Conv2d(16, 3, 3, padding=1)

    def forward(self, told: Tensor) -> Tensor:
        """Codes (N, H, W) of any integer type and size to fields (N, 3, H, W) in [0, 1]."""
        height, width = told.shape[-2:]
        planes = one_hot(told, self.codes, self.head.weight.dtype)
        planes = torch.cat([planes[:, :-1], NOISE_GAIN * planes[:, -1:]], dim=1)
        bottom, right = -height % MULTIPLE, -width % MULTIPLE
        if bottom or right:
            planes = F.pad(planes, (0, right, 0, bottom), mode="replicate")
        x = self.head(F.pixel_unshuffle(planes, UNSHUFFLE))
        x = self.fine(x + self.up(self.coarse(self.down(x))))
        x = F.leaky_relu(self.middle(_doubled(x)), 0.1)
        x = F.leaky_relu(self.detail(x), 0.1)
        field = self.tail(_doubled(x))
        return torch.sigmoid(field.float())[..., :height, :width]


def _doubled(x: Tensor) -> Tensor:
    """Twice the size by interpolation: unlike a pixel-shuffle it leaves no grid to unlearn."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def one_hot(told: Tensor, codes: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Codes (N, H, W) as one plane each (N, codes, H, W)."""
    every = torch.arange(codes, device=told.device).view(1, -1, 1, 1)
    return (told.unsqueeze(1) == every).to(dtype)
