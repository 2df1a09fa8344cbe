"""What a sweep trains: every condition with every seed, for the same number of steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from restoration.errors import UsageError
from restoration.synthesis.conditions import Cells, Condition, Noise, Polygons


@dataclass(frozen=True)
class SweepPlan:
    """A sweep; two plans are equal when they train the same."""

    train: tuple[str, ...]
    """Names of the fields to learn from."""
    test: tuple[str, ...]
    """Names of the fields to be judged on."""
    conditions: tuple[Condition, ...]
    seeds: tuple[int, ...]
    round_steps: int
    """Steps by which every run is taken further before any is taken further still."""
    rounds: int
    crop: int = 64
    batch: int = 8

    def __post_init__(self) -> None:
        has = {type(each) for each in self.conditions}
        if not {Polygons, Cells, Noise} <= has:
            raise UsageError(
                "A sweep compares noise with regions alone and with cells",
                actual=", ".join(map(str, self.conditions)),
                expected="polygons, cells and at least one noise:SPACING or blue:SPACING",
            )
        both = sorted(set(self.train) & set(self.test))
        if both:
            raise UsageError("A field is both learned from and judged on", actual=", ".join(both))

    def stages(self) -> Iterator[tuple[int, int, Condition]]:
        """(steps, seed, condition) in the order of training.

        Whenever it stops, all runs have come as far or one round less, so that there is always a
        complete result of equal budgets.
        """
        for number in range(1, self.rounds + 1):
            for seed in self.seeds:
                for condition in self.conditions:
                    yield number * self.round_steps, seed, condition


def run_folder(output: Path, condition: Condition, seed: int) -> Path:
    """Where the run of a condition and a seed is kept."""
    return output / "runs" / f"{str(condition).replace(':', '-')}-seed{seed}"


def names_between(available: Sequence[str], first: str, last: str) -> tuple[str, ...]:
    """The names from `first` to `last`, both included; raises UsageError where there is none."""
    chosen = tuple(name for name in sorted(available) if first <= name <= last)
    if not chosen:
        raise UsageError(
            f"No field lies between {first} and {last}", expected=", ".join(sorted(available)[:3])
        )
    return chosen
