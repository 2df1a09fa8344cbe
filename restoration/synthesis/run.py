"""How one run of training is to go."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Run:
    """Options of one run; only the seed changes what is learned."""

    folder: Path
    """Where checkpoint, weights, card and curve are written."""
    minutes: float = math.inf
    """Time for steps in this run."""
    last_step: int = sys.maxsize
    """Step after which to stop, where the minutes have not ended before."""
    resume: bool = False
    seed: int = 0
    device: torch.device = CPU
    half: bool = False
    """Whether the networks run in bfloat16."""
    save_every: float = 5.0
    """Minutes between records; each writes checkpoint, weights, card and curve."""
    data: str = ""
    """Names and licences of the images, for the card."""

    @property
    def device_name(self) -> str:
        """The device in words, for the card."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return f"{self.device.type}, {torch.get_num_threads()} threads"
