"""Measure seams: does what the model changed jump more across tile lines than beside them?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restoration.tiling import FADE, Span, TilePlan


def seam_ratio(
    before: NDArray[np.float32], after: NDArray[np.float32], plan: TilePlan
) -> float | None:
    """Gradient energy of `after - before`, (H, W, C), across tile lines over that beside them.

    1.0 means that nothing marks the lines. The difference is taken because the page itself has
    lines of its own, which may fall anywhere. The control lines lie `2 * FADE` pixels to either
    side, where no tiles meet. None for a single tile, or a model that changes the page's size.
    """
    if before.shape != after.shape:
        return None
    sums = np.zeros(2)
    counts = np.zeros(2)
    for axis, lines in ((0, _lines(plan.rows)), (1, _lines(plan.columns))):
        for line in lines:
            for kind, offset in ((0, 0), (1, -2 * FADE), (1, 2 * FADE)):
                middle = line + offset
                first, last = max(0, middle - FADE // 2 - 2), middle + FADE // 2 + 1
                band = (slice(None),) * axis + (slice(first, last),)
                steps = np.diff(after[band] - before[band], axis=axis)
                sums[kind] += float(np.square(steps, dtype=np.float64).sum())
                counts[kind] += steps.size
    if not counts.all():
        return None
    on_lines, beside = sums / counts
    return float(on_lines / beside) if beside > 0 else 1.0


def _lines(spans: tuple[Span, ...]) -> list[int]:
    """The middle of every cross-fade."""
    return [(span.fade_in[0] + span.fade_in[1]) // 2 for span in spans[1:]]
