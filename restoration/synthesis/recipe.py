"""What a run of training learns from and how: the same for every condition."""

from __future__ import annotations

from dataclasses import dataclass

from restoration.synthesis.conditions import Condition


@dataclass(frozen=True)
class Recipe:
    """Sizes, weights and rates of one kind of run."""

    conditions: tuple[Condition, ...]
    """What the map of each crop is told as, drawn with equal chance."""
    crop: int = 64
    batch: int = 8
    rate: float = 4e-4
    """Learning rate of both networks (AdamW), after `warm_up` steps."""
    warm_up: int = 50
    features: float = 2.0
    """Weight of the distance between the critic's features of the made and the real field."""
    colour: float = 4.0
    """Weight of the distance between both after averaging over 8x8 pixels."""

    @property
    def id(self) -> str:
        """What a checkpoint belongs to."""
        conditions = ", ".join(map(str, self.conditions))
        return f"{conditions}; {self.batch} of {self.crop}x{self.crop}"

    def in_words(self) -> str:
        """The recipe for a model card."""
        return (
            f"Least-squares adversarial loss, feature matching {self.features:g}, colour of 8x8 "
            f"means {self.colour:g}; AdamW, rate {self.rate:g} for both networks, {self.warm_up} "
            f"steps warm-up; power-function weight average; {self.id}"
        )
