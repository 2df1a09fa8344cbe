"""The Pareto front: models that no other beats in quality without costing more."""

from __future__ import annotations

import math
from collections.abc import Sequence


def pareto_front(costs: Sequence[float], qualities: Sequence[float]) -> tuple[int, ...]:
    """Positions on the front, from the cheapest on; less cost and more quality are better.

    A model is on the front if none is at least as good in both and better in one; equal ones are
    on it together. A cost or quality that is not known (NaN) is on no front.
    """
    order = sorted(
        (number for number in range(len(costs)) if _known(costs[number], qualities[number])),
        key=lambda number: (costs[number], -qualities[number]),
    )
    front: list[int] = []
    for number in order:
        best = front[-1] if front else None
        equal = best is not None and (costs[number], qualities[number]) == (
            costs[best],
            qualities[best],
        )
        if best is None or equal or qualities[number] > qualities[best]:
            front.append(number)
    return tuple(front)


def _known(cost: float, quality: float) -> bool:
    return not (math.isnan(cost) or math.isnan(quality))
