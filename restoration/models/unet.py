"""A blind or level-guided U-Net denoiser, small enough for two cores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restoration.errors import BadWeights
from restoration.models.mirroring import mirrored

UNSHUFFLE = 2
"""The network works on half-size planes: a quarter of the arithmetic, four times the channels."""
RECEPTIVE_FIELD = 91
"""Pixels on each side that an output pixel can depend on, for three scales of two blocks."""

Level = float | Tensor | None


@dataclass(frozen=True)
class UNetConfig:
    """The sizes of a U-Net; all of them can be read off its weights."""

    channels: int = 3
    widths: tuple[int, ...] = (64, 128, 256)
    """Feature channels at each scale, finest first."""
    blocks: int = 2
    """Residual blocks at each scale, on the way down and again on the way up."""

    @property
    def multiple(self) -> int:
        """Sides are padded to multiples of this, and tiles aligned to it."""
        return UNSHUFFLE * 2 ** (len(self.widths) - 1)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions whose sum with the input starts as the input itself."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        _start_at_zero(self.second)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) in and out."""
        return x + self.second(F.relu(self.first(x), inplace=True))


class UNet(nn.Module):
    """U-Net on pixel-unshuffled planes that predicts the correction to its input.

    The encoder and decoder follow Ronneberger et al. 2015 (fig. 1) with additive skips and
    residual blocks as in DRUNet (Zhang et al. 2021, section 3.2); the half-size planes and the
    level as an input plane follow FFDNet (Zhang et al. 2018, section III). Residual branches and
    the output start at zero, so that an untrained network returns its input. The correction is
    computed in the dtype of the weights and added in that of the input.

    Valid for noise like that of its training: the card of the weights says which.
    """

    halo = 32
    """Context in pixels that matters to a trained network: pixels further away, up to
    RECEPTIVE_FIELD, move its output by less than half an 8-bit level."""

    takes_level = True

    def __init__(self, config: UNetConfig | None = None) -> None:
        super().__init__()
        self.config = config or UNetConfig()
        widths, blocks = self.config.widths, self.config.blocks
        planes = self.config.channels * UNSHUFFLE**2
        pairs = tuple(pairwise(widths))
        self.head = nn.Conv2d(planes + 2, widths[0], 3, padding=1)
        self.encoder = nn.ModuleList(_stack(width, blocks) for width in widths)
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 2, stride=2) for fine, coarse in pairs)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(coarse, fine, 2, stride=2) for fine, coarse in pairs
        )
        self.decoder = nn.ModuleList(_stack(width, blocks) for width in widths[:-1])
        self.tail = nn.Conv2d(widths[0], planes, 3, padding=1)
        _start_at_zero(self.tail)

    def forward(self, x: Tensor, sigma: Level = None) -> Tensor:
        """Restore (N, C, H, W) of any size, [0, 1] plus unclipped noise; same shape and dtype out.

        `sigma` is the noise level on the 0-255 scale: one number, one for each image (N,), or
        None to work blind; NaN in a tensor leaves that image's level unknown. A colour network
        takes a gray image (C = 1) as three equal channels and returns their mean. Sides are
        mirrored up to a multiple: repeated edge pixels would be stripes of noise, which it keeps.
        """
        gray_in_colour = x.shape[1] == 1 and self.config.channels == 3
        if gray_in_colour:
            x = x.expand(-1, 3, -1, -1)
        height, width = x.shape[-2:]
        padded = mirrored(x, self.config.multiple)
        restored = (padded + self._correction(padded, sigma))[..., :height, :width]
        return restored.mean(dim=1, keepdim=True) if gray_in_colour else restored

    def features(self, x: Tensor, sigma: Level = None) -> list[Tensor]:
        """What the encoder makes of (N, channels, H, W): one map a scale, finest first.

        Sides must be multiples of `config.multiple`; the maps have 1/2, 1/4, ... of the size.
        """
        planes = F.pixel_unshuffle(x, UNSHUFFLE).to(self.head.weight.dtype)
        features = self.head(torch.cat([planes, _level_planes(planes, sigma)], dim=1))
        maps = []
        for blocks, down in zip(self.encoder, self.down, strict=False):
            maps.append(blocks(features))
            features = down(maps[-1])
        return [*maps, self.encoder[-1](features)]

    def _correction(self, x: Tensor, sigma: Level) -> Tensor:
        *skips, features = self.features(x, sigma)
        for scale in reversed(range(len(skips))):
            features = self.decoder[scale](self.up[scale](features) + skips[scale])
        return F.pixel_shuffle(self.tail(features).to(x.dtype), UNSHUFFLE)


def is_unet(state: Mapping[str, Tensor]) -> bool:
    """Whether the state dict has this architecture's own names."""
    return {"head.weight", "tail.weight", "encoder.0.0.first.weight"} <= set(state)


def unet_from(state: Mapping[str, Tensor]) -> UNet:
    """Build a U-Net from its state dict, in evaluation mode, with float32 weights.

    Raises BadWeights where names or shapes do not fit together.
    """
    network = UNet(_config_of(state))
    try:
        network.load_state_dict(dict(state))
    except RuntimeError as mismatch:
        raise BadWeights(
            "These U-Net weights do not fit together",
            actual=str(mismatch).splitlines()[-1].strip(),
            expected="a file written by python -m restoration.training",
            remedy="Fetch or train the file again",
        ) from mismatch
    return network.eval()


def _config_of(state: Mapping[str, Tensor]) -> UNetConfig:
    if not is_unet(state):
        raise BadWeights(
            "These are not the weights of a U-Net of this project",
            actual="tensors " + ", ".join(list(state)[:4]),
            expected="head.weight, tail.weight, encoder.0.0.first.weight, ...",
        )
    firsts = {
        tuple(map(int, name.split(".")[1:3])): tensor.shape[0]
        for name, tensor in state.items()
        if name.startswith("encoder.") and name.endswith(".first.weight")
    }
    scales = 1 + max(scale for scale, _ in firsts)
    return UNetConfig(
        channels=state["tail.weight"].shape[0] // UNSHUFFLE**2,
        widths=tuple(firsts.get((scale, 0), 0) for scale in range(scales)),
        blocks=1 + max(block for _, block in firsts),
    )


def _stack(width: int, blocks: int) -> nn.Sequential:
    return nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))


def _start_at_zero(layer: nn.Conv2d) -> None:
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def _level_planes(planes: Tensor, sigma: Level) -> Tensor:
    """Two planes an image: the level over 255, and 1 where it is known; both 0 where it is not."""
    count, _, height, width = planes.shape
    if sigma is None:
        return planes.new_zeros(count, 2, height, width)
    levels = torch.as_tensor(sigma, dtype=torch.float32, device=planes.device).expand(count)
    pairs = torch.stack([levels.nan_to_num(0.0) / 255, (~levels.isnan()).float()], dim=1)
    return pairs.to(planes.dtype)[:, :, None, None].expand(-1, -1, height, width)
