"""Cards of the peers: DnCNN and FFDNet as their authors released them."""

from __future__ import annotations

from restoration.models.card import ModelCard, Score, Task, WeightsFile
from restoration.models.restorer import LevelKind

_RELEASE = "https://github.com/cszn/KAIR/releases/download/v1.0/"
_DNCNN = "Zhang et al., Beyond a Gaussian denoiser, TIP 2017; KAIR v1.0"
_FFDNET = "Zhang et al., FFDNet, TIP 2018; KAIR v1.0"
_PROTOCOL = "68 images, unclipped noise, seed 0 before each, drawn in BGR order; 8-bit output; fp32"
_WHITE = "White Gaussian noise only: grain that JPEG or a scanner has correlated stays."


def _weights(file: str, sha256: str | None, size: int | None) -> WeightsFile:
    return WeightsFile(file=file, sha256=sha256, url=_RELEASE + file, bytes=size)


def _colour_score(decibels: float) -> tuple[Score, ...]:
    return (Score("CBSD68", "gaussian:25", "PSNR dB", decibels, _PROTOCOL),)


def _dncnn_gray(sigma: int, sha256: str, size: int | None) -> ModelCard:
    return ModelCard(
        id=f"dncnn-gray-dn-{sigma}",
        title=f"DnCNN for gray pages with noise of sigma {sigma}",
        task=Task.DENOISE,
        architecture="DnCNN",
        channels=(1,),
        level=LevelKind.SIGMA,
        level_range=(sigma, sigma),
        limits=f"Made for sigma {sigma} alone: smears weaker noise, leaves stronger noise.",
        licence="MIT",
        source=_DNCNN,
        parameters=555_137,
        weights=_weights(f"dncnn_{sigma}.pth", sha256, size),
        training_data="400 gray photographs (Berkeley segmentation set)",
    )


def _blind(
    id: str,
    title: str,
    channels: int,
    parameters: int,
    weights: WeightsFile,
    scores: tuple[Score, ...] = (),
    bf16_loss: float | None = None,
) -> ModelCard:
    return ModelCard(
        id=id,
        title=title,
        task=Task.DENOISE,
        architecture="DnCNN",
        channels=(channels,),
        level=LevelKind.SIGMA,
        level_range=(0, 55),
        limits=f"Cannot be told the level. {_WHITE}",
        licence="MIT",
        source=_DNCNN,
        parameters=parameters,
        weights=weights,
        training_data="432 photographs (Berkeley segmentation set)",
        scores=scores,
        bf16_loss=bf16_loss,
    )


def _ffdnet(
    id: str,
    title: str,
    channels: int,
    parameters: int,
    weights: WeightsFile,
    scores: tuple[Score, ...] = (),
    bf16_loss: float | None = None,
) -> ModelCard:
    return ModelCard(
        id=id,
        title=title,
        task=Task.DENOISE,
        architecture="FFDNet",
        channels=(channels,),
        level=LevelKind.SIGMA,
        level_range=(0, 75),
        limits=f"Smears if told too high a level. {_WHITE}",
        licence="MIT",
        source=_FFDNET,
        parameters=parameters,
        weights=weights,
        training_data="Berkeley segmentation set, ImageNet validation, Waterloo exploration set",
        scores=scores,
        bf16_loss=bf16_loss,
    )


# The release names no hashes; those below were recorded by others who fetched the same files.
KAIR_CARDS: tuple[ModelCard, ...] = (
    _dncnn_gray(15, "d1f48a581f42bd932de630a13e0b776ace33f6a24efa5572c112028f632a963f", None),
    _dncnn_gray(25, "0451a70de9b672ae037270498fbb1c17a1c1c4403785df586ff65df5b858e5b0", 2_224_903),
    _dncnn_gray(50, "83c11202a88e7b238d08107060c909cb3e692f8177d3470d26d3f1a7b3475a83", None),
    _blind(
        "dncnn-gray-dn-blind",
        "DnCNN for gray pages, level unknown",
        1,
        665_921,
        _weights("dncnn_gray_blind.pth", None, 2_668_897),
    ),
    _blind(
        "dncnn-color-dn-blind",
        "DnCNN for colour pages, level unknown",
        3,
        668_227,
        _weights(
            "dncnn_color_blind.pth",
            "dfe11a6b703304df82cdf236f431fc6492766c7b9119d97e943edeb392c710a3",
            2_678_121,
        ),
        _colour_score(31.25),
        bf16_loss=0.067,
    ),
    _ffdnet(
        "ffdnet-gray-dn",
        "FFDNet for gray pages",
        1,
        485_316,
        _weights(
            "ffdnet_gray.pth",
            "3c592bc022b4ec609e5e3b03776267c6297eba2714fd3c5f5dae62c12f7ac9c3",
            None,
        ),
    ),
    _ffdnet(
        "ffdnet-color-dn",
        "FFDNet for colour pages",
        3,
        852_108,
        _weights("ffdnet_color.pth", None, 3_411_551),
        _colour_score(31.22),
        bf16_loss=0.013,
    ),
)
