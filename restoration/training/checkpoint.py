"""Checkpoints that a kill at any moment cannot spoil."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch

from restoration.errors import BadWeights

FILE_NAME = "checkpoint.pt"


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on as if it had never stopped.

    Batches are functions of seed and step, so that no random state belongs to it.
    """

    model: str
    seed: int
    step: int
    """Steps made."""
    seconds: float
    """Time spent in steps, over all runs so far."""
    network: dict[str, Any]
    average: dict[str, Any]
    optimiser: dict[str, Any]
    began_at: str | None = None
    """As on the card: `TrainingRecord.began_at`."""


def save_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the checkpoint beside the old one, then put it in its place in one move."""
    unfinished = folder / (FILE_NAME + ".part")
    with unfinished.open("wb") as stream:
        torch.save(
            {part.name: getattr(checkpoint, part.name) for part in fields(checkpoint)}, stream
        )
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(folder / FILE_NAME)


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read the checkpoint of a run; raises BadWeights where it is missing or damaged."""
    path = folder / FILE_NAME
    try:
        return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
    except FileNotFoundError as error:
        raise BadWeights(
            f"There is no checkpoint in {folder}",
            expected=f"a file {FILE_NAME} written by an earlier run",
            remedy="Leave out --resume to start afresh",
        ) from error
    except Exception as error:  # torch names no error class for a damaged file
        raise BadWeights(
            f"{path} is not a checkpoint of this trainer",
            actual=str(error).splitlines()[0],
            remedy="Start afresh in another folder, without --resume",
        ) from error
