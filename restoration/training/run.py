"""How one run of training is to go."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

from restoration.training.typesetting import SYSTEM_FONTS

CPU = torch.device("cpu")
COOLED_FOLDER = "cooled"


@dataclass(frozen=True)
class Run:
    """Options of one run; only the seed and the cool-down change what is learned."""

    folder: Path
    """Where checkpoint, weights, card and curve are written."""
    minutes: float = math.inf
    """Time for steps in this run; validations come on top."""
    last_step: int = sys.maxsize
    """Step after which to stop, where the minutes have not ended before."""
    resume: bool = False
    start: Path | None = None
    """Weights to begin from in place of random ones, with a fresh optimiser: fine-tuning."""
    seed: int = 0
    device: torch.device = CPU
    workers: int = 0
    """Processes that draw batches; 0 draws them between steps, best on few cores."""
    save_every: float = 5.0
    """Minutes between validations; each writes checkpoint, weights, card and curve."""
    cool_down: int = 0
    """Steps over which the rate falls to nothing. They go on from the checkpoint and leave it as
    it is, so that the constant part can be resumed; weights land in the folder `cooled`."""
    fonts: tuple[Path, ...] = SYSTEM_FONTS
    """Folders of fonts, for recipes that typeset text."""
    data: str | None = None
    """Names and licences of the images, for the card."""

    @property
    def output(self) -> Path:
        """The folder this run writes to."""
        return self.folder / COOLED_FOLDER if self.cool_down else self.folder

    @property
    def device_name(self) -> str:
        """The device in words, for the card."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return f"{self.device.type}, {torch.get_num_threads()} threads"
