"""Items: the pictures of a study with what is known about them; none of it reaches a rater."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from evaluation.studies.collecting.design import CHARACTERISTICS
from restoration.errors import UsageError


class Role(StrEnum):
    """What an item is in the study for."""

    RATED = "rated"
    REFERENCE = "reference"
    """The original of a content: shown beside or hidden among the others."""
    GOLD = "gold"
    """Its answer is known; shown like any other."""
    TRAINING = "training"
    """Its answer is known, and told to the rater after the answer."""


@dataclass(frozen=True)
class Item:
    """One picture of a study."""

    id: str
    stimulus: str
    """SHA-256 of the PNG."""
    content: str
    """Which image it is a version of."""
    condition: str
    """Model or processing that made it."""
    width: int
    height: int
    role: Role = Role.RATED
    truth: str = ""
    """The right answer of gold and training items, or real/synthetic."""
    feedback: str = ""
    """What a rater is told after a training trial."""
    characteristics: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    kept: bool = True
    """False where only the vote was to be stored, not the picture."""


def checked_characteristics(names: Sequence[str]) -> tuple[str, ...]:
    """The names, in the order of the list; raises UsageError for one that is not on it."""
    strange = [name for name in names if name not in CHARACTERISTICS]
    if strange:
        raise UsageError(
            "This image characteristic is not on the list",
            actual=", ".join(map(str, strange)),
            expected=", ".join(CHARACTERISTICS),
        )
    return tuple(name for name in CHARACTERISTICS if name in names)
