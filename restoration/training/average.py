"""A running average of the weights, better than any of them and ready whenever one stops."""

from __future__ import annotations

import copy

import torch
from torch import nn


class WeightAverage:
    """Power-function average (Karras et al. 2024, section 3.1): it spans a fixed share of the run.

    Its length grows with the number of steps, so that no horizon must be known beforehand; a
    power of 16 averages over about the last tenth of training.
    """

    def __init__(self, network: nn.Module, power: float = 16.0) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        self._power = power

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take in the weights after `step` steps, counted from 1."""
        weight = 1 - (1 - 1 / step) ** (self._power + 1)
        torch._foreach_lerp_(list(self.network.parameters()), list(network.parameters()), weight)
