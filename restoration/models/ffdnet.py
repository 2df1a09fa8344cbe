"""FFDNet: a denoiser on half-size planes that is told the noise level."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restoration.errors import UsageError
from restoration.models.convolutions import convolution_chain, load_chain, read_chain, weight_dtype

UNSHUFFLE = 2


class FFDNet(nn.Module):
    """3x3 convolutions on the four half-size planes of each channel and one plane of sigma.

    As released with KAIR: 12 convolutions of 96 channels for colour, 15 of 64 for gray; trained
    for sigma 0 to 75.
    Source: Zhang et al., FFDNet, TIP 2018, section III.
    """

    takes_level = True
    multiple = UNSHUFFLE
    """Which pixels share a plane depends on where a tile starts."""

    def __init__(self, channels: int = 3, width: int = 96, depth: int = 12) -> None:
        super().__init__()
        planes = channels * UNSHUFFLE**2
        self.channels = channels
        self.halo = depth * UNSHUFFLE
        self.model = convolution_chain(planes + 1, width, planes, depth)

    def forward(self, x: Tensor, sigma: float | Tensor | None = None) -> Tensor:
        """Restore (N, C, H, W) of any size, [0, 1] plus unclipped noise; same shape and dtype out.

        `sigma` is the noise level on the 0-255 scale, one number or one for each image (N,).
        Raises UsageError without it.
        """
        if sigma is None:
            raise UsageError(
                "FFDNet must be told how strong the noise is",
                expected="a sigma on the 0-255 scale",
            )
        height, width = x.shape[-2:]
        padded = F.pad(x, (0, width % UNSHUFFLE, 0, height % UNSHUFFLE), mode="replicate")
        planes = F.pixel_unshuffle(padded, UNSHUFFLE)
        level = torch.as_tensor(sigma, dtype=x.dtype, device=x.device) / 255
        level_plane = level.view(-1, 1, 1, 1).expand(x.shape[0], 1, *planes.shape[-2:])
        features = torch.cat([planes, level_plane], dim=1).to(weight_dtype(self.model))
        restored = F.pixel_shuffle(self.model(features).to(x.dtype), UNSHUFFLE)
        return restored[..., :height, :width]


def is_ffdnet(state: Mapping[str, Tensor]) -> bool:
    """Whether the state dict is a chain with one plane more in than out, four to a channel."""
    chain = read_chain(state)
    return (
        chain is not None
        and chain.channels_in == chain.channels_out + 1
        and chain.channels_out % UNSHUFFLE**2 == 0
    )


def ffdnet_from(state: Mapping[str, Tensor]) -> FFDNet:
    """Build an FFDNet from its state dict, in evaluation mode.

    Raises BadWeights where names or shapes do not fit together.
    """
    chain = read_chain(state)
    assert chain is not None, "is_ffdnet holds"
    network = FFDNet(chain.channels_out // UNSHUFFLE**2, chain.width, chain.depth)
    return load_chain(network, state, "FFDNet")
