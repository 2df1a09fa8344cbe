"""The critic of training: does this field look like a real one of this map?"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restoration.synthesis.generator import one_hot

WIDTHS = (32, 64, 128)


class Discriminator(nn.Module):
    """Judges overlapping patches of a field together with its map.

    A patch discriminator (Isola et al. 2017, section 2.2.2) with instance normalisation; it sees
    the noise pixels too, as in pix2pixHD, where the critic is told what the generator is told.
    With spectral normalisation in its place the generator had learned no texture in 400 steps.
    """

    def __init__(self, codes: int) -> None:
        super().__init__()
        self.codes = codes
        inputs = (3 + codes, *WIDTHS[:-1])
        self.layers = nn.ModuleList(
            nn.Conv2d(narrow, wide, 4, stride=2, padding=1)
            for narrow, wide in zip(inputs, WIDTHS, strict=True)
        )
        self.verdict = nn.Conv2d(WIDTHS[-1], 1, 3, padding=1)

    def forward(self, field: Tensor, told: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Fields (N, 3, H, W) and codes (N, H, W) to verdicts (N, 1, H/8, W/8) and features."""
        x = torch.cat([field * 2 - 1, one_hot(told, self.codes, field.dtype)], dim=1)
        features = []
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number:
                x = F.instance_norm(x)
            x = F.leaky_relu(x, 0.2)
            features.append(x)
        return self.verdict(x), features
