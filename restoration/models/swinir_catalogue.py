"""Cards of the official SwinIR checkpoints: denoising, JPEG artefacts, and enlarging.

Sizes are those of the published files; sha-256 where one was published for the file (OpenModelDB
and other public manifests). The release itself names none. Parameters follow from the shapes.
"""

from __future__ import annotations

from dataclasses import replace

from restoration.models.bracket import UNDAMAGED
from restoration.models.card import ModelCard, Task, WeightsFile
from restoration.models.restorer import LevelKind

RELEASE = "https://github.com/JingyunLiang/SwinIR/releases/download/v0.0/"
SOURCE = "Liang et al., SwinIR, ICCV Workshops 2021; release v0.0"
LICENCE = "Apache-2.0"
PHOTOGRAPHS = (
    "8,594 photographs: DIV2K (800), Flickr2K (2,650), BSD500 (400), Waterloo exploration (4,744)"
)
CHANNEL_NAMES = {1: "gray", 3: "colour"}


def _denoiser(
    channels: int, sigma: int, sha256: str | None = None, size: int | None = None
) -> ModelCard:
    ink = "gray" if channels == 1 else "color"
    number = "004" if channels == 1 else "005"
    file = f"{number}_{ink}DN_DFWB_s128w8_SwinIR-M_noise{sigma}.pth"
    aliases = (f"Denoise-SwinIR-Noise{sigma}",) if channels == 3 else ()
    return ModelCard(
        id=f"swinir-m-{ink}-dn-{sigma}",
        title=f"SwinIR for {CHANNEL_NAMES[channels]} pages with noise of sigma {sigma}",
        task=Task.DENOISE,
        architecture="SwinIR",
        channels=(channels,),
        level=LevelKind.SIGMA,
        level_range=(sigma, sigma),
        limits=(
            f"Trained for white Gaussian noise of sigma {sigma} alone: it smears weaker noise, "
            "leaves stronger noise, and does not remove JPEG blocks."
        ),
        licence=LICENCE,
        source=SOURCE,
        aliases=aliases,
        parameters={1: 11_497_681, 3: 11_504_163}[channels],
        weights=WeightsFile(file, sha256, RELEASE + file, size),
        training_data=PHOTOGRAPHS,
    )


def _jpeg(
    channels: int, quality: int, sha256: str | None = None, size: int | None = None
) -> ModelCard:
    ink = "gray" if channels == 1 else "color"
    prefix = "CAR" if channels == 1 else "colorCAR"
    file = f"006_{prefix}_DFWB_s126w7_SwinIR-M_jpeg{quality}.pth"
    aliases = (f"Restoration-SwinIR-Jpeg{quality}",) if channels == 3 else ()
    return ModelCard(
        id=f"swinir-m-{ink}-car-{quality}",
        title=f"SwinIR for {CHANNEL_NAMES[channels]} JPEG of quality {quality}",
        task=Task.JPEG,
        architecture="SwinIR",
        channels=(channels,),
        level=LevelKind.JPEG_QUALITY,
        level_range=(quality, quality),
        limits=(
            f"Trained for the artefacts of JPEG at quality {quality} alone: it does not remove "
            "sensor noise, and takes grain for an artefact of compression."
        ),
        licence=LICENCE,
        source=SOURCE,
        aliases=aliases,
        parameters={1: 11_485_585, 3: 11_492_067}[channels],
        weights=WeightsFile(file, sha256, RELEASE + file, size),
        training_data=PHOTOGRAPHS,
    )


def _enlarger(
    id: str, title: str, parameters: int, weights: WeightsFile, training_data: str, limits: str
) -> ModelCard:
    return ModelCard(
        id=id,
        title=title,
        task=Task.SUPER_RESOLUTION,
        architecture="SwinIR",
        channels=(3,),
        level=LevelKind.NONE,
        level_range=(0, 0),
        limits=limits,
        licence=LICENCE,
        source=SOURCE,
        parameters=parameters,
        weights=weights,
        training_data=training_data,
    )


def _classical(data: str, scale: int, sha256: str, size: int) -> ModelCard:
    patch = {"DIV2K": 48, "DF2K": 64}[data]
    file = f"001_classicalSR_{data}_s{patch}w8_SwinIR-M_x{scale}.pth"
    return _enlarger(
        f"swinir-m-classical-{data.lower()}-x{scale}",
        f"SwinIR to enlarge clean images {scale} times, trained on {data}",
        {2: 11_752_487, 3: 11_937_127, 4: 11_900_199, 8: 12_047_911}[scale],
        WeightsFile(file, sha256, RELEASE + file, size),
        {"DIV2K": "DIV2K (800 photographs)", "DF2K": "DIV2K and Flickr2K (3,450 photographs)"}[
            data
        ],
        "Trained on clean images made small by bicubic sampling: it enlarges noise and JPEG "
        "blocks along with the picture.",
    )


def _lightweight(scale: int, sha256: str, size: int) -> ModelCard:
    file = f"002_lightweightSR_DIV2K_s64w8_SwinIR-S_x{scale}.pth"
    return _enlarger(
        f"swinir-s-lightweight-x{scale}",
        f"Small SwinIR to enlarge clean images {scale} times",
        {2: 910_152, 3: 918_267, 4: 929_628}[scale],
        WeightsFile(file, sha256, RELEASE + file, size),
        "DIV2K (800 photographs)",
        "Trained on clean images made small by bicubic sampling: it enlarges noise and JPEG "
        "blocks along with the picture, and draws fine texture less well than the large model.",
    )


