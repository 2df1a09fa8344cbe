"""Figures of the paper's own ablations, to stand beside those measured here."""

from __future__ import annotations

from restoration.explanation.section import Published

PAPER = "SwinIR (Liang et al. 2021)"
TABLE = f"{PAPER}, section 4.2, block design: classical enlargement x2, trained anew, Manga109"

BLOCK_CONVOLUTION = (
    Published("3x3 convolution and skip, as published", 39.58, "dB", TABLE),
    Published("three 3x3 convolutions", 39.56, "dB", TABLE),
    Published("1x1 convolution", 39.45, "dB", TABLE),
    Published("no skip around the block", 39.42, "dB", TABLE),
)
"""The skip is worth 0.16 dB and the neighbours in the convolution 0.13 dB, trained anew."""

DENOISING = (
    Published("SwinIR, CBSD68, sigma 25", 31.78, "dB", f"{PAPER}, colour denoising table"),
    Published("DRUNet, CBSD68, sigma 25", 31.69, "dB", f"{PAPER}, colour denoising table"),
    Published("BM3D, CBSD68, sigma 25", 30.71, "dB", f"{PAPER}, colour denoising table"),
)
NOISE_AS_HELP = Published(
    "share of the gain of true single cells that noise of the right frequency gave",
    87,
    "%",
    "Daniel et al. 2023, arXiv 2302.06549, abstract",
)
