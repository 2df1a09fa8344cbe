"""One run of training, the same for every architecture."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader

from restoration.errors import UsageError
from restoration.models.weights import read_state_dict, sha256_of
from restoration.training.batches import Batch, Batches
from restoration.training.checkpoint import FILE_NAME, load_checkpoint
from restoration.training.curve import Point
from restoration.training.images import Photographs
from restoration.training.interruption import Interruption
from restoration.training.learner import Learner
from restoration.training.recipes import Recipe
from restoration.training.record import Record
from restoration.training.run import Run
from restoration.training.typesetting import Typesetter


def train(recipe: Recipe, photographs: Photographs, run: Run) -> Point:
    """Train until minutes or steps end or a signal asks to stop; returns the last validation.

    Raises UsageError where a new run would overwrite an old one, BadWeights where a checkpoint
    or the weights to start from do not fit.
    """
    learner = Learner(recipe, run.seed, run.device)
    seconds = _resumed(learner, run)
    stop = seconds + run.minutes * 60
    last_step = run.last_step
    if run.cool_down:
        last_step = learner.step + run.cool_down
        learner.cool_down = range(learner.step, last_step)
    typesetter = Typesetter(run.fonts) if recipe.text_share else None
    record = Record(recipe, photographs, run, learner.step, typesetter)
    with Interruption() as interruption:
        # Processes that draw batches start here, so that a Ctrl-C for all of them stops none.
        drawn = Batches(photographs.train, recipe, run.seed, typesetter)
        batches = _batches(drawn, run, range(learner.step, last_step))
        while True:
            save_at = min(stop, seconds + run.save_every * 60)
            seconds, loss = _steps(learner, batches, seconds, save_at, interruption)
            point = record.write(learner, seconds, loss)
            if learner.step >= last_step or seconds >= stop or interruption.stop:
                return point


def _steps(
    learner: Learner,
    batches: Iterator[Batch],
    seconds: float,
    until: float,
    interruption: Interruption,
) -> tuple[float, float]:
    """Make steps from training time `seconds` to `until`; returns the time and the mean loss."""
    losses = []
    started = time.monotonic()
    while seconds < until and not interruption.stop:
        batch = next(batches, None)
        if batch is None:
            break
        losses.append(learner.learn(batch))
        now = time.monotonic()
        if not interruption.was_suspended():
            seconds += now - started
        started = now
    return seconds, float(torch.stack(losses).mean()) if losses else math.nan


def _resumed(learner: Learner, run: Run) -> float:
    """Restore the learner where the run asks for it; returns the seconds trained so far."""
    if run.resume or run.cool_down:
        checkpoint = load_checkpoint(run.folder)
        learner.restore(checkpoint)
        return checkpoint.seconds
    if (run.folder / FILE_NAME).exists():
        raise UsageError(
            f"{run.folder} already holds a run",
            remedy="Add --resume to go on with it, or name another folder",
        )
    if run.start is not None:
        weights = read_state_dict(run.start)
        learner.start_from(weights, f"{run.start.name}, sha256 {sha256_of(run.start)}")
    return 0.0


def _batches(drawn: Batches, run: Run, steps: range) -> Iterator[Batch]:
    return iter(
        DataLoader(
            drawn,
            batch_size=None,
            sampler=steps,
            num_workers=run.workers,
            pin_memory=run.device.type == "cuda",
        )
    )
