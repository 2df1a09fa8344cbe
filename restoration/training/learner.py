"""A network, its average and its optimiser at some step of a run."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from restoration.errors import BadWeights
from restoration.training.average import WeightAverage
from restoration.training.batches import Batch
from restoration.training.checkpoint import Checkpoint
from restoration.training.gray_weights import as_gray, is_colour_swinir
from restoration.training.recipes import Recipe

CHARBONNIER_EPSILON = 1e-3
ADAM_BETAS = (0.9, 0.99)


class Learner:
    """Makes training steps.

    The rate warms up, stays constant, and falls only in a cool-down asked for at the end (Hu et
    al. 2024, MiniCPM, section 4: "warm-up, stable, decay"). The average is good at any stop, and
    a later run goes on from the constant part without the horizon having been known.

    Weights and optimiser are float32; the network runs under bfloat16 autocast, which on CPUs
    with AMX was faster than bfloat16 copies of the weights.
    """

    def __init__(self, recipe: Recipe, seed: int, device: torch.device) -> None:
        torch.manual_seed(seed)
        self.network = recipe.build().to(device).train()
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = WeightAverage(self.network)
        self.step = 0
        """Steps made."""
        self.began_at: str | None = None
        """Weights begun at, as the card names them; None for random ones."""
        self.cool_down: range | None = None
        """Steps over which the rate falls to nothing."""
        self._recipe = recipe
        self._seed = seed
        self._device = device
        self._optimiser = torch.optim.AdamW(
            self.network.parameters(),
            lr=recipe.rate,
            betas=ADAM_BETAS,
            weight_decay=recipe.weight_decay,
            fused=True,
        )

    def learn(self, batch: Batch) -> Tensor:
        """Make one step; returns its loss, a scalar on the device."""
        degraded, clean, told = (tensor.to(self._device, non_blocking=True) for tensor in batch)
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        with torch.autocast(self._device.type, torch.bfloat16):
            inputs = (degraded, told) if self._recipe.told_level else (degraded,)
            restored = self.network(*inputs)
        loss = charbonnier(restored.float(), clean)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self._recipe.largest_gradient)
        if norm.isfinite():  # one step that is not would undo all that was learned
            self._optimiser.step()
        self.step += 1
        self.average.update(self.network, self.step)
        return loss.detach()

    def checkpoint(self, seconds: float) -> Checkpoint:
        """All that `restore` needs; shares memory with the learner, so store it at once."""
        return Checkpoint(
            model=self._recipe.id,
            seed=self._seed,
            step=self.step,
            seconds=seconds,
            network=self.network.state_dict(),
            average=self.average.network.state_dict(),
            optimiser=self._optimiser.state_dict(),
            began_at=self.began_at,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on where the checkpoint was taken; raises BadWeights where it is of another run."""
        expected = f"{self._recipe.id}, seed {self._seed}"
        actual = f"{checkpoint.model}, seed {checkpoint.seed}"
        if actual != expected:
            raise BadWeights(
                "The checkpoint belongs to another run",
                actual=actual,
                expected=expected,
                remedy="Name the folder, model and seed of one run",
            )
        _load(self.network, checkpoint.network)
        _load(self.average.network, checkpoint.average)
        self._optimiser.load_state_dict(checkpoint.optimiser)
        self.step = checkpoint.step
        self.began_at = checkpoint.began_at

    def start_from(self, weights: Mapping[str, Tensor], name: str) -> None:
        """Begin with these weights in place of random ones; raises BadWeights if they misfit.

        A gray SwinIR may begin at a colour one. `name` is for the card.
        """
        if self._recipe.channels == (1,) and is_colour_swinir(weights):
            weights = as_gray(weights)
        self.began_at = name
        _load(self.network, weights)
        _load(self.average.network, weights)

    def _rate(self) -> float:
        rate = self._recipe.rate * min(1.0, (self.step + 1) / self._recipe.warm_up_steps)
        if self.cool_down is None:
            return rate
        return rate * (self.cool_down.stop - self.step) / len(self.cool_down)


def _load(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    try:
        network.load_state_dict(dict(weights))
    except RuntimeError as mismatch:
        raise BadWeights(
            "These weights are of another network than this recipe trains",
            actual=str(mismatch).splitlines()[-1].strip(),
            remedy="Start afresh in another folder",
        ) from mismatch


def charbonnier(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean of sqrt(difference^2 + epsilon^2) (Charbonnier et al. 1994): a smooth absolute error."""
    return (restored - clean).square().add(CHARBONNIER_EPSILON**2).sqrt().mean()
