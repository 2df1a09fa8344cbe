"""A small SwinIR and a small U-Net with weights that do something, and a crop to run them on."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from scipy.ndimage import gaussian_filter

from restoration.models.network import Network, place
from restoration.models.swinir import load_swinir
from restoration.models.swinir_config import SwinIRConfig
from restoration.models.swinir_network import SwinIR
from restoration.models.unet import UNet, UNetConfig


def _stirred(module: torch.nn.Module) -> torch.nn.Module:
    """Weights large enough for every part to matter."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim > 1:
                spread = 0.6 / parameter[0].numel() ** 0.5
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * spread)
    return module


@pytest.fixture(scope="package")
def swinir() -> Network:
    network = SwinIR(
        SwinIRConfig(channels=3, width=24, depths=(2, 2), heads=(2, 2), window=8, hidden=48)
    )
    return place(
        load_swinir(_stirred(network).state_dict()),
        network.descriptor,
        takes_level=False,
        device="cpu",
        dtype="fp32",
    )


@pytest.fixture(scope="package")
def swinir_file(swinir, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "small-swinir.safetensors"
    save_file({name: each.contiguous() for name, each in swinir.module.state_dict().items()}, path)
    return path


@pytest.fixture(scope="package")
def unet() -> Network:
    from restoration.models.detect import detect

    module = _stirred(UNet(UNetConfig(widths=(16, 24, 32), blocks=1)))
    found = detect(module.state_dict())
    return place(found.module, found.descriptor, takes_level=True, device="cpu", dtype="fp32")


@pytest.fixture(scope="package")
def crop() -> np.ndarray:
    """(44, 52, 3): sides that are no multiples of a window."""
    random = np.random.default_rng(3)
    picture = gaussian_filter(random.random((44, 52, 3)), (2, 2, 0))
    picture = (picture - picture.min()) / np.ptp(picture)
    return (picture + random.normal(0, 0.08, picture.shape)).astype(np.float32)
