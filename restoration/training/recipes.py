"""What each trainable model is trained with: one explicit table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from restoration.errors import UnknownModel
from restoration.models.card import Task
from restoration.models.restorer import LevelKind
from restoration.training.degrading import (
    CorrelatedGrain,
    GaussianNoise,
    JpegCompression,
    PatchDegradation,
    PoissonGaussianNoise,
)
from restoration.training.scanning import ScannedPage

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Stage:
    """Batch and patch size for a span of training."""

    until: float
    """Patches seen at which the next stage begins."""
    batch: int
    size: int
    """Side of a patch in pixels."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the outcome besides the images, the seed and the minutes."""

    id: str
    title: str
    task: Task
    architecture: str
    source: str
    build: Callable[[], nn.Module]
    degradations: tuple[tuple[float, PatchDegradation], ...]
    """Share of patches, and what befalls them; shares add to 1."""
    stages: tuple[Stage, ...]
    channels: tuple[int, ...]
    level: LevelKind
    level_range: tuple[float, float]
    limits: str
    told_level: bool = True
    """Whether the network takes the level as a second input."""
    told_share: float = 0.5
    """Share of patches whose level the network is told; the others train it to work blind."""
    gray_share: float = 0.0
    """Share of patches made gray before they are degraded, shown as three equal channels."""
    text_share: float = 0.0
    """Share of patches that are typeset print; the others are cut from photographs."""
    rate: float = 1e-3
    warm_up_steps: int = 300
    weight_decay: float = 1e-4
    largest_gradient: float = 0.25
    """Norm to which a step's gradient is cut; guards the high rate against a rare odd batch."""

    @property
    def smallest_photograph(self) -> int:
        """Shortest side in pixels that every stage can cut its patches from."""
        return max(stage.size for stage in self.stages)


def _unet() -> nn.Module:
    from restoration.models.unet import UNet

    return UNet()


UNET_DENOISE = Recipe(
    id="unet-denoise",
    title="U-Net, denoising",
    task=Task.DENOISE,
    architecture="U-Net",
    source="own; U-Net (Ronneberger et al. 2015) with FFDNet's half-size planes and level input",
    build=_unet,
    degradations=(
        (0.86, GaussianNoise(0, 75)),
        (0.07, PoissonGaussianNoise(60)),
        (0.07, CorrelatedGrain(40)),
    ),
    # Steps count more than pixels at first; larger patches and batches pay once the curve flattens.
    stages=(
        Stage(until=40_000, batch=8, size=64),
        Stage(until=300_000, batch=16, size=64),
        Stage(until=1_500_000, batch=16, size=96),
        Stage(until=float("inf"), batch=32, size=128),
    ),
    channels=(1, 3),
    level=LevelKind.SIGMA,
    level_range=(0.0, 75.0),
    gray_share=0.12,
    limits="Smooths fine texture that noise of the same strength hides, and does not remove JPEG "
    "blocks, stripes or stains.",
)

UNET_PAGE = replace(
    UNET_DENOISE,
    id="unet-page",
    title="U-Net for scanned print",
    degradations=((0.35, GaussianNoise(0, 75)), (0.65, ScannedPage())),
    gray_share=0.4,
    text_share=0.75,
    limits="Made for dark print on paper: it takes paper fibres, faint print from the other side "
    "and scanner stripes for noise, so that pencil, watermarks and weak photographs suffer.",
)

UNET_JPEG = replace(
    UNET_DENOISE,
    id="unet-jpeg",
    title="U-Net, JPEG artefacts, quality 10 to 95, gray and colour",
    task=Task.JPEG,
    degradations=((1.0, JpegCompression(10, 95, most_times=2)),),
    level=LevelKind.JPEG_QUALITY,
    level_range=(10.0, 95.0),
    gray_share=0.3,
    text_share=0.25,
    limits="Removes JPEG blocks and ringing; does not remove camera noise, grain or stripes.",
)


def _swinir_small(channels: int = 3) -> nn.Module:
    """The lightweight width; one plain and one shifted layer a block, a third of the published."""
    from restoration.models.swinir_config import SwinIRConfig
    from restoration.models.swinir_network import SwinIR

    blocks = 4
    return SwinIR(
        SwinIRConfig(
            channels=channels,
            width=60,
            depths=(2,) * blocks,
            heads=(6,) * blocks,
            window=8,
            hidden=120,
        )
    )


SWINIR_DENOISE = Recipe(
    id="swinir-s-color-dn-25",
    title="SwinIR, small, colour denoising, sigma 25",
    task=Task.DENOISE,
    architecture="SwinIR",
    source="SwinIR (Liang et al. 2021): the lightweight width, two Swin layers in each of four "
    "blocks, the denoising head",
    build=_swinir_small,
    degradations=((1.0, GaussianNoise(25, 25)),),
    # For an hour on two cores: while a network is far from its best, steps count more than pixels.
    stages=(
        Stage(until=32_000, batch=8, size=32),
        Stage(until=64_000, batch=8, size=48),
        Stage(until=200_000, batch=8, size=64),
        Stage(until=float("inf"), batch=16, size=128),
    ),
    channels=(3,),
    level=LevelKind.SIGMA,
    level_range=(25.0, 25.0),
    told_level=False,
    rate=8e-4,
    limits="Made for Gaussian noise of sigma 25 alone: leaves stronger noise, blurs weaker.",
)

SWINIR_JPEG = replace(
    SWINIR_DENOISE,
    id="swinir-s-color-car-20",
    title="SwinIR, small, JPEG artefacts, quality 10 to 40, gray and colour",
    task=Task.JPEG,
    source="SwinIR (Liang et al. 2021): the lightweight width, two Swin layers in each of four "
    "blocks, the artefact-reduction head",
    degradations=((1.0, JpegCompression(10, 40)),),
    stages=(
        Stage(until=32_000, batch=8, size=48),
        Stage(until=200_000, batch=4, size=64),
        Stage(until=float("inf"), batch=16, size=128),
    ),
    level=LevelKind.JPEG_QUALITY,
    level_range=(10.0, 40.0),
    gray_share=0.5,
    limits="Made for one JPEG compression at 4:2:0: does not remove camera noise or grain.",
)

SWINIR_JPEG_GRAY = replace(
    SWINIR_JPEG,
    id="swinir-s-gray-car-20",
    title="SwinIR, small, JPEG artefacts, quality 10 to 40, gray",
    build=partial(_swinir_small, channels=1),
    stages=(
        Stage(until=200_000, batch=4, size=64),
        Stage(until=float("inf"), batch=16, size=128),
    ),
    channels=(1,),
    gray_share=1.0,
    limits="Made for one JPEG compression of a gray page: does not remove camera noise or grain.",
)

RECIPES: tuple[Recipe, ...] = (
    UNET_DENOISE,
    UNET_PAGE,
    UNET_JPEG,
    SWINIR_DENOISE,
    SWINIR_JPEG,
    SWINIR_JPEG_GRAY,
)


def recipe_for(model: str) -> Recipe:
    """The recipe of a model id; raises UnknownModel with the ids there are."""
    for recipe in RECIPES:
        if recipe.id == model:
            return recipe
    raise UnknownModel(
        f"There is no training recipe for {model}",
        expected="one of " + ", ".join(recipe.id for recipe in RECIPES),
    )
