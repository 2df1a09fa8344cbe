"""The weights of a generator on disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from safetensors.torch import load, save
from torch import nn

from restoration.errors import BadWeights
from restoration.synthesis.card import GeneratorCard, read_generator_card
from restoration.synthesis.generator import Generator


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
