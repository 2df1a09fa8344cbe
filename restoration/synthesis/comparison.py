"""One map drawn as regions alone, with noise, and with cells where they are known.

These are jobs: the web process names them and a worker runs them, so the network is imported late.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restoration.progress import Progress, Report
from restoration.synthesis.conditions import Cells, Condition, LabelMap, Noise, Polygons
from restoration.synthesis.shipped import sample_fields, sample_named, shipped_generator

if TYPE_CHECKING:
    from restoration.synthesis.synthesis import Synthesis


@dataclass(frozen=True)
class ComparisonTask:
    """What to draw; goes to a worker process."""

    polygons: LabelMap
    noise: Noise
    seed: int
    folder: Path
    sample: str | None = None
    """Name of the shipped field whose map this is; then its cells are known too."""


def draw_comparison(task: ComparisonTask, report: Report) -> dict[str, dict[str, Any]]:
    """Draw and write every condition to the task's folder; recipes by file name without ending.

    The same seed everywhere, so that only what the generator is told differs. Raises OutOfRange
    for a code the generator does not know, UsageError for an unknown sample.
    """
    from restoration.synthesis.synthesis import synthesise, write_synthesis

    card, generator = shipped_generator()
    cells = sample_named(task.sample).cells if task.sample else None
    conditions: dict[str, Condition] = {"polygons": Polygons(), "noise": task.noise}
    if cells is not None:
        conditions["cells"] = Cells()
    recipes = {}
    for number, (name, condition) in enumerate(conditions.items()):
        report(Progress(number / len(conditions), f"drawing with {name}"))
        made = synthesise(generator, card, task.polygons, condition, task.seed, cells)
        write_synthesis(made, card.tissue, task.folder, name)
        recipes[name] = made.recipe
    return recipes


def draw_every_sample(noise: Noise, seed: int, report: Report) -> dict[str, Synthesis]:
    """Every shipped map drawn with noise, by name: the synthetic half of a study."""
    from restoration.synthesis.synthesis import synthesise

    card, generator = shipped_generator()
    drawn = {}
    for number, (name, field) in enumerate(sample_fields().items()):
        report(Progress(number / len(sample_fields()), "drawing fields for the study"))
        drawn[name] = synthesise(generator, card, field.polygons, noise, seed + number)
    return drawn
