"""What figures are drawn from: means by level and by degradation, and images one by one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.comparison.resampling import Interval, intervals
from evaluation.comparison.run_table import RunTable
from evaluation.comparison.scores import Scores, scores


@dataclass(frozen=True)
class LevelPoint:
    """The mean of one model at one level of one kind of damage."""

    model: str
    level: float
    mean: Interval
    row: int
    """Number of the row of its worst image."""


def kinds_with_levels(run: RunTable) -> tuple[str, ...]:
    """Kinds of damage that the run has at two levels or more."""
    damage = run.frame[["kind", "level"]].drop_duplicates().dropna()
    counts = damage["kind"].value_counts(sort=False)
    return tuple(str(kind) for kind, count in counts.items() if count > 1)


def level_points(run: RunTable, metric: str, kind: str) -> tuple[LevelPoint, ...]:
    """Means with bootstrap intervals by model and level; each over that model's own images."""
    frame = run.frame[run.frame["kind"] == kind]
    damage = frame[["degradation", "level"]].drop_duplicates().sort_values("level")
    points = []
    for name, level in zip(damage["degradation"], damage["level"], strict=True):
        found = scores(run, metric, [str(name)])
        for number, (model, mean) in enumerate(zip(found.models, _means(found), strict=True)):
            if mean.images:
                points.append(LevelPoint(model, float(level), mean, found.worst_row(number)))
    return tuple(points)


def _means(found: Scores) -> list[Interval]:
    """Of every model over its own images; models with the same images share the resampling."""
    there = ~np.isnan(found.values)
    means: dict[int, Interval] = {}
    for known in np.unique(there, axis=1).T:
        alike = np.flatnonzero((there == known[:, None]).all(axis=0))
        means |= zip(alike.tolist(), intervals(found.values[known][:, alike]), strict=True)
    return [means[number] for number in range(len(found.models))]


@dataclass(frozen=True, eq=False)
class Grid:
    """Means by model and degradation."""

    models: tuple[str, ...]
    degradations: tuple[str, ...]
    means: NDArray[np.float64]
    """(models, degradations), over each model's own images; NaN without any."""
    behind: NDArray[np.float64]
    """(models, degradations) how far behind the best of the degradation, 0 or more."""
    rows: NDArray[np.int64]
    """(models, degradations) the row of the worst image."""


def grid(run: RunTable, metric: str) -> Grid:
    """Every model under every degradation."""
    shape = (len(run.models), len(run.degradations))
    means, behind = np.full(shape, math.nan), np.full(shape, math.nan)
    rows = np.full(shape, -1)
    for column, name in enumerate(run.degradations):
        found = scores(run, metric, [name])
        for line in range(shape[0]):
            there = ~np.isnan(found.values[:, line])
            if there.any():
                means[line, column] = found.values[there, line].mean()
                behind[line, column] = -found.goodness[there, line].mean()
                rows[line, column] = found.worst_row(line)
        if not np.isnan(behind[:, column]).all():
            behind[:, column] -= np.nanmin(behind[:, column])
    return Grid(run.models, run.degradations, means, behind, rows)


@dataclass(frozen=True, eq=False)
class Versus:
    """Two models on the same cells, averaged over seeds."""

    metric: str
    first: str
    second: str
    degradation: tuple[str, ...]
    """Of each point, as the others below."""
    image: tuple[str, ...]
    values: NDArray[np.float64]
    """(points, 2)."""
    gains: NDArray[np.float64]
    """(points,) of the first over the second, positive is better."""
    rows: NDArray[np.int64]
    """(points,) of the first model."""


def versus(run: RunTable, metric: str, first: str, second: str) -> Versus:
    """Every image that both models have, degradation by degradation."""
    damage: list[str] = []
    images: list[str] = []
    values, gains, rows = [], [], []
    for name in run.degradations:
        found = scores(run, metric, [name], (first, second))
        pair = [found.models.index(first), found.models.index(second)]
        there = np.asarray(~np.isnan(found.values[:, pair]).any(axis=1))
        goodness = found.goodness[there][:, pair]
        damage += [name] * int(there.sum())
        images += [image for image, known in zip(found.images, there, strict=True) if known]
        values.append(found.values[there][:, pair])
        gains.append(goodness[:, 0] - goodness[:, 1])
        rows.append(found.rows[there, pair[0]])
    return Versus(
        metric,
        first,
        second,
        tuple(damage),
        tuple(images),
        np.concatenate(values),
        np.concatenate(gains),
        np.concatenate(rows),
    )