def _real(
    model_size: str, scale: int, data: str, photographs: str, sha256: str, size: int
) -> ModelCard:
    file = f"003_realSR_BSRGAN_{data}_s64w8_SwinIR-{model_size}_x{scale}_GAN.pth"
    return _enlarger(
        f"swinir-{model_size.lower()}-real-x{scale}",
        f"{'Large ' if model_size == 'L' else ''}SwinIR to enlarge real photographs {scale} times",
        {("M", 2): 11_678_631, ("M", 4): 11_715_559, ("L", 4): 28_013_059}[model_size, scale],
        WeightsFile(file, sha256, RELEASE + file, size),
        photographs,
        "Trained against a discriminator on blurred, noisy and compressed photographs: it invents "
        "texture and may invent letters, so that nothing it draws is evidence.",
    )


DENOISERS = (
    _denoiser(1, 15),
    _denoiser(1, 25),
    _denoiser(1, 50),
    _denoiser(3, 15),
    _denoiser(
        3, 25, "39e264322ba762682de5acee4705aaeda7077b947204b9ce1899519ebd540724", 122_905_743
    ),
    _denoiser(3, 50),
)

JPEG_RESTORERS = (
    *(_jpeg(1, quality) for quality in (10, 20, 30, 40)),
    _jpeg(3, 10),
    _jpeg(3, 20, "1b47fa32f358630e3de3430c91296535a0011b16f0518dacd5b847f123023d45", 102_873_665),
    _jpeg(3, 30),
    _jpeg(3, 40),
)


def _blend(members: tuple[ModelCard, ...], id: str, title: str, limits: str) -> ModelCard:
    levels = [level for member in members for level in member.level_range]
    undamaged = UNDAMAGED[members[0].level]
    return replace(
        members[0],
        id=id,
        title=title,
        level_range=(min(undamaged, *levels), max(undamaged, *levels)),
        limits=limits,
        aliases=(),
        parameters=sum(member.parameters for member in members),
        weights=None,
        members=tuple(member.id for member in members),
    )


BLENDS = tuple(
    _blend(
        tuple(card for card in cards if card.channels == (channels,)),
        f"swinir-m-{'gray' if channels == 1 else 'color'}-{task}",
        f"SwinIR for {CHANNEL_NAMES[channels]} {pages}",
        limits,
    )
    for cards, task, pages, limits in (
        (
            DENOISERS,
            "dn",
            "pages with noise of any level, from the networks around it",
            "Two networks run for most levels, so that it takes twice the time of one.",
        ),
        (
            JPEG_RESTORERS,
            "car",
            "JPEG of any quality, from the networks around it",
            "Two networks run for most qualities, and neither removes sensor noise.",
        ),
    )
    for channels in (1, 3)
)
"""Every trained level at once: the page's own level decides which two networks are mixed."""

ENLARGERS = (
    _classical(
        "DIV2K", 2, "ac6d4895f73aa1b3d563937e29dcedcfdff4d401280e248f23db3c6f68e8343b", 59_019_939
    ),
    _classical(
        "DIV2K", 3, "d835497f2332aae839ae19a033290ced8686fa2a795f76fc5153ec2c83003f75", 59_758_497
    ),
    _classical(
        "DIV2K", 4, "129dc773ba2d4c07f3eb0bb116fbe692011b7cc072d9ca12797cd3748198610a", 59_611_499
    ),
    _classical(
        "DIV2K", 8, "3c3ae9238a7125e52aab457df052aa8981adb2fb8e42b6d4112a96b3c19432d7", 60_202_999
    ),
    _classical(
        "DF2K", 2, "2032ebf8f401dd3ce2fae5f3852117cb72101ec6ed8358faa64c2a3fa09ed4ac", 67_277_475
    ),
    _classical(
        "DF2K", 3, "6eca3aee41f53322cd2f5a13650e212b80be8f3c0439d6fe19aef13ab1f509c7", 68_016_035
    ),
    _classical(
        "DF2K", 4, "4e78e33f22c1aa8a773db0cf4a7381bae97c2362c717f155439ebc690cbd9215", 67_869_037
    ),
    _classical(
        "DF2K", 8, "6b522c1ea5c21006ce3398797eb20b131ca0024cc6e7b8f3d5d29fad1310a49c", 68_460_535
    ),
    _lightweight(2, "193b229909ca89cd8b55de9c9e7fce146ae759d59dfcd78d8feb9dd1d6fa0fd7", 17_147_989),
    _lightweight(3, "53af0cf0b15876752c1c2646a71444f739523b3d562e126d200521a817ab5d2c", 17_180_437),
    _lightweight(4, "09fad24e32ae62722e1a055efde9921328f4137981bab0a42a4a3a806306c58e", 17_225_941),
    _real(
        "M",
        2,
        "DFO",
        "DIV2K, Flickr2K and OST (10,324 photographs)",
        "f397408977a3e07eb06afb7238d453a12ef35ebab7328a54241f307860dbe342",
        66_974_517,
    ),
    _real(
        "M",
        4,
        "DFO",
        "DIV2K, Flickr2K and OST (10,324 photographs)",
        "b9afb61e65e04eb7f8aba5095d070bbe9af28df76acd0c9405aeb33b814bcfc6",
        67_129_861,
    ),
    _real(
        "L",
        4,
        "DFOWMFC",
        "DIV2K, Flickr2K, OST, Waterloo, Manga109, 2,000 faces of FFHQ, 100 of SCUT-CTW1500",
        "99adfa91350a84c99e946c1eb3d8fce34bc28f57d807b09dc8fe40a316328c0a",
        142_473_939,
    ),
)

SWINIR_CARDS: tuple[ModelCard, ...] = BLENDS + DENOISERS + JPEG_RESTORERS + ENLARGERS
"""Every checkpoint of the official release for these tasks, and the blends between levels."""
