"""Weights that neither ship nor are fetched: a metric that needs some is there once they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from restoration.models.catalogue import weights_folder

MIDDLE = 1024
"""Side of the middle part that is looked at through VGG16, which takes 0.3 GB for a megapixel."""


@dataclass(frozen=True)
class SuppliedFile:
    """A file as its publisher names it."""

    name: str
    source: str
    """Where it is published."""

    @property
    def path(self) -> Path:
        """Where it belongs on this machine."""
        return supplied_folder() / self.name


def supplied_folder() -> Path:
    """The folder of all such files, in the data folder."""
    return weights_folder() / "metrics"


_TORCHVISION = "https://download.pytorch.org/models"
_LPIPS = "https://github.com/richzhang/PerceptualSimilarity, lpips/weights/v0.1"
_DISTS = "https://github.com/dingkeyan93/DISTS, DISTS_pytorch"

ALEXNET = SuppliedFile("alexnet-owt-7be5be79.pth", _TORCHVISION)
VGG16 = SuppliedFile("vgg16-397923af.pth", _TORCHVISION)
LPIPS_ALEX = SuppliedFile("alex.pth", _LPIPS)
LPIPS_VGG = SuppliedFile("vgg.pth", _LPIPS)
DISTS = SuppliedFile("weights.pt", _DISTS)
