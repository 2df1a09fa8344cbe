"""Between trained levels: blend the two networks whose levels lie around the page's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from restoration.errors import BadWeights
from restoration.models.restorer import Batch, Descriptor, LevelKind, Restorer

UNDAMAGED = {LevelKind.SIGMA: 0.0, LevelKind.JPEG_QUALITY: 100.0}
"""The level at which there is nothing to do: there the input itself is the answer."""


@dataclass(frozen=True)
class Bracket:
    """Networks for one level each, as one restorer for every level.

    Between two trained levels the outputs are mixed in proportion; between the mildest one and
    no damage at all the mildest is mixed with the input; beyond the hardest, the hardest answers
    alone. A choice of this project, not of the networks' paper, which trains one model a level.
    """

    descriptor: Descriptor
    damage: tuple[float, ...]
    """Distance of each member's level from the undamaged one, rising."""
    members: tuple[Restorer, ...]

    def __call__(self, batch: Batch, level: float | None) -> Batch:
        """Restore (N, H, W, C) at `level`; None takes the hardest member."""
        if level is None:
            return self.members[-1](batch, None)
        damage = abs(level - UNDAMAGED[self.descriptor.level])
        harder = bisect_right(self.damage, damage)
        if harder == len(self.members):
            return self.members[-1](batch, level)
        low = self.damage[harder - 1] if harder else 0.0
        share = np.float32((damage - low) / (self.damage[harder] - low))
        mild = self.members[harder - 1](batch, level) if harder else batch
        if share == 0:
            return mild
        return mild + share * (self.members[harder](batch, level) - mild)


def bracket(members: Sequence[Restorer]) -> Bracket:
    """Join restorers of one kind and size, each for a single level.

    Raises `BadWeights` where they do not belong together.
    """
    first = members[0].descriptor
    facts = [member.descriptor for member in members]
    alike = all(
        (each.channels, each.level, each.scale) == (first.channels, first.level, first.scale)
        for each in facts
    )
    if not alike or first.level not in UNDAMAGED or first.scale != 1:
        raise BadWeights(
            "These networks cannot be blended",
            actual="; ".join(f"{each.level.value}, channels {each.channels}" for each in facts),
            expected="networks for the same pages and the same kind of level",
        )
    undamaged = UNDAMAGED[first.level]
    ordered = sorted(members, key=lambda each: abs(each.descriptor.level_range[0] - undamaged))
    levels = [each.descriptor.level_range[0] for each in ordered]
    return Bracket(
        replace(
            first,
            halo=max(each.halo for each in facts),
            level_range=(min(undamaged, levels[-1]), max(undamaged, levels[-1])),
        ),
        tuple(abs(level - undamaged) for level in levels),
        tuple(ordered),
    )
