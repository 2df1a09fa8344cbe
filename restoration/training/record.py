"""What a run leaves behind: checkpoint, averaged weights, their card, and the curve."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from restoration.models.card import ModelCard, Score, TrainingRecord, WeightsFile
from restoration.models.card_file import write_card
from restoration.training.batches import Schedule
from restoration.training.checkpoint import save_checkpoint
from restoration.training.curve import Curve, Point
from restoration.training.images import Photographs
from restoration.training.learner import ADAM_BETAS, CHARBONNIER_EPSILON, Learner
from restoration.training.recipes import Recipe
from restoration.training.run import Run
from restoration.training.typesetting import Typesetter
from restoration.training.validation import PROTOCOL, Validation

LOG = logging.getLogger(__name__)
LICENCE = "Apache-2.0"


class Record:
    """Writes the files of a run; each lands in one move, so that no kill leaves half of one."""

    def __init__(
        self,
        recipe: Recipe,
        photographs: Photographs,
        run: Run,
        step: int,
        typesetter: Typesetter | None,
    ) -> None:
        self._recipe, self._photographs, self._run = recipe, photographs, run
        self._schedule = Schedule(recipe.stages)
        self._validation = Validation(photographs.held_out, recipe, typesetter)
        run.output.mkdir(parents=True, exist_ok=True)
        self._curve = Curve(run.output, resumed_at=step)

    def write(self, learner: Learner, seconds: float, loss: float) -> Point:
        """Store the learner's state, then judge its average and store that; returns the figures."""
        if not self._run.cool_down:
            save_checkpoint(learner.checkpoint(seconds), self._run.output)
        network = learner.average.network
        measured = self._validation.measure(network, self._run.device)
        patches = self._schedule.patches(learner.step)
        point = Point(learner.step, patches, seconds / 60, loss, measured)
        LOG.info("%s", point)
        self._curve.add(point.row())
        file = _write_weights(network, self._run.output / f"{self._recipe.id}.safetensors")
        write_card(self._card(learner, file, point), self._run.output / f"{self._recipe.id}.json")
        return point

    def _card(self, learner: Learner, file: WeightsFile, point: Point) -> ModelCard:
        recipe, network = self._recipe, learner.average.network
        return ModelCard(
            id=recipe.id,
            title=recipe.title,
            task=recipe.task,
            architecture=recipe.architecture,
            channels=recipe.channels,
            level=recipe.level,
            level_range=recipe.level_range,
            limits=recipe.limits,
            licence=LICENCE,
            source=recipe.source,
            parameters=sum(weights.numel() for weights in network.parameters()),
            weights=file,
            training_data=self._run.data or ", ".join(self._photographs.folders),
            scores=self._scores(point),
            training=TrainingRecord(
                folders=self._photographs.folders,
                photographs=len(self._photographs.train),
                seed=self._run.seed,
                steps=point.step,
                patches=point.patches,
                minutes=round(point.minutes, 1),
                device=self._run.device_name,
                recipe=_in_words(recipe, self._run.cool_down),
                began_at=learner.began_at,
            ),
        )

    def _scores(self, point: Point) -> tuple[Score, ...]:
        kind = self._recipe.level.value
        held_out = self._validation.images
        return tuple(
            Score(dataset, f"{kind} {at.level:g}", "PSNR", round(value, 2), PROTOCOL)
            for at in point.measured
            for dataset, value in (
                (held_out, at.every),
                (f"the most saturated third of {held_out}", at.saturated),
            )
        )


def _write_weights(network: nn.Module, path: Path) -> WeightsFile:
    """Store in half precision: 11 significant bits, more than the bfloat16 of training.

    Loading copies them into float32 parameters; the download is half as long.
    """
    halves = {name: each.to("cpu", torch.float16) for name, each in network.state_dict().items()}
    content = save({name: each.contiguous() for name, each in halves.items()})
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return WeightsFile(path.name, hashlib.sha256(content).hexdigest(), bytes=len(content))


def _in_words(recipe: Recipe, cool_down: int) -> str:
    stages = ", ".join(
        f"{stage.batch} of {stage.size}x{stage.size} until {stage.until:g}"
        for stage in recipe.stages
    )
    degradations = ", ".join(f"{share:.0%} {kind}" for share, kind in recipe.degradations)
    told = f"level told in {recipe.told_share:.0%} of patches, " if recipe.told_level else ""
    end = f", cool-down over the last {cool_down} steps" if cool_down else ""
    return (
        f"Charbonnier loss (epsilon {CHARBONNIER_EPSILON:g}); AdamW {ADAM_BETAS}, rate "
        f"{recipe.rate:g}, weight decay {recipe.weight_decay:g}, {recipe.warm_up_steps} steps "
        f"warm-up{end}; power-function weight average; patches a step by patches seen: "
        f"{stages}; {degradations}; {told}{recipe.gray_share:.0%} gray, "
        f"{recipe.text_share:.0%} typeset"
    )
