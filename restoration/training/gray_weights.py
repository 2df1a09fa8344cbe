"""Weights of a colour SwinIR for a network of gray pages, so that one can begin at the other."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from restoration.models.swinir_network import RGB_MEAN

FIRST, LAST = "conv_first", "conv_last"


def is_colour_swinir(weights: Mapping[str, Tensor]) -> bool:
    """Whether these are weights of a SwinIR for three channels."""
    first = weights.get(f"{FIRST}.weight")
    return first is not None and first.shape[1] == 3


def as_gray(colour: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights for one channel that answer as `colour` does where all three channels are equal.

    colour: the state of a SwinIR that keeps the size of the page and has value range 1. The mean
    colour that such a network takes off is in the bias here, so that the answers differ by that
    mean within one pixel of the border, where the first convolution meets zeros.
    """
    gray = dict(colour)
    first, last = colour[f"{FIRST}.weight"], colour[f"{LAST}.weight"]
    mean = torch.tensor(RGB_MEAN, dtype=first.dtype)
    gray[f"{FIRST}.weight"] = first.sum(dim=1, keepdim=True)
    gray[f"{FIRST}.bias"] = colour[f"{FIRST}.bias"] - first.sum(dim=(2, 3)) @ mean
    gray[f"{LAST}.weight"] = last.mean(dim=0, keepdim=True)
    gray[f"{LAST}.bias"] = colour[f"{LAST}.bias"].mean(dim=0, keepdim=True)
    return gray
