"""Features of tiles from a network that ships: nothing is downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from restoration.models.catalogue import BUNDLED
from restoration.models.unet import UNet, unet_from
from restoration.models.weights import read_state_dict

NETWORK = "unet-denoise"
POOLED_SCALE = 1
"""Of the encoder's scales 0, 1, 2 (64, 128, 256 channels) the one whose means describe a tile."""
BATCH = 32


@dataclass(frozen=True)
class TileFeatures:
    """What the network sees in tiles."""

    pooled: NDArray[np.float64]
    """(N, 128): means over each tile, as FID and KID take them."""
    maps: tuple[Tensor, ...]
    """One (N, C, H, W) half-precision map a scale, of unit length over channels."""


def tile_features(tiles: NDArray[np.uint8]) -> TileFeatures:
    """Encoder features of tiles (N, H, W, 3) of the shipped denoiser, told sigma 0.

    It was trained on photographs to restore them, so that its features hold edges, textures and
    colours; it knows no object, as Inception does, and was never shown histology. Distances on
    these features compare conditions with each other, not with published FID values.
    """
    network = _network()
    pooled, maps = [], []
    with torch.inference_mode():
        for start in range(0, len(tiles), BATCH):
            batch = torch.from_numpy(np.ascontiguousarray(tiles[start : start + BATCH]))
            features = network.features(batch.permute(0, 3, 1, 2).float() / 255, 0.0)
            pooled.append(features[POOLED_SCALE].mean(dim=(2, 3)))
            maps.append([F.normalize(each, dim=1).half() for each in features])
    joined = tuple(torch.cat(scale) for scale in zip(*maps, strict=True))
    return TileFeatures(torch.cat(pooled).double().numpy(), joined)


def perceptual_distances(first: TileFeatures, second: TileFeatures) -> NDArray[np.float64]:
    """Distance (N,) of each tile to its partner, 0 for equal ones.

    Mean squared difference of unit-length features, summed over scales: LPIPS (Zhang et al. 2018,
    equation 1) without its learned channel weights and on another network.
    """
    distances = [
        (a.float() - b.float()).square().sum(dim=1).mean(dim=(1, 2))
        for a, b in zip(first.maps, second.maps, strict=True)
    ]
    return torch.stack(distances).sum(dim=0).double().numpy()


@cache
def _network() -> UNet:
    return unet_from(read_state_dict(BUNDLED / f"{NETWORK}.safetensors"))
