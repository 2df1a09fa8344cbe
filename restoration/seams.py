"""Measure seams: is there more change across tile lines than just beside them?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restoration.tiling import FADE, Span, TilePlan


def seam_ratio(page: NDArray[np.float32], plan: TilePlan, scale: int = 1) -> float | None:
    """Gradient energy across tile lines over that across control lines beside them.

    `page` is the result (H, W, C). 1.0 means that nothing marks the lines; a visible grid
    reads well above 1.02. The control lines lie `2 * FADE` pixels to either side, where the
    picture is much the same and no tiles meet. None where the page is a single tile.
    """
    sums = np.zeros(2)
    counts = np.zeros(2)
    for axis, lines in ((0, _lines(plan.rows, scale)), (1, _lines(plan.columns, scale))):
        length = page.shape[axis]
        for line in lines:
            for kind, offset in ((0, 0), (1, -2 * FADE), (1, 2 * FADE)):
                for step in range(-FADE // 2 - 1, FADE // 2 + 1):
                    at = line + offset + step
                    if 0 < at < length:
                        change = page.take(at, axis) - page.take(at - 1, axis)
                        sums[kind] += float(np.square(change, dtype=np.float64).sum())
                        counts[kind] += change.size
    if not counts.all():
        return None
    on_lines, beside = sums / counts
    return float(on_lines / beside) if beside > 0 else 1.0


def _lines(spans: tuple[Span, ...], scale: int) -> list[int]:
    """The middle of every cross-fade, in pixels of the result."""
    return [scale * (span.fade_in[0] + span.fade_in[1]) // 2 for span in spans[1:]]
