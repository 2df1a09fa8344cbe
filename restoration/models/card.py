"""Model cards: what a model is, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from restoration.models.restorer import LevelKind


class Task(Enum):
    """What a model is for, in a reviewer's words."""

    NOTHING = "do nothing"
    DENOISE = "remove noise"
    JPEG = "remove JPEG artefacts"
    SUPER_RESOLUTION = "enlarge"
    PAGE = "clean scanned text"


@dataclass(frozen=True)
class WeightsFile:
    """Where a model's weights are, and how they are known to be the right ones."""

    file: str
    """Name within the bundled folder or the data folder."""
    sha256: str | None = None
    """None where the publisher names none: then it is recorded at the first download and pinned."""
    url: str | None = None
    """The official address; None for weights that ship with the project."""
    bytes: int | None = None


@dataclass(frozen=True)
class Score:
    """One measured figure and how it was measured."""

    dataset: str
    degradation: str
    metric: str
    value: float
    protocol: str


@dataclass(frozen=True)
class TrainingRecord:
    """How weights of this project came about, so that anybody can train them again."""

    folders: tuple[str, ...]
    """Names of the folders that held the images."""
    photographs: int
    seed: int
    steps: int
    patches: int
    minutes: float
    """Time spent in steps on `device`, all interrupted runs together."""
    device: str
    recipe: str
    """Loss, rate, batches and degradations, in the trainer's own words."""
    began_at: str | None = None
    """Weights that were fine-tuned, by file name and SHA-256; None began at random ones."""


@dataclass(frozen=True)
class ModelCard:
    """One entry of the catalogue."""

    id: str
    """`<architecture>-<size>-<task>-<level>`."""
    title: str
    task: Task
    architecture: str
    channels: tuple[int, ...]
    level: LevelKind
    level_range: tuple[float, float]
    limits: str
    """What it does badly, in one plain sentence."""
    licence: str
    source: str
    """Paper or library, with section or version."""
    aliases: tuple[str, ...] = ()
    parameters: int = 0
    weights: WeightsFile | None = None
    bf16_loss: float | None = None
    """PSNR in dB that bf16 arithmetic costs, by `bench/precision.py`; None: not measured."""
    members: tuple[str, ...] = ()
    """Ids of models for single levels that are blended into this one."""
    training_data: str = "none: not learned"
    scores: tuple[Score, ...] = field(default=())
    training: TrainingRecord | None = None
