"""What a design asks for before anybody rates: trials, votes, money, expected precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.studies.collecting.design import Design
from evaluation.studies.collecting.items import Item
from evaluation.studies.collecting.plan import plan_arm
from evaluation.studies.collecting.protocols import protocol_by_id

USUAL_SPREAD = 0.2
"""Standard deviation of the votes on one item as a share of the scale: 0.8 of 1 to 5, as in the
VQEG tables of sample sizes."""
NORMAL_95 = 1.96


@dataclass(frozen=True)
class ArmPreview:
    """One arm as planned."""

    name: str
    trials_per_rater: int
    votes: int
    """Without training."""
    cost: float
    half_width: float | None
    """Of the 95 % interval of an item's mean score, in points of its scale, if votes spread as
    usual; None where answers are no scores."""


def preview(design: Design, items: Sequence[Item]) -> list[ArmPreview]:
    """Plan every arm without storing anything; raises as `plan_arm` does."""
    return [_arm(design, number, items) for number in range(len(design.arms))]


def _arm(design: Design, number: int, items: Sequence[Item]) -> ArmPreview:
    arm = design.arms[number]
    slots = plan_arm(arm, items, design.seed)
    votes = sum(trial.phase != "training" for slot in slots for trial in slot)
    scale = protocol_by_id(arm.protocol).scale
    each = arm.votes_per_item or arm.raters
    return ArmPreview(
        name=arm.name,
        trials_per_rater=max(len(slot) for slot in slots),
        votes=votes,
        cost=arm.pay * votes,
        half_width=NORMAL_95 * USUAL_SPREAD * (scale[1] - scale[0]) / math.sqrt(each)
        if scale
        else None,
    )
