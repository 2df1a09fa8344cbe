"""A generator, its critic, its average and their optimisers at some step of a run."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from restoration.errors import BadWeights
from restoration.synthesis.batches import Batch
from restoration.synthesis.discriminator import Discriminator
from restoration.synthesis.generator import Generator
from restoration.synthesis.recipe import Recipe
from restoration.training.average import WeightAverage
from restoration.training.checkpoint import Checkpoint

BETAS = (0.5, 0.99)
COLOUR_CELL = 8


Losses = dict[str, float]
"""Losses of one step by name, unweighted."""


class Learner:
    """Makes training steps: one of the critic, one of the generator, on the same batch.

    Least-squares losses (Mao et al. 2017) and feature matching as in pix2pixHD (Wang et al. 2018,
    section 3.2), and the colour of coarse means, which keeps the stain without asking for a
    blur. Weights are float32; the networks run under bfloat16 autocast where `half` is set.
    """

    def __init__(
        self, recipe: Recipe, codes: int, seed: int, device: torch.device, half: bool
    ) -> None:
        torch.manual_seed(seed)
        self.generator = Generator(codes).to(device).train()
        self.critic = Discriminator(codes).to(device).train()
        for network in (self.generator, self.critic):
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = WeightAverage(self.generator)
        self.step = 0
        """Steps made."""
        self._recipe, self._seed, self._device, self._half = recipe, seed, device, half
        self._optimisers = {
            name: torch.optim.AdamW(
                network.parameters(), lr=recipe.rate, betas=BETAS, weight_decay=1e-4, fused=True
            )
            for name, network in (("generator", self.generator), ("critic", self.critic))
        }

    def learn(self, batch: Batch) -> Losses:
        """Make one step."""
        told, real = (part.to(self._device, non_blocking=True) for part in batch)
        rate = self._recipe.rate * min(1.0, (self.step + 1) / self._recipe.warm_up)
        for optimiser in self._optimisers.values():
            optimiser.param_groups[0]["lr"] = rate
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            made = self.generator(told)
        critic = self._critic_step(told, real, made.detach())
        adversarial, features = self._adversarial(told, real, made)
        colour = F.l1_loss(F.avg_pool2d(made, COLOUR_CELL), F.avg_pool2d(real, COLOUR_CELL))
        loss = adversarial + self._recipe.features * features + self._recipe.colour * colour
        self._apply("generator", loss)
        self.step += 1
        self.average.update(self.generator, self.step)
        losses = {
            "critic": critic,
            "generator": adversarial,
            "features": features,
            "colour": colour,
        }
        return {name: float(value.detach()) for name, value in losses.items()}

    def checkpoint(self, seconds: float) -> Checkpoint:
        """All that `restore` needs; shares memory with the learner, so store it at once."""
        return Checkpoint(
            model=self._recipe.id,
            seed=self._seed,
            step=self.step,
            seconds=seconds,
            network={
                "generator": self.generator.state_dict(),
                "critic": self.critic.state_dict(),
            },
            average=self.average.network.state_dict(),
            optimiser={name: each.state_dict() for name, each in self._optimisers.items()},
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
                remedy="Name the folder, conditions and seed of one run",
            )
        self.generator.load_state_dict(checkpoint.network["generator"])
        self.critic.load_state_dict(checkpoint.network["critic"])
        self.average.network.load_state_dict(checkpoint.average)
        for name, optimiser in self._optimisers.items():
            optimiser.load_state_dict(checkpoint.optimiser[name])
        self.step = checkpoint.step

    def _critic_step(self, told: Tensor, real: Tensor, made: Tensor) -> Tensor:
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            verdict, _ = self.critic(torch.cat([real, made]), torch.cat([told, told]))
        on_real, on_made = verdict.float().chunk(2)
        loss = (on_real - 1).square().mean() + on_made.square().mean()
        self._apply("critic", loss)
        return loss.detach()

    def _adversarial(self, told: Tensor, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
        self.critic.requires_grad_(False)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            with torch.no_grad():
                _, wanted = self.critic(real, told)
            verdict, features = self.critic(made, told)
        self.critic.requires_grad_(True)
        distances = [F.l1_loss(a.float(), b.float()) for a, b in zip(features, wanted, strict=True)]
        return (verdict.float() - 1).square().mean(), torch.stack(distances).mean()

    def _apply(self, name: str, loss: Tensor) -> None:
        optimiser = self._optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
