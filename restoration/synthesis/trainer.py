"""One run of training, the same for every condition."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from restoration.errors import UsageError
from restoration.synthesis.batches import Batches
from restoration.synthesis.card import WEIGHTS_SUFFIX, GeneratorCard, write_generator_card
from restoration.synthesis.fields import Field
from restoration.synthesis.generator_file import write_weights
from restoration.synthesis.learner import Learner
from restoration.synthesis.recipe import Recipe
from restoration.synthesis.run import Run
from restoration.synthesis.tissues import Tissue
from restoration.training.checkpoint import FILE_NAME, load_checkpoint, save_checkpoint
from restoration.training.curve import Curve, Drawing
from restoration.training.interruption import Interruption

LOG = logging.getLogger(__name__)
NAME = "generator"
LICENCE = "Apache-2.0"
LIMITS = (
    "Small and briefly trained: it gives stain, texture and nuclei of about the right size, not "
    "the fine structure of a real nucleus. No diagnosis may rest on what it draws."
)
DRAWING = Drawing("Losses of the training", "loss", ("critic", "generator", "features", "colour"))


def train(recipe: Recipe, fields: Sequence[Field], tissue: Tissue, run: Run) -> GeneratorCard:
    """Train until minutes or steps end or a signal asks to stop; returns the last card.

    Raises UsageError where a new run would overwrite an old one, BadWeights where a checkpoint
    does not fit.
    """
    learner = Learner(recipe, tissue.codes, run.seed, run.device, run.half)
    batches = Batches(fields, tissue, recipe, run.seed)
    seconds = _resumed(learner, run)
    stop = seconds + run.minutes * 60
    run.folder.mkdir(parents=True, exist_ok=True)
    curve = Curve(run.folder, learner.step, DRAWING)
    with Interruption() as interruption:
        while True:
            until = min(stop, seconds + run.save_every * 60)
            losses: dict[str, list[float]] = defaultdict(list)
            started = time.monotonic()
            while seconds < until and learner.step < run.last_step and not interruption.stop:
                for name, value in learner.learn(batches[learner.step]).items():
                    losses[name].append(value)
                now = time.monotonic()
                if not interruption.was_suspended():
                    seconds += now - started
                started = now
            row = {"step": str(learner.step), "minutes": f"{seconds / 60:.2f}"}
            row |= {name: f"{np.mean(values):.5f}" for name, values in losses.items()}
            LOG.info("%s", ", ".join(f"{name} {value}" for name, value in row.items()))
            if losses:
                curve.add(row)
            save_checkpoint(learner.checkpoint(seconds), run.folder)
            card = _record(learner, recipe, len(fields), tissue, run, seconds)
            if learner.step >= run.last_step or seconds >= stop or interruption.stop:
                return card


def _resumed(learner: Learner, run: Run) -> float:
    """Restore the learner where the run asks for it; returns the seconds trained so far."""
    if run.resume:
        checkpoint = load_checkpoint(run.folder)
        learner.restore(checkpoint)
        return checkpoint.seconds
    if (run.folder / FILE_NAME).exists():
        raise UsageError(
            f"{run.folder} already holds a run",
            remedy="Add --resume to go on with it, or name another folder",
        )
    return 0.0


def _record(
    learner: Learner, recipe: Recipe, fields: int, tissue: Tissue, run: Run, seconds: float
) -> GeneratorCard:
    """Write the averaged weights and their card."""
    generator = learner.average.network
    path = run.folder / (NAME + WEIGHTS_SUFFIX)
    sha256, length = write_weights(generator, path)
    card = GeneratorCard(
        id=f"{tissue.name}-generator",
        title=f"Fields of {tissue.name} from label maps",
        tissue=tissue,
        conditions=tuple(map(str, recipe.conditions)),
        parameters=sum(weights.numel() for weights in generator.parameters()),
        file=path.name,
        sha256=sha256,
        bytes=length,
        licence=LICENCE,
        training_data=run.data,
        fields=fields,
        seed=run.seed,
        steps=learner.step,
        minutes=round(seconds / 60, 1),
        device=run.device_name,
        recipe=recipe.in_words(),
        limits=LIMITS,
    )
    write_generator_card(card, path.with_suffix(".json"))
    return card
