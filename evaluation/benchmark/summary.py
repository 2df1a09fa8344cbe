"""Means over the images: the table that a run ends with."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.benchmark.rows import Row


@dataclass(frozen=True)
class Mean:
    """One model under one degradation, over all images and seeds."""

    degradation: str
    model: str
    cells: int
    """Finished without an error; only those are in the means."""
    failed: int
    seconds_per_megapixel: float | None
    metrics: dict[str, float]
    """Plain means of the cells' figures, as published tables take them; NaN where one is."""


def means(rows: Iterable[Row], metrics: Sequence[str]) -> tuple[Mean, ...]:
    """By degradation and model, in the order of the rows."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.degradation, row.model].append(row)
    degradations = list(dict.fromkeys(degradation for degradation, _ in groups))
    ordered = sorted(groups.items(), key=lambda group: degradations.index(group[0][0]))
    return tuple(_mean(*names, group, metrics) for names, group in ordered)


def _mean(degradation: str, model: str, rows: list[Row], metrics: Sequence[str]) -> Mean:
    good = [row for row in rows if not row.failed]
    megapixels = sum(row.width * row.height for row in good) / 1e6
    seconds = sum(row.seconds or 0.0 for row in good)
    taken = [metric for metric in metrics if any(metric in row.metrics for row in good)]
    return Mean(
        degradation,
        model,
        len(good),
        len(rows) - len(good),
        seconds / megapixels if good else None,
        {
            metric: math.fsum(row.metrics.get(metric, math.nan) for row in good) / len(good)
            for metric in taken
        },
    )
