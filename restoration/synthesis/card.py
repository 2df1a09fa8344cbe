"""The card of a generator: what it draws, how it was trained, how its weights are known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from pydantic import TypeAdapter, ValidationError
from safetensors.torch import load, save
from torch import nn

from restoration.errors import BadWeights
from restoration.synthesis.generator import Generator
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


def write_weights(generator: nn.Module, path: Path) -> tuple[str, int]:
    """Store in half precision in one move; returns the sha-256 and the length in bytes."""
    halves = {
        name: each.to("cpu", torch.float16).contiguous()
        for name, each in generator.state_dict().items()
    }
    content = save(halves)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return hashlib.sha256(content).hexdigest(), len(content)


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


def load_generator(card_path: Path) -> tuple[GeneratorCard, Generator]:
    """A generator in evaluation mode, and its card; the weights lie beside it.

    Raises BadWeights where they are missing, are not those of the card, or do not fit.
    """
    card = read_generator_card(card_path)
    try:
        content = (card_path.parent / card.file).read_bytes()
    except OSError as error:
        raise BadWeights(f"The weights {card.file} cannot be read", actual=str(error)) from error
    found = hashlib.sha256(content).hexdigest()
    if found != card.sha256:
        raise BadWeights(
            f"{card.file} is not the file of its card",
            actual=f"sha-256 {found[:12]}",
            expected=card.sha256[:12],
            remedy="Fetch or train the file again",
        )
    generator = Generator(card.tissue.codes)
    try:
        generator.load_state_dict(load(content))
    except RuntimeError as mismatch:
        raise BadWeights(
            "These weights are not those of this generator",
            actual=str(mismatch).splitlines()[-1].strip(),
        ) from mismatch
    return card, generator.eval()
