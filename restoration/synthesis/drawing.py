"""Fields drawn by a generator from label maps."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from restoration.synthesis.conditions import LabelMap
from restoration.synthesis.generator import Generator

FRAME = 64
"""Pixels by which a map is continued before drawing: the border of a crop looks unlike tissue."""


def draw_field(generator: Generator, told: LabelMap) -> NDArray[np.uint8]:
    """The field (H, W, 3), sRGB, that the generator draws for a map (H, W) it is told."""
    framed = np.pad(told, FRAME, mode="symmetric")
    with torch.inference_mode():
        field = generator(torch.from_numpy(framed)[None])[0, :, FRAME:-FRAME, FRAME:-FRAME]
    return (field * 255).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
