"""The generator that ships, and the held-out fields it can be tried on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from restoration.errors import UsageError
from restoration.synthesis.card import GeneratorCard
from restoration.synthesis.fields import Field, read_fields

if TYPE_CHECKING:
    from restoration.synthesis.generator import Generator

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "synthesis"
SHIPPED = FOLDER / "generator.json"
SAMPLES = FOLDER / "samples"
"""Fields that the generator has not learned from, as `prepare` writes them."""
SWEEP = FOLDER / "sweep.json"
"""The outcome of the recorded sweep, as `python -m evaluation sweep` writes it."""


@cache
def shipped_generator() -> tuple[GeneratorCard, Generator]:
    """The generator that ships, read once for each process."""
    from restoration.synthesis.generator_file import load_generator

    return load_generator(SHIPPED)


@cache
def sample_fields() -> dict[str, Field]:
    """The held-out fields by name."""
    return {field.name: field for field in read_fields(SAMPLES)[1]}


def sample_named(name: str) -> Field:
    """One held-out field; raises UsageError where there is none of this name."""
    field = sample_fields().get(name)
    if field is None:
        raise UsageError(
            f"There is no sample map named {name[:40]}", expected=", ".join(sample_fields())
        )
    return field
