"""Images and a recipe small enough for training in seconds."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut, chelsea, coffee

from restoration.models.unet import UNet, UNetConfig
from restoration.training.recipes import UNET_DENOISE, Stage


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory):
    """Twenty-six photographs, so that two are held out."""
    folder = tmp_path_factory.mktemp("photographs")
    pictures = [astronaut(), chelsea(), coffee()]
    rng = np.random.default_rng(0)
    for number in range(26):
        picture = pictures[number % 3]
        top, left = (rng.integers(side - 160) for side in picture.shape[:2])
        crop = picture[top : top + 160, left : left + 160]
        Image.fromarray(crop).save(folder / f"{number:02d}.png")
    return folder


@pytest.fixture(scope="session")
def small_recipe():
    """The shipped recipe with a small network and small patches that change size at step 4."""
    return replace(
        UNET_DENOISE,
        build=lambda: UNet(UNetConfig(widths=(8, 16), blocks=1)),
        stages=(Stage(until=8, batch=2, size=32), Stage(until=float("inf"), batch=3, size=40)),
        warm_up_steps=3,
    )
