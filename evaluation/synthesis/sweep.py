"""Train and judge a generator for every condition and seed of a plan."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.synthesis.nuclei import NucleiDetector, detector_for
from evaluation.synthesis.plan import SweepPlan, run_folder
from evaluation.synthesis.scoring import Comparison, Described, Scores, describe
from evaluation.synthesis.tiles import real_tiles, tile_pairs
from restoration.errors import UsageError
from restoration.synthesis.card import GeneratorCard
from restoration.synthesis.conditions import Condition
from restoration.synthesis.fields import Field
from restoration.synthesis.generator_file import load_generator
from restoration.synthesis.recipe import Recipe
from restoration.synthesis.run import Run
from restoration.synthesis.tissues import Tissue
from restoration.synthesis.trainer import NAME, train
from restoration.training.checkpoint import FILE_NAME
from restoration.training.interruption import Interruption

LOG = logging.getLogger(__name__)
SCORES = "scores.json"
DRAWN_WITH = 1000
"""Seed of the noise in judged fields: none that training draws from."""


@dataclass(frozen=True)
class Scored:
    """The scores of one run."""

    condition: Condition
    seed: int
    card: GeneratorCard
    scores: Scores


def train_sweep(
    plan: SweepPlan, fields: Sequence[Field], tissue: Tissue, output: Path, *, minutes: float
) -> int:
    """Train round by round until the plan or the minutes end or a signal asks to stop.

    Goes on where an earlier call stopped; keeps the generator of every finished round. Returns the
    number of steps that every run has finished.
    """
    learned = [field for field in fields if field.name in plan.train]
    until = time.monotonic() + minutes * 60
    with Interruption() as interruption:
        for steps, seed, condition in plan.stages():
            folder = run_folder(output, condition, seed)
            kept = round_folder(folder, steps)
            left = (until - time.monotonic()) / 60
            if kept.exists():
                continue
            if left <= 0 or interruption.stop:
                break
            LOG.info("%s, seed %d: to %d steps", condition, seed, steps)
            card = train(
                Recipe((condition,), crop=plan.crop, batch=plan.batch),
                learned,
                tissue,
                Run(
                    folder,
                    minutes=left,
                    last_step=steps,
                    resume=(folder / FILE_NAME).exists(),
                    seed=seed,
                    half=True,
                ),
            )
            if card.steps < steps:
                break
            _keep(folder, card.file, kept)
    return common_steps(plan, output)


def common_steps(plan: SweepPlan, output: Path) -> int:
    """The steps of the last round that every run has finished; 0 where there is none."""
    finished = [
        number * plan.round_steps
        for number in range(1, plan.rounds + 1)
        if all(
            round_folder(run_folder(output, condition, seed), number * plan.round_steps).exists()
            for seed in plan.seeds
            for condition in plan.conditions
        )
    ]
    return max(finished, default=0)


def round_folder(run: Path, steps: int) -> Path:
    """Where the generator of a run is kept as it was after so many steps."""
    return run / f"steps-{steps}"


def _keep(run: Path, weights: str, kept: Path) -> None:
    unfinished = kept.with_suffix(".part")
    unfinished.mkdir(exist_ok=True)
    for name in (weights, f"{NAME}.json"):
        shutil.copy2(run / name, unfinished / name)
    unfinished.replace(kept)


def score_sweep(
    plan: SweepPlan, fields: Sequence[Field], tissue: Tissue, output: Path
) -> list[Scored]:
    """Judge every run on the held-out fields after the last round that all have finished.

    What was judged before is not judged again. Raises UsageError where no round is finished.
    """
    steps = common_steps(plan, output)
    if not steps:
        raise UsageError(
            "No round of this sweep is finished",
            expected=f"{plan.round_steps} steps of every run",
            remedy="Train on",
        )
    test = [field for field in fields if field.name in plan.test]
    learned = [field for field in fields if field.name in plan.train]
    judge = Judge(test, tissue, detector_for(real_tiles(learned, tissue)))
    return [
        judge.scored(condition, seed, round_folder(run_folder(output, condition, seed), steps))
        for condition in plan.conditions
        for seed in plan.seeds
    ]


class Judge:
    """Judges one generator after the other on the same fields, whose tiles it describes once."""

    def __init__(self, test: Sequence[Field], tissue: Tissue, detector: NucleiDetector) -> None:
        self._test, self._tissue, self._detector = test, tissue, detector
        self._real: Described | None = None

    def scored(self, condition: Condition, seed: int, folder: Path) -> Scored:
        """The scores of the generator in a folder, from its file where they are there already."""
        card, generator = load_generator(folder / f"{NAME}.json")
        kept = folder / SCORES
        known: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
        if known.get("weights_sha256") != card.sha256:
            pairs = tile_pairs(generator, condition, self._test, self._tissue, DRAWN_WITH)
            self._real = self._real or describe(pairs.real, self._detector)
            comparison = Comparison(self._real, describe(pairs.made, self._detector))
            known = {"weights_sha256": card.sha256, "scores": comparison.scores()}
            kept.write_text(json.dumps(known, indent=2) + "\n")
            LOG.info("%s, seed %d: %s", condition, seed, known["scores"])
        return Scored(condition, seed, card, known["scores"])
