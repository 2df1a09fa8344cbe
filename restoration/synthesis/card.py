"""The card of a generator: what it draws, how it was trained, how its weights are known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from restoration.errors import BadWeights
from restoration.synthesis.tissues import Tissue

WEIGHTS_SUFFIX = ".safetensors"


@dataclass(frozen=True)
class GeneratorCard:
    """One generator, as data beside its weights."""

    id: str
    title: str
    tissue: Tissue
    conditions: tuple[str, ...]
    """What its training told it of each map."""
    parameters: int
    file: str
    sha256: str
    bytes: int
    licence: str
    training_data: str
    fields: int
    """Number of fields it learned from."""
    seed: int
    steps: int
    minutes: float
    """Time spent in steps, all interrupted runs together."""
    device: str
    recipe: str
    limits: str
    source: str = "after Daniel et al. 2023, arXiv 2302.06549"


_CARD = TypeAdapter(GeneratorCard)


def write_generator_card(card: GeneratorCard, path: Path) -> None:
    """Write a card in one move, so that no reader meets half of one."""
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(_CARD.dump_json(card, indent=2) + b"\n")
    unfinished.replace(path)


def read_generator_card(path: Path) -> GeneratorCard:
    """Read a card; raises BadWeights where it is missing or not one."""
    try:
        return _CARD.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BadWeights(
            f"{path.name} is not the card of a generator",
            actual=str(error).splitlines()[0],
            expected="a card written by python -m restoration.synthesis train",
        ) from error
